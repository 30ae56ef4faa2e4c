//! Events and messages in words.

use crate::trace::{
    Epoch, EventId, EventKind, Fact, MessageId, MessageKind, NameInfo, NodeSet, Place, Slot,
    Source, ValueId,
};

use super::scene::{Arrow, Fate};

/// A message's name without its fields: `AppendEntries`.
pub(super) fn kind_name(source: &dyn Source, message: MessageId) -> &'static str {
    match source.message_kind(message) {
        MessageKind::Request => "request",
        MessageKind::Reply => "reply",
        MessageKind::Protocol(kind) => {
            source.info().messages.get(usize::from(kind)).map_or("message", |info| info.name)
        }
    }
}

/// A message with its way and its fate, for those who cannot see the arrow:
/// `AppendEntries(t2) from S1 to S3, sent 12 ms, delivered 21 ms`.
pub fn arrow_text(source: &dyn Source, arrow: &Arrow) -> String {
    let mut text = message_text(source, arrow.message);
    if let Fate::Ignored(why) = arrow.fate {
        text.push_str(", ignored: ");
        text.push_str(word(source.info().refusals, why));
    }
    text
}

/// The same for a message that is not drawn; its fate as far as it is known by now.
pub fn message_text(source: &dyn Source, message: MessageId) -> String {
    let view = source.message(message);
    let cast = source.cast();
    let flight = source.flight(message);
    let at = |id: EventId| source.events().get(id.index()).map_or(source.now(), |event| event.at);
    format!(
        "{} from {} to {}, sent {}, {}",
        view.label,
        cast.name(view.from),
        cast.name(view.to),
        at(flight.sent),
        fate_text(source, message)
    )
}

/// `delivered 21 ms`, `the link is cut`, `in flight`.
pub(super) fn fate_text(source: &dyn Source, message: MessageId) -> String {
    let ended = source.flight(message).ended.filter(|id| id.index() < source.reached());
    let event = ended.and_then(|id| source.events().get(id.index()));
    match event.map(|event| (event.at, event.kind)) {
        None => "in flight".to_owned(),
        Some((at, EventKind::Lost { why, .. })) => format!("lost {at}: {}", why.text()),
        Some((at, _)) => format!("delivered {at}"),
    }
}

/// What an event says happened at its place, in the present tense; empty for
/// what only the machinery cares about.
pub fn event_text(source: &dyn Source, id: EventId) -> String {
    let Some(event) = source.events().get(id.index()) else { return String::new() };
    let (info, cast) = (source.info(), source.cast());
    match event.kind {
        EventKind::Started => "starts".to_owned(),
        EventKind::Sent { message, to } => {
            format!("sends {} to {}", source.message(message).label, cast.name(to))
        }
        EventKind::Delivered { message, from } => {
            format!("receives {} from {}", source.message(message).label, cast.name(from))
        }
        EventKind::Lost { message, why } => {
            format!("loses {}: {}", source.message(message).label, why.text())
        }
        EventKind::Duplicated { message, .. } => {
            format!("{} is duplicated", source.message(message).label)
        }
        EventKind::TimerSet { timer, due } => {
            format!("sets the {} timer to fire at {due}", word(info.timers, timer.kind))
        }
        EventKind::TimerFired { timer } => format!("{} timer fires", word(info.timers, timer.kind)),
        EventKind::TimerCancelled { timer } => {
            format!("cancels the {} timer", word(info.timers, timer.kind))
        }
        EventKind::Persisted { write } => format!("persists {}", word(info.writes, write)),
        EventKind::Invoked { value } => format!("asks for {}", source.value(value)),
        EventKind::Returned { value } => format!("gets its answer to {}", source.value(value)),
        EventKind::TimedOut { value } => format!("waits no longer for {}", source.value(value)),
        EventKind::Crashed => "crashes".to_owned(),
        EventKind::Restarted => "restarts".to_owned(),
        EventKind::Paused => "pauses".to_owned(),
        EventKind::Resumed => "resumes".to_owned(),
        EventKind::DiskLost => "loses its disk".to_owned(),
        EventKind::Link { from, to, up } => {
            let verb = if up { "is healed" } else { "is cut" };
            format!("the link {} to {} {verb}", cast.name(from), cast.name(to))
        }
        EventKind::Command { index } => source.command(index),
        EventKind::Violated { invariant } => {
            format!("violates {}", invariant_name(source, invariant))
        }
        EventKind::Halted { .. } => "the run reached its bound".to_owned(),
        EventKind::Fact(fact) => fact_text(source, &fact),
    }
}

