//! A run as a Mermaid sequence diagram.

use std::fmt::Write;

use crate::trace::{EventId, EventKind, Fact, Place, Source, window};

use super::{Window, step, words};

/// Writes the window of a run as Mermaid text.
///
/// Mermaid has no time axis: messages are in the order in which they arrive (or are
/// known to be lost), with those in flight last.
pub fn mermaid(source: &dyn Source, range: &Window) -> String {
    let mut out = String::from("sequenceDiagram\n");
    let cast = source.cast();
    for place in places(source) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "    participant {} as {}", id(place), Escaped(cast.name(place)));
    }
    let events = &source.events()[..source.reached().min(source.events().len())];
    let inside = window(events, range.from, range.to);
    for i in inside.clone() {
        let _ = write_event(&mut out, source, EventId(i as u32));
    }
    for event in &events[inside] {
        if let EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } = event.kind
            && source.flight(message).ended.is_none_or(|ended| ended.index() >= events.len())
        {
            let view = source.message(message);
            let (from, to) = (id(view.from), id(view.to));
            let _ = writeln!(out, "    {from}-){to}: {} (in flight)", Escaped(&view.label));
        }
    }
    out
}

fn write_event(out: &mut String, source: &dyn Source, event_id: EventId) -> std::fmt::Result {
    let events = source.events();
    let event = &events[event_id.index()];
    match event.kind {
        EventKind::Delivered { message, .. } => {
            let view = source.message(message);
            let (from, to, label) = (id(view.from), id(view.to), Escaped(&view.label));
            match step::refusal(events, event_id) {
                None => writeln!(out, "    {from}->>{to}: {label}"),
                Some(why) => {
                    let why = Escaped(words::word(source.info().refusals, why));
                    writeln!(out, "    {from}-->>{to}: {label} (ignored, {why})")
                }
            }
        }
        EventKind::Lost { message, why } => {
            let view = source.message(message);
            let (from, to, label) = (id(view.from), id(view.to), Escaped(&view.label));
            writeln!(out, "    {from}-x{to}: {label} ({})", Escaped(why.text()))
        }
        EventKind::Violated { .. } => {
            let culprit = event.cause.and_then(|cause| events.get(cause.event().index()));
            let place = culprit.map_or(event.place, |culprit| culprit.place);
            note(out, source, place, &words::event_text(source, event_id))
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
        ) => note(out, source, event.place, &words::event_text(source, event_id)),
        _ => Ok(()),
    }
}

fn note(out: &mut String, source: &dyn Source, place: Place, text: &str) -> std::fmt::Result {
    let text = Escaped(text);
    if place != Place::World {
        return writeln!(out, "    Note over {}: {text}", id(place));
    }
    let all = places(source);
    match (all.first(), all.last()) {
        (Some(first), Some(last)) if first != last => {
            writeln!(out, "    Note over {},{}: {text}", id(*first), id(*last))
        }
        (Some(only), _) => writeln!(out, "    Note over {}: {text}", id(*only)),
        (None, _) => Ok(()),
    }
}

fn places(source: &dyn Source) -> Vec<Place> {
    let cast = source.cast();
    let clients = (0..cast.clients.len()).map(|i| Place::Client(crate::trace::ClientId(i as u8)));
    let nodes = (0..cast.nodes.len()).map(|i| Place::Node(crate::trace::NodeId(i as u8)));
    clients.chain(nodes).collect()
}

/// A participant's id, which no name can break.
fn id(place: Place) -> String {
    match place {
        Place::World => "w".to_owned(),
        Place::Node(node) => format!("n{}", node.0),
        Place::Client(client) => format!("c{}", client.0),
    }
}

/// Text with everything that Mermaid might read as its own as entity codes.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The word `end` closes a block wherever it stands.
        for (i, word) in self.0.split(' ').enumerate() {
            if i > 0 {
                f.write_char(' ')?;
            }
            if word.eq_ignore_ascii_case("end") {
                write!(f, "#{};{}", u32::from(word.as_bytes()[0]), &word[1..])?;
                continue;
            }
            word.chars().try_for_each(|c| match c {
                c if c.is_control() => Ok(()),
                '#' | ';' | '%' | '<' | '>' | '"' | '&' | '\\' | '`' => {
                    write!(f, "#{};", u32::from(c))
                }
                c => f.write_char(c),
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn nothing_in_a_text_is_mermaid() {
        let text = |text| Escaped(text).to_string();
        assert_eq!(text("a;b#c"), "a#59;b#35;c");
        assert_eq!(text("the end"), "the #101;nd");
        assert_eq!(text("endless"), "endless");
        assert_eq!(text("x=1\nNote over n0: hi"), "x=1Note over n0: hi");
    }
}
