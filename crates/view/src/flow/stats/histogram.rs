//! How long things took: the least, the middle and the most, in little memory.

use std::collections::BTreeMap;
use std::time::Duration;

/// Durations, counted in buckets whose width is an eighth of their power of two; so 512 of them at most, and a
/// median that is off by a sixteenth at most.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    buckets: BTreeMap<u16, u64>,
    count: u64,
    min: Duration,
    max: Duration,
}

impl Histogram {
    /// Counts a duration.
    pub fn add(&mut self, took: Duration) {
        self.min = if self.count == 0 { took } else { self.min.min(took) };
        self.max = self.max.max(took);
        self.count += 1;
        *self.buckets.entry(bucket(took)).or_default() += 1;
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The least, exactly.
    pub fn min(&self) -> Option<Duration> {
        (self.count > 0).then_some(self.min)
    }

    /// The most, exactly.
    pub fn max(&self) -> Option<Duration> {
        (self.count > 0).then_some(self.max)
    }

    /// The one that half of them do not exceed, as the middle of its bucket.
    pub fn median(&self) -> Option<Duration> {
        let mut left = self.count.div_ceil(2);
        for (bucket, count) in &self.buckets {
            if *count >= left {
                return Some(middle(*bucket).clamp(self.min, self.max));
            }
            left -= count;
        }
        None
    }
}

fn bucket(took: Duration) -> u16 {
    let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
    let power = nanos.checked_ilog2().unwrap_or(0);
    let eighth = if power < 3 { nanos << (3 - power) } else { nanos >> (power - 3) };
    power as u16 * 8 + (eighth & 7) as u16
}

fn middle(bucket: u16) -> Duration {
    let (power, eighth) = (u32::from(bucket / 8), u128::from(bucket % 8));
    Duration::from_nanos(u64::try_from((((8 + eighth) * 2 + 1) << power) >> 4).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_has_no_middle() {
        let none = Histogram::default();
        assert_eq!((none.min(), none.median(), none.max(), none.count()), (None, None, None, 0));
    }

    proptest! {
        #[test]
        fn the_median_is_off_by_a_sixteenth_at_most(mut all in prop::collection::vec(1_u64..u64::MAX, 1..50)) {
            let mut histogram = Histogram::default();
            all.iter().for_each(|nanos| histogram.add(Duration::from_nanos(*nanos)));
            all.sort_unstable();
            let want = all[(all.len() - 1) / 2] as f64;
            let median = histogram.median().unwrap().as_nanos() as f64;
            prop_assert!((median - want).abs() <= want / 16.0 + 1.0, "{median} {want}");
            let nanos = Duration::from_nanos;
            prop_assert_eq!(histogram.min(), Some(nanos(all[0])));
            prop_assert_eq!(histogram.max(), Some(nanos(all[all.len() - 1])));
        }
    }
}
