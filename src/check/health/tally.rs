//! What has been counted of a run.

use crate::list::SmallMap;
use crate::trace::{
    Event, EventKind, Fact, Info, MessageId, MessageKind, NodeId, NodeSet, NodeState, Place, Slot,
    Source, Status, Time, Tone, ValueId,
};

use super::decided::Decided;
use super::histogram::Histogram;
use super::over_time::{count, measure};
use super::reach::Reach;
use super::{Elections, Lag, Latency, Leadership, OverTime, QuorumMargin, STEPS, Summary, Traffic};

#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    seen: usize,
    now: Time,
    nodes: Vec<Node>,
    reach: Reach,
    elections: Elections,
    lead: Lead,
    decisions: Decisions,
    answers: Histogram,
    /// When each operation that waits began.
    asked: SmallMap<ValueId, Time>,
    traffic: Traffic,
    /// The quorums heard, by kind.
    quorums: SmallMap<u8, Heard>,
    /// Of the node that is behind the most: how many decisions it does not know of, and since when.
    behind: (u32, Time),
    over_time: OverTime,
}

/// The quorums of one kind.
#[derive(Clone, Debug)]
struct Heard {
    /// The fewest nodes that were one.
    size: u32,
    /// The nodes of all of them.
    members: NodeSet,
}

#[derive(Clone, Debug, Default)]
struct Node {
    state: NodeState,
    /// The last slot of its log, where it keeps one.
    log: Option<u32>,
    /// Whether it is to be told what is decided.
    learns: bool,
    /// The last slot it knows to be decided.
    known: u32,
    since: Time,
}

/// How long somebody led.
#[derive(Clone, Debug, Default)]
struct Lead {
    leaders: u32,
    changed: Time,
    led_us: u64,
    contested_us: u64,
    longest_gap_us: u64,
}

impl Lead {
    /// From now on so many nodes believe that they lead.
    fn change(&mut self, leaders: u32, now: Time) {
        self.pass(now);
        // A gap goes on through changes that leave nobody in the lead.
        if self.leaders > 0 || leaders > 0 {
            self.changed = now;
        }
        self.leaders = leaders;
    }

    /// Counts the time since the last change.
    fn pass(&mut self, now: Time) {
        let us = now.since(self.changed);
        match self.leaders {
            0 => self.longest_gap_us = self.longest_gap_us.max(us),
            1 => self.led_us += us,
            _ => {
                self.led_us += us;
                self.contested_us += us;
            }
        }
    }
}

/// Which slots are decided, and when the others were first proposed.
#[derive(Clone, Debug, Default)]
struct Decisions {
    count: u32,
    decided: Decided,
    proposed: SmallMap<Slot, (ValueId, Time)>,
    latency: Histogram,
}

impl Decisions {
    /// A value was proposed; another value in the place of an undecided one begins anew.
    fn propose(&mut self, slot: Slot, value: ValueId, now: Time) {
        if self.decided.contains(slot) {
            return;
        }
        let first = self.proposed.entry_or(slot, (value, now));
        if first.0 != value {
            *first = (value, now);
        }
    }

    fn decide(&mut self, slot: Slot, now: Time, over_time: &mut OverTime) {
        if !self.decided.add(slot) {
            return;
        }
        self.count += 1;
        count(&mut over_time.decisions);
        if let Some((_, since)) = self.proposed.remove(&slot) {
            let us = now.since(since);
            self.latency.add(us);
            measure(&mut over_time.commits, us);
        }
    }
}

impl Tally {
    pub(super) fn seen(&self) -> usize {
        self.seen
    }

