//! What can be done to what the reader touches on the diagram: a message, a node at an instant, an event.
//!
//! Everything here is data: an offer is a few words and an act of the page's table.

use synod::diagram::{event_text, message_text};
use synod::scenario::Do;
use synod::session::Session;
use synod::trace::{
    Cast, Event, EventId, EventKind, Index, Lane, MessageId, NodeId, Place, Status, Time,
};

use super::timers::timers;
use super::views::{is_apart, isolation, span};

/// What was touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A message, by its sending.
    Message(EventId),
    /// Any other event.
    Event(EventId),
    /// A lane.
    Lane(Place),
    /// The lanes that are not drawn.
    Hidden,
}

/// When an act is to happen. What lies in the past forks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Where the run stands.
    Now,
    /// At an instant.
    At(Time),
    /// Right behind an event.
    Behind(EventId),
}

/// Something that was touched, and when its acts happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touched {
    /// What.
    pub target: Target,
    /// When.
    pub moment: Moment,
}

/// What a menu says and offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers {
    /// What was touched: `AppendEntries(t2)`, `S1`.
    pub title: String,
    /// Its way and fate, or what the acts mean for time.
    pub line: String,
    /// What can be done.
    pub offers: Vec<Offer>,
}

/// Something that can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The group it stands in, where that wants a heading.
    pub group: &'static str,
    /// The words on it.
    pub label: String,
    /// What it does, in a sentence; may be empty.
    pub says: &'static str,
    /// The act, as the page's table of acts has it.
    pub act: String,
}

impl Touched {
    /// What a click on an event of the diagram touches.
    pub fn event(session: &Session, event: EventId) -> Option<Touched> {
        let found = session.source().events().get(event.index())?;
        Some(match found.kind {
            EventKind::Sent { .. } | EventKind::Duplicated { .. } => {
                Touched { target: Target::Message(event), moment: Moment::Behind(event) }
            }
            _ => Touched { target: Target::Event(event), moment: Moment::Behind(event) },
        })
    }

    /// What a click on a lane touches: at an instant, or where the run stands.
    pub fn lane(session: &Session, place: Place, at: Option<Time>) -> Touched {
        let now = session.now();
        let moment = match at {
            Some(at) if at < now => Moment::At(at),
            _ => Moment::Now,
        };
        Touched { target: Target::Lane(place), moment }
    }
}

/// What can be done to what was touched. `request` is the operation of the next request.
pub fn offers(session: &Session, index: &Index, touched: Touched, request: &str) -> Offers {
    match touched.target {
        Target::Message(event) => of_message(session, event),
        Target::Event(event) => of_event(session, index, event, request),
        Target::Lane(place) => {
            let mut found = of_lane(session, index, place, touched.moment, request);
            found.offers.extend(arranging(session, place));
            found
        }
        Target::Hidden => of_hidden(session),
    }
}

pub(super) fn offer(label: impl Into<String>, says: &'static str, act: String) -> Offer {
    Offer { group: "", label: label.into(), says, act }
}

/// An act of the menu, at the menu's moment.
pub(super) fn menu(act: &Do) -> String {
    format!("menu {}", act.to_json())
}

/// How many events lie before a moment.
fn upto(session: &Session, moment: Moment) -> usize {
    let source = session.source();
    match moment {
        Moment::Now => source.reached(),
        Moment::At(at) => source.events().partition_point(|event| event.at <= at),
        Moment::Behind(event) => event.index() + 1,
    }
}

/// Whether a directed link is cut at a moment.
pub fn was_cut(session: &Session, from: Place, to: Place, moment: Moment) -> bool {
    let upto = upto(session, moment);
    // The present is asked for while a hand moves.
    if upto == session.source().reached() {
        session.is_cut(from, to)
    } else {
        cuts(&session.source().events()[..upto]).contains(&(from, to))
    }
}

/// The links that are cut behind these events.
fn cuts(before: &[Event]) -> Vec<(Place, Place)> {
    let mut cuts = Vec::new();
    for event in before {
        if let EventKind::Link { from, to, up } = event.kind {
            cuts.retain(|link| *link != (from, to));
            if !up {
                cuts.push((from, to));
            }
        }
    }
    cuts
}

fn go_there(event: EventId) -> Offer {
    offer("Go to this moment", "", format!("event {}", event.0))
}

/// How many times as long a message may be made to take; a drag of its arrow knows every other time.
const DELAYS: [u64; 4] = [2, 5, 20, 100];

