//! The cluster as a ring: who is in which role, which timers run, which messages are under way, which
//! links are cut.

use js_sys::Math;
use synod::diagram::step_class;
use synod::session::Session;
use synod::trace::{ClientId, MessageKind, NodeId, Place, Step, Time};

use crate::model::NodeCard;
use crate::panels::look;
use crate::ui::{El, el, of, plain};

/// The picture is so wide and high, in its own units.
const SIZE: i32 = 480;
/// Where the nodes stand around the middle, and the clients inside them.
const RING: f64 = 168.0;
const INNER: f64 = 44.0;
/// How large a node is drawn.
const NODE: i32 = 27;
/// Half of what a letter of a message's name takes, and half its height, in tenths of a unit.
const LETTER: (i32, i32) = (29, 60);

/// A point in tenths of a unit.
#[derive(Clone, Copy)]
struct Point(i32, i32);

impl Point {
    /// A place on a circle around the middle, the first at the top.
    fn on(radius: f64, index: usize, of: usize) -> Point {
        let turn = (index as f64 / of.max(1) as f64 - 0.25) * 2.0 * std::f64::consts::PI;
        let at = |share: f64| (f64::from(SIZE) * 5.0 + radius * 10.0 * share) as i32;
        Point(at(Math::cos(turn)), at(Math::sin(turn)))
    }

    /// A point so many thousandths of the way to another.
    fn towards(self, other: Point, thousandths: i32) -> Point {
        let between = |from: i32, to: i32| from + (to - from) * thousandths / 1_000;
        Point(between(self.0, other.0), between(self.1, other.1))
    }
}

fn tenth(value: i32) -> String {
    synod::diagram::Px(value).to_string()
}

fn circle(class: impl Into<yew::AttrValue>, at: Point, radius: i32) -> El {
    of("circle", class).at("cx", tenth(at.0)).at("cy", tenth(at.1)).at("r", radius.to_string())
}

fn line(class: &'static str, from: Point, to: Point) -> El {
    let d = format!("M{} {}L{} {}", tenth(from.0), tenth(from.1), tenth(to.0), tenth(to.1));
    of("path", class).at("d", d)
}

fn words(class: &'static str, at: Point, below: i32, text: impl Into<yew::AttrValue>) -> El {
    of("text", class).at("x", tenth(at.0)).at("y", tenth(at.1 + below * 10)).text(text)
}

/// The ring. `picked` is the message or event that is picked.
pub(crate) fn cluster(session: &Session, cards: &[NodeCard], picked: Option<u32>) -> El {
    let clients = session.cast().clients.len();
    let point = |place: Place| match place {
        Place::Node(node) => Point::on(RING, node.index(), cards.len()),
        Place::Client(_) if clients == 1 => Point(SIZE * 5, SIZE * 5),
        Place::Client(client) => Point::on(INNER, client.index(), clients),
        Place::World => Point(SIZE * 5, SIZE * 5),
    };
    let svg = of("svg", "ring synod")
        .at("viewBox", format!("0 0 {SIZE} {SIZE}"))
        .at("role", "group")
        .at("aria-label", "The cluster as a ring");
    let svg =
        svg.add(el("g").all(links(session, cards.len(), &point)))
            .add(el("g").all(session.cast().clients.iter().enumerate().map(|(i, name)| {
                let at = point(Place::Client(ClientId(i as u8)));
                touchable("ring-end")
                    .at("data-lane", name.clone())
                    .add(circle("ring-client", at, 13))
                    .add(words("ring-name", at, 4, name.clone()))
            })))
            .add(el("g").all(
                cards.iter().map(|card| node(card, session.now(), point(Place::Node(card.node)))),
            ))
            .add(el("g").all(messages(session, picked, cards.len(), &point)));
    of("div", "cluster").add(svg)
}

/// What opens a menu, by pointer and by key.
fn touchable(class: impl Into<yew::AttrValue>) -> El {
    of("g", class).at("tabindex", "0").at("role", "button").at("aria-haspopup", "menu")
}

fn links(session: &Session, count: usize, point: &impl Fn(Place) -> Point) -> Vec<El> {
    let mut links = Vec::new();
    for a in 0..count as u8 {
        for b in a + 1..count as u8 {
            let (one, other) = (Place::Node(NodeId(a)), Place::Node(NodeId(b)));
            let (from, to) = (point(one), point(other));
            let class = match (session.is_cut(one, other), session.is_cut(other, one)) {
                (false, false) => "ring-link",
                (true, true) => "ring-link cut",
                // The half that is cut is that of the sender whose messages are lost.
                (there, _) => {
                    let (from, to) = if there { (from, to) } else { (to, from) };
                    links.push(line("ring-link", from.towards(to, 500), to));
                    links.push(line("ring-link cut", from, from.towards(to, 500)));
                    continue;
                }
            };
            links.push(line(class, from, to));
        }
    }
    links
}

