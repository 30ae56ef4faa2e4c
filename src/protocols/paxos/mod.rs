//! Single-decree Paxos: a cluster agrees on one value, once.
//!
//! **The papers.** L. Lamport, *Paxos Made Simple* (2001), cited as PMS; the TLA+
//! specification `Paxos.tla` (tlaplus/Examples, `PaxosHowToWinATuringAward`), cited
//! as PTP; stable storage from *Fast Paxos* §2.4.2 (FP) and *Cheap Paxos* §2.1 (CP).
//!
//! **Roles.** A node plays any set of roles, by its class: a `server` plays all
//! three, a `proposer`, `acceptor` or `learner` only one. The textbook picture and
//! the combined one differ in the scenario's cluster and in nothing else. A node
//! that plays two roles hands its messages to itself within one step.
//!
//! | message | from, to | when | then |
//! |---|---|---|---|
//! | Prepare (1a) | proposer, acceptors | a ballot begins | Promise or Nack |
//! | Promise (1b) | acceptor, proposer | ballot at least `maxBal`: a copy is answered again | a quorum: Accept |
//! | Accept (2a) | proposer, acceptors | a Phase 1 quorum promised | Accepted or Nack |
//! | Accepted (2b) | acceptor, proposer; learners with `learn=acceptors` | ballot at least `maxBal` | a quorum: chosen |
//! | Decided | proposer, learners and proposers | `learn=proposer`, value chosen | learned |
//! | Nack | acceptor, proposer | refused, `nack=true` | the ballot is abandoned |
//!
//! **Timers.** `Phase`: a phase heard no quorum; the ballot is abandoned. `Retry`:
//! the pause is over; a higher ballot begins. Neither matters for safety. With
//! `backoff=randomised` pause and patience double with each failure, up to 64-fold, so that some ballot is left alone
//! for long enough on any network that delivers within that time.
//!
//! **Stable storage.** [`Stable`]; each write is on disk before the message that vouches for it.
//!
//! **Why it is safe.** An acceptor that promises ballot b will never again vote below
//! b. A proposer of b hears a Phase 1 quorum, which meets every Phase 2 quorum; so if a
//! value was or could still be chosen below b, someone in the quorum reports it,
//! and the highest-numbered report is the one that could be. All votes from then on
//! are for that value. The argument needs each of the rules in [`Rule`]; breaking
//! any of them is one line of a scenario.
//!
//! **Clients** ask a proposer, which answers when it learns the outcome: `Done` with
//! the value *decided*, which may be another's. Of several waiting requests the oldest is
//! the proposer's own value. A node that does not propose redirects to one that does.

mod acceptor;
pub mod invariants;
mod learner;
mod messages;
mod params;
mod proposer;
mod rules;
pub mod situations;
mod view;

#[cfg(test)]
mod tests;

use std::rc::Rc;

pub use messages::{Ballot, PaxosMessage, PaxosTimer, Proposal, Stable, Write};
pub use params::{Backoff, Learn, Params};
pub use rules::Rule;

use crate::machine::{Command, Store, Word};
use crate::node::{
    Cast, ClassInfo, ClientPolicy, Config, Durable, Effects, Engine, Epoch, Fact, Info, Membership,
    NodeId, NodeSet, NodeView, ParamValues, RoleInfo, Service, Tone, vocabulary,
};

use learner::Learner;
use proposer::Proposer;

/// What a class of nodes does, as bits.
pub mod duty {
    /// It begins ballots for clients.
    pub const PROPOSER: u8 = 1;
    /// It promises and votes.
    pub const ACCEPTOR: u8 = 2;
    /// It learns what is chosen.
    pub const LEARNER: u8 = 4;
}

/// What a node is doing, as its lifeline shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
enum Role {
    Acceptor,
    Proposer,
    Learner,
    Preparing,
    Proposing,
    BackingOff,
    Decided,
}

impl Role {
    const TABLE: &'static [RoleInfo] = &[
        RoleInfo { name: "Acceptor", short: "A", tone: Tone::Rest },
        RoleInfo { name: "Proposer", short: "P", tone: Tone::Rest },
        RoleInfo { name: "Learner", short: "L", tone: Tone::Aside },
        RoleInfo { name: "Preparing", short: "1", tone: Tone::Contend },
        RoleInfo { name: "Proposing", short: "2", tone: Tone::Lead },
        RoleInfo { name: "Backing off", short: "B", tone: Tone::Rest },
        RoleInfo { name: "Decided", short: "D", tone: Tone::Aside },
    ];

    const fn code(self) -> u8 {
        self as u8
    }
}

