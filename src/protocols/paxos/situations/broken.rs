//! Each rule broken, and what falls.

use crate::scenario::{Do, On, Scenario, Situation};

use super::script::{
    crossing, duel, four_ballots, halves, neck_and_neck, overlap, reborn_proposer, second_request,
    slow_promises, three_ballots, two_reports,
};

pub(super) fn all() -> Vec<Situation> {
    let situation = |id, scenario| Situation { id, scenario };
    vec![
        situation("paxos-vote-below-promise", vote_below_promise()),
        situation("paxos-own-value-always", own_value_always()),
        situation("paxos-promise-hides-vote", promise_hides_vote()),
        situation("paxos-shared-ballot", shared_ballot()),
        situation("paxos-ballot-used-twice", ballot_used_twice()),
        situation("paxos-old-promises-counted", old_promises_counted()),
        situation("paxos-forgotten-promise", forgotten_promise()),
        situation("paxos-forgotten-vote", forgotten_vote()),
        situation("paxos-promise-not-raised", promise_not_raised()),
        situation("paxos-any-reported-value", any_reported_value()),
        situation("paxos-votes-across-ballots", votes_across_ballots()),
        situation("paxos-half-is-no-majority", half_is_no_majority()),
        situation("paxos-nack-counted", nack_counted()),
        situation("paxos-nack-ballot-adopted", nack_ballot_adopted()),
        situation("paxos-duel", endless_duel()),
        situation("paxos-two-values-in-a-ballot", two_values_in_a_ballot()),
    ]
}

/// Both values are chosen, as the acceptors' votes show.
fn both_chosen(scenario: Scenario) -> Scenario {
    scenario
        .goal("someone votes for v1", On::event("accepted").value("v1"))
        .goal("someone votes for v2", On::event("accepted").value("v2"))
        .expecting("Agreement")
}

fn vote_below_promise() -> Scenario {
    both_chosen(crossing())
        .titled(
            "Voting below a promise",
            "Broken: A2 votes for P1's value although it has promised P2's higher ballot. P2 was \
             told that A2 had not voted, and relied on it.",
        )
        .breaking("RefuseBelowPromise")
        .expecting("Promises Hold")
        .caption(
            On::event("promised").at("A2").epoch("1.2"),
            "A2 promises 1.2 and reports no vote. The promise means: nor will there be one below.",
        )
        .caption(
            On::event("accepted").at("A2").epoch("1.1"),
            "It votes in 1.1 all the same, and completes v1, while P2 gets v2 chosen.",
        )
}

fn own_value_always() -> Scenario {
    both_chosen(overlap())
        .titled(
            "Ignoring what the promises report",
            "Broken: P2 asks for its own value although A2 reports a vote for v1, which is chosen.",
        )
        .breaking("AdoptReportedVote")
        .expecting("Safe At")
        .caption(
            On::event("delivered").at("P2").what("Promise").peer("A2"),
            "A2 reports its vote for v1. P2 does not care.",
        )
        .caption(
            On::event("proposed").at("P2"),
            "v2 is proposed while v1 is chosen: this is the step that breaks it.",
        )
}

fn promise_hides_vote() -> Scenario {
    both_chosen(overlap())
        .titled(
            "A promise that hides a vote",
            "Broken: A2's promise does not mention that it voted for v1. P2 believes it is free.",
        )
        .breaking("ReportVote")
        .expecting("Safe At")
        .caption(
            On::event("delivered").at("P2").what("Promise").peer("A2"),
            "Promise(1.2, no vote), says A2, which has voted.",
        )
}

fn shared_ballot() -> Scenario {
    both_chosen(neck_and_neck())
        .titled(
            "Ballots without an owner",
            "Broken: a ballot is a bare counter. Both proposers use ballot 1, and the acceptors \
             cannot tell one proposer's Prepare from a copy of the other's.",
        )
        .breaking("OwnBallots")
        .expecting("One Value per Ballot")
        .caption(
            On::event("sent").at("P2").what("Prepare"),
            "P2 begins ballot 1, which is P1's as well.",
        )
        .caption(
            On::event("proposed").at("P2"),
            "A second value in the same ballot; the acceptors vote for both.",
        )
}

