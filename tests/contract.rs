//! What every protocol of the registry owes to whoever runs it, whatever it is.
//!
//! A node can crash between any two effects of a step, so it is made to, at every such place of every
//! script; and what a fact says of a disk stands behind the write.

use std::collections::BTreeMap;

use synod::scenario::{Command, Do, Network, On, Opening, ParamValue, Scenario};
use synod::session::{Progress, Session, gallery, protocols, scenario_of};
use synod::trace::{Event, EventKind, Fact, Info, NodeId, ParamKind, Place, Time};

/// How long a crashed node stays down, in microseconds.
const DOWN_US: u64 = 30_000;
/// How long a cluster that is well again may take to answer, in microseconds.
const PROGRESS_US: u64 = 30_000_000;
const ANSWERED: &str = "a request after all of it is answered";

/// Every situation with its rules kept, and what each protocol opens with, from a few seeds.
fn sound() -> Vec<(String, Scenario)> {
    let usual = protocols().flat_map(|info| (5..8).map(move |seed| (info.id, seed)));
    let usual = usual.map(|(id, seed)| {
        let opening = Opening::Protocol { id: id.to_owned(), nodes: None, seed: Some(seed) };
        let mut scenario = scenario_of(opening, seed).expect("the protocol is registered");
        scenario.until_us = 1_000_000;
        (format!("{id}-usual-{seed}"), scenario)
    });
    let shown = gallery().filter(|found| !loses_a_disk(&found.scenario)).map(|mut found| {
        found.scenario.broken.clear();
        found.scenario.sort_commands();
        (found.id.to_owned(), found.scenario)
    });
    shown.chain(usual).collect()
}

/// No protocol here survives that, and no rule forbids it.
fn loses_a_disk(scenario: &Scenario) -> bool {
    scenario.commands.iter().any(|command| matches!(command.act, Do::Wipe(_)))
}

fn open(scenario: &Scenario) -> Session {
    Session::open(scenario.clone()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn play(scenario: &Scenario) -> Session {
    let mut session = open(scenario);
    let end = Time(scenario.until_us);
    while session.advance(end, u32::MAX) == Progress::Violated {}
    session.judge();
    session
}

/// A step of a node, what goes before it, and how many effects it had.
struct Step {
    /// The instant, and how many steps of the world go before it there.
    at_us: u64,
    sub: u32,
    /// The commands before it.
    commands: usize,
    node: NodeId,
    effects: u16,
}

/// The steps that nodes took, in order, by themselves or because a command let them. A boot is none: it
/// writes nothing, so that a crash within it is one before it.
fn steps(scenario: &Scenario) -> Vec<Step> {
    let mut session = open(scenario);
    let mut found = Vec::new();
    let (mut at_us, mut sub, mut commands) = (0, 0, 0);
    while session.next_at().is_some_and(|at| at.0 <= scenario.until_us) {
        let before = session.source().reached();
        if !session.step() {
            break;
        }
        let events = &session.source().events()[before..session.source().reached()];
        if session.now().0 != at_us {
            (at_us, sub) = (session.now().0, 0);
        }
        let is_command = events.iter().any(|event| matches!(event.kind, EventKind::Command { .. }));
        let node = events.iter().find_map(|event| match event.kind {
            EventKind::Delivered { .. } | EventKind::TimerFired { .. } => event.place.node(),
            _ => None,
        });
        if let Some(node) = node {
            let own = |event: &&Event| event.place == Place::Node(node) && is_effect(&event.kind);
            let effects = events.iter().filter(own).count() as u16;
            found.push(Step { at_us, sub, commands, node, effects });
        }
        commands += usize::from(is_command);
        sub += u32::from(!is_command);
    }
    found
}

/// The scenario with a crash in the middle of a step, and a restart.
fn with_crash(scenario: &Scenario, step: &Step, effects: u16) -> Scenario {
    let node = open(scenario).cast().name(Place::Node(step.node)).to_owned();
    let mut scenario = scenario.clone();
    let command = |at_us, sub, act| Command { at_us, sub, off: false, act };
    let crash = Do::CrashWithin { node: node.clone(), effects };
    scenario.commands.insert(step.commands, command(step.at_us, step.sub, crash));
    scenario.commands.push(command(step.at_us + DOWN_US, 0, Do::Restart(node)));
    scenario
}

fn is_effect(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Sent { .. }
            | EventKind::Persisted { .. }
            | EventKind::TimerSet { .. }
            | EventKind::TimerCancelled { .. }
            | EventKind::Fact(_)
    )
}

/// The scenario with everything put right at its end, after a crash of everybody if so wanted, and a
/// request that must then be answered.
fn and_then_progress(scenario: &Scenario, everybody_crashes: bool) -> Scenario {
    let mut scenario = scenario.clone();
    let info = info_of(&scenario);
    let cast = open(&scenario).cast().clone();
    let at_us = scenario.until_us.max(1);
    let mut add = |at_us, act| scenario.commands.push(Command { at_us, sub: 0, off: false, act });
    add(at_us, Do::Heal);
    add(at_us, Do::Network(Network::default()));
    for lane in &cast.nodes {
        if everybody_crashes {
            add(at_us, Do::Crash(lane.name.clone()));
        }
        add(at_us, Do::Resume(lane.name.clone()));
        add(at_us, Do::Disk { node: lane.name.clone(), delay_us: 0 });
        add(at_us, Do::Restart(lane.name.clone()));
    }
    let op = if info.slot.is_empty() { "after" } else { "after=1" };
    let client = Some(cast.clients[0].clone());
    add(at_us + 1_000, Do::Request { client, to: None, op: op.to_owned() });
    scenario.until_us = at_us + PROGRESS_US;
    let answered = On::event("returned").value(op);
    scenario.goal(ANSWERED, answered)
}

fn info_of(scenario: &Scenario) -> &'static Info {
    protocols().find(|info| info.id == scenario.protocol).expect("it is registered")
}