fn fact_text(source: &dyn Source, fact: &Fact) -> String {
    let info = source.info();
    let epoch = |epoch: Epoch| epoch_text(source, epoch);
    let value = |value: ValueId| source.value(value);
    let at = |slot: Slot| slot_phrase(source, "at", slot);
    match *fact {
        Fact::RoleChanged { role, epoch: e } => {
            let name = info.roles.get(usize::from(role)).map_or("?", |role| role.name);
            format!("becomes {name} in {}", epoch(e))
        }
        Fact::EpochChanged { epoch: e } => format!("enters {}", epoch(e)),
        Fact::Promised { epoch: e } => format!("promises {}", epoch(e)),
        Fact::VotedFor { epoch: e, candidate } => {
            format!("votes for {} in {}", source.cast().name(Place::Node(candidate)), epoch(e))
        }
        Fact::Proposed { slot, epoch: e, value: v } => {
            format!("proposes {}{} in {}", value(v), at(slot), epoch(e))
        }
        Fact::Accepted { slot, epoch: e, value: v } => {
            format!("accepts {}{} in {}", value(v), at(slot), epoch(e))
        }
        Fact::QuorumReached { of, epoch: e, members, .. } => {
            let name = word(info.quorums, of);
            format!("reaches the {name} quorum in {}: {}", epoch(e), members_text(source, members))
        }
        Fact::Chosen { slot, value: v, .. } => {
            format!("learns that {} is chosen{}", value(v), at(slot))
        }
        Fact::Appended { slot, epoch: e, value: v } => {
            format!("appends {}{} of {}", value(v), at(slot), epoch(e))
        }
        Fact::Truncated { from } => {
            format!("truncates its log{}", slot_phrase(source, "from", from))
        }
        Fact::Recovered { last: Slot { index: 0, .. } } => "recovers an empty log".to_owned(),
        Fact::Recovered { last } => {
            format!("recovers its log{}", slot_phrase(source, "up to", last))
        }
        Fact::Committed { upto, .. } => format!("commits{}", slot_phrase(source, "up to", upto)),
        Fact::Applied { slot, value: v, .. } => format!("applies {}{}", value(v), at(slot)),
        Fact::Depends { slot, on } => format!("orders {slot} after {on}"),
        Fact::Ignored { why } => format!("ignores it: {}", word(info.refusals, why)),
        Fact::Note { what, .. } => word(info.notes, what).to_owned(),
    }
}

/// ` at index 4`; nothing where there is only one decision.
fn slot_phrase(source: &dyn Source, preposition: &str, slot: Slot) -> String {
    match source.info().slot {
        "" => String::new(),
        word => format!(" {preposition} {word} {slot}"),
    }
}

/// `term 2`, `ballot 3.1`.
pub(super) fn epoch_text(source: &dyn Source, epoch: Epoch) -> String {
    format!("{} {epoch}", source.info().epoch)
}

/// `S1, S2, S4`.
pub(super) fn members_text(source: &dyn Source, members: NodeSet) -> String {
    let names: Vec<&str> =
        members.iter().map(|node| source.cast().name(Place::Node(node))).collect();
    names.join(", ")
}

/// The name of an invariant.
pub(super) fn invariant_name(source: &dyn Source, invariant: u8) -> &'static str {
    source.invariants().get(usize::from(invariant)).copied().unwrap_or("an invariant")
}

/// A word of one of the protocol's tables.
pub(super) fn word(table: &'static [NameInfo], code: u8) -> &'static str {
    table.get(usize::from(code)).map_or("?", |info| info.name)
}
