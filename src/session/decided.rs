//! What a run has decided.

use crate::list::sort_by_key;
use crate::trace::{Event, EventKind, Fact, Slot, ValueId};

/// Per slot the first value that a node learned to be chosen or executed.
///
/// Where a run breaks its protocol, others may have learned another.
pub(super) fn decided(events: &[Event]) -> Vec<(Slot, ValueId)> {
    let mut slots = Vec::new();
    for event in events {
        if let EventKind::Fact(
            Fact::Chosen { slot, value, .. } | Fact::Applied { slot, value, .. },
        ) = event.kind
        {
            slots.push((slot, value));
        }
    }
    // The sort keeps the order of events within a slot.
    sort_by_key(&mut slots, |(slot, _)| {
        [slot.owner.map_or(0, |owner| u64::from(owner.0) + 1), slot.index.into()]
    });
    slots.dedup_by_key(|(slot, _)| *slot);
    slots
}
