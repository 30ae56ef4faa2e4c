//! The messages of Figure 2, as one-way messages.

use std::rc::Rc;

use crate::node::{self, Cast, Field, MessageInfo, NodeId, Slot, Slots, Step};
use crate::trace::Place;

use super::log::{Entry, Position, Term};

/// What servers send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// Candidate to all: a request for a vote (§5.2).
    RequestVote(RequestVote),
    /// The answer to it.
    RequestVoteResponse(RequestVoteResponse),
    /// Leader to a follower: log entries, or none as a heartbeat (§5.3).
    AppendEntries(AppendEntries),
    /// The answer to it.
    AppendEntriesResponse(AppendEntriesResponse),
}

/// "Invoked by candidates to gather votes (§5.2)."
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestVote {
    /// Candidate's term.
    pub term: Term,
    /// Candidate requesting vote.
    pub candidate_id: NodeId,
    /// `lastLogIndex` and `lastLogTerm`: the candidate's last log entry (§5.4).
    pub last_log: Position,
}

/// The answer to a [`RequestVote`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestVoteResponse {
    /// `currentTerm`, for the candidate to update itself.
    pub term: Term,
    /// True means the candidate received the vote.
    pub vote_granted: bool,
}

/// "Invoked by leader to replicate log entries (§5.3); also used as heartbeat (§5.2)."
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppendEntries {
    /// Leader's term.
    pub term: Term,
    /// So that a follower can redirect clients.
    pub leader_id: NodeId,
    /// `prevLogIndex` and `prevLogTerm`: the entry immediately preceding the new ones.
    pub prev_log: Position,
    /// Log entries to store (empty for heartbeat); shared by all whom they are sent to.
    pub entries: Rc<[Entry]>,
    /// Leader's `commitIndex`.
    pub leader_commit: u32,
}

/// The answer to an [`AppendEntries`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppendEntriesResponse {
    /// `currentTerm`, for the leader to update itself.
    pub term: Term,
    /// Whether the entries are in the log now, and what the leader learns if not.
    pub answer: Answer,
}

/// The paper's `success`, with what one-way messages must add to it.
///
/// A late answer must say which request it belongs to, so success carries
/// `matchIndex` (as raft.tla's `mmatchIndex`) and a mismatch the refused `prevLogIndex`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// True: the follower's log agrees with the leader's up to `match_index`.
    Success {
        /// `prevLogIndex + len(entries)`.
        match_index: u32,
    },
    /// False: the follower has no entry at `prevLogIndex` with `prevLogTerm`.
    Mismatch {
        /// The refused `prevLogIndex`.
        prev_log_index: u32,
        /// The follower's last entry that could match there ([`super::log::Log::last_not_after`]).
        hint: Position,
    },
    /// False: the sender's term is stale.
    StaleTerm,
}

impl Message {
    /// The sender's term, which every message carries (§5.1).
    #[inline]
    pub fn term(&self) -> Term {
        match self {
            Message::RequestVote(m) => m.term,
            Message::RequestVoteResponse(m) => m.term,
            Message::AppendEntries(m) => m.term,
            Message::AppendEntriesResponse(m) => m.term,
        }
    }

    /// Whether it answers another message.
    #[inline]
    pub fn is_response(&self) -> bool {
        matches!(self, Message::RequestVoteResponse(_) | Message::AppendEntriesResponse(_))
    }

    /// The kinds, by code.
    pub const KINDS: &'static [MessageInfo] = &[
        MessageInfo {
            name: "RequestVote",
            doc: "Candidate to all others, when its election timeout elapses: asks for a vote.",
            step: Step::Elect,
            reply: false,
        },
        MessageInfo {
            name: "RequestVoteResponse",
            doc: "Any server to a candidate: the vote, or a refusal with the server's own term.",
            step: Step::Elect,
            reply: true,
        },
        MessageInfo {
            name: "AppendEntries",
            doc: "Leader to a follower: log entries to store after the one named.",
            step: Step::Replicate,
            reply: false,
        },
        MessageInfo {
            name: "AppendEntriesResponse",
            doc: "Follower to leader: how far the logs agree, or where to try next.",
            step: Step::Replicate,
            reply: true,
        },
        MessageInfo {
            name: "Heartbeat",
            doc: "Leader to a follower: an AppendEntries that carries no entries, to keep \
                  authority and to tell how far the log is committed.",
            step: Step::Upkeep,
            reply: false,
        },
    ];
}

