//! The world: one queue, one clock, a cluster of nodes and what happens to them.

use std::rc::Rc;

use crate::check::{Checks, Violation, Words};
use crate::machine::{self, Op, Outcome};
use crate::node::Effect;
use crate::scenario::Command;
use crate::trace::{
    Cast, Cause, ClientId, Event, EventId, EventKind, Halt, Info, Loss, MessageId, NodeId, Place,
    Time, ValueId,
};

use super::clients::{Attempt, Client, Habits, Reaction};
use super::hosts::Host;
use super::intercept::Interceptor;
use super::network::Net;
use super::nodes::{Given, Nodes, Saved};
use super::queue::{Due, Flights, Flying, Queue, What};
use super::random::Luck;
use super::record::{Body, Envelope, Reached, Record};

/// The most events a run records; beyond it the run halts.
pub const EVENTS_MAX: u32 = 8_000_000;
/// The most messages that can be under way at once.
pub const FLIGHTS_MAX: usize = 65_536;

/// What a run is made of and never changes while it runs.
#[derive(Debug)]
pub struct Setup {
    /// The protocol's description.
    pub info: &'static Info,
    /// The lanes.
    pub cast: Cast,
    /// The luck.
    pub luck: Luck,
    /// The clients' ways.
    pub habits: Habits,
}

/// Everything that changes while a run runs, except the nodes and the record.
#[derive(Clone)]
pub(super) struct State {
    pub now: Time,
    /// The world's own steps taken at this instant.
    pub sub: u32,
    pub reached: Reached,
    pub queue: Queue,
    pub flights: Flights,
    pub hosts: Vec<Host>,
    pub clients: Vec<Client>,
    pub net: Net,
    pub interceptors: Vec<Interceptor>,
    pub manual: bool,
    /// How many of the commands have been applied.
    pub applied: usize,
    pub checks: Checks,
    pub violations: Vec<Violation>,
    pub deliveries: u64,
    pub halted: bool,
}

/// A moment of a run, to come back to: all of its state and none of its record.
pub(super) struct Checkpoint {
    pub state: State,
    nodes: Saved,
}

/// What came of the wish to take a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// It was taken.
    Took,
    /// The next step happens later.
    Later,
    /// Nothing will happen by itself.
    Nothing,
}

/// A run: its causes, its state and its record.
pub struct World {
    pub(super) setup: Rc<Setup>,
    pub(super) commands: Vec<Command>,
    pub(super) state: State,
    pub(super) nodes: Box<dyn Nodes>,
    pub(super) record: Record,
    /// Emptied after every step; kept for its room.
    pub(super) effects: Vec<Effect>,
}

impl World {
    /// A world at time zero, with every node booted from an empty disk.
    pub fn new(
        setup: Setup,
        nodes: Box<dyn Nodes>,
        net: Net,
        manual: bool,
        checks: Checks,
    ) -> World {
        let host = Host { settings: vec![0; setup.info.timers.len()], ..Host::default() };
        let clients = (0..setup.cast.clients.len()).map(|i| Client::new(ClientId(i as u8)));
        let state = State {
            now: Time::ZERO,
            sub: 0,
            reached: Reached::default(),
            queue: Queue::default(),
            flights: Flights::default(),
            hosts: vec![host; setup.cast.nodes.len()],
            clients: clients.collect(),
            net,
            interceptors: Vec::new(),
            manual,
            applied: 0,
            checks,
            violations: Vec::new(),
            deliveries: 0,
            halted: false,
        };
        let mut world = World {
            setup: Rc::new(setup),
            commands: Vec::new(),
            state,
            nodes,
            record: Record::default(),
            effects: Vec::new(),
        };
        world.start();
        world
    }

    fn start(&mut self) {
        self.record.step(&mut self.state.reached);
        for index in 0..self.state.hosts.len() {
            self.boot(NodeId(index as u8), EventKind::Started, None);
        }
        let setup = Rc::clone(&self.setup);
        let start = setup.habits.start();
        for client in &mut self.state.clients {
            for _ in 0..setup.habits.workload.window.max(1).min(setup.habits.workload.operations) {
                let at = start.after(client.think_us(&setup.habits, setup.luck));
                let id = client.id();
                self.state.queue.add(at, What::Think(id));
            }
        }
    }

