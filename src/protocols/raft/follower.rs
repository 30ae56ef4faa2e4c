//! AppendEntries at the receiving end (§5.3).

use std::rc::Rc;

use crate::node::Effects;

use super::info::{Role, Why};
use super::log::{Entry, Position};
use super::messages::{Answer, AppendEntries, AppendEntriesResponse, Message};
use super::{Raft, Rule};

impl Raft {
    /// AppendEntries RPC, Receiver implementation (Figure 2).
    pub(super) fn on_append_entries(&mut self, m: &AppendEntries, fx: &mut Effects<Raft>) {
        // "1. Reply false if term < currentTerm (§5.1)"
        if m.term < self.current_term() {
            fx.ignored(Why::StaleTerm.code());
            self.answer(m, Answer::StaleTerm, fx);
            return;
        }
        match self.role {
            // Nobody else can lead this term (Election Safety, §5.2).
            Role::Leader => {
                fx.ignored(Why::SecondLeader.code());
                return;
            }
            Role::Candidate if self.breaks(Rule::CandidateStepsDown) => {
                fx.ignored(Why::RuleBroken.code());
                return;
            }
            // "If AppendEntries RPC received from new leader: convert to follower" (Figure 2)
            Role::Candidate => self.become_follower(m.term, fx),
            Role::Follower => {}
        }
        if self.breaks(Rule::KeepVoteWithinTerm) {
            self.persistent.voted_for = None;
        }
        self.settle(fx);
        self.leader = Some(m.leader_id);
        self.set_election_timer(fx);
        // "2. Reply false if log doesn't contain an entry at prevLogIndex whose term matches
        //     prevLogTerm (§5.3)"
        if !self.is_consistent(m.prev_log) {
            fx.ignored(Why::PrevMismatch.code());
            let answer = Answer::Mismatch {
                prev_log_index: m.prev_log.index,
                hint: self.log().last_not_after(m.prev_log),
            };
            self.answer(m, answer, fx);
            return;
        }
        self.store_entries(m, fx);
        // "5. If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last
        //     new entry)". Beyond that entry the log may be another leader's.
        let last_new = m.prev_log.index + m.entries.len() as u32;
        let vouched = if self.breaks(Rule::CommitUpToLastNew) { u32::MAX } else { last_new };
        let commit = m.leader_commit.min(vouched).min(self.log().last_index());
        if commit > self.commit_index {
            self.advance_commit(commit, fx);
        }
        self.answer(m, Answer::Success { match_index: last_new }, fx);
    }

    /// "The consistency check acts as an induction step: the initial empty state of the logs
    /// satisfies the Log Matching Property, and the consistency check preserves the Log Matching
    /// Property whenever logs are extended." (§5.3)
    fn is_consistent(&self, prev: Position) -> bool {
        if self.breaks(Rule::CheckPrevLog) {
            return true;
        }
        if self.breaks(Rule::AcceptAtEnd) && prev.index > 0 {
            return prev.index < self.log().last_index() && self.log().has(prev);
        }
        self.log().has(prev)
    }

    /// "3. If an existing entry conflicts with a new one (same index but different terms), delete
    /// the existing entry and all that follow it (§5.3). 4. Append any new entries not already in
    /// the log". What is already there stays: the message may be old, and what follows may have
    /// been acknowledged since.
    fn store_entries(&mut self, m: &AppendEntries, fx: &mut Effects<Raft>) {
        // Only without the check can the previous entry be missing; then the log's end must do.
        let prev = m.prev_log.index.min(self.log().last_index());
        if self.breaks(Rule::TruncateOnlyOnConflict) {
            if !m.entries.is_empty() || prev < self.log().last_index() {
                self.append(prev, &m.entries, fx);
            }
            return;
        }
        let present = self.log().count_present(prev, &m.entries);
        if present == m.entries.len() {
            return;
        }
        let after = prev + present as u32;
        let mut fresh =
            if present == 0 { Rc::clone(&m.entries) } else { m.entries[present..].into() };
        if self.breaks(Rule::TruncateWholeSuffix) {
            fresh = self.with_stale_suffix(after, &fresh);
        }
        self.append(after, &fresh, fx);
    }

    /// `fresh`, and behind it what the log already has there: the mistake of overwriting entries
    /// one by one.
    fn with_stale_suffix(&self, after: u32, fresh: &[Entry]) -> Rc<[Entry]> {
        let stale = self.log().iter_from(after + 1).skip(fresh.len());
        fresh.iter().chain(stale).copied().collect()
    }

    fn answer(&self, m: &AppendEntries, answer: Answer, fx: &mut Effects<Raft>) {
        let response = AppendEntriesResponse { term: self.current_term(), answer };
        fx.send(m.leader_id, Message::AppendEntriesResponse(response));
    }
}
