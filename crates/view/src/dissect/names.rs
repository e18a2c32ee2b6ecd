//! Names of numbers, each table from the registry that it says.

/// EtherType of IPv4.
pub(super) const ETHERTYPE_IPV4: u16 = 0x0800;
/// EtherType of ARP.
pub(super) const ETHERTYPE_ARP: u16 = 0x0806;
/// EtherType of IPv6.
pub(super) const ETHERTYPE_IPV6: u16 = 0x86dd;