impl node::Message for Message {
    fn slots(&self) -> Option<Slots> {
        let Message::AppendEntries(m) = self else { return None };
        let last = m.prev_log.index + m.entries.len() as u32;
        (!m.entries.is_empty()).then(|| Slots { first: Slot::at(m.prev_log.index + 1), last })
    }

    fn kind(&self) -> u8 {
        match self {
            Message::RequestVote(_) => 0,
            Message::RequestVoteResponse(_) => 1,
            Message::AppendEntries(m) if m.entries.is_empty() => 4,
            Message::AppendEntries(_) => 2,
            Message::AppendEntriesResponse(_) => 3,
        }
    }

    fn label(&self, _: &Cast) -> String {
        match self {
            Message::RequestVote(m) => format!("RequestVote(t{}, last {})", m.term, m.last_log),
            Message::RequestVoteResponse(m) => {
                let vote = if m.vote_granted { "granted" } else { "refused" };
                format!("RequestVoteResponse(t{}, {vote})", m.term)
            }
            Message::AppendEntries(m) => {
                let load = match m.entries.len() {
                    0 => "heartbeat".to_owned(),
                    1 => "1 entry".to_owned(),
                    n => format!("{n} entries"),
                };
                format!("AppendEntries(t{}, prev {}, {load})", m.term, m.prev_log)
            }
            Message::AppendEntriesResponse(m) => match m.answer {
                Answer::Success { match_index } => {
                    format!("AppendEntriesResponse(t{}, match {match_index})", m.term)
                }
                Answer::Mismatch { prev_log_index, hint } => {
                    format!("AppendEntriesResponse(t{}, no {prev_log_index}, try {hint})", m.term)
                }
                Answer::StaleTerm => format!("AppendEntriesResponse(t{}, stale term)", m.term),
            },
        }
    }

    fn fields(&self, cast: &Cast) -> Vec<Field> {
        let name = |node| cast.name(Place::Node(node)).to_owned();
        let mut fields = vec![Field::new("term", self.term())];
        match self {
            Message::RequestVote(m) => fields.extend([
                Field::new("candidateId", name(m.candidate_id)),
                Field::new("lastLogIndex", m.last_log.index),
                Field::new("lastLogTerm", m.last_log.term),
            ]),
            Message::RequestVoteResponse(m) => {
                fields.push(Field::new("voteGranted", m.vote_granted));
            }
            Message::AppendEntries(m) => fields.extend([
                Field::new("leaderId", name(m.leader_id)),
                Field::new("prevLogIndex", m.prev_log.index),
                Field::new("prevLogTerm", m.prev_log.term),
                Field::new("entries", list(&m.entries)),
                Field::new("leaderCommit", m.leader_commit),
            ]),
            Message::AppendEntriesResponse(m) => match m.answer {
                Answer::Success { match_index } => fields
                    .extend([Field::new("success", true), Field::new("matchIndex", match_index)]),
                Answer::Mismatch { prev_log_index, hint } => fields.extend([
                    Field::new("success", false),
                    Field::new("prevLogIndex", prev_log_index),
                    Field::new("conflictIndex", hint.index),
                    Field::new("conflictTerm", hint.term),
                ]),
                Answer::StaleTerm => fields.push(Field::new("success", false)),
            },
        }
        fields
    }
}

/// The first entries of a batch: `t2 x=5, t2 no-op, 14 more`.
fn list(entries: &[Entry]) -> String {
    const SHOWN: usize = 8;
    let mut words: Vec<String> =
        entries.iter().take(SHOWN).map(|e| format!("t{} {}", e.term, e.command.op)).collect();
    if entries.len() > SHOWN {
        words.push(format!("{} more", entries.len() - SHOWN));
    }
    words.join(", ")
}
