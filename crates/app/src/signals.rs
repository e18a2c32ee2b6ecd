//! Ctrl-C and termination end a run in order; a second one ends it at once.

use std::io;
use std::os::unix::net::UnixStream;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};
use sockscope::stop::Stop;

/// What becomes readable with each of the signals, for whoever has something to end before the end.
pub(crate) fn asked() -> io::Result<UnixStream> {
    let (asked, waker) = UnixStream::pair()?;
    asked.set_nonblocking(true)?;
    for signal in [SIGINT, SIGTERM] {
        low_level::pipe::register(signal, waker.try_clone()?)?;
    }
    Ok(asked)
}

/// A stop that the signals ask for.
pub(crate) fn stop() -> io::Result<Stop> {
    let stop = Stop::new()?;
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, 128 + signal, stop.flag())?;
        flag::register(signal, stop.flag())?;
        low_level::pipe::register(signal, stop.waker()?)?;
    }
    Ok(stop)
}
