//! Figures 7 and 8 of the paper, built by histories in which only crashes and cut links happen.

use crate::scenario::{Scenario, Situation};

use super::script::{Script, appends, applies, commits, cuts, ignores, leads};

const COMPLETENESS: &str = "Leader Completeness";
const STATE_MACHINE_SAFETY: &str = "State Machine Safety";
const COMMIT_RULE: &str = "OnlyCommitCurrentTerm";

pub(super) fn all() -> Vec<Situation> {
    vec![
        figure_7(),
        figure_8(),
        figure_8_broken(),
        figure_8_five(),
        figure_8_five_broken(),
        figure_8_e(),
    ]
}

/// The leader is S1, and (a) to (f) are S2 to S7.
fn figure_7() -> Situation {
    let scenario = figure_7_logs()
        // Term 8: the leader at the top comes to power and makes all logs like its own.
        .heal()
        .times_out("S1")
        .wait(200)
        .asks("S1", "x=8")
        .beats("S1")
        .end()
        .titled(
            "Figure 7: every way a log can differ",
            "Followers that miss entries (a, b), have entries that nobody committed (c, d), or \
             both (e, f): S1 leads term 8, and S2 to S7 are the paper's (a) to (f). The leader \
             finds for each the last entry on which they agree, and replaces what follows.",
        )
        .goal("S1 leads term 8", leads("S1", "8"))
        .goal("(e) loses its entries of term 4", cuts("S6", "6"))
        .goal("(f) loses its entries of terms 2 and 3", cuts("S7", "4"))
        .goal("(c) loses its last entry", cuts("S4", "11"))
        .goal("(d) loses its entries of term 7", cuts("S5", "11"))
        .goal("(a) agrees", commits("S2", "11"))
        .goal("(b) agrees", commits("S3", "11"))
        .goal("(c) agrees", commits("S4", "11"))
        .goal("(d) agrees", commits("S5", "11"))
        .goal("(e) agrees", commits("S6", "11"))
        .goal("(f) agrees", commits("S7", "11"))
        .caption(leads("S1", "1"), "Term 1: three entries that everybody gets.")
        .caption(leads("S7", "2"), "Term 2: S7 leads, takes three entries, and crashes.")
        .caption(leads("S7", "3"), "Term 3: S7 leads again, takes five more, and is cut off.")
        .caption(leads("S6", "4"), "Term 4: S6 takes four entries; two are replicated.")
        .caption(leads("S1", "5"), "Term 5: S1 commits two entries.")
        .caption(leads("S4", "6"), "Term 6: S4 takes four entries; the last never leaves it.")
        .caption(leads("S5", "7"), "Term 7: S5 takes two entries that never leave it.")
        .caption(leads("S1", "8"), "Term 8: these are the logs of Figure 7, and S1 leads.")
        .caption(
            cuts("S7", "4"),
            "One refusal for every term that differs, not one for every entry: the hints.",
        )
        .caption(appends("S1", "x=8"), "An entry of term 8 replaces what (c) and (d) had beyond.");
    Situation { id: "raft-figure-7", scenario }
}

/// The history that leads to the logs of Figure 7, with S5 the leader of term 7.
pub(crate) fn figure_7_logs() -> Script {
    let put = |script: Script, server: &str, term: u32, first: u32, last: u32| {
        (first..=last).fold(script, |script, i| script.asks(server, &format!("x={term}.{i}")))
    };
    let script = put(Script::of(7).times_out("S1"), "S1", 1, 1, 3);
    let script = script.wins_within("S7", "S7");
    let script = put(script, "S7", 2, 4, 6).restarts("S7").heal().wins_within("S7", "S7");
    let script = put(script, "S7", 3, 7, 11);
    let script = script.split("S1 S2 S3 S4 S5 S6 | S7").times_out("S6");
    let script = put(script, "S6", 4, 4, 4).split("S1 S2 S4 S5 S6 | S3 | S7");
    let script = put(script, "S6", 4, 5, 5).split("S1 S2 S4 S5 | S3 | S6 | S7");
    let script = put(script, "S6", 4, 6, 7).times_out("S1");
    let script = put(script, "S1", 5, 6, 7).times_out("S4");
    let script = put(script, "S4", 6, 8, 9).split("S1 S4 S5 | S2 | S3 | S6 | S7");
    let script = put(script, "S4", 6, 10, 10).split("S1 | S2 | S3 | S4 | S5 | S6 | S7");
    let script = put(script, "S4", 6, 11, 11).split("S1 S2 S3 S5 | S4 | S6 | S7");
    put(script.wins_within("S5", "S5"), "S5", 7, 11, 12)
}

