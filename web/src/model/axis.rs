//! Time as height on the stage: a real axis on which stretches are folded in which nothing happens that is shown.

use synod::diagram::{Options, Routine, TimeScale, is_notable};
use synod::scenario::{Latency, Network};
use synod::trace::{EventId, EventKind, Source, Time};

/// How tall a message's usual flight is, in pixels.
const FLIGHT_PX: u64 = 64;
/// Stretches at least so tall are folded, in tenths of a pixel ...
const FOLD_FROM: i64 = 1_300;
/// ... and these while a message is under way: that it takes long is worth seeing.
const FOLD_UNDER_WAY_FROM: i64 = 6_000;
/// What stays of them above and below, in tenths of a pixel.
const ABOVE: i64 = 260;
const BELOW: i64 = 180;
/// Zooming goes by this ratio ...
const ZOOM: (u64, u64) = (3, 2);
/// ... at most so many times in either direction.
const ZOOM_MAX: i8 = 5;

/// Time to height for a growing run.
///
/// What is folded is decided once: a stretch is folded as soon as the world says that nothing is due
/// in it, so the picture never collapses under the reader.
#[derive(Clone, Debug)]
pub struct Axis {
    scale: TimeScale,
    per_second: u32,
    zoom: i8,
    /// How long a message usually takes, in microseconds.
    flight_us: u64,
    /// Events read so far, and the instant of the last of them.
    read: usize,
    last: Time,
    /// Messages under way after those.
    open: usize,
    /// Messages sent since then that are not drawn.
    left_out: u32,
    /// Whether something was left out.
    is_thin: bool,
}

impl Axis {
    /// An axis on which a message's usual flight on this network is comfortably tall.
    pub fn new(network: &Network) -> Axis {
        let flight_us = match network.latency {
            Latency::Fixed { us } => us,
            Latency::Uniform { min_us, max_us } => min_us.midpoint(max_us),
            Latency::LongTail { median_us } => median_us,
        };
        let flight_us = flight_us.clamp(50, 10_000_000);
        Axis::zoomed(flight_us, 0)
    }

    /// This axis before it has read anything.
    #[must_use]
    pub fn anew(&self) -> Axis {
        Axis::zoomed(self.flight_us, self.zoom)
    }

    /// This axis for another network, stretched as much.
    #[must_use]
    pub fn on(&self, network: &Network) -> Axis {
        Axis::zoomed(Axis::new(network).flight_us, self.zoom)
    }

    fn zoomed(flight_us: u64, zoom: i8) -> Axis {
        let (mut up, mut down) = (FLIGHT_PX * 1_000_000, flight_us);
        for _ in 0..zoom.unsigned_abs() {
            let (by_up, by_down) = if zoom > 0 { ZOOM } else { (ZOOM.1, ZOOM.0) };
            (up, down) = (up * by_up, down * by_down);
        }
        let per_second = u32::try_from(up / down).unwrap_or(u32::MAX).clamp(1, 10_000_000);
        let scale = TimeScale::pixels_per_second(per_second);
        Axis {
            scale,
            per_second,
            zoom,
            flight_us,
            read: 0,
            last: Time::ZERO,
            open: 0,
            left_out: 0,
            is_thin: false,
        }
    }

    /// How tall a second is where nothing is folded, in tenths of a pixel.
    pub fn tenths_per_second(&self) -> i64 {
        i64::from(self.per_second) * 10
    }

    /// How long a message usually takes, in microseconds.
    pub fn flight_us(&self) -> u64 {
        self.flight_us
    }

    /// The scale, folds included.
    pub fn scale(&self) -> &TimeScale {
        &self.scale
    }

    /// The height of an instant in tenths of a pixel.
    pub fn y(&self, at: Time) -> i64 {
        self.scale.y(at)
    }

    /// The instant at a height; the beginning for what lies above it.
    pub fn time(&self, y: i64) -> Time {
        self.scale.time(y.max(0))
    }

    /// How often time is stretched; below 0 compressed.
    pub fn stretched(&self) -> i8 {
        self.zoom
    }

    /// Stretches time (1) or compresses it (-1); says whether that was possible.
    pub fn zoom(&mut self, by: i8) -> bool {
        let zoom = (self.zoom + by).clamp(-ZOOM_MAX, ZOOM_MAX);
        let changed = zoom != self.zoom;
        if changed {
            self.zoom = zoom;
            *self = self.anew();
        }
        changed
    }

    /// Reads what the run recorded since the last call. `due` is when the world goes on by
    /// itself, where the end of the record is the present.
    ///
    /// Where heartbeats are hidden, or one slot is shown alone, stretches with nothing else in them are folded as well,
    /// and say how many messages they leave out.
    pub fn extend(&mut self, source: &dyn Source, options: &Options, due: Option<Time>) {
        self.is_thin = options.routine == Routine::Hide || options.slot.is_some();
        // What was folded ahead of the last event is judged again.
        self.scale.unfold_after(self.last);
        let events = source.events();
        for (id, event) in events.iter().enumerate().skip(self.read) {
            if self.is_thin && !is_notable(source, EventId(id as u32), options) {
                self.left_out += u32::from(matches!(event.kind, EventKind::Sent { .. }));
                continue;
            }
            // A message that turns out to be notable when it arrives was left out when it was sent.
            let sent = event.kind.message().map(|message| source.flight(message).sent);
            let begins = sent.map_or(event.at, |sent| events[sent.index()].at);
            self.fold_until(begins.max(self.last));
            self.last = event.at;
            self.left_out = 0;
            self.open = under_way(self.open, &event.kind);
        }
        self.read = events.len();
        // What is due next may be left out: then the present stays where it is until something is drawn.
        let end = events.last().map_or(source.now(), |last| last.at.max(source.now()));
        if let Some(until) = if self.is_thin { Some(end) } else { due } {
            self.fold_until(until);
        }
    }

    /// Forgets what came after the first `len` events, because the run was cut there.
    pub fn truncate(&mut self, source: &dyn Source, len: usize) {
        if len >= self.read {
            return;
        }
        if self.is_thin {
            *self = self.anew();
            return;
        }
        self.read = len;
        let kept = source.events().iter().take(len);
        self.open = kept.fold(0, |open, event| under_way(open, &event.kind));
        let last = len.checked_sub(1).and_then(|i| source.events().get(i));
        self.last = last.map_or(Time::ZERO, |event| event.at);
        self.scale.unfold_after(self.last);
    }

    fn fold_until(&mut self, next: Time) {
        let (from, to) = (self.scale.y(self.last), self.scale.y(next));
        let least = if self.open == 0 { FOLD_FROM } else { FOLD_UNDER_WAY_FROM };
        if to - from >= least {
            let from = self.last.after(self.scale.duration(ABOVE));
            let to = Time(next.0.saturating_sub(self.scale.duration(BELOW)));
            self.scale.fold(from, to, self.left_out);
        }
    }
}

/// How many messages are under way after an event.
fn under_way(before: usize, kind: &EventKind) -> usize {
    match kind {
        EventKind::Sent { .. } | EventKind::Duplicated { .. } => before + 1,
        EventKind::Delivered { .. } | EventKind::Lost { .. } => before.saturating_sub(1),
        _ => before,
    }
}
