//! What was wrong in a recording, where, and what was done about it.

use std::fmt;

/// What was wrong in a recording, and where. Prints as one lower-case line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// Where the block or record with the flaw begins: bytes from the beginning of the file.
    pub at: u64,
    /// What was wrong.
    pub flaw: Flaw,
}

/// What can be wrong in a recording that is one. Lengths are in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// The file ends before this does.
    Cut {
        /// What is cut.
        what: &'static str,
        /// How long it says it is.
        len: u64,
        /// How much of it is there.
        have: u64,
    },
    /// A length that no block can have.
    Length(u32),
    /// A length that is no multiple of 4, although the block is as long as it says, with padding or without.
    Ragged(u32),
    /// The length that a block repeats at its end is another.
    Trailer {
        /// At its beginning.
        head: u32,
        /// At its end.
        tail: u32,
        /// The first is used, since a block follows where it says; else neither is believed.
        believed: bool,
    },
    /// A length beyond the end of the file, although blocks follow before.
    Beyond(u64),
    /// A block too long to be read; it is passed over.
    Long(u64),
    /// A block too short for what it must hold.
    Short {
        /// What it is.
        what: &'static str,
        /// Its length.
        len: u32,
    },
    /// The byte-order magic of a section is none.
    Magic(u32),
    /// So much was skipped up to the next place that can be read.
    Skipped(u64),
    /// From here to the end nothing can be read.
    Rest(u64),
    /// More is said to be captured than the block has.
    Overrun {
        /// The captured length that it says.
        said: u32,
        /// What is there, and is given.
        there: u32,
    },
    /// More was captured than the interface's snap length.
    Snap {
        /// Captured.
        captured: u32,
        /// The snap length.
        snap: u32,
    },
    /// More was captured than was on the wire.
    Wire {
        /// Captured.
        captured: u32,
        /// On the wire.
        wire: u32,
    },
    /// A captured length that is not believed.
    Captured(u32),
    /// The fraction of a second is a second or more.
    Fraction(u32),
    /// An interface that was not described.
    Interface(u32),
    /// A time outside of the years 1970 to 2554.
    Time,
    /// The options are broken.
    Options,
    /// The correction of times in the header of pcap, in seconds, which nobody uses.
    Zone(i32),
    /// A version that is not known.
    Version(u16, u16),
    /// More interfaces or sections than are kept.
    Many(usize),
    /// Another file header of pcap.
    Joined,
    /// The recording was packed with gzip, and could not be unpacked further.
    Gzip(Gzip),
}

/// What can be wrong with what is packed by gzip (RFC 1952).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gzip {
    /// It ends before its end.
    Cut,
    /// It cannot be unpacked, or its checksum is another.
    Damaged,
    /// So many packed bytes behind its end are something else.
    Followed(u64),
}

impl fmt::Display for Gzip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut => f.write_str("the gzip file ends before its end; what came before is read"),
            Self::Damaged => f.write_str("the gzip file is damaged; what was unpacked before is read"),
            Self::Followed(len) => write!(f, "{len} bytes that are no gzip follow behind its end; left out"),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: {}", self.at, self.flaw)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Cut { what, len, have } => {
                write!(f, "the file ends within {what}: {} of {len} bytes are missing", len - have)
            }
            Self::Length(len) => {
                write!(f, "no block has the length {len}; looking for the next that can be read")
            }
            Self::Ragged(len) => write!(f, "the block length {len} is no multiple of 4; read nevertheless"),
            Self::Trailer { head, tail, believed: true } => {
                write!(f, "the block length {head} stands as {tail} at its end; the first is used")
            }
            Self::Trailer { head, tail, believed: false } => write!(
                f,
                "the block length {head} stands as {tail} at its end; looking for the next block that can be read"
            ),
            Self::Beyond(len) => write!(
                f,
                "the block length {len} goes beyond the end of the file; looking for the next block that can be read"
            ),
            Self::Long(len) => write!(f, "a block of {len} bytes is passed over, since 64 MiB are the most"),
            Self::Short { what, len } => {
                write!(f, "{len} bytes are too few for {what}; left out")
            }
            Self::Magic(magic) => {
                write!(f, "a section has the byte-order magic {magic:#010x}, which is none")
            }
            _ => self.more(f),
        }
    }
}

impl Flaw {
    /// Those of what lies within a block, and of the rest.
    fn more(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skipped(len) => write!(f, "{len} bytes were skipped up to the next that can be read"),
            Self::Rest(len) => write!(f, "from here on, {len} bytes cannot be read"),
            Self::Overrun { said, there } => {
                write!(f, "{said} bytes are said to be captured, but the block has {there}; these are given")
            }
            Self::Snap { captured, snap } => {
                write!(f, "{captured} bytes are captured, over the snap length {snap}; all are given")
            }
            Self::Wire { captured, wire } => {
                write!(f, "{captured} bytes are captured of {wire} on the wire; all are given")
            }
            Self::Captured(len) => {
                write!(f, "a captured length of {len} is not believed; looking for the next packet")
            }
            Self::Fraction(value) => {
                write!(f, "the fraction of its second is {value}, a second or more; added as it is")
            }
            Self::Interface(number) => {
                write!(f, "interface {number} was not described before; its times are not known")
            }
            Self::Time => f.write_str("its time lies outside of the years 1970 to 2554; left out"),
            Self::Options => f.write_str("the options are broken; those before are kept"),
            Self::Zone(seconds) => write!(f, "a time zone correction of {seconds} s is not applied"),
            Self::Version(major, minor) => {
                write!(f, "version {major}.{minor} is not known; read as the version that is")
            }
            Self::Many(most) => {
                write!(f, "this is one more than {most} interfaces or sections, the most that are read")
            }
            Self::Joined => f.write_str(
                "another file header stands here, as where files were joined; it holds from here on",
            ),
            Self::Gzip(gzip) => write!(f, "{gzip}"),
            _ => Ok(()),
        }
    }
}