fn of_message(session: &Session, sent: EventId) -> Offers {
    let source = session.source();
    let event = source.events().get(sent.index());
    let message = match event.map(|event| event.kind) {
        Some(EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. }) => message,
        _ => MessageId(0),
    };
    let at = event.map_or(Time::ZERO, |event| event.at);
    let view = source.message(message);
    // The label stands in the title already.
    let line = message_text(source, message).split_off(view.label.len());
    let ended = source.flight(message).ended;
    let took = ended.and_then(|end| source.events().get(end.index()));
    let flight = took.map_or(source.now(), |end| end.at).since(at).max(1_000);
    let id = message.0;
    let mut offers = vec![
        offer("Drop it", "It never arrives.", menu(&Do::Drop(id))),
        offer("Deliver at once", "It arrives the moment it is sent.", menu(&Do::Deliver(id))),
        offer("Duplicate it", "It arrives twice.", menu(&Do::Duplicate(id))),
        go_there(sent),
    ];
    if let Some(end) = ended.filter(|end| end.index() < source.reached()) {
        offers.push(offer("Go to its end", "", format!("event {}", end.0)));
    } else if sent.index() < source.reached() {
        offers[1].says = "It arrives now.";
    } else {
        // What has not been sent cannot be touched yet.
        offers.drain(..3);
        return Offers { title: view.label, line: line.trim_start().to_owned(), offers };
    }
    offers.extend(DELAYS.map(|times| {
        let until = at.after(times * flight);
        let act = menu(&Do::Delay { message: id, until_us: until.0 });
        let label = format!("{times} × as long: {}", span(until));
        Offer { group: "Delay it", ..offer(label, "It arrives then.", act) }
    }));
    Offers { title: view.label, line: line.trim_start().to_owned(), offers }
}

/// When the acts of a message happen: now while it is under way, else right after it was sent.
pub fn moment_of(session: &Session, touched: Touched) -> Moment {
    let source = session.source();
    let Target::Message(sent) = touched.target else { return touched.moment };
    match source.events().get(sent.index()).map(|event| event.kind) {
        Some(EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. }) => {
            let open =
                source.flight(message).ended.is_none_or(|end| end.index() >= source.reached());
            if open && sent.index() < source.reached() { Moment::Now } else { touched.moment }
        }
        _ => touched.moment,
    }
}

fn of_event(session: &Session, index: &Index, id: EventId, request: &str) -> Offers {
    let source = session.source();
    let Some(event) = source.events().get(id.index()) else {
        return Offers { title: String::new(), line: String::new(), offers: Vec::new() };
    };
    let mut found = match event.place {
        Place::World => Offers { title: String::new(), line: String::new(), offers: Vec::new() },
        place => of_lane(session, index, place, Moment::Behind(id), request),
    };
    found.line = match event.place {
        Place::World => span(event.at),
        place => format!("{}, {}. {}", session.cast().name(place), span(event.at), found.line),
    };
    found.title = event_text(source, id);
    if let EventKind::Command { index } = event.kind {
        let says = "The run is replayed without it; it can be switched on again.";
        found.offers.insert(0, offer("Switch off", says, format!("switch {index}")));
    }
    found.offers.insert(0, go_there(id));
    found
}

fn of_lane(
    session: &Session,
    index: &Index,
    place: Place,
    moment: Moment,
    request: &str,
) -> Offers {
    let source = session.source();
    let name = session.cast().name(place).to_owned();
    let event_at = |event: EventId| source.events().get(event.index()).map(|event| event.at);
    let (upto, now) = (upto(session, moment), session.now());
    let (at, line) = match moment {
        Moment::Now => (now, String::new()),
        Moment::At(at) => (at, format!("at {}: history branches there", span(at))),
        Moment::Behind(_) if upto == source.reached() => (now, String::new()),
        Moment::Behind(event) => {
            let at = event_at(event).unwrap_or_default();
            (at, format!("after {}: history branches there", span(at)))
        }
    };
    let offers = match place {
        Place::Node(node) => of_node(session, node, index, (&source.events()[..upto], at), request),
        Place::Client(_) => {
            let act = Do::Request { client: Some(name.clone()), to: None, op: request.to_owned() };
            vec![offer(format!("Ask for {request}"), "A client sends its request.", menu(&act))]
        }
        Place::World => Vec::new(),
    };
    Offers { title: name, line, offers }
}

/// What can be done to how a lane is drawn.
fn arranging(session: &Session, place: Place) -> Vec<Offer> {
    let lanes = session.lanes();
    let Some(at) = lanes.iter().position(|other| *other == place) else { return Vec::new() };
    let name = session.cast().name(place);
    let acts = [
        (at > 0, "← Move left", "lane -1"),
        (at + 1 < lanes.len(), "Move right →", "lane 1"),
        (lanes.len() > 1, "Hide this lane", "hide-lane"),
        (lanes != session.cast().places(), "All as usual", "usual-lanes"),
    ];
    let offers = acts.into_iter().filter(|(can, ..)| *can).map(|(_, label, act)| Offer {
        group: "Lane",
        ..offer(label, "", format!("{act} {name}"))
    });
    offers.collect()
}

