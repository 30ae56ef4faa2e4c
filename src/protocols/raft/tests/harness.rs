//! One server at a time, its effects as lines of text.

use std::rc::Rc;

use super::super::{
    Answer, AppendEntries, AppendEntriesResponse, Durable, Entry, Log, Message, Params, Position,
    Raft, RequestVote, RequestVoteResponse, Role, Rule, Term, Timer, Write,
};
use crate::machine::{Command, Op, Outcome};
use crate::node::{
    Config, Effect, Effects, Engine, Fact, Input, Membership, Message as _, NodeId, Rules,
    Timer as _, ValueId,
};
use crate::trace::{Cast, ClientId};

pub(super) const S1: NodeId = NodeId(0);
pub(super) const S2: NodeId = NodeId(1);
pub(super) const S3: NodeId = NodeId(2);
pub(super) const S4: NodeId = NodeId(3);

/// The parameters when nothing is said, with or without the no-op.
pub(super) fn params(noop: bool) -> Params {
    Params {
        election_min_us: 150_000,
        election_max_us: 300_000,
        heartbeat_us: 50_000,
        noop,
        batch_max: 64,
        pipeline_max: 8,
        replicate_at_once: true,
    }
}

/// A cluster of so many servers that breaks these rules.
pub(super) fn config(servers: usize, params: Params, broken: &[Rule]) -> Rc<Config<Params>> {
    let broken = broken.iter().fold(Rules::NONE, |rules, rule| rules.and(rule.code()));
    Rc::new(Config { members: Membership { duties: vec![1; servers] }, params, broken })
}

/// S1 of a cluster.
pub(super) struct Server {
    pub(super) raft: Raft,
}

impl Server {
    /// S1 boots with this on disk; what it does then is discarded.
    pub(super) fn of(servers: usize, disk: Durable) -> Server {
        Server::with(&config(servers, params(false), &[]), disk)
    }

    /// S1 boots in a cluster with these parameters and rules.
    pub(super) fn with(config: &Rc<Config<Params>>, disk: Durable) -> Server {
        let mut fx = Effects::default();
        let raft = Raft::boot(S1, config, disk, &mut fx);
        Server { raft }
    }

    /// Takes a step; its effects, one line each.
    pub(super) fn step(&mut self, input: Input<'_, Raft>) -> Vec<String> {
        let mut fx = Effects::default();
        self.raft.step(input, &mut fx);
        fx.list.iter().map(|effect| text(effect, &fx)).collect()
    }

    /// A message arrives.
    pub(super) fn on(&mut self, from: NodeId, message: impl Into<Message>) -> Vec<String> {
        self.step(Input::Message { from, message: &message.into() })
    }

    /// The election timeout elapses.
    pub(super) fn times_out(&mut self) -> Vec<String> {
        self.step(Input::Timer(Timer::Election))
    }

    /// The heartbeat timer fires.
    pub(super) fn beats(&mut self) -> Vec<String> {
        self.step(Input::Timer(Timer::Heartbeat))
    }

    /// The client asks for `x=number`; the request has that number as well.
    pub(super) fn asks(&mut self, number: u32) -> Vec<String> {
        self.step(Input::Request(command(number)))
    }

    /// Becomes leader of the next term with the votes of all.
    pub(super) fn elected(mut self) -> Server {
        self.times_out();
        let term = self.raft.current_term().0;
        for peer in self.raft.peers() {
            self.on(peer, vote(term, true));
        }
        assert_eq!(self.raft.role, Role::Leader);
        self
    }

    /// The terms of its log.
    pub(super) fn terms(&self) -> Vec<u32> {
        self.raft.log().iter_from(1).map(|entry| entry.term.0).collect()
    }
}

/// The lines that tell of messages.
pub(super) fn sends(lines: &[String]) -> Vec<&str> {
    lines.iter().filter(|line| line.starts_with("to ")).map(String::as_str).collect()
}

/// A write as a line.
fn written(write: &Write) -> String {
    match write {
        Write::TermAndVote { term, vote: Some(vote) } => {
            format!("persist t{term}, vote S{}", vote.0 + 1)
        }
        Write::TermAndVote { term, vote: None } => format!("persist t{term}, no vote"),
        Write::Append { after, entries } => {
            let terms: Vec<String> = entries.iter().map(|e| e.term.to_string()).collect();
            format!("persist {} after {after}", terms.join(" "))
        }
    }
}

