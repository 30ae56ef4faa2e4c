//! The handlers against the papers' sentences.

use super::super::*;
use super::bench::*;
use crate::trace::ParamValue;

/// "A proposer selects a proposal number n and sends a prepare request with number
/// n to a majority of acceptors" (PMS §2.2), and remembers it in stable storage first.
#[test]
fn a_request_begins_a_ballot_that_is_on_disk_before_it_is_sent() {
    let mut p1 = Bench::textbook(P1);
    assert_eq!(
        p1.is_asked(v1()),
        [
            "persist counter 1",
            "epoch 1.1",
            "role Preparing 1.1",
            "set Phase 100000..100000",
            "send A1 Prepare(1.1)",
            "send A2 Prepare(1.1)",
            "send A3 Prepare(1.1)",
        ]
    );
}

/// "If an acceptor receives a prepare request with number n greater than that of any
/// prepare request to which it has already responded, then it responds to the
/// request with a promise ... and with the highest-numbered proposal (if any) that it
/// has accepted" (PMS §2.2).
#[test]
fn an_acceptor_promises_higher_ballots_and_reports_its_vote() {
    let mut a1 = Bench::textbook(A1);
    assert_eq!(
        a1.hears(P1, PaxosMessage::Prepare { ballot: ballot(1, P1) }),
        ["persist maxBal 1.1", "promised 1.1", "epoch 1.1", "send P1 Promise(1.1, no vote)"]
    );
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(proposal(ballot(1, P1), v1()))),
        [
            "persist maxBal 1.1, vote 1.1:v1",
            "accepted 1.1 v1",
            "send P1 Accepted(1.1, v1)",
            "send L1 Accepted(1.1, v1)",
        ]
    );
    assert_eq!(
        a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(1, P2) }),
        ["persist maxBal 1.2", "promised 1.2", "epoch 1.2", "send P2 Promise(1.2, voted 1.1:v1)"]
    );
    assert_eq!(
        a1.hears(P1, PaxosMessage::Prepare { ballot: ballot(1, P1) }),
        ["send P1 Nack(1.1 < 1.2)", "ignored: a higher ballot is promised"]
    );
}

/// "It accepts the proposal unless it has already responded to a prepare request
/// having a number greater than n" (PMS §2.2): also without having promised n itself.
#[test]
fn an_acceptor_votes_unless_it_has_promised_more() {
    let mut a1 = Bench::textbook(A1);
    a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(2, P2) });
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(proposal(ballot(2, P1), v1()))),
        ["send P1 Nack(2.1 < 2.2)", "ignored: a higher ballot is promised"]
    );
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(proposal(ballot(3, P1), v1()))),
        [
            "persist maxBal 3.1, vote 3.1:v1",
            "accepted 3.1 v1",
            "epoch 3.1",
            "send P1 Accepted(3.1, v1)",
            "send L1 Accepted(3.1, v1)",
        ]
    );
}

/// Messages are duplicated: a copy gets the same answer and changes nothing on disk.
#[test]
fn a_copy_of_a_request_is_answered_again() {
    let mut a1 = Bench::textbook(A1);
    let prepare = PaxosMessage::Prepare { ballot: ballot(1, P1) };
    let accept = PaxosMessage::Accept(proposal(ballot(1, P1), v1()));
    a1.hears(P1, prepare);
    assert_eq!(a1.hears(P1, prepare), ["promised 1.1", "send P1 Promise(1.1, no vote)"]);
    a1.hears(P1, accept);
    assert_eq!(
        a1.hears(P1, accept),
        ["accepted 1.1 v1", "send P1 Accepted(1.1, v1)", "send L1 Accepted(1.1, v1)"]
    );
}

/// Without Nacks a refusal is silent; the proposer's time-out must do.
#[test]
fn nacks_are_optional() {
    let config = config(&TEXTBOOK, &[("nack", ParamValue::Bool(false))], &[]);
    let mut a1 = Bench::new(A1, &config);
    a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(2, P2) });
    assert_eq!(
        a1.hears(P1, PaxosMessage::Prepare { ballot: ballot(1, P1) }),
        ["ignored: a higher ballot is promised"]
    );
}