/// Whether clients and nodes try again by themselves. A script that fires its timers itself sets
/// them to what no run reaches, and waits for ever where a crash changes it.
fn has_patience(scenario: &Scenario) -> bool {
    let is_time = |key: &str| {
        let kind = info_of(scenario).param(key).map(|spec| spec.kind);
        matches!(kind, Some(ParamKind::Int { unit: "us", .. }))
    };
    let too_long = |value: &ParamValue| matches!(value, ParamValue::Int(us) if *us > 2_000_000);
    scenario.clients.timeout_us <= 2_000_000
        && !scenario.set.iter().any(|(key, value)| is_time(key) && too_long(value))
}

/// Runs until the last request is answered; says whether it was.
fn answers(session: &mut Session) -> bool {
    let end = Time(session.scenario().until_us);
    let mut to = session.now();
    loop {
        let goals = session.goals();
        if goals.last().is_some_and(|goal| goal.name == ANSWERED && goal.reached.is_some()) {
            return true;
        }
        if to >= end {
            return false;
        }
        to = to.after(100_000).min(end);
        while session.advance(to, u32::MAX) == Progress::Violated {}
    }
}

#[test]
fn a_crash_between_any_two_effects_breaks_nothing_and_stops_nobody() {
    let mut demanded: BTreeMap<String, usize> = BTreeMap::new();
    let mut crashes = 0;
    for (id, scenario) in sound() {
        let healed = and_then_progress(&scenario, false);
        let progresses = has_patience(&scenario);
        if progresses {
            let everybody = and_then_progress(&scenario, true);
            assert!(answers(&mut open(&everybody)), "{id}: no progress after everybody's crash");
        }
        if progresses {
            *demanded.entry(scenario.protocol.clone()).or_default() += 1;
        }
        for step in steps(&scenario) {
            for effects in 0..=step.effects {
                let mut session = open(&with_crash(&healed, &step, effects));
                let answered = answers(&mut session);
                session.judge();
                let place =
                    format!("{id}: {} us, step {}, {effects} effects", step.at_us, step.sub);
                assert_eq!(session.violations(), [], "{place}");
                assert!(answered || !progresses, "{place}: no progress after the restart");
                let is_meant = |event: &Event| {
                    (event.at.0, event.place) == (step.at_us, Place::Node(step.node))
                        && matches!(event.kind, EventKind::Crashed)
                };
                assert!(session.source().events().iter().any(is_meant), "{place}: no crash");
                crashes += 1;
            }
        }
    }
    for info in protocols() {
        let count = demanded.get(info.id).copied().unwrap_or_default();
        assert!(count >= 3, "{}: progress is demanded of {count} situations", info.id);
    }
    assert!(crashes > 10_000, "{crashes} crashes are too few to show anything");
}

#[test]
fn a_boot_writes_nothing() {
    for (id, scenario) in sound() {
        let session = play(&scenario);
        let events = session.source().events();
        for event in events {
            let Some(cause) = event.cause else { continue };
            let begun = &events[cause.event().index()].kind;
            let is_boot = matches!(begun, EventKind::Started | EventKind::Restarted);
            let writes = matches!(event.kind, EventKind::Persisted { .. });
            assert!(!(is_boot && writes), "{id}: {} at {}", event.kind.name(), event.at);
        }
    }
}

/// Nobody relies on what a crash can undo: at its node, the last thing before such a fact that is a
/// write or the beginning of a step is the write. What was on disk before can be said again.
#[test]
fn what_a_fact_says_of_the_disk_stands_behind_the_write() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (id, scenario) in sound() {
        let session = play(&scenario);
        let mut written: BTreeMap<Place, bool> = BTreeMap::new();
        let mut said: Vec<(Place, Fact)> = Vec::new();
        for (at, event) in session.source().events().iter().enumerate() {
            match event.kind {
                EventKind::Persisted { .. } => drop(written.insert(event.place, true)),
                EventKind::Delivered { .. }
                | EventKind::TimerFired { .. }
                | EventKind::Started
                | EventKind::Restarted => drop(written.insert(event.place, false)),
                EventKind::Fact(
                    fact @ (Fact::VotedFor { .. }
                    | Fact::Promised { .. }
                    | Fact::Accepted { .. }
                    | Fact::Appended { .. }
                    | Fact::Truncated { .. }),
                ) => {
                    let name = event.kind.name();
                    let is_behind = written.get(&event.place) == Some(&true);
                    let again = said.contains(&(event.place, fact));
                    assert!(is_behind || again, "{id}: event {at}, {name}");
                    said.push((event.place, fact));
                    *seen.entry(name).or_default() += 1;
                }
                _ => {}
            }
        }
    }
    for name in ["voted_for", "promised", "accepted", "appended", "truncated"] {
        assert!(seen.get(name).is_some_and(|count| *count > 2), "{name}: {seen:?}");
    }
}
