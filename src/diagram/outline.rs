//! A run in the order in which it is told, for painters without a time axis.

use crate::trace::{EventId, EventKind, Fact, MessageId, Place, Source, window};

use super::{Options, Window, step, words};

/// Something to tell.
pub(super) enum Item {
    /// A message that has arrived, has not, or is under way.
    Arrow { from: Place, to: Place, label: String, end: End },
    /// Something that happens at a place, or to all where the place is the world.
    Note { place: Place, text: String },
}

/// What became of a message, and what is to be said of it.
pub(super) enum End {
    Delivered,
    /// It arrived and was disregarded.
    Ignored(&'static str),
    Lost(&'static str),
    InFlight,
}

/// What is in the window, messages in the order in which they arrive (or are known to be lost),
/// those in flight last. `lanes` are those of `options`; what is on other lanes is left out, as are kinds of
/// message that are hidden and what is not about the one slot to be shown.
pub(super) fn outline(
    source: &dyn Source,
    range: &Window,
    options: &Options,
    lanes: &[Place],
) -> Vec<Item> {
    let events = &source.events()[..source.reached().min(source.events().len())];
    let inside = window(events, range.from, range.to);
    let shown = inside.filter(|i| options.shows_event(source, EventId(*i as u32)));
    let told = shown.clone().filter_map(|i| item(source, EventId(i as u32)));
    let in_flight = shown.filter_map(|i| match events[i].kind {
        EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => {
            let ended = source.flight(message).ended;
            let is_open = ended.is_none_or(|ended| ended.index() >= events.len());
            is_open.then(|| arrow(source, message, End::InFlight))
        }
        _ => None,
    });
    let is_shown = |place: &Place| *place == Place::World || lanes.contains(place);
    told.chain(in_flight)
        .filter(|item| match item {
            Item::Arrow { from, to, .. } => is_shown(from) && is_shown(to),
            Item::Note { place, .. } => is_shown(place),
        })
        .collect()
}

/// The lanes that are asked for, as far as there are such; all where none is.
pub(super) fn places(source: &dyn Source, asked: &[Place]) -> Vec<Place> {
    let all = source.cast().places();
    if asked.is_empty() {
        return all;
    }
    asked.iter().copied().filter(|place| all.contains(place)).collect()
}

/// A lane's id, which no name can break.
pub(super) fn id(place: Place) -> String {
    match place {
        Place::World => "w".to_owned(),
        Place::Node(node) => format!("n{}", node.0),
        Place::Client(client) => format!("c{}", client.0),
    }
}

fn arrow(source: &dyn Source, message: MessageId, end: End) -> Item {
    let view = source.message(message);
    Item::Arrow { from: view.from, to: view.to, label: view.label, end }
}

fn item(source: &dyn Source, id: EventId) -> Option<Item> {
    let events = source.events();
    let event = &events[id.index()];
    let note = |place| Some(Item::Note { place, text: words::event_text(source, id) });
    match event.kind {
        EventKind::Delivered { message, .. } => {
            let end = match step::refusal(events, id) {
                None => End::Delivered,
                Some(why) => End::Ignored(words::word(source.info().refusals, why)),
            };
            Some(arrow(source, message, end))
        }
        EventKind::Lost { message, why } => Some(arrow(source, message, End::Lost(why.text()))),
        EventKind::Violated { .. } => {
            let culprit = event.cause.and_then(|cause| events.get(cause.event().index()));
            note(culprit.map_or(event.place, |culprit| culprit.place))
        }
        EventKind::Crashed
        | EventKind::Restarted
        | EventKind::Paused
        | EventKind::Resumed
        | EventKind::DiskLost
        | EventKind::Invoked { .. }
        | EventKind::Returned { .. }
        | EventKind::TimedOut { .. }
        | EventKind::Command { .. }
        | EventKind::Fact(
            Fact::RoleChanged { .. }
            | Fact::QuorumReached { .. }
            | Fact::Chosen { .. }
            | Fact::Truncated { .. }
            | Fact::Committed { .. },
        ) => note(event.place),
        _ => None,
    }
}
