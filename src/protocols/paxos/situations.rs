//! The gallery: runs worth watching.

use crate::scenario::{Do, Scenario, Situation};

/// What a new scenario starts with: five servers, and two clients that want different values.
#[must_use]
pub fn usual(seed: u64) -> Scenario {
    let request = |client: &str, to: &str, op: &str| Do::Request {
        client: Some(client.to_owned()),
        to: Some(to.to_owned()),
        op: op.to_owned(),
    };
    let mut scenario = Scenario::new("paxos", seed)
        .with("server", 5)
        .set("learn", "proposer")
        .at_ms(5, request("C1", "S1", "red"))
        .at_ms(25, request("C2", "S5", "blue"));
    scenario.clients.count = 2;
    scenario
}

/// All situations, in the order of the gallery.
#[must_use]
pub fn all() -> Vec<Situation> {
    Vec::new()
}
