//! Counts over time, for a small plot: never more than a fixed number of stretches.

use serde::Serialize;

use crate::trace::Time;

/// The most stretches; when there are more, each two become one.
const STRETCHES_MAX: usize = 64;
/// How long a stretch is at first, in microseconds.
const FIRST_US: u64 = 50_000;

/// How often something happened in each of equal stretches of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Series {
    /// How long each stretch is, in microseconds.
    pub stretch_us: u64,
    /// Per stretch from the beginning; those behind the last in which anything happened are left out.
    pub counts: Vec<u32>,
}

impl Default for Series {
    fn default() -> Series {
        Series { stretch_us: FIRST_US, counts: Vec::new() }
    }
}

impl Series {
    pub(super) fn add(&mut self, at: Time) {
        while at.0 / self.stretch_us >= STRETCHES_MAX as u64 {
            self.stretch_us *= 2;
            self.counts = self.counts.chunks(2).map(|two| two.iter().sum()).collect();
        }
        let stretch = (at.0 / self.stretch_us) as usize;
        if self.counts.len() <= stretch {
            self.counts.resize(stretch + 1, 0);
        }
        self.counts[stretch] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_has_no_more_stretches_and_loses_no_count() {
        let mut series = Series::default();
        for at in 0..10_000 {
            series.add(Time(at * 10_000));
            assert!(series.counts.len() <= STRETCHES_MAX);
        }
        assert_eq!(series.counts.iter().sum::<u32>(), 10_000);
        assert_eq!(series.stretch_us, 1_600_000);
        assert!(series.counts[..60].iter().all(|count| *count == 160));
    }
}
