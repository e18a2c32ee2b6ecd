//! Why a walk ended early.

use std::fmt::{self, Display, Formatter};

/// Where a packet could not be followed any further, and why. Everything before is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Offset of the header or field that stopped it.
    pub at: u32,
    /// Why.
    pub why: Why,
}

/// Why a packet could not be followed any further. Lengths in bytes where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The recording has only the first bytes of it.
    Cut {
        /// How many it has.
        recorded: u32,
        /// How many there are.
        of: u32,
    },
    /// The packet itself ends before its header does.
    Short {
        /// How many are left in the packet.
        left: u32,
        /// How many the header takes.
        needs: u32,
    },
    /// A length in words of four bytes that is less than the header.
    HeaderLength {
        /// What it says.
        says: u8,
        /// What is the least.
        least: u8,
    },
    /// A length that is less than that of the header itself.
    Length {
        /// What it says.
        says: u32,
        /// The length of the header.
        header: u32,
    },
    /// A length that is more than what is carried.
    Overlong {
        /// What it says.
        says: u32,
        /// How many there are.
        left: u32,
    },
    /// A header of IP with another version than where it stands.
    Version {
        /// What it says.
        says: u8,
        /// What it should be; 0 where 4 and 6 would do.
        want: u8,
    },
    /// An address family that is not IP.
    Family(u32),
    /// More headers than anyone sends.
    Headers(u32),
    /// A link that is not taken apart here.
    Link(u16),
}

impl Display for Why {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Cut { recorded, of } => write!(f, "cut: {recorded} of {of} bytes recorded"),
            Self::Short { left, needs } => {
                write!(f, "stops here: {left} of the {needs} bytes that it takes are in the packet")
            }
            Self::HeaderLength { says, least } => {
                write!(f, "stops here: header length {says} is less than {least} words")
            }
            Self::Length { says, header } => {
                write!(f, "stops here: length {says} is less than the {header} bytes of the header")
            }
            Self::Overlong { says, left } => {
                write!(f, "stops here: length {says} is more than the {left} bytes that are carried")
            }
            Self::Version { says, want: 0 } => write!(f, "stops here: version {says} is neither 4 nor 6"),
            Self::Version { says, want } => write!(f, "stops here: version {says} is not {want}"),
            Self::Family(number) => write!(f, "stops here: address family {number} is not opened here"),
            Self::Headers(most) => write!(f, "stops here: more than {most} headers"),
            Self::Link(number) => write!(f, "stops here: link type {number} is not opened here"),
        }
    }
}
