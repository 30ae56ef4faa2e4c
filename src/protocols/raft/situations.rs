//! The gallery: runs worth watching.

use crate::scenario::{Scenario, Situation};

/// What a new scenario starts with: five servers, and a client that asks now and then.
#[must_use]
pub fn usual(seed: u64) -> Scenario {
    let mut scenario = Scenario::new("raft", seed).with("server", 5);
    scenario.clients.operations = 1_000;
    scenario.clients.start_us = 400_000;
    scenario.clients.think_us = 250_000;
    scenario
}

/// All situations, in the order of the gallery.
#[must_use]
pub fn all() -> Vec<Situation> {
    Vec::new()
}
