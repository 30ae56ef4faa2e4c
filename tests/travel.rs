//! However one got to a moment of a run (forward, back, acting in the past, switching acts off,
//! returning to what was left), it is the moment that a replay from the beginning comes to.

use proptest::prelude::*;
use synod::scenario::{Do, Faults, Opening, Preset, Scenario, link};
use synod::session::{Progress, STORM_US, Session, Verdict, gallery, protocols, scenario_of};
use synod::trace::{Event, EventKind, NodeId, Time};

/// What a reader does.
#[derive(Clone, Debug)]
enum Deed {
    Advance { us: u64 },
    Step,
    StepBack,
    Seek { permille: u64 },
    SeekStep { permille: u64 },
    Act { kind: u8, node: usize },
    Toggle { command: usize },
    ReturnTo { branch: usize },
    Beset { seed: u64 },
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (1..300_000_u64).prop_map(|us| Deed::Advance { us }),
        2 => Just(Deed::Step),
        2 => Just(Deed::StepBack),
        2 => (0..=1_000_u64).prop_map(|permille| Deed::Seek { permille }),
        1 => (0..=1_000_u64).prop_map(|permille| Deed::SeekStep { permille }),
        5 => (0..16_u8, 0..8_usize).prop_map(|(kind, node)| Deed::Act { kind, node }),
        2 => (0..8_usize).prop_map(|command| Deed::Toggle { command }),
        1 => (0..4_usize).prop_map(|branch| Deed::ReturnTo { branch }),
        1 => (0..1_000_u64).prop_map(|seed| Deed::Beset { seed }),
    ]
}

/// What each protocol opens with, and a situation of each that breaks a rule.
fn scenarios() -> Vec<Scenario> {
    let usual = protocols().map(|info| {
        let opening = Opening::Protocol { id: info.id.to_owned(), nodes: None, seed: Some(11) };
        scenario_of(opening, 11).expect("the protocol is registered")
    });
    let broken = protocols().filter_map(|info| {
        let breaks =
            |scenario: &Scenario| scenario.protocol == info.id && !scenario.expect.is_empty();
        gallery().map(|found| found.scenario).find(breaks)
    });
    usual.chain(broken).collect()
}

fn act(session: &Session, kind: u8, node: usize) -> Do {
    let names: Vec<&str> = session.cast().nodes.iter().map(|lane| lane.name.as_str()).collect();
    let at = node % names.len();
    let (name, rest) = (names[at].to_owned(), names.len() - 1);
    let flight = session.flights().get(node % session.flights().len().max(1)).copied();
    let until_us = session.now().after(10_000 * node as u64).0;
    let timers = session.info().timers;
    let timer = timers[node % timers.len()].name.to_owned();
    let op = if session.info().slot.is_empty() { "v9" } else { "x=9" };
    match (kind, flight) {
        (0, _) => Do::Crash(name),
        (1, _) => Do::Restart(name),
        (2, _) => Do::Pause(name),
        (3, _) => Do::Resume(name),
        (4, _) => Do::CrashWithin { node: name, effects: node as u16 },
        (5, _) if rest > 0 => Do::Partition(vec![vec![name]]),
        (6, Some(flight)) => Do::Drop(flight.message.0),
        (7, Some(flight)) => Do::Duplicate(flight.message.0),
        (8, _) => Do::Request { client: None, to: None, op: op.to_owned() },
        (9, _) => Do::Disk { node: name, delay_us: 7_000 * node as u64 },
        (10, _) => Do::Manual(true),
        (11, _) => Do::Manual(false),
        (12, Some(flight)) => Do::Deliver(flight.message.0),
        (13, Some(flight)) => Do::Delay { message: flight.message.0, until_us },
        (14, _) => Do::Fire { node: name, timer, key: 0 },
        (15, _) => Do::Postpone { node: name, timer, key: 0, until_us },
        _ => Do::Heal,
    }
}

