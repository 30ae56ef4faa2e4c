//! Applying commands: the one way anything is done to a run from outside.

use crate::scenario::{Command, Do};
use crate::trace::{ClientId, EventId, EventKind, Loss, MessageId, NodeId, Place, Time, TimerRef};

use super::intercept::Interceptor;
use super::queue::{Due, What};
use super::world::World;

impl World {
    /// Applies the next command of the list, at the present instant.
    ///
    /// A command that means nothing here (a node that is already down, a message
    /// that has landed) leaves its own event and nothing else.
    pub(super) fn apply_next(&mut self) {
        let index = self.state.applied;
        let Some(command) = self.commands.get(index).cloned() else { return };
        self.state.applied += 1;
        if command.off {
            return;
        }
        self.record.step(&mut self.state.reached);
        let place = self.place_of(&command);
        let event = self.emit(place, None, EventKind::Command { index: index as u32 });
        self.apply(&command.act, event);
    }

    /// The lane a command is about, where it is about one.
    fn place_of(&self, command: &Command) -> Place {
        let name = match &command.act {
            Do::Crash(node)
            | Do::Restart(node)
            | Do::Pause(node)
            | Do::Resume(node)
            | Do::Wipe(node)
            | Do::CrashWithin { node, .. }
            | Do::Drift { node, .. }
            | Do::Disk { node, .. }
            | Do::Fire { node, .. }
            | Do::Postpone { node, .. } => Some(node.as_str()),
            Do::Request { client, .. } => Some(client.as_deref().unwrap_or("C1")),
            _ => None,
        };
        name.and_then(|name| self.setup.cast.place(name)).unwrap_or(Place::World)
    }

    fn apply(&mut self, act: &Do, event: EventId) {
        match act {
            Do::Request { client, to, op } => {
                self.request(client.as_deref(), to.as_deref(), op, event);
            }
            Do::Crash(node) => self.with_node(node, |world, id| {
                if world.is_up(id) {
                    world.crash(id, Some(event));
                }
            }),
            Do::CrashWithin { node, effects } => self.with_node(node, |world, id| {
                if world.is_up(id) {
                    world.state.hosts[id.index()].crash_within = Some(*effects);
                }
            }),
            Do::Restart(node) => self.with_node(node, |world, id| {
                if !world.is_up(id) {
                    world.boot(id, EventKind::Restarted, Some(event));
                }
            }),
            Do::Pause(node) => self.with_node(node, |world, id| world.pause(id, event)),
            Do::Resume(node) => self.with_node(node, |world, id| world.resume(id, event)),
            Do::Wipe(node) => self.with_node(node, |world, id| world.wipe(id, event)),
            Do::Drift { node, ppm } => self.with_node(node, |world, id| {
                world.state.hosts[id.index()].drift_ppm = *ppm;
            }),
            Do::Disk { node, delay_us } => self.with_node(node, |world, id| {
                world.state.hosts[id.index()].disk_delay_us = *delay_us;
            }),
            Do::Fire { node, timer, key } => {
                self.with_timer(node, timer, *key, |world, id, timer| {
                    world.fire_now(id, timer, event);
                });
            }
            Do::Postpone { node, timer, key, until_us } => {
                self.with_timer(node, timer, *key, |world, id, timer| {
                    world.postpone(id, timer, Time(*until_us));
                });
            }
            Do::Manual(manual) => self.set_manual(*manual),
            Do::Intercept(intercept) => {
                let found = Interceptor::new(intercept, self.setup.info, &self.setup.cast);
                self.state.interceptors.extend(found);
            }
            Do::Deliver(message) => self.with_flight(*message, World::arrive),
            Do::Drop(message) => self.with_flight(*message, |world, place| {
                world.lose(place, Loss::Dropped, Some(event));
            }),
            Do::Duplicate(message) => self.with_flight(*message, |world, _| {
                world.duplicate(MessageId(*message), None, event);
            }),
            Do::Delay { message, until_us } => self.with_flight(*message, |world, place| {
                world.delay(place, Time(*until_us));
            }),
            Do::Partition(_)
            | Do::Heal
            | Do::Cut { .. }
            | Do::Mend { .. }
            | Do::Network(_)
            | Do::Link(_) => self.apply_to_network(act, event),
        }
    }

    /// While time is in people's hands no disk would ever be done: every write then is at once.
    fn set_manual(&mut self, manual: bool) {
        self.state.manual = manual;
        if !manual {
            return;
        }
        for index in 0..self.state.hosts.len() {
            if !self.state.hosts[index].paused {
                self.flush(NodeId(index as u8));
            }
        }
    }

    fn apply_to_network(&mut self, act: &Do, event: EventId) {
        match act {
            Do::Partition(groups) => self.partition(groups, event),
            Do::Heal => {
                for (from, to) in self.state.net.pairs() {
                    self.set_cut(from, to, false, event);
                }
            }
            Do::Cut { from, to } => self.set_cut_named(from, to, true, event),
            Do::Mend { from, to } => self.set_cut_named(from, to, false, event),
            Do::Network(network) => self.state.net.change(&self.setup.cast, network),
            Do::Link(rule) => self.state.net.change_link(&self.setup.cast, rule),
            _ => {}
        }
    }

