//! What the bytes of a packet begin with.

/// The layer that the bytes of a packet begin with, by the numbers of the tcpdump.org registry of link-layer
/// header types (LINKTYPE, not an operating system's DLT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// 0: the family of addresses in 4 bytes, in the writer's byte order, then IP.
    Null,
    /// 1: Ethernet.
    Ethernet,
    /// 101, and 12 and 14 of old files: IP, whose version is in its first half byte.
    Raw,
    /// 108: the family of addresses in 4 bytes, in network byte order, then IP.
    Loop,
    /// 113: Linux's cooked header of 16 bytes.
    LinuxSll,
    /// 228: IPv4.
    Ipv4,
    /// 229: IPv6.
    Ipv6,
    /// 276: Linux's cooked header of 20 bytes.
    LinuxSll2,
    /// Any other number.
    Other(u16),
}

impl Link {
    /// The layer that a number stands for.
    pub fn from_number(number: u16) -> Self {
        match number {
            0 => Self::Null,
            1 => Self::Ethernet,
            12 | 14 | 101 => Self::Raw,
            108 => Self::Loop,
            113 => Self::LinuxSll,
            228 => Self::Ipv4,
            229 => Self::Ipv6,
            276 => Self::LinuxSll2,
            other => Self::Other(other),
        }
    }

    /// Its number; 101 for all three of [`Link::Raw`].
    pub fn number(self) -> u16 {
        match self {
            Self::Null => 0,
            Self::Ethernet => 1,
            Self::Raw => 101,
            Self::Loop => 108,
            Self::LinuxSll => 113,
            Self::Ipv4 => 228,
            Self::Ipv6 => 229,
            Self::LinuxSll2 => 276,
            Self::Other(number) => number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_comes_back_but_for_the_old_ones_of_raw() {
        for number in 0..=u16::MAX {
            let want = if matches!(number, 12 | 14) { 101 } else { number };
            assert_eq!(Link::from_number(number).number(), want);
        }
    }
}
