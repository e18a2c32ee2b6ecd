//! Why a file is not whole at the receiver, in words for whoever asked.

use super::Flaw;

/// Why a file is not whole at the receiver. Prints as one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The receiver said nothing in time.
    #[error("the peer said nothing for 5 s; {RECEIVER}")]
    Silent,
    /// The receiver ended before it said what it has.
    #[error("the peer ended before it said what it has; {RECEIVER}, for one sender at a time")]
    NoReceiver,
    /// What the receiver says first is something else.
    #[error("what the peer says is not what --resume says first; {RECEIVER}")]
    OtherReceiver,
    /// The sender ended before it said what it sends.
    #[error("the peer ended before it said what it sends; {SENDER}")]
    NoSender,
    /// What the sender says first is something else.
    #[error("what the peer sends does not begin as --resume does; {SENDER}")]
    OtherSender,
    /// The peer speaks another version.
    #[error("the peer speaks another version of --resume; use the same sockscope at both ends")]
    Version,
    /// The peer says what it may not say just then.
    #[error("the peer does not keep to what --resume says (docs/files.md); {0}")]
    Odd(&'static str),
    /// Told by the sender: what the receiver has is something else.
    #[error(
        "the {have} bytes that the peer has are not the first ones of this file, so nothing was sent; let the peer \
         save into another file, or remove the one it has"
    )]
    PeerDiffers {
        /// Bytes that it has.
        have: u64,
    },
    /// Told by the receiver: what is here is something else.
    #[error(
        "the {have} bytes of this file are not the first ones of what the peer sends, so it is as it was; choose \
         another name, or remove it"
    )]
    Differs {
        /// Bytes that are here.
        have: u64,
    },
    /// Told by the sender: it broke midway.
    #[error("broken off when {done} of {size} bytes were on their way; the same command again goes on")]
    SendingBroke {
        /// Bytes that are at the receiver, or were handed over.
        done: u64,
        /// Bytes in all.
        size: u64,
    },
    /// Told by the receiver: it broke midway.
    #[error("broken off, {done} of {size} bytes are here; the same command again goes on")]
    Broke {
        /// Bytes that are here.
        done: u64,
        /// Bytes in all.
        size: u64,
    },
    /// The file is another one since its checksum was made.
    #[error("the file changed while it was sent; remove what the peer has of it, and send it again")]
    Changed,
    /// Told by the sender: all is there, with another checksum.
    #[error("what the peer has now is damaged: its checksum is another; remove it there, and send it again")]
    PeerDamaged,
    /// Told by the receiver: all is here, with another checksum.
    #[error("damaged: its checksum is not that of what the peer has; remove it, and have it sent again")]
    Damaged,
}

const RECEIVER: &str = "there must be `sockscope listen … --save-payload FILE --resume`";
const SENDER: &str = "there must be `sockscope send … --file FILE --resume`";

impl Failure {
    /// What the sender makes of what is no line of the receiver.
    pub(super) fn of_receiver(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Stranger => Self::OtherReceiver,
            Flaw::Version => Self::Version,
            Flaw::Malformed => Self::Odd("its line cannot be read"),
        }
    }

    /// What the receiver makes of what is no line of the sender.
    pub(super) fn of_sender(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Stranger => Self::OtherSender,
            flaw => Self::of_receiver(flaw),
        }
    }
}