fn ballot_used_twice() -> Scenario {
    both_chosen(reborn_proposer())
        .titled(
            "A ballot used twice",
            "Broken: P1 keeps its counter in memory only. After a restart it begins ballot 1.1 \
             once more, now with another client's value, while an Accept of its past life is still \
             under way.",
        )
        .breaking("PersistBallot")
        .expecting("One Value per Ballot")
        .caption(
            On::event("restarted").at("P1"),
            "P1 has forgotten ballot 1.1, and counts from 1 again.",
        )
        .caption(
            On::event("proposed").at("P1").value("v2"),
            "v2 in ballot 1.1, in which A1 has already voted for v1.",
        )
}

fn old_promises_counted() -> Scenario {
    both_chosen(slow_promises())
        .titled(
            "Promises of another ballot",
            "Broken: P1 counts two promises for 1.1 towards its new ballot 2.1. They were made \
             before P2 got v2 chosen, so they say nothing about it.",
        )
        .breaking("CountThisBallot")
        .expecting("Safe At")
        .caption(
            On::event("chosen").at("L1").value("v2"),
            "Meanwhile P2 has v2 chosen in ballot 1.2.",
        )
        .caption(
            On::event("quorum_reached").at("P1").what("phase1"),
            "The late promises for 1.1 pass for promises of 2.1.",
        )
}

fn restarting_a2(scenario: Scenario, down_ms: u64) -> Scenario {
    scenario
        .at_ms(down_ms, Do::Crash("A2".to_owned()))
        .at_ms(down_ms + 5, Do::Restart("A2".to_owned()))
}

fn forgotten_promise() -> Scenario {
    both_chosen(restarting_a2(crossing(), 75))
        .titled(
            "A forgotten promise",
            "Broken: an acceptor does not write its promise to disk. A2 promises 1.2, restarts, and \
             votes for P1's late Accept in 1.1.",
        )
        .breaking("PersistPromise")
        .expecting("Promises Hold")
        .caption(On::event("restarted").at("A2"), "A2 knows nothing of its promise any more.")
        .caption(
            On::event("accepted").at("A2").epoch("1.1"),
            "It votes in 1.1, below its forgotten promise, and completes v1.",
        )
}

fn forgotten_vote() -> Scenario {
    both_chosen(restarting_a2(overlap(), 55))
        .titled(
            "A forgotten vote",
            "Broken: an acceptor does not write its vote to disk. v1 is chosen with A2's vote; after \
             a restart A2 reports to P2 that it never voted.",
        )
        .breaking("PersistVote")
        .expecting("Safe At")
        .caption(
            On::event("accepted").at("A2").value("v1"),
            "A2's vote completes v1. It is in memory only.",
        )
        .caption(
            On::event("delivered").at("P2").what("Promise").peer("A2"),
            "No vote, says A2, and believes it.",
        )
}

fn promise_not_raised() -> Scenario {
    both_chosen(three_ballots())
        .titled(
            "A vote that does not raise the promise",
            "Broken: A3 votes in ballot 1.2 without having promised it, and its promise stays where \
             it was. A late Accept of 1.1 then takes its vote back to a lower ballot, and the vote \
             that made v2 chosen is gone. No test with two ballots can find this.",
        )
        .breaking("VoteRaisesPromise")
        .expecting("Promises Hold")
        .expecting("Safe At")
        .caption(
            On::event("accepted").at("A3").epoch("1.2"),
            "With A3's vote v2 is chosen. A3's maxBal should be 1.2 now.",
        )
        .caption(
            On::event("accepted").at("A3").epoch("1.1"),
            "A3's vote regresses from 1.2 to 1.1: it overwrites v2 with v1.",
        )
        .caption(
            On::event("proposed").at("P3"),
            "P3 hears of nothing but v1, and asks for it.",
        )
}

fn any_reported_value() -> Scenario {
    both_chosen(two_reports())
        .titled(
            "Taking any reported value",
            "Broken: P3 takes the value that is reported first instead of the highest-numbered one. \
             A3's vote for v1 in 1.1 beats A1's vote for v2 in 1.2, which is chosen.",
        )
        .breaking("AdoptHighestVote")
        .expecting("Safe At")
        .caption(
            On::event("delivered").at("P3").what("Promise").peer("A3"),
            "A vote for v1 in 1.1, reported first.",
        )
        .caption(
            On::event("proposed").at("P3"),
            "P3 asks for v1, although the other promise reports the higher ballot 1.2.",
        )
}

