//! The messages that wait for the reader, numbered.

use synod::scenario::Do;
use synod::session::{Flight, Session};

use crate::acts::doing;
use crate::ui::{El, el, link, of, panel, plain, said};

pub(crate) fn waiting(session: &Session) -> Option<El> {
    if !session.is_manual() {
        return None;
    }
    let flights = session.flights();
    let row = |(i, flight): (usize, &Flight)| {
        let id = flight.message.0;
        let label = session.source().message(flight.message).label;
        let way =
            format!("{} → {}", session.cast().name(flight.from), session.cast().name(flight.to));
        el("li")
            .add(said("b", "number", (i + 1).to_string()))
            .add(plain("span", label).add(plain("em", way)))
            .add(
                of("span", "panel-buttons")
                    .add(link("deliver", doing(&Do::Deliver(id))))
                    .add(link("drop", doing(&Do::Drop(id)))),
            )
    };
    let panel = panel("panel waiting", "Waiting messages")
        .add(plain("h2", "Waiting for you").add(said("span", "count", "keys 1 to 9 deliver")));
    Some(if flights.is_empty() {
        panel.add(said(
            "p",
            "about",
            "No message is under way. Fire a timer or send a request: touch a node.",
        ))
    } else {
        panel.add(of("ul", "list").all(flights.iter().enumerate().map(row)))
    })
}
