//! What the panels show, as plain values that are compared before anything is drawn again.

use synod::diagram::{self, Window, event_text, tone_class};
use synod::scenario::{Do, Goal};
use synod::session::{Judged, Session, Timer, Verdict};
use synod::trace::{
    Cast, Epoch, Event, EventId, EventKind, Fact, Field, Info, LogView, NodeId, NodeView, PeerView,
    Place, Step, Time, Tone, past_cone, quorum_messages, window,
};

/// Entries of a log that a card shows.
const CELLS_MAX: usize = 8;

/// A node as its card and its lane's head show it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is shown by a mark of its own")]
pub struct NodeCard {
    /// Which.
    pub node: NodeId,
    /// Its name: `S1`.
    pub name: String,
    /// The role's name, and a letter for narrow places.
    pub role: &'static str,
    /// One letter for it.
    pub role_short: &'static str,
    /// The style class of the role's prominence.
    pub tone: &'static str,
    /// `term 3`; empty while it is down.
    pub epoch: String,
    /// The epoch's colour.
    pub hue: u32,
    /// Whether it is up.
    pub up: bool,
    /// Whether it takes no steps at the moment.
    pub paused: bool,
    /// Whether it reaches no other node.
    pub apart: bool,
    /// What cuts it off, or reconnects it.
    pub isolation: Do,
    /// Whether clients may ask it.
    pub serves: bool,
    /// Its state.
    pub fields: Vec<Field>,
    /// Which of these its last step changed, a bit each.
    pub changed: u64,
    /// Its timers that are set.
    pub timers: Vec<TimerState>,
    /// What it knows of the others' logs.
    pub peers: Vec<PeerState>,
    /// How many entries its log has.
    pub log_len: u32,
    /// The end of its log, where it keeps one.
    pub log: Option<Vec<Cell>>,
    /// Entries of the log that are not shown.
    pub log_before: usize,
}

/// A timer that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerState {
    /// Its name.
    pub name: &'static str,
    /// When it was set.
    pub set: Time,
    /// When it fires.
    pub due: Time,
}

impl TimerState {
    /// How much of its time is left at a moment, of 1,000.
    pub fn left_of_1000(&self, now: Time) -> u64 {
        (self.due.since(now) * 1_000 / self.due.since(self.set).max(1)).min(1_000)
    }
}

/// What a node knows of another's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerState {
    /// The other's name.
    pub name: String,
    /// The last entry known to be there.
    pub matched: u32,
    /// The next to be sent.
    pub next: u32,
}

impl NodeCard {
    /// Marks what is new against how the node was before its last step.
    pub fn mark_changes(&mut self, before: &NodeCard) {
        if self.fields == before.fields {
            self.changed = before.changed;
            return;
        }
        let pairs = self.fields.iter().zip(&before.fields).enumerate();
        let changed = pairs.filter(|(_, (new, old))| new.name == old.name && new != old);
        self.changed =
            changed.fold(0, |bits, (i, _)| bits | 1_u64.checked_shl(i as u32).unwrap_or(0));
    }
}

/// An entry of a log, as a card shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where: `4`.
    pub slot: String,
    /// The epoch in which it was made: `term 3`.
    pub epoch: String,
    /// The same in few letters: `t3`.
    pub epoch_short: String,
    /// Its colour.
    pub hue: u32,
    /// What: `x=5`.
    pub value: String,
    /// Whether the node knows it to be committed.
    pub committed: bool,
    /// Whether its state machine has executed it.
    pub applied: bool,
}

/// The cards of all nodes.
pub fn node_cards(session: &Session) -> Vec<NodeCard> {
    (0..session.cast().nodes.len()).map(|i| node_card(session, NodeId(i as u8))).collect()
}

