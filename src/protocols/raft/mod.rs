//! Raft: Ongaro and Ousterhout, *In Search of an Understandable Consensus Algorithm*
//! (extended version, 2014). Section and figure numbers are that paper's.
//!
//! # Roles
//! Every server is a *follower*, a *candidate* or the *leader* of its term (§5.1). Followers
//! answer; a follower that hears nothing for an election timeout becomes a candidate; a
//! candidate with a majority of votes becomes leader; a leader orders all commands.
//!
//! # Messages
//!
//! | message | from, to | handled in | by whom |
//! |---|---|---|---|
//! | `RequestVote` | candidate to all | `election.rs` | any role |
//! | `RequestVoteResponse` | any to candidate | `election.rs` | the candidate of that term |
//! | `AppendEntries` | leader to follower | `follower.rs` | follower, or candidate that yields |
//! | `AppendEntriesResponse` | follower to leader | `leader.rs` | the leader of that term |
//!
//! An `AppendEntries` without entries is the heartbeat. Every message carries its sender's
//! term, and a higher one is taken on before anything else (§5.1).
//!
//! # Timers
//! `election` runs at followers and candidates, its duration drawn anew each time from
//! `election_min_us..=election_max_us`; `heartbeat` runs at the leader, and is also when it
//! sends again what was not acknowledged ("the leader retries AppendEntries RPCs
//! indefinitely", §5.3).
//!
//! # Why it is safe
//! *Election Safety*: a server votes once in a term and remembers that across crashes, and two
//! majorities meet. *Leader Append-Only*: only a follower's log is ever cut. *Log Matching*: an
//! entry is accepted only where the logs agree just before it, so by induction they agree on
//! everything before it. *Leader Completeness*: a committed entry is on a majority, each later
//! leader got a vote from that majority, and the vote went only to a log at least as up-to-date;
//! this needs the commit rule of §5.4.2, without which "at least as up-to-date" does not mean
//! "has the entry" (Figure 8). *State Machine Safety* follows: servers apply committed entries in
//! log order.
//!
//! # Flow control
//! A follower is first *probed*, one `AppendEntries` at a time, until one matches; then it is
//! *replicated* to with several in flight, `nextIndex` running ahead, until a refusal or a
//! heartbeat interval without an acknowledgement (etcd's `tracker.Progress`).
//!
//! What is left out is listed in `INFO.simplified`.

mod durable;
mod election;
mod follower;
mod info;
pub mod invariants;
mod leader;
mod log;
mod messages;
mod progress;
mod rules;
pub mod situations;
#[cfg(test)]
mod tests;
mod view;

use std::rc::Rc;

use crate::machine::{Command, Outcome, Store};
use crate::node::{
    self, Cast, Config, Effects, Engine, Epoch, Fact, Info, Membership, NodeId, NodeSet, NodeView,
    ParamValues, Rules, Slot, TimerRef, majority,
};

pub use durable::{Durable, Write};
pub use info::{PIPELINE_LIMIT, Params, Quorum, Remark, Role, Why};
pub use log::{Entry, Log, Position, Term};
pub use messages::{
    Answer, AppendEntries, AppendEntriesResponse, Message, RequestVote, RequestVoteResponse,
};
pub use rules::Rule;

use progress::Progress;

/// Raft's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Followers and candidates: time to start an election.
    Election,
    /// Leaders: time to send heartbeats.
    Heartbeat,
}

impl node::Timer for Timer {
    #[inline]
    fn to_ref(self) -> TimerRef {
        TimerRef { kind: self as u8, key: 0 }
    }

    #[inline]
    fn from_ref(timer: TimerRef) -> Option<Timer> {
        match (timer.kind, timer.key) {
            (0, 0) => Some(Timer::Election),
            (1, 0) => Some(Timer::Heartbeat),
            _ => None,
        }
    }
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Raft {
    me: NodeId,
    config: Rc<Config<Params>>,
    broken: Rules,

    /// Persistent state on all servers (Figure 2): what the disk has or is about to have.
    persistent: Durable,
    /// What of it was announced and written last.
    told: Told,

    // Volatile state on all servers.
    role: Role,
    /// Whom clients are redirected to: the leader of the current term, once known.
    leader: Option<NodeId>,
    /// Index of highest log entry known to be committed; only grows.
    commit_index: u32,
    /// Index of highest log entry applied to the state machine; as volatile as that.
    last_applied: u32,
    store: Store,

    /// Candidates: who voted for this server in the current term.
    votes: NodeSet,

    /// Leaders: what is known of each server's log, by node; this server's own is not used.
    progress: Vec<Progress>,
    /// Leaders: the entries cut from the log last, and the index of the first; followers that
    /// need the same share it.
    batch: (u32, Rc<[Entry]>),
    /// No entries, for heartbeats.
    nothing: Rc<[Entry]>,
}

/// Term, vote and role as they were last written and announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Told {
    term: Term,
    vote: Option<NodeId>,
    role: Role,
    /// The term and the vote on disk; they differ from the above only when a rule is broken.
    disk: (Term, Option<NodeId>),
}

