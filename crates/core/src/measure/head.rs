//! The header of every measured message: 32 bytes, big endian.
//!
//! ```text
//! 0   4  magic "SKSM"       4  1  version 1      5  1  kind      6  2  flags, zero
//! 8   8  flow, random       16 8  sequence, from 0
//! 24  8  sender's time, ns since 1970
//! ```

use crate::facts::Stamp;

/// Length of the header in bytes.
pub const LEN: usize = 32;
/// Where the sequence lies in it.
const SEQUENCE: usize = 16;
/// Where the time lies in it.
const TIME: usize = 24;
const MAGIC: [u8; 4] = *b"SKSM";
const VERSION: u8 = 1;

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Filler that wants no answer.
    Data,
    /// Asks who is there.
    Hello,
    /// The answer to it of a side that measures too.
    Ready,
    /// All data was sent.
    End,
    /// What was seen of it.
    Report,
    /// Data that wants an answer: it comes back with the answering side's own times, in the 16 bytes after the
    /// header: received, then sent, ns since 1970.
    Ask,
}

const KINDS: [Kind; 6] = [Kind::Data, Kind::Hello, Kind::Ready, Kind::End, Kind::Report, Kind::Ask];

/// A header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// What the message is for.
    pub kind: Kind,
    /// Which flow it is of: a random number.
    pub flow: u64,
    /// Its number in the flow, from 0.
    pub sequence: u64,
    /// When it was sent, by the sender's wall clock.
    pub time: Stamp,
}

impl Head {
    /// The header of a message; `None` where it has none, or one of another version.
    pub fn read(message: &[u8]) -> Option<Self> {
        let head = message.first_chunk::<LEN>()?;
        let number = |at: usize| head[at..].first_chunk().map(|bytes| u64::from_be_bytes(*bytes));
        if head[..4] != MAGIC || head[4] != VERSION || head[6..8] != [0, 0] {
            return None;
        }
        Some(Self {
            kind: *KINDS.get(usize::from(head[5]))?,
            flow: number(8)?,
            sequence: number(SEQUENCE)?,
            time: Stamp(number(TIME)?),
        })
    }

    /// Its bytes.
    pub fn bytes(&self) -> [u8; LEN] {
        let mut head = [0; LEN];
        head[..4].copy_from_slice(&MAGIC);
        head[4] = VERSION;
        head[5] = self.kind as u8;
        head[8..SEQUENCE].copy_from_slice(&self.flow.to_be_bytes());
        head[SEQUENCE..TIME].copy_from_slice(&self.sequence.to_be_bytes());
        head[TIME..].copy_from_slice(&self.time.0.to_be_bytes());
        head
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(kind in 0..KINDS.len(), flow: u64, sequence: u64, time: u64, filler: Vec<u8>) {
            let head = Head { kind: KINDS[kind], flow, sequence, time: Stamp(time) };
            let message = [&head.bytes()[..], &filler].concat();
            prop_assert_eq!(Head::read(&message), Some(head));
        }

        #[test]
        fn foreign_bytes_are_no_header(bytes: Vec<u8>) {
            prop_assume!(!bytes.starts_with(&MAGIC));
            prop_assert_eq!(Head::read(&bytes), None);
        }
    }

    #[test]
    fn the_bytes_lie_where_the_documents_say() {
        let head = Head { kind: Kind::Ask, flow: 1, sequence: 2, time: Stamp(3) };
        let bytes = head.bytes();
        assert_eq!(bytes[..8], *b"SKSM\x01\x05\0\0");
        assert_eq!((bytes[15], bytes[23], bytes[31]), (1, 2, 3));
    }

    #[test]
    fn a_short_one_another_version_kind_or_flag_is_none() {
        let good = Head { kind: Kind::Data, flow: 7, sequence: 8, time: Stamp(9) }.bytes();
        assert!(Head::read(&good).is_some());
        assert_eq!(Head::read(&good[..LEN - 1]), None);
        for (at, value) in [(0, b's'), (4, 2), (5, 6), (6, 1), (7, 1)] {
            let mut bad = good;
            bad[at] = value;
            assert_eq!(Head::read(&bad), None, "byte {at}");
        }
    }
}
