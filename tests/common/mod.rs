//! A recorded run to draw: a toy election and replication, far simpler than any protocol
//! here, with the shapes a picture must show (loss, copies, crossings, a crash, heartbeats).

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use synod::scenario::Scenario;
use synod::session::{Progress, Session};
use synod::trace::{
    Cast, Cause, ClassInfo, ClientId, ClientPolicy, Epoch, Event, EventId, EventKind, Fact, Flight,
    Info, Lane, Loss, MessageId, MessageInfo, MessageKind, MessageView, NameInfo, NodeId, NodeSet,
    Place, RoleInfo, Service, Slot, Slots, Source, Step, Time, TimerRef, Tone, ValueId,
};

/// Plays a scenario to its end, going on after violations.
pub fn play(scenario: Scenario) -> Session {
    let mut session = Session::open(scenario).unwrap_or_else(|problems| panic!("{problems}"));
    let end = Time(session.scenario().until_us);
    while session.advance(end, u32::MAX) == Progress::Violated {}
    session
}

/// Where a golden file is, by its path below `tests/golden`.
pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Compares with a file of the repository, or writes it when `UPDATE_GOLDEN` is set.
pub fn check_golden(name: &str, found: &str) {
    let path = golden(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).expect("the golden file can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == found,
        "{name} differs from the golden file; look at the difference with UPDATE_GOLDEN=1 and `git diff`"
    );
}

pub static INFO: Info = Info {
    id: "toy",
    name: "Toy",
    summary: "",
    paper: "",
    epoch: "term",
    slot: "index",
    roles: &[
        RoleInfo { name: "Follower", short: "F", tone: Tone::Rest },
        RoleInfo { name: "Candidate", short: "C", tone: Tone::Contend },
        RoleInfo { name: "Leader", short: "L", tone: Tone::Lead },
    ],
    messages: &[
        message("RequestVote", Step::Elect, false),
        message("RequestVoteReply", Step::Elect, true),
        message("AppendEntries", Step::Replicate, false),
        message("AppendEntriesReply", Step::Replicate, true),
    ],
    timers: &[name("election"), name("heartbeat")],
    writes: &[name("currentTerm and votedFor"), name("log")],
    quorums: &[name("election"), name("commit")],
    refusals: &[name("stale term")],
    notes: &[],
    rules: &[],
    params: &[],
    clients: ClientPolicy::OneNode,
    service: Service::StoreAtLeastOnce,
    classes: &[ClassInfo {
        id: "server",
        prefix: "S",
        duties: 1,
        doc: "",
        usual: 5,
        serves: true,
        learns: true,
    }],
    simplified: &[],
};

const fn message(name: &'static str, step: Step, reply: bool) -> MessageInfo {
    MessageInfo { name, doc: "", step, reply }
}

const fn name(name: &'static str) -> NameInfo {
    NameInfo { name, doc: "" }
}

#[derive(Clone, Debug)]
struct Envelope {
    from: Place,
    to: Place,
    kind: MessageKind,
    label: String,
    term: u32,
    number: u32,
    flight: Flight,
}

/// What is planned.
#[derive(Clone, Copy, Debug)]
enum Plan {
    Deliver(u32),
    Campaign(u8),
    Beat,
    Request(u32),
    Crash(u8),
    Restart(u8),
}

/// A recorded run.
pub struct Sample {
    cast: Cast,
    events: Vec<Event>,
    messages: Vec<Envelope>,
    pub now: Time,
    queue: BTreeMap<(u64, u32), Plan>,
    planned: u32,
    leader: Option<u8>,
    terms: Vec<u32>,
    up: Vec<bool>,
    votes: NodeSet,
    acks: BTreeMap<u32, NodeSet>,
    committed: u32,
    /// Every so many messages are lost; 0 means none.
    pub lose_every: u32,
    /// Every so many messages are doubled.
    pub double_every: u32,
}

impl Sample {
    pub fn new(nodes: u8) -> Sample {
        let lane = |i| Lane { name: format!("S{}", i + 1), class: 0 };
        let count = usize::from(nodes);
        let mut sample = Sample {
            cast: Cast { nodes: (0..nodes).map(lane).collect(), clients: vec!["C1".into()] },
            events: Vec::new(),
            messages: Vec::new(),
            now: Time::ZERO,
            queue: BTreeMap::new(),
            planned: 0,
            leader: None,
            terms: vec![0; count],
            up: vec![true; count],
            votes: NodeSet::EMPTY,
            acks: BTreeMap::new(),
            committed: 0,
            lose_every: 0,
            double_every: 0,
        };
        for node in 0..nodes {
            sample.record(Place::Node(NodeId(node)), None, EventKind::Started);
        }
        sample
    }

