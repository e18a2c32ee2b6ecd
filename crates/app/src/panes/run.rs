//! Keys and work by turns, until somebody leaves.

use std::time::Duration;

use sockscope::clock::Clock;
use sockscope::recording::Index;

use super::act::Turn;
use super::look::Look;
use super::screen::{Came, Screen};
use super::view::View;
use crate::exit::Verdict;

/// How often a file is looked at that may grow, and signals are.
const AGAIN: Duration = Duration::from_millis(200);
/// How long work goes on before keys are looked at, and the screen is drawn.
const SLICE: Duration = Duration::from_millis(40);

/// Shows a recording in three panes, until somebody leaves. Standard output and input are a terminal.
///
/// # Errors
///
/// It is no recording, cannot be read, or the terminal is gone.
pub(crate) fn run(index: Index, look: Look) -> anyhow::Result<Verdict> {
    let colour = look.colour;
    let mut view = View::new(index, look);
    // What is no recording at all is told as such, without a screen.
    view.begin()?;
    let mut screen = Screen::open(colour)?;
    let clock = Clock::start();
    view.size = screen.size()?;
    let mut changed = true;
    loop {
        if changed {
            screen.show(&view.draw())?;
        }
        changed = true;
        let came = screen.wait(if view.is_busy() { Duration::ZERO } else { AGAIN })?;
        let turn = match came {
            Came::Nothing => {
                changed = go_on(&mut view, &clock);
                continue;
            }
            Came::Key(key) => view.press(key),
            Came::Size => Turn::Redraw,
            Came::Stop => Turn::Suspend,
            Came::End => Turn::Quit,
        };
        match turn {
            Turn::On => continue,
            Turn::Quit => return Ok(Verdict::Done),
            Turn::Suspend => screen.suspend()?,
            Turn::Redraw => {}
        }
        screen.forget();
        view.size = screen.size()?;
    }
}

/// Works for a while; whether there was something to do.
fn go_on(view: &mut View, clock: &Clock) -> bool {
    if !view.is_busy() && !view.look_again() {
        return false;
    }
    let end = clock.now().moment + SLICE;
    while view.work() && clock.now().moment < end {}
    true
}