/// Whether a node's words stand above it: in the upper half of the ring, so that none lies on a link.
fn is_above(at: Point) -> bool {
    at.1 < SIZE * 5
}

/// What something covers: a middle, half its width, half its height.
type Cover = (Point, Point);

/// What a node covers with the words beside it.
fn node_cover(at: Point) -> Cover {
    let beside = if is_above(at) { -110 } else { 110 };
    (Point(at.0, at.1 + beside), Point(NODE * 10, NODE * 10 + 220))
}

fn collide((at, half): Cover, (other, its): Cover) -> bool {
    (at.0 - other.0).abs() < half.0 + its.0 && (at.1 - other.1).abs() < half.1 + its.1
}

fn node(card: &NodeCard, now: Time, at: Point) -> El {
    let look = look(card);
    let state = match look {
        "down" => "crashed",
        "paused" => "paused",
        _ => card.role,
    };
    let arc = card.timers.iter().min_by_key(|timer| timer.due).map(|timer| {
        // A path length of a thousand makes the dash a share of the turn.
        circle("ring-timer", at, NODE + 5)
            .at("pathLength", "1000")
            .at("stroke-dasharray", format!("{} 1000", timer.left_of_1000(now)))
            .at("transform", format!("rotate(-90 {} {})", tenth(at.0), tenth(at.1)))
            .add(plain("title", format!("{} timer", timer.name)))
    });
    let above = is_above(at);
    let (first, second) = if above { (-NODE - 25, -NODE - 11) } else { (NODE + 20, NODE + 34) };
    let side = if above { "above" } else { "below" };
    touchable(format!("ring-node {look} {side} hue-{}", card.hue))
        .key(card.name.as_str())
        .at("data-lane", card.name.clone())
        .add(circle("ring-disc", at, NODE))
        .maybe(arc)
        .add(words("ring-name", at, 5, card.name.clone()))
        .add(words("ring-role", at, first, state))
        .add(words("ring-epoch", at, second, card.epoch.clone()))
}

fn messages<'a>(
    session: &'a Session,
    picked: Option<u32>,
    nodes: usize,
    point: &'a impl Fn(Place) -> Point,
) -> impl Iterator<Item = El> + 'a {
    let (source, now) = (session.source(), session.now());
    let manual = session.is_manual();
    let clients = session.cast().clients.len();
    let mut names = Vec::new();
    session.flights().into_iter().enumerate().map(move |(i, flight)| {
        let whole = flight.due.since(flight.sent).max(1);
        let share = (now.since(flight.sent).saturating_mul(1_000) / whole).min(1_000) as i32;
        // What waits for the reader stands in the middle of its way, one behind the other.
        let share =
            if manual { 350 + i32::from((i % 4) as u8) * 90 } else { 120 + share * 760 / 1_000 };
        let at = point(flight.from).towards(point(flight.to), share);
        let step = match source.message_kind(flight.message) {
            MessageKind::Protocol(kind) => session
                .info()
                .messages
                .get(usize::from(kind))
                .map_or(Step::Upkeep, |info| info.step),
            _ => Step::Client,
        };
        let sent = source.flight(flight.message).sent;
        let class = if picked == Some(sent.0) { "picked" } else { "" };
        let view = source.message(flight.message);
        // A name is left out where it would hide another, a node or a client.
        let above = if manual { -13 } else { -9 };
        let half = Point(LETTER.0 * i32::from(view.kind.len() as u16), LETTER.1);
        let cover = (Point(at.0, at.1 + above * 10 - LETTER.1), half);
        let hides = names.iter().any(|name| collide(*name, cover))
            || (0..nodes as u8)
                .any(|node| collide(node_cover(point(Place::Node(NodeId(node)))), cover))
            || (0..clients as u8).any(|client| {
                collide((point(Place::Client(ClientId(client))), Point(130, 130)), cover)
            });
        if !hides {
            names.push(cover);
        }
        let label = (!hides).then(|| words("ring-label", at, above, view.kind));
        let number = manual.then(|| words("ring-number", at, 4, (i + 1).to_string()));
        touchable(format!("arrow ring-message {} {class}", step_class(step)))
            .key(flight.message.0.to_string())
            .event(sent)
            .at("aria-label", view.label.clone())
            .add(circle("ring-hit", at, 11))
            .add(circle("ring-dot", at, if manual { 9 } else { 5 }))
            .add(plain("title", view.label))
            .maybe(number)
            .maybe(label)
    })
}