    /// An election, some requests, the leader's crash and what follows.
    pub fn story() -> Sample {
        let mut sample = Sample::new(5);
        sample.lose_every = 17;
        sample.double_every = 23;
        sample.plan(6_000, Plan::Campaign(1));
        for (i, at) in [31_000, 38_000, 95_000].into_iter().enumerate() {
            sample.plan(at, Plan::Request(i as u32 + 1));
        }
        sample.plan(112_000, Plan::Crash(1));
        sample.plan(140_000, Plan::Campaign(3));
        sample.plan(150_000, Plan::Restart(1));
        sample.plan(168_000, Plan::Request(4));
        sample.run_until(200_000);
        sample
    }

    /// An elected leader, one request, then nothing but heartbeats for a while.
    pub fn idle() -> Sample {
        let mut sample = Sample::new(3);
        sample.plan(6_000, Plan::Campaign(0));
        sample.plan(30_000, Plan::Request(1));
        sample.plan(2_030_000, Plan::Request(2));
        sample.run_until(2_100_000);
        sample
    }

    /// Steady load on five nodes until so many messages have been sent.
    pub fn busy(messages: usize) -> Sample {
        let mut sample = Sample::new(5);
        sample.plan(6_000, Plan::Campaign(1));
        let mut request = 0;
        while sample.messages.len() < messages {
            request += 1;
            sample.plan(30_000 + u64::from(request) * 9_000, Plan::Request(request));
            sample.run_until(30_000 + u64::from(request) * 9_000);
        }
        sample
    }

    fn plan(&mut self, at: u64, plan: Plan) {
        self.planned += 1;
        self.queue.insert((at, self.planned), plan);
    }

    pub fn run_until(&mut self, end: u64) {
        while let Some((&(at, order), _)) = self.queue.first_key_value() {
            if at > end {
                break;
            }
            self.now = Time(at);
            let plan = self.queue.remove(&(at, order));
            match plan {
                Some(Plan::Deliver(message)) => self.deliver(message),
                Some(Plan::Campaign(node)) => self.campaign(node),
                Some(Plan::Beat) => self.beat(),
                Some(Plan::Request(number)) => self.request(number),
                Some(Plan::Crash(node)) => self.crash(node),
                Some(Plan::Restart(node)) => {
                    let command = self.command(1);
                    self.up[usize::from(node)] = true;
                    self.record(Place::Node(NodeId(node)), Some(command), EventKind::Restarted);
                }
                None => {}
            }
        }
        self.now = Time(end);
    }

    /// Says that an invariant fell at the last event.
    pub fn violate(&mut self) {
        let culprit = EventId(self.events.len() as u32 - 1);
        self.record(Place::World, Some(culprit), EventKind::Violated { invariant: 0 });
    }

    /// Gives the client another name.
    pub fn rename_client(&mut self, name: &str) {
        name.clone_into(&mut self.cast.clients[0]);
    }

    fn record(&mut self, place: Place, cause: Option<EventId>, kind: EventKind) -> EventId {
        self.events.push(Event { at: self.now, cause: cause.map(Cause::from), place, kind });
        EventId(self.events.len() as u32 - 1)
    }

    fn fact(&mut self, node: u8, cause: EventId, fact: Fact) {
        self.record(Place::Node(NodeId(node)), Some(cause), EventKind::Fact(fact));
    }

    fn command(&mut self, index: u32) -> EventId {
        self.record(Place::World, None, EventKind::Command { index })
    }

    fn post(&mut self, cause: EventId, envelope: Envelope) {
        let id = self.messages.len() as u32;
        let kind = EventKind::Sent { message: MessageId(id), to: envelope.to };
        let sent = self.record(envelope.from, Some(cause), kind);
        self.messages.push(Envelope { flight: Flight { sent, ended: None }, ..envelope.clone() });
        if self.lose_every != 0 && id % self.lose_every == self.lose_every - 1 {
            let lost = EventKind::Lost { message: MessageId(id), why: Loss::Chance };
            let ended = self.record(envelope.from, Some(sent), lost);
            self.messages[id as usize].flight.ended = Some(ended);
        } else {
            self.plan(self.now.0 + latency(id), Plan::Deliver(id));
        }
        if self.double_every != 0 && id % self.double_every == self.double_every - 1 {
            let copy = self.messages.len() as u32;
            let kind = EventKind::Duplicated { message: MessageId(copy), of: MessageId(id) };
            let sent = self.record(envelope.from, Some(sent), kind);
            self.messages.push(Envelope { flight: Flight { sent, ended: None }, ..envelope });
            self.plan(self.now.0 + latency(copy) + 9_000, Plan::Deliver(copy));
        }
    }

