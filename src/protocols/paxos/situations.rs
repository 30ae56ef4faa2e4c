//! The gallery: runs worth watching, each in a script of its own.
//!
//! Every story of a broken rule stands on the same run as a story in which the rule
//! holds, so that the two can be watched side by side.

use crate::scenario::{Do, Scenario, Situation, situations};

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

/// A client asks a node.
fn request(client: &str, to: &str, op: &str) -> Do {
    Do::Request { client: Some(client.to_owned()), to: Some(to.to_owned()), op: op.to_owned() }
}

/// All situations, in the order of the gallery: first Paxos at work, then each rule broken.
#[must_use]
pub fn all() -> Vec<Situation> {
    situations![
        "paxos-happy-path",
        "paxos-combined-roles",
        "paxos-higher-ballot-wins",
        "paxos-value-adopted",
        "paxos-accepted-is-not-chosen",
        "paxos-chosen-but-unknown",
        "paxos-duel-with-backoff" on "duel",
        "paxos-lost-accept",
        "paxos-proposer-restarts",
        "paxos-acceptor-remembers" on "crossing",
        "paxos-minority-cut-off",
        "paxos-flexible-quorums",
        "paxos-one-ballot-one-value" on "second-request",
        "paxos-three-ballots" on "three-ballots",
        "paxos-highest-report-counts" on "two-reports",
        "paxos-four-ballots" on "four-ballots",
        // Each rule broken, and what falls.
        "paxos-vote-below-promise" on "crossing",
        "paxos-own-value-always" on "overlap",
        "paxos-promise-hides-vote" on "overlap",
        "paxos-shared-ballot",
        "paxos-ballot-used-twice",
        "paxos-old-promises-counted",
        "paxos-forgotten-promise" on "crossing",
        "paxos-forgotten-vote" on "overlap",
        "paxos-promise-not-raised" on "three-ballots",
        "paxos-any-reported-value" on "two-reports",
        "paxos-votes-across-ballots" on "four-ballots",
        "paxos-half-is-no-majority",
        "paxos-nack-counted" on "crossing",
        "paxos-nack-ballot-adopted" on "crossing",
        "paxos-duel" on "duel",
        "paxos-two-values-in-a-ballot" on "second-request",
    ]
}
