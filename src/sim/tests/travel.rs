//! Going back, going on, acting in the past.

use crate::scenario::{Clients, Do, Ratio};
use crate::sim::history::Run;
use crate::trace::{NodeId, Time};

use super::{S1, plan, recovered};

#[test]
fn a_lost_disk_is_there_again_before_it_was_lost() {
    let mut plan = plan();
    plan.clients = Clients { operations: 200, think_us: 5_000, ..Clients::default() };
    let wipe = plan.at_ms(3_000, Do::Wipe("S1".into())).at_ms(3_100, Do::Restart("S1".into()));
    let mut history = wipe.open();
    history.advance(Time(4_000_000), u32::MAX);
    assert!(history.checkpoints() > 2, "{} steps", history.steps());
    let look = |history: &Run| (history.digest(), history.status(NodeId(0)));
    let (steps, end) = (history.steps(), look(&history));
    let lost = history.steps_until(Time(2_999_999));
    history.seek(lost);
    let before = look(&history);
    assert!(before.1.as_ref().is_some_and(|status| status.up));
    history.seek(steps);
    assert_eq!(look(&history), end);
    history.seek(lost);
    assert_eq!(look(&history), before);
    assert_eq!(history.diverged(), None);
    // Acting there instead: a crash, and the disk has what was written.
    let at = |at_us, act| crate::scenario::Command { at_us, sub: 0, off: false, act };
    history
        .fork(vec![at(3_000_000, Do::Crash("S1".into())), at(3_100_000, Do::Restart("S1".into()))]);
    history.advance(Time(4_000_000), u32::MAX);
    let last = |history: &Run| recovered(history, S1).last().copied();
    assert!(last(&history).is_some_and(|(at, number)| at == 3_100 && number > 50));
}

#[test]
fn seeking_gives_the_same_state_as_running() {
    let make = || {
        let mut plan = plan();
        plan.clients = Clients {
            count: 3,
            operations: 60,
            think_us: 5_000,
            timeout_us: 50_000,
            ..Clients::default()
        };
        plan.network.loss = Ratio::percent(10);
        plan.at_ms(33, Do::Crash("S2".into())).at_ms(77, Do::Restart("S2".into())).open()
    };
    let look = |history: &Run| {
        let nodes: Vec<_> = (0..3).map(|i| history.status(NodeId(i))).collect();
        (history.digest(), nodes, history.flights(), history.world.state.now)
    };
    let mut straight = make();
    let mut states = vec![look(&straight)];
    while straight.world.next_at().is_some_and(|at| at <= Time(2_000_000)) {
        straight.step();
        states.push(look(&straight));
    }
    assert!(states.len() > 600, "several checkpoints: {} steps", states.len());
    for at in (0..states.len()).rev().step_by(7).chain([3, 500, 130, 129, 128, 127]) {
        straight.seek(at as u32 + 1);
        assert_eq!(look(&straight), states[at], "after {at} steps");
    }
    assert_eq!(straight.diverged(), None);

    let mut in_pieces = make();
    for ms in 0..=2_000 {
        in_pieces.advance(Time(ms * 1_000), u32::MAX);
    }
    let mut at_once = make();
    at_once.advance(Time(2_000_000), u32::MAX);
    assert_eq!(look(&in_pieces), look(&at_once), "2,000 times 1 ms is 2 s");
}

#[test]
fn the_number_of_checkpoints_is_bounded() {
    let mut plan = plan();
    plan.clients = Clients { operations: 20_000, think_us: 0, window: 8, ..Clients::default() };
    let mut history = plan.open();
    while history.steps() < 30_000 {
        assert!(history.step());
    }
    assert!(history.checkpoints() <= 64);
    let digest = history.digest();
    history.seek(17);
    history.seek(30_000);
    assert_eq!(history.digest(), digest);
}
