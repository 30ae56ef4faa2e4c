//! The world: one queue, one clock, a cluster of nodes and what happens to them.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::check::{Checks, Violation, Words};
use crate::machine::{self, Op, Outcome};
use crate::node::{Config, Durable as _, Effect, Effects, Engine, Input, Timer as _};
use crate::scenario::Command;
use crate::trace::{
    Cast, Cause, ClientId, Event, EventId, EventKind, Halt, Loss, MessageId, NodeId, Place, Time,
    TimerRef, ValueId,
};

use super::clients::{Attempt, Client, Habits, Reaction};
use super::intercept::Interceptor;
use super::network::Net;
use super::queue::{Due, Flights, Flying, Queue, What};
use super::random::{Luck, Purpose};
use super::record::{Body, Envelope, Reached, Record};

/// The most events a run records; beyond it the run halts.
pub const EVENTS_MAX: u32 = 8_000_000;
/// The most messages that can be under way at once.
pub const FLIGHTS_MAX: usize = 65_536;

/// What a run is made of and never changes while it runs.
#[derive(Debug)]
pub struct Setup<E: Engine> {
    /// What every node is told.
    pub config: Rc<Config<E::Params>>,
    /// The lanes.
    pub cast: Cast,
    /// The luck.
    pub luck: Luck,
    /// The clients' ways.
    pub habits: Habits,
}

/// A node and what surrounds it.
#[derive(Clone, Debug)]
pub(super) struct Host<E: Engine> {
    /// The node; `None` while it is down.
    pub node: Option<E>,
    /// Its disk.
    pub disk: E::Durable,
    pub timers: Vec<TimerSlot<E::Timer>>,
    /// How often each kind of timer was set, across lives: the key of its luck.
    pub settings: Vec<u32>,
    pub paused: bool,
    /// Flights and timers that wait for the end of a pause, in order.
    pub waiting: VecDeque<What>,
    pub drift_ppm: i32,
    pub disk_delay_us: u64,
    /// When the disk is done with what it was given.
    pub disk_free: Time,
    /// Effects that wait for the disk, in order, with what caused them.
    pub held: VecDeque<(Effect<E>, EventId)>,
    /// Counts boots, so that a write of a past life is recognised.
    pub life: u32,
    /// Crash in the middle of the next step, after so many effects.
    pub crash_within: Option<u16>,
}

/// One timer of a node. Its place never moves, because the queue names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimerSlot<T> {
    pub timer: T,
    pub on: bool,
    pub due: Time,
    pub seq: u32,
    pub set: EventId,
    /// The queue's entry for it, if there is one: setting a timer anew and later
    /// leaves the old entry in the queue, which then moves on when it comes up.
    pub queued: Option<(Time, u32)>,
}

