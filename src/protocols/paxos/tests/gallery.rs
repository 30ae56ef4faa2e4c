//! Every situation on the simulated network: it reaches its goals, and what must fall falls.

use std::collections::BTreeSet;

use super::super::situations;
use crate::scenario::{Do, On, Scenario, Situation};
use crate::session::{Progress, Session};
use crate::trace::{
    Epoch, Event, EventId, EventKind, Fact, MessageId, Place, Slot, Source, Time, ValueId,
};

/// More steps than any story here takes.
const BUDGET: u32 = 100_000;

/// Plays a scenario to its end, past everything that falls on the way.
fn played(scenario: &Scenario) -> Session {
    let mut session = Session::open(scenario.clone()).unwrap_or_else(|it| panic!("{it}"));
    let end = Time(scenario.until_us);
    while session.advance(end, BUDGET) == Progress::Violated {}
    assert_eq!(session.now(), end, "{}: it goes on to its end", scenario.title);
    session
}

fn fallen(session: &Session) -> BTreeSet<String> {
    let names = session.source().invariants();
    let name = |code: u8| names[usize::from(code)].to_owned();
    session.violations().iter().map(|violation| name(violation.invariant)).collect()
}

/// What an event says, in the words that goals use.
struct Said {
    peer: Option<Place>,
    what: Option<String>,
    epoch: Option<Epoch>,
    slot: Option<Slot>,
    value: Option<ValueId>,
}

fn said(source: &dyn Source, event: &Event) -> Said {
    let info = source.info();
    let nothing = Said { peer: None, what: None, epoch: None, slot: None, value: None };
    let message = |id: MessageId, peer| {
        let what = Some(source.message(id).kind.to_owned());
        Said { peer, what, ..nothing }
    };
    let named = |name: &str| Some(name.to_owned());
    match event.kind {
        EventKind::Sent { message: id, to } => message(id, Some(to)),
        EventKind::Delivered { message: id, from } => message(id, Some(from)),
        EventKind::Lost { message: id, .. } => message(id, None),
        EventKind::TimerFired { timer } => {
            Said { what: named(info.timers[usize::from(timer.kind)].name), ..nothing }
        }
        EventKind::Returned { value } => Said { value: Some(value), ..nothing },
        EventKind::Fact(fact) => match fact {
            Fact::RoleChanged { role, epoch } => Said {
                what: named(info.roles[usize::from(role)].name),
                epoch: Some(epoch),
                ..nothing
            },
            Fact::EpochChanged { epoch } | Fact::Promised { epoch } => {
                Said { epoch: Some(epoch), ..nothing }
            }
            Fact::Proposed { slot, epoch, value }
            | Fact::Accepted { slot, epoch, value }
            | Fact::Chosen { slot, epoch, value } => {
                Said { slot: Some(slot), epoch: Some(epoch), value: Some(value), ..nothing }
            }
            Fact::QuorumReached { of, epoch, .. } => Said {
                what: named(info.quorums[usize::from(of)].name),
                epoch: Some(epoch),
                ..nothing
            },
            Fact::Ignored { why } => {
                Said { what: named(info.refusals[usize::from(why)].name), ..nothing }
            }
            Fact::Note { what, .. } => {
                Said { what: named(info.notes[usize::from(what)].name), ..nothing }
            }
            _ => nothing,
        },
        _ => nothing,
    }
}

fn matches(source: &dyn Source, on: &On, event: &Event) -> bool {
    if on.event != event.kind.name() {
        return false;
    }
    let said = said(source, event);
    let is = |wanted: &Option<String>, found: Option<String>| {
        wanted.as_ref().is_none_or(|wanted| found.as_ref() == Some(wanted))
    };
    let lane = |place: Place| source.cast().name(place).to_owned();
    is(&on.at, Some(lane(event.place)))
        && is(&on.peer, said.peer.map(lane))
        && is(&on.what, said.what)
        && is(&on.epoch, said.epoch.map(|epoch| epoch.to_string()))
        && is(&on.slot, said.slot.map(|slot| slot.to_string()))
        && is(&on.value, said.value.map(|value| source.value(value)))
}

fn count(session: &Session, on: &On) -> usize {
    let source = session.source();
    source.events().iter().filter(|event| matches(source, on, event)).count()
}

/// A run as text, for the message of a test that fails.
fn text(session: &Session) -> String {
    let source = session.source();
    let mut text = String::new();
    for event in source.events() {
        let said = said(source, event);
        let show = |it: Option<String>| it.unwrap_or_default();
        let line = format!(
            "{:>10} {:5} {} {} {} {} {}\n",
            event.at.to_string(),
            source.cast().name(event.place),
            event.kind.name(),
            show(said.peer.map(|peer| source.cast().name(peer).to_owned())),
            show(said.what),
            show(said.epoch.map(|epoch| epoch.to_string())),
            show(said.value.map(|value| source.value(value))),
        );
        if !matches!(event.kind, EventKind::TimerSet { .. } | EventKind::Persisted { .. }) {
            text.push_str(&line);
        }
    }
    text
}