/// The lanes that are not drawn, to be shown again.
fn of_hidden(session: &Session) -> Offers {
    let hidden = session.hidden();
    let show = |place: &Place| {
        let name = session.cast().name(*place);
        offer(format!("Show {name}"), "", format!("hide-lane {name}"))
    };
    let mut offers: Vec<Offer> = hidden.iter().map(show).collect();
    let says = "Every lane is shown, in the usual order.";
    offers.push(offer("All as usual", says, "usual-lanes".to_owned()));
    let line = "and the messages to and from them".to_owned();
    Offers { title: "Hidden lanes".to_owned(), line, offers }
}

fn of_node(
    session: &Session,
    node: NodeId,
    index: &Index,
    (before, at): (&[Event], Time),
    request: &str,
) -> Vec<Offer> {
    let name = session.cast().name(Place::Node(node));
    let info = session.info();
    let lane = session.cast().nodes.get(node.index());
    let serves = lane.and_then(|lane| info.class_of(lane)).is_none_or(|class| class.serves);
    let own = || name.to_owned();
    let status = index.state_at(session.source().events(), before.len()).node(node).status;
    let mut offers = Vec::new();
    let mut add = |label: &str, says, act: &Do| offers.push(offer(label, says, menu(act)));
    if status == Status::Up && serves {
        let act = Do::Request { client: None, to: Some(own()), op: request.to_owned() };
        add(&format!("Request {request}"), "A client asks this node.", &act);
    }
    match status {
        Status::Down | Status::Absent => {
            add("Restart", "It boots from its disk.", &Do::Restart(own()));
        }
        Status::Paused => add("Resume", "It goes on.", &Do::Resume(own())),
        Status::Up => {
            add(
                "Pause",
                "It stops taking steps, as in a long garbage collection.",
                &Do::Pause(own()),
            );
        }
    }
    if matches!(status, Status::Up | Status::Paused) {
        add("Crash", "It loses everything but its disk.", &Do::Crash(own()));
    }
    offers.push(offer("Look inside", "Its state, timers and log.", format!("inspect {}", node.0)));
    let mut add = |label: &str, says, act: &Do| offers.push(offer(label, says, menu(act)));
    let (cast, cuts) = (session.cast(), cuts(before));
    let is_cut = |from, to| cuts.contains(&(from, to));
    let (label, says) = if is_apart(cast, node, is_cut) {
        ("Rejoin", "It reaches the others again.")
    } else {
        ("Cut off", "It reaches no other node.")
    };
    add(label, says, &isolation(cast, node, is_cut));
    if status == Status::Up {
        offers.extend(timers(session, index, node, before, at));
    }
    offers.extend(links(cast, node, is_cut));
    offers.extend(split_behind(session, node));
    // The groups are made of the present, and take effect in it.
    if before.len() == session.source().reached() {
        let says = "Make groups that do not reach each other.";
        let partition = offer("Partition…", says, "open partition".to_owned());
        offers.push(Offer { group: "Links", ..partition });
    }
    offers
}

/// What splits the cluster between a lane and the next.
fn split_behind(session: &Session, node: NodeId) -> Option<Offer> {
    let nodes = &session.cast().nodes;
    let name = |lane: &Lane| lane.name.clone();
    let (left, right) = nodes.split_at(node.index() + 1);
    if right.is_empty() {
        return None;
    }
    let left: Vec<String> = left.iter().map(name).collect();
    let right: Vec<String> = right.iter().map(name).collect();
    let label = format!("split {} | {}", left.join(" "), right.join(" "));
    let says = "The two sides do not reach each other.";
    let act = menu(&Do::Partition(vec![left, right]));
    Some(Offer { group: "Links", ..offer(label, says, act) })
}

/// The links to the other nodes, one by one and in one direction each.
fn links(cast: &Cast, node: NodeId, is_cut: impl Fn(Place, Place) -> bool) -> Vec<Offer> {
    let (me, name) = (Place::Node(node), cast.name(Place::Node(node)));
    let others = (0..cast.nodes.len() as u8).map(NodeId).filter(|other| *other != node);
    let link = |from: Place, to: Place, label: String| {
        let cut = is_cut(from, to);
        let (from, to) = (cast.name(from).to_owned(), cast.name(to).to_owned());
        let (says, act) = if cut {
            ("This direction carries messages again.", Do::Mend { from, to })
        } else {
            ("Messages in this direction are lost.", Do::Cut { from, to })
        };
        let verb = if cut { "mend" } else { "cut" };
        Offer { group: "Links", ..offer(format!("{verb} {label}"), says, menu(&act)) }
    };
    others
        .flat_map(|other| {
            let place = Place::Node(other);
            let peer = cast.name(place);
            [
                link(me, place, format!("{name} → {peer}")),
                link(place, me, format!("{peer} → {name}")),
            ]
        })
        .collect()
}
