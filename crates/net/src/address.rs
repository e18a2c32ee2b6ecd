//! IPv4 inside IPv6: a socket for both families speaks of IPv4 peers by mapped addresses
//! (RFC 4291 section 2.5.5.2); people never should have to see them.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};

/// The address as people write it: a mapped IPv4 address becomes plain IPv4.
#[inline]
pub(crate) fn plain(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V6(v6) => match v6.ip().to_ipv4_mapped() {
            Some(v4) => SocketAddr::new(IpAddr::V4(v4), v6.port()),
            None => address,
        },
        SocketAddr::V4(_) => address,
    }
}

/// The address as a socket for both families takes it: IPv4 becomes mapped.
#[inline]
pub(crate) fn mapped(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) => SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0).into(),
        SocketAddr::V6(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_and_back() {
        let v4: SocketAddr = "192.0.2.1:80".parse().unwrap();
        assert_eq!(mapped(v4).to_string(), "[::ffff:192.0.2.1]:80");
        assert_eq!(plain(mapped(v4)), v4);
        let v6: SocketAddr = "[fe80::1%3]:80".parse().unwrap();
        assert_eq!((plain(v6), mapped(v6)), (v6, v6));
    }
}
