//! What replicated state machines promise: the same commands, in the same order, once.

use crate::list::List;
use crate::trace::{Epoch, Event, EventId, EventKind, Fact, NODES_MAX, NodeId, Slot, ValueId};

use super::record::Values;
use super::{Falls, Invariant, Monitor, Watch};

const SAFETY: u8 = 0;
const INTEGRITY: u8 = 1;
const VALIDITY: u8 = 2;

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "State Machine Safety",
        says: "If a node has applied an entry at a slot, no other node ever applies a different \
               one there: Agreement, for logs.",
        source: "Raft §5.4.3, Figure 3",
    },
    Invariant {
        name: "Integrity",
        says: "From boot to crash a node applies each slot once, in order and without holes.",
        source: "Raft §5.3; Lamport & Massa, Cheap Paxos §2.2",
    },
    Invariant {
        name: "Validity",
        says: "What is applied was asked for by a client, or is a no-op.",
        source: "Lamport & Massa, Cheap Paxos §2.1 (Nontriviality)",
    },
];

/// Watches what state machines apply, by anyone at any time.
#[derive(Clone, Debug)]
pub struct StateMachines {
    entries_have_epochs: bool,
    invoked: Values,
    /// Per slot from 1: what was first applied there.
    applied: List<Applied>,
    nodes: Vec<Progress>,
}

#[derive(Clone, Copy, Debug)]
struct Applied {
    epoch: Epoch,
    value: ValueId,
    event: EventId,
}

/// How far a node's state machine is.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// The last slot applied in this life; `None` before the first.
    last: Option<u32>,
    /// The highest slot of all its lives.
    ever: u32,
}

impl StateMachines {
    /// Watches state machines; `entries_have_epochs` where entries of different
    /// epochs are different entries even if they hold the same command (Raft, not Paxos).
    #[must_use]
    pub fn new(entries_have_epochs: bool) -> StateMachines {
        StateMachines {
            entries_have_epochs,
            invoked: Values::default(),
            applied: List::default(),
            nodes: vec![Progress::default(); NODES_MAX],
        }
    }

    fn on_applied(&mut self, node: NodeId, slot: Slot, own: Applied, falls: &mut Falls<'_>) {
        self.check_order(node, slot, falls);
        if own.value != ValueId::NOOP && !self.invoked.contains(own.value) {
            falls.report(VALIDITY, None, |words| {
                let (node, value) = (words.node(node), words.value(own.value));
                format!("{node} applies {value}{}, and no client asked for it", words.at(slot))
            });
        }
        let at = slot.index as usize;
        if at == self.applied.len() + 1 {
            return self.applied.push(own);
        }
        let Some(first) = at.checked_sub(1).and_then(|at| self.applied.get(at)).copied() else {
            return;
        };
        let same_epoch = first.epoch == own.epoch || !self.entries_have_epochs;
        if first.value != own.value || !same_epoch {
            let with_epoch = self.entries_have_epochs;
            falls.report(SAFETY, Some(first.event), |words| {
                let entry = |applied: Applied| {
                    let value = words.value(applied.value);
                    if with_epoch {
                        format!("{value} of {}", words.epoch(applied.epoch))
                    } else {
                        value
                    }
                };
                let (node, at, own) = (words.node(node), words.at(slot), entry(own));
                format!("{node} applies {own}{at}, where {} was applied", entry(first))
            });
        }
    }

    /// A state machine starts over after a crash, or goes on if it was on disk.
    fn check_order(&mut self, node: NodeId, slot: Slot, falls: &mut Falls<'_>) {
        let Some(progress) = self.nodes.get_mut(node.index()) else { return };
        let in_order = match progress.last {
            Some(last) => slot.index == last.saturating_add(1),
            None => (1..=progress.ever.saturating_add(1)).contains(&slot.index),
        };
        if !in_order {
            let last = progress.last.unwrap_or_default();
            falls.report(INTEGRITY, None, |words| {
                let next = words.slot(Slot { index: last.saturating_add(1), ..slot });
                format!("{} applies {} when {next} is next", words.node(node), words.slot(slot))
            });
        }
        progress.last = Some(slot.index);
        progress.ever = progress.ever.max(slot.index);
    }
}

impl Monitor for StateMachines {
    fn invariants(&self) -> &'static [Invariant] {
        INVARIANTS
    }

    fn watches(&self) -> Watch {
        Watch::INVOKED | Watch::CRASHED | Watch::APPLIED
    }

    fn on_event(&mut self, id: EventId, event: &Event, falls: &mut Falls<'_>) {
        match (event.kind, event.place.node()) {
            (EventKind::Invoked { value }, _) => self.invoked.insert(value),
            (EventKind::Crashed, Some(node)) => {
                if let Some(progress) = self.nodes.get_mut(node.index()) {
                    progress.last = None;
                }
            }
            (EventKind::Fact(Fact::Applied { slot, epoch, value }), Some(node)) => {
                self.on_applied(node, slot, Applied { epoch, value, event: id }, falls);
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

    fn play(entries_have_epochs: bool, script: &str) -> Vec<String> {
        let asked = "c1 invoked v1\nc1 invoked v2\n";
        let monitor = StateMachines::new(entries_have_epochs);
        script::play(Checks::new(vec![Box::new(monitor)]), &format!("{asked}{script}"))
    }

    #[test]
    fn a_crashed_node_has_applied_all_the_same() {
        let script = "n1 applied @1 1 v1
            n1 crashed
            n2 applied @1 2 v2";
        assert_eq!(
            play(true, script),
            [
                "4: State Machine Safety: S2 applies v2 of term 2 at index 1, where v1 of term 1 was \
              applied (against 2)"
            ]
        );
    }

    #[test]
    fn an_entry_of_another_epoch_is_another_entry_only_where_entries_have_epochs() {
        let script = "n1 applied @1 1 v1\nn2 applied @1 2 v1";
        assert_eq!(play(true, script).len(), 1);
        assert!(play(false, script).is_empty());
    }

    #[test]
    fn slots_are_applied_in_order_and_from_the_start_after_a_crash() {
        let holes = "n1 applied @1 1 v1\nn1 applied @3 1 v2";
        assert_eq!(play(true, holes), ["3: Integrity: S1 applies index 3 when index 2 is next"]);
        let twice = "n1 applied @1 1 v1\nn1 applied @1 1 v1";
        assert_eq!(play(true, twice), ["3: Integrity: S1 applies index 1 when index 2 is next"]);
        let again = "n1 applied @1 1 v1
            n1 applied @2 1 v2
            n1 crashed
            n1 applied @1 1 v1
            n1 applied @2 1 v2";
        assert!(play(true, again).is_empty());
        let goes_on = "n1 applied @1 1 v1\nn1 crashed\nn1 applied @2 1 v2";
        assert!(play(true, goes_on).is_empty(), "the state machine may be on disk");
        let skips = "n1 applied @1 1 v1\nn1 crashed\nn1 applied @3 1 v2";
        assert_eq!(play(true, skips).len(), 1);
    }

    #[test]
    fn what_nobody_asked_for_is_not_valid() {
        assert_eq!(
            play(true, "n1 applied @1 1 v7"),
            ["2: Validity: S1 applies v7 at index 1, and no client asked for it"]
        );
        assert!(play(true, "n1 applied @1 1 v0\nn1 applied @2 1 v2").is_empty());
    }
}
