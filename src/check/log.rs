//! What replicated logs promise, judged on ghost logs.
//!
//! The ghost log of a node follows its `Appended` and `Truncated` facts. Each of
//! its cells carries a hash of everything up to it, so that comparing two
//! prefixes is comparing two numbers.

use crate::list::List;
use crate::trace::{Epoch, Event, EventId, EventKind, Fact, NodeId, Slot, ValueId};

use super::elections::{EPOCHS_GROW_INVARIANT, Elections};
use super::ghost::{Cell, Commit, Commits, Entries, NodeLog, prefix_of};
use super::state_machine::StateMachines;
use super::{Falls, Invariant, Monitor, Watch, Words};

const APPEND_ONLY: u8 = 0;
const LOG_MATCHING: u8 = 1;
const COMPLETENESS: u8 = 2;
const REACH_MAJORITY: u8 = 3;
const MONOTONE: u8 = 4;
const WITHIN: u8 = 5;
const EPOCHS_GROW: u8 = 6;

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "Leader Append-Only",
        says: "A leader never overwrites or deletes entries of its log; it only appends.",
        source: "Raft §5.3, Figure 3",
    },
    Invariant {
        name: "Log Matching",
        says: "If two logs contain an entry with the same index and {epoch}, they are identical in \
               all entries up to it.",
        source: "Raft §5.3, Figure 3",
    },
    Invariant {
        name: "Leader Completeness",
        says: "An entry that is committed in {an epoch} is in the logs of the leaders of all later \
               {epoch}s.",
        source: "Raft §5.4, Figure 3",
    },
    Invariant {
        name: "Committed Entries Reach Majority",
        says: "When a leader commits an entry, a quorum of logs holds it and all before it.",
        source: "Vanlightly/raft-tlaplus, CommittedEntriesReachMajority",
    },
    Invariant {
        name: "Commit Is Monotone",
        says: "From boot to crash, what a node knows to be committed never shrinks.",
        source: "LogCabin, RaftConsensusInvariants.cc",
    },
    Invariant {
        name: "Commit Within Log",
        says: "A node applies only what it knows to be committed, and knows only that to be committed \
               which is in its log.",
        source: "LogCabin, RaftConsensusInvariants.cc; OpenRaft, tests-turmoil",
    },
    EPOCHS_GROW_INVARIANT,
];

/// A family of protocols that elect a leader whose log the others copy.
#[derive(Clone, Copy, Debug)]
pub struct LogFamily {
    /// How many nodes have a log.
    pub nodes: usize,
    /// The role of leaders, an index into [`crate::trace::Info::roles`].
    pub leader_role: u8,
    /// How many logs must hold an entry before it is committed.
    pub quorum: usize,
}

impl LogFamily {
    /// Everything such a protocol promises: its elections, its logs, its state machines.
    #[must_use]
    pub fn monitors(self) -> Vec<Box<dyn Monitor>> {
        vec![
            Box::new(Elections::new(self.leader_role)),
            Box::new(Logs::new(self)),
            Box::new(StateMachines::new(true)),
        ]
    }
}

/// Watches the logs of all nodes.
#[derive(Clone, Debug)]
pub struct Logs {
    family: LogFamily,
    nodes: Vec<NodeLog>,
    entries: Entries,
    commits: Commits,
    /// Reigns that are over while a leader of an earlier epoch still thinks it leads.
    past: Vec<Reign>,
}

#[derive(Clone, Debug)]
struct Reign {
    node: NodeId,
    epoch: Epoch,
    cells: List<Cell>,
}

impl Logs {
    /// Watches the logs of a family.
    #[must_use]
    pub fn new(family: LogFamily) -> Logs {
        Logs {
            family,
            nodes: vec![NodeLog::default(); family.nodes],
            entries: Entries::default(),
            commits: Commits::default(),
            past: Vec::new(),
        }
    }

    fn log(&mut self, node: NodeId) -> Option<&mut NodeLog> {
        self.nodes.get_mut(node.index())
    }

