//! This machine's interfaces and addresses.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use nix::ifaddrs::getifaddrs;
use nix::net::if_::{InterfaceFlags, if_nameindex, if_nametoindex};
use sockscope_core::event::Interfaces;

use crate::error::Error;

/// One interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// The kernel's number for it.
    pub index: u32,
    /// Its name: `lo`, `eth0`.
    pub name: String,
    /// Switched on by the administrator.
    pub up: bool,
    /// Has a carrier.
    pub running: bool,
    /// The machine's own loopback.
    pub loopback: bool,
    /// Can broadcast.
    pub broadcast: bool,
    /// Can do multicast.
    pub multicast: bool,
    /// Largest packet in bytes, where the system tells.
    pub mtu: Option<u32>,
    /// Hardware address as `02:fc:00:00:00:01`, where it has one.
    pub mac: Option<String>,
    /// Its addresses.
    pub addresses: Vec<Address>,
}

/// One address of an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub ip: IpAddr,
    /// Length of the network's prefix in bits.
    pub prefix: u8,
    /// The address that reaches all of the network, IPv4 only.
    pub broadcast: Option<Ipv4Addr>,
}

/// All interfaces in the kernel's order (getifaddrs(3)).
pub fn interfaces() -> Result<Vec<Interface>, Error> {
    let failed = |errno: nix::Error| Error::system("list", "the interfaces", &errno.into());
    let mut found: Vec<Interface> = Vec::new();
    for entry in getifaddrs().map_err(failed)? {
        let at = found.iter().position(|i| i.name == entry.interface_name).unwrap_or_else(|| {
            found.push(interface(&entry.interface_name, entry.flags));
            found.len() - 1
        });
        let Some(address) = entry.address else { continue };
        if let Some(mac) = address.as_link_addr().and_then(nix::sys::socket::LinkAddr::addr) {
            found[at].mac = mac.iter().any(|byte| *byte != 0).then(|| mac_words(mac));
        }
        if let Some(ip) = ip(&address) {
            let prefix = entry.netmask.as_ref().and_then(self::ip).map_or(0, prefix);
            let broadcast = entry.broadcast.as_ref().and_then(self::ip).and_then(|b| match b {
                IpAddr::V4(v4) => Some(v4),
                IpAddr::V6(_) => None,
            });
            found[at].addresses.push(Address { ip, prefix, broadcast });
        }
    }
    Ok(found)
}

/// The kernel's number of an interface, by name or by number.
pub(crate) fn index(name: &str) -> Result<u32, Error> {
    if let Ok(number) = name.parse() {
        return Ok(number);
    }
    if_nametoindex(name).map_err(|_| {
        let known = names().0.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(", ");
        Error::other("use interface", name, "there is no such interface")
            .advise(format!("this machine has {known}"))
    })
}

/// Names of all interfaces by number.
pub fn names() -> Interfaces {
    let Ok(list) = if_nameindex() else { return Interfaces::default() };
    Interfaces(list.iter().map(|i| (i.index(), i.name().to_string_lossy().into_owned())).collect())
}

/// An IPv4 address of the interface with this number.
pub(crate) fn v4_address(index: u32) -> Option<Ipv4Addr> {
    let all = interfaces().ok()?;
    let addresses = all.into_iter().find(|i| i.index == index)?.addresses;
    addresses.into_iter().find_map(|a| match a.ip {
        IpAddr::V4(v4) => Some(v4),
        IpAddr::V6(_) => None,
    })
}

fn interface(name: &str, flags: InterfaceFlags) -> Interface {
    let mtu = std::fs::read_to_string(format!("/sys/class/net/{name}/mtu"));
    Interface {
        index: if_nametoindex(name).unwrap_or(0),
        name: name.to_owned(),
        up: flags.contains(InterfaceFlags::IFF_UP),
        running: flags.contains(InterfaceFlags::IFF_RUNNING),
        loopback: flags.contains(InterfaceFlags::IFF_LOOPBACK),
        broadcast: flags.contains(InterfaceFlags::IFF_BROADCAST),
        multicast: flags.contains(InterfaceFlags::IFF_MULTICAST),
        mtu: mtu.ok().and_then(|text| text.trim().parse().ok()),
        mac: None,
        addresses: Vec::new(),
    }
}

fn ip(address: &nix::sys::socket::SockaddrStorage) -> Option<IpAddr> {
    if let Some(v4) = address.as_sockaddr_in() {
        return Some(IpAddr::V4(v4.ip()));
    }
    address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip()))
}

fn prefix(mask: IpAddr) -> u8 {
    let ones = match mask {
        IpAddr::V4(v4) => u32::from(v4).count_ones(),
        IpAddr::V6(v6) => u128::from(v6).count_ones(),
    };
    ones as u8
}

fn mac_words(mac: [u8; 6]) -> String {
    mac.map(|byte| format!("{byte:02x}")).join(":")
}

/// The address that this machine would send from to reach `peer`: asks the routing table by connecting a
/// datagram socket, which sends nothing.
pub(crate) fn source_for(peer: SocketAddr) -> Option<IpAddr> {
    let any: SocketAddr = if peer.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }.parse().ok()?;
    let socket = std::net::UdpSocket::bind(any).ok()?;
    socket.connect(peer).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_is_there_with_its_address() {
        let all = interfaces().unwrap();
        let lo = all.iter().find(|i| i.loopback).expect("a loopback interface");
        let home = Address { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), prefix: 8, broadcast: None };
        let found = lo.addresses.iter().find(|a| a.ip == home.ip).expect("127.0.0.1 on it");
        assert_eq!(found.prefix, home.prefix);
        assert_eq!(names().name(lo.index), Some(lo.name.as_str()));
        assert_eq!(index(&lo.name).unwrap(), lo.index);
        assert_eq!(v4_address(lo.index), Some(Ipv4Addr::LOCALHOST));
    }

    #[test]
    fn an_unknown_interface_is_told_with_those_there_are() {
        let text = index("nosuch0").unwrap_err().to_string();
        assert!(text.starts_with("cannot use interface nosuch0: there is no such interface; this machine has"));
        assert!(text.contains("lo"), "{text}");
    }

    #[test]
    fn what_goes_to_this_machine_leaves_from_this_machine() {
        let peer = "127.0.0.1:9".parse().unwrap();
        assert_eq!(source_for(peer), Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    }
}
