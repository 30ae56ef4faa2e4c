//! What the rules of elections are for (§5.2, §5.4.1): each broken once.

use crate::scenario::{Act, Do, Situation};

use super::script::{Script, appends, applies, commits, falls, leads};

const ELECTION_SAFETY: &str = "Election Safety";
const COMPLETENESS: &str = "Leader Completeness";
const STATE_MACHINE_SAFETY: &str = "State Machine Safety";

pub(super) fn all() -> Vec<Situation> {
    vec![
        vote_quorum(),
        late_vote(),
        two_votes(),
        vote_forgotten(),
        term_forgotten(),
        vote_cleared(),
        lost_disk(),
        no_comparison(),
        length_only(),
        last_term_only(),
    ]
}

fn vote_quorum() -> Situation {
    let scenario = Script::of(3)
        .split("S1 | S2 | S3")
        .times_out("S1")
        .times_out("S2")
        .end()
        .titled(
            "One vote of three is enough",
            "Without a majority, two candidates need not have asked anyone in common. Each wins \
             with its own vote, and term 1 has two leaders.",
        )
        .breaking("ElectByMajority")
        .expecting(ELECTION_SAFETY)
        .goal("two servers lead term 1", leads("S2", "1"))
        .caption(leads("S1", "1"), "S1 votes for itself and takes that for an election.")
        .caption(falls(ELECTION_SAFETY), "So does S2: any two majorities would have met.");
    Situation { id: "raft-break-elect-by-majority", scenario }
}

fn late_vote() -> Situation {
    let scenario = Script::of(3)
        .intercept("S2", "S1", "RequestVoteResponse", Act::Take(250_000))
        .intercept("S3", "S1", "RequestVoteResponse", Act::Drop)
        .times_out("S1")
        .split("S1 | S2 S3")
        .times_out("S1")
        .times_out("S3")
        .heal()
        .wait(120)
        .end()
        .titled(
            "A late vote is counted in a later term",
            "S2's vote for term 1 is slow. When it arrives, S1 is a candidate of term 2, and S2 \
             has long voted for S3 in that term.",
        )
        .breaking("CountVotesOfThisTerm")
        .expecting(ELECTION_SAFETY)
        .goal("S3 wins term 2", leads("S3", "2"))
        .goal("so does S1", leads("S1", "2"))
        .caption(leads("S3", "2"), "S3 leads term 2 with the vote of S2.")
        .caption(
            leads("S1", "2"),
            "The vote of term 1 arrives, and S1 takes it for one of term 2.",
        );
    Situation { id: "raft-break-count-votes-of-this-term", scenario }
}

/// S1 wins with S2, then S3 stands in the same term before S1 alone.
fn second_candidate(between: fn(Script) -> Script) -> Script {
    let script = Script::of(3).split("S1 S2 | S3").times_out("S1").split("S1 S3 | S2");
    between(script).times_out("S3")
}

fn two_votes() -> Situation {
    let scenario = second_candidate(|script| script)
        .end()
        .titled(
            "Two votes in a term",
            "A server that does not look at votedFor votes for whoever asks: S1, elected with \
             S2, then votes for S3 as well.",
        )
        .breaking("VoteOncePerTerm")
        .expecting(ELECTION_SAFETY)
        .expecting("One Vote per Epoch")
        .goal("S3 wins the term of S1", leads("S3", "1"))
        .caption(leads("S1", "1"), "S1 leads term 1 with its own vote and that of S2.")
        .caption(leads("S3", "1"), "S1 votes again, and term 1 has a second leader.");
    Situation { id: "raft-break-vote-once-per-term", scenario }
}

fn vote_forgotten() -> Situation {
    let scenario = second_candidate(|script| script.restarts("S1"))
        .end()
        .titled(
            "A vote forgotten in a crash",
            "votedFor is kept in memory only. S1 votes for itself and wins term 1, restarts, and \
             votes in term 1 again.",
        )
        .breaking("PersistVote")
        .expecting(ELECTION_SAFETY)
        .expecting("One Vote per Epoch")
        .goal("S3 wins the term of S1", leads("S3", "1"))
        .caption(leads("S1", "1"), "S1 leads term 1. Its vote for itself is not on disk.")
        .caption(leads("S3", "1"), "After the restart S1 knows the term, and no vote in it.");
    Situation { id: "raft-break-persist-vote", scenario }
}

fn term_forgotten() -> Situation {
    let scenario = second_candidate(|script| script.restarts("S1"))
        .end()
        .titled(
            "A term forgotten in a crash",
            "currentTerm is kept in memory only. S1 restarts in term 0, so a candidate of term 1 \
             seems to open a new term, with a new vote to give.",
        )
        .breaking("PersistTerm")
        .expecting(ELECTION_SAFETY)
        .goal("S3 wins the term of S1", leads("S3", "1"))
        .caption(leads("S1", "1"), "S1 leads term 1. The term is not on disk.")
        .caption(leads("S3", "1"), "For S1, back in term 0, term 1 is new.");
    Situation { id: "raft-break-persist-term", scenario }
}

