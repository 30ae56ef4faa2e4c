//! Raft in plain data: its words, parameters and roles.

use crate::node::{
    ClassInfo, ClientPolicy, Info, Membership, NameInfo, ParamKind, ParamSpec, ParamValues,
    RoleInfo, Service, Tone, vocabulary,
};

use super::durable::WriteKind;
use super::messages::Message;
use super::rules::Rule;

/// What a server is doing (§5.1: "at any given time each server is in one of three states").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// Passive: responds to requests from leaders and candidates.
    Follower,
    /// Gathering votes.
    Candidate,
    /// Handles all client requests.
    Leader,
}

impl Role {
    const TABLE: &'static [RoleInfo] = &[
        RoleInfo { name: "Follower", short: "F", tone: Tone::Rest },
        RoleInfo { name: "Candidate", short: "C", tone: Tone::Contend },
        RoleInfo { name: "Leader", short: "L", tone: Tone::Lead },
    ];

    /// The role as facts name it.
    #[inline]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

vocabulary! {
    /// The quorums of Raft; both are majorities.
    pub enum Quorum {
        /// A majority granted its votes to a candidate (§5.2).
        Election = "election",
        /// A majority stores an entry of the leader's term (§5.3, §5.4.2).
        Commit = "commit",
    }
}

vocabulary! {
    /// Why a server disregards or refuses an input.
    pub enum Why {
        /// The sender's term is lower than the server's own (§5.1).
        StaleTerm = "stale term",
        /// The server gave its vote of this term to another candidate (§5.2).
        AlreadyVoted = "already voted",
        /// The candidate's log is less up-to-date than the server's (§5.4.1).
        NotUpToDate = "log not up to date",
        /// A vote for an election that is over, won or lost.
        ElectionOver = "election over",
        /// The server was already counted in this election.
        AlreadyCounted = "already counted",
        /// The log has no entry at prevLogIndex with prevLogTerm (§5.3).
        PrevMismatch = "no matching previous entry",
        /// Another server says that it leads this server's own term: Election Safety is lost.
        SecondLeader = "second leader in the term",
        /// An answer that later answers have overtaken, or a copy of one.
        LateAnswer = "late answer",
        /// Only a leader takes this, and the server is none.
        NotLeader = "not the leader",
        /// The timer belongs to another role: a leader does not time out, only a leader beats.
        OtherRole = "timer of another role",
        /// The server should act on it, and a rule broken on purpose makes it disregard it.
        RuleBroken = "rule broken",
    }
}

vocabulary! {
    /// Remarks.
    pub enum Remark {
        /// A stale refusal moved nextIndex to or below matchIndex (the number is the new nextIndex).
        NextBelowMatch = "nextIndex at or below matchIndex",
    }
}

/// The parameters of a cluster, parsed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Params {
    /// The least election timeout, in microseconds.
    pub election_min_us: u64,
    /// The greatest election timeout, in microseconds.
    pub election_max_us: u64,
    /// The time between heartbeats, in microseconds.
    pub heartbeat_us: u64,
    /// Whether a new leader appends a no-op.
    pub noop: bool,
    /// The most entries in one `AppendEntries`.
    pub batch_max: u32,
    /// The most `AppendEntries` with entries on their way to one follower.
    pub pipeline_max: u8,
    /// Whether a request is replicated when it arrives.
    pub replicate_at_once: bool,
}

/// The upper limit of `pipeline_max`.
pub const PIPELINE_LIMIT: usize = 16;

