//! Writing scripts.

use std::fmt::{self, Display, Formatter};

use crate::scenario::{
    Act, Clients, Command, Do, Intercept, Latency, LinkRule, Network, On, ParamValue, Ratio,
    Scenario, Span,
};

use super::token::{Literal, Word};

/// A scenario as a script.
pub(super) struct Script<'a>(pub(super) &'a Scenario);

impl Display for Script<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        header(self.0, f)?;
        setting(self.0, f)?;
        for command in &self.0.commands {
            writeln!(f, "{command}")?;
        }
        story(self.0, f)
    }
}

fn header(scenario: &Scenario, f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "protocol {}", Word(&scenario.protocol))?;
    if !scenario.title.is_empty() {
        writeln!(f, "title {}", Literal(&scenario.title))?;
    }
    if !scenario.about.is_empty() {
        writeln!(f, "about {}", Literal(&scenario.about))?;
    }
    if scenario.seed != 0 {
        writeln!(f, "seed {}", scenario.seed)?;
    }
    Ok(())
}

fn setting(scenario: &Scenario, f: &mut Formatter<'_>) -> fmt::Result {
    for members in &scenario.cluster {
        writeln!(f, "cluster {} {}", Word(&members.class), members.count)?;
    }
    for (key, value) in scenario.set.iter() {
        write!(f, "set {} ", Word(key))?;
        match value {
            ParamValue::Bool(value) => writeln!(f, "{value}")?,
            ParamValue::Int(value) => writeln!(f, "{value}")?,
            ParamValue::Word(word) if is_literal(word) => writeln!(f, "{}", Literal(word))?,
            ParamValue::Word(word) => writeln!(f, "{}", Word(word))?,
        }
    }
    if scenario.network != Network::default() {
        writeln!(f, "{}", scenario.network)?;
    }
    if scenario.clients != Clients::default() {
        clients(&scenario.clients, f)?;
    }
    if scenario.manual {
        writeln!(f, "manual")?;
    }
    for rule in &scenario.broken {
        writeln!(f, "break {}", Word(rule))?;
    }
    Ok(())
}

/// Whether a plain word would be read as a number or a yes-or-no.
fn is_literal(word: &str) -> bool {
    word == "true" || word == "false" || word.parse::<u64>().is_ok()
}

fn clients(clients: &Clients, f: &mut Formatter<'_>) -> fmt::Result {
    let usual = Clients::default();
    write!(f, "clients {}", clients.count)?;
    if clients.operations != usual.operations {
        write!(f, " operations {}", clients.operations)?;
    }
    if clients.window != usual.window {
        write!(f, " window {}", clients.window)?;
    }
    if clients.start_us != usual.start_us {
        write!(f, " start {}", Span(clients.start_us))?;
    }
    if clients.think_us != usual.think_us {
        write!(f, " think {}", Span(clients.think_us))?;
    }
    if clients.timeout_us != usual.timeout_us {
        write!(f, " timeout {}", Span(clients.timeout_us))?;
    }
    if clients.reads_percent != usual.reads_percent {
        write!(f, " reads {}%", clients.reads_percent)?;
    }
    if clients.keys != usual.keys {
        write!(f, " keys {}", clients.keys)?;
    }
    writeln!(f)
}

fn story(scenario: &Scenario, f: &mut Formatter<'_>) -> fmt::Result {
    for goal in &scenario.goals {
        write!(f, "goal {} on {}", Literal(&goal.name), goal.on)?;
        option(f, "times", (goal.times != 0).then_some(goal.times))?;
        writeln!(f)?;
    }
    for name in &scenario.expect {
        writeln!(f, "expect {}", Literal(name))?;
    }
    for caption in &scenario.narration {
        write!(f, "caption {} on {}", Literal(&caption.text), caption.on)?;
        option(f, "nth", (caption.nth != 0).then_some(caption.nth))?;
        writeln!(f)?;
    }
    if scenario.until_us != 0 {
        writeln!(f, "until {}", Span(scenario.until_us))?;
    }
    if let Some(view) = &scenario.view {
        let play = if view.play { " play" } else { "" };
        write!(f, "view at {}{play}", Span(view.at_us))?;
        for (keyword, lanes) in [("lanes", &view.lanes), ("hide", &view.hidden)] {
            for (i, lane) in lanes.iter().enumerate() {
                if i == 0 {
                    write!(f, " {keyword}")?;
                }
                write!(f, " {}", Word(lane))?;
            }
        }
        writeln!(f)?;
    }
    if let Some(seal) = &scenario.digest {
        writeln!(f, "digest {} after {} steps", Word(&seal.hash), seal.steps)?;
    }
    Ok(())
}

/// `at 100ms crash S1`.
impl Display for Command {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "at {} ", Span(self.at_us))?;
        if self.sub != 0 {
            write!(f, "step {} ", self.sub)?;
        }
        if self.off {
            f.write_str("off ")?;
        }
        self.act.fmt(f)
    }
}