fn votes_across_ballots() -> Scenario {
    both_chosen(four_ballots())
        .titled(
            "Adding up votes of different ballots",
            "Broken: the learner counts A1's vote for v1 in 1.1 and A3's vote for v1 in 1.3 as a \
             majority. v1 is not chosen, and ballot 1.4 decides v2.",
        )
        .breaking("LearnFromOneBallot")
        .expecting("Integrity")
        .goal("the learner believes in v1", On::event("chosen").at("L1").value("v1"))
        .caption(
            On::event("chosen").at("L1").value("v1"),
            "Two votes for v1, but in two ballots. Nothing is chosen yet.",
        )
        .caption(On::event("chosen").at("P4"), "v2 is chosen in ballot 1.4: the learner was wrong.")
}

fn half_is_no_majority() -> Scenario {
    both_chosen(halves())
        .titled(
            "Half is no majority",
            "Broken: n/2 acceptors pass for a quorum. Four servers fall apart into two halves, and \
             each half decides for itself.",
        )
        .breaking("MajorityQuorum")
        .expecting("Integrity")
        .goal("one half decides v1", On::event("chosen").at("S1").value("v1"))
        .goal("the other decides v2", On::event("chosen").at("S3").value("v2"))
        .caption(
            On::event("quorum_reached").at("S1").what("phase1"),
            "Two of four: the other two can do the same without ever hearing of these.",
        )
        .caption(On::event("chosen").at("S3"), "Two decisions for one question.")
}

fn nack_counted() -> Scenario {
    both_chosen(crossing())
        .titled(
            "A Nack counted as a vote",
            "Broken: P1 counts every answer to its Accept, refusals included. One vote and one Nack \
             make it believe that v1 is chosen.",
        )
        .breaking("NackIsNoAnswer")
        .expecting("Integrity")
        .caption(
            On::event("delivered").at("P1").what("Nack"),
            "A2 refuses. P1 takes the refusal for a vote.",
        )
        .caption(
            On::event("chosen").at("P1"),
            "P1 tells its client that v1 is decided, and v2 is chosen.",
        )
}

fn nack_ballot_adopted() -> Scenario {
    both_chosen(crossing())
        .titled(
            "Adopting the ballot of a Nack",
            "Broken: refused because of ballot 1.2, P1 calls 1.2 its own and sends its Accept again, \
             without a Phase 1. But 1.2 is P2's.",
        )
        .breaking("NewBallotNewPhase1")
        .expecting("One Value per Ballot")
        .caption(
            On::event("delivered").at("P1").what("Nack"),
            "The Nack names ballot 1.2.",
        )
        .caption(
            On::event("proposed").at("P1").epoch("1.2"),
            "P1 asks for v1 in P2's ballot, in which P2 asks for v2.",
        )
}

fn endless_duel() -> Scenario {
    duel()
        .titled(
            "An endless duel",
            "Broken: a refused proposer bids higher at once. Each new ballot arrives between the \
             other's promises and its Accepts, and nothing is ever chosen. No protocol can exclude \
             this without time or chance: Fischer, Lynch and Paterson.",
        )
        .breaking("BackOff")
        .goal_times("twenty ballots begin", On::event("role_changed").what("Preparing"), 20)
        .goal_times("Phase 2 is reached again and again", On::event("proposed"), 15)
        .caption(
            On::event("delivered").at("P1").what("Nack"),
            "A1 is next door: its refusal arrives before the other acceptors' answers.",
        )
        .caption(
            On::event("delivered").at("P2").what("Nack"),
            "Now P2 is refused, because P1 has bidden higher. And so on.",
        )
        .until_ms(400)
}

fn two_values_in_a_ballot() -> Scenario {
    both_chosen(second_request())
        .titled(
            "Two values in one ballot",
            "Broken: while votes for v1 are under way, P1 asks for the next client's value in the \
             same ballot. A2 votes for v2, and then for v1, as the Accepts arrive.",
        )
        .breaking("OneValuePerBallot")
        .expecting("One Value per Ballot")
        .caption(On::event("proposed").at("P1").value("v2"), "A second Phase 2a in ballot 1.1.")
        .caption(
            On::event("accepted").at("A2").value("v1"),
            "The first Accept arrives after the second: A2 votes again in the same ballot.",
        )
}
