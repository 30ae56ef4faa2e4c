//! What lines, arrows, marks and letters mean: samples in the diagram's own shapes and styles.

use synod::diagram::{Look, Mark, MarkKind, Segment, step_class};
use synod::session::STEPS;
use synod::trace::{Epoch, EventId, Info, RoleInfo, Tone};

use super::dialogs::frame;
use crate::model::messages_of;
use crate::ui::{El, el, of, plain, said};

/// What the diagram of a protocol is made of.
pub(crate) fn legend(info: &'static Info) -> El {
    let (dialog, body) = frame("Legend", "dialog legend-dialog");
    let part = |name: &'static str, rows: Vec<El>| {
        el("section").add(plain("h3", name)).add(el("dl").all(rows))
    };
    let body = body
        .add(part("Lanes: time runs down", lanes(info)))
        .add(part("Messages", messages(info)))
        .add(part("Marks", marks(info)))
        .maybe((!info.slot.is_empty()).then(|| part("Logs", logs())))
        .add(part("Ring", ring()));
    dialog.add(body)
}

/// A sample and what it means.
fn row(sample: El, means: impl Into<String>) -> El {
    el("div").add(el("dt").add(sample)).add(plain("dd", means.into()))
}

/// What is drawn of the diagram, in a box of 56 by 20.
fn drawn(inside: El) -> El {
    of("svg", "synod")
        .at("viewBox", "0 0 56 20")
        .at("width", "56")
        .at("height", "20")
        .at("aria-hidden", "true")
        .add(inside)
}

fn path(class: &'static str, d: impl Into<yew::AttrValue>) -> El {
    of("path", class).at("d", d)
}

fn lane(look: Look, tone: Tone, hue: u8, x: i32) -> El {
    let (epoch, y1, y2) = (Epoch::default(), 0, 200);
    let segment = Segment { column: 0, x, y1, y2, look, role: 0, tone, epoch, hue };
    let half = segment.half_width() / 10 + 1;
    of("rect", segment.class())
        .at("x", (x / 10 - half).to_string())
        .at("width", (2 * half).to_string())
        .at("height", "20")
}

fn lanes(info: &'static Info) -> Vec<El> {
    let one = |look, tone| drawn(lane(look, tone, 1, 280));
    let role = |role: &RoleInfo| {
        let says = match role.tone {
            Tone::Lead => ": in charge",
            Tone::Contend => ": wants to be in charge",
            Tone::Rest | Tone::Aside => "",
        };
        row(one(Look::Up, role.tone), format!("{} ({}){says}", role.name, role.short))
    };
    let mut rows: Vec<El> = info.roles.iter().map(role).collect();
    let hues = [(1, 180), (2, 280), (3, 380)];
    let hues = hues.map(|(hue, x)| lane(Look::Up, Tone::Lead, hue, x));
    rows.push(row(drawn(el("g").all(hues)), format!("The colour tells the {}", info.epoch)));
    rows.push(row(one(Look::Down, Tone::Rest), "Crashed"));
    rows.push(row(one(Look::Paused, Tone::Lead), "Paused: takes no steps"));
    rows.push(row(one(Look::Busy, Tone::Rest), "A client that waits for an answer"));
    rows
}

/// An arrow of a class; it ends in a closed head, or in what the class is drawn with.
fn arrow(class: impl Into<yew::AttrValue>, end: &'static str) -> El {
    drawn(of("g", class).add(path("way", "M2 5L50 14")).add(path("end", end)))
}

const CLOSED: &str = "M43.6 16L51 14.2L44.6 9.8Z";
const OPEN: &str = "M43.6 16L51 14.2L44.6 9.8";
const CROSS: &str = "M46 10L54 18M46 18L54 10";

fn messages(info: &'static Info) -> Vec<El> {
    let mut rows = Vec::new();
    for step in STEPS {
        let names = messages_of(info, step);
        if !names.is_empty() {
            rows.push(row(arrow(format!("arrow {}", step_class(step)), CLOSED), names));
        }
    }
    let dot = of("circle", "tip").at("cx", "50").at("cy", "14").at("r", "3");
    let under_way = of("g", "arrow replicate").add(path("way", "M2 5L50 14")).add(dot);
    rows.push(row(arrow("arrow replicate reply", OPEN), "Thin: an answer"));
    rows.push(row(arrow("arrow ignored", OPEN), "Grey: arrived, and ignored"));
    rows.push(row(arrow("arrow replicate routine", CLOSED), "Faint: nothing but a sign of life"));
    rows.push(row(arrow("arrow replicate copy", CLOSED), "Dashed: a copy that the network made"));
    rows.push(row(arrow("arrow replicate lost", CROSS), "Lost"));
    rows.push(row(drawn(under_way), "Under way"));
    rows
}

fn marks(info: &'static Info) -> Vec<El> {
    let sample = |(kind, says): (MarkKind, String)| {
        let (event, tone) = (EventId(0), Tone::Rest);
        let (chip, label) = (None, None);
        let (column, x, y, hue) = (None, 280, 100, 1);
        let mark = Mark { column, x, y, kind, event, hue, tone, ahead: false, chip, label };
        row(drawn(of("g", mark.class()).add(path("glyph", mark.path()))), says)
    };
    let marks = [
        (MarkKind::Role, "Takes another role"),
        (MarkKind::Quorum, "Has a quorum"),
        (MarkKind::Decided, "Knows that something is decided"),
        (MarkKind::Timer, "A timer fires"),
        (MarkKind::Written, "Writes to its disk"),
        (MarkKind::Truncated, "Cuts off the end of its log"),
        (MarkKind::Crashed, "Crashes, or loses its disk"),
        (MarkKind::Command, "Something was done to the run: by the scenario, or by you"),
        (MarkKind::Violated, "An invariant falls"),
    ];
    let kept = |(kind, _): &(MarkKind, &str)| *kind != MarkKind::Truncated || !info.slot.is_empty();
    let marks = marks.into_iter().filter(kept).map(|(kind, says)| (kind, says.to_owned()));
    let epoch = (MarkKind::Epoch, format!("Enters another {}", info.epoch));
    let mut rows: Vec<El> = [epoch].into_iter().chain(marks).map(sample).collect();
    let fold = of("g", "break").add(path("", "M2 3H54M2 17H54"));
    let fold = fold.add(plain("text", "8 ms").at("x", "28").at("y", "13.5"));
    rows.push(row(drawn(fold), "Time in which nothing happens is left out"));
    rows
}

fn logs() -> Vec<El> {
    let cell = |class: &'static str| said("span", class, "x=5");
    vec![
        row(cell("cell pending hue-1"), "Dashed: not committed"),
        row(cell("cell committed hue-1"), "Filled: committed"),
        row(cell("cell applied hue-1"), "With a tick: executed, too"),
    ]
}

fn ring() -> Vec<El> {
    let circle = |class: &'static str, r: &'static str| {
        of("circle", class).at("cx", "28").at("cy", "10").at("r", r)
    };
    let timer = circle("ring-timer", "8").at("pathLength", "100").at("stroke-dasharray", "70 100");
    let dot = of("g", "arrow replicate").add(circle("ring-dot", "5"));
    vec![
        row(drawn(timer), "What is left of a node's next timer"),
        row(drawn(dot), "A message under way"),
        row(drawn(path("ring-link cut", "M2 10H54")), "A link that is cut"),
    ]
}
