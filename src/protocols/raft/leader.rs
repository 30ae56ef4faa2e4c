//! The leader: requests, replication, and the commit rule (§5.3, §5.4.2).

use std::rc::Rc;

use crate::machine::{Command, Outcome};
use crate::node::{Effects, Fact, NodeId, NodeSet, Slot};
use crate::trace::NODES_MAX;

use super::info::{Quorum, Remark, Role, Why};
use super::log::{Entry, Position};
use super::messages::{Answer, AppendEntries, AppendEntriesResponse, Message};
use super::progress::{Mode, Progress};
use super::{Raft, Rule, Timer};

impl Raft {
    /// "If command received from client: append entry to local log, respond after entry applied
    /// to state machine (§5.3)" (Figure 2).
    pub(super) fn on_client_request(&mut self, request: Command, fx: &mut Effects<Raft>) {
        // "If the client's first choice is not the leader, that server will reject the client's
        // request and supply information about the most recent leader it has heard from" (§8).
        if self.role != Role::Leader {
            fx.ignored(Why::NotLeader.code());
            if let Some(client) = request.key() {
                fx.reply(client, Outcome::Redirect(self.leader));
            }
            return;
        }
        self.append_as_leader(request, fx);
        if self.params().replicate_at_once {
            for peer in self.peers() {
                self.replicate(peer, fx);
            }
        }
    }

    /// The leader's log only grows (Leader Append-Only, §5.3).
    pub(super) fn append_as_leader(&mut self, command: Command, fx: &mut Effects<Raft>) {
        let entry = Entry { term: self.current_term(), command };
        let last = self.log().last_index();
        let entries: Rc<[Entry]> = Rc::new([entry]);
        self.append(last, &entries, fx);
        self.batch = (last + 1, entries);
        // The leader's own copy may be all it takes.
        if self.quorum(Rule::CommitByMajority) == 1 {
            self.maybe_commit(fx);
        }
    }

    /// "nextIndex[] and matchIndex[]: (Reinitialized after election)" (Figure 2).
    pub(super) fn reset_progress(&mut self) {
        let next_index = self.log().last_index() + 1;
        let keep = self.breaks(Rule::ResetMatchIndex);
        for progress in &mut self.progress {
            let match_index = if keep { progress.match_index } else { 0 };
            *progress = Progress { match_index, next_index, ..Progress::default() };
        }
        self.batch = (0, Rc::clone(&self.nothing));
    }

    /// A new leader makes itself known at once, to "establish its authority and prevent new elections" (§5.2).
    pub(super) fn broadcast_as_new_leader(&mut self, fx: &mut Effects<Raft>) {
        for peer in self.peers() {
            self.send_append_entries(peer, fx);
        }
        fx.set_timer(Timer::Heartbeat, self.params().heartbeat_us..=self.params().heartbeat_us);
    }

    /// "repeat during idle periods to prevent election timeouts (§5.2)" (Figure 2), and "the
    /// leader retries AppendEntries RPCs indefinitely" (§5.3).
    pub(super) fn on_heartbeat_timeout(&mut self, fx: &mut Effects<Raft>) {
        if self.role != Role::Leader {
            fx.ignored(Why::OtherRole.code());
            return;
        }
        fx.set_timer(Timer::Heartbeat, self.params().heartbeat_us..=self.params().heartbeat_us);
        let last = self.log().last_index();
        for peer in self.peers() {
            let progress = &mut self.progress[peer.index()];
            let replicating = matches!(progress.mode, Mode::Replicate(_));
            let lost = progress.match_index < progress.sent_before;
            if replicating && lost {
                progress.become_probe(progress.match_index + 1);
            }
            let idle = replicating && !lost;
            let progress = &self.progress[peer.index()];
            if idle
                && (progress.next_index > last || progress.is_paused(self.params().pipeline_max))
            {
                self.send_heartbeat(peer, fx);
            } else {
                self.send_append_entries(peer, fx);
            }
            let progress = &mut self.progress[peer.index()];
            progress.sent_before = progress.next_index - 1;
        }
    }

    /// "If last log index ≥ nextIndex for a follower: send AppendEntries RPC with log entries
    /// starting at nextIndex" (Figure 2), as many as may be on their way.
    pub(super) fn replicate(&mut self, to: NodeId, fx: &mut Effects<Raft>) {
        let last = self.log().last_index();
        let pipeline_max = self.params().pipeline_max;
        loop {
            let progress = &self.progress[to.index()];
            if progress.next_index > last || progress.is_paused(pipeline_max) {
                return;
            }
            self.send_append_entries(to, fx);
        }
    }

    /// One `AppendEntries` with what follows `nextIndex - 1`, which may be nothing.
    fn send_append_entries(&mut self, to: NodeId, fx: &mut Effects<Raft>) {
        let next = self.progress[to.index()].next_index;
        let entries = self.cut_batch(next);
        let last = next - 1 + entries.len() as u32;
        self.progress[to.index()].sent(last);
        self.send_after(next - 1, entries, to, fx);
    }

    /// An `AppendEntries` without entries, placed where the logs are known to agree: it cannot be
    /// refused because a message before it was overtaken.
    fn send_heartbeat(&mut self, to: NodeId, fx: &mut Effects<Raft>) {
        let matched = self.progress[to.index()].match_index;
        self.send_after(matched, Rc::clone(&self.nothing), to, fx);
    }

