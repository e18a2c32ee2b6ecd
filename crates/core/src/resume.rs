//! A file through a stream that goes on where it broke off, where both ends are sockscope.
//!
//! ```text
//! receiver  sockscope-resume/1 have=N sha256=HEX\n               what it has, right after the connection is open
//! sender    sockscope-resume/1 from=N size=TOTAL sha256=HEX\n    of the whole; then the bytes N to TOTAL
//!       or  sockscope-resume/1 differs\n                         its own first N bytes are others
//! receiver  sockscope-resume/1 whole\n  or  damaged\n            once TOTAL bytes are there
//! ```
//!
//! Then both end their sending. [`Sender`] and [`Receiver`] are the two ends without socket, file and clock: they hear
//! what happens and say what to do. Checksums are made by whoever holds the file.

mod course;
mod failure;
mod line;
mod receiver;
mod sender;
mod sum;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use failure::Failure;
pub use line::{Collector, Flaw, LONGEST, Line};
pub use receiver::Receiver;
pub use sender::Sender;
pub use sum::Sum;

/// How long a sender waits for the first line of the receiver, and either end for the other to close when all is said.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// What an end of the transfer wants done, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Send this line.
    Say(Line),
    /// Make the checksums of so many bytes at the start of the file, and of the whole; then say that it was
    /// [`checked`](Sender::checked).
    Check {
        /// How many bytes.
        len: u64,
    },
    /// Send these bytes of the file; each time some have [`gone`](Sender::gone), say so.
    Send {
        /// The first of them.
        from: u64,
        /// Bytes of the file in all, behind the last of them.
        size: u64,
    },
    /// The bytes of the file will come; each time some were [`taken`](Receiver::taken) into it, say so.
    Take {
        /// Bytes that are there.
        from: u64,
        /// Bytes that there will be.
        size: u64,
    },
    /// End the sending half.
    End,
    /// It is over: the [result](Sender::result) stands.
    Finish,
}

/// A file is whole at the receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Bytes that were there before.
    pub from: u64,
    /// Bytes in all.
    pub size: u64,
    /// Checksum of the whole.
    pub sum: Sum,
}
