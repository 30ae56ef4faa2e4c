//! Ballots, votes, messages, timers, and what is written to disk.

use std::fmt;

use crate::machine::Command;
use crate::node::{Cast, Durable, Epoch, Field, Message, NameInfo, NodeId, Timer, TimerRef};
use crate::node::{MessageInfo, Step};

/// A ballot: a counter, and the proposer it belongs to.
///
/// "Different proposers choose their numbers from disjoint sets of numbers, so
/// two different proposers never issue a proposal with the same number" (PMS §2.5).
/// Ordered by counter, then owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ballot {
    /// Counted up by its owner, from 1.
    pub counter: u32,
    /// The owner; `None` only where the rule that ballots are owned is broken.
    pub owner: Option<NodeId>,
}

impl Ballot {
    /// The ballot as facts speak of it.
    #[inline]
    #[must_use]
    pub fn epoch(self) -> Epoch {
        Epoch { number: self.counter, owner: self.owner }
    }
}

/// `3.1`: counter 3 of node 1 (counted from 1).
impl fmt::Display for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.epoch().fmt(f)
    }
}

/// A value in a ballot: what a proposer asks for in Phase 2a and an acceptor votes for in 2b.
///
/// Ordered by ballot first, so that the greatest of several is the highest-numbered one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Proposal {
    /// The ballot.
    pub ballot: Ballot,
    /// The value.
    pub value: Command,
}

/// `3.1:v1`.
impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.ballot, self.value.op)
    }
}

/// What nodes send each other (PTP `Paxos.tla`: 1a, 1b, 2a, 2b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaxosMessage {
    /// 1a, proposer to acceptors: promise to take no part in ballots below this one.
    Prepare {
        /// The proposer's ballot.
        ballot: Ballot,
    },
    /// 1b, acceptor to proposer: promised, and here is my last vote.
    Promise {
        /// The ballot promised.
        ballot: Ballot,
        /// The acceptor's last vote (`maxVBal`, `maxVal`).
        vote: Option<Proposal>,
    },
    /// Acceptor to proposer: refused. An optimisation, never needed for safety.
    Nack {
        /// The ballot refused.
        ballot: Ballot,
        /// The ballot the acceptor has promised (`maxBal`).
        promised: Ballot,
    },
    /// 2a, proposer to acceptors: vote for this.
    Accept(Proposal),
    /// 2b, acceptor to proposer and learners: voted for this.
    Accepted(Proposal),
    /// Proposer to learners: this is chosen.
    Decided(Proposal),
}

impl PaxosMessage {
    /// The kinds, by code.
    pub const TABLE: &'static [MessageInfo] = &[
        MessageInfo {
            name: "Prepare",
            doc: "1a, proposer to acceptors: promise to take no part in ballots below this one.",
            step: Step::Elect,
            reply: false,
        },
        MessageInfo {
            name: "Promise",
            doc: "1b, acceptor to proposer: promised, with the acceptor's last vote.",
            step: Step::Elect,
            reply: true,
        },
        MessageInfo {
            name: "Nack",
            doc: "Acceptor to proposer: refused, because a higher ballot is promised.",
            step: Step::Refuse,
            reply: true,
        },
        MessageInfo {
            name: "Accept",
            doc: "2a, proposer to acceptors: vote for this value in this ballot.",
            step: Step::Replicate,
            reply: false,
        },
        MessageInfo {
            name: "Accepted",
            doc: "2b, acceptor to proposer and learners: voted for this value in this ballot.",
            step: Step::Replicate,
            reply: true,
        },
        MessageInfo {
            name: "Decided",
            doc: "Proposer to learners and other proposers: this value is chosen.",
            step: Step::Learn,
            reply: false,
        },
    ];
}

impl Message for PaxosMessage {
    fn kind(&self) -> u8 {
        match self {
            PaxosMessage::Prepare { .. } => 0,
            PaxosMessage::Promise { .. } => 1,
            PaxosMessage::Nack { .. } => 2,
            PaxosMessage::Accept(_) => 3,
            PaxosMessage::Accepted(_) => 4,
            PaxosMessage::Decided(_) => 5,
        }
    }

    fn label(&self, _cast: &Cast) -> String {
        match self {
            PaxosMessage::Prepare { ballot } => format!("Prepare({ballot})"),
            PaxosMessage::Promise { ballot, vote: None } => format!("Promise({ballot}, no vote)"),
            PaxosMessage::Promise { ballot, vote: Some(vote) } => {
                format!("Promise({ballot}, voted {vote})")
            }
            PaxosMessage::Nack { ballot, promised } => format!("Nack({ballot} < {promised})"),
            PaxosMessage::Accept(it) => format!("Accept({}, {})", it.ballot, it.value.op),
            PaxosMessage::Accepted(it) => format!("Accepted({}, {})", it.ballot, it.value.op),
            PaxosMessage::Decided(it) => format!("Decided({})", it.value.op),
        }
    }

