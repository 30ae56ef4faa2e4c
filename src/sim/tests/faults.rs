//! Nodes that crash, lose their disk, pause, wait for it or run by a wrong clock.

use crate::scenario::Do;
use crate::sim::history::Run;
use crate::trace::{Event, EventKind, Loss, NodeId, Place};

use super::{S1, S2, ask, losses, notes, plan, recovered, returns, told};

#[test]
fn a_crash_splits_a_step_between_any_two_effects() {
    // The step's effects: persist, send, reply.
    let after = |effects| {
        plan()
            .at_ms(0, Do::CrashWithin { node: "S1".into(), effects })
            .at_ms(0, ask("S1"))
            .at_ms(50, Do::Restart("S1".into()))
            .run(80)
    };
    let told_s2 = |history: &Run| {
        told(history, |event| {
            matches!(event.kind, EventKind::Delivered { from, .. } if from == S1 && event.place == S2)
                .then_some(())
        })
    };
    for (effects, on_disk, sent, replied) in
        [(0, 0, false, false), (1, 1, false, false), (2, 1, true, false), (3, 1, true, true)]
    {
        let history = after(effects);
        assert_eq!(recovered(&history, S1), [(0, 0), (50, on_disk)], "after {effects} effects");
        assert_eq!(!told_s2(&history).is_empty(), sent, "after {effects} effects");
        assert_eq!(!returns(&history).is_empty(), replied, "after {effects} effects");
    }
}

#[test]
fn what_depends_on_a_write_waits_for_the_disk() {
    let slow = Do::Disk { node: "S1".into(), delay_us: 7_000 };
    let history = plan().at_ms(0, slow.clone()).at_ms(0, ask("S1")).at_ms(1, ask("S1")).run(100);
    let written =
        told(&history, |event| matches!(event.kind, EventKind::Persisted { .. }).then_some(()));
    assert_eq!(written, [(17, ()), (24, ())], "one after the other");
    assert_eq!(notes(&history), [(37, 1), (44, 2)]);

    let lost = plan()
        .at_ms(0, slow)
        .at_ms(0, ask("S1"))
        .at_ms(12, Do::Crash("S1".into()))
        .at_ms(13, Do::Restart("S1".into()))
        .run(100);
    assert!(notes(&lost).is_empty(), "a crash loses the write and what waited for it");
    assert!(
        told(&lost, |event| matches!(event.kind, EventKind::Persisted { .. }).then_some(()))
            .is_empty()
    );
}

/// What a place goes through itself, and what caused each: the kind of the event that did.
fn fate(history: &Run, place: Place) -> Vec<(u64, (&'static str, &'static str))> {
    let kind_of = |event: &Event| event.kind.name();
    told(history, |event| {
        let own = matches!(
            event.kind,
            EventKind::Started | EventKind::Crashed | EventKind::DiskLost | EventKind::Restarted
        );
        let cause = event.cause.map(|cause| &history.world.record.events[cause.event().index()]);
        (own && event.place == place).then(|| (kind_of(event), cause.map_or("", kind_of)))
    })
}

