//! What goes wrong in a run, and how it is put right again.

use std::fmt;

use crate::trace::{Cast, Info};

use super::draw::Draw;
use super::{Act, Command, Do, Intercept, Latency, LinkRule, Network, Preset};

/// How much goes wrong. Disks are never lost: no protocol here bears that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Faults {
    /// Nothing but the network's own slowness.
    None,
    /// Some loss and duplication, and up to four faults that last for moments.
    Light,
    /// Much loss and duplication, and up to twenty faults that overlap.
    Heavy,
}

impl Faults {
    /// The level of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Faults> {
        [Faults::None, Faults::Light, Faults::Heavy].into_iter().find(|it| it.name() == name)
    }

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Faults::None => "none",
            Faults::Light => "light",
            Faults::Heavy => "heavy",
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A kind of fault. Each run draws from some of the kinds only: a mixture of everything
/// is always the same mixture.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Crash,
    CrashWithin,
    Pause,
    Partition,
    Cut,
    SlowDisk,
    Drift,
    Weather,
    SlowLink,
    Meddle,
    Fire,
}

const KINDS: [Kind; 11] = [
    Kind::Crash,
    Kind::CrashWithin,
    Kind::Pause,
    Kind::Partition,
    Kind::Cut,
    Kind::SlowDisk,
    Kind::Drift,
    Kind::Weather,
    Kind::SlowLink,
    Kind::Meddle,
    Kind::Fire,
];

/// The faults that strike from `from_us` on, and the healing at `heal_us` that ends them all and leaves such a network.
pub(crate) fn storm(
    faults: Faults,
    info: &Info,
    cast: &Cast,
    (from_us, heal_us): (u64, u64),
    network: &Network,
    draw: &mut Draw,
) -> Vec<Command> {
    let mut script = Script { info, cast, draw, commands: Vec::new() };
    let (count, longest_ms) = match faults {
        Faults::None => (0, 0),
        Faults::Light => (script.draw.within(1, 4), 300),
        Faults::Heavy => (script.draw.within(5, 20), 1_200),
    };
    let mut kinds = KINDS;
    script.draw.shuffle(&mut kinds);
    let some = script.draw.within(2, 6) as usize;
    for _ in 0..count {
        let kind = *script.draw.pick(&kinds[..some]);
        let from_us = script.draw.within(from_us, heal_us - 1);
        let until_us = from_us + 1_000 * script.draw.within(5, longest_ms);
        script.strike(kind, from_us, until_us.min(heal_us));
    }
    script.heal(heal_us, network);
    script.commands
}

struct Script<'a> {
    info: &'a Info,
    cast: &'a Cast,
    draw: &'a mut Draw,
    commands: Vec<Command>,
}

