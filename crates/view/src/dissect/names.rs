//! Names of numbers, each table from the registry that it says.

mod control;
mod domain;
mod network;

pub(super) use control::{ICMP, ICMPV6, control};
pub(super) use domain::{CLASSES, OPCODES, RCODES, RECORDS, SVC_PARAMETERS};
pub(super) use network::{
    ARP_OPERATIONS, DSCP, ECN, ETHERTYPES, HARDWARE, IPV4_OPTIONS, IPV6_OPTIONS, PACKET_TYPES, PROTOCOLS,
    ROUTING, TCP_OPTIONS,
};

/// EtherType of IPv4.
pub(super) const ETHERTYPE_IPV4: u16 = 0x0800;
/// EtherType of ARP.
pub(super) const ETHERTYPE_ARP: u16 = 0x0806;
/// EtherType of IPv6.
pub(super) const ETHERTYPE_IPV6: u16 = 0x86dd;

/// Numbers and what they are called.
pub(super) type Table = &'static [(u16, &'static str)];

/// What `number` is called.
pub(super) fn name(table: Table, number: u16) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// `number` with its name behind it: `17 (UDP)`.
pub(super) fn named(table: Table, number: u16) -> String {
    match name(table, number) {
        Some(name) => format!("{number} ({name})"),
        None => number.to_string(),
    }
}
