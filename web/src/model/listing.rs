//! The run as a list: the text equivalent of the diagram, with search.

use synod::diagram::{event_text, is_routine};
use synod::session::Session;
use synod::trace::{EventId, EventKind, Place, Source, Time};

/// Rows that are shown at most, and events that are read back at most, while the run stands ...
const STANDING: (usize, usize) = (250, 60_000);
/// ... and while it plays, where a frame has no time for more.
const PLAYING: (usize, usize) = (50, 3_000);

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The event to pick: a message by its sending.
    pub event: EventId,
    /// When.
    pub at: Time,
    /// Where: `S1`; empty for the world.
    pub place: String,
    /// What, in words.
    pub text: String,
    /// A style class for what stands out: a violation, a fault, a decision.
    pub class: &'static str,
}

/// The rows and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The rows, newest first.
    pub rows: Vec<Row>,
    /// Where to read on, if there may be more further back: the events before this one.
    pub earlier: Option<EventId>,
}

/// The newest events (of those before `until`) that contain the words, by place and text; what is not drawn is
/// not listed. Words that end with a number are about that one: `index 3` is not found in `index 30`.
/// Heartbeats and their answers are folded into a row with their number.
pub fn listing(
    session: &Session,
    words: &str,
    playing: bool,
    until: Option<EventId>,
    is_shown: impl Fn(EventId) -> bool,
) -> Listing {
    let source = session.source();
    let words = words.trim().to_ascii_lowercase();
    let events = &source.events()[..source.reached()];
    let (rows, read) = if playing { PLAYING } else { STANDING };
    let end = until.map_or(events.len(), |until| until.index().min(events.len()));
    let mut listing = Listing::default();
    let mut beats = 0_u32;
    for (i, event) in events[..end].iter().enumerate().rev().take(read) {
        let message = match event.kind {
            EventKind::TimerSet { .. } | EventKind::TimerCancelled { .. } => continue,
            kind => kind.message(),
        };
        if !is_shown(EventId(i as u32)) {
            continue;
        }
        if listing.rows.len() >= rows {
            listing.earlier = Some(EventId(i as u32 + 1));
            return listing;
        }
        if words.is_empty() && message.is_some_and(|message| is_routine(source, events, message)) {
            beats += 1;
            let text = format!("{beats} events of heartbeats");
            match listing.rows.last_mut() {
                Some(last) if last.class == "beats" => last.text = text,
                _ => {
                    beats = 1;
                    let text = "a heartbeat".to_owned();
                    listing.rows.push(Row {
                        event: EventId(i as u32),
                        at: event.at,
                        place: String::new(),
                        text,
                        class: "beats",
                    });
                }
            }
            continue;
        }
        let place = match event.place {
            Place::World => String::new(),
            place => session.cast().name(place).to_owned(),
        };
        let text = event_text(source, EventId(i as u32));
        let found = words.is_empty()
            || contains(&text.to_ascii_lowercase(), &words)
            || place.to_ascii_lowercase() == words;
        if text.is_empty() || !found {
            continue;
        }
        let id = EventId(i as u32);
        listing.rows.push(Row {
            event: sending(source, id).unwrap_or(id),
            at: event.at,
            place,
            text,
            class: class(&event.kind),
        });
    }
    listing.earlier = end.checked_sub(read).filter(|at| *at > 0).map(|at| EventId(at as u32));
    listing
}

/// What stands for an event: that of a message is its sending. `None` where there is no such event.
pub(super) fn sending(source: &dyn Source, event: EventId) -> Option<EventId> {
    let message = source.events().get(event.index())?.kind.message();
    Some(message.map_or(event, |message| source.flight(message).sent))
}

/// Whether a text contains words; a number at their end does not go on.
fn contains(text: &str, words: &str) -> bool {
    let goes_on = |end: usize| {
        let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        end > 0 && is_digit(end - 1) && is_digit(end)
    };
    text.match_indices(words).any(|(at, _)| !goes_on(at + words.len()))
}

fn class(kind: &EventKind) -> &'static str {
    use synod::trace::Fact;
    match kind {
        EventKind::Violated { .. } => "violation",
        EventKind::Crashed | EventKind::DiskLost | EventKind::Lost { .. } => "fault",
        EventKind::Command { .. } => "command",
        EventKind::Fact(Fact::Chosen { .. } | Fact::Committed { .. }) => "decision",
        EventKind::Fact(Fact::RoleChanged { .. } | Fact::EpochChanged { .. }) => "role",
        EventKind::Fact(Fact::Ignored { .. }) | EventKind::Persisted { .. } => "quiet",
        _ => "",
    }
}