/// As a script writes it: `crash S1`, `partition S1 S2 | S3 S4 S5`.
impl Display for Do {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Do::Request { client, to, op } => {
                f.write_str("request")?;
                if let Some(client) = client {
                    write!(f, " {}", Word(client))?;
                }
                write!(f, " {}", Word(op))?;
                option(f, "to", to.as_deref().map(Word))
            }
            Do::Crash(node) => write!(f, "crash {}", Word(node)),
            Do::CrashWithin { node, effects } => {
                write!(f, "crash {} after {effects} effects", Word(node))
            }
            Do::Restart(node) => write!(f, "restart {}", Word(node)),
            Do::Pause(node) => write!(f, "pause {}", Word(node)),
            Do::Resume(node) => write!(f, "resume {}", Word(node)),
            Do::Wipe(node) => write!(f, "wipe {}", Word(node)),
            Do::Drift { node, ppm } => write!(f, "drift {} {ppm}ppm", Word(node)),
            Do::Disk { node, delay_us } => write!(f, "disk {} {}", Word(node), Span(*delay_us)),
            Do::Partition(groups) => partition(groups, f),
            Do::Heal => f.write_str("heal"),
            Do::Cut { from, to } => write!(f, "cut {} to {}", Word(from), Word(to)),
            Do::Mend { from, to } => write!(f, "mend {} to {}", Word(from), Word(to)),
            Do::Network(network) => network.fmt(f),
            Do::Link(link) => link.fmt(f),
            Do::Deliver(message) => write!(f, "deliver {message}"),
            Do::Drop(message) => write!(f, "drop {message}"),
            Do::Duplicate(message) => write!(f, "duplicate {message}"),
            Do::Delay { message, until_us } => {
                write!(f, "delay {message} until {}", Span(*until_us))
            }
            Do::Intercept(intercept) => intercept.fmt(f),
            Do::Fire { node, timer, key } => {
                write!(f, "fire {} {}", Word(node), Word(timer))?;
                option(f, "key", (*key != 0).then_some(key))
            }
            Do::Postpone { node, timer, key, until_us } => {
                write!(f, "postpone {} {}", Word(node), Word(timer))?;
                option(f, "key", (*key != 0).then_some(key))?;
                write!(f, " until {}", Span(*until_us))
            }
            Do::Manual(true) => f.write_str("manual on"),
            Do::Manual(false) => f.write_str("manual off"),
        }
    }
}

fn partition(groups: &[Vec<String>], f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str("partition")?;
    for (i, group) in groups.iter().enumerate() {
        if i > 0 {
            f.write_str(" |")?;
        }
        for lane in group {
            write!(f, " {}", Word(lane))?;
        }
    }
    Ok(())
}

/// `intercept from S1 to S2 AppendEntries skip 1 drop`.
impl Display for Intercept {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("intercept")?;
        option(f, "from", self.from.as_deref().map(Word))?;
        option(f, "to", self.to.as_deref().map(Word))?;
        if let Some(kind) = &self.kind {
            write!(f, " {}", Word(kind))?;
        }
        option(f, "skip", (self.skip != 0).then_some(self.skip))?;
        option(f, "times", (self.times != 0).then_some(self.times))?;
        match self.act {
            Act::Drop => f.write_str(" drop"),
            Act::Duplicate => f.write_str(" duplicate"),
            Act::Take(us) => write!(f, " take {}", Span(us)),
            Act::DuplicateTaking(us) => write!(f, " duplicate taking {}", Span(us)),
        }
    }
}

/// `network latency uniform 8ms 12ms loss 1/100 link S1 to S2 latency fixed 1s`.
impl Display for Network {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "network latency {}", self.latency)?;
        option(f, "loss", (self.loss != Ratio::NEVER).then_some(self.loss))?;
        option(f, "duplication", (self.duplication != Ratio::NEVER).then_some(self.duplication))?;
        if self.fifo {
            f.write_str(" fifo")?;
        }
        for link in &self.links {
            write!(f, " {link}")?;
        }
        Ok(())
    }
}

/// `link S1 to S2 latency fixed 1s loss 1/2 fifo`.
impl Display for LinkRule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "link {} to {}", Word(&self.from), Word(&self.to))?;
        option(f, "latency", self.latency)?;
        option(f, "loss", self.loss)?;
        option(f, "duplication", self.duplication)?;
        match self.fifo {
            None => Ok(()),
            Some(true) => f.write_str(" fifo"),
            Some(false) => f.write_str(" reordered"),
        }
    }
}

/// `fixed 10ms`, `uniform 8ms 12ms`, `long-tail 500us`.
impl Display for Latency {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Latency::Fixed { us } => write!(f, "fixed {}", Span(us)),
            Latency::Uniform { min_us, max_us } => {
                write!(f, "uniform {} {}", Span(min_us), Span(max_us))
            }
            Latency::LongTail { median_us } => write!(f, "long-tail {}", Span(median_us)),
        }
    }
}

/// `1/100`.
impl Display for Ratio {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.of, self.per)
    }
}

/// `role_changed at S1 what Leader epoch 2`.
impl Display for On {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Word(&self.event))?;
        option(f, "at", self.at.as_deref().map(Word))?;
        option(f, "peer", self.peer.as_deref().map(Word))?;
        option(f, "what", self.what.as_deref().map(Word))?;
        option(f, "epoch", self.epoch.as_deref().map(Word))?;
        option(f, "slot", self.slot.as_deref().map(Word))?;
        option(f, "value", self.value.as_deref().map(Word))
    }
}

fn option(f: &mut Formatter<'_>, keyword: &str, value: Option<impl Display>) -> fmt::Result {
    match value {
        Some(value) => write!(f, " {keyword} {value}"),
        None => Ok(()),
    }
}