    fn on_appended(&mut self, node: NodeId, new: Entry, id: EventId, falls: &mut Falls<'_>) {
        let Some(log) = self.nodes.get_mut(node.index()) else { return };
        let Entry { slot, epoch, value } = new;
        let len = log.cells.len();
        let Some(at) = (slot.index as usize).checked_sub(1) else { return };
        if at < len {
            return self.on_overwritten(node, at, new, id, falls);
        }
        if at > len {
            return falls.report(LOG_MATCHING, None, |words| {
                let (node, slot) = (words.node(node), words.slot(slot));
                format!("{node} has an entry at {slot}, but only {len} before it")
            });
        }
        let last = log.cells.last();
        if last.is_some_and(|last| epoch < last.epoch) || epoch > log.epoch {
            let (last, own) = (last.map(|last| last.epoch), log.epoch);
            falls.report(EPOCHS_GROW, None, |words| {
                let (node, at, new) = (words.node(node), words.at(slot), words.epoch(epoch));
                if let Some(last) = last.filter(|last| epoch < *last) {
                    let last = words.epoch(last);
                    return format!("{node} appends an entry of {new}{at}, after one of {last}");
                }
                let own = words.epoch(own);
                format!("{node} appends an entry of {new}{at}, but is only in {own}")
            });
        }
        let cell = Cell::after(last, epoch, value);
        log.cells.push(cell);
        if let Some(event) = self.entries.insert(slot.index, &cell, id) {
            falls.report(LOG_MATCHING, Some(event), |words| mismatch(words, node, slot, epoch));
        }
    }

    /// An entry took the place of another and what followed stayed: the hashes of all
    /// that follow change.
    fn on_overwritten(
        &mut self,
        node: NodeId,
        at: usize,
        new: Entry,
        id: EventId,
        falls: &mut Falls<'_>,
    ) {
        let Some(log) = self.nodes.get_mut(node.index()) else { return };
        let Some(old) = log.cells.get(at).copied() else { return };
        if (old.epoch, old.value) == (new.epoch, new.value) {
            return;
        }
        if let Some(epoch) = log.leads {
            falls.report(APPEND_ONLY, None, |words| {
                let (node, epoch) = (words.node(node), words.epoch(epoch));
                format!("{node} leads {epoch} and overwrites its entry{}", words.at(new.slot))
            });
        }
        let after: Vec<Cell> = log.cells.iter_from(at + 1).copied().collect();
        log.cells.truncate(at);
        let entries = after.iter().map(|cell| (cell.epoch, cell.value));
        for (epoch, value) in std::iter::once((new.epoch, new.value)).chain(entries) {
            let cell = Cell::after(log.cells.last(), epoch, value);
            log.cells.push(cell);
            let index = log.cells.len() as u32;
            if let Some(event) = self.entries.insert(index, &cell, id) {
                let slot = Slot { index, ..new.slot };
                falls.report(LOG_MATCHING, Some(event), |words| mismatch(words, node, slot, epoch));
            }
        }
    }

    fn on_truncated(&mut self, node: NodeId, from: Slot, falls: &mut Falls<'_>) {
        let Some(log) = self.log(node) else { return };
        let len = (from.index as usize).saturating_sub(1);
        if len >= log.cells.len() {
            return;
        }
        if let Some(epoch) = log.leads {
            falls.report(APPEND_ONLY, None, |words| {
                let (node, epoch) = (words.node(node), words.epoch(epoch));
                format!("{node} leads {epoch} and deletes its log from {} on", words.slot(from))
            });
        }
        log.cells.truncate(len);
    }

    fn on_role(&mut self, node: NodeId, role: u8, epoch: Epoch, falls: &mut Falls<'_>) {
        self.end_reign(node);
        let leads = role == self.family.leader_role;
        let Some(log) = self.log(node) else { return };
        log.epoch = log.epoch.max(epoch);
        if !leads {
            return;
        }
        log.leads = Some(epoch);
        let missing = self
            .commits
            .last_before(epoch)
            .filter(|commit| self.nodes[node.index()].prefix(commit.upto) != Some(commit.prefix));
        if let Some(commit) = missing {
            falls.report(COMPLETENESS, Some(commit.event), |words| {
                incomplete(words, node, epoch, &commit)
            });
        }
    }

    /// What the leader of an epoch held still matters while a leader of an earlier
    /// epoch may go on to commit something.
    fn end_reign(&mut self, node: NodeId) {
        let Some(log) = self.nodes.get_mut(node.index()) else { return };
        let Some(epoch) = log.leads.take() else { return };
        self.past.push(Reign { node, epoch, cells: log.cells.clone() });
        let lowest = self.nodes.iter().filter_map(|log| log.leads).min();
        self.past.retain(|reign| lowest.is_some_and(|lowest| lowest < reign.epoch));
    }

