//! How a frame begins.

/// The kind of link that a packet was recorded on (the LINKTYPE registry,
/// <https://www.tcpdump.org/linktypes.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// Four bytes of address family in the byte order of the machine that recorded (BSD loopback).
    Null,
    /// Ethernet.
    Ethernet,
    /// IPv4 or IPv6 without anything before it.
    Raw,
    /// Four bytes of address family in network order (OpenBSD loopback).
    Loop,
    /// Linux "cooked" capture, version 1.
    LinuxSll,
    /// Linux "cooked" capture, version 2: what `any` is recorded with.
    LinuxSll2,
    /// IPv4 without anything before it.
    Ipv4,
    /// IPv6 without anything before it.
    Ipv6,
    /// Any other, by its number.
    Other(u16),
}

/// Each link with its number and its name in the registry.
const LINKS: &[(Link, u16, &str)] = &[
    (Link::Null, 0, "NULL"),
    (Link::Ethernet, 1, "ETHERNET"),
    (Link::Raw, 101, "RAW"),
    (Link::Loop, 108, "LOOP"),
    (Link::LinuxSll, 113, "LINUX_SLL"),
    (Link::Ipv4, 228, "IPV4"),
    (Link::Ipv6, 229, "IPV6"),
    (Link::LinuxSll2, 276, "LINUX_SLL2"),
];

impl Link {
    /// The link with this number. 12 and 14 are what some systems write for raw IP.
    pub fn from_number(number: u16) -> Self {
        match (number, LINKS.iter().find(|(_, known, _)| *known == number)) {
            (12 | 14, _) => Self::Raw,
            (_, Some((link, ..))) => *link,
            (_, None) => Self::Other(number),
        }
    }

    /// Its number.
    pub fn number(self) -> u16 {
        match (self, LINKS.iter().find(|(link, ..)| *link == self)) {
            (Self::Other(number), _) => number,
            (_, Some((_, number, _))) => *number,
            (_, None) => unreachable!("every named link has a row"),
        }
    }

    /// Its name in the registry, without `LINKTYPE_`; `None` of one that is not taken apart here.
    pub fn name(self) -> Option<&'static str> {
        LINKS.iter().find(|(link, ..)| *link == self).map(|(.., name)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in 0..=300 {
            let want = if matches!(number, 12 | 14) { 101 } else { number };
            assert_eq!(Link::from_number(number).number(), want);
        }
        assert_eq!(Link::from_number(276).name(), Some("LINUX_SLL2"));
        assert_eq!(Link::from_number(195).name(), None);
    }
}
