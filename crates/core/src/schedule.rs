//! Sending on a steady schedule, and how steady it was.

use std::time::Duration;

use crate::event::Pace;
use crate::moment::Moment;

/// Turns at fixed distances from the first one: a late turn does not push the later ones back.
#[derive(Debug)]
pub struct Schedule {
    every: Duration,
    left: Option<u64>,
    due: Moment,
    last: Option<Moment>,
    turns: u64,
    min: Duration,
    max: Duration,
    sum: Duration,
    missed: u64,
}

impl Schedule {
    /// `count` turns (without end for `None`), `every` so long, the first one now.
    pub fn new(every: Duration, count: Option<u64>, now: Moment) -> Self {
        Self {
            every,
            left: count,
            due: now,
            last: None,
            turns: 0,
            min: Duration::MAX,
            max: Duration::ZERO,
            sum: Duration::ZERO,
            missed: 0,
        }
    }

    /// When the next turn is due; `None` when all turns are done.
    pub fn due(&self) -> Option<Moment> {
        (self.left != Some(0)).then_some(self.due)
    }

    /// Takes a turn that is due. Turns whose time has passed meanwhile are not made up for in a burst:
    /// they are counted as missed, and the count of turns still to do stays.
    pub fn turn(&mut self, now: Moment) {
        if let Some(last) = self.last {
            let measured = now - last;
            self.min = self.min.min(measured);
            self.max = self.max.max(measured);
            self.sum += measured;
        }
        self.last = Some(now);
        self.turns += 1;
        self.left = self.left.map(|left| left.saturating_sub(1));
        self.due = self.due + self.every;
        if self.due <= now && !self.every.is_zero() {
            let late = (now - self.due).as_nanos() / self.every.as_nanos() + 1;
            let late = u32::try_from(late).unwrap_or(u32::MAX);
            self.missed += u64::from(late);
            self.due = self.due + self.every * late;
        }
    }

    /// Asked and measured interval; `None` before the second turn.
    pub fn pace(&self) -> Option<Pace> {
        let gaps = u32::try_from(self.turns.checked_sub(1)?).unwrap_or(u32::MAX);
        (gaps > 0).then(|| Pace {
            asked: self.every,
            min: self.min,
            mean: self.sum / gaps,
            max: self.max,
            missed: self.missed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn at(ms: u64) -> Moment {
        Moment(ms * 1_000_000)
    }

    #[test]
    fn a_late_turn_does_not_push_the_later_ones_back() {
        let mut schedule = Schedule::new(MS * 10, Some(3), at(0));
        assert_eq!(schedule.pace(), None);
        for (due, taken) in [(0, 0), (10, 13), (20, 20)] {
            assert_eq!(schedule.due(), Some(at(due)));
            schedule.turn(at(taken));
        }
        assert_eq!(schedule.due(), None);
        let pace = schedule.pace().unwrap();
        assert_eq!((pace.asked, pace.min, pace.mean, pace.max), (MS * 10, MS * 7, MS * 10, MS * 13));
        assert_eq!(pace.missed, 0);
    }

    #[test]
    fn turns_whose_time_has_passed_are_missed_not_made_up_for() {
        let mut schedule = Schedule::new(MS * 10, Some(2), at(0));
        schedule.turn(at(35));
        assert_eq!(schedule.due(), Some(at(40)));
        schedule.turn(at(40));
        assert_eq!(schedule.due(), None);
        assert_eq!(schedule.pace().unwrap().missed, 3);
    }

    #[test]
    fn without_a_count_it_never_ends() {
        let mut schedule = Schedule::new(MS, None, at(0));
        for turn in 0..100 {
            schedule.turn(at(turn));
        }
        assert_eq!(schedule.due(), Some(at(100)));
    }
}