/// Everything that changes while a run runs; a checkpoint is a copy of this.
#[derive(Clone)]
pub(super) struct State<E: Engine> {
    pub now: Time,
    /// The world's own steps taken at this instant.
    pub sub: u32,
    pub reached: Reached,
    pub queue: Queue,
    pub flights: Flights,
    pub hosts: Vec<Host<E>>,
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

/// A run: its causes, its state and its record.
pub struct World<E: Engine> {
    pub(super) setup: Rc<Setup<E>>,
    pub(super) commands: Vec<Command>,
    pub(super) state: State<E>,
    pub(super) record: Record<E::Message>,
    /// Emptied after every step; kept for its room.
    effects: Effects<E>,
}

impl<E: Engine> World<E> {
    /// A world at time zero, with every node booted from an empty disk.
    pub fn new(setup: Setup<E>, net: Net, manual: bool, checks: Checks) -> World<E> {
        let host = Host {
            node: None,
            disk: E::Durable::default(),
            timers: Vec::new(),
            settings: vec![0; E::INFO.timers.len()],
            paused: false,
            waiting: VecDeque::new(),
            drift_ppm: 0,
            disk_delay_us: 0,
            disk_free: Time::ZERO,
            held: VecDeque::new(),
            life: 0,
            crash_within: None,
        };
        let clients = (0..setup.cast.clients.len()).map(|i| Client::new(ClientId(i as u8)));
        let state = State {
            now: Time::ZERO,
            sub: 0,
            reached: Reached::default(),
            queue: Queue::default(),
            flights: Flights::default(),
            hosts: vec![host; setup.config.members.len()],
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
            record: Record::default(),
            effects: Effects::default(),
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

    /// When the next step happens, or `None` if nothing will happen by itself.
    pub fn next_at(&mut self) -> Option<Time> {
        let own = self.next_own();
        let command = self.commands.get(self.state.applied).map(|command| Time(command.at_us));
        match (own, command) {
            _ if self.state.halted => None,
            (Some(own), Some(command)) => Some(own.min(command.max(self.state.now))),
            (Some(own), None) => Some(own),
            (None, Some(command)) => Some(command.max(self.state.now)),
            (None, None) => None,
        }
    }

    /// Takes one step: applies the next command or lets the next thing happen.
    /// Says whether there was one.
    #[inline]
    pub fn step(&mut self) -> bool {
        if self.state.halted {
            return false;
        }
        let own = self.next_own();
        if let Some(command) = self.commands.get(self.state.applied) {
            let now = self.state.now;
            let at = Time(command.at_us).max(now);
            let taken = if at == now { self.state.sub } else { 0 };
            if own.is_none_or(|own| own > at || own == at && taken >= command.sub) {
                self.move_to(at);
                self.apply_next();
                return true;
            }
        }
        let (Some(at), Some(due)) = (own, self.state.queue.pop()) else { return false };
        self.move_to(at);
        self.state.sub += 1;
        self.record.step(&mut self.state.reached);
        self.happen(due.what);
        true
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
            What::Disk { node, life } => self.state.hosts[node.index()].life == life,
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
            host.waiting.push_back(due.what);
            return false;
        }
        true
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
                host.waiting.push_back(due.what);
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
        let event = Event { at: self.state.now, cause: cause.map(Cause::from), place, kind };
        let id = self.record.event(&mut self.state.reached, event);
        let value = |value: ValueId| match self.record.operation_of(value) {
            Some(operation) => operation.command.op.to_string(),
            None => format!("value {}", value.0),
        };
        let words = Words::new(E::INFO, &self.setup.cast, &value);
        for violation in self.state.checks.on_event(id, &event, words) {
            self.violated(violation, place);
        }
        if id.0 >= EVENTS_MAX {
            self.halt(Halt::Events);
        }
        id
    }

    #[cold]
    fn violated(&mut self, violation: Violation, place: Place) {
        let kind = EventKind::Violated { invariant: violation.invariant };
        let cause = Some(Cause::from(violation.event));
        let event = Event { at: self.state.now, cause, place, kind };
        self.record.event(&mut self.state.reached, event);
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
            self.record.event(&mut self.state.reached, event);
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
                    self.state.hosts[node.index()].waiting.push_back(What::Arrive(place));
                    return;
                }
                Place::Node(node) if self.state.hosts[node.index()].node.is_none() => {
                    Some(Loss::Down)
                }
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
        match (&envelope.body, to) {
            (Body::Peer(body), Place::Node(node)) => {
                let (Some(sender), Some(engine)) =
                    (from.node(), &mut self.state.hosts[node.index()].node)
                else {
                    return;
                };
                let input = Input::Message { from: sender, message: body };
                engine.step(input, &mut self.effects);
                self.perform(node, event);
            }
            (Body::Request(command), Place::Node(node)) => {
                let command = *command;
                if let Some(engine) = &mut self.state.hosts[node.index()].node {
                    engine.step(Input::Request(command), &mut self.effects);
                    self.perform(node, event);
                }
            }
            (Body::Reply(key, outcome), Place::Client(client)) => {
                let (value, outcome) = (key.value, *outcome);
                self.answered(client, from, value, outcome, event);
            }
            _ => {}
        }
    }

    /// Boots a node from its disk.
    pub(super) fn boot(&mut self, id: NodeId, kind: EventKind, cause: Option<EventId>) {
        let event = self.emit(Place::Node(id), cause, kind);
        let host = &mut self.state.hosts[id.index()];
        host.life += 1;
        let disk = host.disk.clone();
        host.node = Some(E::boot(id, &self.setup.config, disk, &mut self.effects));
        self.perform(id, event);
    }

    /// A node loses everything but its disk.
    pub(super) fn crash(&mut self, id: NodeId, cause: Option<EventId>) {
        let host = &mut self.state.hosts[id.index()];
        host.node = None;
        host.paused = false;
        host.life += 1;
        host.held.clear();
        host.crash_within = None;
        host.disk_free = self.state.now;
        for timer in &mut host.timers {
            timer.on = false;
        }
        let waiting = std::mem::take(&mut host.waiting);
        let event = self.emit(Place::Node(id), cause, EventKind::Crashed);
        for what in waiting {
            if let What::Arrive(place) = what {
                self.lose(place, Loss::Down, Some(event));
            }
        }
    }

