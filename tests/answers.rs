//! What clients were answered is judged: a run that takes back an acknowledged write says so.

mod common;
#[path = "common/lost_write.rs"]
mod lost_write;

use synod::scenario::{Clients, Do, Scenario};
use synod::session::{Judged, Progress, Session};
use synod::sweep::{Faults, Plan};
use synod::trace::{Event, EventKind, Time};

/// [`lost_write::scenario`] for the answers alone, with the rule broken or kept.
fn lost_write(broken: bool) -> Scenario {
    let mut scenario = lost_write::scenario();
    scenario.goals.clear();
    scenario.narration.clear();
    scenario.expect.clear();
    if !broken {
        scenario.broken.clear();
    }
    scenario
}

fn play(scenario: Scenario) -> Session {
    let mut session = common::play(scenario);
    assert!(session.judge(), "a short history can be judged");
    session
}

/// What the fall of linearizability says, if it has fallen by now, and its event.
fn fall(session: &Session) -> Option<(String, usize)> {
    let name = |code: u8| session.invariants()[usize::from(code)].name;
    let mut falls = session.violations().iter();
    let fall = falls.find(|fall| name(fall.invariant) == "Linearizability")?;
    Some((fall.broken.detail.clone(), fall.event.index()))
}

#[test]
fn a_lost_acknowledged_write_is_no_linearizable_history() {
    let mut session = play(lost_write(true));
    let (detail, event) = fall(&session).expect("x=1 was acknowledged and is gone");
    assert_eq!(
        detail,
        "C1 asked for x and got nothing, which no order of the operations on x explains; before it \
         asked, C1 was told that x=1 is done"
    );
    assert!(matches!(session.source().events()[event].kind, EventKind::Returned { .. }));

    // It is a fact about that moment: before it nothing had fallen.
    let at = session.source().events()[event].at;
    session.seek(Time(at.0 - 1), u32::MAX);
    assert_eq!(fall(&session), None);
    session.seek(at, u32::MAX);
    assert!(fall(&session).is_some());

    // Another past has another answer.
    session.seek(Time(1_000), u32::MAX);
    session.act(Do::Crash("S1".to_owned())).expect("S1 is there");
    while session.advance(Time(at.0 + 1_000), u32::MAX) == Progress::Violated {}
    session.judge();
    assert_eq!(fall(&session), None);
}

/// A long history is judged now and then, and up to the end when somebody asks; a fall that is found
/// on the way stops the run as any other does.
#[test]
fn one_can_see_how_far_the_answers_are_judged() {
    let mut scenario = Scenario::new("raft", 1).with("server", 3);
    scenario.clients = Clients { count: 4, operations: 200, think_us: 0, ..Clients::default() };
    let mut session = Session::open(scenario).expect("it is valid");
    assert_eq!(session.judged(), Some(Judged::All), "there is no answer yet");
    let is_return = |event: &Event| matches!(event.kind, EventKind::Returned { .. });
    let mut behind = 0;
    for ms in 1..2_000 {
        session.advance(Time(ms * 1_000), u32::MAX);
        let Some(Judged::Upto(upto)) = session.judged() else { continue };
        let upto = upto.expect("a long history was short once");
        let events = &session.source().events()[..session.source().reached()];
        assert!(is_return(&events[upto.index()]));
        assert!(events[upto.index() + 1..].iter().any(is_return), "there is more to judge");
        behind += 1;
        if behind % 10 == 0 {
            assert!(session.judge());
            assert_eq!(session.judged(), Some(Judged::All));
        }
    }
    assert!(behind > 100, "{behind} looks found it behind");

    let mut session = Session::open(lost_write(true)).expect("it is valid");
    let end = Time(session.scenario().until_us);
    let mut stops = Vec::new();
    while session.advance(end, u32::MAX) == Progress::Violated {
        stops.push(fall(&session).is_some());
    }
    assert_eq!(stops.last(), Some(&true), "it stops for the answer too");
    assert_eq!(stops.iter().filter(|fallen| **fallen).count(), 1);
    assert_eq!(Session::open(Scenario::new("paxos", 1)).expect("it is valid").judged(), None);
}

#[test]
fn with_the_rules_kept_the_same_run_is_linearizable() {
    let session = play(lost_write(false));
    assert_eq!(session.violations(), []);
    assert!(session.invariants().iter().any(|invariant| invariant.name == "Linearizability"));
}

/// Without client sessions a request that is sent again may execute again, late: that alone is no
/// fault. Heavy faults make clients repeat themselves all the time.
#[test]
fn retries_and_duplicates_are_not_taken_for_faults() {
    let plan = Plan {
        protocol: "raft".to_owned(),
        nodes: None,
        faults: Faults::Heavy,
        broken: Vec::new(),
    };
    let mut repeats = 0;
    for seed in 1_000..1_300 {
        let session = play(plan.scenario(seed).expect("the plan is good"));
        let again = |kind: &EventKind| matches!(kind, EventKind::TimedOut { .. });
        repeats += session.source().events().iter().filter(|event| again(&event.kind)).count();
        assert_eq!(fall(&session), None, "seed {seed}");
    }
    assert!(repeats > 300, "{repeats} repeated requests are too few to show anything");
}

/// A scenario can promise that the answers cannot be explained.
#[test]
fn linearizability_can_be_expected_to_fall() {
    let scenario = lost_write(true).expecting("Linearizability");
    assert!(fall(&play(scenario)).is_some());
}

/// Where clients learn a decision there is no store to be linearizable.
#[test]
fn a_protocol_says_whether_it_serves_a_store() {
    let session = play(Scenario::new("paxos", 1).until_ms(10));
    assert!(session.invariants().iter().all(|invariant| invariant.name != "Linearizability"));
}