fn node_card(session: &Session, node: NodeId) -> NodeCard {
    let (info, cast) = (session.info(), session.cast());
    let lane = &cast.nodes[node.index()];
    let status = session.status(node);
    let (up, paused) = status.as_ref().map_or((false, false), |status| (status.up, status.paused));
    let timers = status.as_ref().map_or_else(Vec::new, |status| timers(session, &status.timers));
    let view = status.and_then(|status| status.view);
    let role = view.as_ref().and_then(|view| info.roles.get(usize::from(view.role)));
    let (fields, epoch, log, peers) = match view {
        Some(NodeView { fields, epoch, log, peers, .. }) => (fields, Some(epoch), log, peers),
        None => (Vec::new(), None, None, Vec::new()),
    };
    let peer = |peer: &PeerView| PeerState {
        name: cast.name(Place::Node(peer.node)).to_owned(),
        matched: peer.matched,
        next: peer.next,
    };
    let log_before = log.as_ref().map_or(0, |log| log.entries.len().saturating_sub(CELLS_MAX));
    NodeCard {
        node,
        name: lane.name.clone(),
        role: role.map_or("", |role| role.name),
        role_short: role.map_or("", |role| role.short),
        tone: tone_class(role.map_or(Tone::Aside, |role| role.tone)),
        epoch: epoch.map_or_else(String::new, |epoch| epoch_phrase(info, epoch)),
        hue: epoch.map_or(0, hue),
        up,
        paused,
        apart: is_apart(session.cast(), node, |from, to| session.is_cut(from, to)),
        isolation: isolation(session.cast(), node, |from, to| session.is_cut(from, to)),
        serves: info.class_of(lane).is_none_or(|class| class.serves),
        fields,
        changed: 0,
        timers,
        peers: peers.iter().map(peer).collect(),
        log_len: log.as_ref().map_or(0, |log| log.entries.len() as u32),
        log: log.map(|log| cells(session, &log, log_before)),
        log_before,
    }
}

fn timers(session: &Session, timers: &[Timer]) -> Vec<TimerState> {
    let events = session.source().events();
    let state = |view: &Timer| TimerState {
        name: session.info().timers.get(usize::from(view.timer.kind)).map_or("", |t| t.name),
        set: events.get(view.set.index()).map_or(session.now(), |event| event.at),
        due: view.due,
    };
    timers.iter().map(state).collect()
}

fn cells(session: &Session, log: &LogView, before: usize) -> Vec<Cell> {
    let entries = log.entries.iter().enumerate().skip(before);
    let letter = session.info().epoch.chars().next().unwrap_or_default();
    let cell = |(i, entry): (usize, &synod::trace::LogCell)| Cell {
        slot: entry.slot.to_string(),
        epoch: epoch_phrase(session.info(), entry.epoch),
        epoch_short: format!("{letter}{}", entry.epoch),
        hue: hue(entry.epoch),
        value: session.source().value(entry.value),
        committed: i < log.committed as usize,
        applied: i < log.applied as usize,
    };
    entries.map(cell).collect()
}

fn hue(epoch: Epoch) -> u32 {
    diagram::hue(epoch).into()
}

/// `term 3`
pub fn epoch_phrase(info: &Info, epoch: Epoch) -> String {
    format!("{} {epoch}", info.epoch)
}

/// Whether a node reaches no other node where these links are cut.
pub fn is_apart(cast: &Cast, node: NodeId, is_cut: impl Fn(Place, Place) -> bool) -> bool {
    let count = cast.nodes.len();
    let mut others = (0..count as u8).map(NodeId).filter(|other| *other != node);
    let me = Place::Node(node);
    count > 1
        && others.all(|other| is_cut(me, Place::Node(other)) && is_cut(Place::Node(other), me))
}

/// What cuts a node off from all others, or reconnects one that is, and heals what lies between the rest.
pub fn isolation(cast: &Cast, node: NodeId, is_cut: impl Fn(Place, Place) -> bool) -> Do {
    let nodes = (0..cast.nodes.len()).map(|i| NodeId(i as u8));
    let alone = nodes.filter(|other| is_apart(cast, *other, &is_cut) != (*other == node));
    let groups: Vec<Vec<String>> =
        alone.map(|other| vec![cast.name(Place::Node(other)).to_owned()]).collect();
    if groups.is_empty() { Do::Heal } else { Do::Partition(groups) }
}

/// What splits the cluster in two: a minority, with whoever leads, on one side.
pub fn splitting(session: &Session) -> Do {
    let cast = session.cast();
    let count = cast.nodes.len();
    let lead = leader(session).map_or(0, NodeId::index);
    let minority = (0..count.saturating_sub(1) / 2).map(|i| (lead + i) % count);
    Do::Partition(vec![minority.map(|i| cast.nodes[i].name.clone()).collect()])
}

/// Whether some link between two nodes is cut.
pub fn has_cuts(session: &Session) -> bool {
    let nodes = || (0..session.cast().nodes.len() as u8).map(|i| Place::Node(NodeId(i)));
    nodes().any(|from| nodes().any(|to| from != to && session.is_cut(from, to)))
}

