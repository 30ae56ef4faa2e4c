//! One node looked at closely: everything it holds, its timers, its log, what it knows of the others.

use synod::trace::{Field, Time};

use crate::model::{Cell, NodeCard, PeerState, TimerState, span};
use crate::ui::{El, el, of, panel, plain, said, small};

pub(crate) fn node(card: &NodeCard, now: Time) -> El {
    let buttons = of("span", "panel-buttons").add(small("✕", "inspect").at("aria-label", "Close"));
    let state = match (card.up, card.paused) {
        (false, _) => "crashed",
        (true, true) => "paused",
        (true, false) => card.role,
    };
    let head = el("h2")
        .add(said("b", "node-name", card.name.clone()))
        .add(said("span", "role", state))
        .add(said("span", "epoch", card.epoch.clone()))
        .add(buttons);
    panel("panel node", "Node")
        .add(head)
        .add(fields(&card.fields, card.changed))
        .all(card.timers.iter().map(|timer| timer_row(timer, now)))
        .maybe(card.log.as_ref().map(|cells| log(cells, card.log_before)))
        .maybe((!card.peers.is_empty()).then(|| peers(&card.peers, card.log_len)))
}

/// A node's fields; those that its last step changed are marked.
pub(crate) fn fields(fields: &[Field], changed: u64) -> El {
    let row = |(i, field): (usize, &Field)| {
        let durable = field
            .durable
            .then(|| said("span", "durable", "disk").at("title", "On disk: it survives a crash"));
        let is_changed = i < 64 && changed >> i & 1 == 1;
        let says = is_changed.then(|| said("span", "visually-hidden", "changed just now"));
        of("div", if is_changed { "changed" } else { "" })
            .add(plain("dt", field.name).maybe(durable))
            .add(plain("dd", shown(&field.value)).maybe(says))
    };
    of("dl", "fields").all(fields.iter().enumerate().map(row))
}

/// A value that may be empty.
pub(super) fn shown(value: &str) -> String {
    if value.is_empty() { "–" } else { value }.to_owned()
}

fn timer_row(timer: &TimerState, now: Time) -> El {
    let left = Time(timer.due.since(now));
    let share = 100 - timer.left_of_1000(now) / 10;
    let bar = of("span", "bar").add(of("i", "").at("style", format!("width:{share}%")));
    of("div", "timer-row").add(plain("span", timer.name)).add(bar).add(said(
        "span",
        "when",
        format!("in {}", span(left)),
    ))
}

/// A log, its end at least.
pub(crate) fn log(cells: &[Cell], before: usize) -> El {
    let word = match (before, cells.is_empty()) {
        (0, true) => Some("log empty".to_owned()),
        (0, false) => None,
        (before, _) => Some(format!("{before} before")),
    };
    of("div", "log")
        .at("aria-label", "Log")
        .maybe(word.map(|word| said("span", "before", word)))
        .all(cells.iter().map(cell))
}

fn cell(cell: &Cell) -> El {
    let (class, state) = match (cell.applied, cell.committed) {
        (true, _) => ("applied", "committed and applied"),
        (_, true) => ("committed", "committed"),
        _ => ("pending", "not committed"),
    };
    of("span", format!("cell {class} hue-{}", cell.hue))
        .at("title", format!("{} at {}, {}, {state}", cell.value, cell.slot, cell.epoch))
        .add(plain("small", cell.epoch_short.clone()))
        .text(format!(" {}", cell.value))
}

/// What it knows of the others' logs.
fn peers(peers: &[PeerState], log_len: u32) -> El {
    let row = |peer: &PeerState| {
        let share = peer.matched * 100 / log_len.max(peer.matched).max(1);
        let bar = of("span", "bar").add(of("i", "").at("style", format!("width:{share}%")));
        of("div", "timer-row")
            .at("title", "The last entry known to be there, and the next to be sent")
            .add(plain("span", peer.name.clone()))
            .add(bar)
            .add(said("span", "when", format!("match {}, next {}", peer.matched, peer.next)))
    };
    of("div", "peers").add(plain("h3", "What it knows of the others")).all(peers.iter().map(row))
}