impl Script<'_> {
    fn at(&mut self, at_us: u64, act: Do) {
        self.commands.push(Command { at_us, sub: 0, off: false, act });
    }

    fn node(&mut self) -> String {
        self.draw.pick(&self.cast.nodes).name.clone()
    }

    fn other(&mut self, than: &str) -> Option<String> {
        let others: Vec<&str> = self.cast.nodes.iter().map(|lane| lane.name.as_str()).collect();
        let others: Vec<&str> = others.into_iter().filter(|name| *name != than).collect();
        (!others.is_empty()).then(|| (*self.draw.pick(&others)).to_owned())
    }

    fn strike(&mut self, kind: Kind, from_us: u64, until_us: u64) {
        match kind {
            Kind::Crash | Kind::CrashWithin | Kind::Pause | Kind::SlowDisk | Kind::Drift => {
                let node = self.node();
                self.strike_node(kind, node, from_us, until_us);
            }
            Kind::Partition => {
                let groups = self.groups();
                self.at(from_us, Do::Partition(groups));
                self.at(until_us, Do::Heal);
            }
            Kind::Cut => {
                let from = self.node();
                let Some(to) = self.other(&from) else { return };
                self.at(from_us, Do::Cut { from: from.clone(), to: to.clone() });
                self.at(until_us, Do::Mend { from, to });
            }
            Kind::Weather => {
                let network = self.draw.pick(&Preset::all()).network.clone();
                self.at(from_us, Do::Network(network));
            }
            Kind::SlowLink => {
                let from = self.node();
                let Some(to) = self.other(&from) else { return };
                let latency = Latency::Fixed { us: 1_000 * self.draw.within(30, 400) };
                let latency = Some(latency);
                let rule =
                    LinkRule { from, to, latency, loss: None, duplication: None, fifo: None };
                self.at(from_us, Do::Link(rule));
            }
            Kind::Meddle => {
                let intercept = self.intercept();
                self.at(from_us, Do::Intercept(intercept));
            }
            Kind::Fire => {
                let node = self.node();
                let Some(timer) = self.timer() else { return };
                self.at(from_us, Do::Fire { node, timer, key: 0 });
            }
        }
    }

    fn strike_node(&mut self, kind: Kind, node: String, from_us: u64, until_us: u64) {
        match kind {
            Kind::CrashWithin => {
                let effects = self.draw.within(0, 8) as u16;
                self.at(from_us, Do::CrashWithin { node: node.clone(), effects });
                // A node that took no step meanwhile crashes now, so that none is left to do it later.
                self.at(until_us, Do::Crash(node.clone()));
                self.at(until_us, Do::Restart(node));
            }
            Kind::Pause => {
                self.at(from_us, Do::Pause(node.clone()));
                self.at(until_us, Do::Resume(node));
            }
            Kind::SlowDisk => {
                let delay_us = 1_000 * self.draw.within(1, 60);
                self.at(from_us, Do::Disk { node: node.clone(), delay_us });
                self.at(until_us, Do::Disk { node, delay_us: 0 });
            }
            Kind::Drift => {
                let ppm = self.draw.within(0, 1_000_000) as i32 - 500_000;
                self.at(from_us, Do::Drift { node: node.clone(), ppm });
                self.at(until_us, Do::Drift { node, ppm: 0 });
            }
            _ => {
                self.at(from_us, Do::Crash(node.clone()));
                self.at(until_us, Do::Restart(node));
            }
        }
    }

    /// The nodes in two or three groups.
    fn groups(&mut self) -> Vec<Vec<String>> {
        let mut names: Vec<String> = self.cast.nodes.iter().map(|lane| lane.name.clone()).collect();
        self.draw.shuffle(&mut names);
        let many = self.draw.within(2, 3) as usize;
        let mut groups = vec![Vec::new(); many];
        for name in names {
            let at = self.draw.within(0, many as u64 - 1) as usize;
            groups[at].push(name);
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// Something happens to a few messages of one kind.
    fn intercept(&mut self) -> Intercept {
        let from = self.draw.chance(1, 2).then(|| self.node());
        let to = self.draw.chance(1, 2).then(|| self.node());
        let late_us = 1_000 * self.draw.within(20, 900);
        let act = match self.draw.within(0, 3) {
            0 => Act::Drop,
            1 => Act::Duplicate,
            2 => Act::Take(late_us),
            _ => Act::DuplicateTaking(late_us),
        };
        let kind = self.draw.pick(self.info.messages).name.to_owned();
        Intercept {
            from,
            to,
            kind: Some(kind),
            skip: self.draw.within(0, 3) as u32,
            times: self.draw.within(1, 4) as u32,
            act,
        }
    }

    fn timer(&mut self) -> Option<String> {
        let timers = self.info.timers;
        (!timers.is_empty()).then(|| self.draw.pick(timers).name.to_owned())
    }

    /// Everything is put right, whatever was wrong with it.
    fn heal(&mut self, at_us: u64, network: &Network) {
        self.at(at_us, Do::Heal);
        self.at(at_us, Do::Network(network.clone()));
        for lane in &self.cast.nodes {
            let node = || lane.name.clone();
            self.commands.extend(
                [
                    Do::Resume(node()),
                    Do::Drift { node: node(), ppm: 0 },
                    Do::Disk { node: node(), delay_us: 0 },
                    Do::Restart(node()),
                ]
                .map(|act| Command { at_us, sub: 0, off: false, act }),
            );
        }
    }
}