    /// The present moment, to come back to.
    pub(super) fn save(&self) -> Checkpoint {
        Checkpoint { state: self.state.clone(), nodes: self.nodes.save() }
    }

    /// Goes to a moment that was saved.
    pub(super) fn restore(&mut self, checkpoint: &Checkpoint) {
        self.state = checkpoint.state.clone();
        self.nodes.restore(&checkpoint.nodes);
    }

    /// Forgets what is recorded beyond the present moment.
    pub(super) fn forget_future(&mut self) {
        self.record.truncate(self.state.reached);
        self.nodes.forget_future();
    }

    /// When the next step happens, or `None` if nothing will happen by itself.
    pub fn next_at(&mut self) -> Option<Time> {
        self.next().map(|(at, _)| at)
    }

    /// The next step: when, and whether it applies a command.
    #[inline]
    fn next(&mut self) -> Option<(Time, bool)> {
        if self.state.halted {
            return None;
        }
        let own = self.next_own();
        let Some(command) = self.commands.get(self.state.applied) else {
            return own.map(|own| (own, false));
        };
        let now = self.state.now;
        let at = Time(command.at_us).max(now);
        let taken = if at == now { self.state.sub } else { 0 };
        match own {
            Some(own) if own < at || own == at && taken < command.sub => Some((own, false)),
            Some(_) | None => Some((at, true)),
        }
    }

    /// Takes one step: applies the next command or lets the next thing happen.
    /// Says whether there was one.
    pub fn step(&mut self) -> bool {
        self.step_until(Time(u64::MAX)) == Stepped::Took
    }

    /// Takes one step, if it happens at `limit` or before.
    #[inline]
    pub fn step_until(&mut self, limit: Time) -> Stepped {
        let Some((at, is_command)) = self.next() else { return Stepped::Nothing };
        if at > limit {
            return Stepped::Later;
        }
        self.move_to(at);
        if is_command {
            self.apply_next();
        } else if let Some(due) = self.state.queue.pop() {
            self.state.sub += 1;
            self.record.step(&mut self.state.reached);
            self.happen(due.what);
        }
        Stepped::Took
    }

    /// Moves the clock without a step; never backwards, never past what is due.
    pub fn move_to(&mut self, at: Time) {
        if at > self.state.now {
            self.state.now = at;
            self.state.sub = 0;
        }
    }

    /// When the queue's next real entry is due; stale entries on top are dropped.
    #[inline]
    fn next_own(&mut self) -> Option<Time> {
        if self.state.manual {
            return None;
        }
        loop {
            let due = *self.state.queue.peek()?;
            if self.is_live(&due) {
                return Some(due.at.max(self.state.now));
            }
            self.state.queue.pop();
        }
    }

    /// Whether an entry still means something; a timer that was set anew moves on.
    #[inline]
    fn is_live(&mut self, due: &Due) -> bool {
        match due.what {
            What::Arrive(place) => self.is_flight_live(due, place),
            What::Timer { node, slot } => self.is_timer_live(due, node, slot),
            What::Disk { node, life } => self.is_write_live(due, node, life),
            What::Think(client) => self.state.clients[client.index()].has_more(&self.setup.habits),
            What::Patience(client) => self.is_deadline_live(due, client),
        }
    }

    /// What reaches a paused node waits outside the queue, so that every step has an event.
    #[inline]
    fn is_flight_live(&mut self, due: &Due, place: u32) -> bool {
        let Some(flying) = self.state.flights.get(place) else { return false };
        if flying.seq != due.seq {
            return false;
        }
        let Place::Node(node) = flying.to else { return true };
        let host = &mut self.state.hosts[node.index()];
        if host.paused && !self.state.net.is_cut(flying.from, flying.to) {
            host.waiting.push_back(*due);
            return false;
        }
        true
    }

