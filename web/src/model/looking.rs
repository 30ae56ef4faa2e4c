//! What of the run is looked at: what is picked, which lanes, kinds of message and slot are shown, how long time is.

use synod::diagram::{Options, Routine, is_routine};
use synod::trace::{Event, EventId, EventKind, MessageKind, Place, Slot, Time};

use super::listing::sending;
use super::{Model, Sight, View};

impl Model {
    /// Picks an event, or nothing; a message is picked by its sending.
    pub fn pick(&mut self, event: Option<EventId>) {
        self.picked = event.and_then(|event| sending(self.session.source(), event));
    }

    /// Picks the next message (or the one before) of those that have been sent by now and are drawn.
    pub fn pick_next(&mut self, back: bool) {
        let source = self.session.source();
        let events = &source.events()[..source.reached()];
        let hides_beats = self.options().routine == Routine::Hide;
        let is_sending = |i: &usize| match events[*i].kind {
            EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => {
                self.shows(EventId(*i as u32))
                    && !(hides_beats && is_routine(source, events, message))
            }
            _ => false,
        };
        let at = self.picked.map(EventId::index);
        let found = if back {
            (0..at.unwrap_or(events.len()).min(events.len())).rev().find(is_sending)
        } else {
            (at.map_or(0, |at| at + 1)..events.len()).find(is_sending)
        };
        if let Some(found) = found {
            self.picked = Some(EventId(found as u32));
        }
    }

    /// Picks the next of these events (or the one before), in whatever order they are given.
    pub fn walk(&mut self, events: &[EventId], back: bool) {
        let picked = self.picked;
        let ahead = events
            .iter()
            .copied()
            .filter(|event| picked.is_none_or(|at| if back { *event < at } else { *event > at }));
        let found = if back { ahead.max() } else { ahead.min() };
        self.picked = found.or(picked);
    }

    /// When an event happened; the beginning where there is no such event.
    pub fn instant_of(&self, event: EventId) -> Time {
        let event = self.session.source().events().get(event.index());
        event.map_or(Time::ZERO, |event| event.at)
    }

    /// The latest fall of an invariant that the reader has not gone on from.
    pub fn fallen(&self) -> Option<usize> {
        let count = self.session.violations().len();
        (count > self.acknowledged).then(|| count - 1)
    }

    /// Stretches time on the stage (1) or compresses it (-1).
    pub fn zoom(&mut self, by: i8) {
        if self.axis.zoom(by) {
            self.generation += 1;
            self.refresh();
        }
    }

    /// How the diagram is laid out.
    pub fn options(&self) -> &Options {
        self.window.options()
    }

    /// Whether messages of a kind are hidden.
    pub fn hides(&self, kind: MessageKind) -> bool {
        self.options().hidden.contains(&kind)
    }

    /// Whether an event is among those that the reader wants to see. What has to do with a message is not where
    /// either end of it is a hidden lane.
    pub fn shows(&self, event: EventId) -> bool {
        let source = self.session.source();
        let Some(at) = source.events().get(event.index()) else { return false };
        if self.is_hidden(at.place) || !self.options().shows_event(source, event) {
            return false;
        }
        // A message's ends cost its whole text.
        let all_lanes = self.options().lanes.len() == self.session.cast().places().len();
        let message = at.kind.message().filter(|_| !all_lanes);
        message
            .map(|message| source.message(message))
            .is_none_or(|message| !self.is_hidden(message.from) && !self.is_hidden(message.to))
    }

    /// Shows only what one slot of the log is about, or all of them again.
    pub fn show_slot(&mut self, slot: Option<Slot>) {
        self.window.options_mut().slot = slot;
        self.fold_anew();
    }

    /// When the first fact about a slot was stated, if one was.
    pub fn begins(&self, slot: Slot) -> Option<Time> {
        let source = self.session.source();
        let is_first = |event: &&Event| match event.kind {
            EventKind::Fact(fact) => fact.slots().is_some_and(|slots| slots.has(slot)),
            _ => false,
        };
        source.events()[..source.reached()].iter().find(is_first).map(|event| event.at)
    }

    /// Whether a lane is hidden.
    pub fn is_hidden(&self, place: Place) -> bool {
        let lanes = &self.options().lanes;
        place != Place::World && !lanes.is_empty() && !lanes.contains(&place)
    }

    /// Hides messages of a kind, or shows them again.
    pub fn hide_kind(&mut self, kind: MessageKind) {
        let hidden = &mut self.window.options_mut().hidden;
        match hidden.iter().position(|other| *other == kind) {
            Some(at) => drop(hidden.remove(at)),
            None => hidden.push(kind),
        }
        self.generation += 1;
    }

    /// Hides a lane, or shows it again; the last one stays.
    pub fn hide_lane(&mut self, place: Place) {
        let mut hidden = self.session.hidden();
        match hidden.iter().position(|other| *other == place) {
            Some(at) => drop(hidden.remove(at)),
            None if self.options().lanes.len() > 1 => hidden.push(place),
            None => return,
        }
        self.arrange(&self.session.order(), &hidden);
    }

    /// Moves a lane so that so many of the lanes that are drawn stand left of it.
    pub fn move_lane(&mut self, place: Place, to: usize) {
        let mut order = self.session.order();
        order.retain(|other| *other != place);
        let shown = self.options().lanes.iter().filter(|other| **other != place);
        let next = shown.skip(to).find_map(|next| order.iter().position(|other| other == next));
        order.insert(next.unwrap_or(order.len()), place);
        self.arrange(&order, &self.session.hidden());
    }

    /// Moves a lane by so many places to the right, or to the left where negative.
    pub fn shift_lane(&mut self, place: Place, by: i32) {
        let lanes = &self.options().lanes;
        let at = lanes.iter().position(|other| *other == place);
        if let Some(to) = at.and_then(|at| at.checked_add_signed(by as isize)) {
            self.move_lane(place, to);
        }
    }

    /// Shows every lane again, in the usual order.
    pub fn usual_lanes(&mut self) {
        self.arrange(&self.session.cast().places(), &[]);
    }

    fn arrange(&mut self, order: &[Place], hidden: &[Place]) {
        self.session.arrange(order, hidden);
        self.lay_lanes();
        self.generation += 1;
    }

    pub(super) fn lay_lanes(&mut self) {
        self.window.options_mut().lanes = self.session.lanes();
    }

    /// Draws a part of the small print, or leaves it out: `heartbeats`, `timers`, `disk writes`.
    pub fn draw(&mut self, what: &str) {
        let options = self.window.options_mut();
        match what {
            "heartbeats" if options.routine == Routine::Hide => options.routine = Routine::Faint,
            "heartbeats" => options.routine = Routine::Hide,
            "timers" => options.timers = !options.timers,
            _ => options.writes = !options.writes,
        }
        self.fold_anew();
    }

    /// Folds what is quiet, now that something else is shown than before.
    fn fold_anew(&mut self) {
        self.generation += 1;
        self.axis = self.axis.anew();
        self.refresh();
    }

    /// The number of the message that waits at a place of the list, counted from 1.
    pub fn waiting(&self, place: usize) -> Option<u32> {
        let flights = self.session.flights();
        let flight = flights.get(place.checked_sub(1)?)?;
        self.session.is_manual().then_some(flight.message.0)
    }

    /// What of the run is in view, laid out.
    pub fn sight(&mut self, view: View) -> Sight {
        self.window.sight(&self.session, &self.index, &self.axis, self.generation, view)
    }
}
