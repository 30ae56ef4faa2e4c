//! A protocol's description of itself, in plain data.
//!
//! Events carry codes; these tables turn them into words. Forms, validation,
//! documentation and the command line are generated from the same tables, so
//! nobody downstream names a protocol.

use serde::Serialize;

use super::Lane;
use crate::list::SmallMap;

/// Everything there is to say about a protocol without running it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Info {
    /// The stable name in scenarios and links: `raft`.
    pub id: &'static str,
    /// The name people read: `Raft`.
    pub name: &'static str,
    /// One sentence: what it decides and how.
    pub summary: &'static str,
    /// The specification it follows.
    pub paper: &'static str,
    /// What an epoch is called here: `term`, `ballot`, `view`.
    pub epoch: &'static str,
    /// What a slot is called here: `index`, `instance`; empty where there is only one decision.
    pub slot: &'static str,
    /// Roles a node can be in, by code.
    pub roles: &'static [RoleInfo],
    /// Message kinds, by code.
    pub messages: &'static [MessageInfo],
    /// Timers, by code.
    pub timers: &'static [NameInfo],
    /// Kinds of disk write, by code.
    pub writes: &'static [NameInfo],
    /// Quorums, by code.
    pub quorums: &'static [NameInfo],
    /// Why an input can be ignored, by code.
    pub refusals: &'static [NameInfo],
    /// Remarks, by code.
    pub notes: &'static [NameInfo],
    /// The rules that keep it safe or live, by code; each can be broken.
    pub rules: &'static [RuleInfo],
    /// The parameters a scenario can set.
    pub params: &'static [ParamSpec],
    /// How clients reach the cluster.
    pub clients: ClientPolicy,
    /// What clients are served, and so what their histories can be judged by.
    pub service: Service,
    /// Classes of nodes; one entry where all nodes are alike.
    pub classes: &'static [ClassInfo],
    /// What this implementation leaves out, a sentence each.
    pub simplified: &'static [&'static str],
}

/// A name and what it means.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NameInfo {
    /// The name, as the paper writes it.
    pub name: &'static str,
    /// A sentence about it.
    pub doc: &'static str,
}

/// A role, as the lifeline shows it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RoleInfo {
    /// The name: `Leader`.
    pub name: &'static str,
    /// One letter for narrow places: `L`.
    pub short: &'static str,
    /// How prominent the role is.
    pub tone: Tone,
}

/// How much a role stands out among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// In charge: leader, primary, coordinator with a quorum.
    Lead,
    /// Trying to be: candidate, proposer in phase 1.
    Contend,
    /// Ordinary: follower, acceptor, backup.
    Rest,
    /// Only listening: learner, auxiliary.
    Aside,
}

/// A kind of message.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MessageInfo {
    /// The name, as the paper writes it: `AppendEntries`.
    pub name: &'static str,
    /// A sentence: sender, receiver, purpose.
    pub doc: &'static str,
    /// Which step of the protocol it belongs to; arrows of one step share a colour.
    pub step: Step,
    /// Whether it answers another message.
    pub reply: bool,
}

/// The part a message plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// To or from a client.
    Client,
    /// Choosing who leads (Prepare, RequestVote, View-Change).
    Elect,
    /// Getting a value accepted (Accept, AppendEntries, Pre-Prepare).
    Replicate,
    /// Telling what is decided (Decided, Commit).
    Learn,
    /// Refusals.
    Refuse,
    /// Housekeeping.
    Upkeep,
}

/// A class of nodes: what its members do, and how they are named.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ClassInfo {
    /// The class as scenarios write it: `acceptor`; `server` where all are alike.
    pub id: &'static str,
    /// The letter its nodes are named by: `A` gives `A1`, `A2`.
    pub prefix: &'static str,
    /// What the class does, as bits that mean something to the protocol.
    pub duties: u8,
    /// A sentence about it.
    pub doc: &'static str,
    /// How many a new scenario starts with.
    pub usual: u8,
    /// Whether clients send their requests to it.
    pub serves: bool,
    /// Whether it is to be told what is decided: of Paxos's roles the learners are, the others need not be.
    pub learns: bool,
}

/// A rule of the protocol that a scenario can break.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RuleInfo {
    /// The stable name in scenarios: `OnlyCommitCurrentTerm`.
    pub id: &'static str,
    /// Its number among the protocol's rules, as the sources' comments cite it: `R14`.
    pub row: &'static str,
    /// What the rule says, in the paper's words where it has them.
    pub says: &'static str,
    /// What a node does instead when the rule is broken.
    pub broken: &'static str,
    /// Where the paper says it.
    pub section: &'static str,
    /// The invariant that falls, or `Termination`.
    pub guards: &'static str,
    /// The length of the shortest known run in which the guarded invariant falls, in the steps its
    /// source counts; another invariant may take longer. `None` where only reasoning is known.
    pub shortest: Option<u8>,
}

