//! When the messages of a recording are sent again.

use std::time::Duration;

use crate::facts::Stamp;
use crate::moment::Moment;
use crate::problem::Problem;

/// When messages are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// What gives the pauses between them.
    pub timing: Timing,
    /// No pause is longer than this.
    pub most: Option<Duration>,
}

/// What gives the pauses between messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// The recording, this many millionths as fast: 1000000 is as it was.
    Recorded(u64),
    /// Nothing: one goes when the one before has gone.
    None,
}

/// Millionths of a speed.
const ONE: u64 = 1_000_000;

impl Default for Timing {
    fn default() -> Self {
        Self::Recorded(ONE)
    }
}

impl Timing {
    /// Reads how many times as fast: `10`, `0.5`, to the millionth.
    ///
    /// # Errors
    ///
    /// No such number, nought, or above a million.
    pub fn speed(text: &str) -> Result<Self, Problem> {
        let remedy = "write how many times as fast, such as 10 or 0.5";
        let wrong = || Problem::whole(text, format!("{text:?} is no speed"), remedy);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return Err(wrong());
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 6 {
            return Err(Problem::whole(text, format!("{text} is finer than a millionth"), remedy));
        }
        let fraction = format!("{fraction:0<6}").parse::<u64>().map_err(|_| wrong())?;
        let whole = whole.parse::<u64>().ok().filter(|whole| *whole <= ONE);
        match whole.map(|whole| whole * ONE + fraction) {
            Some(0) => Err(Problem::whole(text, "a speed of 0 would never come to an end", remedy)),
            Some(speed) if speed <= ONE * ONE => Ok(Self::Recorded(speed)),
            _ => Err(Problem::whole(text, format!("{text} is too fast"), "use --timing none")),
        }
    }

    /// How many times as fast it is as the recording; `None` where that says nothing.
    pub fn factor(self) -> Option<f64> {
        match self {
            Self::Recorded(speed) => Some(speed as f64 / ONE as f64),
            Self::None => None,
        }
    }
}

/// The schedule of one round: absolute, so that one late message makes no other one late.
#[derive(Debug)]
pub(super) struct Course {
    pace: Pace,
    /// When the round began.
    begun: Option<Moment>,
    /// Of the message before, from then on.
    offset: Duration,
    /// The latest time that a message bore.
    last: Option<Stamp>,
    pub(super) shortened: u64,
}

impl Course {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, begun: None, offset: Duration::ZERO, last: None, shortened: 0 }
    }

    /// When the next message is due, which was recorded then; the first one now. Of what was recorded before the one
    /// before it, and of what has no time, that of the one before.
    pub(super) fn due(&mut self, time: Option<Stamp>, now: Moment) -> Moment {
        let begun = *self.begun.get_or_insert(now);
        let gap = match (time, self.last) {
            (Some(time), Some(last)) => time.0.saturating_sub(last.0),
            _ => 0,
        };
        self.last = self.last.max(time);
        let Timing::Recorded(speed) = self.pace.timing else { return begun };
        let pause = u128::from(gap) * u128::from(ONE) / u128::from(speed);
        let mut pause = Duration::from_nanos(u64::try_from(pause).unwrap_or(u64::MAX));
        if let Some(most) = self.pace.most.filter(|most| pause > *most) {
            pause = most;
            self.shortened += 1;
        }
        self.offset = self.offset.saturating_add(pause);
        begun + self.offset
    }

    /// A new round, which begins with its first message.
    pub(super) fn again(&mut self) {
        (self.begun, self.offset, self.last) = (None, Duration::ZERO, None);
    }

    /// Whether there is a schedule that a message can be late for.
    pub(super) fn counts(&self) -> bool {
        self.pace.timing != Timing::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_read() {
        for (text, want) in
            [("1", 1_000_000), ("10", 10_000_000), ("0.5", 500_000), ("0.000001", 1), ("1.50", 1_500_000)]
        {
            assert_eq!(Timing::speed(text), Ok(Timing::Recorded(want)), "{text}");
        }
        for (text, why) in [
            ("fast", "\"fast\" is no speed"),
            ("-1", "\"-1\" is no speed"),
            ("1.", "\"1.\" is no speed"),
            (".5", "\".5\" is no speed"),
            ("", "\"\" is no speed"),
            ("0", "a speed of 0 would never"),
            ("0.0000001", "finer than a millionth"),
            ("1000001", "too fast"),
            ("99999999999999999999", "too fast"),
        ] {
            let told = Timing::speed(text).unwrap_err().to_string();
            assert!(told.contains(why), "{text}: {told}");
        }
    }

    #[test]
    fn pauses_are_scaled_and_shortened_and_the_clock_may_go_back() {
        let pace = Pace { timing: Timing::Recorded(2_000_000), most: Some(Duration::from_nanos(100)) };
        let mut course = Course::new(pace);
        let dues: Vec<u64> = [Some(1000), Some(1100), Some(1050), None, Some(1200), Some(9000)]
            .map(|time| course.due(time.map(Stamp), Moment(7)).0)
            .into();
        assert_eq!(dues, [7, 57, 57, 57, 107, 207]);
        assert_eq!(course.shortened, 1);
        course.again();
        assert_eq!(course.due(Some(Stamp(1000)), Moment(500)), Moment(500));
        assert_eq!(course.due(Some(Stamp(1002)), Moment(505)), Moment(501));
    }
}