vocabulary! {
    /// The quorums a node hears.
    pub enum Quorum {
        /// Enough promises of one ballot.
        Phase1 = "phase1",
        /// Enough votes of one ballot, counted by its proposer.
        Phase2 = "phase2",
        /// Enough votes of one ballot, counted by a learner.
        Learn = "learn",
    }
}

vocabulary! {
    /// Why a node disregards its input.
    pub enum Why {
        /// A higher ballot is promised.
        PromisedHigher = "a higher ballot is promised",
        /// The answer belongs to a ballot that is no longer this proposer's.
        OtherBallot = "it answers another ballot",
        /// The proposer is not in the phase this answers.
        PhaseOver = "that phase is over",
        /// This node's answer was counted before: a quorum counts distinct nodes.
        Counted = "already counted",
        /// The outcome is known, and a learner never changes its mind.
        AlreadyLearned = "the value is already learned",
        /// The request is already waiting: a client tries again.
        AlreadyPending = "the request is already waiting",
        /// Too many clients wait here.
        TooManyPending = "too many requests are waiting",
        /// The request names no client to answer.
        NoClient = "the request has no client",
        /// No ballot of this proposer is under way.
        NothingUnderWay = "no ballot is under way",
        /// No client wants anything here, or the outcome is known.
        NothingToPropose = "there is nothing to propose",
        /// The node does not play the role this message is for.
        NotMyRole = "not this node's role",
    }
}

vocabulary! {
    /// Remarks for the reader.
    pub enum Note {
        /// The promises report a vote, so the proposer must ask for that vote's value.
        Adopted = "adopts a reported value",
        /// The promises report no vote, so the proposer asks for its own value.
        Free = "is free to choose",
        /// After a restart the proposer asks again for what it asked for before the crash.
        Resumed = "takes up its ballot again",
    }
}

/// A node of a Paxos cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paxos {
    me: NodeId,
    config: Rc<Config<Params>>,
    /// The disk's content, as far as this node knows: it includes writes still on their way.
    stable: Stable,
    proposer: Proposer,
    learner: Learner,
    role: Role,
    /// The highest ballot this node has taken part in.
    highest: Option<Ballot>,
}

impl Paxos {
    fn has(&self, duties: u8) -> bool {
        self.config.members.duties.get(self.me.index()).is_some_and(|mine| mine & duties != 0)
    }

    /// Whether the rule holds in this run.
    fn keeps(&self, rule: Rule) -> bool {
        !self.config.broken.contains(rule.code())
    }

    fn epoch(&self) -> Epoch {
        self.highest.map_or_else(Epoch::default, Ballot::epoch)
    }

    fn enter(&mut self, ballot: Ballot, fx: &mut Effects<Paxos>) {
        if self.highest < Some(ballot) {
            self.highest = Some(ballot);
            fx.fact(Fact::EpochChanged { epoch: ballot.epoch() });
        }
    }

    fn change_role(&mut self, role: Role, epoch: Epoch, fx: &mut Effects<Paxos>) {
        let contending = matches!(role, Role::Preparing | Role::Proposing);
        if self.role != role || contending {
            self.role = role;
            fx.fact(Fact::RoleChanged { role: role.code(), epoch });
        }
    }

    /// The role of a node that has nothing to do.
    fn resting_role(&self) -> Role {
        if self.has(duty::ACCEPTOR) {
            Role::Acceptor
        } else if self.has(duty::PROPOSER) {
            Role::Proposer
        } else {
            Role::Learner
        }
    }

    /// Changes the stable state; on disk, too, as long as `rule` holds.
    fn write(&mut self, write: Write, rule: Rule, fx: &mut Effects<Paxos>) {
        self.stable.apply(&write);
        if self.keeps(rule) {
            fx.persist(write);
        }
    }

    /// Sends a message, or handles it at once if it is for this node itself.
    fn post(&mut self, to: NodeId, message: PaxosMessage, fx: &mut Effects<Paxos>) {
        if to == self.me {
            self.on_message(to, &message, fx);
        } else {
            fx.send(to, message);
        }
    }

    /// Posts to several; to this node itself last, so that its disk holds up nobody else.
    fn post_all(&mut self, mut to: NodeSet, message: PaxosMessage, fx: &mut Effects<Paxos>) {
        let me_too = to.contains(self.me);
        to.remove(self.me);
        for node in to.iter() {
            fx.send(node, message);
        }
        if me_too {
            self.post(self.me, message, fx);
        }
    }
}

/// What a client gets to see of the decided command.
fn decided_word(decided: Command) -> Option<Word> {
    Store::default().apply(&decided.op)
}

impl Engine for Paxos {
    type Message = PaxosMessage;
    type Timer = PaxosTimer;
    type Durable = Stable;
    type Params = Params;

