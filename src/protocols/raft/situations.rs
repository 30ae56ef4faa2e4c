//! The gallery: runs worth watching, and one at least for every rule that can be broken,
//! each in a script of its own.

use crate::scenario::{Scenario, Situation, situations};

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
    situations![
        // Raft at work.
        "raft-first-election",
        "raft-split-vote",
        "raft-replication",
        "raft-leader-crash",
        "raft-partitioned-leader",
        "raft-slow-follower",
        "raft-flaky-network",
        // Figures 7 and 8 of the paper, built by histories in which only crashes and cut links happen.
        "raft-figure-7" on "by-hand" "figure-7-logs",
        "raft-figure-8" on "by-hand" "figure-8-three",
        "raft-figure-8-broken" on "by-hand" "figure-8-three",
        "raft-figure-8-five" on "by-hand" "figure-8-five",
        "raft-figure-8-five-broken" on "by-hand" "figure-8-five",
        "raft-figure-8-e" on "by-hand" "figure-8-five",
        // Elections.
        "raft-break-elect-by-majority" on "by-hand",
        "raft-break-count-votes-of-this-term" on "by-hand",
        "raft-break-vote-once-per-term" on "by-hand",
        "raft-break-persist-vote" on "by-hand",
        "raft-break-persist-term" on "by-hand",
        "raft-break-keep-vote-within-term" on "by-hand",
        "raft-lost-disk" on "by-hand",
        "raft-break-vote-for-up-to-date" on "by-hand",
        "raft-break-compare-last-term" on "by-hand",
        "raft-break-compare-length" on "by-hand",
        // Logs.
        "raft-delayed-duplicate" on "by-hand" "delayed-duplicate",
        "raft-delayed-duplicate-broken" on "by-hand" "delayed-duplicate",
        "raft-break-truncate-only-on-conflict" on "by-hand",
        "raft-break-truncate-whole-suffix" on "by-hand",
        "raft-break-check-prev-log" on "by-hand",
        "raft-break-persist-log" on "by-hand",
        // What may be committed.
        "raft-break-commit-by-majority" on "by-hand",
        "raft-break-commit-up-to-last-new" on "by-hand",
        "raft-break-match-what-is-acknowledged" on "by-hand",
        "raft-break-reset-match-index" on "by-hand",
        // What the timers are for.
        "raft-break-candidate-steps-down",
        "raft-break-accept-at-end",
        "raft-break-reset-timer-on-grant-only",
        "raft-break-randomize-timeouts",
        "raft-break-ignore-stale-refusal" on "by-hand",
        "raft-break-step-down-on-response",
    ]
}
