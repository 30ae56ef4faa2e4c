//! Validation of commands.

use crate::machine::Op;
use crate::scenario::problem::Path;
use crate::scenario::{Act, Command, Do, Intercept, limits};

use super::checker::{Checker, shown};
use super::events::message_kinds;

impl Checker<'_> {
    pub(super) fn command(&mut self, command: &Command, path: Path<'_>) {
        self.time(path.field("at_us"), command.at_us);
        self.int(path.field("sub"), command.sub.into(), 0..=limits::COUNT_MAX, "steps");
        self.act(command, path.field("do"));
    }

    fn act(&mut self, command: &Command, path: Path<'_>) {
        match &command.act {
            Do::Request { client, to, op } => {
                let path = path.field("request");
                self.client(path.field("client"), client.as_deref().unwrap_or("C1"));
                if let Some(to) = to {
                    self.server(path.field("to"), to);
                }
                self.op(path.field("op"), op);
            }
            Do::Crash(node) => self.node(path.field("crash"), node),
            Do::CrashWithin { node, effects } => {
                let path = path.field("crash_within");
                self.node(path.field("node"), node);
                let effects = u64::from(*effects);
                self.int(path.field("effects"), effects, 0..=limits::EFFECTS_MAX, "effects");
            }
            Do::Restart(node) => self.node(path.field("restart"), node),
            Do::Pause(node) => self.node(path.field("pause"), node),
            Do::Resume(node) => self.node(path.field("resume"), node),
            Do::Wipe(node) => self.node(path.field("wipe"), node),
            Do::Drift { node, ppm } => self.drift(path.field("drift"), node, *ppm),
            Do::Disk { node, delay_us } => {
                self.node(path.field("disk").field("node"), node);
                self.span(path.field("disk").field("delay_us"), *delay_us);
            }
            Do::Partition(groups) => self.partition(path.field("partition"), groups),
            // A message's number is known only to the run.
            Do::Heal | Do::Manual(_) | Do::Deliver(_) | Do::Drop(_) | Do::Duplicate(_) => {}
            Do::Cut { from, to } => self.ends(path.field("cut"), from, to),
            Do::Mend { from, to } => self.ends(path.field("mend"), from, to),
            Do::Network(network) => self.network(network, path.field("network")),
            Do::Link(link) => self.link(link, path.field("link")),
            Do::Delay { until_us, .. } => self.until(path.field("delay"), command.at_us, *until_us),
            Do::Intercept(intercept) => self.intercept(intercept, path.field("intercept")),
            Do::Fire { node, timer, key: _ } => self.timer(path.field("fire"), node, timer),
            Do::Postpone { node, timer, key: _, until_us } => {
                let path = path.field("postpone");
                self.timer(path, node, timer);
                self.until(path, command.at_us, *until_us);
            }
        }
    }

    fn op(&mut self, path: Path<'_>, op: &str) {
        match op.parse::<Op>() {
            Err(bad) => self.say(path, format!("{} is not an operation: {bad}", shown(op))),
            Ok(Op::Noop) => self.say(path, "no client asks for a no-op".to_owned()),
            Ok(Op::Get { .. }) if self.info.slot.is_empty() => {
                let says = "a protocol with one decision has no keys to read; propose a word";
                self.say(path, says.to_owned());
            }
            Ok(Op::Write(_) | Op::Put { .. } | Op::Get { .. }) => {}
        }
    }

    fn drift(&mut self, path: Path<'_>, node: &str, ppm: i32) {
        self.node(path.field("node"), node);
        if !(limits::DRIFT_MIN_PPM..=limits::DRIFT_MAX_PPM).contains(&ppm) {
            let (min, max) = (limits::DRIFT_MIN_PPM, limits::DRIFT_MAX_PPM);
            let says = format!("{ppm} is out of range: from {min} to {max} parts per million");
            self.say(path.field("ppm"), says);
        }
    }

    fn partition(&mut self, path: Path<'_>, groups: &[Vec<String>]) {
        let lanes = self.cast.nodes.len() + self.cast.clients.len();
        self.count(path, groups.len(), lanes, "groups");
        if groups.is_empty() {
            self.say(path, "name at least one group of lanes; `heal` ends a partition".to_owned());
        }
        let mut seen: Vec<&str> = Vec::new();
        for (i, group) in groups.iter().enumerate().take(lanes) {
            let at = path.index(i);
            self.count(at, group.len(), lanes, "lanes");
            if group.is_empty() {
                self.say(at, "the group is empty; leave it out".to_owned());
            }
            for (j, name) in group.iter().enumerate().take(lanes) {
                if self.lane(at.index(j), name) && seen.contains(&name.as_str()) {
                    self.say(at.index(j), format!("{name} is in the partition twice"));
                }
                seen.push(name);
            }
        }
    }

    fn intercept(&mut self, intercept: &Intercept, path: Path<'_>) {
        if let Some(from) = &intercept.from {
            self.lane(path.field("from"), from);
        }
        if let Some(to) = &intercept.to {
            self.lane(path.field("to"), to);
        }
        if let Some(kind) = &intercept.kind {
            self.known(path.field("kind"), "kind of message", kind, message_kinds(self.info));
        }
        self.int(path.field("skip"), intercept.skip.into(), 0..=limits::COUNT_MAX, "messages");
        self.int(path.field("times"), intercept.times.into(), 0..=limits::COUNT_MAX, "messages");
        let path = path.field("act");
        match intercept.act {
            Act::Drop | Act::Duplicate => {}
            Act::Take(us) => self.span(path.field("take"), us),
            Act::DuplicateTaking(us) => self.span(path.field("duplicate_taking"), us),
        }
    }

    fn timer(&mut self, path: Path<'_>, node: &str, timer: &str) {
        self.node(path.field("node"), node);
        let timers = self.info.timers.iter().map(|timer| timer.name);
        self.known(path.field("timer"), "timer", timer, timers);
    }

    fn until(&mut self, path: Path<'_>, at_us: u64, until_us: u64) {
        let path = path.field("until_us");
        self.time(path, until_us);
        if until_us < at_us {
            let says = format!("{until_us} us is before the command itself, at {at_us} us");
            self.say(path, says);
        }
    }
}
