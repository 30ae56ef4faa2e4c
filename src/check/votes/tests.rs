//! What breaks each promise of the Paxos family, and what nearly does.

use super::super::{Checks, script};
use super::*;
use crate::trace::{Place, Time};

/// Three acceptors, nodes 1 to 3; clients have asked for values 1 and 2.
fn falls(script: &str) -> Vec<String> {
    let votes = Votes::new(NodeSet::first(3), 2, false);
    let asked = "c1 invoked v1\nc1 invoked v2\n";
    script::play_single(Checks::new(vec![Box::new(votes)]), &format!("{asked}{script}"))
}

const CHOSEN: &str = "n1 promised 1.1
    n2 promised 1.1
    n1 proposed 1.1 v1
    n1 accepted 1.1 v1
    n2 accepted 1.1 v1
    n3 chosen 1.1 v1
    ";

#[test]
fn a_clean_round_and_a_second_that_adopts_its_value_break_nothing() {
    let again = "n2 promised 2.2
        n3 promised 2.2
        n2 proposed 2.2 v1
        n3 accepted 2.2 v1
        n2 accepted 2.2 v1
        n3 crashed
        n3 restarted
        n3 chosen 2.2 v1";
    assert!(falls(&format!("{CHOSEN}{again}")).is_empty());
}

#[test]
fn agreement_falls_at_the_second_choice_though_the_votes_never_coexist() {
    // The acceptors of the first choice vote again, as after forgetting their votes.
    let script = format!(
        "{CHOSEN}n2 promised 2.2
        n3 promised 2.2
        n2 proposed 2.2 v2
        n3 accepted 2.2 v2
        n2 accepted 2.2 v2"
    );
    assert_eq!(
        falls(&script),
        [
            "10: Safe At: v2 is proposed in ballot 2.2, but v1 is chosen or can still be chosen in \
             ballot 1.1 (against 6)",
            "12: Agreement: v2 is chosen in ballot 2.2, but v1 was chosen in ballot 1.1 (against 6)",
        ]
    );
}

#[test]
fn two_votes_for_different_values_choose_nothing() {
    let script = "n1 promised 1.1
        n2 promised 1.1
        n1 proposed 1.1 v1
        n1 accepted 1.1 v1
        n2 promised 2.2
        n3 promised 2.2
        n2 proposed 2.2 v2
        n3 accepted 2.2 v2";
    assert!(falls(script).is_empty(), "1.1 has one vote and can get no second one");
}

#[test]
fn safe_at_falls_while_a_lower_ballot_can_still_choose() {
    let script = "n1 proposed 1.1 v1
        n1 accepted 1.1 v1
        n3 promised 2.2
        n2 proposed 2.2 v2";
    assert_eq!(
        falls(script),
        ["5: Safe At: v2 is proposed in ballot 2.2, but v1 is chosen or can still be chosen in \
          ballot 1.1 (against 2)"],
        "node 2 has promised nothing and may complete 1.1"
    );
}

#[test]
fn safe_at_falls_as_well_when_the_lower_proposal_comes_last() {
    let script = "n3 promised 2.2
        n2 proposed 2.2 v2
        n1 proposed 1.1 v1";
    assert_eq!(
        falls(script),
        ["4: Safe At: v2 is proposed in ballot 2.2, but v1 is chosen or can still be chosen in \
          ballot 1.1 (against 3)"]
    );
    let closed = "n3 promised 2.2
        n2 promised 2.2
        n2 proposed 2.2 v2
        n1 proposed 1.1 v1";
    assert!(falls(closed).is_empty(), "1.1 comes too late to choose anything");
}

#[test]
fn a_ballot_has_one_value_and_votes_are_for_it() {
    let script = "n1 proposed 1.1 v1
        n1 proposed 1.1 v1
        n1 proposed 1.1 v2
        n1 accepted 1.1 v2
        n2 accepted 2.1 v2";
    assert_eq!(
        falls(script),
        [
            "4: One Value per Ballot: v1 and v2 are both proposed in ballot 1.1 (against 2)",
            "6: Votes Are Proposed: S2 votes for v2, which was never proposed in ballot 2.1",
        ]
    );
}

#[test]
fn a_promise_holds_across_a_crash_and_a_vote_raises_it() {
    let forgotten = "n1 promised 3.1
        n1 crashed
        n1 restarted
        n1 promised 3.1
        n1 promised 2.2";
    assert_eq!(
        falls(forgotten),
        ["6: Promises Hold: S1 promises ballot 2.2 after it promised ballot 3.1 (against 2)"]
    );
    let regress = "n1 proposed 1.1 v1
        n1 proposed 2.1 v1
        n3 accepted 2.1 v1
        n3 accepted 1.1 v1";
    assert_eq!(
        falls(regress),
        ["5: Promises Hold: S3 votes in ballot 1.1 after it went on to ballot 2.1 (against 4)"]
    );
}

#[test]
fn a_node_learns_what_is_chosen_and_keeps_to_it() {
    let early = "n1 proposed 1.1 v1
        n1 accepted 1.1 v1
        n3 chosen 1.1 v1
        n2 accepted 1.1 v1
        n2 chosen 1.1 v1";
    assert_eq!(falls(early), ["4: Integrity: S3 learns v1, which is not chosen"]);
    let script = format!("{CHOSEN}n2 chosen 2.2 v2\nn3 chosen 2.2 v2");
    assert_eq!(
        falls(&script),
        [
            "8: Integrity: S2 learns v2, which is not chosen",
            "8: Agreement: S2 learns v2, but v1 was learned before (against 7)",
        ]
    );
}