/// How a client reaches the cluster and when it believes an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientPolicy {
    /// Asks one node, follows its redirect, tries the next on time-out; believes one reply.
    OneNode,
    /// Sends to every node that serves at once (Fast Paxos's acceptors); believes one reply.
    Everyone,
    /// Asks one node, everyone on time-out; believes f+1 matching replies of the 3f+1 that serve (PBFT).
    Matching,
    /// Keeps to its own node (EPaxos's local replica), the next on time-out; believes one reply.
    Home,
}

/// What clients are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// One decision: a client proposes a value and learns which one is decided.
    Decision,
    /// A replicated key-value store without client sessions: a request that is sent again
    /// may execute again.
    StoreAtLeastOnce,
    /// A replicated key-value store that executes each request once, however often it is sent.
    StoreOnce,
}

/// A parameter a scenario can set.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ParamSpec {
    /// The key in scenarios: `heartbeat_us`.
    pub key: &'static str,
    /// What a form calls it.
    pub title: &'static str,
    /// A sentence about it.
    pub doc: &'static str,
    /// What it can be, and what it is when nothing is said.
    pub kind: ParamKind,
}

/// The range and the oldest meaning of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ParamKind {
    /// Yes or no.
    Bool {
        /// When nothing is said.
        default: bool,
    },
    /// A whole number.
    Int {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
        /// When nothing is said.
        default: u64,
        /// `us`, `entries`, ... or empty.
        unit: &'static str,
    },
    /// One of several words.
    Choice {
        /// The words.
        options: &'static [&'static str],
        /// When nothing is said.
        default: &'static str,
    },
}

impl Info {
    /// The code of a message kind, by name.
    pub fn message_kind(&self, name: &str) -> Option<u8> {
        self.messages.iter().position(|m| m.name == name).map(|i| i as u8)
    }

    /// The code of a timer, by name.
    pub fn timer_kind(&self, name: &str) -> Option<u8> {
        self.timers.iter().position(|t| t.name == name).map(|i| i as u8)
    }

    /// The code of a role, by name, upper or lower case.
    pub fn role(&self, name: &str) -> Option<u8> {
        self.roles.iter().position(|r| r.name.eq_ignore_ascii_case(name)).map(|i| i as u8)
    }

    /// The code of a rule, by id.
    pub fn rule(&self, id: &str) -> Option<u8> {
        self.rules.iter().position(|r| r.id == id).map(|i| i as u8)
    }

    /// A parameter, by key.
    pub fn param(&self, key: &str) -> Option<&'static ParamSpec> {
        self.params.iter().find(|p| p.key == key)
    }

    /// A class of nodes, by id.
    pub fn class(&self, id: &str) -> Option<&'static ClassInfo> {
        self.classes.iter().find(|c| c.id == id)
    }

    /// The class of a lane of this protocol.
    pub fn class_of(&self, lane: &Lane) -> Option<&'static ClassInfo> {
        self.classes.get(usize::from(lane.class))
    }
}

/// A parameter's value, as scenarios write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ParamValue {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(u64),
    /// One of the parameter's words.
    Word(String),
}

/// Validated parameter values; what is not set has its specified default.
#[derive(Clone, Debug)]
pub struct ParamValues {
    info: &'static Info,
    set: SmallMap<String, ParamValue>,
}

impl ParamValues {
    /// The values a scenario sets, already checked against `info.params`.
    pub fn new(info: &'static Info, set: SmallMap<String, ParamValue>) -> ParamValues {
        ParamValues { info, set }
    }

    /// A yes-or-no parameter.
    ///
    /// # Panics
    /// If the protocol has no such parameter: a bug in the protocol, met by its first test.
    pub fn bool(&self, key: &str) -> bool {
        match (self.kind(key), self.set.get(key)) {
            (ParamKind::Bool { .. }, Some(ParamValue::Bool(value))) => *value,
            (ParamKind::Bool { default }, _) => default,
            _ => panic!("parameter {key} is not a bool"),
        }
    }

    /// A whole-number parameter.
    ///
    /// # Panics
    /// If the protocol has no such parameter: a bug in the protocol, met by its first test.
    pub fn int(&self, key: &str) -> u64 {
        match (self.kind(key), self.set.get(key)) {
            (ParamKind::Int { .. }, Some(ParamValue::Int(value))) => *value,
            (ParamKind::Int { default, .. }, _) => default,
            _ => panic!("parameter {key} is not a number"),
        }
    }

    /// A parameter with a choice of words.
    ///
    /// # Panics
    /// If the protocol has no such parameter: a bug in the protocol, met by its first test.
    pub fn choice(&self, key: &str) -> &str {
        match (self.kind(key), self.set.get(key)) {
            (ParamKind::Choice { .. }, Some(ParamValue::Word(value))) => value,
            (ParamKind::Choice { default, .. }, _) => default,
            _ => panic!("parameter {key} is not a choice"),
        }
    }

    fn kind(&self, key: &str) -> ParamKind {
        match self.info.param(key) {
            Some(spec) => spec.kind,
            None => panic!("{} has no parameter {key}", self.info.id),
        }
    }
}
