//! What the rules of replication are for (§5.3): each broken once.

use crate::scenario::{Act, Scenario, Situation};

use super::script::{Script, appends, applies, commits, cuts, falls, leads};

const COMPLETENESS: &str = "Leader Completeness";
const LOG_MATCHING: &str = "Log Matching";
const STATE_MACHINE_SAFETY: &str = "State Machine Safety";

pub(super) fn all() -> Vec<Situation> {
    vec![
        delayed_duplicate(),
        delayed_duplicate_broken(),
        delayed_heartbeat(),
        stale_suffix(),
        no_consistency_check(),
        log_forgotten(),
    ]
}

/// A copy of the first entry's message arrives after the second entry was acknowledged.
fn duplicate() -> Scenario {
    Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .intercept("S1", "S2", "AppendEntries", Act::DuplicateTaking(125_000))
        .asks("S1", "x=1")
        .asks("S1", "x=2")
        .split("S2 S3 | S1")
        .times_out("S2")
        .asks("S2", "x=3")
        .end()
}

fn delayed_duplicate() -> Situation {
    let scenario = duplicate()
        .titled(
            "A delayed duplicate",
            "The network delivers x=1 a second time, long after x=2 was acknowledged and \
             committed. Nothing in it conflicts with the log, so nothing is removed.",
        )
        .goal("x=2 is committed", commits("S1", "2"))
        .goal("S2 leads with both entries", leads("S2", "2"))
        .goal("x=3 follows them", commits("S2", "3"))
        .caption(commits("S1", "2"), "x=1 and x=2 are on S1 and S2, and committed.")
        .caption(leads("S2", "2"), "The copy of x=1 took nothing away: S2 has both.");
    Situation { id: "raft-delayed-duplicate", scenario }
}

fn delayed_duplicate_broken() -> Situation {
    let scenario = duplicate()
        .titled(
            "A delayed duplicate truncates the log",
            "The same duplicate, at a follower that cuts its log after prevLogIndex whenever \
             entries arrive. It acknowledged x=2, and now it has lost it.",
        )
        .breaking("TruncateOnlyOnConflict")
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=2 is committed", commits("S1", "2"))
        .goal("the duplicate removes it", cuts("S2", "1"))
        .goal("x=3 is committed in its place", applies("S2", "x=3"))
        .caption(commits("S1", "2"), "x=1 and x=2 are on S1 and S2, and committed.")
        .caption(cuts("S2", "1"), "The copy of x=1 arrives, and S2's log is x=1 again.")
        .caption(leads("S2", "2"), "S2 leads term 2 without the committed x=2.");
    Situation { id: "raft-delayed-duplicate-broken", scenario }
}

fn delayed_heartbeat() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .intercept("S1", "S2", "Heartbeat", Act::Take(190_000))
        .times_out("S1")
        .asks("S1", "x=1")
        .beats("S1")
        .split("S2 S3 | S1")
        .times_out("S2")
        .asks("S2", "x=2")
        .end()
        .titled(
            "A late heartbeat empties the log",
            "The first heartbeat of the term, sent when the log was empty, overtakes nothing: it \
             arrives last. A follower that truncates on every AppendEntries loses a committed \
             entry to it.",
        )
        .breaking("TruncateOnlyOnConflict")
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=1 is committed", applies("S1", "x=1"))
        .goal("the heartbeat removes it", cuts("S2", "1"))
        .goal("x=2 is committed in its place", applies("S2", "x=2"))
        .caption(applies("S1", "x=1"), "x=1 is on S1 and S2, and committed.")
        .caption(cuts("S2", "1"), "The late heartbeat carries no entries, and S2 keeps none.")
        .caption(leads("S2", "2"), "S2 and S3 know of no entry at all.");
    Situation { id: "raft-break-truncate-only-on-conflict", scenario }
}

fn stale_suffix() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .split("S1 | S2 | S3")
        .asks("S1", "x=1")
        .asks("S1", "x=2")
        .asks("S1", "x=3")
        .split("S2 S3 | S1")
        .times_out("S2")
        .asks("S2", "y=1")
        .split("S1 | S2 | S3")
        .asks("S2", "y=2")
        .split("S1 S2 | S3")
        .beats("S2")
        .split("S1 S3 | S2")
        .times_out("S3")
        .asks("S3", "y=3")
        .end()
        .titled(
            "What follows a conflict stays",
            "S1 has three entries that nobody else has. The leader of term 2 overwrites two of \
             them; the third stays behind them and makes S1's log look older than it is, so S1 \
             votes for a leader that misses a committed entry.",
        )
        .breaking("TruncateWholeSuffix")
        .expecting(LOG_MATCHING)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("y=2 is committed", applies("S2", "y=2"))
        .goal("S3 leads without it", leads("S3", "3"))
        .goal("y=3 is committed in its place", applies("S3", "y=3"))
        .caption(cuts("S1", "1"), "S1 overwrites x=1 and x=2. Its x=3 of term 1 stays.")
        .caption(applies("S2", "y=2"), "y=2 is on S1 and S2, and committed.")
        .caption(
            leads("S3", "3"),
            "S1's last entry is of term 1, S3's of term 2: S1 votes for S3, which has no y=2.",
        );
    Situation { id: "raft-break-truncate-whole-suffix", scenario }
}

fn no_consistency_check() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .split("S1 | S2 | S3")
        .asks("S1", "x=1")
        .split("S2 S3 | S1")
        .times_out("S2")
        .asks("S2", "x=2")
        .times_out("S3")
        .split("S1 S3 | S2")
        .asks("S3", "x=3")
        .beats("S3")
        .end()
        .titled(
            "Entries are accepted anywhere",
            "S1 has x=1 where the leader has x=2. The leader's next entry says what must precede \
             it; S1 does not look, and the logs agree at index 2 while they differ at index 1.",
        )
        .breaking("CheckPrevLog")
        .expecting(LOG_MATCHING)
        .goal("S1 takes entry 2", appends("S1", "x=3"))
        .caption(appends("S1", "x=1"), "S1 has x=1 of term 1, and nobody else has it.")
        .caption(appends("S3", "x=2"), "Index 1 of S2 and S3 is x=2 of term 2.")
        .caption(falls(LOG_MATCHING), "S1 puts x=3 behind its own x=1.");
    Situation { id: "raft-break-check-prev-log", scenario }
}

fn log_forgotten() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .asks("S1", "x=1")
        .restarts("S1")
        .split("S1 S3 | S2")
        .times_out("S1")
        .asks("S1", "x=2")
        .end()
        .titled(
            "A log forgotten in a crash",
            "Entries are acknowledged before they are on disk. S1 commits x=1 with S2, restarts \
             with an empty log, and is elected by S3.",
        )
        .breaking("PersistLog")
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=1 is committed", applies("S1", "x=1"))
        .goal("x=2 is committed in its place", applies("S1", "x=2"))
        .caption(applies("S1", "x=1"), "x=1 is in the memory of S1 and S2, and committed.")
        .caption(leads("S1", "2"), "S1 has forgotten x=1, and S3 has never heard of it.");
    Situation { id: "raft-break-persist-log", scenario }
}
