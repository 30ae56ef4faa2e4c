//! Finds stretches of a run in which nothing is worth a picture.

use crate::trace::{EventId, EventKind, Source, Time};

use super::{Options, Routine, step};

/// Room that stays around a folded stretch, in tenths of a pixel.
const MARGIN: i64 = 200;

/// Folds the quiet stretches of a growing run into a scale.
#[derive(Clone, Debug)]
pub struct Quiet {
    least_us: u64,
    /// Events read so far.
    read: usize,
    /// The last event worth a picture.
    last: Time,
    /// Messages sent since.
    messages: u32,
}

impl Quiet {
    /// Folds stretches that last at least so many microseconds.
    pub fn new(least_us: u64) -> Quiet {
        Quiet { least_us, read: 0, last: Time::ZERO, messages: 0 }
    }

    /// Reads what the run recorded since the last call and folds `options.scale`.
    pub fn extend(&mut self, source: &dyn Source, options: &mut Options) {
        let events = source.events();
        for (id, event) in events.iter().enumerate().skip(self.read) {
            if matches!(event.kind, EventKind::Sent { .. }) {
                self.messages = self.messages.saturating_add(1);
            }
            if !is_notable(source, EventId(id as u32), options) {
                continue;
            }
            self.fold(event.at, options);
        }
        self.read = self.read.max(events.len());
    }

    /// Folds what is quiet at the end of a run that is over, up to its present.
    pub fn finish(&mut self, source: &dyn Source, options: &mut Options) {
        self.extend(source, options);
        self.fold(source.now(), options);
    }

    /// Folds what lies between the last event worth a picture and this instant.
    fn fold(&mut self, until: Time, options: &mut Options) {
        let margin_us = options.scale.duration(MARGIN);
        let (from, to) = (self.last.after(margin_us), Time(until.0.saturating_sub(margin_us)));
        if until.since(self.last) >= self.least_us && from < to {
            options.scale.fold(from, to, self.messages);
        }
        self.last = until;
        self.messages = 0;
    }

    /// Goes back to before the event at `len`, because the run was cut there.
    pub fn truncate(&mut self, source: &dyn Source, len: usize, options: &mut Options) {
        let events = source.events();
        let cut = events.get(len).map_or(source.now(), |event| event.at);
        options.scale.unfold_after(cut);
        let last = options.scale.folds().last().map_or(Time::ZERO, |fold| fold.to);
        self.read = events.partition_point(|event| event.at < last);
        self.last = last;
        self.messages = 0;
    }
}

/// Whether an event is worth a picture.
pub fn is_notable(source: &dyn Source, id: EventId, options: &Options) -> bool {
    let kind = source.events()[id.index()].kind;
    if !options.shows_event(source, id) {
        return false;
    }
    if let Some(message) = kind.message() {
        return options.routine == Routine::Show
            || !step::is_routine(source, source.events(), message);
    }
    // What a timer does shows in the events that follow.
    !matches!(
        kind,
        EventKind::TimerSet { .. }
            | EventKind::TimerFired { .. }
            | EventKind::TimerCancelled { .. }
            | EventKind::Persisted { .. }
    )
}
