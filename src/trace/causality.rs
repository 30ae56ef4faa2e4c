//! Happened-before, as a walk along causes and lanes.
//!
//! An event precedes what it caused and what came later in its lane (Lamport,
//! *Time, Clocks, and the Ordering of Events*, 1978). The world is no lane: its
//! events precede only what they cause. Nobody sees a message being lost or
//! copied, so those events follow their cause and precede nothing.

use std::ops::Range;

use super::{Event, EventId, EventKind, NodeSet, Place, Source};

/// Which lanes have been reached.
#[derive(Default)]
struct Lanes {
    nodes: u32,
    clients: u32,
}

impl Lanes {
    fn reach(&mut self, place: Place) {
        match place {
            Place::World => {}
            Place::Node(node) => self.nodes |= 1 << node.0,
            Place::Client(client) => self.clients |= 1 << client.0,
        }
    }

    fn has(&self, place: Place) -> bool {
        match place {
            Place::World => false,
            Place::Node(node) => self.nodes >> node.0 & 1 == 1,
            Place::Client(client) => self.clients >> client.0 & 1 == 1,
        }
    }
}

/// Whether the lane takes part in the event, rather than having it drawn on it.
fn is_seen(event: &Event) -> bool {
    !matches!(
        event.kind,
        EventKind::Lost { .. } | EventKind::Duplicated { .. } | EventKind::Violated { .. }
    )
}

/// The events that happened before an event, and the event itself, in order, as
/// far as they lie at the positions `window`. The cost is that of reading the window.
#[must_use]
pub fn past_cone(events: &[Event], id: EventId, window: Range<usize>) -> Vec<EventId> {
    if id.index() >= events.len() {
        return Vec::new();
    }
    let start = window.start.min(id.index());
    let mut wanted = vec![false; id.index() + 1 - start];
    wanted[id.index() - start] = true;
    let mut lanes = Lanes::default();
    let mut cone = Vec::new();
    for at in (start..=id.index()).rev() {
        let event = &events[at];
        let by_lane = lanes.has(event.place) && is_seen(event);
        if !by_lane && !wanted[at - start] {
            continue;
        }
        // A copy that was delivered came from its original, but its lane had no part in it.
        if is_seen(event) {
            lanes.reach(event.place);
        }
        let cause = event.cause.map(|cause| cause.event().index());
        if let Some(cause) = cause.and_then(|cause| cause.checked_sub(start)) {
            wanted[cause] = true;
        }
        if window.contains(&at) {
            cone.push(EventId(at as u32));
        }
    }
    cone.reverse();
    cone
}

/// The events that an event happened before, and the event itself, in order, as
/// far as they lie at the positions `window`. The cost is that of reading the window.
#[must_use]
pub fn future_cone(events: &[Event], id: EventId, window: Range<usize>) -> Vec<EventId> {
    let start = id.index();
    let end = window.end.min(events.len());
    if start >= end {
        return Vec::new();
    }
    let mut reached = vec![false; end - start];
    let mut lanes = Lanes::default();
    let mut cone = Vec::new();
    for (at, event) in events.iter().enumerate().take(end).skip(start) {
        let cause = event.cause.and_then(|cause| cause.event().index().checked_sub(start));
        let caused = cause.is_some_and(|cause| reached[cause]);
        let by_lane = lanes.has(event.place) && is_seen(event);
        if at != start && !caused && !by_lane {
            continue;
        }
        reached[at - start] = true;
        if is_seen(event) {
            lanes.reach(event.place);
        }
        if window.contains(&at) {
            cone.push(EventId(at as u32));
        }
    }
    cone
}

/// The deliveries that made a quorum, in order: for a `QuorumReached` event, the
/// latest from each member at that node, in its present life, of the kind of message
/// that completed the quorum. Empty for any other event.
///
/// Nothing before position `from` is looked at.
#[must_use]
pub fn quorum_messages(source: &dyn Source, id: EventId, from: usize) -> Vec<EventId> {
    let events = source.events();
    let Some(reached) = events.get(id.index()) else { return Vec::new() };
    let EventKind::Fact(super::Fact::QuorumReached { members, .. }) = reached.kind else {
        return Vec::new();
    };
    let delivered = |event: &Event| match event.kind {
        EventKind::Delivered { message, from: Place::Node(sender) } => {
            Some((sender, source.message_kind(message)))
        }
        _ => None,
    };
    let trigger = reached.cause.and_then(|cause| events.get(cause.event().index()));
    let kind = trigger.and_then(&delivered).map(|(_, kind)| kind);
    let mut missing = NodeSet::EMPTY;
    for member in members.iter().filter(|member| reached.place != Place::Node(*member)) {
        missing.insert(member);
    }
    let mut found = Vec::new();
    for at in (from..id.index()).rev() {
        let event = &events[at];
        if missing.is_empty() {
            break;
        }
        if event.place != reached.place {
            continue;
        }
        if matches!(event.kind, EventKind::Started | EventKind::Restarted) {
            break;
        }
        let Some((sender, of)) = delivered(event) else { continue };
        if missing.contains(sender) && kind.is_none_or(|kind| kind == of) {
            missing.remove(sender);
            found.push(EventId(at as u32));
        }
    }
    found.reverse();
    found
}