/// P1 with ballot 1.1 under way and v1 as its own value.
fn preparing() -> Bench {
    let mut p1 = Bench::textbook(P1);
    p1.is_asked(v1());
    p1
}

/// "... or is any value if the responses reported no proposals" (PMS §2.2, Phase 2(a)).
#[test]
fn with_no_vote_reported_the_proposer_asks_for_its_own_value() {
    let mut p1 = preparing();
    let mine = ballot(1, P1);
    assert_eq!(p1.hears(A1, promise(mine, None)), [""; 0]);
    assert_eq!(p1.hears(A1, promise(mine, None)), ["ignored: already counted"]);
    assert_eq!(
        p1.hears(A3, promise(mine, None)),
        [
            "quorum phase1 1.1 A1 A3",
            "note: is free to choose (0)",
            "persist proposal 1.1:v1",
            "proposed 1.1 v1",
            "role Proposing 1.1",
            "set Phase 100000..100000",
            "send A1 Accept(1.1, v1)",
            "send A2 Accept(1.1, v1)",
            "send A3 Accept(1.1, v1)",
        ]
    );
    assert_eq!(p1.hears(A2, promise(mine, None)), ["ignored: that phase is over"]);
}

/// "v is the value of the highest-numbered proposal among the responses" (PMS §2.2),
/// in whatever order they come.
#[test]
fn the_highest_numbered_vote_decides_what_is_proposed() {
    let config = config(&[ALL, ALL, ALL, ALL, ALL], &[], &[]);
    let low = proposal(ballot(1, NodeId(1)), v1());
    let high = proposal(ballot(2, NodeId(2)), v2());
    for votes in [[low, high], [high, low]] {
        let mut s5 = Bench::new(NodeId(4), &config);
        s5.is_asked(command(3, "v3"));
        s5.hears(NodeId(0), promise(ballot(1, NodeId(4)), Some(votes[0])));
        let said = s5.hears(NodeId(1), promise(ballot(1, NodeId(4)), Some(votes[1])));
        assert!(said.contains(&"proposed 1.5 v2".to_owned()), "{said:?}");
    }
}

/// A promise counts only for the ballot it was made for.
#[test]
fn promises_of_an_earlier_ballot_do_not_count() {
    let mut p1 = preparing();
    p1.fires(PaxosTimer::Phase);
    p1.fires(PaxosTimer::Retry);
    assert_eq!(p1.hears(A1, promise(ballot(1, P1), None)), ["ignored: it answers another ballot"]);
    assert_eq!(p1.hears(A1, promise(ballot(2, P1), None)), [""; 0]);
}

/// "To learn that a value has been chosen, a learner must find out that a proposal has
/// been accepted by a majority of acceptors" (PMS §2.3): distinct acceptors, one ballot.
#[test]
fn a_learner_counts_distinct_votes_of_one_ballot() {
    let mut l1 = Bench::textbook(L1);
    let (low, high) = (proposal(ballot(1, P1), v1()), proposal(ballot(1, P2), v1()));
    assert_eq!(l1.hears(A1, PaxosMessage::Accepted(low)), [""; 0]);
    assert_eq!(l1.hears(A1, PaxosMessage::Accepted(low)), ["ignored: already counted"]);
    assert_eq!(l1.hears(A2, PaxosMessage::Accepted(high)), [""; 0]);
    assert_eq!(
        l1.hears(A3, PaxosMessage::Accepted(low)),
        ["quorum learn 1.1 A1 A3", "chosen 1.1 v1", "epoch 1.1", "role Decided 1.1"]
    );
    assert_eq!(
        l1.hears(A3, PaxosMessage::Accepted(high)),
        ["ignored: the value is already learned"]
    );
}