/// The shortest script: three servers, four terms.
fn three_servers() -> Scenario {
    Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .split("S1 | S2 | S3")
        .asks("S1", "x=1")
        .heal()
        .times_out("S2")
        .split("S1 | S2 | S3")
        .asks("S2", "x=2")
        .heal()
        .wins_within("S1", "S1 S3 | S2")
        .split("S1 S2 | S3")
        .times_out("S2")
        .asks("S2", "x=4")
        .end()
}

fn figure_8() -> Situation {
    let scenario = three_servers()
        .titled(
            "Figure 8 with three servers",
            "x=1 of term 1 comes to be on two of three servers in term 3, and is overwritten in \
             term 4 all the same. That is why S1 must not commit it by counting: it waits for an \
             entry of its own term.",
        )
        .goal("x=1 is on a majority", appends("S3", "x=1"))
        .goal("x=1 is overwritten", cuts("S1", "1"))
        .goal("x=2 is committed, with an entry of term 4", applies("S2", "x=2"))
        .caption(leads("S2", "2"), "x=1 of term 1 is on S1 alone. S2 leads term 2.")
        .caption(leads("S1", "3"), "S1 leads again, and copies x=1 to S3.")
        .caption(appends("S3", "x=1"), "On a majority now, and not committed.")
        .caption(leads("S2", "4"), "x=2 of term 2 is later than x=1 of term 1: S1 votes for S2.")
        .caption(cuts("S1", "1"), "Had x=1 been committed, it would be lost here.")
        .caption(applies("S2", "x=2"), "x=4 is of S2's own term, and commits x=2 before it.");
    Situation { id: "raft-figure-8", scenario }
}

fn figure_8_broken() -> Situation {
    let scenario = three_servers()
        .titled(
            "Figure 8 without the commit rule",
            "The same three servers and four terms. S1 commits x=1 because two of three have it; \
             S2, whose entry is of a later term, is elected and overwrites it.",
        )
        .breaking(COMMIT_RULE)
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=1 is committed by counting", applies("S1", "x=1"))
        .goal("x=2 is committed in its place", applies("S2", "x=2"))
        .caption(applies("S1", "x=1"), "x=1 of term 1 is on S1 and S3: committed by counting.")
        .caption(leads("S2", "4"), "S1 votes for S2, whose last entry is of term 2.")
        .caption(applies("S2", "x=2"), "Two servers have applied different commands at index 1.");
    Situation { id: "raft-figure-8-broken", scenario }
}

/// Figure 8 (a) to (c): index 1 is everywhere; S1 has 2/2 on itself, S2 and S3, and 3/4 alone.
fn figure_8_abc() -> Script {
    Script::of(5)
        .times_out("S1")
        .asks("S1", "x=1")
        .restarts("S1")
        .times_out("S1")
        // (a) "S1 is leader and partially replicates the log entry at index 2."
        .split("S1 S2 | S3 | S4 | S5")
        .asks("S1", "x=2")
        // (b) "S1 crashes; S5 is elected leader for term 3 with votes from S3, S4, and itself, and
        // accepts a different entry at log index 2."
        .crashes("S1")
        .split("S3 S4 S5 | S2")
        .wins_within("S5", "S5")
        .asks("S5", "x=3")
        // (c) "S5 crashes; S1 restarts, is elected leader, and continues replication."
        .crashes("S5")
        .boots("S1")
        .times_out_alone("S1")
        .split("S1 S2 S3 | S4 | S5")
        .times_out("S1")
}

