//! Time to height and back: a real axis, except where a quiet stretch is folded.

use crate::trace::Time;

/// The height of a folded stretch, in tenths of a pixel.
pub const FOLD_HEIGHT: i64 = 300;

/// Microseconds in a second.
const SECOND: u64 = 1_000_000;
/// Beyond this instant the axis ends: about 115 days.
const LAST_US: u64 = 10_000_000_000_000;

/// A stretch of time drawn as a short break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Where it begins.
    pub from: Time,
    /// Where it ends.
    pub to: Time,
    /// The height at which it begins, in tenths of a pixel.
    pub y: i64,
    /// How many messages are sent in it, none of them worth a picture.
    pub messages: u32,
}

/// A piecewise linear map from virtual time to height, in whole tenths of a pixel.
///
/// It never decreases, and [`TimeScale::time`] is its exact inverse in this
/// sense: the earliest instant that lies at or below a height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeScale {
    /// Tenths of a pixel per second; at least 1.
    per_second: u32,
    /// Ascending and apart.
    folds: Vec<Fold>,
}

impl TimeScale {
    /// So many pixels a second, nothing folded.
    pub fn pixels_per_second(pixels: u32) -> TimeScale {
        TimeScale { per_second: pixels.clamp(1, 100_000_000).saturating_mul(10), folds: Vec::new() }
    }

    /// So many pixels a millisecond, nothing folded.
    pub fn pixels_per_ms(pixels: u32) -> TimeScale {
        TimeScale::pixels_per_second(pixels.saturating_mul(1000))
    }

    /// Folds a stretch that comes after all folded so far. Says whether it did:
    /// a stretch that is hardly taller than the break is left as it is.
    pub fn fold(&mut self, from: Time, to: Time, messages: u32) -> bool {
        let after = self.folds.last().is_none_or(|last| last.to <= from);
        let fits = to.0 <= LAST_US && self.linear(to.since(from)) > 2 * FOLD_HEIGHT;
        if after && fits {
            self.folds.push(Fold { from, to, y: self.y(from), messages });
        }
        after && fits
    }

    /// The folded stretches, ascending.
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// Whether an instant lies inside a folded stretch.
    pub fn is_folded(&self, at: Time) -> bool {
        let i = self.folds.partition_point(|fold| fold.to <= at);
        self.folds.get(i).is_some_and(|fold| fold.from < at)
    }

    /// Unfolds what ends after an instant, because the run was cut there.
    pub fn unfold_after(&mut self, at: Time) {
        let kept = self.folds.partition_point(|fold| fold.to <= at);
        self.folds.truncate(kept);
    }

    /// The height of an instant, in tenths of a pixel from the beginning of the run.
    pub fn y(&self, at: Time) -> i64 {
        let at = Time(at.0.min(LAST_US));
        let before = self.folds.partition_point(|fold| fold.from <= at);
        let Some(fold) = before.checked_sub(1).map(|i| self.folds[i]) else {
            return self.linear(at.0);
        };
        if at < fold.to {
            let (part, whole) = (at.since(fold.from), fold.to.since(fold.from));
            return fold.y + floor(part, FOLD_HEIGHT.unsigned_abs(), whole);
        }
        fold.y + FOLD_HEIGHT + self.linear(at.since(fold.to))
    }

    /// The earliest instant at or below a height.
    pub fn time(&self, y: i64) -> Time {
        let before = self.folds.partition_point(|fold| fold.y < y);
        let Some(fold) = before.checked_sub(1).map(|i| self.folds[i]) else {
            return Time(self.linear_inverse(y));
        };
        let below = y - fold.y;
        if below <= FOLD_HEIGHT {
            let whole = fold.to.since(fold.from);
            return fold.from.after(ceil(below, whole, FOLD_HEIGHT.unsigned_abs()));
        }
        fold.to.after(self.linear_inverse(below - FOLD_HEIGHT))
    }

    /// The least duration that is at least so tall where nothing is folded, in microseconds.
    pub fn duration(&self, tenths: i64) -> u64 {
        self.linear_inverse(tenths)
    }

    fn linear(&self, us: u64) -> i64 {
        floor(us, self.per_second.into(), SECOND)
    }

    fn linear_inverse(&self, y: i64) -> u64 {
        ceil(y, SECOND, self.per_second.into()).min(LAST_US)
    }
}

