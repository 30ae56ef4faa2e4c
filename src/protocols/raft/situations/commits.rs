//! What the rules of commitment are for (§5.3, §5.4.2): each broken once. Figure 8 is in `figures`.

use crate::scenario::{Act, Situation};

use super::script::{Script, appends, applies, ask, commits, cuts, leads};

const COMPLETENESS: &str = "Leader Completeness";
const DURABLE: &str = "Committed Is Durable";
const STATE_MACHINE_SAFETY: &str = "State Machine Safety";

pub(super) fn all() -> Vec<Situation> {
    vec![commit_quorum(), beyond_last_new(), match_invented(), match_kept()]
}

fn commit_quorum() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .split("S2 S3 | S1")
        .asks("S1", "x=1")
        .times_out("S2")
        .asks("S2", "x=2")
        .end()
        .titled(
            "One copy of three is enough",
            "The leader commits an entry that only it has, and answers the client. The next \
             leader has never heard of it.",
        )
        .breaking("CommitByMajority")
        .expecting(DURABLE)
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=1 is committed", applies("S1", "x=1"))
        .goal("x=2 is committed in its place", applies("S2", "x=2"))
        .caption(applies("S1", "x=1"), "S1, cut off, commits x=1 alone and tells its client.")
        .caption(leads("S2", "2"), "S2 and S3 are a majority, and neither has x=1.");
    Situation { id: "raft-break-commit-by-majority", scenario }
}

fn beyond_last_new() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .split("S1 | S2 | S3")
        .asks("S1", "x=1")
        .heal()
        .times_out("S2")
        .intercept("S2", "S1", "AppendEntries", Act::Drop)
        .asks("S2", "x=2")
        .beats("S2")
        .end()
        .titled(
            "A follower commits what the leader never saw",
            "S1 still has x=1 of term 1, which nobody else has. The heartbeat of S2 says that \
             index 1 is committed, and vouches for no entry; S1 takes it for its own x=1.",
        )
        .breaking("CommitUpToLastNew")
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=2 is committed", applies("S2", "x=2"))
        .goal("S1 applies x=1 in its place", applies("S1", "x=1"))
        .caption(applies("S2", "x=2"), "x=2 is on S2 and S3, and committed. S1's copy was lost.")
        .caption(
            applies("S1", "x=1"),
            "leaderCommit is 1, and S1's log reaches that far, but with another entry.",
        );
    Situation { id: "raft-break-commit-up-to-last-new", scenario }
}

fn match_invented() -> Situation {
    // The request arrives while the first heartbeats are being answered.
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .now(super::script::fire("S1", "election"))
        .wait(15)
        .now(ask("S1", "x=1"))
        .wait(60)
        .split("S2 S3 | S1")
        .times_out("S2")
        .asks("S2", "x=2")
        .end()
        .titled(
            "Any success counts for the whole log",
            "S2 answers a heartbeat that was sent before x=1 came in. The leader takes the \
             answer to mean that S2 has all of its log, and commits x=1.",
        )
        .breaking("MatchWhatIsAcknowledged")
        .expecting(DURABLE)
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=1 is committed", applies("S1", "x=1"))
        .goal("x=2 is committed in its place", applies("S2", "x=2"))
        .caption(appends("S1", "x=1"), "x=1 arrives while S2's answer to a heartbeat is under way.")
        .caption(applies("S1", "x=1"), "The answer is about an empty log, and commits x=1.")
        .caption(leads("S2", "2"), "S2 never got x=1.");
    Situation { id: "raft-break-match-what-is-acknowledged", scenario }
}

fn match_kept() -> Situation {
    let scenario = Script::of(3)
        // Term 1: two entries that only S1 has. Term 2: one that only S2 has.
        .split("S1 S2 | S3")
        .times_out("S1")
        .split("S1 | S2 | S3")
        .asks("S1", "x=1")
        .asks("S1", "x=2")
        .heal()
        .wins_within("S2", "S1 | S2 | S3")
        .asks("S2", "y=1")
        // Term 3: S1 copies its entries to S3, and may not commit them.
        .heal()
        .wins_within("S1", "S1 S3 | S2")
        // Term 4: S2 overwrites them everywhere.
        .heal()
        .times_out("S2")
        // Term 5: S1 leads again. A request arrives before the followers answer.
        .intercept("S1", "S2", "AppendEntries", Act::Drop)
        .now(super::script::fire("S1", "election"))
        .wait(15)
        .now(ask("S1", "x=3"))
        .wait(60)
        // Term 6: the others go on without it.
        .split("S2 S3 | S1")
        .times_out("S2")
        .asks("S2", "y=2")
        .end()
        .titled(
            "A new leader remembers what followers once had",
            "In term 3 S3 acknowledged two entries of S1, which were overwritten in term 4. In \
             term 5 S1 leads again and still counts on them: it commits an entry at index 2 that \
             nobody else has.",
        )
        .breaking("ResetMatchIndex")
        .expecting(DURABLE)
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("S3 loses the entries it acknowledged", cuts("S3", "1"))
        .goal("x=3 is committed", applies("S1", "x=3"))
        .goal("y=2 is committed in its place", applies("S2", "y=2"))
        .caption(appends("S3", "x=2"), "S3 acknowledges x=1 and x=2 of term 1. matchIndex is 2.")
        .caption(cuts("S3", "1"), "The leader of term 4 overwrites them with y=1.")
        .caption(commits("S1", "2"), "For S1, S3's matchIndex is still 2: with S1 a majority.")
        .caption(leads("S2", "6"), "Neither S2 nor S3 has x=3.");
    Situation { id: "raft-break-reset-match-index", scenario }
}