    /// Lets the effects of a node's step happen, in order.
    #[inline]
    pub(super) fn perform(&mut self, id: NodeId, cause: EventId) {
        let mut effects = std::mem::take(&mut self.effects);
        let host = &self.state.hosts[id.index()];
        let plain = host.crash_within.is_none() && host.held.is_empty() && host.disk_delay_us == 0;
        if plain || self.state.manual && host.crash_within.is_none() {
            for effect in effects.drain() {
                self.execute(id, effect, cause);
            }
        } else {
            self.perform_carefully(id, &mut effects, cause);
        }
        self.effects = effects;
    }

    /// The same for a node that is about to crash in mid-step or whose disk is slow.
    fn perform_carefully(&mut self, id: NodeId, effects: &mut Effects<E>, cause: EventId) {
        let crash_after = self.state.hosts[id.index()].crash_within;
        let mut left = crash_after.map_or(usize::MAX, usize::from);
        let mut begun = false;
        for effect in effects.drain() {
            // A fact says what the effect before it did: there is no crash between the two, or
            // something would be on disk that nobody has heard of.
            if left == 0 && !(begun && matches!(effect, Effect::Fact(_))) {
                break;
            }
            left = left.saturating_sub(1);
            begun = true;
            let host = &self.state.hosts[id.index()];
            let slow = host.disk_delay_us > 0 && !self.state.manual;
            let waits = match effect {
                // Timers do not depend on the disk.
                Effect::SetTimer { .. } | Effect::CancelTimer(_) => false,
                Effect::Persist(_) => slow || !host.held.is_empty(),
                Effect::Send { .. } | Effect::Reply { .. } | Effect::Fact(_) => {
                    !host.held.is_empty()
                }
            };
            if waits {
                self.hold(id, effect, cause);
            } else {
                self.execute(id, effect, cause);
            }
        }
        if crash_after.is_some() {
            self.crash(id, Some(cause));
        }
    }

    fn hold(&mut self, id: NodeId, effect: Effect<E>, cause: EventId) {
        let host = &mut self.state.hosts[id.index()];
        if matches!(effect, Effect::Persist(_)) {
            host.disk_free = host.disk_free.max(self.state.now).after(host.disk_delay_us);
            let what = What::Disk { node: id, life: host.life };
            let at = host.disk_free;
            self.state.queue.add(at, what);
        }
        self.state.hosts[id.index()].held.push_back((effect, cause));
    }

    /// A write is done: it happens, and what waited for it alone.
    fn disk_done(&mut self, id: NodeId) {
        let mut first = true;
        loop {
            let held = &mut self.state.hosts[id.index()].held;
            let next_write = matches!(held.front(), Some((Effect::Persist(_), _)));
            if next_write && !first {
                return;
            }
            let Some((effect, cause)) = held.pop_front() else { return };
            self.execute(id, effect, cause);
            first = false;
        }
    }

    #[inline]
    fn execute(&mut self, id: NodeId, effect: Effect<E>, cause: EventId) {
        let place = Place::Node(id);
        match effect {
            Effect::Fact(fact) => {
                self.emit(place, Some(cause), EventKind::Fact(fact));
            }
            Effect::Send { to, message } => {
                self.send(place, Place::Node(to), Body::Peer(message), cause);
            }
            Effect::Persist(write) => {
                self.state.hosts[id.index()].disk.apply(&write);
                let write = E::Durable::kind(&write);
                self.emit(place, Some(cause), EventKind::Persisted { write });
            }
            Effect::SetTimer { timer, min_us, max_us } => {
                self.set_timer(id, timer, min_us, max_us, cause);
            }
            Effect::CancelTimer(timer) => self.cancel_timer(id, timer, cause),
            Effect::Reply { to, outcome } => {
                self.send(place, Place::Client(to.client), Body::Reply(to, outcome), cause);
            }
        }
    }

    /// Sends a message into the network.
    #[inline]
    pub(super) fn send(&mut self, from: Place, to: Place, body: Body<E::Message>, cause: EventId) {
        let kind = super::kind_of(&body);
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
        self.state.queue.push(Due { at: due, seq, what: What::Arrive(place) });
    }