    /// Takes in the event at this position.
    pub(super) fn see(&mut self, source: &dyn Source, at: usize) {
        let event = source.events()[at];
        self.seen = at + 1;
        self.now = event.at;
        self.over_time.reach(event.at);
        self.reach.see(event.place, &event.kind);
        match event.kind {
            EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => {
                self.sent(source, message);
            }
            EventKind::Lost { message, .. } => {
                let is_own = matches!(source.message_kind(message), MessageKind::Protocol(_));
                self.traffic.lost += u32::from(is_own);
            }
            EventKind::Invoked { value } => {
                *self.asked.entry(value) = event.at;
            }
            EventKind::Returned { value } => {
                if let Some(since) = self.asked.remove(&value) {
                    let us = event.at.since(since);
                    self.answers.add(us);
                    measure(&mut self.over_time.answers, us);
                }
            }
            _ => {}
        }
        if let Place::Node(node) = event.place {
            self.see_node(source, node, &event);
        }
    }

    fn sent(&mut self, source: &dyn Source, message: MessageId) {
        let MessageKind::Protocol(kind) = source.message_kind(message) else { return };
        self.traffic.messages += 1;
        self.traffic.bytes += u64::from(source.message_bytes(message));
        count(&mut self.over_time.messages);
        let step = source.info().messages.get(usize::from(kind)).map(|message| message.step);
        if let Some(at) = STEPS.iter().position(|other| Some(*other) == step) {
            self.traffic.by_step[at] += 1;
        }
    }

    fn see_node(&mut self, source: &dyn Source, node: NodeId, event: &Event) {
        while self.nodes.len() <= node.index() {
            let lane = source.cast().nodes.get(self.nodes.len());
            let class = lane.and_then(|lane| source.info().class_of(lane));
            let learns = class.is_none_or(|class| class.learns);
            self.nodes.push(Node { learns, ..Node::default() });
        }
        let now = event.at;
        let own = &mut self.nodes[node.index()];
        let before = (own.state.role, own.state.status, own.state.role_epoch);
        own.state.apply(&event.kind);
        let after = (own.state.role, own.state.status, own.state.role_epoch);
        if before != after {
            if before.0 != after.0 || before.2 != after.2 {
                own.since = now;
            }
            self.lead.change(self.leaders(source.info()), now);
        }
        if let EventKind::Fact(fact) = event.kind {
            self.see_fact(source.info(), node, fact, now);
        }
    }

    fn see_fact(&mut self, info: &Info, node: NodeId, fact: Fact, now: Time) {
        let own = &mut self.nodes[node.index()];
        match fact {
            Fact::RoleChanged { role, .. } => {
                match info.roles.get(usize::from(role)).map(|role| role.tone) {
                    Some(Tone::Contend) => {
                        self.elections.begun += 1;
                        count(&mut self.over_time.elections);
                    }
                    Some(Tone::Lead) => self.elections.won += 1,
                    _ => {}
                }
            }
            Fact::Appended { slot, value, .. } => {
                own.log = Some(own.log.unwrap_or_default().max(slot.index));
                self.decisions.propose(slot, value, now);
            }
            Fact::Truncated { from } => own.log = Some(from.index.saturating_sub(1)),
            Fact::Recovered { last } => own.log = Some(last.index),
            Fact::Proposed { slot, value, .. } => self.decisions.propose(slot, value, now),
            Fact::QuorumReached { of, members, .. } => {
                let size = members.len() as u32;
                let heard = self.quorums.entry_or(of, Heard { size, members });
                heard.size = heard.size.min(size);
                for member in members.iter() {
                    heard.members.insert(member);
                }
            }
            Fact::Chosen { slot, .. } | Fact::Applied { slot, .. } => {
                self.decisions.decide(slot, now, &mut self.over_time);
                self.learn(node, slot, now);
            }
            Fact::Committed { upto, .. } => {
                for slot in self.decisions.decided.missing(upto) {
                    self.decisions.decide(slot, now, &mut self.over_time);
                }
                self.learn(node, upto, now);
            }
            _ => {}
        }
    }

    /// A node knows that this slot is decided.
    fn learn(&mut self, node: NodeId, slot: Slot, now: Time) {
        let own = &mut self.nodes[node.index()];
        own.known = own.known.max(slot.index);
        let known = self.nodes.iter().filter(|node| node.learns).map(|node| node.known);
        let least = known.min().unwrap_or_default();
        let behind = self.decisions.decided.last().saturating_sub(least);
        let (before, since) = self.behind;
        if before == behind {
            return;
        }
        // What lasted no time was not so.
        if since < now {
            self.over_time.hold_lag(since, Time(now.0 - 1), before);
        }
        self.behind = (behind, now);
    }

