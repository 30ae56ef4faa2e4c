//! How a run did over time, for small plots: never more than a fixed number of stretches.

use serde::Serialize;

use crate::trace::Time;

/// The most stretches; when there are more, each two become one.
const STRETCHES_MAX: u64 = 64;
/// How long a stretch is at first, in microseconds.
const FIRST_US: u64 = 3_125;

/// How a run did over time: numbers for equal stretches of time, from the beginning to now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverTime {
    /// How long each stretch is, in microseconds.
    pub stretch_us: u64,
    /// Nodes that stood.
    pub elections: Vec<u32>,
    /// Decisions.
    pub decisions: Vec<u32>,
    /// Messages sent between nodes.
    pub messages: Vec<u32>,
    /// The longest from an entry's first proposal to its decision, in microseconds, by when it was decided.
    pub commits: Vec<u32>,
    /// The longest from a request to its answer, in microseconds, by when it was answered.
    pub answers: Vec<u32>,
    /// How far the node was behind that was behind the most, as [`Lag::known`](super::Lag::known).
    pub lag: Vec<u32>,
}

impl Default for OverTime {
    fn default() -> OverTime {
        let none = Vec::new;
        OverTime {
            stretch_us: FIRST_US,
            elections: none(),
            decisions: none(),
            messages: none(),
            commits: none(),
            answers: none(),
            lag: none(),
        }
    }
}

impl OverTime {
    /// Time has come to this instant, and what is told next is told of its stretch.
    pub(super) fn reach(&mut self, now: Time) {
        let OverTime { stretch_us, elections, decisions, messages, commits, answers, lag } = self;
        let mut halvings = 0;
        while now.0 / *stretch_us >= STRETCHES_MAX {
            *stretch_us *= 2;
            halvings += 1;
        }
        let stretches = (now.0 / *stretch_us) as usize + 1;
        let sum: fn(u32, u32) -> u32 = |sum, more| sum + more;
        let counted = [elections, decisions, messages].map(|series| (series, sum));
        let measured = [commits, answers, lag].map(|series| (series, Ord::max as _));
        for (series, both) in counted.into_iter().chain(measured) {
            for _ in 0..halvings {
                *series = series.chunks(2).map(|two| two.iter().copied().fold(0, both)).collect();
            }
            series.resize(stretches, 0);
        }
    }

    /// The node that was behind the most was so by this much, from the one instant to the other, both of them included.
    pub(super) fn hold_lag(&mut self, since: Time, upto: Time, behind: u32) {
        let stretch = |at: Time| (at.0 / self.stretch_us) as usize;
        for held in &mut self.lag[stretch(since)..=stretch(upto)] {
            *held = behind.max(*held);
        }
    }
}

/// It happened once more.
pub(super) fn count(series: &mut [u32]) {
    if let Some(count) = series.last_mut() {
        *count += 1;
    }
}

/// So many microseconds were measured; what does not fit is shown as the most that does.
pub(super) fn measure(series: &mut [u32], us: u64) {
    if let Some(most) = series.last_mut() {
        *most = u32::try_from(us).unwrap_or(u32::MAX).max(*most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_has_no_more_stretches_and_loses_nothing() {
        let mut told = OverTime::default();
        for at in 0..10_000 {
            told.reach(Time(at * 10_000));
            count(&mut told.messages);
            measure(&mut told.commits, at);
            assert!(told.messages.len() as u64 <= STRETCHES_MAX);
        }
        assert_eq!(told.messages.iter().sum::<u32>(), 10_000);
        assert_eq!(told.stretch_us, 1_600_000);
        assert!(told.messages[..60].iter().all(|count| *count == 160));
        assert_eq!(told.commits[..3], [159, 319, 479], "the most in each stretch");
        told.reach(Time(10_000_000_000));
        assert_eq!((told.stretch_us, told.messages[0]), (204_800_000, 10_000), "halved at once");
    }

    #[test]
    fn what_holds_is_seen_all_the_while() {
        let mut told = OverTime { stretch_us: 50_000, ..OverTime::default() };
        told.reach(Time(300_000));
        told.hold_lag(Time(60_000), Time(69_999), 3);
        told.hold_lag(Time(70_000), Time(209_999), 1);
        told.hold_lag(Time(210_000), Time(300_000), 0);
        assert_eq!(told.lag, [0, 3, 1, 1, 1, 0, 0]);
        told.reach(Time(6_400_000));
        told.hold_lag(Time(300_001), Time(6_400_000), 2);
        assert_eq!((told.stretch_us, told.lag.len()), (200_000, 33));
        assert_eq!(told.lag[..3], [3, 2, 2], "two stretches have become one, and again");
    }
}