impl Engine for Raft {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Params = Params;

    const INFO: &'static Info = &info::INFO;

    fn params(
        values: &ParamValues,
        members: &Membership,
    ) -> Result<Params, (&'static str, String)> {
        Params::read(values, members)
    }

    /// "When servers start up, they begin as followers." (§5.2)
    fn boot(
        me: NodeId,
        config: &Rc<Config<Params>>,
        durable: Durable,
        fx: &mut Effects<Raft>,
    ) -> Raft {
        let (term, vote) = (durable.current_term, durable.voted_for);
        let nothing: Rc<[Entry]> = Rc::new([]);
        let server = Raft {
            me,
            config: Rc::clone(config),
            broken: config.broken,
            persistent: durable,
            told: Told { term, vote, role: Role::Follower, disk: (term, vote) },
            role: Role::Follower,
            leader: None,
            commit_index: 0,
            last_applied: 0,
            store: Store::default(),
            votes: NodeSet::EMPTY,
            progress: vec![Progress::default(); config.members.len()],
            batch: (0, Rc::clone(&nothing)),
            nothing,
        };
        fx.fact(Fact::Recovered { last: Slot::at(server.log().last_index()) });
        fx.fact(Fact::RoleChanged { role: Role::Follower.code(), epoch: server.epoch() });
        server.set_election_timer(fx);
        server
    }

    #[inline]
    fn on_message(&mut self, from: NodeId, message: &Message, fx: &mut Effects<Raft>) {
        // Rules for Servers, Figure 2: "If RPC request or response contains term T > currentTerm:
        // set currentTerm = T, convert to follower (§5.1)". Before anything else is looked at.
        if message.term() > self.current_term() {
            if message.is_response() {
                self.on_higher_term_in_response(message.term(), fx);
                return;
            }
            self.become_follower(message.term(), fx);
        }
        match message {
            Message::RequestVote(m) => self.on_request_vote(m, fx),
            Message::RequestVoteResponse(m) => self.on_request_vote_response(from, m, fx),
            Message::AppendEntries(m) => self.on_append_entries(m, fx),
            Message::AppendEntriesResponse(m) => self.on_append_entries_response(from, m, fx),
        }
    }

    #[inline]
    fn on_timer(&mut self, timer: Timer, fx: &mut Effects<Raft>) {
        match timer {
            Timer::Election => self.on_election_timeout(fx),
            Timer::Heartbeat => self.on_heartbeat_timeout(fx),
        }
    }

    #[inline]
    fn on_request(&mut self, request: Command, fx: &mut Effects<Raft>) {
        self.on_client_request(request, fx);
    }

    fn view(&self, cast: &Cast) -> NodeView {
        view::node(self, cast)
    }
}

/// What every role shares.
impl Raft {
    #[inline]
    fn current_term(&self) -> Term {
        self.persistent.current_term
    }

    #[inline]
    fn log(&self) -> &Log {
        &self.persistent.log
    }

    /// The current term, as facts name it.
    #[inline]
    fn epoch(&self) -> Epoch {
        Epoch::plain(self.current_term().0)
    }

    #[inline]
    fn params(&self) -> &Params {
        &self.config.params
    }

    #[inline]
    fn breaks(&self, rule: Rule) -> bool {
        self.broken.contains(rule.code())
    }

    /// All other servers.
    #[inline]
    fn peers(&self) -> impl Iterator<Item = NodeId> + use<> {
        let me = self.me;
        (0..self.progress.len() as u8).map(NodeId).filter(move |node| *node != me)
    }

    /// How many servers it takes: a majority, unless `rule` is broken.
    #[inline]
    fn quorum(&self, rule: Rule) -> usize {
        let n = self.progress.len();
        if self.breaks(rule) { (n / 2).max(1) } else { majority(n) }
    }

    /// "election timeouts are chosen randomly from a fixed interval" (§5.2)
    #[inline]
    fn set_election_timer(&self, fx: &mut Effects<Raft>) {
        let min = self.params().election_min_us;
        let fixed = self.breaks(Rule::RandomizeTimeouts);
        let max = if fixed { min } else { self.params().election_max_us };
        fx.set_timer(Timer::Election, min..=max);
    }

