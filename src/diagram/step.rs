//! What a node did in one step, read from causes.

use crate::trace::{Event, EventId, EventKind, Fact, MessageId, MessageKind, Source, Step};

/// What a trigger (a delivery, a firing timer) made its node do at once.
pub(super) fn effects(events: &[Event], trigger: EventId) -> impl Iterator<Item = &Event> {
    let rest = events.get(trigger.index() + 1..).unwrap_or_default();
    let belongs = move |event: &&Event| event.cause.is_some_and(|cause| cause.event() == trigger);
    // Violations are recorded between the effects they judge.
    rest.iter()
        .take_while(move |event| belongs(event) || matches!(event.kind, EventKind::Violated { .. }))
        .filter(belongs)
}

/// Why the input was disregarded, if the step says so.
pub(super) fn refusal(events: &[Event], trigger: EventId) -> Option<u8> {
    effects(events, trigger).find_map(|event| match event.kind {
        EventKind::Fact(Fact::Ignored { why }) => Some(why),
        _ => None,
    })
}

/// Whether the step changed nothing that anyone speaks of.
fn is_quiet(events: &[Event], trigger: EventId) -> bool {
    effects(events, trigger)
        .all(|event| !matches!(event.kind, EventKind::Fact(_) | EventKind::Persisted { .. }))
}

/// The transmission a copy was made of, or the message itself.
pub(super) fn original(source: &dyn Source, message: MessageId) -> MessageId {
    let mut message = message;
    loop {
        let sent = source.flight(message).sent;
        match source.events().get(sent.index()).map(|event| event.kind) {
            Some(EventKind::Duplicated { of, .. }) if of < message => message = of,
            _ => return message,
        }
    }
}

/// The part a message plays, and whether it is an answer.
pub(super) fn part(source: &dyn Source, message: MessageId) -> (Step, bool) {
    match source.message_kind(message) {
        MessageKind::Request => (Step::Client, false),
        MessageKind::Reply => (Step::Client, true),
        MessageKind::Protocol(kind) => source
            .info()
            .messages
            .get(usize::from(kind))
            .map_or((Step::Upkeep, false), |info| (info.step, info.reply)),
    }
}

/// Whether a message only shows that a node is alive: one that a timer sends and that
/// changes nothing where it arrives (a heartbeat), or the answer to such.
pub fn is_routine(source: &dyn Source, events: &[Event], message: MessageId) -> bool {
    let (step, reply) = part(source, message);
    if matches!(step, Step::Client | Step::Elect | Step::Refuse) {
        return false;
    }
    let first = original(source, message);
    if !is_heard_quietly(source, events, message) {
        return false;
    }
    if step == Step::Upkeep {
        return true;
    }
    match trigger(source, events, first) {
        Some((id, EventKind::TimerFired { .. })) => is_quiet(events, id),
        Some((_, EventKind::Delivered { message: request, .. })) if reply => {
            let request = original(source, request);
            let is_beat = part(source, request).0 == Step::Upkeep
                || trigger(source, events, request).is_some_and(|(id, kind)| {
                    matches!(kind, EventKind::TimerFired { .. }) && is_quiet(events, id)
                });
            is_beat && is_heard_quietly(source, events, request)
        }
        _ => false,
    }
}

/// The event whose step sent a message.
fn trigger(
    source: &dyn Source,
    events: &[Event],
    message: MessageId,
) -> Option<(EventId, EventKind)> {
    let cause = events.get(source.flight(message).sent.index())?.cause?.event();
    events.get(cause.index()).map(|event| (cause, event.kind))
}

/// Whether the message changed nothing where it arrived, as far as is known.
fn is_heard_quietly(source: &dyn Source, events: &[Event], message: MessageId) -> bool {
    source
        .flight(message)
        .ended
        .filter(|ended| ended.index() < events.len())
        .is_none_or(|ended| is_quiet(events, ended))
}