/// The first node in a role that is in charge.
fn leader(session: &Session) -> Option<NodeId> {
    let leads = |node: &NodeId| {
        let view = session.status(*node).and_then(|status| status.view);
        let role = view.and_then(|view| session.info().roles.get(usize::from(view.role)));
        role.is_some_and(|role| role.tone == Tone::Lead)
    };
    (0..session.cast().nodes.len() as u8).map(NodeId).find(leads)
}

/// A duration that people grasp: `320 ms`, `1.25 s`.
pub fn span(at: Time) -> String {
    let us = at.0;
    match us {
        0..10_000 => at.to_string(),
        10_000..1_000_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        _ => format!("{}.{:02} s", us / 1_000_000, us % 1_000_000 / 10_000),
    }
}

/// A goal as the story panel shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalState {
    /// What people call it.
    pub name: String,
    /// Which event reaches it: `role changed at S1, Leader, term 2`.
    pub on: String,
    /// The event that reached it.
    pub reached: Option<EventId>,
}

/// The goals.
pub fn goals(session: &Session) -> Vec<GoalState> {
    let goal = |(goal, sought): (&synod::session::GoalView, &Goal)| GoalState {
        name: goal.name.to_owned(),
        on: awaited(session.info(), sought),
        reached: goal.reached,
    };
    session.goals().iter().zip(&session.scenario().goals).map(goal).collect()
}

/// Which event reaches a goal, and how many of them it takes.
fn awaited(info: &Info, goal: &Goal) -> String {
    let on = &goal.on;
    let mut says = on.event.replace('_', " ");
    let parts = [
        (" at ", &on.at),
        (" with ", &on.peer),
        (", ", &on.what),
        (info.epoch, &on.epoch),
        (info.slot, &on.slot),
        (", ", &on.value),
    ];
    for (word, part) in parts {
        let Some(part) = part else { continue };
        if word.starts_with([' ', ',']) {
            says.extend([word, part]);
        } else {
            says.extend([", ", word, " ", part]);
        }
    }
    if goal.times > 1 {
        says.extend([", ", &goal.times.to_string(), " times"]);
    }
    says
}

/// The messages that share the colour of a step, by name; empty where there are none.
pub fn messages_of(info: &'static Info, step: Step) -> String {
    if step == Step::Client {
        return "Request, Reply".to_owned();
    }
    let mut names = String::new();
    for message in info.messages.iter().filter(|message| message.step == step) {
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(message.name);
    }
    names
}

/// An invariant as its panel shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvariantState {
    /// The literature's name.
    pub name: &'static str,
    /// What it says.
    pub says: String,
    /// Where the literature says so.
    pub source: &'static str,
    /// The event at which it fell, if it has by now.
    pub fell: Option<EventId>,
    /// How far it is judged.
    pub judged: Judged,
}

/// The invariants, those that have fallen first.
pub fn invariants(session: &Session) -> Vec<InvariantState> {
    let fell = |code: usize| {
        let mut falls = session.violations().iter();
        falls.find(|fall| usize::from(fall.invariant) == code).map(|fall| fall.event)
    };
    // Those behind are judged from what the clients were answered.
    let at_every_event = session.source().invariants().len();
    let answers = session.judged().unwrap_or(Judged::All);
    let state = |(code, invariant): (usize, &synod::session::Invariant)| InvariantState {
        name: invariant.name,
        says: invariant.says.clone(),
        source: invariant.source,
        fell: fell(code),
        judged: if code < at_every_event { Judged::All } else { answers },
    };
    let states = session.invariants().iter().enumerate().map(state);
    let (mut fallen, holding): (Vec<_>, Vec<_>) = states.partition(|state| state.fell.is_some());
    fallen.extend(holding);
    fallen
}

/// A fall, as the banner says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fall {
    /// The invariant.
    pub name: &'static str,
    /// What it demands.
    pub says: String,
    /// What happened.
    pub detail: String,
    /// When and where.
    pub when: String,
    /// The event that broke it, and an earlier one that it contradicts.
    pub event: EventId,
    /// The earlier event.
    pub against: Option<EventId>,
    /// The rules that the scenario breaks: what a node does instead, and where the paper says otherwise.
    pub rules: Vec<(&'static str, &'static str)>,
    /// Whether the scenario is there to show exactly this.
    pub expected: bool,
}