/// (d) "If S1 crashes as in (d), S5 could be elected leader (with votes from S2, S3, and S4) and
/// overwrite the entry with its own entry from term 3."
fn figure_8_d() -> Scenario {
    figure_8_abc()
        .split("S1")
        .asks("S1", "x=4")
        .crashes("S1")
        .boots("S5")
        .times_out_alone("S5")
        .heal()
        .times_out("S5")
        .asks("S5", "x=5")
        .end()
}

fn figure_8_five() -> Situation {
    let scenario = figure_8_d()
        .titled(
            "Figure 8 as in the paper",
            "Five servers, (a) to (d): in (c) an entry of term 2 is on a majority of the servers, \
             and in (d) it is overwritten by one of term 3. It was never committed, so nothing \
             is lost.",
        )
        .goal("(a) x=2 is on S1 and S2", appends("S2", "x=2"))
        .goal("(b) S5 has another entry at index 2", appends("S5", "x=3"))
        .goal("(c) x=2 is on a majority", appends("S3", "x=2"))
        .goal("(d) S5 overwrites it", cuts("S3", "2"))
        .goal("x=3 is committed, with an entry of term 5", applies("S5", "x=3"))
        .caption(appends("S1", "x=2"), "(a) S1 leads term 2 and replicates x=2 to S2 only.")
        .caption(leads("S5", "3"), "(b) S1 crashes. S5 is elected by S3 and S4, and takes x=3.")
        .caption(leads("S1", "4"), "(c) S5 crashes. S1 leads term 4, and copies x=2 to S3.")
        .caption(leads("S5", "5"), "(d) S1 crashes. S5 is elected by S2, S3 and S4.")
        .caption(cuts("S3", "2"), "x=2, on a majority in (c), is overwritten.");
    Situation { id: "raft-figure-8-five", scenario }
}

fn figure_8_five_broken() -> Situation {
    let scenario = figure_8_d()
        .titled(
            "Figure 8 as in the paper, without the commit rule",
            "The same five servers. In (c) S1 counts three copies of x=2 and commits it; in (d) \
             S5 overwrites it.",
        )
        .breaking(COMMIT_RULE)
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=2 is committed by counting", applies("S1", "x=2"))
        .goal("x=3 is committed in its place", applies("S5", "x=3"))
        .caption(applies("S1", "x=2"), "(c) Three of five have x=2 of term 2: committed.")
        .caption(leads("S5", "5"), "(d) S2, S3 and S4 elect S5, whose last entry is of term 3.");
    Situation { id: "raft-figure-8-five-broken", scenario }
}

fn figure_8_e() -> Situation {
    let scenario = figure_8_abc()
        .asks("S1", "x=4")
        .crashes("S1")
        .boots("S5")
        .times_out_alone("S5")
        .heal()
        .times_out("S5")
        .end()
        .titled(
            "Figure 8 (e): an entry of the leader's own term",
            "The other ending: before it crashes, S1 replicates an entry of term 4 to a majority. \
             That commits x=2 as well, because from now on S5 cannot win an election.",
        )
        .goal("x=4 of term 4 commits x=2", applies("S1", "x=2"))
        .goal("S2 refuses S5", ignores("S2", "log not up to date"))
        .goal("S3 refuses S5", ignores("S3", "log not up to date"))
        .caption(leads("S1", "4"), "(c) S1 leads term 4, and x=2 of term 2 is on three servers.")
        .caption(applies("S1", "x=2"), "(e) x=4 is on a majority too: both are committed.")
        .caption(ignores("S2", "log not up to date"), "S5's last entry is of term 3, too old.");
    Situation { id: "raft-figure-8-e", scenario }
}