/// An effect as a line.
fn text(effect: &Effect, fx: &Effects<Raft>) -> String {
    let epoch = |epoch: &crate::trace::Epoch| format!("t{epoch}");
    let named = |timer| Timer::from_ref(timer).expect("a timer");
    match effect {
        Effect::Send { to, message } => {
            let message = fx.messages.get(*message).expect("a message of this step");
            format!("to S{} {}", to.0 + 1, message.label(&Cast::default()))
        }
        Effect::Persist(write) => written(fx.writes.get(*write).expect("a write of this step")),
        Effect::SetTimer { timer, min_us, max_us } => {
            format!("set {:?} {min_us}..={max_us}", named(*timer))
        }
        Effect::CancelTimer(timer) => format!("cancel {:?}", named(*timer)),
        Effect::Reply { to, outcome } => match outcome {
            Outcome::Done(Some(word)) => format!("reply {}: {word}", to.value.0),
            Outcome::Done(None) => format!("reply {}: nothing", to.value.0),
            Outcome::Redirect(Some(node)) => format!("reply {}: ask S{}", to.value.0, node.0 + 1),
            Outcome::Redirect(None) => format!("reply {}: no leader", to.value.0),
        },
        Effect::Fact(fact) => match fact {
            Fact::RoleChanged { role, epoch: at } => {
                format!("{} {}", Raft::INFO.roles[usize::from(*role)].name, epoch(at))
            }
            Fact::EpochChanged { epoch: at } => format!("term {}", epoch(at)),
            Fact::VotedFor { epoch: at, candidate } => {
                format!("votes {} S{}", epoch(at), candidate.0 + 1)
            }
            Fact::QuorumReached { of, slot, members, .. } => {
                let name = Raft::INFO.quorums[usize::from(*of)].name;
                let members: Vec<u8> = members.iter().map(|node| node.0 + 1).collect();
                format!("quorum {name} {slot} of {members:?}")
            }
            Fact::Appended { slot, epoch: at, .. } => format!("appended {slot}/{at}"),
            Fact::Truncated { from } => format!("truncated {from}"),
            Fact::Recovered { last } => format!("recovered {last}"),
            Fact::Committed { upto, .. } => format!("committed {upto}"),
            Fact::Applied { slot, epoch: at, .. } => format!("applied {slot}/{at}"),
            Fact::Ignored { why } => {
                format!("ignored: {}", Raft::INFO.refusals[usize::from(*why)].name)
            }
            other => format!("{other:?}"),
        },
    }
}

/// A disk with this term, vote, and log of entries of these terms.
pub(super) fn disk(term: u32, vote: Option<NodeId>, terms: &[u32]) -> Durable {
    let mut log = Log::default();
    log.append(0, &entries(terms, 1));
    Durable { current_term: Term(term), voted_for: vote, log }
}

/// Entries of these terms; the first has index `first`, which is its request's number too.
pub(super) fn entries(terms: &[u32], first: u32) -> Rc<[Entry]> {
    let entry = |(term, index): (&u32, u32)| Entry { term: Term(*term), command: command(index) };
    terms.iter().zip(first..).map(entry).collect()
}

pub(super) fn command(number: u32) -> Command {
    let op: Op = format!("x={number}").parse().expect("an operation");
    Command { value: ValueId(number), client: Some(ClientId(0)), op }
}

/// `index/term`, as the arrows write it.
pub(super) fn at(index: u32, term: u32) -> Position {
    Position { index, term: Term(term) }
}

pub(super) fn ask_vote(candidate_id: NodeId, term: u32, last_log: Position) -> RequestVote {
    RequestVote { term: Term(term), candidate_id, last_log }
}

pub(super) fn vote(term: u32, vote_granted: bool) -> RequestVoteResponse {
    RequestVoteResponse { term: Term(term), vote_granted }
}

/// What S2, leader of `term`, sends: entries of these terms behind `prev_log`.
pub(super) fn append(term: u32, prev_log: Position, terms: &[u32], commit: u32) -> AppendEntries {
    AppendEntries {
        term: Term(term),
        leader_id: S2,
        prev_log,
        entries: entries(terms, prev_log.index + 1),
        leader_commit: commit,
    }
}

pub(super) fn matched(term: u32, match_index: u32) -> AppendEntriesResponse {
    AppendEntriesResponse { term: Term(term), answer: Answer::Success { match_index } }
}

pub(super) fn mismatch(term: u32, prev_log_index: u32, hint: Position) -> AppendEntriesResponse {
    AppendEntriesResponse { term: Term(term), answer: Answer::Mismatch { prev_log_index, hint } }
}

impl From<RequestVote> for Message {
    fn from(message: RequestVote) -> Message {
        Message::RequestVote(message)
    }
}

impl From<RequestVoteResponse> for Message {
    fn from(message: RequestVoteResponse) -> Message {
        Message::RequestVoteResponse(message)
    }
}

impl From<AppendEntries> for Message {
    fn from(message: AppendEntries) -> Message {
        Message::AppendEntries(message)
    }
}

impl From<AppendEntriesResponse> for Message {
    fn from(message: AppendEntriesResponse) -> Message {
        Message::AppendEntriesResponse(message)
    }
}