    fn send(&mut self, cause: EventId, from: u8, to: u8, kind: u8, number: u32) {
        let term = self.terms[usize::from(from)];
        let name = INFO.messages[usize::from(kind)].name;
        let label = match (kind, number) {
            (0 | 1, _) => format!("{name}(t{term})"),
            (2, 0) => format!("{name}(t{term}, heartbeat)"),
            (2, _) => format!("{name}(t{term}, prev {}/{term}, 1 entry)", number - 1),
            _ => format!("{name}(t{term}, match {number})"),
        };
        let (from, to) = (Place::Node(NodeId(from)), Place::Node(NodeId(to)));
        let flight = Flight { sent: cause, ended: None };
        let kind = MessageKind::Protocol(kind);
        self.post(cause, Envelope { from, to, kind, label, term, number, flight });
    }

    fn broadcast(&mut self, cause: EventId, from: u8, kind: u8, number: u32) {
        for to in (0..self.terms.len() as u8).filter(|to| *to != from) {
            self.send(cause, from, to, kind, number);
        }
    }

    fn campaign(&mut self, node: u8) {
        let timer = EventKind::TimerFired { timer: TimerRef { kind: 0, key: 0 } };
        let cause = self.record(Place::Node(NodeId(node)), None, timer);
        let term = self.terms.iter().max().copied().unwrap_or(0) + 1;
        self.terms[usize::from(node)] = term;
        let epoch = Epoch::plain(term);
        self.fact(node, cause, Fact::EpochChanged { epoch });
        self.fact(node, cause, Fact::RoleChanged { role: 1, epoch });
        self.record(Place::Node(NodeId(node)), Some(cause), EventKind::Persisted { write: 0 });
        self.votes = NodeSet::EMPTY;
        self.votes.insert(NodeId(node));
        self.leader = None;
        self.broadcast(cause, node, 0, 0);
    }

    fn beat(&mut self) {
        let Some(leader) = self.leader else { return };
        let timer = EventKind::TimerFired { timer: TimerRef { kind: 1, key: 0 } };
        let cause = self.record(Place::Node(NodeId(leader)), None, timer);
        self.broadcast(cause, leader, 2, 0);
        self.plan(self.now.0 + 50_000, Plan::Beat);
    }

    fn request(&mut self, number: u32) {
        let client = Place::Client(ClientId(0));
        let cause = self.record(client, None, EventKind::Invoked { value: ValueId(number) });
        let to = Place::Node(NodeId(self.leader.unwrap_or(0)));
        let flight = Flight { sent: cause, ended: None };
        let (label, kind) = (format!("x={number}"), MessageKind::Request);
        self.post(cause, Envelope { from: client, to, kind, label, term: 0, number, flight });
    }

    fn crash(&mut self, node: u8) {
        let command = self.command(0);
        self.record(Place::Node(NodeId(node)), Some(command), EventKind::Crashed);
        self.up[usize::from(node)] = false;
        if self.leader == Some(node) {
            self.leader = None;
        }
    }

    fn deliver(&mut self, id: u32) {
        let Envelope { from, to, kind, term, number, flight, .. } =
            self.messages[id as usize].clone();
        let message = MessageId(id);
        let node = to.node().map_or(0, |node| node.0);
        if to.node().is_some() && !self.up[usize::from(node)] {
            let lost = EventKind::Lost { message, why: Loss::Down };
            let ended = self.record(to, Some(flight.sent), lost);
            self.messages[id as usize].flight.ended = Some(ended);
            return;
        }
        let cause = self.record(to, Some(flight.sent), EventKind::Delivered { message, from });
        self.messages[id as usize].flight.ended = Some(cause);
        let sender = from.node().map_or(0, |node| node.0);
        match kind {
            MessageKind::Reply => {
                self.record(to, Some(cause), EventKind::Returned { value: ValueId(number) });
            }
            MessageKind::Request => self.on_request(cause, node, number),
            MessageKind::Protocol(_) if term < self.terms[usize::from(node)] => {
                self.fact(node, cause, Fact::Ignored { why: 0 });
            }
            MessageKind::Protocol(kind) => {
                if term > self.terms[usize::from(node)] {
                    self.terms[usize::from(node)] = term;
                    let epoch = Epoch::plain(term);
                    self.fact(node, cause, Fact::EpochChanged { epoch });
                }
                match kind {
                    0 => self.on_request_vote(cause, node, sender),
                    1 => self.on_vote(cause, node, sender),
                    2 => self.on_append(cause, node, sender, number),
                    _ => self.on_ack(cause, node, sender, number),
                }
            }
        }
    }