    const INFO: &'static Info = &INFO;

    fn params(
        values: &ParamValues,
        members: &Membership,
    ) -> Result<Params, (&'static str, String)> {
        Params::read(values, members)
    }

    fn boot(
        me: NodeId,
        config: &Rc<Config<Params>>,
        durable: Stable,
        fx: &mut Effects<Paxos>,
    ) -> Paxos {
        let mut node = Paxos {
            me,
            config: Rc::clone(config),
            stable: durable,
            proposer: Proposer::default(),
            learner: Learner::default(),
            role: Role::Acceptor,
            highest: None,
        };
        node.role = node.resting_role();
        let role = node.role.code();
        node.highest = durable.max_bal.max(durable.proposed.map(|proposal| proposal.ballot));
        fx.fact(Fact::RoleChanged { role, epoch: node.epoch() });
        if let Some(proposal) = durable.proposed {
            node.resume(proposal, fx);
        }
        node
    }

    fn on_message(&mut self, from: NodeId, message: &PaxosMessage, fx: &mut Effects<Paxos>) {
        let duties = match message {
            PaxosMessage::Prepare { .. } | PaxosMessage::Accept(_) => duty::ACCEPTOR,
            PaxosMessage::Promise { .. } | PaxosMessage::Nack { .. } => duty::PROPOSER,
            PaxosMessage::Accepted(_) | PaxosMessage::Decided(_) => duty::LEARNER | duty::PROPOSER,
        };
        if !self.has(duties) {
            return fx.ignored(Why::NotMyRole.code());
        }
        match *message {
            PaxosMessage::Prepare { ballot } => self.on_prepare(from, ballot, fx),
            PaxosMessage::Promise { ballot, vote } => self.on_promise(from, ballot, vote, fx),
            PaxosMessage::Nack { ballot, promised } => self.on_nack(from, ballot, promised, fx),
            PaxosMessage::Accept(proposal) => self.on_accept(from, proposal, fx),
            PaxosMessage::Accepted(proposal) => self.on_accepted(from, proposal, fx),
            PaxosMessage::Decided(proposal) => self.on_decided(proposal, fx),
        }
    }

    fn on_timer(&mut self, timer: PaxosTimer, fx: &mut Effects<Paxos>) {
        match timer {
            PaxosTimer::Phase => self.on_phase_timer(fx),
            PaxosTimer::Retry => self.on_retry_timer(fx),
        }
    }

    fn on_request(&mut self, request: Command, fx: &mut Effects<Paxos>) {
        self.propose_for(request, fx);
    }

    fn view(&self, cast: &Cast) -> NodeView {
        self.describe(cast)
    }
}

const INFO: Info = Info {
    id: "paxos",
    name: "Paxos",
    summary: "Decides one value, once: a proposer asks a quorum what may already be chosen, then \
              asks a quorum to vote.",
    paper: "L. Lamport, Paxos Made Simple (2001); TLA+ specification Paxos.tla",
    epoch: "ballot",
    slot: "",
    roles: Role::TABLE,
    messages: PaxosMessage::TABLE,
    timers: PaxosTimer::TABLE,
    writes: Write::TABLE,
    quorums: Quorum::TABLE,
    refusals: Why::TABLE,
    notes: Note::TABLE,
    rules: Rule::TABLE,
    params: params::SPECS,
    clients: ClientPolicy::OneNode,
    service: Service::Decision,
    classes: &[
        ClassInfo {
            id: "server",
            prefix: "S",
            duties: duty::PROPOSER | duty::ACCEPTOR | duty::LEARNER,
            doc: "Plays all three roles.",
            usual: 5,
            serves: true,
            learns: true,
        },
        ClassInfo {
            id: "proposer",
            prefix: "P",
            duties: duty::PROPOSER,
            doc: "Begins ballots for clients.",
            usual: 0,
            serves: true,
            learns: false,
        },
        ClassInfo {
            id: "acceptor",
            prefix: "A",
            duties: duty::ACCEPTOR,
            doc: "Promises and votes.",
            usual: 0,
            serves: false,
            learns: false,
        },
        ClassInfo {
            id: "learner",
            prefix: "L",
            duties: duty::LEARNER,
            doc: "Learns what is chosen.",
            usual: 0,
            serves: false,
            learns: true,
        },
    ],
    simplified: &[
        "A phase that takes too long is not repeated: its ballot ends, and a higher one begins.",
        "A learner that misses the votes waits for the next ballot; PMS §2.3 would let it ask for one.",
        "Refused proposers back off instead of electing a distinguished proposer (PMS §2.4).",
        "The decision is not kept on disk: a server that restarts has to learn it anew.",
    ],
};