impl Params {
    const SPECS: &'static [ParamSpec] = &[
        ParamSpec {
            key: "election_min_us",
            title: "Least election timeout",
            doc: "A follower that hears nothing for a random time from this ... (§5.2 suggests 150 ms).",
            kind: us(1_000, 150_000),
        },
        ParamSpec {
            key: "election_max_us",
            title: "Greatest election timeout",
            doc: "... to this starts an election (§5.2 suggests 300 ms).",
            kind: us(1_000, 300_000),
        },
        ParamSpec {
            key: "heartbeat_us",
            title: "Heartbeat interval",
            doc: "How often a leader asserts itself and sends again what was not acknowledged; \
                  well below the election timeout (§5.6).",
            kind: us(1_000, 50_000),
        },
        ParamSpec {
            key: "noop",
            title: "No-op on election",
            doc: "A new leader appends an entry of its own term at once, so that entries of \
                  earlier terms commit with it (§8).",
            kind: ParamKind::Bool { default: true },
        },
        ParamSpec {
            key: "batch_max",
            title: "Entries in a message",
            doc: "The most entries one AppendEntries carries.",
            kind: ParamKind::Int { min: 1, max: 1_024, default: 64, unit: "entries" },
        },
        ParamSpec {
            key: "pipeline_max",
            title: "Messages in flight",
            doc: "How many AppendEntries with entries may be on their way to one follower before \
                  the first is answered.",
            kind: ParamKind::Int {
                min: 1,
                max: PIPELINE_LIMIT as u64,
                default: 8,
                unit: "messages",
            },
        },
        ParamSpec {
            key: "replicate_at_once",
            title: "Replicate at once",
            doc: "A leader sends a client's request on when it arrives; otherwise with the next \
                  heartbeat or answer.",
            kind: ParamKind::Bool { default: true },
        },
    ];

    /// Reads values that are valid one by one.
    ///
    /// # Errors
    /// When the greatest election timeout is below the least.
    pub fn read(values: &ParamValues, _: &Membership) -> Result<Params, (&'static str, String)> {
        let params = Params {
            election_min_us: values.int("election_min_us"),
            election_max_us: values.int("election_max_us"),
            heartbeat_us: values.int("heartbeat_us"),
            noop: values.bool("noop"),
            batch_max: values.int("batch_max") as u32,
            pipeline_max: values.int("pipeline_max") as u8,
            replicate_at_once: values.bool("replicate_at_once"),
        };
        if params.election_max_us < params.election_min_us {
            let least = params.election_min_us;
            return Err((
                "election_max_us",
                format!("must be at least election_min_us, which is {least}"),
            ));
        }
        Ok(params)
    }
}

/// Up to a day: scripts that fire timers themselves set timeouts no run reaches.
const fn us(min: u64, default: u64) -> ParamKind {
    ParamKind::Int { min, max: 86_400_000_000, default, unit: "us" }
}

/// Raft, described.
pub(super) const INFO: Info = Info {
    id: "raft",
    name: "Raft",
    summary: "A leader elected by a majority orders commands in its log and replicates it; an \
              entry that its leader has put on a majority is committed and never lost.",
    paper: "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm \
            (extended version), 2014",
    epoch: "term",
    slot: "index",
    roles: Role::TABLE,
    messages: Message::KINDS,
    timers: &[
        NameInfo {
            name: "election",
            doc: "A follower or candidate that hears from no leader until it fires starts an \
                  election; the duration is drawn anew each time (§5.2).",
        },
        NameInfo {
            name: "heartbeat",
            doc: "A leader sends AppendEntries to everyone when it fires, and again to those who \
                  did not acknowledge what they were sent (§5.2, §5.3).",
        },
    ],
    writes: WriteKind::TABLE,
    quorums: Quorum::TABLE,
    refusals: Why::TABLE,
    notes: Remark::TABLE,
    rules: Rule::TABLE,
    params: Params::SPECS,
    clients: ClientPolicy::OneNode,
    service: Service::StoreAtLeastOnce,
    classes: &[ClassInfo {
        id: "server",
        prefix: "S",
        duties: 1,
        doc: "A full member: votes, stores the log, can lead.",
        usual: 5,
        serves: true,
        learns: true,
    }],
    simplified: SIMPLIFIED,
};

const SIMPLIFIED: &[&str] = &[
    "RPCs are one-way messages, so an answer names what it answers: matchIndex, or the refused \
     prevLogIndex.",
    "A candidate does not repeat a RequestVote within a term; a lost one is made up for by the \
     next election.",
    "The set of servers is fixed (§6 is not implemented), and the log is never compacted (§7).",
    "Reads go through the log like writes, so they are linearizable without the measures of §8.",
    "There are no client sessions: a request that is retried may execute twice (§8).",
    "A leader that is deposed forgets who asked; clients learn the outcome by asking again.",
];
