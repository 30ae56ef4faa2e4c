//! The gallery: runs worth watching.
//!
//! Every story of a broken rule is the same script as a story in which the rule
//! holds, so that the two can be watched side by side.

mod broken;
mod script;
mod sound;

use crate::scenario::{Scenario, Situation};

use script::request;

/// What a new scenario starts with: five servers, and two clients that want different values.
#[must_use]
pub fn usual(seed: u64) -> Scenario {
    let mut scenario = Scenario::new("paxos", seed)
        .titled(
            "Paxos",
            "Five servers, each with all three roles; two clients want different values.",
        )
        .with("server", 5)
        .set("learn", "proposer")
        .at_ms(5, request("C1", "S1", "red"))
        .at_ms(35, request("C2", "S5", "blue"));
    scenario.clients.count = 2;
    scenario
}

/// All situations, in the order of the gallery: first Paxos at work, then each rule broken.
#[must_use]
pub fn all() -> Vec<Situation> {
    let mut all = sound::all();
    all.extend(broken::all());
    all
}
