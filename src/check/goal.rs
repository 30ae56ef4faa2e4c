//! Picking events by what they say, for goals that must be reached and captions.

use crate::trace::{
    Epoch, Event, EventId, EventKind, Fact, MessageKind, NodeId, Place, Slot, Source, ValueId,
};

/// Picks events; every part that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// The kind of event, by [`EventKind::name`].
    pub event: String,
    /// Where it happens.
    pub at: Option<Place>,
    /// The other end of a message or a link, a candidate, a member of a quorum.
    pub peer: Option<Place>,
    /// The code it names.
    pub what: Option<What>,
    /// Its epoch.
    pub epoch: Option<Numbered>,
    /// Its slot; for `committed`, at least this one.
    pub slot: Option<Slot>,
    /// Its value's text.
    pub value: Option<String>,
}

/// A code that an event names: what table it belongs to follows from the kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A role, timer, kind of write, quorum, refusal, note or invariant.
    Code(u8),
    /// A kind of message.
    Message(MessageKind),
}

/// The number of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// Its counter.
    pub number: u32,
    /// Who owns it; anyone when nothing is said.
    pub owner: Option<NodeId>,
}

impl Numbered {
    fn is_epoch(self, epoch: Epoch) -> bool {
        self.number == epoch.number && (self.owner.is_none() || self.owner == epoch.owner)
    }
}

impl Pattern {
    /// Whether this is such an event.
    #[must_use]
    pub fn matches(&self, event: &Event, source: &dyn Source) -> bool {
        // Most events fall out here, by kind.
        event.kind.name() == self.event
            && self.at.is_none_or(|at| at == event.place)
            && self.epoch.is_none_or(|wanted| epoch(event).is_some_and(|is| wanted.is_epoch(is)))
            && self.slot.is_none_or(|wanted| matches_slot(wanted, event))
            && self.what.is_none_or(|wanted| what(event, source) == Some(wanted))
            && self.peer.is_none_or(|peer| matches_peer(peer, event, source))
            && self.matches_value(event, source)
    }

    fn matches_value(&self, event: &Event, source: &dyn Source) -> bool {
        let Some(wanted) = &self.value else { return true };
        value(event).is_some_and(|value| source.value(value) == *wanted)
    }
}

fn value(event: &Event) -> Option<ValueId> {
    match event.kind {
        EventKind::Invoked { value }
        | EventKind::Returned { value }
        | EventKind::TimedOut { value }
        | EventKind::Fact(
            Fact::Proposed { value, .. }
            | Fact::Accepted { value, .. }
            | Fact::Chosen { value, .. }
            | Fact::Appended { value, .. }
            | Fact::Applied { value, .. },
        ) => Some(value),
        _ => None,
    }
}

fn what(event: &Event, source: &dyn Source) -> Option<What> {
    if let Some(message) = event.kind.message() {
        return Some(What::Message(source.message_kind(message)));
    }
    let code = match event.kind {
        EventKind::TimerSet { timer, .. }
        | EventKind::TimerFired { timer }
        | EventKind::TimerCancelled { timer } => timer.kind,
        EventKind::Persisted { write } => write,
        EventKind::Violated { invariant } => invariant,
        EventKind::Fact(Fact::RoleChanged { role, .. }) => role,
        EventKind::Fact(Fact::QuorumReached { of, .. }) => of,
        EventKind::Fact(Fact::Ignored { why }) => why,
        EventKind::Fact(Fact::Note { what, .. }) => what,
        _ => return None,
    };
    Some(What::Code(code))
}

fn epoch(event: &Event) -> Option<Epoch> {
    let EventKind::Fact(fact) = event.kind else { return None };
    match fact {
        Fact::RoleChanged { epoch, .. }
        | Fact::EpochChanged { epoch }
        | Fact::Promised { epoch }
        | Fact::VotedFor { epoch, .. }
        | Fact::Proposed { epoch, .. }
        | Fact::Accepted { epoch, .. }
        | Fact::QuorumReached { epoch, .. }
        | Fact::Chosen { epoch, .. }
        | Fact::Appended { epoch, .. }
        | Fact::Committed { epoch, .. }
        | Fact::Applied { epoch, .. } => Some(epoch),
        Fact::Truncated { .. }
        | Fact::Recovered { .. }
        | Fact::Depends { .. }
        | Fact::Ignored { .. }
        | Fact::Note { .. } => None,
    }
}

fn matches_slot(wanted: Slot, event: &Event) -> bool {
    let EventKind::Fact(fact) = event.kind else { return false };
    fact.slots().is_some_and(|slots| slots.has(wanted))
}

fn matches_peer(peer: Place, event: &Event, source: &dyn Source) -> bool {
    match event.kind {
        EventKind::Sent { to, .. } => peer == to,
        EventKind::Delivered { from, .. } => peer == from,
        // Lost at either end or on the way: the peer is the end where it did not happen.
        EventKind::Lost { message, .. } | EventKind::Duplicated { message, .. } => {
            let message = source.message(message);
            peer != event.place && (peer == message.from || peer == message.to)
        }
        EventKind::Link { from, to, .. } => peer == from || peer == to,
        EventKind::Fact(Fact::VotedFor { candidate, .. }) => peer == Place::Node(candidate),
        EventKind::Fact(Fact::QuorumReached { members, .. }) => {
            peer.node().is_some_and(|node| members.contains(node))
        }
        _ => false,
    }
}

/// Looks for the `nth` event of a pattern as a run goes on, each event once.
#[derive(Clone, Debug)]
pub struct Search {
    pattern: Pattern,
    nth: u32,
    scanned: usize,
    count: u32,
    found: Option<EventId>,
}

impl Search {
    /// Looks for such an event, the `nth` from 1; 0 means the first.
    #[must_use]
    pub fn new(pattern: Pattern, nth: u32) -> Search {
        Search { pattern, nth: nth.max(1), scanned: 0, count: 0, found: None }
    }

    /// Looks at what has been recorded since the last time, the known future
    /// included; gives the event if it is there.
    pub fn advance(&mut self, source: &dyn Source) -> Option<EventId> {
        if self.found.is_some() {
            return self.found;
        }
        let new = source.events().get(self.scanned..).unwrap_or_default();
        for (at, event) in (self.scanned..).zip(new) {
            self.scanned = at + 1;
            if self.pattern.matches(event, source) {
                self.count += 1;
                if self.count == self.nth {
                    self.found = Some(EventId(at as u32));
                    break;
                }
            }
        }
        self.found
    }

    /// The run was changed from position `len` of its events on: what was seen there
    /// is forgotten.
    pub fn forget_from(&mut self, len: usize) {
        if self.scanned > len {
            let Search { pattern, nth, .. } = self;
            *self = Search::new(std::mem::take(pattern), *nth);
        }
    }
}
