//! Ghost logs: what the facts say is in each log.
//!
//! Facts follow the write that backs them, so they tell of the disk as well; only entries that a
//! broken rule kept off it are gone after a crash, and the node then says where its log ends.

use crate::list::{List, SmallMap, sort_by_key};
use crate::trace::{Epoch, EventId, ValueId};

/// One entry and, by its hash, all before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) prefix: u64,
    pub(super) epoch: Epoch,
    pub(super) value: ValueId,
}

#[derive(Clone, Debug, Default)]
pub(super) struct NodeLog {
    pub(super) cells: List<Cell>,
    pub(super) epoch: Epoch,
    pub(super) leads: Option<Epoch>,
    pub(super) committed: u32,
}

/// How far a leader committed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Commit {
    pub(super) epoch: Epoch,
    pub(super) upto: u32,
    pub(super) prefix: u64,
    pub(super) event: EventId,
}

/// What was found before each entry, by index and epoch, over all of history.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    /// By index from 1: the first entry ever seen there.
    first: List<(Epoch, u64, EventId)>,
    /// Entries of other epochs at the same index.
    more: SmallMap<(u32, Epoch), (u64, EventId)>,
}

impl Entries {
    /// Records an entry; says where the same entry was seen after different ones.
    #[inline]
    pub(super) fn insert(&mut self, index: u32, cell: &Cell, event: EventId) -> Option<EventId> {
        let known = match self.first.get(index as usize - 1) {
            None => {
                self.first.push((cell.epoch, cell.prefix, event));
                return None;
            }
            Some((epoch, prefix, event)) if *epoch == cell.epoch => (*prefix, *event),
            Some(_) => *self.more.entry_or((index, cell.epoch), (cell.prefix, event)),
        };
        (known.0 != cell.prefix).then_some(known.1)
    }
}

impl Cell {
    #[inline]
    pub(super) fn after(before: Option<&Cell>, epoch: Epoch, value: ValueId) -> Cell {
        let owner = epoch.owner.map_or(0, |owner| u64::from(owner.0) + 1);
        let entry = u64::from(epoch.number) << 32 | u64::from(value.0);
        let mixed = before.map_or(0x5359_4e4f, |cell| cell.prefix) ^ owner.rotate_left(29);
        let mixed =
            (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ entry).wrapping_mul(0xff51_afd7_ed55_8ccd);
        Cell { prefix: mixed ^ mixed >> 32, epoch, value }
    }
}

impl NodeLog {
    /// The hash of the entries up to an index.
    #[inline]
    pub(super) fn prefix(&self, index: u32) -> Option<u64> {
        prefix_of(&self.cells, index)
    }
}

/// The hash of the entries up to an index.
#[inline]
pub(super) fn prefix_of(cells: &List<Cell>, index: u32) -> Option<u64> {
    cells.get((index as usize).checked_sub(1)?).map(|cell| cell.prefix)
}

/// How far leaders committed, by ascending epoch and ascending index: an earlier
/// epoch that got as far makes a later one redundant.
#[derive(Clone, Debug, Default)]
pub(super) struct Commits {
    list: List<Commit>,
}

impl Commits {
    /// The furthest commit of the epochs before this one.
    pub(super) fn last_before(&self, epoch: Epoch) -> Option<Commit> {
        let commits = (0..self.list.len()).rev().filter_map(|at| self.list.get(at));
        commits.copied().find(|commit| commit.epoch < epoch)
    }

    /// Records a commit.
    pub(super) fn record(&mut self, commit: Commit) {
        match self.list.last().copied() {
            Some(last) if last.epoch == commit.epoch => {
                if commit.upto > last.upto {
                    self.list.set(self.list.len() - 1, commit);
                }
            }
            Some(last) if last.epoch > commit.epoch => self.record_late(commit),
            Some(last) if last.upto >= commit.upto => {}
            Some(_) | None => self.list.push(commit),
        }
    }

    /// Records a commit of a leader that others have overtaken.
    fn record_late(&mut self, commit: Commit) {
        let mut all: Vec<Commit> = self.list.iter().copied().collect();
        all.push(commit);
        // Of one epoch the furthest comes first, and then nothing that got no further.
        sort_by_key(&mut all, |commit| {
            let Epoch { number, owner } = commit.epoch;
            let owner = owner.map_or(0, |node| u64::from(node.0) + 1);
            [u64::from(number) << 16 | owner, u64::from(u32::MAX - commit.upto)]
        });
        self.list = List::default();
        for commit in all {
            if self.list.last().is_none_or(|before| before.upto < commit.upto) {
                self.list.push(commit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_of_late_old_leaders_keep_the_record_in_order() {
        let mut commits = Commits::default();
        for (epoch, upto) in [(2, 3), (5, 6), (7, 8), (4, 7), (4, 5), (5, 7), (9, 8)] {
            let epoch = Epoch::plain(epoch);
            commits.record(Commit { epoch, upto, prefix: 0, event: EventId(0) });
        }
        let kept: Vec<(u32, u32)> = commits.list.iter().map(|c| (c.epoch.number, c.upto)).collect();
        assert_eq!(kept, [(2, 3), (4, 7), (7, 8)]);
        let before = |epoch| commits.last_before(Epoch::plain(epoch)).map(|commit| commit.upto);
        assert_eq!(
            [before(2), before(4), before(5), before(99)],
            [None, Some(3), Some(7), Some(8)]
        );
    }
}