impl Fall {
    /// The fall at a position among the run's violations.
    pub fn of(session: &Session, position: usize) -> Option<Fall> {
        let fall = session.violations().get(position)?;
        let invariant = session.invariants().get(usize::from(fall.invariant))?;
        let event = session.source().events().get(fall.event.index())?;
        let broken = session.scenario().broken.iter();
        let rules = broken.filter_map(|id| session.info().rules.iter().find(|rule| rule.id == *id));
        Some(Fall {
            name: invariant.name,
            says: invariant.says.clone(),
            detail: fall.broken.detail.clone(),
            when: format!("{}, {}", session.cast().name(event.place), span(event.at)),
            event: fall.event,
            against: fall.broken.against,
            rules: rules.map(|rule| (rule.broken, rule.section)).collect(),
            expected: session.scenario().expect.iter().any(|name| name == invariant.name),
        })
    }
}

/// What the story panel says about the run as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The title; the protocol's name where the scenario has none.
    pub title: String,
    /// What it shows.
    pub about: String,
    /// The protocol's name.
    pub protocol: &'static str,
    /// What it follows.
    pub paper: &'static str,
    /// `5 nodes, seed 42`
    pub setting: String,
    /// What this implementation leaves out.
    pub simplified: &'static [&'static str],
    /// The rules broken on purpose: the rule, and what a node does instead.
    pub broken: Vec<(&'static str, &'static str)>,
}

/// The story of a session.
pub fn story(session: &Session) -> Story {
    let (scenario, info) = (session.scenario(), session.info());
    let rules = scenario.broken.iter();
    let rules = rules.filter_map(|id| info.rules.iter().find(|rule| rule.id == *id));
    let or = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
    Story {
        title: or(&scenario.title, info.name),
        about: or(&scenario.about, info.summary),
        protocol: info.name,
        paper: info.paper,
        simplified: info.simplified,
        setting: format!("{} nodes, seed {}", session.cast().nodes.len(), scenario.seed),
        broken: rules.map(|rule| (rule.says, rule.broken)).collect(),
    }
}

/// What is to be said about a shared run: whether it is well, and the sentence.
pub fn verdict_text(verdict: &Verdict) -> Option<(bool, String)> {
    match verdict {
        Verdict::Unsealed => None,
        Verdict::Pending => Some((true, "Replaying the shared run…".to_owned())),
        Verdict::Same => Some((true, "Same run as shared, verified".to_owned())),
        Verdict::Differs { expected, found } => Some((
            false,
            format!(
                "This is not the run that was shared: its digest is {found}, the link says {expected}. \
                 This build behaves differently from the one that made the link."
            ),
        )),
    }
}

/// An event or a message, for the inspector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The event that was picked.
    pub event: EventId,
    /// What it is: `RequestVote(t2)`, `S1 becomes Leader`.
    pub title: String,
    /// The kind of thing, in a word or two, and a sentence about it where the protocol has one.
    pub kind: String,
    /// The sentence.
    pub doc: &'static str,
    /// The style class of the step it belongs to.
    pub step: &'static str,
    /// Labelled values.
    pub rows: Vec<(&'static str, String)>,
    /// The message's or write's own fields.
    pub fields: Vec<Field>,
    /// What it led to, in words; with the event to go to.
    pub effects: Vec<(EventId, String)>,
    /// The event that caused it, in words.
    pub cause: Option<(EventId, String)>,
    /// Why it was ignored, if it was: in a word, and in a sentence.
    pub ignored: Option<(&'static str, &'static str)>,
}

/// What led to an event, as far as a picture shows it: for a quorum the messages that made it, for anything else
/// all that happened before it. A message is pointed at by its sending and means its arrival.
pub fn led_to(session: &Session, shown: Window, event: EventId) -> Vec<EventId> {
    let source = session.source();
    let shown = window(source.events(), shown.from, shown.to);
    let made = quorum_messages(source, event, shown.start);
    if !made.is_empty() {
        return made.into_iter().chain([event]).collect();
    }
    let end = match source.events().get(event.index()).map(|event| event.kind) {
        Some(EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. }) => {
            source.flight(message).ended.filter(|end| end.index() < source.reached())
        }
        _ => None,
    };
    past_cone(source.events(), end.unwrap_or(event), shown)
}

/// Effects that are listed.
const EFFECTS_MAX: usize = 8;

/// Everything about an event; a message is picked by its sending.
pub fn detail(session: &Session, id: EventId) -> Option<Detail> {
    let mut detail = plain_detail(session, id)?;
    let mut effects = detail.effects.iter().map(|(event, _)| *event).chain([id]);
    detail.ignored = effects.find_map(|event| refusal(session, event));
    Some(detail)
}

