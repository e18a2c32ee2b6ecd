//! Many measured times in little memory.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The percentiles that are told.
pub const PERCENTILES: [f64; 5] = [50.0, 90.0, 99.0, 99.9, 99.99];

/// Times in nanoseconds, kept to three digits (HdrHistogram).
#[derive(Debug, Clone)]
pub struct Times(Histogram<u64>);

impl Default for Times {
    fn default() -> Self {
        Self(Histogram::new(3).expect("three digits are allowed"))
    }
}

impl Times {
    /// Adds one.
    pub fn add(&mut self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.0.record(nanos).expect("it grows by itself");
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.reset();
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The time that `percent` of 100 do not exceed; `None` where there are too few to say: p99.99 wants 10,000.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        // A hair less, since 100 - 99.99 is a hair more than it is on paper.
        let wanted = (100.0 / (100.0 - percent) - 1e-3).max(1.0);
        (self.count() as f64 >= wanted).then(|| Duration::from_nanos(self.0.value_at_percentile(percent)))
    }

    /// The least.
    pub fn min(&self) -> Option<Duration> {
        self.known(self.0.min())
    }

    /// The most.
    pub fn max(&self) -> Option<Duration> {
        self.known(self.0.max())
    }

    /// The mean.
    pub fn mean(&self) -> Option<Duration> {
        self.known(self.0.mean() as u64)
    }

    /// The standard deviation of all of them.
    pub fn deviation(&self) -> Option<Duration> {
        self.known(self.0.stdev() as u64)
    }

    /// How many lie in each of the ranges that end at 1, 2 and 5 times a power of ten nanoseconds, from the first
    /// that has one to the last: end and count.
    pub fn ranges(&self) -> Vec<(Duration, u64)> {
        let ends = (0..19).flat_map(|power| [1, 2, 5].map(|times| times * 10_u64.pow(power)));
        let mut from = 0;
        let mut all: Vec<_> = ends
            .map(|end| {
                let count = if end > from { self.0.count_between(from, end - 1) } else { 0 };
                from = end;
                (Duration::from_nanos(end), count)
            })
            .collect();
        let last = all.iter().rposition(|(_, count)| *count > 0).map_or(0, |last| last + 1);
        all.truncate(last);
        let first = all.iter().position(|(_, count)| *count > 0).unwrap_or(0);
        all.split_off(first)
    }

    fn known(&self, nanos: u64) -> Option<Duration> {
        (self.count() > 0).then(|| Duration::from_nanos(nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_samples_support_no_high_percentile() {
        let mut times = Times::default();
        assert_eq!((times.percentile(50.0), times.min(), times.mean()), (None, None, None));
        for count in 1..=10_000_u64 {
            times.add(Duration::from_micros(count));
            let told = PERCENTILES.map(|percent| times.percentile(percent).is_some());
            assert_eq!(told, [2, 10, 100, 1_000, 10_000].map(|wanted| count >= wanted), "{count}");
        }
        let median = times.percentile(50.0).unwrap().as_micros();
        assert!((4_995..=5_005).contains(&median), "{median}");
    }

    #[test]
    fn each_time_lies_in_one_range() {
        let mut times = Times::default();
        for micros in [15, 15, 40, 900] {
            times.add(Duration::from_micros(micros));
        }
        let ranges: Vec<_> = times.ranges().iter().map(|(end, count)| (end.as_micros(), *count)).collect();
        assert_eq!(ranges, [(20, 2), (50, 1), (100, 0), (200, 0), (500, 0), (1_000, 1)]);
    }
}
