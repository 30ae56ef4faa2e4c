//! Numbers over time, for a small plot: never more than a fixed number of stretches.

use serde::Serialize;

use crate::trace::Time;

/// The most stretches; when there are more, each two become one.
const STRETCHES_MAX: usize = 64;
/// How long a stretch is at first, in microseconds.
const FIRST_US: u64 = 50_000;

/// A number for each of equal stretches of time: how often something happened, or the most that was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Series {
    /// How long each stretch is, in microseconds.
    pub stretch_us: u64,
    /// Per stretch from the beginning; those behind the last in which anything happened are left out. What does not
    /// fit is shown as the most that does.
    pub values: Vec<u32>,
}

impl Default for Series {
    fn default() -> Series {
        Series { stretch_us: FIRST_US, values: Vec::new() }
    }
}

impl Series {
    /// It happened once more.
    pub(super) fn count(&mut self, at: Time) {
        self.join(at, 1, 0, |sum, more| sum + more);
    }

    /// So much was measured.
    pub(super) fn measure(&mut self, at: Time, value: u64) {
        self.join(at, u32::try_from(value).unwrap_or(u32::MAX), 0, Ord::max);
    }

    /// It is so much from now on, and was as much as `before` since it was told last.
    pub(super) fn set(&mut self, at: Time, value: u32, before: u32) {
        self.join(at, value, before, Ord::max);
    }

    fn join(&mut self, at: Time, value: u32, before: u32, both: fn(u32, u32) -> u32) {
        while at.0 / self.stretch_us >= STRETCHES_MAX as u64 {
            self.stretch_us *= 2;
            let two = |two: &[u32]| two.iter().copied().fold(0, both);
            self.values = self.values.chunks(2).map(two).collect();
        }
        let stretch = (at.0 / self.stretch_us) as usize;
        if self.values.len() <= stretch {
            self.values.resize(stretch + 1, before);
        }
        self.values[stretch] = both(self.values[stretch], value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_has_no_more_stretches_and_loses_nothing() {
        let (mut counted, mut measured) = (Series::default(), Series::default());
        for at in 0..10_000 {
            counted.count(Time(at * 10_000));
            measured.measure(Time(at * 10_000), at);
            assert!(counted.values.len() <= STRETCHES_MAX);
        }
        assert_eq!(counted.values.iter().sum::<u32>(), 10_000);
        assert_eq!(counted.stretch_us, 1_600_000);
        assert!(counted.values[..60].iter().all(|count| *count == 160));
        assert_eq!(measured.values[..3], [159, 319, 479], "the most in each stretch");
    }
    #[test]
    fn what_is_set_stays_so() {
        let mut series = Series::default();
        series.set(Time(60_000), 3, 0);
        series.set(Time(70_000), 1, 3);
        series.set(Time(210_000), 0, 1);
        series.set(Time(300_000), 0, 0);
        assert_eq!(series.values, [0, 3, 1, 1, 1, 0, 0]);
    }
}