/// Every client that waits is told what was decided, whosever value it is.
#[test]
fn the_proposer_answers_all_its_clients_with_the_value_decided() {
    let mut p1 = proposing(&config(&TEXTBOOK, &[], &[]));
    assert_eq!(p1.is_asked(v2()), [""; 0]);
    assert_eq!(p1.is_asked(v2()), ["ignored: the request is already waiting"]);
    let vote = PaxosMessage::Accepted(proposal(ballot(1, P1), v1()));
    p1.hears(A1, vote);
    assert_eq!(
        p1.hears(A2, vote),
        [
            "quorum phase2 1.1 A1 A2",
            "chosen 1.1 v1",
            "cancel Phase",
            "role Decided 1.1",
            "reply C1 v1",
            "reply C2 v1",
        ]
    );
    assert_eq!(p1.is_asked(command(3, "v3")), ["reply C3 v1"]);
}

/// "We can have the acceptors respond with their acceptances to a distinguished learner, which in
/// turn informs the other learners when a value has been chosen" (PMS §2.3).
#[test]
fn the_proposer_can_be_the_one_who_tells_the_learners() {
    let config = config(&TEXTBOOK, &[("learn", ParamValue::Word("proposer".into()))], &[]);
    let vote = proposal(ballot(1, P1), v1());
    let mut a1 = Bench::new(A1, &config);
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(vote)).last().map(String::as_str),
        Some("send P1 Accepted(1.1, v1)")
    );
    let mut p1 = proposing(&config);
    p1.hears(A1, PaxosMessage::Accepted(vote));
    let said = p1.hears(A3, PaxosMessage::Accepted(vote));
    assert_eq!(said[said.len() - 2..], ["send P2 Decided(v1)", "send L1 Decided(v1)"]);
    let mut l1 = Bench::new(L1, &config);
    assert_eq!(
        l1.hears(P1, PaxosMessage::Decided(vote)),
        ["chosen 1.1 v1", "epoch 1.1", "role Decided 1.1"]
    );
    assert_eq!(
        l1.hears(P1, PaxosMessage::Decided(vote)),
        ["ignored: the value is already learned"]
    );
}

/// "The proposer should then abandon its proposal" (PMS §2.2), and "must use either
/// randomness or real time" (§2.4) before the next, which is above all it has heard of.
#[test]
fn a_nack_ends_the_ballot_and_the_next_is_higher_after_a_random_pause() {
    let mut p1 = preparing();
    let nack = PaxosMessage::Nack { ballot: ballot(1, P1), promised: ballot(7, P2) };
    assert_eq!(
        p1.hears(A1, nack),
        ["role Backing off 1.1", "cancel Phase", "set Retry 30000..60000"]
    );
    assert_eq!(p1.hears(A2, nack), ["ignored: that phase is over"]);
    let said = p1.fires(PaxosTimer::Retry);
    assert_eq!(said[..3], ["persist counter 8", "epoch 8.1", "role Preparing 8.1"]);
    assert_eq!(said[3], "set Phase 200000..200000", "patience doubles with each failure");
    assert_eq!(p1.hears(A1, nack), ["ignored: it answers another ballot"]);
}

/// Lost messages: the time-out abandons the ballot, and a timer with nothing to end does nothing.
#[test]
fn a_phase_that_takes_too_long_is_abandoned() {
    let mut p1 = preparing();
    assert_eq!(
        p1.fires(PaxosTimer::Phase),
        ["role Backing off 1.1", "cancel Phase", "set Retry 30000..60000"]
    );
    assert_eq!(p1.fires(PaxosTimer::Phase), ["ignored: no ballot is under way"]);
    let mut p2 = Bench::textbook(P2);
    assert_eq!(p2.fires(PaxosTimer::Retry), ["ignored: there is nothing to propose"]);
}

/// Votes of an abandoned ballot still choose: only its proposer stopped waiting.
#[test]
fn late_votes_of_an_abandoned_ballot_count() {
    let mut p1 = proposing(&config(&TEXTBOOK, &[], &[]));
    p1.fires(PaxosTimer::Phase);
    let vote = PaxosMessage::Accepted(proposal(ballot(1, P1), v1()));
    p1.hears(A1, vote);
    let said = p1.hears(A2, vote);
    assert_eq!(said[..2], ["quorum learn 1.1 A1 A2", "chosen 1.1 v1"]);
    assert!(said.contains(&"cancel Retry".to_owned()), "{said:?}");
}