fn perform(session: &mut Session, deed: &Deed) {
    let (steps, recorded) = session.steps();
    match *deed {
        Deed::Advance { us } => drop(session.advance(session.now().after(us), u32::MAX)),
        Deed::Step => drop(session.step()),
        Deed::StepBack => drop(session.step_back()),
        Deed::Seek { permille } => {
            let to = session.recorded_until().0 * permille / 1_000;
            session.seek(Time(to), u32::MAX);
        }
        Deed::SeekStep { permille } => {
            session.seek_step((u64::from(recorded.max(steps)) * permille / 1_000) as u32);
        }
        Deed::Act { kind, node } => {
            // A refusal leaves everything as it was, and is tested as such.
            let _ = session.act(act(session, kind, node));
        }
        Deed::Toggle { command } => drop(session.toggle(command, u32::MAX)),
        Deed::ReturnTo { branch } => drop(session.return_to(branch, u32::MAX)),
        Deed::Beset { seed } => {
            let faults = if seed % 2 == 0 { Faults::Light } else { Faults::Heavy };
            session.beset(faults, seed).expect("the run has room for them");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_moment_is_that_of_a_replay(
        which in 0..4_usize,
        deeds in proptest::collection::vec(deed(), 1..14),
    ) {
        let scenarios = scenarios();
        let mut session = Session::open(scenarios[which % scenarios.len()].clone()).expect("it opens");
        session.advance(Time(300_000), u32::MAX);
        for deed in &deeds {
            perform(&mut session, deed);
            prop_assert_eq!(session.diverged(), None);
        }
        let shared = link::decode(&link::encode(&session.share())).expect("a link opens");
        let mut replay = Session::open(shared).expect("what was shared opens");
        replay.run_to_seal(u32::MAX);
        prop_assert_eq!(replay.verdict(), &Verdict::Same);
        let happened = |session: &Session| {
            let source = session.source();
            source.events()[..source.reached()].to_vec()
        };
        prop_assert_eq!(happened(&replay), happened(&session));
        // What is said about the run is the same as well.
        session.judge();
        replay.judge();
        if session.scenario().broken.is_empty() {
            prop_assert_eq!(session.violations(), [], "an engine that keeps its rules is safe");
        }
        prop_assert_eq!(replay.violations(), session.violations());
        prop_assert_eq!(replay.goals(), session.goals());
        prop_assert_eq!(replay.captions(), session.captions());
        let statuses = |session: &Session| {
            let nodes = (0..session.cast().nodes.len()).map(|i| NodeId(i as u8));
            nodes.map(|node| session.status(node)).collect::<Vec<_>>()
        };
        prop_assert_eq!(statuses(&replay), statuses(&session));
    }
}

/// A command says after how many of the world's own steps of its instant it comes. Where another past
/// has fewer of them there, what is done next comes behind it all the same.
#[test]
fn what_is_done_next_comes_behind_what_has_been_done() {
    let mut session = Session::open(scenarios().swap_remove(3)).expect("it opens");
    session.advance(Time(300_000), u32::MAX);
    perform(&mut session, &Deed::Act { kind: 0, node: 0 });
    session.toggle(1, u32::MAX).expect("there are several commands");
    perform(&mut session, &Deed::Act { kind: 0, node: 1 });
    let mut replay = Session::open(session.share()).expect("it opens");
    replay.run_to_seal(u32::MAX);
    assert_eq!(replay.verdict(), &Verdict::Same);
}

/// Undo, as a reader means it: an act switched off is an act never made.
#[test]
fn an_act_switched_off_is_an_act_never_made() {
    for scenario in scenarios() {
        let mut plain = Session::open(scenario.clone()).expect("it opens");
        let mut session = Session::open(scenario).expect("it opens");
        let (moment, end) = (Time(150_000), Time(600_000));
        session.seek(moment, u32::MAX);
        let index = session.scenario().commands.iter().filter(|c| c.at_us <= moment.0).count();
        session.act(Do::Crash(session.cast().nodes[0].name.clone())).expect("the node is there");
        go_on(&mut session, end);
        session.toggle(index, u32::MAX).expect("the act is there");
        go_on(&mut session, end);
        go_on(&mut plain, end);
        // Events name commands by their place in the list, which has one more.
        let happened = |session: &Session| -> Vec<Event> {
            let source = session.source();
            let mut events = source.events()[..source.reached()].to_vec();
            for event in &mut events {
                if let EventKind::Command { index } = &mut event.kind {
                    *index = 0;
                }
            }
            events
        };
        assert_eq!(happened(&session), happened(&plain));
    }
}

/// Drawn faults strike for a while, then everything is as the reader had it, and the cluster works again.
#[test]
fn a_storm_passes() {
    for info in protocols() {
        let opening = Opening::Protocol { id: info.id.to_owned(), nodes: None, seed: Some(11) };
        let scenario = scenario_of(opening, 11).expect("the protocol is registered");
        let mut session = Session::open(scenario).expect("it opens");
        let lan = Preset::all().into_iter().find(|preset| preset.id == "lan").expect("it is there");
        session.advance(Time(100_000), u32::MAX);
        session.act(Do::Network(lan.network.clone())).expect("it is a network");
        session.advance(Time(300_000), u32::MAX);
        let (mark, done) = (session.bookmark(), session.scenario().commands.len());
        session.beset(Faults::Heavy, 3).expect("the run has room for them");
        let drawn = &session.scenario().commands[done..];
        let struck = drawn.iter().filter(|command| command.at_us < 300_000 + STORM_US).count();
        assert!(struck > 5, "{struck} faults of {}", info.id);
        assert!(drawn.iter().all(|command| command.at_us > 300_000), "none before now");
        assert!(drawn.iter().any(|command| command.act == Do::Network(lan.network.clone())));
        go_on(&mut session, Time(300_000 + STORM_US + 1));
        for node in 0..session.cast().nodes.len() {
            let status = session.status(NodeId(node as u8)).expect("the node is there");
            assert!(status.up && !status.paused, "{}", info.id);
            assert_eq!((status.drift_ppm, status.disk_delay_us), (0, 0), "{}", info.id);
        }
        let op = if info.slot.is_empty() { "v9" } else { "x=9" };
        session.act(Do::Request { client: None, to: None, op: op.to_owned() }).expect("one asks");
        let asked = session.operations().len();
        session.advance(session.now().after(30_000_000), u32::MAX);
        assert!(session.operations()[asked - 1].returned.is_some(), "{} serves again", info.id);
        session.restore(mark, u32::MAX);
        assert_eq!(session.scenario().commands.len(), done, "all of it is taken back as one");
    }
}

fn go_on(session: &mut Session, end: Time) {
    while session.advance(end, u32::MAX) == Progress::Violated {}
}

/// The usual run up to an instant, to be opened elsewhere.
fn shared(at: Time) -> Scenario {
    let mut session = Session::open(scenarios().swap_remove(0)).expect("it opens");
    session.advance(at, u32::MAX);
    session.share()
}

#[test]
fn who_acts_before_a_shared_run_has_arrived_is_not_told_that_it_differs() {
    let mut session = Session::open(shared(Time(600_000))).expect("it opens");
    session.advance(Time(100_000), u32::MAX);
    session.act(Do::Crash(session.cast().nodes[0].name.clone())).expect("the node is there");
    assert!(session.run_to_seal(u32::MAX), "there is nowhere to arrive any more");
    assert_eq!(session.now(), Time(100_000));
    session.advance(Time(700_000), u32::MAX);
    assert_eq!(session.verdict(), &Verdict::Unsealed);
}

#[test]
fn a_run_that_ends_before_the_moment_it_was_shared_at_is_another() {
    let mut scenario = shared(Time(600_000));
    scenario.manual = true;
    let mut session = Session::open(scenario).expect("it opens");
    assert!(session.run_to_seal(u32::MAX));
    assert!(matches!(session.verdict(), Verdict::Differs { .. }), "{:?}", session.verdict());
}

#[test]
fn where_people_deliver_by_hand_a_refused_act_takes_no_time() {
    let mut session = Session::open(scenarios().swap_remove(0)).expect("it opens");
    session.act(Do::Manual(true)).expect("it is off");
    let before = session.now();
    session.act(Do::Crash("nobody".to_owned())).expect_err("there is no such node");
    assert_eq!(session.now(), before);
    session.act(Do::Crash(session.cast().nodes[0].name.clone())).expect("the node is there");
    assert!(session.now() > before);
}
