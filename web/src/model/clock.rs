//! From real time to virtual time: how fast a run plays.

use synod::scenario::limits::TIME_MAX_US;
use synod::trace::Time;

/// The instant at so many virtual milliseconds, or the one nearest to it that a run can have.
pub fn instant(ms: f64) -> Time {
    // A cast from a double stops at the ends of the range, and NaN is 0.
    Time(((ms * 1_000.0) as u64).min(TIME_MAX_US))
}

/// A ratio of virtual to real time: one to so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(u8);

/// One second of the run takes so many seconds to watch.
const SLOWDOWNS: [u32; 12] = [2_000, 1_000, 500, 200, 100, 60, 30, 20, 10, 5, 2, 1];
/// A message's usual flight takes at least this long to watch, in real milliseconds.
const FLIGHT_MS: u64 = 300;
/// A frame counts as at most this long, so that a tab that was asleep does not leap.
const FRAME_MAX_MS: f64 = 100.0;

impl Speed {
    /// The fastest speed at which a message of this duration can still be followed with the eye.
    pub fn for_flight(flight_us: u64) -> Speed {
        let least = FLIGHT_MS * 1_000 / flight_us.max(1);
        let fits = |slowdown: &u32| u64::from(*slowdown) >= least;
        let index = SLOWDOWNS.iter().rposition(fits).unwrap_or_default();
        Speed(index as u8)
    }

    /// One second of the run takes so many seconds.
    pub fn slowdown(self) -> u32 {
        SLOWDOWNS[usize::from(self.0).min(SLOWDOWNS.len() - 1)]
    }

    /// The next faster (1) or slower (-1) speed, if there is one.
    #[must_use]
    pub fn shifted(self, by: i8) -> Speed {
        let last = SLOWDOWNS.len() as u8 - 1;
        Speed(self.0.saturating_add_signed(by).min(last))
    }

    /// All speeds, the slowest first.
    pub fn all() -> impl Iterator<Item = Speed> {
        (0..SLOWDOWNS.len() as u8).map(Speed)
    }

    /// The speed of this slowdown, if it is one of them.
    pub fn of_slowdown(slowdown: u32) -> Option<Speed> {
        SLOWDOWNS.iter().position(|known| *known == slowdown).map(|index| Speed(index as u8))
    }

    /// `1/30×`
    pub fn text(self) -> String {
        match self.slowdown() {
            1 => "1×".to_owned(),
            slowdown => format!("1/{slowdown}×"),
        }
    }
}

/// Turns frames into a way to go down the axis, so that a folded stretch passes quickly.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// How fast.
    pub speed: Speed,
    /// When the last frame was, in milliseconds of the browser's clock.
    last_ms: Option<f64>,
    /// What is left of a tenth of a pixel.
    rest: f64,
}

impl Clock {
    /// A clock of that speed, standing.
    pub fn new(speed: Speed) -> Clock {
        Clock { speed, last_ms: None, rest: 0.0 }
    }

    /// Forgets when the last frame was: the next one begins a new stretch of playing.
    pub fn rest(&mut self) {
        self.last_ms = None;
    }

    /// How far to go at a frame, in tenths of a pixel, on an axis with so many of them a virtual second.
    pub fn frame(&mut self, now_ms: f64, tenths_per_second: i64) -> i64 {
        let spent_ms = self.last_ms.map_or(0.0, |last| (now_ms - last).clamp(0.0, FRAME_MAX_MS));
        self.last_ms = Some(now_ms);
        let way = spent_ms / 1_000.0 / f64::from(self.speed.slowdown()) * tenths_per_second as f64
            + self.rest;
        self.rest = way.fract();
        way as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flight_can_be_followed_at_the_usual_speed() {
        for (flight_us, slowdown) in
            [(10_000, 30), (500, 1_000), (40_000, 10), (1, 2_000), (900_000, 1)]
        {
            assert_eq!(Speed::for_flight(flight_us).slowdown(), slowdown, "{flight_us} us");
        }
    }

    #[test]
    fn whatever_number_is_asked_for_is_an_instant_of_the_first_day() {
        for (ms, at) in [(1.5, 1_500), (-3.0, 0), (f64::NAN, 0), (1e300, TIME_MAX_US)] {
            assert_eq!(instant(ms), Time(at), "{ms} ms");
        }
        assert_eq!(instant(f64::INFINITY), Time(TIME_MAX_US));
    }

    #[test]
    fn speeds_stop_at_both_ends() {
        let slowest = Speed::of_slowdown(2_000).expect("it is one of them");
        assert_eq!(slowest.shifted(-1), slowest);
        assert_eq!(Speed::all().last().map(|fastest| fastest.shifted(1).slowdown()), Some(1));
        assert_eq!(Speed::of_slowdown(7), None);
    }

    #[test]
    fn ten_short_frames_go_as_far_as_one_long_one() {
        let mut short = Clock::new(Speed::of_slowdown(30).expect("it is one of them"));
        let mut long = short;
        let way: i64 = (0..=10).map(|frame| short.frame(f64::from(frame) * 10.0, 64_000)).sum();
        long.frame(0.0, 64_000);
        assert!((way - long.frame(100.0, 64_000)).abs() <= 1);
    }

    #[test]
    fn a_tab_that_slept_does_not_leap() {
        let mut clock = Clock::new(Speed::of_slowdown(1).expect("it is one of them"));
        clock.frame(0.0, 1_000);
        assert_eq!(clock.frame(3_600_000.0, 1_000), 100);
    }
}