/// "An acceptor must remember this information even if it fails and then restarts"
/// (PMS §2.2).
#[test]
fn a_restarted_acceptor_keeps_its_promise_and_its_vote() {
    let mut a1 = Bench::textbook(A1);
    a1.hears(P1, PaxosMessage::Accept(proposal(ballot(1, P1), v1())));
    a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(2, P2) });
    let mut a1 = a1.restarted();
    assert_eq!(a1.said, ["role Acceptor 2.2"]);
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(proposal(ballot(2, P1), v1()))),
        ["send P1 Nack(2.1 < 2.2)", "ignored: a higher ballot is promised"]
    );
    assert_eq!(
        a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(3, P2) }).last().map(String::as_str),
        Some("send P2 Promise(3.2, voted 1.1:v1)")
    );
}

/// "Each proposer remembers (in stable storage) the highest-numbered proposal it has
/// tried to issue, and begins phase 1 with a higher proposal number" (PMS §2.5); what
/// it asked for in Phase 2a it can only ask for again.
#[test]
fn a_restarted_proposer_takes_up_its_ballot_with_the_same_value() {
    let p1 = proposing(&config(&TEXTBOOK, &[], &[]));
    let mut p1 = p1.restarted();
    assert_eq!(
        p1.said,
        [
            "role Proposer 1.1",
            "note: takes up its ballot again (1)",
            "proposed 1.1 v1",
            "role Proposing 1.1",
            "set Phase 100000..100000",
            "send A1 Accept(1.1, v1)",
            "send A2 Accept(1.1, v1)",
            "send A3 Accept(1.1, v1)",
        ]
    );
    assert_eq!(p1.is_asked(v2()), [""; 0], "the ballot keeps its value");
    p1.fires(PaxosTimer::Phase);
    assert_eq!(p1.fires(PaxosTimer::Retry)[0], "persist counter 2");

    let mut p1 = preparing().restarted();
    assert_eq!(p1.said, ["role Proposer 0"], "Phase 1 alone binds it to nothing");
    assert_eq!(p1.is_asked(v2())[0], "persist counter 2");
}

/// A server hands its own messages to itself; to the others first, so that its disk delays nobody.
#[test]
fn a_server_is_its_own_acceptor_and_learner() {
    let config = config(&[ALL, ALL, ALL], &[], &[]);
    let (s1, s2) = (NodeId(0), NodeId(1));
    let mut node = Bench::new(s1, &config);
    assert_eq!(
        node.is_asked(v1()),
        [
            "persist counter 1",
            "epoch 1.1",
            "role Preparing 1.1",
            "set Phase 100000..100000",
            "send S2 Prepare(1.1)",
            "send S3 Prepare(1.1)",
            "persist maxBal 1.1",
            "promised 1.1",
        ]
    );
    assert_eq!(
        node.hears(s2, promise(ballot(1, s1), None)),
        [
            "quorum phase1 1.1 S1 S2",
            "note: is free to choose (0)",
            "persist proposal 1.1:v1",
            "proposed 1.1 v1",
            "role Proposing 1.1",
            "set Phase 100000..100000",
            "send S2 Accept(1.1, v1)",
            "send S3 Accept(1.1, v1)",
            "persist maxBal 1.1, vote 1.1:v1",
            "accepted 1.1 v1",
            "send S2 Accepted(1.1, v1)",
            "send S3 Accepted(1.1, v1)",
        ]
    );
    let said = node.hears(s2, PaxosMessage::Accepted(proposal(ballot(1, s1), v1())));
    assert_eq!(said[..2], ["quorum phase2 1.1 S1 S2", "chosen 1.1 v1"]);
}