    fn on_request(&mut self, cause: EventId, node: u8, number: u32) {
        if self.leader != Some(node) {
            self.fact(node, cause, Fact::Ignored { why: 0 });
            return;
        }
        let epoch = Epoch::plain(self.terms[usize::from(node)]);
        let (slot, value) = (Slot::at(number), ValueId(number));
        self.fact(node, cause, Fact::Appended { slot, epoch, value });
        self.record(Place::Node(NodeId(node)), Some(cause), EventKind::Persisted { write: 1 });
        self.broadcast(cause, node, 2, number);
    }

    fn on_request_vote(&mut self, cause: EventId, node: u8, candidate: u8) {
        let epoch = Epoch::plain(self.terms[usize::from(node)]);
        self.fact(node, cause, Fact::VotedFor { epoch, candidate: NodeId(candidate) });
        self.record(Place::Node(NodeId(node)), Some(cause), EventKind::Persisted { write: 0 });
        self.send(cause, node, candidate, 1, 0);
    }

    fn on_vote(&mut self, cause: EventId, node: u8, voter: u8) {
        self.votes.insert(NodeId(voter));
        let epoch = Epoch::plain(self.terms[usize::from(node)]);
        if self.leader.is_none() && self.votes.len() > self.terms.len() / 2 {
            let members = self.votes;
            self.fact(
                node,
                cause,
                Fact::QuorumReached { of: 0, epoch, slot: Slot::default(), members },
            );
            self.fact(node, cause, Fact::RoleChanged { role: 2, epoch });
            self.leader = Some(node);
            self.broadcast(cause, node, 2, 0);
            self.plan(self.now.0 + 50_000, Plan::Beat);
        }
    }

    fn on_append(&mut self, cause: EventId, node: u8, leader: u8, number: u32) {
        let epoch = Epoch::plain(self.terms[usize::from(node)]);
        if number > 0 {
            let (slot, value) = (Slot::at(number), ValueId(number));
            self.fact(node, cause, Fact::Appended { slot, epoch, value });
            self.record(Place::Node(NodeId(node)), Some(cause), EventKind::Persisted { write: 1 });
        }
        self.send(cause, node, leader, 3, number);
    }

    fn on_ack(&mut self, cause: EventId, node: u8, follower: u8, number: u32) {
        let acks = self.acks.entry(number).or_default();
        acks.insert(NodeId(node));
        acks.insert(NodeId(follower));
        let members = *acks;
        if number <= self.committed || members.len() <= self.terms.len() / 2 {
            return;
        }
        self.committed = number;
        let epoch = Epoch::plain(self.terms[usize::from(node)]);
        let slot = Slot::at(number);
        self.fact(node, cause, Fact::QuorumReached { of: 1, epoch, slot, members });
        self.fact(node, cause, Fact::Committed { upto: slot, epoch });
        self.fact(node, cause, Fact::Applied { slot, epoch, value: ValueId(number) });
        let (from, to) = (Place::Node(NodeId(node)), Place::Client(ClientId(0)));
        let flight = Flight { sent: cause, ended: None };
        let (label, kind) = (format!("ok x={number}"), MessageKind::Reply);
        self.post(cause, Envelope { from, to, kind, label, term: 0, number, flight });
    }
}

/// Between 8 and 12 milliseconds, one in thirteen much slower.
fn latency(id: u32) -> u64 {
    let luck = u64::from(id).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    8_000 + luck % 4_000 + if id % 13 == 12 { 14_000 } else { 0 }
}

impl Source for Sample {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn cast(&self) -> &Cast {
        &self.cast
    }

    fn events(&self) -> &[Event] {
        &self.events
    }

    fn now(&self) -> Time {
        self.now
    }

    fn reached(&self) -> usize {
        self.events.partition_point(|event| event.at <= self.now)
    }

    fn message_kind(&self, message: MessageId) -> MessageKind {
        self.messages[message.index()].kind
    }

    fn flight(&self, message: MessageId) -> Flight {
        self.messages[message.index()].flight
    }

    fn message(&self, message: MessageId) -> MessageView {
        let Envelope { from, to, kind, label, .. } = self.messages[message.index()].clone();
        let kind = match kind {
            MessageKind::Protocol(kind) => INFO.messages[usize::from(kind)].name,
            MessageKind::Request => "request",
            MessageKind::Reply => "reply",
        };
        MessageView { from, to, kind, label, fields: Vec::new() }
    }

    fn slots(&self, _: MessageId) -> Option<Slots> {
        None
    }

    fn message_bytes(&self, message: MessageId) -> u32 {
        self.messages[message.index()].label.len() as u32
    }

    fn value(&self, value: ValueId) -> String {
        format!("x={}", value.0)
    }

    fn invariants(&self) -> Vec<&'static str> {
        vec!["Election Safety"]
    }

    fn command(&self, index: u32) -> String {
        ["crash S2", "restart S2"][index as usize].to_owned()
    }
}
