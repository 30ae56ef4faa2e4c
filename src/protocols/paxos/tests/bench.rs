//! A bench for one node: what goes in, and the effects that come out, in order and in words.

use std::rc::Rc;

use super::super::*;
use crate::machine::{Op, Outcome};
use crate::node::{Effect, Input, Message as _, Rules, ValueId};
use crate::trace::{ClientId, Lane, ParamValue};

pub(super) const ALL: u8 = duty::PROPOSER | duty::ACCEPTOR | duty::LEARNER;
/// The textbook picture: P1, P2, A1, A2, A3, L1.
pub(super) const TEXTBOOK: [u8; 6] =
    [duty::PROPOSER, duty::PROPOSER, duty::ACCEPTOR, duty::ACCEPTOR, duty::ACCEPTOR, duty::LEARNER];
pub(super) const P1: NodeId = NodeId(0);
pub(super) const P2: NodeId = NodeId(1);
pub(super) const A1: NodeId = NodeId(2);
pub(super) const A2: NodeId = NodeId(3);
pub(super) const A3: NodeId = NodeId(4);
pub(super) const L1: NodeId = NodeId(5);

pub(super) fn config(
    duties: &[u8],
    set: &[(&str, ParamValue)],
    broken: &[Rule],
) -> Rc<Config<Params>> {
    let members = Membership { duties: duties.to_vec() };
    let set = set.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let params = Paxos::params(&ParamValues::new(&INFO, set), &members).expect("valid parameters");
    let broken = broken.iter().fold(Rules::NONE, |rules, rule| rules.and(rule.code()));
    Rc::new(Config { members, params, broken })
}

pub(super) fn cast(duties: &[u8]) -> Cast {
    let mut counts = [0; 4];
    let lane = |duties: &u8| {
        let class = INFO.classes.iter().position(|class| class.duties == *duties).expect("a class");
        counts[class] += 1;
        Lane {
            name: format!("{}{}", INFO.classes[class].prefix, counts[class]),
            class: class as u8,
        }
    };
    Cast { nodes: duties.iter().map(lane).collect(), clients: vec!["C1".into(), "C2".into()] }
}

pub(super) fn ballot(counter: u32, owner: NodeId) -> Ballot {
    Ballot { counter, owner: Some(owner) }
}

pub(super) fn command(number: u32, word: &str) -> Command {
    let op = Op::Write(word.parse().expect("a word"));
    Command { value: ValueId(number), client: Some(ClientId((number - 1) as u8)), op }
}

pub(super) fn v1() -> Command {
    command(1, "v1")
}

pub(super) fn v2() -> Command {
    command(2, "v2")
}

pub(super) fn proposal(ballot: Ballot, value: Command) -> Proposal {
    Proposal { ballot, value }
}

/// A node under test, and the effects of its last step in words.
pub(super) struct Bench {
    pub(super) node: Paxos,
    cast: Cast,
    disk: Stable,
    pub(super) said: Vec<String>,
}

impl Bench {
    pub(super) fn new(me: NodeId, config: &Rc<Config<Params>>) -> Bench {
        Bench::on_disk(me, config, Stable::default())
    }

    fn on_disk(me: NodeId, config: &Rc<Config<Params>>, disk: Stable) -> Bench {
        let mut fx = Effects::default();
        let node = Paxos::boot(me, config, disk, &mut fx);
        let cast = cast(&config.members.duties);
        let mut bench = Bench { node, cast, disk, said: Vec::new() };
        bench.note(&fx);
        bench
    }

    pub(super) fn textbook(me: NodeId) -> Bench {
        Bench::new(me, &config(&TEXTBOOK, &[], &[]))
    }

    pub(super) fn broken(me: NodeId, rule: Rule) -> Bench {
        Bench::new(me, &config(&TEXTBOOK, &[], &[rule]))
    }

    /// What survives: a restart on the same disk.
    pub(super) fn restarted(self) -> Bench {
        Bench::on_disk(self.node.me, &Rc::clone(&self.node.config), self.disk)
    }

    pub(super) fn hears(&mut self, from: NodeId, message: PaxosMessage) -> &[String] {
        self.step(Input::Message { from, message: &message })
    }