    fn fields(&self, _cast: &Cast) -> Vec<Field> {
        match self {
            PaxosMessage::Prepare { ballot } => vec![Field::new("bal", ballot)],
            PaxosMessage::Promise { ballot, vote } => vec![
                Field::new("bal", ballot),
                Field::new("mbal", shown(vote.map(|vote| vote.ballot))),
                Field::new("mval", shown(vote.map(|vote| vote.value.op))),
            ],
            PaxosMessage::Nack { ballot, promised } => {
                vec![Field::new("bal", ballot), Field::new("maxBal", promised)]
            }
            PaxosMessage::Accept(it) | PaxosMessage::Accepted(it) | PaxosMessage::Decided(it) => {
                vec![Field::new("bal", it.ballot), Field::new("val", it.value.op)]
            }
        }
    }
}

/// The text of something there may not be: a dash if there is none.
pub(super) fn shown(it: Option<impl ToString>) -> String {
    it.map_or_else(|| "–".to_owned(), |it| it.to_string())
}

/// A proposer's timers. Safety never depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaxosTimer {
    /// The current phase has not heard a quorum in time; the ballot is abandoned.
    Phase,
    /// The pause after an abandoned ballot is over; a higher ballot begins.
    Retry,
}

impl PaxosTimer {
    /// The timers, by code.
    pub const TABLE: &'static [NameInfo] = &[
        NameInfo {
            name: "Phase",
            doc: "The current phase has not heard a quorum in time; the ballot is abandoned.",
        },
        NameInfo {
            name: "Retry",
            doc: "The pause after an abandoned ballot is over; a higher ballot begins.",
        },
    ];
}

impl Timer for PaxosTimer {
    fn to_ref(self) -> TimerRef {
        TimerRef { kind: self as u8, key: 0 }
    }

    fn from_ref(timer: TimerRef) -> Option<PaxosTimer> {
        match timer {
            TimerRef { kind: 0, key: 0 } => Some(PaxosTimer::Phase),
            TimerRef { kind: 1, key: 0 } => Some(PaxosTimer::Retry),
            TimerRef { .. } => None,
        }
    }
}

/// What survives a crash.
///
/// An acceptor keeps "two ballot numbers and one proposed value" (CP §2.1). A
/// proposer "remembers (in stable storage) the highest-numbered proposal it has
/// tried to issue" (PMS §2.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stable {
    /// Acceptor: the highest ballot promised or voted in (`maxBal`); at least the vote's ballot.
    pub max_bal: Option<Ballot>,
    /// Acceptor: the last vote (`maxVBal`, `maxVal`).
    pub vote: Option<Proposal>,
    /// Proposer: the highest counter it has used; 0 before the first ballot.
    pub counter: u32,
    /// Proposer: the highest ballot in which it performed Phase 2a, and with what.
    pub proposed: Option<Proposal>,
}

/// One change of [`Stable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Write {
    /// Acceptor, before a Promise: `maxBal`.
    Promise(Ballot),
    /// Acceptor, before an Accepted: `maxBal`, `maxVBal` and `maxVal`, all three.
    Vote {
        /// The new `maxBal`, if it has one.
        max_bal: Option<Ballot>,
        /// The new `maxVBal` and `maxVal`.
        vote: Proposal,
    },
    /// Proposer, before a Prepare: the counter.
    Counter(u32),
    /// Proposer, before an Accept: the ballot and its value.
    Proposal(Proposal),
}

impl Write {
    /// The kinds, by code.
    pub const TABLE: &'static [NameInfo] = &[
        NameInfo { name: "maxBal", doc: "The acceptor's promise." },
        NameInfo { name: "vote", doc: "The acceptor's vote: maxBal, maxVBal and maxVal." },
        NameInfo { name: "counter", doc: "The counter of the proposer's new ballot." },
        NameInfo { name: "proposal", doc: "The value the proposer asks for in its ballot." },
    ];
}

impl Durable for Stable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match *write {
            Write::Promise(ballot) => self.max_bal = Some(ballot),
            Write::Vote { max_bal, vote } => {
                self.max_bal = max_bal;
                self.vote = Some(vote);
            }
            Write::Counter(counter) => self.counter = counter,
            Write::Proposal(proposal) => self.proposed = Some(proposal),
        }
    }

    fn kind(write: &Write) -> u8 {
        match write {
            Write::Promise(_) => 0,
            Write::Vote { .. } => 1,
            Write::Counter(_) => 2,
            Write::Proposal(_) => 3,
        }
    }
}