#[test]
fn a_lost_disk_is_a_crash_that_nothing_survives() {
    let with = |act: Do| {
        plan()
            .at_ms(0, ask("S1"))
            .at_ms(15, act)
            .at_ms(50, Do::Restart("S1".into()))
            .at_ms(60, ask("S1"))
            .run(120)
    };
    let (crashed, wiped) = (with(Do::Crash("S1".into())), with(Do::Wipe("S1".into())));
    assert_eq!(recovered(&crashed, S1), [(0, 0), (50, 1)], "a disk survives a crash");
    assert_eq!(recovered(&wiped, S1), [(0, 0), (50, 0)], "and is empty where it was lost");
    assert_eq!(
        fate(&wiped, S1),
        [
            (0, ("started", "")),
            (15, ("crashed", "command")),
            (15, ("disk_lost", "command")),
            (50, ("restarted", "command")),
        ]
    );
    // What it had said is under way all the same; the acknowledgement finds nobody.
    assert_eq!(returns(&wiped), [(20, 1), (80, 2)]);
    assert_eq!(losses(&wiped), [(30, (S1, Loss::Down))]);
    // It begins to count anew, and what it wrote before is written over.
    assert_eq!(notes(&crashed), [(90, 2)]);
    assert_eq!(notes(&wiped), [(90, 1)]);
    // Nobody else notices.
    for other in [1, 2] {
        let view = |history: &Run| history.status(NodeId(other)).map(|status| status.view);
        assert_eq!(view(&wiped), view(&crashed));
        assert_eq!(fate(&wiped, Place::Node(NodeId(other))), [(0, ("started", ""))]);
    }
    assert_eq!(wiped.digest().to_string(), "a8de12b258c25f12");
}

#[test]
fn the_disk_of_a_node_that_is_down_can_be_lost_as_well() {
    let history = plan()
        .at_ms(0, ask("S1"))
        .at_ms(20, Do::Crash("S1".into()))
        .at_ms(30, Do::Wipe("S1".into()))
        .at_ms(40, Do::Wipe("S1".into()))
        .at_ms(50, Do::Restart("S1".into()))
        .run(60);
    let crash_and_losses = [(20, "crashed"), (30, "disk_lost"), (40, "disk_lost")];
    let found: Vec<_> = fate(&history, S1).into_iter().map(|(at, (kind, _))| (at, kind)).collect();
    assert_eq!(found[1..4], crash_and_losses, "it does not crash twice");
    assert_eq!(recovered(&history, S1), [(0, 0), (50, 0)]);
}

#[test]
fn a_write_under_way_does_not_reach_the_disk_that_was_lost() {
    let history = plan()
        .at_ms(0, Do::Disk { node: "S1".into(), delay_us: 7_000 })
        .at_ms(0, ask("S1"))
        .at_ms(12, Do::Wipe("S1".into()))
        .at_ms(13, Do::Restart("S1".into()))
        .at_ms(30, ask("S1"))
        .run(100);
    let written =
        told(&history, |event| matches!(event.kind, EventKind::Persisted { .. }).then_some(()));
    assert_eq!(written, [(47, ())], "the new disk is as slow as the old one");
    assert_eq!(notes(&history), [(67, 1)]);
}

#[test]
fn a_pause_keeps_what_arrives_in_order() {
    let history = plan()
        .at_ms(5, Do::Pause("S1".into()))
        .at_ms(0, ask("S1"))
        .at_ms(1, ask("S1"))
        .at_ms(200, Do::Resume("S1".into()))
        .run(300);
    assert_eq!(notes(&history), [(220, 1), (220, 2)]);
    let rung = told(&history, |event| {
        (event.place == S1 && matches!(event.kind, EventKind::TimerFired { .. })).then_some(())
    });
    assert_eq!(rung, [(200, ()), (300, ())], "the timer due at 100 rings at the end of the pause");
}

#[test]
fn a_crash_forgets_timers_and_messages_that_waited() {
    let history = plan()
        .at_ms(0, ask("S1"))
        .at_ms(5, Do::Pause("S1".into()))
        .at_ms(50, Do::Crash("S1".into()))
        .at_ms(150, Do::Restart("S1".into()))
        .run(260);
    assert_eq!(losses(&history), [(50, (S1, Loss::Down))]);
    let rung = told(&history, |event| {
        (event.place == S1 && matches!(event.kind, EventKind::TimerFired { .. })).then_some(())
    });
    assert_eq!(rung, [(250, ())]);
}

fn written(history: &Run) -> Vec<u64> {
    let persisted = |event: &Event| matches!(event.kind, EventKind::Persisted { .. }).then_some(());
    told(history, persisted).into_iter().map(|(at, ())| at).collect()
}

