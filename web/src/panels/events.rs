//! The run as a list, and what of it is shown.

use synod::diagram::Routine;
use synod::session::Session;
use synod::trace::{EventId, MessageKind, Place};

use crate::model::{Listing, Model, Row, listing, span};
use crate::ui::{El, button, el, link, of, panel, plain, said, small};

pub(crate) fn events(model: &Model, words: &str, until: Option<EventId>) -> El {
    let session = model.session();
    let found = listing(session, words, model.is_playing(), until, |event| model.shows(event));
    let search = el("input")
        .at("type", "search")
        .at("placeholder", "Search: a message, a node, crash, ignored …")
        .at("aria-label", "Search the events")
        .set("search")
        .value(words.to_owned());
    panel("panel events", "Events")
        .add(plain("h2", "Events").add(said("span", "count", "newest first")))
        .add(search)
        .maybe(slot(model, session.info().slot))
        .add(filters(model, session))
        .maybe(until.map(|_| link("Back to the newest", "earlier")))
        .add(rows(&found, model))
        .maybe(found.earlier.filter(|_| !model.is_playing()).map(|at| {
            let label =
                if words.is_empty() { "Show earlier events" } else { "Search further back" };
            small(label, format!("earlier {}", at.0))
        }))
}

fn rows(found: &Listing, model: &Model) -> El {
    if found.rows.is_empty() {
        return said("p", "about", "Nothing says so.");
    }
    let row = |row: &Row| {
        let picked = model.picked() == Some(row.event);
        let class = if picked { format!("{} here", row.class) } else { row.class.to_owned() };
        let line = of("button", "event-row")
            .at("type", "button")
            .act(format!("show {}", row.event.0))
            .add(said("span", "when", span(row.at)))
            .add(plain("b", row.place.clone()))
            .add(plain("span", row.text.clone()));
        of("li", class).add(line)
    };
    of("ul", "event-list").all(found.rows.iter().map(row))
}

/// Shows one slot of the log alone, where the protocol has more than one.
fn slot(model: &Model, name: &'static str) -> Option<El> {
    let shown = model.options().slot.map_or_else(String::new, |slot| slot.to_string());
    let input = el("input").at("placeholder", "all").set(format!("slot {name}")).value(shown);
    let says = said("small", "unit", "alone, in the diagram too");
    (!name.is_empty())
        .then(|| of("label", "chip-row").add(plain("span", name)).add(input).add(says))
}

/// What is drawn and listed: kinds of message, lanes, and the small print of the diagram.
fn filters(model: &Model, session: &Session) -> El {
    let info = session.info();
    let chip = |label: &str, act: String, on: bool| {
        button("chip-button", act)
            .at("aria-pressed", if on { "true" } else { "false" })
            .text(label.to_owned())
    };
    let kinds = info.messages.iter().enumerate().map(|(i, message)| {
        let on = !model.hides(MessageKind::Protocol(i as u8));
        chip(message.name, format!("hide-kind {i}"), on)
    });
    let cast = session.cast();
    let nodes = cast.nodes.iter().map(|lane| lane.name.as_str());
    let lanes = cast.clients.iter().map(String::as_str).chain(nodes).map(|name| {
        let on = !cast.place(name).is_some_and(|place: Place| model.is_hidden(place));
        chip(name, format!("hide-lane {name}"), on)
    });
    let options = model.options();
    let rest = [
        ("heartbeats", options.routine != Routine::Hide),
        ("timers", options.timers),
        ("disk writes", options.writes),
    ];
    let rest = rest.into_iter().map(|(name, on)| chip(name, format!("draw {name}"), on));
    let group = |name: &'static str| of("div", "chip-row").add(plain("span", name));
    of("details", "filters")
        .add(plain("summary", "What is shown"))
        .add(group("Messages").all(kinds))
        .add(group("Lanes").all(lanes))
        .add(group("And").all(rest))
}
