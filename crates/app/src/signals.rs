//! Ctrl-C and termination end a run in order; a second one ends it at once.

use std::io;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};
use sockscope::stop::Stop;

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
