//! What a filter says, before it is known for which link.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::table::Proto;

/// A test.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Tests from left to right, each joined to all before it; the first join is not looked at.
    Chain(Vec<(Join, Self)>),
    Not(Box<Self>),
    /// A comparison of two values.
    Compare(Relation, Value, Value),
    Primitive(Primitive, Range<usize>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    And,
    Or,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A number to be had from a packet.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(u32),
    /// The length on the wire.
    Length,
    Negative(Box<Self>),
    /// An operation, as its code, with its operands.
    Compute(u16, Box<Self>, Box<Self>),
    /// So many bytes of a protocol from this offset on.
    Bytes {
        proto: Proto,
        offset: Box<Self>,
        size: u8,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Primitive {
    Proto(Proto),
    /// An address of IP or ARP. `None`: of all protocols that have such an address.
    Address {
        proto: Option<Proto>,
        dir: Dir,
        is: Address,
    },
    Mac {
        dir: Dir,
        is: [u8; 6],
    },
    Port {
        proto: Option<Proto>,
        dir: Dir,
        low: u16,
        high: u16,
    },
    /// The type of Ethernet, or the service access point.
    EtherType(u32),
    /// The number of the protocol inside of IPv4, IPv6 or both.
    Number {
        proto: Option<Proto>,
        is: u8,
    },
    Broadcast(Option<Proto>),
    Multicast(Option<Proto>),
    /// At most this long on the wire.
    Less(u32),
    /// At least this long.
    Greater(u32),
    /// With a tag, or with this one; what follows is looked for behind it.
    Vlan(Option<u32>),
    Inbound,
    Outbound,
    Interface(u32),
}

/// Which of the two addresses or ports is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dir {
    Src,
    Dst,
    Either,
    Both,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Address {
    /// An IPv4 address or net, and its mask.
    V4(u32, u32),
    /// An IPv6 address or net, and its mask.
    V6(Ipv6Addr, u128),
    /// A name to be looked up.
    Name(String),
}
