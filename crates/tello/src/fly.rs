//! Scripts that fly: commands, waits, repeats and what the state must say.
//!
//! ```text
//! takeoff
//! until h > 40 within 8s
//! repeat 4
//!   forward 100
//!   cw 90
//! end
//! expect bat > 20
//! land
//! ```
//!
//! [`Script::read`] reads and checks all of it before anything flies; [`plan::Plan`] tells where it would lead and how
//! long it would take; [`flight::Flight`] carries it out, one step at a time, and lands when something fails.

pub mod condition;
pub mod crew;
pub mod flight;
pub mod map;
pub mod plan;
mod read;
pub mod rehearsal;
pub mod svg;

use std::time::Duration;

use crate::command::Command;
use condition::Condition;

/// A script, read and checked.
#[derive(Debug, Clone)]
pub struct Script {
    /// What to do, in order.
    pub steps: Vec<Step>,
}

/// A step of a script.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its line in the script, from 1.
    pub line: usize,
    /// Only this drone does it, from 1; all do where it is absent.
    pub only: Option<usize>,
    /// What to do.
    pub what: What,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum What {
    /// Sends a command and waits for its answer, which has to be good.
    Command(Command),
    /// Waits so long.
    Wait(Duration),
    /// Waits until the state says so, but no longer than that.
    Until(Condition, Duration),
    /// The state has to say so now.
    Expect(Condition),
    /// Says something to whoever watches.
    Say(String),
    /// Waits until all drones have come here.
    Barrier,
    /// What follows, to the end of it, is done so many times.
    Repeat {
        /// How often.
        times: u32,
        /// Index of the step behind its end.
        end: usize,
    },
    /// The end of what is repeated.
    Again {
        /// Index of the step that begins it.
        start: usize,
    },
}