    /// A node that is paused does not learn that its write is done, and goes on from there later.
    fn is_write_live(&mut self, due: &Due, node: NodeId, life: u32) -> bool {
        let host = &mut self.state.hosts[node.index()];
        let is_meant = host.life == life;
        if is_meant && host.paused {
            host.waiting.push_back(*due);
        }
        is_meant && !host.paused
    }

    fn is_timer_live(&mut self, due: &Due, node: NodeId, slot: u32) -> bool {
        let host = &mut self.state.hosts[node.index()];
        let timer = &mut host.timers[slot as usize];
        if timer.queued != Some((due.at, due.seq)) {
            return false;
        }
        if timer.on && timer.seq == due.seq {
            if host.paused {
                timer.queued = None;
                host.waiting.push_back(*due);
            }
            return !host.paused;
        }
        timer.queued = None;
        if timer.on {
            timer.queued = Some((timer.due, timer.seq));
            let moved = Due { at: timer.due, seq: timer.seq, what: due.what };
            self.state.queue.push(moved);
        }
        false
    }

    /// Only a client's first deadline stands in the queue; when it is over, the next one does.
    fn is_deadline_live(&mut self, due: &Due, client: ClientId) -> bool {
        let live = self.state.clients[client.index()].is_due(due.at, due.seq);
        if !live {
            self.queue_deadline(client);
        }
        live
    }

    fn queue_deadline(&mut self, client: ClientId) {
        if let Some((at, seq)) = self.state.clients[client.index()].queue_next() {
            self.state.queue.push(Due { at, seq, what: What::Patience(client) });
        }
    }

    #[inline]
    fn happen(&mut self, what: What) {
        match what {
            What::Arrive(place) => self.arrive(place),
            What::Timer { node, slot } => self.ring(node, slot),
            What::Disk { node, .. } => self.disk_done(node),
            What::Think(client) => self.think(client),
            What::Patience(client) => self.impatient(client),
        }
    }

    /// Records an event and shows it to the checks.
    #[inline]
    pub(super) fn emit(
        &mut self,
        place: Place,
        cause: Option<EventId>,
        kind: EventKind,
    ) -> EventId {
        let at = self.state.now;
        let event = || Event { at, cause: cause.map(Cause::from), place, kind };
        let id = self.record.event(&mut self.state.reached, event);
        if self.state.checks.watches(&kind) {
            self.judge(id);
        }
        if id.0 >= EVENTS_MAX {
            self.halt(Halt::Events);
        }
        id
    }

    #[inline(never)]
    fn judge(&mut self, id: EventId) {
        let event = &self.record.events[id.index()];
        let place = event.place;
        let value = |value: ValueId| match self.record.operation_of(value) {
            Some(operation) => operation.command.op.to_string(),
            None => format!("value {}", value.0),
        };
        let words = Words::new(self.setup.info, &self.setup.cast, &value);
        for violation in self.state.checks.on_event(id, event, words) {
            self.violated(violation, place);
        }
    }

    #[cold]
    fn violated(&mut self, violation: Violation, place: Place) {
        let kind = EventKind::Violated { invariant: violation.invariant };
        let cause = Some(Cause::from(violation.event));
        let event = Event { at: self.state.now, cause, place, kind };
        self.record.event(&mut self.state.reached, || event);
        self.state.violations.push(violation);
    }

    #[cold]
    fn halt(&mut self, why: Halt) {
        if !self.state.halted {
            self.state.halted = true;
            let event = Event {
                at: self.state.now,
                cause: None,
                place: Place::World,
                kind: EventKind::Halted { why },
            };
            self.record.event(&mut self.state.reached, || event);
        }
    }

