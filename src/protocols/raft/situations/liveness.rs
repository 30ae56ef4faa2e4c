//! What the rules are for without which nothing false happens, but too little (§5.2, §5.3).

use crate::scenario::{Act, Clients, Do, Latency, LinkRule, On, Scenario, Situation};

use super::script::{Script, appends, applies, fire, ignores, leads};

pub(super) fn all() -> Vec<Situation> {
    vec![
        stubborn_candidate(),
        off_by_one(),
        hopeless_candidate(),
        equal_timeouts(),
        stale_refusal(),
        deposed_leader_goes_on(),
    ]
}

/// Timeouts as usual, every message 10 ms.
fn steady(servers: u8) -> Scenario {
    let mut scenario = Scenario::new("raft", 1).with("server", servers);
    scenario.network.latency = Latency::Fixed { us: 10_000 };
    scenario
}

fn stubborn_candidate() -> Situation {
    let mut scenario = steady(3);
    // S3 hears S1 first.
    let slow = Latency::Fixed { us: 12_000 };
    scenario.network.links = vec![LinkRule {
        from: "S2".to_owned(),
        to: "S3".to_owned(),
        latency: Some(slow),
        loss: None,
        duplication: None,
        fifo: None,
    }];
    let scenario = scenario
        .at_ms(20, fire("S1", "election"))
        .at_ms(20, fire("S2", "election"))
        .until_ms(900)
        .titled(
            "A candidate that does not yield",
            "S1 and S2 stand at the same time, and S1 wins. S2 should take S1's AppendEntries \
             as the end of the election; it goes on standing, and deposes a leader that \
             works.",
        )
        .breaking("CandidateStepsDown")
        .goal("S1 is elected", leads("S1", "1"))
        .goal_times("S2 disregards it", ignores("S2", "rule broken"), 3)
        .goal("S1 is deposed", On::event("role_changed").at("S1").what("Follower").epoch("2"))
        .caption(leads("S1", "1"), "S1 has a majority, and S2 does not accept it.")
        .caption(
            On::event("role_changed").at("S2").what("Candidate").epoch("2"),
            "S2 times out into term 2. Its log misses the no-op, so it cannot win, but \
             everybody must follow it into the new term.",
        );
    Situation { id: "raft-break-candidate-steps-down", scenario }
}

fn off_by_one() -> Situation {
    let mut scenario = steady(3);
    scenario.clients.timeout_us = 300_000;
    let scenario = scenario
        .at_ms(20, fire("S1", "election"))
        .at_ms(100, super::script::ask("S1", "x=1"))
        .until_ms(900)
        .titled(
            "Off by one",
            "Indexes count from 1. A follower that compares prevLogIndex with the length of its \
             log as if they counted from 0 refuses what would come right behind its last entry. \
             The first entry gets through, and nothing after it.",
        )
        .breaking("AcceptAtEnd")
        .goal("the first entry is committed", On::event("committed").at("S1").slot("1"))
        .goal_times("the second is refused", ignores("S2", "no matching previous entry"), 10)
        .goal("the client gives up waiting", On::event("timed_out"))
        .caption(On::event("committed").at("S1").slot("1"), "The no-op has nothing before it.")
        .caption(
            ignores("S2", "no matching previous entry"),
            "x=1 comes behind the no-op, which S2 has; it refuses all the same, again and again.",
        );
    Situation { id: "raft-break-accept-at-end", scenario }
}

fn hopeless_candidate() -> Situation {
    let scenario = steady(3)
        .at_ms(10, Do::Partition(vec![vec!["S1".to_owned(), "S2".to_owned()]]))
        .at_ms(10, Do::Drift { node: "S3".to_owned(), ppm: 1_000_000 })
        .at_ms(20, fire("S1", "election"))
        .at_ms(100, super::script::ask("S1", "x=1"))
        .at_ms(200, Do::Crash("S1".to_owned()))
        .at_ms(200, Do::Heal)
        .until_ms(1_500)
        .titled(
            "A hopeless candidate keeps everybody quiet",
            "S3 missed everything, so it cannot win; its clock is fast, so it stands often. S2 \
             could win, but puts off its own candidacy at every request for its vote, even one \
             that it refuses.",
        )
        .breaking("ResetTimerOnGrantOnly")
        .goal("x=1 is committed", applies("S1", "x=1"))
        .goal_times("S2 refuses S3 again and again", ignores("S2", "log not up to date"), 8)
        .caption(On::event("crashed").at("S1"), "Only S2 has x=1 now, so only S2 can win.")
        .caption(
            ignores("S2", "log not up to date"),
            "S2 refuses its vote, and waits another election timeout. It never gets to the end \
             of one.",
        );
    Situation { id: "raft-break-reset-timer-on-grant-only", scenario }
}

