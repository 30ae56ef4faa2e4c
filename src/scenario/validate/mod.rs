//! Is a scenario possible, judged against the description of its protocol.
//!
//! All problems are found at once. What only the engine can judge (parameters
//! that do not go together) or only a run can show (whether message 17 exists)
//! is not judged here.

mod checker;
mod commands;
mod events;

use crate::list::sort_by_key;
use crate::trace::{Cast, Digest, Info, Lane, ParamKind, ParamValue};

use self::checker::{Checker, shown};
use super::problem::Path;
use super::{Clients, Command, Members, Problems, Scenario, Seal, VERSION, limits};

impl Scenario {
    /// Checks everything that can be checked without running it, and names the lanes.
    ///
    /// Commands may stand in any order; see [`Scenario::sort_commands`].
    ///
    /// # Errors
    /// Every problem there is, each with the path of its field.
    pub fn check(&self, info: &Info) -> Result<Cast, Problems> {
        let cast = self.cast(info);
        let mut checker = Checker::new(info, &cast);
        self.check_cluster(&mut checker);
        self.check_header(&mut checker);
        checker.parameters(self);
        checker.rules(&self.broken);
        checker.network(&self.network, Path::ROOT.field("network"));
        checker.clients(&self.clients, Path::ROOT.field("clients"));
        self.check_commands(&mut checker);
        self.check_story(&mut checker);
        checker.result()?;
        Ok(cast)
    }

    /// The lanes: for each class in the order the scenario lists them, its letter
    /// and a number from 1; then the clients `C1`, `C2`, ...
    ///
    /// A class the protocol does not have gives no lane; [`Scenario::check`] reports it.
    #[must_use]
    pub fn cast(&self, info: &Info) -> Cast {
        let usual;
        let cluster = if self.cluster.is_empty() {
            usual = usual_cluster(info);
            &usual
        } else {
            &self.cluster
        };
        let mut nodes = Vec::new();
        // A class listed twice is a problem; the bound keeps hostile lists short.
        for members in cluster.iter().take(info.classes.len()) {
            let classes = (0u8..).zip(info.classes);
            for (class, found) in classes.filter(|(_, class)| class.id == members.class) {
                let lane = |i| Lane { name: format!("{}{i}", found.prefix), class };
                nodes.extend((1..=members.count).map(lane));
            }
        }
        Cast { nodes, clients: (1..=self.clients.count).map(|i| format!("C{i}")).collect() }
    }

    /// Forgets how lanes were arranged that are not there any more: after a change of the cluster.
    pub fn forget_lanes(&mut self, info: &Info) {
        let cast = self.cast(info);
        if let Some(view) = &mut self.view {
            for lanes in [&mut view.lanes, &mut view.hidden] {
                lanes.retain(|name| cast.place(name).is_some());
            }
        }
    }

    /// Puts the commands in the order in which they apply: by time, then by step
    /// within the instant, and otherwise as they stand.
    ///
    /// A run numbers its commands by this order, so whoever runs a scenario sorts it first.
    pub fn sort_commands(&mut self) {
        sort_by_key(&mut self.commands, |command| [command.at_us, command.sub.into()]);
    }

    fn check_header(&self, checker: &mut Checker<'_>) {
        let root = Path::ROOT;
        if self.v != VERSION {
            checker.say(root.field("v"), format!("this build knows version {VERSION} only"));
        }
        if self.protocol != checker.info.id {
            let says = format!("{} is not {}", shown(&self.protocol), checker.info.id);
            checker.say(root.field("protocol"), says);
        }
        checker.line(root.field("title"), &self.title, limits::TITLE_MAX);
        checker.text(root.field("about"), &self.about, limits::ABOUT_MAX);
        checker.int(root.field("seed"), self.seed, 0..=limits::SEED_MAX, "");
        checker.time(root.field("until_us"), self.until_us);
        if let Some(view) = &self.view {
            let path = root.field("view");
            checker.time(path.field("at_us"), view.at_us);
            checker.lanes(path.field("lanes"), &view.lanes);
            checker.lanes(path.field("hidden"), &view.hidden);
        }
        if let Some(seal) = &self.digest
            && seal.digest().is_none()
        {
            let says = format!("{} is not sixteen hexadecimal digits", shown(&seal.hash));
            checker.say(root.field("digest").field("hash"), says);
        }
    }

    fn check_cluster(&self, checker: &mut Checker<'_>) {
        let path = Path::ROOT.field("cluster");
        let nodes = checker.cast.nodes.len() as u64;
        checker.int(path, nodes, 1..=limits::NODES_MAX, "nodes in all");
        let classes = checker.info.classes;
        for (i, members) in self.cluster.iter().enumerate().take(limits::COMMANDS_MAX) {
            let at = path.index(i);
            let at = at.field("class");
            if checker.known(at, "class of nodes", &members.class, classes.iter().map(|c| c.id))
                && self.cluster[..i].iter().any(|earlier| earlier.class == members.class)
            {
                let class = &members.class;
                checker.say(at, format!("`{class}` is listed twice; give its number once"));
            }
        }
    }

    fn check_commands(&self, checker: &mut Checker<'_>) {
        let path = Path::ROOT.field("commands");
        checker.count(path, self.commands.len(), limits::COMMANDS_MAX, "commands");
        for (i, command) in self.commands.iter().enumerate().take(limits::COMMANDS_MAX) {
            checker.command(command, path.index(i));
        }
    }

