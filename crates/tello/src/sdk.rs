//! The three versions of the text protocol, and who binds which port.

use std::fmt;
use std::str::FromStr;

use sockscope::core::problem::Problem;

/// Where a drone takes commands; it answers from there, to wherever a command came from.
pub const COMMAND_PORT: u16 = 8889;

/// Where a client takes state.
pub const STATE_PORT: u16 = 8890;

/// Where a client takes video.
pub const VIDEO_PORT: u16 = 11111;

/// Where a drone is, in the network of its own.
pub const ADDRESS: std::net::Ipv4Addr = std::net::Ipv4Addr::new(192, 168, 10, 1);

/// A version of the text protocol, as DJI's manuals are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sdk {
    /// SDK 1.3: Tello.
    V1_3,
    /// SDK 2.0: Tello EDU, with mission pads.
    V2_0,
    /// SDK 3.0: RoboMaster TT, a Tello EDU with a controller that has a light, a matrix of lights and a distance sensor.
    V3_0,
}

impl Sdk {
    /// All of them, the oldest first.
    pub const ALL: [Self; 3] = [Self::V1_3, Self::V2_0, Self::V3_0];

    /// As it is written: `1.3`.
    pub fn word(self) -> &'static str {
        match self {
            Self::V1_3 => "1.3",
            Self::V2_0 => "2.0",
            Self::V3_0 => "3.0",
        }
    }
}

impl fmt::Display for Sdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Sdk {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|sdk| sdk.word() == text).ok_or_else(|| {
            Problem::whole(text, format!("unknown SDK \"{text}\""), "there are 1.3, 2.0 and 3.0")
        })
    }
}
