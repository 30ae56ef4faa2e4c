//! The learner: counts votes, by ballot, and never changes its mind.

use crate::list::SmallMap;
use crate::machine::Outcome;
use crate::node::{Effects, Fact, NodeId, NodeSet, Slot, is_quorum};

use super::messages::{PaxosMessage, Proposal};
use super::params::Learn;
use super::proposer::Phase;
use super::rules::Rule;
use super::{Paxos, Quorum, Why, duty};

/// The most proposals whose votes are counted at once. Dropping the lowest can
/// delay learning, never make it wrong.
pub(super) const TALLIES_MAX: usize = 64;

/// A learner's volatile state. Proposers have it too: they must learn the outcome of their ballots.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Learner {
    /// Who voted for what, as far as heard.
    pub votes: SmallMap<Proposal, NodeSet>,
    /// What is chosen, once known.
    pub learned: Option<Proposal>,
}

impl Learner {
    /// Records a vote; says whether it was new.
    fn record(&mut self, from: NodeId, vote: Proposal) -> bool {
        let new = self.votes.entry(vote).insert(from);
        if self.votes.len() > TALLIES_MAX {
            self.votes.pop_first();
        }
        new
    }

    /// Who voted for this, in its ballot or (where that rule is broken) in any.
    fn voters(&self, vote: Proposal, any_ballot: bool) -> NodeSet {
        self.votes
            .iter()
            .filter(|(it, _)| *it == vote || (any_ballot && it.value == vote.value))
            .flat_map(|(_, voters)| voters.iter())
            .collect()
    }
}

impl Paxos {
    /// A 2b. "To learn that a value has been chosen, a learner must find out that a
    /// proposal has been accepted by a majority of acceptors" (PMS §2.3): votes of
    /// one ballot, for one value, by distinct acceptors.
    pub(super) fn on_accepted(&mut self, from: NodeId, vote: Proposal, fx: &mut Effects<Paxos>) {
        if self.learner.learned.is_some() {
            return fx.ignored(Why::AlreadyLearned.code());
        }
        if !self.learner.record(from, vote) {
            return fx.ignored(Why::Counted.code());
        }
        let members = self.learner.voters(vote, !self.keeps(Rule::LearnFromOneBallot));
        let acceptors = self.config.members.with(duty::ACCEPTOR);
        if is_quorum(members, acceptors, self.phase2_quorum()) {
            let mine = self.proposer.phase == Phase::Proposing(vote);
            let of = if mine { Quorum::Phase2 } else { Quorum::Learn }.code();
            let epoch = vote.ballot.epoch();
            fx.fact(Fact::QuorumReached { of, epoch, slot: Slot::ONLY, members });
            self.learn(vote, fx);
            // "We can have the acceptors respond with their acceptances to a distinguished learner,
            // which in turn informs the other learners when a value has been chosen" (PMS §2.3).
            // Waiting proposers are told too.
            if self.config.params.learn == Learn::Proposer {
                let mut others = self.config.members.with(duty::LEARNER | duty::PROPOSER);
                others.remove(self.me);
                self.post_all(others, PaxosMessage::Decided(vote), fx);
            }
        }
    }

    /// The proposer says what is chosen. It counted the quorum, so no counting is needed here.
    pub(super) fn on_decided(&mut self, chosen: Proposal, fx: &mut Effects<Paxos>) {
        if self.learner.learned.is_some() {
            return fx.ignored(Why::AlreadyLearned.code());
        }
        self.learn(chosen, fx);
    }

    /// The outcome is known: every waiting client is told, whosever value it is.
    fn learn(&mut self, chosen: Proposal, fx: &mut Effects<Paxos>) {
        self.learner.learned = Some(chosen);
        let (epoch, value) = (chosen.ballot.epoch(), chosen.value.value);
        fx.fact(Fact::Chosen { slot: Slot::ONLY, epoch, value });
        self.enter(chosen.ballot, fx);
        self.become_resting(fx);
        self.proposer.resumed = None;
        for request in self.proposer.pending.drain(..) {
            if let Some(key) = request.key() {
                fx.reply(key, Outcome::Done(super::decided_word(chosen.value)));
            }
        }
    }
}