    pub(super) fn is_asked(&mut self, request: Command) -> &[String] {
        self.step(Input::Request(request))
    }

    pub(super) fn fires(&mut self, timer: PaxosTimer) -> &[String] {
        self.step(Input::Timer(timer))
    }

    fn step(&mut self, input: Input<'_, Paxos>) -> &[String] {
        let mut fx = Effects::default();
        self.node.step(input, &mut fx);
        self.note(&fx);
        &self.said
    }

    fn note(&mut self, fx: &Effects<Paxos>) {
        for effect in &fx.list {
            if let Effect::Persist(write) = effect {
                self.disk.apply(fx.writes.get(*write).expect("a write of this step"));
            }
        }
        self.said = fx.list.iter().map(|effect| self.words(effect, fx)).collect();
    }

    fn words(&self, effect: &Effect, fx: &Effects<Paxos>) -> String {
        let lane = |node: NodeId| self.cast.name(crate::trace::Place::Node(node)).to_owned();
        match effect {
            Effect::Send { to, message } => {
                let message = fx.messages.get(*message).expect("a message of this step");
                format!("send {} {}", lane(*to), message.label(&self.cast))
            }
            Effect::Persist(write) => match fx.writes.get(*write).expect("a write of this step") {
                Write::Promise(ballot) => format!("persist maxBal {ballot}"),
                Write::Vote { max_bal, vote } => {
                    format!("persist maxBal {}, vote {vote}", messages::shown(*max_bal))
                }
                Write::Counter(counter) => format!("persist counter {counter}"),
                Write::Proposal(proposal) => format!("persist proposal {proposal}"),
            },
            Effect::SetTimer { timer, min_us, max_us } => {
                format!("set {} {min_us}..{max_us}", INFO.timers[usize::from(timer.kind)].name)
            }
            Effect::CancelTimer(timer) => {
                format!("cancel {}", INFO.timers[usize::from(timer.kind)].name)
            }
            Effect::Reply { to, outcome } => {
                let outcome = match outcome {
                    Outcome::Done(word) => messages::shown(*word),
                    Outcome::Redirect(node) => format!("ask {}", messages::shown(node.map(lane))),
                };
                format!("reply C{} {outcome}", to.client.0 + 1)
            }
            Effect::Fact(fact) => self.fact_words(fact),
        }
    }

    fn fact_words(&self, fact: &Fact) -> String {
        match fact {
            Fact::RoleChanged { role, epoch } => {
                format!("role {} {epoch}", INFO.roles[usize::from(*role)].name)
            }
            Fact::EpochChanged { epoch } => format!("epoch {epoch}"),
            Fact::Promised { epoch } => format!("promised {epoch}"),
            Fact::Proposed { epoch, value, .. } => format!("proposed {epoch} v{}", value.0),
            Fact::Accepted { epoch, value, .. } => format!("accepted {epoch} v{}", value.0),
            Fact::QuorumReached { of, epoch, members, .. } => {
                let lanes: Vec<&str> = members
                    .iter()
                    .map(|node| self.cast.name(crate::trace::Place::Node(node)))
                    .collect();
                format!(
                    "quorum {} {epoch} {}",
                    INFO.quorums[usize::from(*of)].name,
                    lanes.join(" ")
                )
            }
            Fact::Chosen { epoch, value, .. } => format!("chosen {epoch} v{}", value.0),
            Fact::Ignored { why } => format!("ignored: {}", INFO.refusals[usize::from(*why)].name),
            Fact::Note { what, number } => {
                format!("note: {} ({number})", INFO.notes[usize::from(*what)].name)
            }
            other => format!("{other:?}"),
        }
    }
}

pub(super) fn promise(ballot: Ballot, vote: Option<Proposal>) -> PaxosMessage {
    PaxosMessage::Promise { ballot, vote }
}

/// P1 with ballot 1.1 in Phase 2.
pub(super) fn proposing(config: &Rc<Config<Params>>) -> Bench {
    let mut p1 = Bench::new(P1, config);
    p1.is_asked(v1());
    p1.hears(A1, promise(ballot(1, P1), None));
    p1.hears(A2, promise(ballot(1, P1), None));
    p1
}
