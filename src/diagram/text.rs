//! A run as a plain listing, good to read and to compare.

use std::fmt::Write as _;

use crate::trace::{Event, EventId, EventKind, Source, Time, window};

use super::{Window, step, words};

/// Lists the window of a run, one line a message or event:
///
/// ```text
///   12.500 ms  S1 -> S3  AppendEntries(t2, prev 0/0, 1 entry)   delivered 21 ms
///   21.000 ms  S3        appends x=5 at index 1 of term 2
/// ```
pub fn text(source: &dyn Source, range: &Window) -> String {
    let events = &source.events()[..source.reached().min(source.events().len())];
    let rows: Vec<Row> = window(events, range.from, range.to)
        .filter_map(|i| row(source, events, EventId(i as u32)))
        .collect();
    let widest = |of: fn(&Row) -> &str| {
        rows.iter().filter(|row| !row.fate.is_empty()).map(|row| of(row).chars().count()).max()
    };
    let lanes = widest(|row| &row.lanes).unwrap_or(0);
    let what = widest(|row| &row.what).unwrap_or(0);
    let mut out = String::new();
    for Row { at, lanes: who, what: said, fate } in &rows {
        let line = format!("{:>12}  {who:<lanes$}  {said:<what$}  {fate}", clock(*at));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

struct Row {
    at: Time,
    /// `S1 -> S3`, `S3`.
    lanes: String,
    /// What is sent or happens.
    what: String,
    /// What becomes of a message; empty for events.
    fate: String,
}

fn row(source: &dyn Source, events: &[Event], id: EventId) -> Option<Row> {
    let event = &events[id.index()];
    let cast = source.cast();
    match event.kind {
        EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => {
            let view = source.message(message);
            let lanes = format!("{} -> {}", cast.name(view.from), cast.name(view.to));
            let mut fate = words::fate_text(source, message);
            if matches!(event.kind, EventKind::Duplicated { .. }) {
                fate.insert_str(0, "copy ");
            }
            if let Some(why) = ignored(source, events, message) {
                fate.push_str(", ignored: ");
                fate.push_str(why);
            }
            Some(Row { at: event.at, lanes, what: view.label, fate })
        }
        // Said where the message is sent, or of no interest to a reader.
        EventKind::Delivered { .. }
        | EventKind::Lost { .. }
        | EventKind::TimerSet { .. }
        | EventKind::TimerCancelled { .. }
        | EventKind::Fact(crate::trace::Fact::Ignored { .. }) => None,
        _ => Some(Row {
            at: event.at,
            lanes: cast.name(event.place).to_owned(),
            what: words::event_text(source, id),
            fate: String::new(),
        }),
    }
}

fn ignored(
    source: &dyn Source,
    events: &[Event],
    message: crate::trace::MessageId,
) -> Option<&'static str> {
    let ended = source.flight(message).ended.filter(|id| id.index() < events.len())?;
    step::refusal(events, ended).map(|why| words::word(source.info().refusals, why))
}

/// Milliseconds with three decimals: `12.500 ms`.
fn clock(at: Time) -> String {
    format!("{}.{:03} ms", at.0 / 1_000, at.0 % 1_000)
}