    fn check_story(&self, checker: &mut Checker<'_>) {
        let goals = Path::ROOT.field("goals");
        checker.count(goals, self.goals.len(), limits::GOALS_MAX, "goals");
        for (i, goal) in self.goals.iter().enumerate().take(limits::GOALS_MAX) {
            let at = goals.index(i);
            checker.some(at.field("name"), &goal.name, limits::TITLE_MAX);
            checker.int(at.field("times"), goal.times.into(), 0..=limits::COUNT_MAX, "events");
            checker.on(&goal.on, at.field("on"));
        }
        let narration = Path::ROOT.field("narration");
        checker.count(narration, self.narration.len(), limits::CAPTIONS_MAX, "captions");
        for (i, caption) in self.narration.iter().enumerate().take(limits::CAPTIONS_MAX) {
            let at = narration.index(i);
            checker.text(at.field("text"), &caption.text, limits::CAPTION_MAX);
            checker.int(at.field("nth"), caption.nth.into(), 0..=limits::COUNT_MAX, "events");
            checker.on(&caption.on, at.field("on"));
        }
        let expect = Path::ROOT.field("expect");
        checker.count(expect, self.expect.len(), limits::EXPECT_MAX, "invariants");
        for (i, name) in self.expect.iter().enumerate().take(limits::EXPECT_MAX) {
            checker.some(expect.index(i), name, limits::TITLE_MAX);
        }
    }
}

impl Command {
    /// Checks one command, as before it joins a run that is already going.
    ///
    /// # Errors
    /// Every problem there is; paths begin at the command: `do.crash`.
    pub fn check(&self, info: &Info, cast: &Cast) -> Result<(), Problems> {
        let mut checker = Checker::new(info, cast);
        checker.command(self, Path::ROOT);
        checker.result()
    }
}

impl Seal {
    /// What a run came to after so many steps.
    #[must_use]
    pub fn new(steps: u32, digest: Digest) -> Seal {
        Seal { steps, hash: digest.to_string() }
    }

    /// The digest, if the text is one.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        self.hash.parse().ok()
    }
}

impl Checker<'_> {
    fn parameters(&mut self, scenario: &Scenario) {
        let path = Path::ROOT.field("set");
        for (key, value) in scenario.set.iter().take(limits::COMMANDS_MAX) {
            let keys = self.info.params.iter().map(|param| param.key);
            let at = path.field(key);
            if !self.known(path, "parameter", key, keys) {
                continue;
            }
            match (self.info.param(key).map(|spec| spec.kind), value) {
                (Some(ParamKind::Bool { .. }), ParamValue::Bool(_)) | (None, _) => {}
                (Some(ParamKind::Bool { .. }), _) => self.say(at, "it is true or false".to_owned()),
                (Some(ParamKind::Int { min, max, unit, .. }), ParamValue::Int(value)) => {
                    self.int(at, *value, min..=max, unit);
                }
                (Some(ParamKind::Int { min, max, unit, .. }), _) => {
                    self.say(at, format!("it is a whole number from {min} to {max} {unit}"));
                }
                (Some(ParamKind::Choice { options, .. }), ParamValue::Word(word)) => {
                    self.known(at, "such choice", word, options.iter().copied());
                }
                (Some(ParamKind::Choice { options, .. }), _) => {
                    self.say(at, format!("it is one of {}", options.join(", ")));
                }
            }
        }
    }

    fn rules(&mut self, broken: &[String]) {
        let path = Path::ROOT.field("break");
        for (i, id) in broken.iter().enumerate().take(limits::COMMANDS_MAX) {
            let at = path.index(i);
            if self.known(at, "rule", id, self.info.rules.iter().map(|rule| rule.id))
                && broken[..i].contains(id)
            {
                self.say(at, format!("`{id}` is listed twice"));
            }
        }
    }

    fn lanes(&mut self, path: Path<'_>, lanes: &[String]) {
        for (i, name) in lanes.iter().enumerate().take(limits::COMMANDS_MAX) {
            if self.lane(path.index(i), name) && lanes[..i].contains(name) {
                self.say(path.index(i), format!("`{name}` is listed twice"));
            }
        }
    }

    fn clients(&mut self, clients: &Clients, path: Path<'_>) {
        self.int(path.field("count"), clients.count.into(), 0..=limits::CLIENTS_MAX, "clients");
        let operations = u64::from(clients.operations);
        self.int(path.field("operations"), operations, 0..=limits::OPERATIONS_MAX, "operations");
        self.int(path.field("window"), clients.window.into(), 1..=limits::WINDOW_MAX, "operations");
        self.time(path.field("start_us"), clients.start_us);
        self.int(path.field("think_us"), clients.think_us, 0..=limits::SPAN_MAX_US, "us");
        self.int(path.field("timeout_us"), clients.timeout_us, 1..=limits::SPAN_MAX_US, "us");
        self.int(path.field("reads_percent"), clients.reads_percent.into(), 0..=100, "percent");
        self.int(path.field("keys"), clients.keys.into(), 1..=limits::KEYS_MAX, "keys");
    }
}

/// The cluster of a scenario that says nothing about it.
fn usual_cluster(info: &Info) -> Vec<Members> {
    let members = |class: &crate::trace::ClassInfo| Members {
        class: class.id.to_owned(),
        count: class.usual,
    };
    info.classes.iter().map(members).collect()
}

#[cfg(test)]
mod tests;
