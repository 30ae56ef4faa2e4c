//! What surrounds a node: its timers, its disk, its faults; and how what it asks for happens.

use std::collections::VecDeque;

use crate::node::Effect;
use crate::trace::{EventId, EventKind, Loss, NodeId, Place, Time, TimerRef};

use super::nodes::Given;
use super::queue::{Due, What};
use super::random::Purpose;
use super::record::Body;
use super::world::World;

/// What surrounds a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Host {
    /// Whether the node is up.
    pub up: bool,
    pub timers: Vec<TimerSlot>,
    /// How often each kind of timer was set, across lives: the key of its luck.
    pub settings: Vec<u32>,
    pub paused: bool,
    /// What came due during a pause and waits for its end, in order. Some of it may mean nothing any more by then.
    pub waiting: VecDeque<Due>,
    pub drift_ppm: i32,
    pub disk_delay_us: u64,
    /// When the disk is done with what it was given.
    pub disk_free: Time,
    /// Effects that wait for the disk, in order, with what caused them.
    pub held: VecDeque<(Effect, EventId)>,
    /// Counts crashes, boots and what else empties the disk's queue: a write of an earlier count means nothing.
    pub life: u32,
    /// Crash in the middle of the next step, after so many effects.
    pub crash_within: Option<u16>,
}

/// One timer of a node. Its place never moves, because the queue names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimerSlot {
    pub timer: TimerRef,
    pub on: bool,
    pub due: Time,
    pub seq: u32,
    pub set: EventId,
    /// The queue's entry for it, if there is one: setting a timer anew and later
    /// leaves the old entry in the queue, which then moves on when it comes up.
    pub queued: Option<(Time, u32)>,
}

impl World {
    /// Boots a node from its disk.
    pub(super) fn boot(&mut self, id: NodeId, kind: EventKind, cause: Option<EventId>) {
        let event = self.emit(Place::Node(id), cause, kind);
        let host = &mut self.state.hosts[id.index()];
        host.up = true;
        host.life += 1;
        let same = self.nodes.boot(id, &mut self.effects);
        self.perform(id, event, same);
    }

    /// Lets a node take a step.
    #[inline]
    pub(super) fn take_step(&mut self, id: NodeId, given: Given, cause: EventId) {
        let same = self.nodes.step(id, given, &mut self.effects);
        self.perform(id, cause, same);
    }

    /// A node loses everything but its disk.
    pub(super) fn crash(&mut self, id: NodeId, cause: Option<EventId>) {
        self.nodes.crash(id);
        let host = &mut self.state.hosts[id.index()];
        host.up = false;
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
        for due in waiting {
            if let What::Arrive(place) = due.what
                && self.state.flights.is_meant(place, due.seq)
            {
                self.lose(place, Loss::Down, Some(event));
            }
        }
    }

    /// Lets the effects of a node's step happen, in order.
    #[inline]
    fn perform(&mut self, id: NodeId, cause: EventId, same: bool) {
        if !same {
            self.record.differs(cause);
        }
        let mut effects = std::mem::take(&mut self.effects);
        let host = &self.state.hosts[id.index()];
        let plain = host.crash_within.is_none() && host.held.is_empty() && host.disk_delay_us == 0;
        if plain || self.state.manual && host.crash_within.is_none() {
            for effect in &effects {
                self.execute(id, *effect, cause);
            }
        } else {
            self.perform_carefully(id, &effects, cause);
        }
        effects.clear();
        self.effects = effects;
    }

    /// The same for a node that is about to crash in mid-step or whose disk is slow.
    fn perform_carefully(&mut self, id: NodeId, effects: &[Effect], cause: EventId) {
        let crash_after = self.state.hosts[id.index()].crash_within;
        let mut left = crash_after.map_or(usize::MAX, usize::from);
        let mut begun = false;
        for effect in effects {
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
                self.hold(id, *effect, cause);
            } else {
                self.execute(id, *effect, cause);
            }
        }
        if crash_after.is_some() {
            self.crash(id, Some(cause));
        }
    }

    fn hold(&mut self, id: NodeId, effect: Effect, cause: EventId) {
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
    pub(super) fn disk_done(&mut self, id: NodeId) {
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

    /// Everything a node gave to its disk is done at once.
    pub(super) fn flush(&mut self, id: NodeId) {
        let now = self.state.now;
        let host = &mut self.state.hosts[id.index()];
        host.disk_free = now;
        host.life += 1;
        for _ in 0..host.held.len() {
            self.disk_done(id);
        }
    }

    #[inline]
    fn execute(&mut self, id: NodeId, effect: Effect, cause: EventId) {
        let place = Place::Node(id);
        match effect {
            Effect::Fact(fact) => {
                self.emit(place, Some(cause), EventKind::Fact(fact));
            }
            Effect::Send { to, message } => {
                self.send(place, Place::Node(to), Body::Peer(message), cause);
            }
            Effect::Persist(write) => {
                self.nodes.persist(id, write);
                self.emit(place, Some(cause), EventKind::Persisted { write: write.kind });
            }
            Effect::SetTimer { timer, min_us, max_us } => {
                self.set_timer(id, timer, min_us, max_us, cause);
            }
            Effect::CancelTimer(timer) => self.cancel_timer(id, timer, cause),
            Effect::Reply { to, outcome } => {
                let body = Body::Reply { value: to.value, outcome };
                self.send(place, Place::Client(to.client), body, cause);
            }
        }
    }

    fn set_timer(&mut self, id: NodeId, timer: TimerRef, min: u64, max: u64, cause: EventId) {
        let host = &mut self.state.hosts[id.index()];
        let nth = &mut host.settings[usize::from(timer.kind)];
        *nth += 1;
        let whose = u64::from(id.0) | u64::from(timer.kind) << 8 | u64::from(timer.key) << 16;
        let us = self.setup.luck.within(Purpose::Timer, whose, *nth, min, max);
        // A clock that runs fast (ppm > 0) reaches the end of the interval early.
        let rate = 1_000_000_u64.saturating_add_signed(host.drift_ppm.into()).max(1);
        let us = if host.drift_ppm == 0 { us } else { us.saturating_mul(1_000_000) / rate };
        let due = self.state.now.after(us);
        let set = self.emit(Place::Node(id), Some(cause), EventKind::TimerSet { timer, due });
        self.arm(id, timer, due, set);
    }

    /// Makes a timer fire at `due`, replacing its earlier setting.
    pub(super) fn arm(&mut self, id: NodeId, timer: TimerRef, due: Time, set: EventId) {
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

    fn cancel_timer(&mut self, id: NodeId, timer: TimerRef, cause: EventId) {
        let timers = &mut self.state.hosts[id.index()].timers;
        if let Some(slot) = timers.iter_mut().find(|slot| slot.on && slot.timer == timer) {
            slot.on = false;
            self.emit(Place::Node(id), Some(cause), EventKind::TimerCancelled { timer });
        }
    }

    /// A timer's time has come.
    pub(super) fn ring(&mut self, id: NodeId, slot: u32) {
        let timer = &mut self.state.hosts[id.index()].timers[slot as usize];
        timer.queued = None;
        timer.on = false;
        let (timer, set) = (timer.timer, timer.set);
        self.fire(id, timer, Some(set));
    }

    /// A timer fires.
    pub(super) fn fire(&mut self, id: NodeId, timer: TimerRef, cause: Option<EventId>) {
        if self.state.hosts[id.index()].up {
            let event = self.emit(Place::Node(id), cause, EventKind::TimerFired { timer });
            self.take_step(id, Given::Timer(timer), event);
        }
    }
}