    /// A message lands, or turns out to be lost.
    pub(super) fn arrive(&mut self, place: u32) {
        let Some(flying) = self.state.flights.get(place).copied() else { return };
        let lost = if self.state.net.is_cut(flying.from, flying.to) {
            Some(Loss::Cut)
        } else {
            match flying.to {
                Place::Node(node) if self.state.hosts[node.index()].paused => {
                    let due = Due { at: flying.due, seq: flying.seq, what: What::Arrive(place) };
                    self.state.hosts[node.index()].waiting.push_back(due);
                    return;
                }
                Place::Node(node) if !self.state.hosts[node.index()].up => Some(Loss::Down),
                Place::Node(_) | Place::Client(_) | Place::World => None,
            }
        };
        match lost {
            Some(why) => self.lose(place, why, Some(flying.sent)),
            None => self.deliver(place),
        }
    }

    /// A message under way is lost, where it was going.
    pub(super) fn lose(&mut self, place: u32, why: Loss, cause: Option<EventId>) {
        if let Some(Flying { message, to, .. }) = self.state.flights.take(place) {
            let event = self.emit(to, cause, EventKind::Lost { message, why });
            self.record.messages[message.index()].ended = Some(event.into());
        }
    }

    #[inline]
    fn deliver(&mut self, place: u32) {
        let Some(flying) = self.state.flights.take(place) else { return };
        let Flying { message, from, to, sent, .. } = flying;
        let event = self.emit(to, Some(sent), EventKind::Delivered { message, from });
        self.state.deliveries += 1;
        let envelope = &mut self.record.messages[message.index()];
        envelope.ended = Some(event.into());
        match (envelope.body, from, to) {
            (Body::Peer(message), Place::Node(from), Place::Node(node)) => {
                self.take_step(node, Given::Message { from, message }, event);
            }
            (Body::Request(value), _, Place::Node(node)) => {
                if let Some(operation) = self.record.operation_of(value) {
                    let request = operation.command;
                    self.take_step(node, Given::Request(request), event);
                }
            }
            (Body::Reply { value, outcome }, Place::Node(from), Place::Client(client)) => {
                self.answered(client, from, value, outcome, event);
            }
            _ => {}
        }
    }

    /// Sends a message into the network.
    #[inline]
    pub(super) fn send(&mut self, from: Place, to: Place, body: Body, cause: EventId) {
        let kind = body.kind();
        let sent = EventId(self.state.reached.events);
        let envelope = Envelope { from, to, sent, ended: None, body };
        let message = self.record.message(&mut self.state.reached, envelope);
        self.emit(from, Some(cause), EventKind::Sent { message, to });
        if self.state.net.is_cut(from, to) {
            return self.lost_at_sender(message, from, Loss::Cut, sent);
        }
        let mut fate = self.state.net.fate(self.setup.luck, from, to);
        if !self.state.interceptors.is_empty() {
            let dropped =
                super::intercept::meet(&mut self.state.interceptors, from, to, kind, &mut fate);
            if dropped {
                return self.lost_at_sender(message, from, Loss::Dropped, sent);
            }
        }
        if fate.lost {
            self.lost_at_sender(message, from, Loss::Chance, sent);
        } else {
            self.fly(message, from, to, sent, fate.latency_us);
        }
        if let Some(copy_us) = fate.copy_us {
            self.duplicate(message, Some(copy_us), sent);
        }
    }

    fn lost_at_sender(&mut self, message: MessageId, from: Place, why: Loss, sent: EventId) {
        let event = self.emit(from, Some(sent), EventKind::Lost { message, why });
        self.record.messages[message.index()].ended = Some(event.into());
    }

    #[inline]
    fn fly(&mut self, message: MessageId, from: Place, to: Place, sent: EventId, latency_us: u64) {
        if self.state.flights.len() >= FLIGHTS_MAX {
            return self.halt(Halt::Flights);
        }
        let due = self.state.net.landing(from, to, self.state.now, latency_us);
        let seq = self.state.queue.ticket();
        let place = self.state.flights.add(Flying { message, from, to, sent, due, seq });
        self.state.queue.push_landing(Due { at: due, seq, what: What::Arrive(place) });
    }

