//! The names by which a report of a fall calls nodes, epochs, slots and values: those of the diagram.

use std::fmt;

use crate::trace::{Cast, Epoch, Info, NodeId, Place, Slot, ValueId};

/// A run's names.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The lanes.
    pub cast: &'a Cast,
    /// What an epoch is called: `term`, `ballot`.
    pub epoch: &'static str,
    /// What a slot is called: `index`; empty where there is only one decision.
    pub slot: &'static str,
    /// A value's text; a number where no client asked for such a value.
    pub value: &'a dyn Fn(ValueId) -> String,
}

impl<'a> Words<'a> {
    /// The words of a protocol, and the names of a run.
    pub fn new(info: &Info, cast: &'a Cast, value: &'a dyn Fn(ValueId) -> String) -> Words<'a> {
        Words { cast, epoch: info.epoch, slot: info.slot, value }
    }

    /// `S2`.
    pub(super) fn node(&self, node: NodeId) -> &str {
        self.cast.name(Place::Node(node))
    }

    /// `term 4`, `ballot 3.1`.
    pub(super) fn epoch(&self, epoch: Epoch) -> String {
        format!("{} {epoch}", self.epoch)
    }

    /// `index 4`.
    pub(super) fn slot(&self, slot: Slot) -> String {
        match self.slot {
            "" => "the decision".to_owned(),
            word => format!("{word} {slot}"),
        }
    }

    /// ` at index 4`; nothing where there is only one decision.
    pub(super) fn at(&self, slot: Slot) -> String {
        match self.slot {
            "" => String::new(),
            word => format!(" at {word} {slot}"),
        }
    }

    /// `x=5`, `the no-op`.
    pub(super) fn value(&self, value: ValueId) -> String {
        match value {
            ValueId::NOOP => "the no-op".to_owned(),
            value => (self.value)(value),
        }
    }
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Words { cast, epoch, slot, .. } = self;
        f.debug_struct("Words")
            .field("cast", cast)
            .field("epoch", epoch)
            .field("slot", slot)
            .finish()
    }
}