    fn send_after(&self, prev: u32, entries: Rc<[Entry]>, to: NodeId, fx: &mut Effects<Raft>) {
        let term = self.log().term_at(prev).unwrap_or_default();
        let message = AppendEntries {
            term: self.current_term(),
            leader_id: self.me,
            prev_log: Position { term, index: prev },
            entries,
            leader_commit: self.commit_index,
        };
        fx.send(to, Message::AppendEntries(message));
    }

    /// The entries from `next` on, at most `batch_max`; followers at the same place share them.
    fn cut_batch(&mut self, next: u32) -> Rc<[Entry]> {
        let last = self.log().last_index();
        let len = (last + 1).saturating_sub(next).min(self.params().batch_max);
        if len == 0 {
            return Rc::clone(&self.nothing);
        }
        if self.batch.0 != next || self.batch.1.len() as u32 != len {
            let entries = self.log().iter_from(next).take(len as usize).copied().collect();
            self.batch = (next, entries);
        }
        Rc::clone(&self.batch.1)
    }

    /// What a follower says to an `AppendEntries`.
    pub(super) fn on_append_entries_response(
        &mut self,
        from: NodeId,
        m: &AppendEntriesResponse,
        fx: &mut Effects<Raft>,
    ) {
        if m.term < self.current_term() {
            fx.ignored(Why::StaleTerm.code());
            return;
        }
        if self.role != Role::Leader {
            fx.ignored(Why::NotLeader.code());
            return;
        }
        match m.answer {
            Answer::Success { match_index } => self.on_match(from, match_index, fx),
            Answer::Mismatch { prev_log_index, hint } => {
                self.on_mismatch(from, prev_log_index, hint, fx);
            }
            // It refused a request of an earlier term of this server.
            Answer::StaleTerm => fx.ignored(Why::LateAnswer.code()),
        }
    }

    /// "If successful: update nextIndex and matchIndex for follower (§5.3)" (Figure 2).
    fn on_match(&mut self, from: NodeId, match_index: u32, fx: &mut Effects<Raft>) {
        let last = self.log().last_index();
        let claims_all = self.breaks(Rule::MatchWhatIsAcknowledged);
        let match_index = if claims_all { last } else { match_index };
        let progress = &mut self.progress[from.index()];
        // Answers can overtake each other, and matchIndex "increases monotonically".
        if match_index < progress.match_index {
            fx.ignored(Why::LateAnswer.code());
            return;
        }
        progress.matched(match_index, last);
        if match_index > self.commit_index {
            self.maybe_commit(fx);
        }
        self.replicate(from, fx);
    }

    /// "If AppendEntries fails because of log inconsistency: decrement nextIndex and retry (§5.3)"
    /// (Figure 2), by whole terms with the follower's hint.
    fn on_mismatch(&mut self, from: NodeId, refused: u32, hint: Position, fx: &mut Effects<Raft>) {
        let Progress { match_index, next_index, mode, .. } = self.progress[from.index()];
        let probing = matches!(mode, Mode::Probe { .. });
        // A probe waits for one answer, and this may be another's. Whoever is replicated to may
        // have refused what was overtaken, and accepted it since.
        let stale = if probing { refused + 1 != next_index } else { refused <= match_index };
        if stale && !self.breaks(Rule::IgnoreStaleRefusal) {
            fx.ignored(Why::LateAnswer.code());
            return;
        }
        // Up to the hint the logs may agree; at the refused entry and after it they do not.
        let retry = refused.min(self.log().last_not_after(hint).index + 1);
        let next_index = if stale {
            retry.max(1)
        } else if probing {
            retry.max(match_index + 1)
        } else {
            match_index + 1
        };
        if next_index <= match_index {
            let what = Remark::NextBelowMatch.code();
            fx.fact(Fact::Note { what, number: next_index });
        }
        self.progress[from.index()].become_probe(next_index);
        self.send_append_entries(from, fx);
    }

    /// "If there exists an N such that N > commitIndex, a majority of `matchIndex[i]` ≥ N, and
    /// `log[N].term` == currentTerm: set commitIndex = N (§5.3, §5.4)" (Figure 2).
    pub(super) fn maybe_commit(&mut self, fx: &mut Effects<Raft>) {
        let last = self.log().last_index();
        let mut matched = [0; NODES_MAX];
        let matched = &mut matched[..self.progress.len()];
        for (index, progress) in matched.iter_mut().zip(&self.progress) {
            *index = progress.match_index.min(last);
        }
        matched[self.me.index()] = last;
        let quorum = self.quorum(Rule::CommitByMajority);
        let is_on_quorum = |n: &u32| matched.iter().filter(|index| *index >= n).count() >= quorum;
        let n = matched.iter().copied().filter(is_on_quorum).max().unwrap_or(0);
        if n <= self.commit_index {
            return;
        }
        // An entry of an earlier term can be on a majority and still be overwritten (Figure 8);
        // it is committed by one of the current term that follows it (§5.4.2).
        let of_this_term = self.log().term_at(n) == Some(self.current_term());
        if !of_this_term && !self.breaks(Rule::OnlyCommitCurrentTerm) {
            return;
        }
        fx.fact(Fact::QuorumReached {
            of: Quorum::Commit.code(),
            epoch: self.epoch(),
            slot: Slot::at(n),
            members: self.who_has(n),
        });
        self.advance_commit(n, fx);
    }

    /// The servers known to store the entry at `index`.
    fn who_has(&self, index: u32) -> NodeSet {
        let peers = self.peers().filter(|p| self.progress[p.index()].match_index >= index);
        peers.chain([self.me]).collect()
    }
}
