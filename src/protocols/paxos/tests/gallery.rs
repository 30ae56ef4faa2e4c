//! Every situation on the simulated network: it reaches its goals, and what must fall falls.

use std::collections::BTreeSet;

use super::super::situations;
use crate::scenario::{Caption, On, Scenario, Situation};
use crate::session::{Progress, Session};
use crate::trace::{Event, EventKind, Time};

/// More steps than any story here takes.
const BUDGET: u32 = 100_000;

/// Plays a scenario to its end, past everything that falls on the way.
pub(super) fn played(scenario: &Scenario) -> Session {
    let mut session = Session::open(scenario.clone()).unwrap_or_else(|it| panic!("{it}"));
    let end = Time(scenario.until_us);
    while session.advance(end, BUDGET) == Progress::Violated {}
    assert_eq!(session.now(), end, "{}: it goes on to its end", scenario.title);
    session
}

pub(super) fn fallen(session: &Session) -> BTreeSet<String> {
    let names = session.source().invariants();
    let name = |code: u8| names[usize::from(code)].to_owned();
    session.violations().iter().map(|violation| name(violation.invariant)).collect()
}

/// How many events there are of a kind.
fn count(session: &Session, name: &str) -> usize {
    session.source().events().iter().filter(|event| event.kind.name() == name).count()
}

/// A run as text, for the message of a test that fails.
pub(super) fn text(session: &Session) -> String {
    let source = session.source();
    let line = |event: &Event| {
        let said = match event.kind {
            EventKind::Sent { message, .. } | EventKind::Delivered { message, .. } => {
                source.message(message).label
            }
            _ => String::new(),
        };
        format!("{} {} {:?} {said}\n", event.at, source.cast().name(event.place), event.kind)
    };
    source.events().iter().map(line).collect()
}

fn check(Situation { id, scenario }: &Situation) -> Vec<String> {
    let session = played(scenario);
    let mut wrong = Vec::new();
    for goal in session.goals().iter().filter(|goal| goal.reached.is_none()) {
        wrong.push(format!("{id}: \"{}\" is not reached", goal.name));
    }
    for Caption { text, .. } in &scenario.narration {
        if session.captions().iter().all(|caption| caption.text != text) {
            wrong.push(format!("{id}: \"{text}\" does not come up"));
        }
    }
    let expected: BTreeSet<String> = scenario.expect.iter().cloned().collect();
    let fallen = fallen(&session);
    if expected != fallen {
        wrong.push(format!("{id}: {expected:?} must fall, {fallen:?} falls"));
    }
    if !wrong.is_empty() {
        wrong.push(text(&session));
    }
    wrong
}

/// Goals are reached, captions have their event, and what must fall falls, and nothing else.
#[test]
fn every_situation_shows_what_it_says() {
    let wrong: Vec<String> = situations::all().iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same script with the rule kept is clean: it is the broken rule that makes the invariant fall.
#[test]
fn nothing_falls_once_the_rule_holds_again() {
    for Situation { id, mut scenario } in situations::all() {
        scenario.broken.clear();
        let session = played(&scenario);
        assert!(fallen(&session).is_empty(), "{id}: {:?}\n{}", fallen(&session), text(&session));
    }
}

/// Every rule is shown broken, and every rule that guards safety brings its invariant down.
#[test]
fn every_rule_has_a_situation_that_shows_its_fall() {
    let all = situations::all();
    for rule in super::super::Rule::TABLE {
        let shown: Vec<&Situation> =
            all.iter().filter(|it| it.scenario.broken.iter().any(|id| id == rule.id)).collect();
        assert!(!shown.is_empty(), "{} is shown by no situation", rule.id);
        if rule.guards != "Termination" {
            let falls = |it: &&Situation| it.scenario.expect.iter().any(|name| name == rule.guards);
            assert!(shown.iter().any(falls), "{} must bring {} down", rule.id, rule.guards);
        }
    }
}

/// The endless duel decides nothing, however long it is watched, and back-off ends it.
#[test]
fn a_duel_without_back_off_never_ends() {
    let find = |id| situations::all().into_iter().find(|it| it.id == id).expect("in the gallery");
    let mut duel = find("paxos-duel").scenario;
    duel.until_us = 20_000_000;
    let bids = On::event("role_changed").what("Preparing");
    let session = played(&duel.clone().goal_times("ballots begin for ever", bids, 1_000));
    assert_eq!(count(&session, "chosen"), 0);
    assert!(session.goals().iter().all(|goal| goal.reached.is_some()));
    duel.broken.clear();
    for seed in 0..200 {
        duel.seed = seed;
        let session = played(&duel);
        assert_eq!(count(&session, "returned"), 2, "seed {seed}");
    }
}

/// What the page opens shows something within its first tenth of a second, and ends well.
#[test]
fn the_usual_cluster_decides() {
    for seed in 0..50 {
        let mut usual = situations::usual(seed);
        usual.until_us = 2_000_000;
        let session = played(&usual);
        assert_eq!(count(&session, "returned"), 2, "seed {seed}");
        assert_eq!(count(&session, "chosen"), 5, "seed {seed}");
        assert!(fallen(&session).is_empty());
    }
}

/// Identifiers are what links say: they are unique, and start with the protocol's name.
#[test]
fn situations_have_stable_names() {
    let ids: Vec<&str> = situations::all().iter().map(|it| it.id).collect();
    let distinct: BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(ids.iter().all(|id| id.starts_with("paxos-")));
}
