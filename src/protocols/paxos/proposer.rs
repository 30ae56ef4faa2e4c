//! The proposer: ballots, phases, and the clients who wait for the outcome.

use crate::machine::{Command, Outcome};
use crate::node::{Effects, Fact, NodeId, NodeSet, Slot, is_quorum, majority};

use super::messages::{Ballot, PaxosMessage, PaxosTimer, Proposal, Write};
use super::rules::Rule;
use super::{Note, Paxos, Quorum, Role, Why, duty};

/// The most clients a proposer keeps waiting.
pub(super) const PENDING_MAX: usize = 256;

/// Where the proposer is in its ballot.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Phase {
    /// No ballot under way and nothing to propose, or the outcome is known.
    #[default]
    Idle,
    /// Phase 1: waiting for promises.
    Preparing {
        /// The ballot.
        ballot: Ballot,
        /// Who has promised it.
        promises: NodeSet,
        /// The highest-numbered vote reported so far.
        reported: Option<Proposal>,
    },
    /// Phase 2: waiting for votes.
    Proposing(Proposal),
    /// The last ballot failed; the next begins when the pause is over.
    BackingOff,
}

impl Phase {
    /// The ballot under way.
    pub(super) fn ballot(&self) -> Option<Ballot> {
        match self {
            Phase::Preparing { ballot, .. } => Some(*ballot),
            Phase::Proposing(proposal) => Some(proposal.ballot),
            Phase::Idle | Phase::BackingOff => None,
        }
    }
}

/// A proposer's volatile state.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Proposer {
    /// Where it is in its ballot.
    pub phase: Phase,
    /// Requests whose clients wait, the oldest first: its value is this proposer's own.
    pub pending: Vec<Command>,
    /// The value this proposer asked for in a past life, taken up at the restart.
    pub resumed: Option<Command>,
    /// The highest counter met in a refusal.
    pub heard: u32,
    /// How many ballots in a row have failed.
    pub failures: u32,
}

impl Proposer {
    /// The value it would propose if it were free to.
    fn own_value(&self) -> Option<Command> {
        self.pending.first().copied().or(self.resumed)
    }
}

impl Paxos {
    /// A client proposes a value. It is answered with the value decided, its own or another.
    pub(super) fn propose_for(&mut self, request: Command, fx: &mut Effects<Paxos>) {
        let Some(key) = request.key() else {
            return fx.ignored(Why::NoClient.code());
        };
        if !self.has(duty::PROPOSER) {
            let proposer = self.config.members.with(duty::PROPOSER).iter().next();
            return fx.reply(key, Outcome::Redirect(proposer));
        }
        if let Some(chosen) = self.learner.learned {
            return fx.reply(key, Outcome::Done(super::decided_word(chosen.value)));
        }
        if self.proposer.pending.contains(&request) {
            return fx.ignored(Why::AlreadyPending.code());
        }
        if self.proposer.pending.len() >= PENDING_MAX {
            return fx.ignored(Why::TooManyPending.code());
        }
        self.proposer.pending.push(request);
        match self.proposer.phase {
            Phase::Idle => self.become_preparing(fx),
            Phase::Proposing(Proposal { ballot, .. }) if !self.keeps(Rule::OneValuePerBallot) => {
                self.become_proposing(Proposal { ballot, value: request }, fx);
            }
            Phase::Preparing { .. } | Phase::Proposing(_) | Phase::BackingOff => {}
        }
    }

    /// Phase 1a. "A proposer selects a proposal number n and sends a prepare request
    /// with number n" (PMS §2.2), "a higher proposal number than any it has already
    /// used" (§2.5).
    pub(super) fn become_preparing(&mut self, fx: &mut Effects<Paxos>) {
        // A combined node also knows what its own acceptor would refuse.
        let promised = self.stable.max_bal.map_or(0, |ballot| ballot.counter);
        let used = self.stable.counter.max(self.proposer.heard).max(promised);
        let counter = used.saturating_add(1);
        let ballot =
            Ballot { counter, owner: Some(self.me).filter(|_| self.keeps(Rule::OwnBallots)) };
        self.write(Write::Counter(counter), Rule::PersistBallot, fx);
        let promises = NodeSet::EMPTY;
        self.proposer.phase = Phase::Preparing { ballot, promises, reported: None };
        self.enter(ballot, fx);
        self.change_role(Role::Preparing, ballot.epoch(), fx);
        self.set_phase_timer(fx);
        let acceptors = self.config.members.with(duty::ACCEPTOR);
        self.post_all(acceptors, PaxosMessage::Prepare { ballot }, fx);
    }

