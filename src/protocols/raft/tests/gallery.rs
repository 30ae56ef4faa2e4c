//! What Raft's situations show beyond their goals, which `tests/gallery.rs` plays.

use super::super::super::played::{played, text};
use super::super::{Rule, situations};
use crate::scenario::{Scenario, Situation};
use crate::session::Session;
use crate::trace::{EventKind, Fact, NodeId};

fn find(id: &str) -> Scenario {
    let found = situations::all().into_iter().find(|situation| situation.id == id);
    found.expect("in the gallery").scenario
}

/// A rule that guards Termination shows its symptom only when it is broken: with the rule kept,
/// at least one goal of its situation is not reached.
#[test]
fn what_keeps_raft_live_is_not_missed_when_the_rule_holds() {
    for Situation { id, mut scenario } in situations::all() {
        let guards = |rule: &str| Rule::TABLE.iter().find(|it| it.id == rule).map(|it| it.guards);
        if !scenario.broken.iter().any(|rule| guards(rule) == Some("Termination")) {
            continue;
        }
        scenario.broken.clear();
        let session = played(&scenario);
        let missed = session.goals().iter().any(|goal| goal.reached.is_none());
        assert!(missed, "{id} shows the same without the broken rule\n{}", text(&session));
    }
}

/// "A follower may be missing entries (a–b), may have extra uncommitted entries (c–d), or both
/// (e–f)." (Figure 7): the script builds exactly the logs of the figure.
#[test]
fn the_script_of_figure_7_builds_the_logs_of_figure_7() {
    let script = [
        include_str!("../situations/by-hand.synod"),
        include_str!("../situations/figure-7-logs.synod"),
        "until 2.54s",
    ];
    let session = played(&Situation::read("figure-7-logs", &script).scenario);
    let terms = |server: u8| -> Vec<u32> {
        let view = session.status(NodeId(server)).and_then(|status| status.view);
        let log = view.and_then(|view| view.log).expect("it is up");
        log.entries.iter().map(|cell| cell.epoch.number).collect()
    };
    assert_eq!(terms(0), [1, 1, 1, 4, 4, 5, 5, 6, 6, 6], "leader for term 8");
    assert_eq!(terms(1), [1, 1, 1, 4, 4, 5, 5, 6, 6], "(a)");
    assert_eq!(terms(2), [1, 1, 1, 4], "(b)");
    assert_eq!(terms(3), [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], "(c)");
    assert_eq!(terms(4), [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], "(d)");
    assert_eq!(terms(5), [1, 1, 1, 4, 4, 4, 4], "(e)");
    assert_eq!(terms(6), [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], "(f)");
}

/// The leader's log at the end of Figure 7's story is everybody's.
#[test]
fn figure_7_ends_with_equal_logs() {
    let session = played(&find("raft-figure-7"));
    let log = |server: u8| {
        let view = session.status(NodeId(server)).and_then(|status| status.view);
        view.and_then(|view| view.log).expect("it is up").entries
    };
    assert_eq!(log(0).len(), 11);
    for server in 1..7 {
        assert_eq!(log(server), log(0), "S{}", server + 1);
    }
}

/// Fixed timeouts split the vote for as long as anyone watches; random ones end it.
#[test]
fn random_timeouts_end_what_equal_ones_never_do() {
    let mut scenario = find("raft-break-randomize-timeouts");
    scenario.goals.clear();
    scenario.until_us = 20_000_000;
    let leads = |session: &Session| {
        let is =
            |kind: &EventKind| matches!(kind, EventKind::Fact(Fact::RoleChanged { role: 2, .. }));
        session.source().events().iter().any(|event| is(&event.kind))
    };
    assert!(!leads(&played(&scenario)));
    scenario.broken.clear();
    scenario.until_us = 3_000_000;
    for seed in 0..100 {
        scenario.seed = seed;
        assert!(leads(&played(&scenario)), "seed {seed}");
    }
}
