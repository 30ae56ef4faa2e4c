//! The tables, and the one difference that each broken rule makes.

use super::super::*;
use super::bench::*;
use crate::node::{Message as _, Timer as _};

/// Codes index tables: each table says what its enum says, in the same order.
#[test]
fn tables_agree_with_their_enums() {
    let rules = [
        Rule::RefuseBelowPromise,
        Rule::AdoptReportedVote,
        Rule::ReportVote,
        Rule::OwnBallots,
        Rule::PersistBallot,
        Rule::CountThisBallot,
        Rule::PersistPromise,
        Rule::PersistVote,
        Rule::VoteRaisesPromise,
        Rule::AdoptHighestVote,
        Rule::LearnFromOneBallot,
        Rule::MajorityQuorum,
        Rule::NackIsNoAnswer,
        Rule::NewBallotNewPhase1,
        Rule::BackOff,
        Rule::OneValuePerBallot,
    ];
    assert_eq!(rules.len(), Rule::TABLE.len());
    for rule in rules {
        assert_eq!(Rule::TABLE[usize::from(rule.code())].id, format!("{rule:?}"));
    }
    let vote = proposal(ballot(1, P1), v1());
    let (ballot, promised) = (ballot(1, P1), ballot(2, P1));
    let messages = [
        PaxosMessage::Prepare { ballot },
        PaxosMessage::Promise { ballot, vote: None },
        PaxosMessage::Nack { ballot, promised },
        PaxosMessage::Accept(vote),
        PaxosMessage::Accepted(vote),
        PaxosMessage::Decided(vote),
    ];
    for message in messages {
        let name = PaxosMessage::TABLE[usize::from(message.kind())].name;
        assert!(message.label(&Cast::default()).starts_with(&format!("{name}(")), "{name}");
    }
    for (index, timer) in [PaxosTimer::Phase, PaxosTimer::Retry].into_iter().enumerate() {
        assert_eq!(PaxosTimer::TABLE[index].name, format!("{timer:?}"));
        assert_eq!(PaxosTimer::from_ref(timer.to_ref()), Some(timer));
    }
    for role in [Role::Acceptor, Role::Preparing, Role::Proposing, Role::Decided] {
        assert_eq!(Role::TABLE[usize::from(role.code())].name, format!("{role:?}"));
    }
}

/// Each broken rule makes the one difference it names.
#[test]
fn a_broken_rule_changes_what_it_says() {
    let accept = |ballot| PaxosMessage::Accept(proposal(ballot, v1()));
    let high = PaxosMessage::Prepare { ballot: ballot(2, P2) };

    let mut a1 = Bench::broken(A1, Rule::RefuseBelowPromise);
    a1.hears(P2, high);
    assert_eq!(a1.hears(P1, accept(ballot(1, P1)))[0], "persist maxBal 2.2, vote 1.1:v1");

    let mut a1 = Bench::broken(A1, Rule::ReportVote);
    a1.hears(P1, accept(ballot(1, P1)));
    assert_eq!(
        a1.hears(P2, high).last().map(String::as_str),
        Some("send P2 Promise(2.2, no vote)")
    );

    let mut a1 = Bench::broken(A1, Rule::VoteRaisesPromise);
    assert_eq!(a1.hears(P1, accept(ballot(1, P1)))[0], "persist maxBal –, vote 1.1:v1");

    let mut a1 = Bench::broken(A1, Rule::PersistPromise);
    assert_eq!(a1.hears(P2, high)[0], "promised 2.2");
    let mut a1 = Bench::broken(A1, Rule::PersistVote);
    assert_eq!(a1.hears(P1, accept(ballot(1, P1)))[0], "accepted 1.1 v1");

    let mut p1 = Bench::broken(P1, Rule::OwnBallots);
    assert_eq!(p1.is_asked(v1()).last().map(String::as_str), Some("send A3 Prepare(1)"));

    let mut p1 = Bench::broken(P1, Rule::PersistBallot);
    p1.is_asked(v1());
    let mut p1 = p1.restarted();
    assert!(p1.is_asked(v2()).contains(&"send A1 Prepare(1.1)".to_owned()), "{:?}", p1.said);

    let old = proposal(ballot(1, P2), v2());
    let older = proposal(ballot(0, P2), command(3, "v3"));
    for (rule, votes, value) in [
        (Rule::AdoptReportedVote, [Some(old), None], "v1"),
        (Rule::AdoptHighestVote, [Some(older), Some(old)], "v3"),
    ] {
        let mut p1 = Bench::broken(P1, rule);
        p1.is_asked(v1());
        p1.hears(A1, promise(ballot(1, P1), votes[0]));
        let said = p1.hears(A2, promise(ballot(1, P1), votes[1]));
        assert!(said.contains(&format!("proposed 1.1 {value}")), "{rule:?}: {said:?}");
    }

    let mut p1 = Bench::broken(P1, Rule::BackOff);
    p1.is_asked(v1());
    let nack = PaxosMessage::Nack { ballot: ballot(1, P1), promised: ballot(3, P2) };
    assert_eq!(p1.hears(A1, nack)[0], "persist counter 4");

    let mut p1 = proposing(&config(&TEXTBOOK, &[], &[Rule::NewBallotNewPhase1]));
    assert_eq!(p1.hears(A1, nack)[1], "proposed 3.2 v1");

    let mut p1 = proposing(&config(&TEXTBOOK, &[], &[Rule::OneValuePerBallot]));
    assert_eq!(p1.is_asked(v2())[1], "proposed 1.1 v2");
}