fn slow_disk() -> Do {
    Do::Disk { node: "S1".into(), delay_us: 50_000 }
}

#[test]
fn a_paused_node_learns_that_its_write_is_done_when_it_goes_on() {
    let plan =
        || plan().at_ms(0, slow_disk()).at_ms(0, ask("S1")).at_ms(20, Do::Pause("S1".into()));
    let resumed = plan().at_ms(200, Do::Resume("S1".into())).run(300);
    assert_eq!(written(&resumed), [200]);
    assert_eq!(notes(&resumed), [(220, 1)]);
    let crashed = plan().at_ms(200, Do::Crash("S1".into())).run(300);
    assert!(written(&crashed).is_empty(), "what waited for the disk goes with the node");
}

#[test]
fn what_waits_at_a_paused_node_is_not_taken_for_what_has_its_place_now() {
    let plan = || {
        plan()
            .at_ms(0, ask("S1"))
            .at_ms(5, Do::Pause("S1".into()))
            .at_ms(12, Do::Drop(0))
            .at_ms(15, ask("S2"))
    };
    let arrivals = |history: &Run| {
        told(history, |event| match event.kind {
            EventKind::Delivered { .. } if event.place == S2 => Some(()),
            _ => None,
        })
    };
    let resumed = plan().at_ms(16, Do::Resume("S1".into())).run(30);
    assert_eq!(arrivals(&resumed), [(25, ())]);
    let crashed = plan().at_ms(16, Do::Crash("S1".into())).run(30);
    assert_eq!(losses(&crashed), [(12, (S1, Loss::Dropped))]);
    assert_eq!(arrivals(&crashed), [(25, ())]);
}

#[test]
fn what_waits_at_a_paused_node_can_be_put_off() {
    let (node, timer, key) = ("S1".to_owned(), "tick".to_owned(), 0);
    let history = plan()
        .at_ms(0, ask("S1"))
        .at_ms(5, Do::Pause("S1".into()))
        .at_ms(120, Do::Delay { message: 0, until_us: 300_000 })
        .at_ms(120, Do::Postpone { node, timer, key, until_us: 250_000 })
        .at_ms(200, Do::Resume("S1".into()))
        .run(310);
    assert_eq!(written(&history), [300]);
    let rung = told(&history, |event| {
        (event.place == S1 && matches!(event.kind, EventKind::TimerFired { .. })).then_some(())
    });
    assert_eq!(rung, [(250, ())]);
}

#[test]
fn while_messages_are_held_disks_are_done_at_once() {
    let plan = || {
        plan()
            .at_ms(0, slow_disk())
            .at_ms(0, ask("S1"))
            .at_ms(20, Do::Manual(true))
            .at_ms(22, ask("S1"))
            .at_ms(23, Do::Deliver(3))
    };
    let free = plan().at_ms(30, Do::Manual(false)).at_ms(31, ask("S1")).run(200);
    assert_eq!(written(&free), [20, 23, 91], "in the order in which they were asked for");
    let paused = plan()
        .at_ms(19, Do::Pause("S1".into()))
        .at_ms(40, Do::Resume("S1".into()))
        .at_ms(50, Do::Manual(false))
        .run(200);
    assert_eq!(written(&paused)[0], 40, "a paused node takes no step");
}

#[test]
fn a_fast_clock_rings_early_and_a_slow_one_late() {
    let with = |ppm| {
        let history = plan().at_ms(0, Do::Drift { node: "S1".into(), ppm }).run(500);
        told(&history, |event| {
            (event.place == S1 && matches!(event.kind, EventKind::TimerFired { .. })).then_some(())
        })
        .iter()
        .map(|(at, ())| *at)
        .collect::<Vec<u64>>()
    };
    assert_eq!(with(1_000_000)[..3], [100, 150, 200], "twice as fast from the second setting on");
    assert_eq!(with(-500_000)[..2], [100, 300], "half as fast");
}