/// ⌊value · times / over⌋, where `over · times` is below 2⁶⁴.
fn floor(value: u64, times: u64, over: u64) -> i64 {
    let whole = (value / over).saturating_mul(times);
    i64::try_from(whole.saturating_add((value % over).saturating_mul(times) / over))
        .unwrap_or(i64::MAX)
}

/// ⌈value · times / over⌉, where `over · times` is below 2⁶⁴; 0 for a negative value.
fn ceil(value: i64, times: u64, over: u64) -> u64 {
    let value = u64::try_from(value).unwrap_or(0);
    let whole = (value / over).saturating_mul(times);
    whole.saturating_add((value % over).saturating_mul(times).div_ceil(over))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small deterministic source of numbers for the properties below.
    fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
        let mut state = seed;
        move |below| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed ^ (mixed >> 31)) % below
        }
    }

    fn random_scale(seed: u64) -> TimeScale {
        let mut next = numbers(seed);
        let mut scale = TimeScale::pixels_per_second(1 + next(200_000) as u32);
        let mut at = 0;
        for _ in 0..next(12) {
            let from = at + next(400_000);
            let to = from + next(2_000_000);
            if scale.fold(Time(from), Time(to), 0) {
                at = to;
            }
        }
        scale
    }

    #[test]
    fn later_is_never_higher() {
        for seed in 0..200 {
            let scale = random_scale(seed);
            let mut next = numbers(seed + 1_000);
            for _ in 0..200 {
                let (a, b) = (next(20_000_000), next(20_000_000));
                let (a, b) = (Time(a.min(b)), Time(a.max(b)));
                assert!(scale.y(a) <= scale.y(b), "seed {seed}: {a:?} above {b:?}");
            }
        }
    }

    #[test]
    fn time_is_the_earliest_instant_at_or_below_a_height() {
        for seed in 0..200 {
            let scale = random_scale(seed);
            let mut next = numbers(seed + 2_000);
            for _ in 0..200 {
                let y = i64::try_from(next(3_000_000)).expect("it is small");
                let at = scale.time(y);
                assert!(scale.y(at) >= y, "seed {seed}: {at:?} lies above {y}");
                let earlier = at.0.checked_sub(1).map(|us| scale.y(Time(us)));
                assert!(
                    earlier.is_none_or(|above| above < y),
                    "seed {seed}: {at:?} is not the first"
                );
            }
        }
    }

    #[test]
    fn going_there_and_back_keeps_the_height() {
        for seed in 0..200 {
            let scale = random_scale(seed);
            let mut next = numbers(seed + 3_000);
            for _ in 0..200 {
                let at = Time(next(20_000_000));
                let back = scale.time(scale.y(at));
                assert!(back <= at && scale.y(back) == scale.y(at), "seed {seed}: {at:?}");
            }
        }
    }

    #[test]
    fn fractions_are_exact_and_far_away_everything_ends() {
        let mut next = numbers(7);
        for _ in 0..2_000 {
            let (value, times, over) = (next(LAST_US), 1 + next(1 << 30), 1 + next(1 << 30));
            let exact = u128::from(value) * u128::from(times) / u128::from(over);
            assert_eq!(floor(value, times, over), i64::try_from(exact).unwrap_or(i64::MAX));
            let exact = (u128::from(value) * u128::from(times)).div_ceil(u128::from(over));
            let value = i64::try_from(value).expect("the axis ends before");
            assert_eq!(u128::from(ceil(value, times, over)), exact.min(u64::MAX.into()));
        }
        let scale = TimeScale::pixels_per_second(u32::MAX);
        assert_eq!(scale.y(Time(u64::MAX)), scale.y(Time(LAST_US)));
        assert_eq!(scale.time(i64::MAX), Time(LAST_US));
        assert_eq!(scale.time(i64::MIN), Time::ZERO);
    }

    #[test]
    fn a_fold_takes_a_fixed_height_and_small_ones_are_refused() {
        let mut scale = TimeScale::pixels_per_ms(6);
        assert!(!scale.fold(Time(0), Time(5_000), 0), "30 px are no taller than a break");
        assert!(scale.fold(Time(10_000), Time(510_000), 0));
        assert!(!scale.fold(Time(500_000), Time(900_000), 0), "folds lie apart");
        assert_eq!(scale.y(Time(10_000)), 600);
        assert_eq!(scale.y(Time(510_000)), 600 + FOLD_HEIGHT);
        assert_eq!(scale.y(Time(511_000)), 660 + FOLD_HEIGHT);
        scale.unfold_after(Time(400_000));
        assert_eq!(scale.y(Time(510_000)), 30_600);
    }
}