    /// Makes a copy of a message under way. `None` takes a latency of the network's.
    pub(super) fn duplicate(&mut self, of: MessageId, copy_us: Option<u64>, cause: EventId) {
        let Some(original) = self.record.messages.get(of.index()) else { return };
        let (from, to, body) = (original.from, original.to, original.body.clone());
        let sent = EventId(self.state.reached.events);
        let envelope = Envelope { from, to, sent, ended: None, body };
        let message = self.record.message(&mut self.state.reached, envelope);
        self.emit(from, Some(cause), EventKind::Duplicated { message, of });
        let latency_us = copy_us
            .unwrap_or_else(|| self.state.net.copy_latency(self.setup.luck, from, to, message));
        self.fly(message, from, to, sent, latency_us);
    }

    fn set_timer(&mut self, id: NodeId, timer: E::Timer, min: u64, max: u64, cause: EventId) {
        let named = timer.to_ref();
        let host = &mut self.state.hosts[id.index()];
        let nth = &mut host.settings[usize::from(named.kind)];
        *nth += 1;
        let whose = u64::from(id.0) | u64::from(named.kind) << 8 | u64::from(named.key) << 16;
        let us = self.setup.luck.within(Purpose::Timer, whose, *nth, min, max);
        // A clock that runs fast (ppm > 0) reaches the end of the interval early.
        let rate = 1_000_000_u64.saturating_add_signed(host.drift_ppm.into()).max(1);
        let us = if host.drift_ppm == 0 { us } else { us.saturating_mul(1_000_000) / rate };
        let due = self.state.now.after(us);
        let set =
            self.emit(Place::Node(id), Some(cause), EventKind::TimerSet { timer: named, due });
        self.arm(id, timer, due, set);
    }

    /// Makes a timer fire at `due`, replacing its earlier setting.
    pub(super) fn arm(&mut self, id: NodeId, timer: E::Timer, due: Time, set: EventId) {
        let seq = self.state.queue.ticket();
        let timers = &mut self.state.hosts[id.index()].timers;
        let known = timers.iter().position(|slot| slot.timer == timer);
        let free = || timers.iter().position(|slot| !slot.on && slot.queued.is_none());
        let at = known.or_else(free).unwrap_or_else(|| {
            timers.push(TimerSlot { timer, on: false, due, seq, set, queued: None });
            timers.len() - 1
        });
        let queued = timers[at].queued.filter(|queued| *queued <= (due, seq));
        timers[at] = TimerSlot { timer, on: true, due, seq, set, queued };
        if queued.is_none() {
            timers[at].queued = Some((due, seq));
            let what = What::Timer { node: id, slot: at as u32 };
            self.state.queue.push(Due { at: due, seq, what });
        }
    }

    fn cancel_timer(&mut self, id: NodeId, timer: E::Timer, cause: EventId) {
        let timers = &mut self.state.hosts[id.index()].timers;
        if let Some(slot) = timers.iter_mut().find(|slot| slot.on && slot.timer == timer) {
            slot.on = false;
            let timer = timer.to_ref();
            self.emit(Place::Node(id), Some(cause), EventKind::TimerCancelled { timer });
        }
    }

    /// A timer's time has come.
    fn ring(&mut self, id: NodeId, slot: u32) {
        let host = &mut self.state.hosts[id.index()];
        let at = slot as usize;
        host.timers[at].queued = None;
        host.timers[at].on = false;
        let (timer, set) = (host.timers[at].timer, host.timers[at].set);
        self.fire(id, timer, Some(set));
    }

    /// A timer fires.
    pub(super) fn fire(&mut self, id: NodeId, timer: E::Timer, cause: Option<EventId>) {
        let named: TimerRef = timer.to_ref();
        if self.state.hosts[id.index()].node.is_none() {
            return;
        }
        let event = self.emit(Place::Node(id), cause, EventKind::TimerFired { timer: named });
        if let Some(engine) = &mut self.state.hosts[id.index()].node {
            engine.step(Input::Timer(timer), &mut self.effects);
            self.perform(id, event);
        }
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
            let body = Body::Request(attempt.command);
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
        from: Place,
        value: ValueId,
        outcome: Outcome,
        cause: EventId,
    ) {
        let Some(node) = from.node() else { return };
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