    /// Makes a copy of a message under way. `None` takes a latency of the network's.
    pub(super) fn duplicate(&mut self, of: MessageId, copy_us: Option<u64>, cause: EventId) {
        let Some(original) = self.record.messages.get(of.index()) else { return };
        let (from, to, body) = (original.from, original.to, original.body);
        let sent = EventId(self.state.reached.events);
        let envelope = Envelope { from, to, sent, ended: None, body };
        let message = self.record.message(&mut self.state.reached, envelope);
        self.emit(from, Some(cause), EventKind::Duplicated { message, of });
        let latency_us = copy_us
            .unwrap_or_else(|| self.state.net.copy_latency(self.setup.luck, from, to, message));
        self.fly(message, from, to, sent, latency_us);
    }

    fn think(&mut self, id: ClientId) {
        let setup = Rc::clone(&self.setup);
        let next = self.state.clients[id.index()].next_operation(&setup.habits, setup.luck);
        if let Some(op) = next {
            self.begin(id, op, None, true, None);
        }
    }

    /// A client begins an operation.
    pub(super) fn begin(
        &mut self,
        id: ClientId,
        op: Op,
        to: Option<NodeId>,
        own: bool,
        cause: Option<EventId>,
    ) {
        let command = machine::Command { value: ValueId::NOOP, client: Some(id), op };
        let value = self.record.operation(&mut self.state.reached, command);
        let event = self.emit(Place::Client(id), cause, EventKind::Invoked { value });
        let setup = Rc::clone(&self.setup);
        let command = machine::Command { value, ..command };
        let attempt = self.state.clients[id.index()].begin(&setup.habits, command, to, own);
        self.ask(id, &attempt, event);
    }

    fn ask(&mut self, id: ClientId, attempt: &Attempt, cause: EventId) {
        for node in attempt.to.iter() {
            let body = Body::Request(attempt.command.value);
            self.send(Place::Client(id), Place::Node(node), body, cause);
        }
        let timeout_us = self.setup.habits.workload.timeout_us;
        self.await_until(id, attempt.command.value, attempt.nth, timeout_us);
    }

    fn await_until(&mut self, client: ClientId, value: ValueId, attempt: u32, us: u64) {
        let (at, seq) = (self.state.now.after(us), self.state.queue.ticket());
        self.state.clients[client.index()].set_deadline(at, seq, value, attempt);
        self.queue_deadline(client);
    }

    fn impatient(&mut self, id: ClientId) {
        let setup = Rc::clone(&self.setup);
        let attempt = self.state.clients[id.index()].impatient(&setup.habits);
        self.queue_deadline(id);
        if let Some(attempt) = attempt {
            let value = attempt.command.value;
            let event = self.emit(Place::Client(id), None, EventKind::TimedOut { value });
            self.ask(id, &attempt, event);
        }
    }

    fn answered(
        &mut self,
        id: ClientId,
        node: NodeId,
        value: ValueId,
        outcome: Outcome,
        cause: EventId,
    ) {
        let setup = Rc::clone(&self.setup);
        let reaction = self.state.clients[id.index()].answered(&setup.habits, node, value, outcome);
        match reaction {
            Reaction::Returned { result, own } => {
                let event =
                    self.emit(Place::Client(id), Some(cause), EventKind::Returned { value });
                let operation = (value.0 as usize).checked_sub(1);
                let operation = operation.and_then(|at| self.record.operations.get_mut(at));
                if let Some(operation) = operation {
                    operation.returned = Some((event, result));
                }
                if own {
                    let pause = self.state.clients[id.index()].think_us(&setup.habits, setup.luck);
                    let at = self.state.now.after(pause);
                    self.state.queue.add(at, What::Think(id));
                }
            }
            Reaction::Ask(attempt) => self.ask(id, &attempt, cause),
            // Nobody is known to lead: an election is under way, so a shorter wait than for silence.
            Reaction::Wait(attempt) => {
                let us = setup.habits.workload.timeout_us / 5;
                self.await_until(id, value, attempt, us);
            }
            Reaction::Nothing => {}
        }
    }
}
