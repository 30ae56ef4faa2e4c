//! What a run has decided.

use std::collections::BTreeMap;

use crate::trace::{Event, EventKind, Fact, Slot, ValueId};

/// Per slot the first value that a node learned to be chosen or executed.
///
/// Where a run breaks its protocol, others may have learned another.
pub(super) fn decided(events: &[Event]) -> Vec<(Slot, ValueId)> {
    let mut slots = BTreeMap::new();
    for event in events {
        if let EventKind::Fact(
            Fact::Chosen { slot, value, .. } | Fact::Applied { slot, value, .. },
        ) = event.kind
        {
            slots.entry(slot).or_insert(value);
        }
    }
    slots.into_iter().collect()
}