    fn is_leader(info: &Info, node: &Node) -> bool {
        let tone = info.roles.get(usize::from(node.state.role)).map(|role| role.tone);
        node.state.status == Status::Up && tone == Some(Tone::Lead)
    }

    fn leaders(&self, info: &Info) -> u32 {
        self.nodes.iter().filter(|node| Tally::is_leader(info, node)).count() as u32
    }

    pub(super) fn summary(&self, source: &dyn Source) -> Summary {
        let info = source.info();
        let now = source.now().max(self.now);
        let decided = self.decisions.count;
        let mut over_time = self.over_time.clone();
        over_time.reach(now);
        let (behind, since) = self.behind;
        over_time.hold_lag(since, now, behind);
        let per_decision = u64::from(self.traffic.messages) * 100;
        Summary {
            elections: self.elections,
            leadership: self.leadership(info, now),
            decided,
            commits: latency(&self.decisions.latency),
            answers: latency(&self.answers),
            lag: self.lag(),
            traffic: Traffic {
                per_decision_hundredths: per_decision.checked_div(decided.into()),
                bytes_per_decision: self.traffic.bytes.checked_div(decided.into()),
                ..self.traffic
            },
            quorum: self.margin(source),
            over_time,
        }
    }

    fn leadership(&self, info: &Info, now: Time) -> Leadership {
        let leaders =
            self.nodes.iter().enumerate().filter(|(_, node)| Tally::is_leader(info, node));
        let leader = leaders.max_by_key(|(_, node)| node.state.role_epoch);
        let mut lead = self.lead.clone();
        lead.pass(now);
        let permille = (lead.led_us * 1_000).checked_div(now.0).unwrap_or_default();
        Leadership {
            leader: leader.map(|(at, _)| NodeId(at as u8)),
            since: leader.map(|(_, node)| node.since),
            led_permille: permille as u32,
            longest_gap_us: lead.longest_gap_us,
            contested_us: lead.contested_us,
        }
    }

    fn lag(&self) -> Vec<Option<Lag>> {
        let last = self.decisions.decided.last();
        let lag = |node: &Node| Lag {
            log: node.log.map_or(0, |log| last.saturating_sub(log)),
            known: last.saturating_sub(node.known),
        };
        self.nodes.iter().map(|node| node.learns.then(|| lag(node))).collect()
    }

    /// The least margin of all kinds of quorum: a protocol with quorums of different sizes needs each.
    fn margin(&self, source: &dyn Source) -> Option<QuorumMargin> {
        let margins = self.quorums.iter().map(|(of, heard)| self.margin_of(source, *of, heard));
        margins.min_by_key(QuorumMargin::margin)
    }

    fn margin_of(&self, source: &dyn Source, of: u8, heard: &Heard) -> QuorumMargin {
        let lanes = &source.cast().nodes;
        let class = |node: NodeId| lanes.get(node.index()).map(|lane| lane.class);
        // Whoever is of the class of a member could be one.
        let classes: Vec<Option<u8>> = heard.members.iter().map(class).collect();
        let all = (0..lanes.len()).map(|at| NodeId(at as u8));
        let members: NodeSet = all.filter(|node| classes.contains(&class(*node))).collect();
        let is_alike = |(_, other): &(u8, Heard)| other.size == heard.size;
        let name = source.info().quorums.get(usize::from(of)).map(|quorum| quorum.name);
        QuorumMargin {
            size: heard.size,
            kind: name.filter(|_| !self.quorums.iter().all(is_alike)),
            available: self.reach.most(members),
            members,
        }
    }
}

fn latency(histogram: &Histogram) -> Latency {
    Latency {
        count: histogram.count(),
        p50_us: histogram.percentile(50),
        p90_us: histogram.percentile(90),
        p99_us: histogram.percentile(99),
        max_us: histogram.max_us(),
    }
}