#[test]
fn a_learner_that_changes_its_mind_breaks_integrity_even_if_both_were_chosen() {
    let script = format!(
        "{CHOSEN}n2 promised 2.2
        n2 proposed 2.2 v2
        n3 accepted 2.2 v2
        n2 accepted 2.2 v2
        n3 chosen 2.2 v2"
    );
    assert_eq!(
        falls(&script).last().map(String::as_str),
        Some("12: Integrity: S3 learned v1 and now learns v2 (against 7)")
    );
}

#[test]
fn what_nobody_asked_for_is_not_valid_and_slots_are_apart() {
    let script = "n1 proposed @1 1.1 v9
        n1 accepted @1 1.1 v9
        n2 proposed @2 1.1 v1
        n2 accepted @1 1.1 v9";
    let votes = Votes::new(NodeSet::first(3), 2, false);
    let asked = format!("c1 invoked v1\nc1 invoked v2\n{script}");
    assert_eq!(
        script::play(Checks::new(vec![Box::new(votes)]), &asked),
        ["5: Validity: v9 is chosen or learned at index 1, and no client asked for it"]
    );
    let noop = Votes::new(NodeSet::first(1), 1, true);
    let script = "n1 proposed 1.1 v0\nn1 accepted 1.1 v0";
    assert!(script::play_single(Checks::new(vec![Box::new(noop)]), script).is_empty());
}

/// Proposals, votes and promises in plain lists, judged by the definition of `SafeAt`.
#[derive(Default)]
struct Plain {
    proposed: Vec<(Epoch, ValueId)>,
    votes: Vec<(NodeId, Epoch, ValueId)>,
    promised: [Option<Epoch>; 3],
}

impl Plain {
    fn choosable(&self, epoch: Epoch, value: ValueId) -> bool {
        let may_have = |acceptor: &u8| {
            let promise = self.promised[usize::from(*acceptor)];
            self.votes.contains(&(NodeId(*acceptor), epoch, value))
                || promise.is_none_or(|promise| promise <= epoch)
        };
        (0..3).filter(may_have).count() >= 2
    }

    fn is_unsafe(&self, epoch: Epoch, value: ValueId) -> bool {
        self.proposed.iter().any(|(other, rival)| {
            let (low, at_low) = (epoch, value).min((*other, *rival));
            *rival != value && *other != epoch && self.choosable(low, at_low)
        })
    }
}

/// The shortcut over ballots that are closed forgets nothing.
#[test]
fn safe_at_is_judged_as_by_its_definition() {
    let (mut fell, mut held) = (0, 0);
    for seed in 0..3_000_u64 {
        let mut luck = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut draw = move |below: u64| {
            luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(0x1405_7b7e_f767_814f);
            (luck >> 33) % below
        };
        let mut checks = Checks::new(vec![Box::new(Votes::new(NodeSet::first(3), 2, false))]);
        let mut plain = Plain::default();
        for id in 0..40 {
            let (acceptor, slot) = (NodeId(draw(3) as u8), Slot::ONLY);
            let epoch = Epoch::plain(1 + draw(12) as u32);
            let value = ValueId(1 + draw(2) as u32);
            let promise = &mut plain.promised[acceptor.index()];
            let fact = match draw(4) {
                0 => Fact::Proposed { slot, epoch, value },
                // Only what acceptors that keep their promises do.
                _ if promise.is_some_and(|promise| promise > epoch) => continue,
                1 => Fact::Promised { epoch },
                _ => Fact::Accepted { slot, epoch, value },
            };
            let mut expected = false;
            match fact {
                Fact::Proposed { .. } => {
                    expected = plain.is_unsafe(epoch, value);
                    plain.proposed.push((epoch, value));
                }
                Fact::Accepted { .. } if !plain.proposed.contains(&(epoch, value)) => continue,
                Fact::Accepted { .. } => {
                    *promise = Some(epoch);
                    plain.votes.push((acceptor, epoch, value));
                }
                _ => *promise = Some(epoch),
            }
            let (place, kind) = (Place::Node(acceptor), EventKind::Fact(fact));
            let event = Event { at: Time::ZERO, cause: None, place, kind };
            let fallen = script::see(&mut checks, EventId(id), &event);
            let found = fallen.iter().any(|fallen| fallen.invariant == SAFE_AT);
            assert_eq!(found, expected, "seed {seed}, event {id}: {fact:?}");
            if found {
                fell += 1;
                break;
            }
            held += u32::from(matches!(fact, Fact::Proposed { .. }));
        }
    }
    assert!(fell > 500 && held > 500, "fell {fell} times, held {held} times");
}

#[test]
fn late_ballots_find_their_place_below_higher_ones() {
    let script = "n1 promised 5.1
        n2 promised 5.1
        n1 proposed 5.1 v1
        n1 accepted 5.1 v1
        n2 promised 7.2
        n3 promised 7.2
        n2 proposed 7.2 v1
        n1 proposed 6.1 v1
        n1 accepted 6.1 v1
        n3 proposed 6.3 v2
        n1 promised 8.1
        n2 promised 8.1
        n1 proposed 8.1 v2
        n2 accepted 7.2 v1";
    assert_eq!(
        falls(script),
        ["15: Promises Hold: S2 votes in ballot 7.2 after it went on to ballot 8.1 (against 13)",],
        "6.1 could be chosen by nobody but node 1, 7.2 by nobody but node 3"
    );
}
