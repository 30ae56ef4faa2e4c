//! The gallery: runs worth watching, and one at least for every rule that can be broken.

mod commits;
mod elections;
mod figures;
mod liveness;
mod logs;
mod replication;
mod script;

#[cfg(test)]
pub(super) use figures::figure_7_logs;

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

/// All situations, in the order of the gallery: what the protocol does, what it survives, and
/// what each rule is for.
#[must_use]
pub fn all() -> Vec<Situation> {
    let rooms: [fn() -> Vec<Situation>; 6] =
        [replication::all, figures::all, elections::all, logs::all, commits::all, liveness::all];
    rooms.iter().flat_map(|room| room()).collect()
}