    fn request(&mut self, client: Option<&str>, to: Option<&str>, op: &str, event: EventId) {
        let cast = &self.setup.cast;
        let client = client.and_then(|name| cast.place(name)).and_then(Place::client);
        let client = client.unwrap_or(ClientId(0));
        let to = to.and_then(|name| cast.place(name)).and_then(Place::node);
        if let (Ok(op), true) = (op.parse(), client.index() < cast.clients.len()) {
            self.begin(client, op, to, false, Some(event));
        }
    }

    fn is_up(&self, id: NodeId) -> bool {
        self.state.hosts[id.index()].up
    }

    fn with_node(&mut self, name: &str, act: impl FnOnce(&mut World, NodeId)) {
        if let Some(Place::Node(id)) = self.setup.cast.place(name) {
            act(self, id);
        }
    }

    fn with_timer(
        &mut self,
        node: &str,
        timer: &str,
        key: u32,
        act: impl FnOnce(&mut World, NodeId, TimerRef),
    ) {
        let timer = self.setup.info.timer_kind(timer).map(|kind| TimerRef { kind, key });
        if let Some(timer) = timer.filter(|timer| self.nodes.has_timer(*timer)) {
            self.with_node(node, |world, id| act(world, id, timer));
        }
    }

    fn with_flight(&mut self, message: u32, act: impl FnOnce(&mut World, u32)) {
        if let Some(place) = self.state.flights.find(MessageId(message)) {
            act(self, place);
        }
    }

    fn pause(&mut self, id: NodeId, event: EventId) {
        let host = &mut self.state.hosts[id.index()];
        if host.up && !host.paused {
            host.paused = true;
            self.emit(Place::Node(id), Some(event), EventKind::Paused);
        }
    }

    fn resume(&mut self, id: NodeId, event: EventId) {
        let host = &mut self.state.hosts[id.index()];
        if !std::mem::take(&mut host.paused) {
            return;
        }
        let waiting = std::mem::take(&mut host.waiting);
        self.emit(Place::Node(id), Some(event), EventKind::Resumed);
        for was in waiting {
            let (at, seq) = (self.state.now, self.state.queue.ticket());
            let is_meant = match was.what {
                What::Arrive(place) => match self.state.flights.get_mut(place) {
                    Some(flying) if flying.seq == was.seq => {
                        flying.seq = seq;
                        true
                    }
                    _ => false,
                },
                What::Timer { slot, .. } => {
                    let timer = &mut self.state.hosts[id.index()].timers[slot as usize];
                    let is_meant = timer.on && timer.seq == was.seq;
                    if is_meant {
                        timer.queued = Some((at, seq));
                        timer.seq = seq;
                    }
                    is_meant
                }
                What::Disk { .. } | What::Think(_) | What::Patience(_) => true,
            };
            if is_meant {
                self.state.queue.push(Due { at, seq, what: was.what });
            }
        }
        if self.state.manual {
            self.flush(id);
        }
    }

    fn wipe(&mut self, id: NodeId, event: EventId) {
        if self.is_up(id) {
            self.crash(id, Some(event));
        }
        self.nodes.wipe(id);
        self.emit(Place::Node(id), Some(event), EventKind::DiskLost);
    }

    /// Fires a timer at once; its setting, if it has one, is used up.
    fn fire_now(&mut self, id: NodeId, timer: TimerRef, event: EventId) {
        let host = &mut self.state.hosts[id.index()];
        if host.paused {
            return;
        }
        if let Some(slot) = host.timers.iter_mut().find(|slot| slot.timer == timer) {
            slot.on = false;
        }
        self.fire(id, timer, Some(event));
    }

    /// Makes a timer that is set fire at another instant.
    fn postpone(&mut self, id: NodeId, timer: TimerRef, until: Time) {
        let timers = &self.state.hosts[id.index()].timers;
        let set = timers.iter().find(|slot| slot.on && slot.timer == timer).map(|slot| slot.set);
        if let Some(set) = set {
            let due = until.max(self.state.now);
            self.arm(id, timer, due, set);
        }
    }

    /// Makes a message under way land at another instant.
    fn delay(&mut self, place: u32, until: Time) {
        let at = until.max(self.state.now);
        let seq = self.state.queue.ticket();
        if let Some(flying) = self.state.flights.get_mut(place) {
            flying.due = at;
            flying.seq = seq;
        }
        self.state.queue.push(Due { at, seq, what: What::Arrive(place) });
    }

    fn partition(&mut self, groups: &[Vec<String>], event: EventId) {
        let group = |place: Place| {
            let name = self.setup.cast.name(place);
            groups.iter().position(|group| group.iter().any(|member| member == name))
        };
        let pairs: Vec<(Place, Place, bool)> = self
            .state
            .net
            .pairs()
            .map(|(from, to)| {
                let (a, b) = (group(from), group(to));
                let free = |place: Place, group: Option<usize>| {
                    group.is_none() && place.client().is_some()
                };
                (from, to, a != b && !free(from, a) && !free(to, b))
            })
            .collect();
        for (from, to, cut) in pairs {
            self.set_cut(from, to, cut, event);
        }
    }

    fn set_cut_named(&mut self, from: &str, to: &str, cut: bool, event: EventId) {
        let cast = &self.setup.cast;
        if let Some((from, to)) = cast.place(from).zip(cast.place(to)) {
            self.set_cut(from, to, cut, event);
        }
    }

    fn set_cut(&mut self, from: Place, to: Place, cut: bool, event: EventId) {
        if self.state.net.set_cut(from, to, cut) {
            let kind = EventKind::Link { from, to, up: !cut };
            self.emit(Place::World, Some(event), kind);
        }
    }
}
