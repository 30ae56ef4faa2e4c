//! Every situation on the simulated network: it reaches its goals, and what must fall falls.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::{Rule, situations};
use crate::scenario::{Scenario, Situation};
use crate::session::{Progress, Session};
use crate::trace::{EventKind, Fact, NodeId, Time};

/// More steps than any story here takes.
const BUDGET: u32 = 1_000_000;

/// Plays a scenario to its end, past everything that falls on the way.
fn played(scenario: &Scenario) -> Session {
    let mut session = Session::open(scenario.clone()).unwrap_or_else(|it| panic!("{it}"));
    let end = Time(scenario.until_us);
    while session.advance(end, BUDGET) == Progress::Violated {}
    assert_eq!(session.now(), end, "{}: it goes on to its end", scenario.title);
    session
}

fn find(id: &str) -> Scenario {
    let found = situations::all().into_iter().find(|situation| situation.id == id);
    found.expect("in the gallery").scenario
}

fn fallen(session: &Session) -> BTreeSet<String> {
    let names = session.source().invariants();
    let name = |code: u8| names[usize::from(code)].to_owned();
    session.violations().iter().map(|violation| name(violation.invariant)).collect()
}

/// A run as text, for the message of a test that fails.
fn text(session: &Session) -> String {
    let source = session.source();
    let mut text = String::new();
    for event in source.events() {
        let said = match event.kind {
            EventKind::TimerSet { .. } | EventKind::Persisted { .. } => continue,
            EventKind::Sent { message, .. } | EventKind::Delivered { message, .. } => {
                source.message(message).label
            }
            EventKind::Lost { message, .. } => source.message(message).label,
            EventKind::Fact(Fact::Ignored { why }) => {
                source.info().refusals[usize::from(why)].name.to_owned()
            }
            EventKind::Command { index } => source.command(index),
            kind => format!("{kind:?}"),
        };
        let (at, lane) = (event.at.to_string(), source.cast().name(event.place));
        let _ = writeln!(text, "{at:>10} {lane:5} {} {said}", event.kind.name());
    }
    text
}

fn check(Situation { id, scenario }: &Situation) -> Vec<String> {
    let session = played(scenario);
    let mut wrong = Vec::new();
    for goal in session.goals().iter().filter(|goal| goal.reached.is_none()) {
        wrong.push(format!("{id}: not reached: {}", goal.name));
    }
    let said: Vec<&str> = session.captions().iter().map(|caption| caption.text).collect();
    for caption in scenario.narration.iter().filter(|it| !said.contains(&it.text.as_str())) {
        wrong.push(format!("{id}: nothing to say about: {}", caption.text));
    }
    let expected: BTreeSet<String> = scenario.expect.iter().cloned().collect();
    let fallen = fallen(&session);
    if !expected.is_subset(&fallen) || expected.is_empty() != fallen.is_empty() {
        wrong.push(format!("{id}: {expected:?} must fall, {fallen:?} falls"));
    }
    if !wrong.is_empty() {
        wrong.push(text(&session));
    }
    wrong
}

/// Goals are reached, captions have their event, and what must fall falls, and nothing where no
/// invariant is expected to.
#[test]
fn every_situation_shows_what_it_says() {
    let wrong: Vec<String> = situations::all().iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same script with the rule kept is clean: it is the broken rule that makes the invariant fall.
#[test]
fn nothing_falls_once_the_rule_holds_again() {
    for Situation { id, mut scenario } in situations::all() {
        // A lost disk is no rule of the protocol's: nothing can hold against it.
        if id == "raft-lost-disk" {
            continue;
        }
        scenario.broken.clear();
        let session = played(&scenario);
        assert!(fallen(&session).is_empty(), "{id}: {:?}\n{}", fallen(&session), text(&session));
    }
}

/// Every rule is shown broken, and every rule that guards safety brings its invariant down.
#[test]
fn every_rule_has_a_situation_that_shows_its_fall() {
    let all = situations::all();
    for rule in Rule::TABLE {
        let shown: Vec<&Situation> =
            all.iter().filter(|it| it.scenario.broken.iter().any(|id| id == rule.id)).collect();
        assert!(!shown.is_empty(), "{} is shown by no situation", rule.id);
        if rule.guards != "Termination" {
            let falls = |it: &&Situation| it.scenario.expect.iter().any(|name| name == rule.guards);
            assert!(shown.iter().any(falls), "{} must bring {} down", rule.id, rule.guards);
        }
    }
}

#[test]
fn ids_are_distinct_and_name_the_protocol() {
    let ids: Vec<&str> = situations::all().iter().map(|situation| situation.id).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(ids.iter().all(|id| id.starts_with("raft-")));
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