    fn on_committed(&mut self, node: NodeId, upto: Slot, id: EventId, falls: &mut Falls<'_>) {
        let Some(log) = self.log(node) else { return };
        if upto.index < log.committed {
            let before = log.committed;
            falls.report(MONOTONE, None, |words| {
                let (node, upto, before) = (
                    words.node(node),
                    words.slot(upto),
                    words.slot(Slot { index: before, ..upto }),
                );
                format!("{node} had committed up to {before} and now only up to {upto}")
            });
        }
        log.committed = log.committed.max(upto.index);
        let last = log.cells.len() as u32;
        if upto.index > last {
            falls.report(WITHIN, None, |words| {
                let (node, upto) = (words.node(node), words.slot(upto));
                format!("{node} has committed up to {upto}, but its log ends with entry {last}")
            });
        }
        if let Some(epoch) = log.leads {
            let prefix = log.prefix(upto.index);
            self.on_leader_committed(node, upto, (epoch, prefix), id, falls);
        }
    }

    fn on_applied(&mut self, node: NodeId, slot: Slot, falls: &mut Falls<'_>) {
        let committed = self.log(node).map_or(u32::MAX, |log| log.committed);
        if slot.index > committed {
            falls.report(WITHIN, None, |words| {
                let (node, slot) = (words.node(node), words.slot(slot));
                format!("{node} applies {slot}, but knows only {committed} to be committed")
            });
        }
    }

    fn on_leader_committed(
        &mut self,
        node: NodeId,
        upto: Slot,
        (epoch, prefix): (Epoch, Option<u64>),
        id: EventId,
        falls: &mut Falls<'_>,
    ) {
        let holds = |log: &&NodeLog| prefix.is_some() && log.prefix(upto.index) == prefix;
        let holders = self.nodes.iter().filter(holds).count();
        let quorum = self.family.quorum;
        if holders < quorum {
            falls.report(REACH_MAJORITY, None, |words| {
                let (node, upto, epoch) = (words.node(node), words.slot(upto), words.epoch(epoch));
                let logs = if holders == 1 { "1 log holds" } else { "logs hold" };
                let count = if holders == 1 { String::new() } else { format!("{holders} ") };
                format!(
                    "{node} commits {upto} in {epoch}, which {count}{logs}; a quorum is {quorum}"
                )
            });
        }
        let Some(prefix) = prefix else { return };
        let commit = Commit { epoch, upto: upto.index, prefix, event: id };
        let reigning =
            self.nodes.iter().enumerate().filter_map(|(at, log)| {
                log.leads.map(|epoch| (NodeId(at as u8), epoch, &log.cells))
            });
        let past = self.past.iter().map(|reign| (reign.node, reign.epoch, &reign.cells));
        let lacking = reigning
            .chain(past)
            .filter(|(_, later, _)| *later > epoch)
            .find(|(_, _, cells)| prefix_of(cells, upto.index) != Some(prefix));
        if let Some((leader, later, _)) = lacking {
            falls.report(COMPLETENESS, None, |words| incomplete(words, leader, later, &commit));
        }
        self.commits.record(commit);
    }
}

/// An entry as a fact names it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    slot: Slot,
    epoch: Epoch,
    value: ValueId,
}

fn mismatch(words: &Words<'_>, node: NodeId, slot: Slot, epoch: Epoch) -> String {
    let (node, at, epoch) = (words.node(node), words.at(slot), words.epoch(epoch));
    format!(
        "{node} has other entries before its entry of {epoch}{at} than a log with that entry had"
    )
}

fn incomplete(words: &Words<'_>, leader: NodeId, epoch: Epoch, commit: &Commit) -> String {
    let (leader, epoch) = (words.node(leader), words.epoch(epoch));
    let (upto, before) = (words.slot(Slot::at(commit.upto)), words.epoch(commit.epoch));
    format!("{leader} leads {epoch} without all entries up to {upto} that {before} committed")
}