fn vote_cleared() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .split("S2 S3 | S1")
        .times_out("S3")
        .end()
        .titled(
            "A heartbeat clears the vote",
            "Only a new term gives a new vote. Here the follower clears votedFor whenever it \
             hears from its leader, and so can vote again in the same term.",
        )
        .breaking("KeepVoteWithinTerm")
        .expecting(ELECTION_SAFETY)
        .expecting("One Vote per Epoch")
        .goal("S3 wins the term of S1", leads("S3", "1"))
        .caption(leads("S1", "1"), "S1 leads term 1 with the vote of S2; its heartbeat follows.")
        .caption(leads("S3", "1"), "S2 has forgotten that it voted, and votes for S3.");
    Situation { id: "raft-break-keep-vote-within-term", scenario }
}

fn lost_disk() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .asks("S1", "x=1")
        .now(Do::Wipe("S2".to_owned()))
        .wait(30)
        .boots("S2")
        .split("S2 S3 | S1")
        .times_out("S3")
        .asks("S3", "x=2")
        .end()
        .titled(
            "A lost disk under the same name",
            "Raft's servers may crash, but never forget. S2 loses its disk and comes back as \
             S2: it votes twice in term 1, and an entry it helped to commit is gone. A server \
             without its disk must join as a new one.",
        )
        .expecting(ELECTION_SAFETY)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=1 is committed", applies("S1", "x=1"))
        .goal("x=2 is committed in its place", applies("S3", "x=2"))
        .caption(applies("S1", "x=1"), "x=1 is on S1 and S2: a majority, committed.")
        .caption(crate::scenario::On::event("disk_lost"), "S2 loses its disk.")
        .caption(leads("S3", "1"), "S2 knows neither its vote nor the entry, and elects S3.");
    Situation { id: "raft-lost-disk", scenario }
}

fn no_comparison() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S3 | S2")
        .times_out("S1")
        .asks("S1", "x=1")
        .times_out("S2")
        .split("S1 S2 | S3")
        .times_out("S2")
        .asks("S2", "x=2")
        .end()
        .titled(
            "Anyone can be elected",
            "S1 and S3 have committed x=1. S2, whose log is empty, asks S1 for its vote, and S1 \
             gives it without comparing the logs.",
        )
        .breaking("VoteForUpToDate")
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=1 is committed", applies("S1", "x=1"))
        .goal("x=2 is committed in its place", applies("S2", "x=2"))
        .caption(applies("S1", "x=1"), "x=1 is committed by S1 and S3.")
        .caption(leads("S2", "2"), "S2 leads term 2 without the committed entry.")
        .caption(applies("S2", "x=2"), "It makes S1 overwrite x=1, and commits x=2 at index 1.");
    Situation { id: "raft-break-vote-for-up-to-date", scenario }
}

fn length_only() -> Situation {
    let scenario = Script::of(3)
        .split("S1 S2 | S3")
        .times_out("S1")
        .split("S1 | S2 | S3")
        .asks("S1", "x=1")
        .heal()
        .wins_within("S2", "S2 S3 | S1")
        .asks("S2", "x=2")
        .split("S1 S3 | S2")
        .times_out("S1")
        .asks("S1", "x=3")
        .end()
        .titled(
            "Only the length of the logs is compared",
            "x=1 of term 1 never left S1; x=2 of term 2 is committed. Both logs have one entry. \
             Without looking at the terms, S3 votes for S1, which overwrites what is committed.",
        )
        .breaking("CompareLastTerm")
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=2 is committed", applies("S2", "x=2"))
        .goal("x=1 is committed in its place", applies("S1", "x=1"))
        .caption(applies("S2", "x=2"), "x=2 of term 2 is committed by S2 and S3.")
        .caption(leads("S1", "3"), "S1's log is as long, though it ends in an earlier term.")
        .caption(applies("S1", "x=1"), "S3's copy of x=2 is overwritten, x=1 is committed.");
    Situation { id: "raft-break-compare-last-term", scenario }
}

fn last_term_only() -> Situation {
    let scenario = Script::of(3)
        .times_out("S1")
        .asks("S1", "x=1")
        .split("S1 S3 | S2")
        .asks("S1", "x=2")
        .split("S1 S2 | S3")
        .times_out("S2")
        .asks("S2", "x=3")
        .end()
        .titled(
            "Only the last terms are compared",
            "S2 missed x=2, which is committed. Its log ends in the same term as that of S1, and \
             its being shorter is not looked at.",
        )
        .breaking("CompareLength")
        .expecting(COMPLETENESS)
        .expecting(STATE_MACHINE_SAFETY)
        .goal("x=2 is committed", applies("S1", "x=2"))
        .goal("x=3 is committed in its place", applies("S2", "x=3"))
        .caption(commits("S1", "2"), "x=2 is committed by S1 and S3; S2 has only x=1.")
        .caption(leads("S2", "2"), "S2 wins with the vote of S1.")
        .caption(appends("S1", "x=3"), "S1 overwrites x=2, which it has applied.");
    Situation { id: "raft-break-compare-length", scenario }
}
