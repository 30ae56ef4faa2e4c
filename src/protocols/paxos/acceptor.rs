//! The acceptor: promises and votes.

use crate::node::{Effects, Fact, NodeId, NodeSet, Slot};

use super::messages::{Ballot, PaxosMessage, Proposal, Write};
use super::params::Learn;
use super::rules::Rule;
use super::{Paxos, Why, duty};

impl Paxos {
    /// Phase 1b. "If an acceptor receives a prepare request with number n greater
    /// than that of any prepare request to which it has already responded, then it
    /// responds to the request with a promise not to accept any more proposals
    /// numbered less than n and with the highest-numbered proposal (if any) that it
    /// has accepted" (PMS §2.2).
    pub(super) fn on_prepare(&mut self, from: NodeId, ballot: Ballot, fx: &mut Effects<Paxos>) {
        if let Some(promised) = self.stable.max_bal
            && ballot < promised
        {
            return self.refuse(from, ballot, promised, fx);
        }
        // A copy of a request already answered is answered again, though n is not greater: an
        // acceptor "can always respond to a prepare request" (PMS §2.2), and the first answer may be
        // lost. Its proposer counts each acceptor once, and in Phase 2 it counts no promise at all.
        if self.stable.max_bal != Some(ballot) {
            self.write(Write::Promise(ballot), Rule::PersistPromise, fx);
        }
        fx.fact(Fact::Promised { epoch: ballot.epoch() });
        self.enter(ballot, fx);
        let vote = self.stable.vote.filter(|_| self.keeps(Rule::ReportVote));
        self.post(from, PaxosMessage::Promise { ballot, vote }, fx);
    }

    /// Phase 2b. "If an acceptor receives an accept request for a proposal numbered
    /// n, it accepts the proposal unless it has already responded to a prepare
    /// request having a number greater than n" (PMS §2.2).
    pub(super) fn on_accept(&mut self, from: NodeId, asked: Proposal, fx: &mut Effects<Paxos>) {
        if let Some(promised) = self.stable.max_bal
            && asked.ballot < promised
            && self.keeps(Rule::RefuseBelowPromise)
        {
            return self.refuse(from, asked.ballot, promised, fx);
        }
        // A copy of a request already voted for is answered again, and changes nothing.
        if self.stable.vote != Some(asked) {
            let mut max_bal = self.stable.max_bal;
            if self.keeps(Rule::VoteRaisesPromise) {
                max_bal = max_bal.max(Some(asked.ballot));
            }
            self.write(Write::Vote { max_bal, vote: asked }, Rule::PersistVote, fx);
        }
        let (epoch, value) = (asked.ballot.epoch(), asked.value.value);
        fx.fact(Fact::Accepted { slot: Slot::ONLY, epoch, value });
        self.enter(asked.ballot, fx);
        // The proposer hears its votes in either mode: it must know when to stop.
        let mut listeners = match self.config.params.learn {
            Learn::Acceptors => self.config.members.with(duty::LEARNER),
            Learn::Proposer => NodeSet::EMPTY,
        };
        listeners.insert(from);
        self.post_all(listeners, PaxosMessage::Accepted(asked), fx);
    }

    /// "If an acceptor ignores a prepare or accept request because it has already
    /// received a prepare request with a higher number, then it should probably
    /// inform the proposer" (PMS §2.2).
    fn refuse(&mut self, from: NodeId, ballot: Ballot, promised: Ballot, fx: &mut Effects<Paxos>) {
        if self.config.params.nack {
            self.post(from, PaxosMessage::Nack { ballot, promised }, fx);
        }
        // What a node asks of itself is no input: the arrow being handled was not in vain.
        if from != self.me {
            fx.ignored(Why::PromisedHigher.code());
        }
    }
}
