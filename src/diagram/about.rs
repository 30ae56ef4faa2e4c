//! What belongs to one slot of the log: how one entry came about, among all the others.

use crate::trace::{Cause, Event, EventId, EventKind, Fact, MessageId, Slot, Source};

use super::step;

/// Whether an event that is no message's belongs to the story of a slot: a fact about it, and whatever happens to nodes,
/// links, roles and epochs.
pub(super) fn is_about(source: &dyn Source, id: EventId, slot: Slot) -> bool {
    source.events().get(id.index()).is_some_and(|event| match event.kind {
        // What becomes of a message is said by `is_message_about`.
        EventKind::Sent { .. }
        | EventKind::Delivered { .. }
        | EventKind::Lost { .. }
        | EventKind::Duplicated { .. }
        | EventKind::TimerSet { .. }
        | EventKind::TimerFired { .. }
        | EventKind::TimerCancelled { .. }
        | EventKind::Persisted { .. }
        | EventKind::Invoked { .. }
        | EventKind::Returned { .. }
        | EventKind::TimedOut { .. } => false,
        EventKind::Fact(Fact::RoleChanged { .. } | Fact::EpochChanged { .. })
        | EventKind::Started
        | EventKind::Crashed
        | EventKind::Restarted
        | EventKind::Paused
        | EventKind::Resumed
        | EventKind::DiskLost
        | EventKind::Link { .. }
        | EventKind::Violated { .. }
        | EventKind::Halted { .. } => true,
        EventKind::Fact(_) => is_fact_about(event, slot),
        // What is asked of a client shows in the request that it sends.
        EventKind::Command { .. } => event.place.client().is_none(),
    })
}

/// Whether a message brings something for a slot, or leaves a step or makes one that does something about it: so a
/// request and its answer belong to the entry that they are for.
pub(super) fn is_message_about(source: &dyn Source, message: MessageId, slot: Slot) -> bool {
    if source.slots(message).is_some_and(|slots| slots.has(slot)) {
        return true;
    }
    let events = source.events();
    let sent = source.flight(step::original(source, message)).sent;
    let from = events.get(sent.index()).and_then(|sent| sent.cause).map(Cause::event);
    let steps = [from, source.flight(message).ended];
    steps
        .into_iter()
        .flatten()
        .any(|trigger| step::effects(events, trigger).any(|effect| is_fact_about(effect, slot)))
}

fn is_fact_about(event: &Event, slot: Slot) -> bool {
    let EventKind::Fact(fact) = event.kind else { return false };
    fact.slots().is_some_and(|slots| match fact {
        // Otherwise everything that is committed later would belong to all that came before.
        Fact::Committed { .. } => slots.last == slot.index && slots.has(slot),
        _ => slots.has(slot),
    })
}