fn equal_timeouts() -> Situation {
    let scenario = steady(5)
        .until_ms(2_000)
        .titled(
            "Split votes for ever",
            "Every server waits for exactly as long as the others. They all stand at the same \
             instant, each votes for itself, and they do it again.",
        )
        .breaking("RandomizeTimeouts")
        .goal_times("everybody stands", On::event("role_changed").what("Candidate"), 50)
        .goal_times("nobody gets a vote", On::event("ignored").what("already voted"), 200)
        .caption(
            On::event("role_changed").what("Candidate").epoch("1"),
            "Five candidates, each with one vote.",
        )
        .caption(
            On::event("role_changed").what("Candidate").epoch("5"),
            "Term 5, and still nobody leads. A random timeout would let one be first.",
        );
    Situation { id: "raft-break-randomize-timeouts", scenario }
}

fn stale_refusal() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .asks("S1", "x=1")
        .asks("S1", "x=2")
        .heal()
        .intercept("S3", "S2", "AppendEntriesResponse", Act::DuplicateTaking(80_000))
        .times_out("S2")
        .asks("S2", "x=3")
        .end()
        .titled(
            "A refusal arrives twice",
            "S3 first refuses the new leader's AppendEntries, then has everything. A copy of \
             the refusal arrives later, and a leader that believes it sends again what S3 has \
             acknowledged.",
        )
        .breaking("IgnoreStaleRefusal")
        .goal("S3 has both entries", appends("S3", "x=2"))
        .goal("nextIndex goes back", On::event("note").what("nextIndex at or below matchIndex"))
        .caption(appends("S3", "x=2"), "S3 has caught up; its matchIndex is 2.")
        .caption(
            On::event("note").what("nextIndex at or below matchIndex"),
            "The copy of the old refusal moves nextIndex below what S3 is known to have.",
        );
    Situation { id: "raft-break-ignore-stale-refusal", scenario }
}

fn deposed_leader_goes_on() -> Situation {
    let mut scenario =
        steady(3).set("election_min_us", 60_000_000_u64).set("election_max_us", 60_000_000_u64);
    scenario.clients = Clients { timeout_us: 400_000, ..scenario.clients };
    let cut = |from: &str, to: &str| Do::Cut { from: from.to_owned(), to: to.to_owned() };
    let scenario = scenario
        .at_ms(20, fire("S1", "election"))
        .at_ms(200, cut("S1", "S3"))
        .at_ms(200, cut("S3", "S1"))
        .at_ms(220, fire("S3", "election"))
        .at_ms(300, super::script::ask("S1", "x=1"))
        .until_ms(1_000)
        .titled(
            "A deposed leader goes on",
            "S1 and S3 do not reach each other, S2 reaches both. S3 leads term 2. S1 hears of \
             the new term only from the answers of S2, and disregards them: it goes on taking \
             requests that it can never commit.",
        )
        .breaking("StepDownOnResponse")
        .goal("S3 leads", leads("S3", "2"))
        .goal_times("S1 disregards it", ignores("S1", "rule broken"), 8)
        .goal("the client waits in vain", On::event("timed_out"))
        .goal("and succeeds elsewhere", applies("S3", "x=1"))
        .caption(leads("S3", "2"), "S2 has voted for S3; S1 is deposed, and does not know.")
        .caption(ignores("S1", "rule broken"), "S2 answers with term 2, and S1 goes on.")
        .caption(appends("S1", "x=1"), "A request that will not be answered.");
    Situation { id: "raft-break-step-down-on-response", scenario }
}
