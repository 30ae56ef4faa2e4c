//! The gallery: runs worth watching, and one at least for every rule that can be broken,
//! each in a script of its own.

use crate::scenario::{On, Scenario, Situation, situations};

/// What a new scenario starts with: five servers, and a client that begins to ask when they are
/// likely to have a leader, so that the first second shows all of the protocol.
#[must_use]
pub fn usual(seed: u64) -> Scenario {
    let mut scenario = Scenario::new("raft", seed)
        .with("server", 5)
        .titled(
            "A leader, and a log that everyone shares",
            "The servers elect a leader; it writes each request of the client into its log and has \
             the others copy it. What it has copied to a majority is committed: only then is it \
             executed and answered, and no crash of a minority can take it back.",
        )
        .goal("a leader is elected", On::event("role_changed").what("Leader"))
        .goal("an entry is committed", On::event("quorum_reached").what("commit"))
        .goal("the client is answered", On::event("returned"))
        .caption(
            On::event("role_changed").what("Candidate"),
            "The first server whose random election timeout elapses votes for itself and asks the \
             others for their votes.",
        )
        .caption(
            On::event("role_changed").what("Leader"),
            "A majority voted for it: it leads this term. Its first entry is a no-op, and its \
             heartbeats keep the others from standing.",
        )
        .caption(
            On::event("invoked"),
            "The client asks the server it knows. One that does not lead names the leader.",
        )
        .caption(
            On::event("returned"),
            "The entry is on a majority, so it is committed; the leader has executed it and \
             answers. The others learn it with the next message.",
        );
    scenario.clients.operations = 1_000;
    scenario.clients.start_us = 220_000;
    scenario.clients.think_us = 120_000;
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
