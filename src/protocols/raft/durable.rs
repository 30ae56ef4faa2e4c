//! "Persistent state on all servers: (Updated on stable storage before responding to RPCs)" (Figure 2).

use std::rc::Rc;

use crate::node::{self, NodeId, vocabulary};

use super::log::{Entry, Log, Term};

/// What survives a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Durable {
    /// Latest term the server has seen.
    pub current_term: Term,
    /// Candidate that received its vote in the current term.
    pub voted_for: Option<NodeId>,
    /// The log.
    pub log: Log,
}

/// One write to disk, all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Write {
    /// The term and the vote, which are only ever meaningful together.
    TermAndVote {
        /// The new `currentTerm`.
        term: Term,
        /// The new `votedFor`.
        vote: Option<NodeId>,
    },
    /// The log keeps its first `after` entries, and these follow them.
    Append {
        /// The index of the last entry that stays.
        after: u32,
        /// What follows it.
        entries: Rc<[Entry]>,
    },
}

vocabulary! {
    /// Kinds of write, as events name them.
    pub(super) enum WriteKind {
        /// `currentTerm` and `votedFor` are on disk.
        TermAndVote = "term and vote",
        /// Log entries are on disk, and those they replace are gone from it.
        Append = "log",
    }
}

impl node::Durable for Durable {
    type Write = Write;

    #[inline]
    fn apply(&mut self, write: &Write) {
        match write {
            Write::TermAndVote { term, vote } => {
                self.current_term = *term;
                self.voted_for = *vote;
            }
            Write::Append { after, entries } => self.log.append(*after, entries),
        }
    }

    #[inline]
    fn kind(write: &Write) -> u8 {
        match write {
            Write::TermAndVote { .. } => WriteKind::TermAndVote.code(),
            Write::Append { .. } => WriteKind::Append.code(),
        }
    }
}