impl Monitor for Logs {
    fn invariants(&self) -> &'static [Invariant] {
        INVARIANTS
    }

    fn watches(&self) -> Watch {
        Watch::CRASHED
            | Watch::ROLE
            | Watch::EPOCH
            | Watch::APPENDED
            | Watch::TRUNCATED
            | Watch::RECOVERED
            | Watch::COMMITTED
            | Watch::APPLIED
    }

    fn on_event(&mut self, id: EventId, event: &Event, falls: &mut Falls<'_>) {
        let Some(node) = event.place.node() else { return };
        let fact = match event.kind {
            EventKind::Fact(fact) => fact,
            EventKind::Crashed => {
                self.end_reign(node);
                return self.log(node).map_or((), |log| log.committed = 0);
            }
            _ => return,
        };
        match fact {
            Fact::Appended { slot, epoch, value } => {
                self.on_appended(node, Entry { slot, epoch, value }, id, falls);
            }
            Fact::Committed { upto, .. } => self.on_committed(node, upto, id, falls),
            Fact::Applied { slot, .. } => self.on_applied(node, slot, falls),
            Fact::Truncated { from } => self.on_truncated(node, from, falls),
            Fact::EpochChanged { epoch } => {
                if let Some(log) = self.log(node) {
                    log.epoch = log.epoch.max(epoch);
                }
            }
            Fact::RoleChanged { role, epoch } => self.on_role(node, role, epoch, falls),
            Fact::Recovered { last } => {
                if let Some(log) = self.log(node) {
                    log.cells.truncate(last.index as usize);
                }
            }
            _ => {}
        }
    }

    fn copy(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Checks, script};
    use super::*;

    /// Three nodes, majorities commit.
    fn falls(script: &str) -> Vec<String> {
        let family = LogFamily { nodes: 3, leader_role: script::LEADER, quorum: 2 };
        script::play(Checks::new(vec![Box::new(Logs::new(family))]), script)
    }

    /// Node 1 leads epoch 1 and has entry 1 on all nodes.
    const ONE_ENTRY: &str = "n1 leader 1
        n2 epoch_changed 1
        n3 epoch_changed 1
        n1 appended @1 1 v1
        n2 appended @1 1 v1
        n3 appended @1 1 v1
        ";

    #[test]
    fn a_clean_replication_and_a_leader_change_break_nothing() {
        let script = "n1 persisted
            n2 persisted
            n3 persisted
            n1 committed @1 1
            n2 committed @1 1
            n1 appended @2 1 v2
            n1 crashed
            n2 leader 2
            n2 appended @2 2 v0
            n3 epoch_changed 2
            n3 appended @2 2 v0
            n2 committed @2 2
            n1 restarted
            n1 recovered @1
            n1 epoch_changed 2
            n1 appended @2 2 v0
            n1 committed @2 2";
        assert!(falls(&format!("{ONE_ENTRY}{script}")).is_empty());
    }

    #[test]
    fn nothing_is_applied_before_it_is_committed_nor_committed_before_it_is_in_the_log() {
        let ahead = format!("{ONE_ENTRY}n2 committed @2 1");
        assert_eq!(
            falls(&ahead),
            ["6: Commit Within Log: S2 has committed up to index 2, but its log ends with entry 1"]
        );
        let early = format!("{ONE_ENTRY}n2 applied @1 1 v1");
        assert_eq!(
            falls(&early),
            ["6: Commit Within Log: S2 applies index 1, but knows only 0 to be committed"]
        );
        let after_a_crash = format!(
            "{ONE_ENTRY}n1 committed @1 1\nn1 applied @1 1 v1\nn1 crashed\nn1 restarted
            n1 recovered @1\nn1 applied @1 1 v1"
        );
        assert_eq!(falls(&after_a_crash).len(), 1, "what is committed must be learned again");
    }

    #[test]
    fn a_leader_only_appends() {
        let deletes = format!("{ONE_ENTRY}n1 truncated @1");
        assert_eq!(
            falls(&deletes),
            ["6: Leader Append-Only: S1 leads term 1 and deletes its log from index 1 on"]
        );
        let overwrites = format!("{ONE_ENTRY}n1 appended @1 1 v2");
        assert!(
            falls(&overwrites)[0].starts_with("6: Leader Append-Only: S1 leads term 1 and over")
        );
        let follower = format!("{ONE_ENTRY}n1 follower 2\nn1 truncated @1\nn3 truncated @1");
        assert!(falls(&follower).is_empty(), "followers may");
        let nothing = format!("{ONE_ENTRY}n1 truncated @2\nn1 appended @1 1 v1");
        assert!(falls(&nothing).is_empty(), "nothing is deleted, nothing changes");
    }

    #[test]
    fn the_same_entry_never_follows_different_ones() {
        let script = "n1 leader 1
            n1 appended @1 1 v1
            n2 leader 2
            n2 appended @1 2 v2
            n2 appended @2 2 v0
            n1 follower 2
            n1 appended @2 2 v0";
        assert_eq!(
            falls(script),
            [
                "6: Log Matching: S1 has other entries before its entry of term 2 at index 2 than a log \
              with that entry had (against 4)"
            ]
        );
        let repaired = script.replace(
            "n1 appended @2",
            "n1 truncated @1
            n1 appended @1 2 v2
            n1 appended @2",
        );
        assert!(falls(&repaired).is_empty());
    }

    #[test]
    fn a_stale_suffix_breaks_log_matching_and_so_does_a_hole() {
        let stale = "n1 leader 1
            n1 appended @1 1 v1
            n1 appended @2 1 v2
            n1 follower 2
            n1 appended @1 2 v3";
        assert_eq!(
            falls(stale),
            [
                "4: Log Matching: S1 has other entries before its entry of term 1 at index 2 than a log \
              with that entry had (against 2)"
            ]
        );
        let hole = "n1 leader 1\nn1 appended @2 1 v1";
        assert_eq!(
            falls(hole),
            ["1: Log Matching: S1 has an entry at index 2, but only 0 before it"]
        );
    }

    #[test]
    fn a_leader_has_what_was_committed_before_its_epoch() {
        let elected = format!(
            "{ONE_ENTRY}n1 appended @2 1 v2
            n2 appended @2 1 v2
            n1 committed @2 1
            n3 leader 2"
        );
        assert_eq!(
            falls(&elected),
            [
                "9: Leader Completeness: S3 leads term 2 without all entries up to index 2 that term 1 \
              committed (against 8)"
            ]
        );
        let complete = elected.replace("n3 leader", "n2 leader");
        assert!(falls(&complete).is_empty());
        let earlier = elected.replace("n3 leader 2", "n3 leader 0");
        assert!(falls(&earlier).is_empty(), "only later leaders must have it");
    }

    #[test]
    fn a_commit_by_an_old_leader_binds_later_leaders_even_after_their_reign() {
        let script = format!(
            "{ONE_ENTRY}n1 appended @2 1 v2
            n2 appended @2 1 v2
            n3 leader 2
            n3 crashed
            n1 committed @2 1"
        );
        assert_eq!(
            falls(&script),
            [
                "10: Leader Completeness: S3 leads term 2 without all entries up to index 2 that term 1 \
              committed"
            ]
        );
        let had_it = script.replace("n3 leader", "n3 appended @2 1 v2\nn3 leader");
        assert!(falls(&had_it).is_empty());
    }

    #[test]
    fn a_quorum_of_logs_holds_what_a_leader_commits() {
        let alone = "n1 leader 1\nn1 appended @1 1 v1\nn1 committed @1 1";
        assert_eq!(
            falls(alone),
            [
                "2: Committed Entries Reach Majority: S1 commits index 1 in term 1, which 1 log holds; a quorum is 2"
            ]
        );
        assert!(falls(&format!("{ONE_ENTRY}n1 committed @1 1")).is_empty());
    }

    #[test]
    fn a_crash_takes_what_was_not_on_disk() {
        // Node 2 loses its entry, node 3 has it on disk.
        let lost = format!(
            "{ONE_ENTRY}n3 persisted
            n2 crashed
            n2 recovered @0
            n3 crashed
            n3 recovered @1
            "
        );
        assert!(falls(&format!("{lost}n1 committed @1 1")).is_empty());
        let both = format!("{lost}n3 crashed\nn3 recovered @0\nn1 committed @1 1");
        assert!(falls(&both)[0].contains(
            "Committed Entries Reach Majority: S1 commits index 1 in term 1, which 1 log"
        ));
    }

    #[test]
    fn a_commit_index_shrinks_only_in_a_crash() {
        let shrinks = format!("{ONE_ENTRY}n2 committed @1 1\nn2 committed @0 1");
        assert_eq!(
            falls(&shrinks),
            ["7: Commit Is Monotone: S2 had committed up to index 1 and now only up to index 0"]
        );
        let crash = shrinks.replace("\nn2", "\nn2 crashed\nn2");
        assert!(falls(&crash).is_empty());
    }

    #[test]
    fn epochs_in_a_log_never_go_down_nor_run_ahead() {
        let down =
            format!("{ONE_ENTRY}n2 epoch_changed 3\nn2 appended @2 3 v0\nn2 appended @3 2 v2");
        assert_eq!(
            falls(&down),
            ["8: Epochs Grow: S2 appends an entry of term 2 at index 3, after one of term 3"]
        );
        let ahead = format!("{ONE_ENTRY}n2 appended @2 2 v2");
        assert_eq!(
            falls(&ahead),
            ["6: Epochs Grow: S2 appends an entry of term 2 at index 2, but is only in term 1"]
        );
        let fine = format!("{ONE_ENTRY}n2 epoch_changed 2\nn2 appended @2 2 v2");
        assert!(falls(&fine).is_empty());
    }

    #[test]
    fn the_family_guards_what_the_paper_names() {
        let family = LogFamily { nodes: 3, leader_role: 2, quorum: 2 };
        let names = Checks::new(family.monitors()).names();
        let figure_3 = [
            "Election Safety",
            "Leader Append-Only",
            "Log Matching",
            "Leader Completeness",
            "State Machine Safety",
        ];
        assert!(figure_3.iter().all(|name| names.contains(name)), "{names:?}");
    }
}
