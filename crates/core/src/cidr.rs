//! Networks (RFC 4632), and who of them may come in.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::problem::Problem;

/// The addresses that begin with the same bits: `10.0.0.0/8`, or one address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Net {
    /// The first address; all bits after the prefix are 0. Never IPv4 mapped into IPv6 where the prefix
    /// covers the mark of that.
    base: IpAddr,
    /// How many bits are the same, up to 32 or 128.
    prefix: u8,
}

impl Net {
    /// Reads `ADDRESS/BITS`, or an address alone. What is mapped into IPv6 (RFC 4291 section 2.5.5.2) is
    /// IPv4: `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
    ///
    /// ```
    /// use sockscope_core::cidr::Net;
    ///
    /// let net = Net::parse("192.168.0.0/16")?;
    /// assert!(net.contains("192.168.1.5".parse().unwrap()));
    /// assert_eq!(Net::parse("::1")?.to_string(), "::1");
    /// # Ok::<(), sockscope_core::problem::Problem>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Not an address, not a number of bits, or an address with bits behind the prefix.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let ip: IpAddr = address.parse().map_err(|_| {
            let remedy = "write one like 192.168.0.0/16, 192.168.1.5 or fd00::/8";
            Problem::new(text, 0..address.len(), format!("{address:?} is not an address"), remedy)
        })?;
        let width = width(ip);
        let prefix = match bits {
            Some(bits) => prefix(bits, width).map_err(|problem| problem.inside(text, address.len() + 1))?,
            None => width,
        };
        let base = first(ip, prefix);
        if base != ip {
            let what = format!("{ip} has bits behind the first {prefix}");
            let remedy = format!("write {base}/{prefix} for the network, or {ip} for the address alone");
            return Err(Problem::whole(text, what, remedy));
        }
        Ok(match (base.to_canonical(), prefix.checked_sub(96)) {
            (plain @ IpAddr::V4(_), Some(prefix)) if base.is_ipv6() => Self { base: plain, prefix },
            _ => Self { base, prefix },
        })
    }

    /// Whether the address is one of them. An IPv4 address that is mapped into IPv6 counts as IPv4, so
    /// `::/0` has none of these.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        ip.is_ipv4() == self.base.is_ipv4() && first(ip, self.prefix) == self.base
    }
}

impl fmt::Display for Net {
    /// As [`Net::parse`] reads it; an address alone without its bits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)?;
        if self.prefix < width(self.base) { write!(f, "/{}", self.prefix) } else { Ok(()) }
    }
}

impl FromStr for Net {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

/// How many bits an address of its family has.
fn width(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 32 } else { 128 }
}

fn prefix(bits: &str, width: u8) -> Result<u8, Problem> {
    let range = format!("it goes from 0 to {width}");
    if bits.is_empty() || !bits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::whole(bits, format!("prefix {bits:?} is not a number of bits"), range));
    }
    let prefix = bits.parse().ok().filter(|prefix| *prefix <= width);
    prefix.ok_or_else(|| Problem::whole(bits, format!("prefix {bits} is out of range"), range))
}

/// The first address of those that have the same first bits.
fn first(ip: IpAddr, prefix: u8) -> IpAddr {
    let behind = u32::from(width(ip) - prefix);
    match ip {
        IpAddr::V4(ip) => {
            Ipv4Addr::from_bits(ip.to_bits() & u32::MAX.checked_shl(behind).unwrap_or(0)).into()
        }
        IpAddr::V6(ip) => {
            Ipv6Addr::from_bits(ip.to_bits() & u128::MAX.checked_shl(behind).unwrap_or(0)).into()
        }
    }
}

/// Who may come in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// With any of these, nobody else comes in.
    pub allow: Vec<Net>,
    /// These do not come in, allowed or not.
    pub deny: Vec<Net>,
}

/// Why somebody does not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A network to which the address belongs is denied.
    #[error("{0} is denied")]
    Denied(Net),
    /// Some networks are allowed, and the address is in none of them.
    #[error("not in a network that is allowed")]
    NotAllowed,
}

