//! How long things took, in buckets that are as fine as the times are short.

/// Buckets a power of two is divided into: a percentile is at most a sixteenth too high.
const PARTS: u64 = 16;

/// Counts of times in microseconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    /// By bucket; grows to the longest time seen.
    counts: Vec<u32>,
    count: u32,
    max_us: u64,
}

impl Histogram {
    pub(super) fn add(&mut self, us: u64) {
        let at = bucket(us);
        if self.counts.len() <= at {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] += 1;
        self.count += 1;
        self.max_us = self.max_us.max(us);
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    pub(super) fn max_us(&self) -> u64 {
        self.max_us
    }

    /// The time within which so many of a hundred lie: the upper end of its bucket.
    pub(super) fn percentile(&self, percent: u32) -> u64 {
        let wanted = (u64::from(self.count) * u64::from(percent)).div_ceil(100).max(1);
        let mut below = 0;
        for (at, count) in self.counts.iter().enumerate() {
            below += u64::from(*count);
            if below >= wanted {
                return last_of(at).min(self.max_us);
            }
        }
        self.max_us
    }
}

/// The bucket of a time: one each below [`PARTS`], then `PARTS` to each power of two.
fn bucket(us: u64) -> usize {
    if us < PARTS {
        return us as usize;
    }
    let shift = us.ilog2() - PARTS.ilog2();
    (u64::from(shift) * PARTS + (us >> shift)) as usize
}

/// The longest time of a bucket.
fn last_of(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < PARTS {
        return bucket;
    }
    let shift = bucket / PARTS - 1;
    let top = bucket % PARTS + PARTS;
    ((top + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_in_order_and_without_gaps() {
        let mut next = 0;
        for at in 0..400 {
            let last = last_of(at);
            assert_eq!(bucket(next), at, "the first of a bucket");
            assert_eq!(bucket(last), at, "the last of a bucket");
            assert!(
                (last - next) * PARTS <= next.max(PARTS),
                "a bucket is narrow: {next}..={last}"
            );
            next = last + 1;
        }
    }

    #[test]
    fn percentiles_are_close_above_the_true_ones() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.percentile(50), 0);
        for us in (1..=1_000).rev() {
            histogram.add(us * 10);
        }
        for (percent, exact) in [(1, 100), (50, 5_000), (90, 9_000), (99, 9_900), (100, 10_000)] {
            let found = histogram.percentile(percent);
            assert!((exact..=exact + exact / 16).contains(&found), "{percent}: {found}");
        }
        assert_eq!((histogram.count(), histogram.max_us()), (1_000, 10_000));
    }
}