    /// Counts a 1b; with a quorum of them, Phase 2a follows. "If the proposer
    /// receives a response to its prepare requests (numbered n) from a majority of
    /// acceptors, then it sends an accept request" (PMS §2.2).
    pub(super) fn on_promise(
        &mut self,
        from: NodeId,
        promised: Ballot,
        vote: Option<Proposal>,
        fx: &mut Effects<Paxos>,
    ) {
        let any_ballot = !self.keeps(Rule::CountThisBallot);
        let any_vote = !self.keeps(Rule::AdoptHighestVote);
        let Phase::Preparing { ballot, promises, reported } = &mut self.proposer.phase else {
            return fx.ignored(Why::PhaseOver.code());
        };
        if *ballot != promised && !any_ballot {
            return fx.ignored(Why::OtherBallot.code());
        }
        if !promises.insert(from) {
            return fx.ignored(Why::Counted.code());
        }
        *reported = if any_vote { reported.or(vote) } else { (*reported).max(vote) };
        let (ballot, members, reported) = (*ballot, *promises, *reported);
        let acceptors = self.config.members.with(duty::ACCEPTOR);
        if is_quorum(members, acceptors, self.phase1_quorum()) {
            let (of, epoch) = (Quorum::Phase1.code(), ballot.epoch());
            fx.fact(Fact::QuorumReached { of, epoch, slot: Slot::default(), members });
            self.choose_value(ballot, reported, fx);
        }
    }

    /// Phase 2a. "v is the value of the highest-numbered proposal among the
    /// responses, or is any value if the responses reported no proposals" (PMS §2.2).
    ///
    /// This is what makes it safe. Suppose (c, v) is chosen for some c below this
    /// ballot. Every acceptor that promised this ballot and voted in c voted before
    /// it promised, and one of them is in our quorum; so the highest vote reported is
    /// in c or above, and by induction every vote from c on is for v.
    fn choose_value(
        &mut self,
        ballot: Ballot,
        reported: Option<Proposal>,
        fx: &mut Effects<Paxos>,
    ) {
        let own = self.proposer.own_value();
        let adopted = reported.filter(|_| self.keeps(Rule::AdoptReportedVote));
        let note = match adopted {
            Some(vote) => Fact::Note { what: Note::Adopted.code(), number: vote.ballot.counter },
            None => Fact::Note { what: Note::Free.code(), number: 0 },
        };
        let Some(value) = adopted.map(|vote| vote.value).or(own) else {
            return self.become_resting(fx);
        };
        fx.fact(note);
        self.become_proposing(Proposal { ballot, value }, fx);
    }

    /// Asks every acceptor to vote. "The leader must perform a write to stable
    /// storage before sending its phase 2a messages" (FP §2.4.2).
    pub(super) fn become_proposing(&mut self, proposal: Proposal, fx: &mut Effects<Paxos>) {
        self.write(Write::Proposal(proposal), Rule::PersistBallot, fx);
        self.ask_for_votes(proposal, fx);
    }

    /// Takes up, after a restart, the ballot that was in Phase 2 before the crash.
    ///
    /// The same value in the same ballot: a copy of what may have been sent already.
    pub(super) fn resume(&mut self, proposal: Proposal, fx: &mut Effects<Paxos>) {
        self.proposer.resumed = Some(proposal.value);
        fx.fact(Fact::Note { what: Note::Resumed.code(), number: proposal.ballot.counter });
        self.ask_for_votes(proposal, fx);
    }

    fn ask_for_votes(&mut self, proposal: Proposal, fx: &mut Effects<Paxos>) {
        let (epoch, value) = (proposal.ballot.epoch(), proposal.value.value);
        self.proposer.phase = Phase::Proposing(proposal);
        fx.fact(Fact::Proposed { slot: Slot::ONLY, epoch, value });
        self.change_role(Role::Proposing, epoch, fx);
        self.set_phase_timer(fx);
        let acceptors = self.config.members.with(duty::ACCEPTOR);
        self.post_all(acceptors, PaxosMessage::Accept(proposal), fx);
    }