/// Why an event says that something was ignored, if it does.
fn refusal(session: &Session, event: EventId) -> Option<(&'static str, &'static str)> {
    match session.source().events().get(event.index())?.kind {
        EventKind::Fact(Fact::Ignored { why }) => {
            let refusal = session.info().refusals.get(usize::from(why))?;
            Some((refusal.name, refusal.doc))
        }
        _ => None,
    }
}

fn plain_detail(session: &Session, id: EventId) -> Option<Detail> {
    let source = session.source();
    let event = source.events().get(id.index())?;
    let cause = event.cause.map(synod::trace::Cause::event);
    let cause = cause.map(|cause| (cause, at_place(session, cause)));
    match event.kind {
        EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => {
            let view = source.message(message);
            let kind = source.message_kind(message);
            let info = match kind {
                synod::trace::MessageKind::Protocol(code) => {
                    session.info().messages.get(usize::from(code))
                }
                _ => None,
            };
            let ended = source.flight(message).ended.filter(|end| end.index() < source.reached());
            let mut rows = vec![
                ("from", session.cast().name(view.from).to_owned()),
                ("to", session.cast().name(view.to).to_owned()),
                ("sent", span(event.at)),
            ];
            let mut effects = Vec::new();
            match ended.and_then(|end| Some((end, source.events().get(end.index())?))) {
                None => rows.push(("state", "under way".to_owned())),
                Some((_, Event { at, kind: EventKind::Lost { why, .. }, .. })) => {
                    rows.push(("lost", format!("{}: {}", span(*at), why.text())));
                }
                Some((end, Event { at, .. })) => {
                    let took = Time(at.since(event.at));
                    rows.push(("delivered", format!("{}, after {}", span(*at), span(took))));
                    effects = effects_of(session, end);
                }
            }
            Some(Detail {
                event: id,
                title: view.label,
                kind: view.kind.to_owned(),
                doc: info.map_or("", |info| info.doc),
                step: diagram::step_class(info.map_or(Step::Client, |info| info.step)),
                rows,
                fields: view.fields,
                effects,
                cause,
                ignored: None,
            })
        }
        _ => Some(Detail {
            event: id,
            title: at_place(session, id),
            kind: event.kind.name().replace('_', " "),
            doc: doc_of(session.info(), &event.kind),
            step: "upkeep",
            rows: vec![
                ("at", session.cast().name(event.place).to_owned()),
                ("time", span(event.at)),
            ],
            fields: Vec::new(),
            effects: effects_of(session, id),
            cause,
            ignored: None,
        }),
    }
}

/// `S1 becomes Leader in term 2`
pub fn at_place(session: &Session, id: EventId) -> String {
    let source = session.source();
    let place = source.events().get(id.index()).map_or(Place::World, |event| event.place);
    let text = event_text(source, id);
    match place {
        Place::World => text,
        place => format!("{} {text}", session.cast().name(place)),
    }
}

/// What an event caused at its own place, in the words of the diagram.
fn effects_of(session: &Session, id: EventId) -> Vec<(EventId, String)> {
    let source = session.source();
    let caused = |(_, event): &(EventId, &Event)| {
        event.cause.is_some_and(|cause| cause.event() == id)
            && !matches!(event.kind, EventKind::TimerSet { .. } | EventKind::TimerCancelled { .. })
    };
    let events = source.events()[..source.reached()].iter().enumerate().skip(id.index() + 1);
    let events = events.map(|(i, event)| (EventId(i as u32), event));
    let at = source.events().get(id.index()).map_or(Time::ZERO, |event| event.at);
    events
        .take_while(|(_, event)| event.at == at)
        .filter(caused)
        .take(EFFECTS_MAX)
        .map(|(id, _)| (id, event_text(source, id)))
        .collect()
}

fn doc_of(info: &'static Info, kind: &EventKind) -> &'static str {
    let (table, code) = match *kind {
        EventKind::TimerSet { timer, .. }
        | EventKind::TimerFired { timer }
        | EventKind::TimerCancelled { timer } => (info.timers, timer.kind),
        EventKind::Persisted { write } => (info.writes, write),
        EventKind::Fact(Fact::QuorumReached { of, .. }) => (info.quorums, of),
        EventKind::Fact(Fact::Ignored { why }) => (info.refusals, why),
        EventKind::Fact(Fact::Note { what, .. }) => (info.notes, what),
        _ => return "",
    };
    table.get(usize::from(code)).map_or("", |entry| entry.doc)
}
