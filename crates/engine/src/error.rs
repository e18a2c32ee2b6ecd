//! What can end a run before its time.

use std::io;

use sockscope_core::problem::Problem;

/// What can end a run before its time.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A socket could not be opened or used.
    #[error(transparent)]
    Net(#[from] sockscope_net::error::Error),
    /// Something typed or read is wrong.
    #[error(transparent)]
    Input(#[from] Problem),
    /// What to send could not be read.
    #[error("cannot read {what}: {}", sockscope_net::error::words(.error))]
    Read {
        /// What was read: a file's name or standard input.
        what: String,
        /// Why not.
        error: io::Error,
    },
    /// A sink could not take an event.
    #[error("cannot write the output: {}", sockscope_net::error::words(.0))]
    Output(io::Error),
    /// A thread could not be started.
    #[error("cannot start a thread for a shard: {}", sockscope_net::error::words(.0))]
    Thread(io::Error),
    /// Waiting failed.
    #[error("cannot wait for the sockets: {}", sockscope_net::error::words(.0))]
    Wait(io::Error),
}

/// A system error as a phrase: lower case, without its number.
pub use sockscope_net::error::words;

impl Error {
    /// Whether nobody listens there.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Net(error) if error.is_refused())
    }

    /// Whether the other side said no, rather than that it could not be tried.
    pub fn is_no(&self) -> bool {
        matches!(self, Self::Net(error) if error.kind == sockscope_net::error::Kind::No)
    }
}