    /// A refusal. "It is probably a good idea to abandon a proposal if some proposer
    /// has begun trying to issue a higher-numbered one" (PMS §2.2).
    pub(super) fn on_nack(
        &mut self,
        from: NodeId,
        refused: Ballot,
        promised: Ballot,
        fx: &mut Effects<Paxos>,
    ) {
        let Some(ballot) = self.proposer.phase.ballot() else {
            return fx.ignored(Why::PhaseOver.code());
        };
        if refused != ballot {
            return fx.ignored(Why::OtherBallot.code());
        }
        if !self.keeps(Rule::NackIsNoAnswer) {
            return match self.proposer.phase {
                Phase::Proposing(proposal) => self.on_accepted(from, proposal, fx),
                _ => self.on_promise(from, ballot, None, fx),
            };
        }
        self.proposer.heard = self.proposer.heard.max(promised.counter);
        if let Phase::Proposing(Proposal { value, .. }) = self.proposer.phase
            && !self.keeps(Rule::NewBallotNewPhase1)
        {
            return self.become_proposing(Proposal { ballot: promised, value }, fx);
        }
        self.abandon_ballot(fx);
    }

    /// The phase took too long: messages are lost, or too few acceptors are up.
    pub(super) fn on_phase_timer(&mut self, fx: &mut Effects<Paxos>) {
        if self.proposer.phase.ballot().is_none() {
            return fx.ignored(Why::NothingUnderWay.code());
        }
        self.abandon_ballot(fx);
    }

    /// The pause is over.
    pub(super) fn on_retry_timer(&mut self, fx: &mut Effects<Paxos>) {
        let open = self.has(duty::PROPOSER) && self.learner.learned.is_none();
        if !open || self.proposer.own_value().is_none() {
            return fx.ignored(Why::NothingToPropose.code());
        }
        self.become_preparing(fx);
    }

    /// Gives the ballot up; a higher one follows after a pause. Its votes still count if
    /// they come: only this proposer has stopped waiting for them.
    fn abandon_ballot(&mut self, fx: &mut Effects<Paxos>) {
        self.proposer.failures = self.proposer.failures.saturating_add(1);
        if !self.keeps(Rule::BackOff) {
            // "It's easy to construct a scenario in which two proposers each keep issuing a
            // sequence of proposals with increasing numbers" (PMS §2.4).
            return self.become_preparing(fx);
        }
        self.proposer.phase = Phase::BackingOff;
        self.change_role(Role::BackingOff, self.epoch(), fx);
        fx.cancel_timer(PaxosTimer::Phase);
        fx.set_timer(PaxosTimer::Retry, self.config.params.pause_us(self.proposer.failures));
    }

    /// Nothing is left to do: the outcome is known, or nobody wants anything.
    pub(super) fn become_resting(&mut self, fx: &mut Effects<Paxos>) {
        match self.proposer.phase {
            Phase::Idle => {}
            Phase::BackingOff => fx.cancel_timer(PaxosTimer::Retry),
            Phase::Preparing { .. } | Phase::Proposing(_) => fx.cancel_timer(PaxosTimer::Phase),
        }
        self.proposer.phase = Phase::Idle;
        self.proposer.failures = 0;
        let role = if self.learner.learned.is_some() { Role::Decided } else { self.resting_role() };
        self.change_role(role, self.epoch(), fx);
    }

    fn set_phase_timer(&mut self, fx: &mut Effects<Paxos>) {
        let patience_us = self.config.params.patience_us(self.proposer.failures);
        fx.set_timer(PaxosTimer::Phase, patience_us..=patience_us);
    }

    /// How many promises let a proposer go on.
    pub(super) fn phase1_quorum(&self) -> usize {
        self.quorum(self.config.params.phase1_quorum)
    }

    /// How many votes choose a value.
    pub(super) fn phase2_quorum(&self) -> usize {
        self.quorum(self.config.params.phase2_quorum)
    }

    fn quorum(&self, asked: Option<usize>) -> usize {
        let acceptors = self.config.members.with(duty::ACCEPTOR).len();
        match asked {
            _ if !self.keeps(Rule::MajorityQuorum) => acceptors / 2,
            Some(size) => size,
            None => majority(acceptors),
        }
    }
}
