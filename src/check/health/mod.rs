//! How well a cluster does: what its events say of elections, latency, lag, traffic and quorums.
//!
//! Computed from the events and the sizes of the messages, for any protocol, in whole numbers. It is
//! brought up to date by what is new; going back in a run costs no more than a few thousand events.

mod decided;
mod histogram;
mod over_time;
mod reach;
mod tally;

use serde::Serialize;

use crate::trace::{NodeId, NodeSet, Source, Step, Time};

pub use self::decided::Decided;
pub use self::over_time::OverTime;
use self::tally::Tally;

/// Events between two snapshots: what going back reads at most.
const STRIDE: usize = 8_192;

/// The parts a message can play, in the order of [`Traffic::by_step`].
pub const STEPS: [Step; 6] =
    [Step::Client, Step::Elect, Step::Replicate, Step::Learn, Step::Refuse, Step::Upkeep];

/// Follows a run and says how it does.
#[derive(Clone, Debug, Default)]
pub struct Health {
    tally: Tally,
    /// The tally before every [`STRIDE`]th event; the first is that of no events.
    snapshots: Vec<Tally>,
}

impl Health {
    /// Takes in what has happened by now, or goes back to it.
    pub fn follow(&mut self, source: &dyn Source) {
        let reached = source.reached().min(source.events().len());
        if reached < self.tally.seen() {
            self.go_back(reached);
        }
        for at in self.tally.seen()..reached {
            if at % STRIDE == 0 && self.snapshots.len() == at / STRIDE {
                self.snapshots.push(self.tally.clone());
            }
            self.tally.see(source, at);
        }
    }

    /// The record was cut off at `len` events.
    pub fn forget_from(&mut self, len: usize) {
        if len < self.tally.seen() {
            self.go_back(len);
        }
        self.snapshots.truncate(len / STRIDE + 1);
    }

    /// Goes to the last snapshot that knows of no more than `len` events.
    fn go_back(&mut self, len: usize) {
        let at = (len / STRIDE).min(self.snapshots.len().saturating_sub(1));
        self.tally = self.snapshots.get(at).cloned().unwrap_or_default();
    }

    /// How the run does at the instant it has reached.
    #[must_use]
    pub fn summary(&self, source: &dyn Source) -> Summary {
        self.tally.summary(source)
    }
}

/// How a run does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Elections.
    pub elections: Elections,
    /// Who leads, and how steadily.
    pub leadership: Leadership,
    /// Slots decided: chosen, committed or applied by somebody.
    pub decided: u32,
    /// From an entry's first proposal to its decision.
    pub commits: Latency,
    /// From a client's request to its answer, retries included.
    pub answers: Latency,
    /// Per node: how far it is behind; `None` where its class need not be told what is decided.
    pub lag: Vec<Option<Lag>>,
    /// Messages.
    pub traffic: Traffic,
    /// Whether enough nodes can reach each other; `None` until a quorum was heard.
    pub quorum: Option<QuorumMargin>,
    /// What of it comes and goes.
    pub over_time: OverTime,
}

/// Elections, by the roles that nodes took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Elections {
    /// Nodes that stood.
    pub begun: u32,
    /// Nodes that won.
    pub won: u32,
}

/// Who leads, and how steadily. Empty in protocols without leaders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Leadership {
    /// The leader of the highest epoch among nodes that are up.
    pub leader: Option<NodeId>,
    /// Since when it leads.
    pub since: Option<Time>,
    /// Of a thousand instants so far, how many had a leader.
    pub led_permille: u32,
    /// The longest time without one, the time before the first and the present one included.
    pub longest_gap_us: u64,
    /// How long two nodes or more believed at once that they lead.
    pub contested_us: u64,
}

/// How long something took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Latency {
    /// How many times it happened.
    pub count: u32,
    /// Half took no longer; a percentile is at most a sixteenth too high.
    pub p50_us: u64,
    /// Nine of ten took no longer.
    pub p90_us: u64,
    /// Ninety-nine of a hundred took no longer.
    pub p99_us: u64,
    /// The longest.
    pub max_us: u64,
}

/// How far a node is behind what is decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// Slots decided that its log does not reach, where it keeps one.
    pub log: u32,
    /// Slots decided that it does not know to be.
    pub known: u32,
}

/// What was sent between nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// Messages sent.
    pub messages: u32,
    /// Of which never arrived.
    pub lost: u32,
    /// By the part they play, in the order of [`STEPS`].
    pub by_step: [u32; STEPS.len()],
    /// Messages sent for each decision, in hundredths; `None` before the first.
    pub per_decision_hundredths: Option<u64>,
    /// Bytes of all messages sent, in the encoding of [`crate::node::wire_bytes`].
    pub bytes: u64,
    /// Bytes sent for each decision; `None` before the first.
    pub bytes_per_decision: Option<u64>,
}

/// How far the cluster is from having no quorum of some kind: of all kinds heard so far (votes and
/// acknowledgements, say, or those of two phases), the one that is closest to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QuorumMargin {
    /// The smallest quorum of that kind.
    pub size: u32,
    /// The kind, by name, where kinds have different sizes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The most nodes of its classes that are up and reach each other.
    pub available: u32,
    /// The nodes of its classes, up or not.
    #[serde(skip)]
    pub members: NodeSet,
}

impl QuorumMargin {
    /// How many more of them may fail; negative when there are too few already.
    #[must_use]
    pub fn margin(&self) -> i32 {
        self.available.cast_signed() - self.size.cast_signed()
    }
}
