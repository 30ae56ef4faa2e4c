//! Which slots are decided.

use crate::list::SmallMap;
use crate::trace::{EventKind, Fact, NodeId, Slot};

/// The slots that somebody has learned to be decided, by whatever name its protocol has for that.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// Per owner of slots: all up to this one are decided, ...
    upto: SmallMap<Option<NodeId>, u32>,
    /// ... and these beyond.
    beyond: SmallMap<Slot, ()>,
}

impl Decided {
    /// Takes in an event; says whether it decides a slot that was not decided before.
    pub fn see(&mut self, kind: &EventKind) -> bool {
        match *kind {
            EventKind::Fact(Fact::Chosen { slot, .. } | Fact::Applied { slot, .. }) => {
                self.add(slot)
            }
            EventKind::Fact(Fact::Committed { upto, .. }) => {
                self.missing(upto).filter(|slot| self.add(*slot)).count() > 0
            }
            _ => false,
        }
    }

    pub(super) fn contains(&self, slot: Slot) -> bool {
        slot.index <= self.upto(slot.owner) && slot.index > 0 || self.beyond.contains(&slot)
    }

    /// Says whether the slot was not decided before.
    pub(super) fn add(&mut self, slot: Slot) -> bool {
        if self.contains(slot) {
            return false;
        }
        self.beyond.entry(slot);
        let upto = self.upto.entry(slot.owner);
        while self.beyond.remove(&Slot { index: *upto + 1, owner: slot.owner }).is_some() {
            *upto += 1;
        }
        true
    }

    /// The slots up to this one, without the first that are all decided.
    pub(super) fn missing(&self, upto: Slot) -> impl Iterator<Item = Slot> + use<> {
        (self.upto(upto.owner) + 1..=upto.index).map(move |index| Slot { index, ..upto })
    }

    /// The last slot of those that nobody owns.
    pub(super) fn last(&self) -> u32 {
        let beyond = self
            .beyond
            .iter()
            .filter(|(slot, ())| slot.owner.is_none())
            .map(|(slot, ())| slot.index);
        beyond.max().unwrap_or_default().max(self.upto(None))
    }

    fn upto(&self, owner: Option<NodeId>) -> u32 {
        self.upto.get(&owner).copied().unwrap_or_default()
    }
}