    /// Takes on a term that is not lower than the current one, as a follower. In memory: the
    /// caller decides on its vote as well and then settles both in one write.
    fn become_follower(&mut self, term: Term, fx: &mut Effects<Raft>) {
        if term > self.current_term() {
            self.persistent.current_term = term;
            self.persistent.voted_for = None;
            self.leader = None;
        }
        if self.role == Role::Leader {
            fx.cancel_timer(Timer::Heartbeat);
            self.set_election_timer(fx);
        }
        self.role = Role::Follower;
    }

    /// Whoever answers with a higher term has nothing more to say to this one.
    fn on_higher_term_in_response(&mut self, term: Term, fx: &mut Effects<Raft>) {
        if self.breaks(Rule::StepDownOnResponse) {
            fx.ignored(Why::RuleBroken.code());
            return;
        }
        self.become_follower(term, fx);
        self.settle(fx);
    }

    /// Writes term and vote if they changed, and states what changed. Whatever relies on them
    /// is sent after this ("Updated on stable storage before responding to RPCs", Figure 2).
    #[inline]
    fn settle(&mut self, fx: &mut Effects<Raft>) {
        let (term, vote) = (self.current_term(), self.persistent.voted_for);
        if (term, vote, self.role) != (self.told.term, self.told.vote, self.told.role) {
            self.write_and_tell(term, vote, fx);
        }
    }

    fn write_and_tell(&mut self, term: Term, vote: Option<NodeId>, fx: &mut Effects<Raft>) {
        let disk = (
            if self.breaks(Rule::PersistTerm) { Term(0) } else { term },
            if self.breaks(Rule::PersistVote) { None } else { vote },
        );
        if disk != self.told.disk {
            fx.persist(Write::TermAndVote { term: disk.0, vote: disk.1 });
        }
        let before = std::mem::replace(&mut self.told, Told { term, vote, role: self.role, disk });
        let epoch = self.epoch();
        if term != before.term {
            fx.fact(Fact::EpochChanged { epoch });
        }
        if let Some(candidate) = vote
            && (term, vote) != (before.term, before.vote)
        {
            fx.fact(Fact::VotedFor { epoch, candidate });
        }
        let stands_again = self.role == Role::Candidate && term != before.term;
        if self.role != before.role || stands_again {
            fx.fact(Fact::RoleChanged { role: self.role.code(), epoch });
        }
    }

    /// Keeps the first `after` entries of the log and puts `entries` behind them, on disk too.
    fn append(&mut self, after: u32, entries: &Rc<[Entry]>, fx: &mut Effects<Raft>) {
        let last = self.log().last_index();
        self.persistent.log.append(after, entries);
        if !self.breaks(Rule::PersistLog) {
            fx.persist(Write::Append { after, entries: Rc::clone(entries) });
        }
        if after < last {
            fx.fact(Fact::Truncated { from: Slot::at(after + 1) });
        }
        for (index, entry) in (after + 1..).zip(entries.iter()) {
            fx.fact(Fact::Appended {
                slot: Slot::at(index),
                epoch: Epoch::plain(entry.term.0),
                value: entry.command.value,
            });
        }
    }

    /// Learns that the log is committed up to `index`, which it has, and applies it.
    fn advance_commit(&mut self, index: u32, fx: &mut Effects<Raft>) {
        self.commit_index = index;
        fx.fact(Fact::Committed { upto: Slot::at(index), epoch: self.epoch() });
        self.apply_committed(fx);
    }

    /// "If commitIndex > lastApplied: increment lastApplied, apply `log[lastApplied]` to state
    /// machine" (Figure 2); the leader that took the request answers it then (§5.3).
    fn apply_committed(&mut self, fx: &mut Effects<Raft>) {
        while self.last_applied < self.commit_index {
            let Some(entry) = self.persistent.log.get(self.last_applied + 1) else {
                break;
            };
            self.last_applied += 1;
            let result = self.store.apply(&entry.command.op);
            fx.fact(Fact::Applied {
                slot: Slot::at(self.last_applied),
                epoch: Epoch::plain(entry.term.0),
                value: entry.command.value,
            });
            // In its own term a leader's entries are those its clients asked it for.
            let asked_here = self.role == Role::Leader && entry.term == self.current_term();
            if let (true, Some(client)) = (asked_here, entry.command.key()) {
                fx.reply(client, Outcome::Done(result));
            }
        }
    }
}