/// A cluster of one decides within the step that brings the request.
#[test]
fn one_server_decides_alone() {
    let mut node = Bench::new(NodeId(0), &config(&[ALL], &[], &[]));
    let said = node.is_asked(v1());
    assert!(said.contains(&"chosen 1.1 v1".to_owned()), "{said:?}");
    assert_eq!(said.last().map(String::as_str), Some("reply C1 v1"));
}

/// A server whose own acceptor has promised more gives its ballot up without asking anybody.
#[test]
fn a_server_that_promised_more_meanwhile_backs_off() {
    let config = config(&[ALL, ALL, ALL], &[], &[]);
    let (s1, s2, s3) = (NodeId(0), NodeId(1), NodeId(2));
    let mut node = Bench::new(s1, &config);
    node.is_asked(v1());
    node.hears(s2, PaxosMessage::Prepare { ballot: ballot(1, s2) });
    let said = node.hears(s3, promise(ballot(1, s1), None));
    assert_eq!(said.last().map(String::as_str), Some("set Retry 30000..60000"));
    assert_eq!(node.fires(PaxosTimer::Retry)[0], "persist counter 2");
}

/// A node that is no proposer sends clients to one; other roles' messages are refused aloud.
#[test]
fn duties_are_kept_apart() {
    let mut a1 = Bench::textbook(A1);
    assert_eq!(a1.is_asked(v1()), ["reply C1 ask P1"]);
    assert_eq!(
        a1.hears(A2, PaxosMessage::Accepted(proposal(ballot(1, P1), v1()))),
        ["ignored: not this node's role"]
    );
    let mut l1 = Bench::textbook(L1);
    assert_eq!(
        l1.hears(P1, PaxosMessage::Prepare { ballot: ballot(1, P1) }),
        ["ignored: not this node's role"]
    );
}

/// Flexible Paxos: every Phase 1 quorum must meet every Phase 2 quorum, and no more than that.
#[test]
fn quorums_of_the_two_phases_must_meet() {
    let read = |duties: &[u8], phase1: u64, phase2: u64| {
        let set = [("phase1_quorum", phase1), ("phase2_quorum", phase2)];
        let set = set.map(|(key, size)| (key.to_owned(), ParamValue::Int(size)));
        let members = Membership { duties: duties.to_vec() };
        Paxos::params(&ParamValues::new(&INFO, set.into_iter().collect()), &members)
    };
    let five = [ALL; 5];
    assert!(read(&five, 4, 2).is_ok());
    assert!(read(&five, 5, 1).is_ok());
    assert!(read(&five, 0, 0).is_ok());
    assert!(read(&five, 4, 0).is_ok());
    for (phase1, phase2, key) in
        [(3, 2, "phase1_quorum"), (0, 2, "phase2_quorum"), (6, 1, "phase1_quorum")]
    {
        let (found, text) = read(&five, phase1, phase2).expect_err("refused");
        assert_eq!(found, key, "{phase1} and {phase2}: {text}");
    }
    assert_eq!(read(&[duty::PROPOSER], 0, 0).expect_err("no acceptor").0, "cluster");
    assert_eq!(read(&[duty::ACCEPTOR], 0, 0).expect_err("no proposer").0, "cluster");
}

/// Flexible quorums count as they are set.
#[test]
fn a_larger_phase_one_buys_a_smaller_phase_two() {
    let set = [("phase1_quorum", ParamValue::Int(3)), ("phase2_quorum", ParamValue::Int(1))];
    let mut p1 = proposing(&config(&TEXTBOOK, &set, &[]));
    assert!(p1.node.proposer.phase.ballot().is_some());
    assert_eq!(p1.said, [""; 0], "two promises are not enough");
    let said = p1.hears(A3, promise(ballot(1, P1), None));
    assert!(said.contains(&"proposed 1.1 v1".to_owned()), "{said:?}");
    let said = p1.hears(A3, PaxosMessage::Accepted(proposal(ballot(1, P1), v1())));
    assert_eq!(said[0], "quorum phase2 1.1 A3");
}
