//! State as it comes: how often, in which form, and what it says of where the drone is.

use std::time::Duration;

use sockscope::core::moment::Moment;

use super::checks::Findings;
use crate::sdk::Sdk;
use crate::state::State;

/// States come so far apart (SDK manuals: 10 Hz), and may be off by so much in the middle of all.
const PERIOD: Duration = Duration::from_millis(100);
const OFF: Duration = Duration::from_millis(5);

/// No two states are further apart.
const GAP: Duration = Duration::from_millis(300);

/// A state without mission pads is shorter, in bytes (hardware: 127 to 140).
const SHORT: usize = 150;

/// What `tof` says on the floor in cm (hardware).
const FLOOR: i32 = 10;

/// By how much motor time may be off, in seconds: it is told in whole ones.
const SECONDS: f64 = 2.0;

/// What the motors do, as far as that is certain.
#[derive(Debug, Clone, Copy)]
pub(super) enum Motors {
    /// They stand, since motor time was this.
    Stand(Option<i32>),
    /// They run, since motor time was this.
    Run(Option<(Moment, i32)>),
    /// That is not certain.
    Unsure,
}

/// Looks at state.
#[derive(Debug)]
pub(super) struct Watch {
    sdk: Sdk,
    /// When `command` was sent first.
    entered: Option<Moment>,
    /// It never took off: it stands where it was put.
    fresh: bool,
    last: Option<(Moment, State)>,
    gaps: Vec<Duration>,
    motors: Motors,
}

impl Watch {
    pub(super) fn new(sdk: Sdk) -> Self {
        Self { sdk, entered: None, fresh: true, last: None, gaps: Vec::new(), motors: Motors::Stand(None) }
    }

    /// `command` was sent.
    pub(super) fn enter(&mut self, now: Moment) {
        self.entered.get_or_insert(now);
    }

    /// What it told last.
    pub(super) fn last(&self) -> Option<&State> {
        self.last.as_ref().map(|(_, state)| state)
    }

    /// When it told that.
    pub(super) fn when(&self) -> Option<Moment> {
        self.last.as_ref().map(|(when, _)| *when)
    }

    /// Distance to the ground in cm, where there is a reading.
    pub(super) fn tof(&self) -> Option<i32> {
        self.last()?.tof.filter(|tof| *tof < 6553)
    }

    /// `takeoff` goes out.
    pub(super) fn leaves(&mut self) {
        self.fresh = false;
        self.motors = Motors::Unsure;
    }

    /// The motors do this from now on.
    pub(super) fn motors(&mut self, now: Moment, motors: Motors, findings: &mut Findings) {
        let told = self.last().and_then(|state| state.motor_time);
        if let (Motors::Run(Some((since, before))), Some(after)) = (self.motors, told) {
            let (ran, counted) = ((now - since).as_secs_f64(), f64::from(after) - f64::from(before));
            if ran > 2.0 * SECONDS {
                let how = format!("time went from {before} to {after} in {ran:.1} s in the air");
                findings.look("motor-time", 0, ((ran - counted).abs() > SECONDS).then_some(how));
            }
        }
        self.motors = match motors {
            Motors::Run(_) => Motors::Run(told.map(|told| (now, told))),
            Motors::Stand(_) => Motors::Stand(told),
            Motors::Unsure => Motors::Unsure,
        };
    }

    /// A state.
    pub(super) fn take(&mut self, now: Moment, number: u64, bytes: &[u8], findings: &mut Findings) {
        let early = || "state came before command was sent".to_owned();
        findings.look("state-first", number, self.entered.is_none().then(early));
        if let Some(last) = self.when().filter(|last| self.entered.is_some_and(|entered| *last >= entered)) {
            let gap = now - last;
            let how = || format!("{} ms went by without a state", gap.as_millis());
            findings.look("state-period", number, (gap > GAP).then(how));
            self.gaps.push(gap);
        }
        findings.look("state-profile", number, self.profile(bytes));
        let state = State::read(bytes).unwrap_or_default();
        if self.fresh {
            let how =
                || state.tof.map_or("tof is missing".to_owned(), |tof| format!("tof is {tof} on the floor"));
            findings.look("tof-floor", number, (state.tof != Some(FLOOR)).then(how));
        }
        self.stands(number, &state, findings);
        self.last = Some((now, state));
    }

    /// Whether motor time stands while the motors do.
    fn stands(&mut self, number: u64, state: &State, findings: &mut Findings) {
        let (Motors::Stand(before), Some(told)) = (&mut self.motors, state.motor_time) else { return };
        let before = *before.get_or_insert(told);
        let how = || format!("time went from {before} to {told} on the ground");
        findings.look("motor-time", number, (told != before).then(how));
    }

    /// What is wrong with the keys for this SDK.
    fn profile(&self, bytes: &[u8]) -> Option<String> {
        let pads = bytes.starts_with(b"mid:");
        match self.sdk {
            Sdk::V3_0 if !pads => Some("mid, x, y, z and mpry are missing".to_owned()),
            Sdk::V1_3 if pads => Some("SDK 1.3 has no mission pads".to_owned()),
            _ if !pads && bytes.len() >= SHORT => Some(format!("it has {} bytes", bytes.len())),
            _ => None,
        }
    }

    /// Looks at how far apart they came.
    pub(super) fn end(&mut self, findings: &mut Findings) {
        self.gaps.sort_unstable();
        let Some(median) = self.gaps.get(self.gaps.len() / 2) else { return };
        let how = || format!("they come {} ms apart", median.as_millis());
        findings.look("state-period", 0, (median.abs_diff(PERIOD) > OFF).then(how));
    }
}