fn check(Situation { id, scenario }: &Situation) -> Vec<String> {
    let session = played(scenario);
    let mut wrong = Vec::new();
    for goal in &scenario.goals {
        let times = count(&session, &goal.on);
        if times < goal.times.max(1) as usize {
            wrong.push(format!("{id}: \"{}\" happens {times} times", goal.name));
        }
    }
    for caption in &scenario.narration {
        if count(&session, &caption.on) == 0 {
            wrong.push(format!("{id}: nothing to say \"{}\" about", caption.text));
        }
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

/// Goals are reached, captions have their event, and what must fall falls, and nothing else where
/// no rule is broken.
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
    let session = played(&duel);
    assert_eq!(count(&session, &On::event("chosen")), 0);
    assert!(count(&session, &On::event("role_changed").what("Preparing")) > 1_000);
    duel.broken.clear();
    for seed in 0..200 {
        duel.seed = seed;
        let session = played(&duel);
        assert_eq!(count(&session, &On::event("returned")), 2, "seed {seed}");
    }
}

/// What the page opens shows something within its first tenth of a second, and ends well.
#[test]
fn the_usual_cluster_decides() {
    for seed in 0..50 {
        let mut usual = situations::usual(seed);
        usual.until_us = 2_000_000;
        let session = played(&usual);
        assert_eq!(count(&session, &On::event("returned")), 2, "seed {seed}");
        assert_eq!(count(&session, &On::event("chosen")), 5, "seed {seed}");
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

/// The script with its rules kept, and timers and clients that do not give up.
fn persistent(mut scenario: Scenario) -> Scenario {
    scenario.broken.clear();
    scenario = scenario.set("phase_us", 60_000_u64).set("backoff", "randomised");
    scenario.clients.timeout_us = 500_000;
    scenario
}

/// The same run with a crash of this node in this step, and everybody up in the end.
fn crashing(session: &mut Session, step: u32, node: &str) -> Scenario {
    session.seek_step(step - 1);
    session.act(crash(node, 0)).expect("a node can crash at any time");
    let mut scenario = session.scenario().clone();
    scenario = scenario.at_us(session.now().0 + 30_000, Do::Restart(node.to_owned()));
    let end_us = scenario.until_us + 2_000_000;
    for lane in &session.cast().nodes {
        scenario = scenario.at_us(end_us, Do::Restart(lane.name.clone()));
    }
    scenario.until_us += 12_000_000;
    scenario.at_us(end_us, Do::Heal)
}

fn crash(node: &str, effects: u16) -> Do {
    Do::CrashWithin { node: node.to_owned(), effects }
}

/// Every step of a node in a run, with the node's name.
fn steps_of_nodes(session: &mut Session) -> BTreeSet<(u32, String)> {
    let lanes: Vec<(u32, String)> = (session.source().events().iter().enumerate())
        .filter(|(_, event)| event.place.node().is_some())
        .map(|(at, event)| (at as u32, session.cast().name(event.place).to_owned()))
        .collect();
    let mut steps = BTreeSet::new();
    for (event, lane) in lanes {
        session.seek_event(EventId(event));
        steps.insert((session.steps().0, lane));
    }
    steps.retain(|(step, _)| *step > 1);
    steps
}

/// "The world may crash the node between any two effects": of every step of every script, and
/// nothing falls, and every client is answered in the end.
#[test]
fn a_crash_between_any_two_effects_breaks_nothing() {
    let mut crashes = 0;
    for Situation { id, scenario } in situations::all() {
        let scenario = persistent(scenario);
        for (step, node) in steps_of_nodes(&mut played(&scenario)) {
            let mut run = crashing(&mut played(&scenario), step, &node);
            let at = run.commands.iter().position(|it| it.act == crash(&node, 0));
            for effects in 0..12 {
                run.commands[at.expect("the crash")].act = crash(&node, effects);
                let session = played(&run);
                let text = || text(&session);
                let what = format!("{id}: {node} crashes after effect {effects} of step {step}");
                assert!(fallen(&session).is_empty(), "{what}: {:?}\n{}", fallen(&session), text());
                let waiting = session.operations().iter().any(|it| it.returned.is_none());
                assert!(!waiting, "{what}: a client waits for ever\n{}", text());
                crashes += 1;
            }
        }
    }
    assert!(crashes > 1_000, "{crashes} crashes tried");
}
