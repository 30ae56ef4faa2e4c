//! Leader election (§5.2) and the election restriction (§5.4.1).

use crate::node::{Effects, Fact, NodeId, NodeSet, Slot, is_quorum};

use super::info::{Quorum, Role, Why};
use super::log::Position;
use super::messages::{Message, RequestVote, RequestVoteResponse};
use super::{Raft, Rule, Timer};

impl Raft {
    /// "If election timeout elapses without receiving AppendEntries RPC from current leader or
    /// granting vote to candidate: convert to candidate" (Figure 2).
    pub(super) fn on_election_timeout(&mut self, fx: &mut Effects<Raft>) {
        if self.role == Role::Leader {
            fx.ignored(Why::OtherRole.code());
            return;
        }
        self.become_candidate(fx);
    }

    /// "On conversion to candidate, start election: increment currentTerm; vote for self; reset
    /// election timer; send RequestVote RPCs to all other servers" (Figure 2).
    fn become_candidate(&mut self, fx: &mut Effects<Raft>) {
        self.role = Role::Candidate;
        self.leader = None;
        self.persistent.current_term = self.current_term().next();
        self.persistent.voted_for = Some(self.me);
        if !self.breaks(Rule::CountVotesOfThisTerm) {
            self.votes = NodeSet::EMPTY;
        }
        self.votes.insert(self.me);
        self.settle(fx);
        self.set_election_timer(fx);
        let request = RequestVote {
            term: self.current_term(),
            candidate_id: self.me,
            last_log: self.log().last(),
        };
        for peer in self.peers() {
            fx.send(peer, Message::RequestVote(request.clone()));
        }
        // A server alone is a majority of one.
        self.maybe_win(fx);
    }

    /// RequestVote RPC, Receiver implementation (Figure 2).
    pub(super) fn on_request_vote(&mut self, m: &RequestVote, fx: &mut Effects<Raft>) {
        // "1. Reply false if term < currentTerm (§5.1)"
        // "2. If votedFor is null or candidateId, and candidate's log is at least as up-to-date
        //     as receiver's log, grant vote (§5.2, §5.4)"
        let refusal = self.refuse_vote(m);
        if refusal.is_none() {
            self.persistent.voted_for = Some(m.candidate_id);
        }
        self.settle(fx);
        if let Some(why) = refusal {
            fx.ignored(why.code());
        }
        // Only a granted vote puts off this server's own candidacy: a candidate that cannot win
        // must not keep the others from standing.
        let heard = refusal.is_none() || self.breaks(Rule::ResetTimerOnGrantOnly);
        if heard && self.role != Role::Leader {
            self.set_election_timer(fx);
        }
        let answer =
            RequestVoteResponse { term: self.current_term(), vote_granted: refusal.is_none() };
        fx.send(m.candidate_id, Message::RequestVoteResponse(answer));
    }

    /// Why the candidate does not get this server's vote, if it does not.
    fn refuse_vote(&self, m: &RequestVote) -> Option<Why> {
        if m.term < self.current_term() {
            return Some(Why::StaleTerm);
        }
        let voted_for_other =
            self.persistent.voted_for.is_some_and(|candidate| candidate != m.candidate_id);
        if voted_for_other && !self.breaks(Rule::VoteOncePerTerm) {
            return Some(Why::AlreadyVoted);
        }
        if !self.is_up_to_date(m.last_log) {
            return Some(Why::NotUpToDate);
        }
        None
    }

    /// Whether a log that ends at `last` is at least as up-to-date as this server's (§5.4.1).
    fn is_up_to_date(&self, last: Position) -> bool {
        let mine = self.log().last();
        if self.breaks(Rule::VoteForUpToDate) {
            true
        } else if self.breaks(Rule::CompareLastTerm) {
            last.index >= mine.index
        } else if self.breaks(Rule::CompareLength) {
            last.term >= mine.term
        } else {
            last >= mine
        }
    }

    /// A vote, or the refusal of one.
    pub(super) fn on_request_vote_response(
        &mut self,
        from: NodeId,
        m: &RequestVoteResponse,
        fx: &mut Effects<Raft>,
    ) {
        // A vote is for one term: a grant that was late must not elect anyone in a later one.
        if m.term < self.current_term() && !self.breaks(Rule::CountVotesOfThisTerm) {
            fx.ignored(Why::StaleTerm.code());
            return;
        }
        if self.role != Role::Candidate {
            fx.ignored(Why::ElectionOver.code());
            return;
        }
        if !m.vote_granted {
            return;
        }
        if !self.votes.insert(from) {
            fx.ignored(Why::AlreadyCounted.code());
            return;
        }
        self.maybe_win(fx);
    }

    /// "If votes received from majority of servers: become leader" (Figure 2).
    fn maybe_win(&mut self, fx: &mut Effects<Raft>) {
        let voters = self.config.members.all();
        if is_quorum(self.votes, voters, self.quorum(Rule::ElectByMajority)) {
            fx.fact(Fact::QuorumReached {
                of: Quorum::Election.code(),
                epoch: self.epoch(),
                slot: Slot::default(),
                members: self.votes,
            });
            self.become_leader(fx);
        }
    }

    /// "Upon election: send initial empty AppendEntries RPCs (heartbeat) to each server"
    /// (Figure 2); with `noop` they carry "a blank no-op entry" (§8).
    fn become_leader(&mut self, fx: &mut Effects<Raft>) {
        self.role = Role::Leader;
        self.leader = Some(self.me);
        self.settle(fx);
        fx.cancel_timer(Timer::Election);
        self.reset_progress();
        if self.params().noop {
            self.append_as_leader(crate::machine::Command::NOOP, fx);
        }
        self.broadcast_as_new_leader(fx);
    }
}