impl Access {
    /// Says whether a peer with this address comes in: not if it is denied; then, if some are allowed, only
    /// if it is one of these.
    ///
    /// # Errors
    ///
    /// The reason why it does not.
    pub fn admits(&self, ip: IpAddr) -> Result<(), Refusal> {
        match self.deny.iter().find(|net| net.contains(ip)) {
            Some(net) => Err(Refusal::Denied(*net)),
            None if self.allow.is_empty() || self.allow.iter().any(|net| net.contains(ip)) => Ok(()),
            None => Err(Refusal::NotAllowed),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn net(text: &str) -> Net {
        Net::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn networks_have_first_and_last_addresses() {
        for (text, inside, outside) in [
            ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]),
            ("192.168.1.4/31", ["192.168.1.4", "192.168.1.5"], ["192.168.1.3", "192.168.1.6"]),
            ("192.168.1.5", ["192.168.1.5", "::ffff:192.168.1.5"], ["192.168.1.4", "::192.168.1.5"]),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::", "::1"]),
            ("::/0", ["::", "ffff::"], ["0.0.0.0", "::ffff:1.2.3.4"]),
            ("fe80::/10", ["fe80::", "febf:ffff::1"], ["fe7f::", "fec0::"]),
            ("::1", ["::1", "0:0::1"], ["::2", "127.0.0.1"]),
        ] {
            let inside = inside.map(|address| net(text).contains(ip(address)));
            let outside = outside.map(|address| net(text).contains(ip(address)));
            assert_eq!((inside, outside), ([true; 2], [false; 2]), "{text}");
        }
    }

    #[test]
    fn shown_in_the_shortest_form() {
        for (text, shown) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.0.0.1/32", "10.0.0.1"),
            ("FE80:0::/010", "fe80::/10"),
            ("::1/128", "::1"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::ffff:1.2.3.4", "1.2.3.4"),
        ] {
            assert_eq!(net(text).to_string(), shown);
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        const LIKE: &str = "write one like 192.168.0.0/16, 192.168.1.5 or fd00::/8";
        let not = |text: &str| format!("{text:?} is not an address; {LIKE}");
        for (text, spot, what) in [
            ("", "", not("")),
            ("home", "home", not("home")),
            ("10.0.0/8", "10.0.0", not("10.0.0")),
            ("[::1]", "[::1]", not("[::1]")),
            ("10.0.0.0/33", "33", "prefix 33 is out of range; it goes from 0 to 32".to_owned()),
            ("::/999", "999", "prefix 999 is out of range; it goes from 0 to 128".to_owned()),
            ("::/", "", "prefix \"\" is not a number of bits; it goes from 0 to 128".to_owned()),
            (
                "10.0.0.0/255.0.0.0",
                "255.0.0.0",
                "prefix \"255.0.0.0\" is not a number of bits; it goes from 0 to 32".to_owned(),
            ),
            (
                "10.1.0.0/8",
                "10.1.0.0/8",
                "10.1.0.0 has bits behind the first 8; write 10.0.0.0/8 for the network, or 10.1.0.0 for the \
                 address alone"
                    .to_owned(),
            ),
        ] {
            let problem = Net::parse(text).unwrap_err();
            assert_eq!((&text[problem.span.clone()], problem.to_string()), (spot, what));
        }
    }

    #[test]
    fn who_is_denied_stays_out_and_then_only_who_is_allowed_comes_in() {
        let access = |allow: &[&str], deny: &[&str]| Access {
            allow: allow.iter().map(|text| net(text)).collect(),
            deny: deny.iter().map(|text| net(text)).collect(),
        };
        let mapped = ip("::ffff:10.0.0.1");
        assert_eq!(access(&[], &[]).admits(mapped), Ok(()));
        assert_eq!(access(&["10.0.0.0/8"], &[]).admits(mapped), Ok(()));
        assert_eq!(access(&["10.0.0.0/8", "::/0"], &[]).admits(ip("::1")), Ok(()));
        assert_eq!(access(&["192.168.0.0/16"], &[]).admits(mapped), Err(Refusal::NotAllowed));
        let refusal = access(&["10.0.0.1"], &["::1", "10.0.0.0/24"]).admits(mapped).unwrap_err();
        assert_eq!(refusal, Refusal::Denied(net("10.0.0.0/24")));
        assert_eq!(refusal.to_string(), "10.0.0.0/24 is denied");
        assert_eq!(access(&[], &["10.0.0.0/24"]).admits(ip("10.0.1.0")), Ok(()));
    }

    /// Whether the first bits are the same, bit by bit.
    fn same(a: &[u8], b: &[u8], bits: usize) -> bool {
        (0..bits).all(|i| (a[i / 8] ^ b[i / 8]) & (0x80 >> (i % 8)) == 0)
    }

    fn octets(ip: IpAddr) -> Vec<u8> {
        match ip {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        }
    }

    proptest! {
        #[test]
        fn a_network_has_what_begins_with_its_bits(ip: IpAddr, bits in 0..=128_u8, other: IpAddr, flip in 0..128_u8) {
            // Those that are mapped have their own test.
            let (ip, other) = (ip.to_canonical(), other.to_canonical());
            let prefix = bits % (width(ip) + 1);
            let net = Net::parse(&format!("{}/{prefix}", first(ip, prefix))).unwrap();
            prop_assert_eq!(Net::parse(&net.to_string()), Ok(net));
            prop_assert!(net.contains(ip));
            let bit = flip % width(ip);
            let near = match ip {
                IpAddr::V4(ip) => IpAddr::from(Ipv4Addr::from_bits(ip.to_bits() ^ 1 << (31 - bit))),
                IpAddr::V6(ip) => IpAddr::from(Ipv6Addr::from_bits(ip.to_bits() ^ 1 << (127 - bit))),
            };
            let comparable = |other: &IpAddr| other.to_canonical().is_ipv4() == ip.is_ipv4();
            for other in [near, other].into_iter().filter(comparable) {
                let same = same(&octets(ip), &octets(other), usize::from(prefix));
                prop_assert_eq!(net.contains(other), same, "{} {}", net, other);
            }
        }

        #[test]
        fn nothing_panics(text in any::<String>(), like in "[0-9a-f:.]{0,20}/?[0-9]{0,4}") {
            for text in [text, like] {
                match Net::parse(&text) {
                    Ok(net) => prop_assert_eq!(Net::parse(&net.to_string()), Ok(net)),
                    Err(problem) => prop_assert!(text.get(problem.span.clone()).is_some()),
                }
            }
        }

        #[test]
        fn to_deny_wins_over_to_allow(ip: IpAddr, bits in 0..=32_u8, more in 0..=32_u8) {
            let net = |bits| Net::parse(&format!("{}/{bits}", first(ip, bits))).unwrap();
            let access = Access { allow: vec![net(more)], deny: vec![net(bits)] };
            if net(bits).contains(ip) {
                prop_assert_eq!(access.admits(ip), Err(Refusal::Denied(net(bits))));
            }
        }
    }
}
