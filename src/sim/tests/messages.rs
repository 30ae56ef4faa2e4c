//! What becomes of requests and messages on their way.

use crate::scenario::{Act, Clients, Do, Intercept, Latency, Network, Ratio};
use crate::sim::run::Pace;
use crate::trace::{ClientPolicy, EventKind, Loss, Place, Time};

use super::{S1, S2, ask, losses, notes, plan, returns, told};

#[test]
fn a_request_travels_there_and_back() {
    let history = plan().at_ms(5, ask("S1")).run(60);
    assert_eq!(notes(&history), [(35, 1)], "5, request 15, tell 25, ack 35");
    assert_eq!(returns(&history), [(25, 1)]);
}

#[test]
fn a_client_follows_redirects_and_retries_in_turn() {
    let redirected = plan().at_ms(0, ask("S3")).run(100);
    assert_eq!(returns(&redirected), [(40, 1)], "to S3, back, to S1, back");
    let crashed = plan().at_ms(0, Do::Crash("S3".into())).at_ms(0, ask("S3")).run(900);
    assert_eq!(returns(&crashed), [(520, 1)], "S1 comes after S3 once 500 ms of patience end");
    let timeouts =
        told(&crashed, |event| matches!(event.kind, EventKind::TimedOut { .. }).then_some(()));
    assert_eq!(timeouts, [(500, ())]);
}

#[test]
fn a_client_can_ask_everyone_at_once() {
    let mut everyone = plan();
    everyone.policy = ClientPolicy::Everyone;
    let act = Do::Request { client: None, to: None, op: "x=1".to_owned() };
    let history = everyone.at_ms(0, act).run(60);
    let asked = told(&history, |event| match event.kind {
        EventKind::Sent { to: Place::Node(node), .. } if event.place.client().is_some() => {
            Some(node.0)
        }
        _ => None,
    });
    assert_eq!(asked, [(0, 0), (0, 1), (0, 2)], "all at once");
    assert_eq!(returns(&history), [(20, 1)]);
}

#[test]
fn cuts_and_partitions_lose_messages_and_say_why() {
    let one_way = plan()
        .at_ms(0, Do::Cut { from: "S2".into(), to: "S1".into() })
        .at_ms(0, ask("S1"))
        .run(100);
    assert_eq!(losses(&one_way), [(20, (S2, Loss::Cut))], "the tell passes, the ack does not");

    let in_flight = plan()
        .at_ms(0, ask("S1"))
        .at_ms(15, Do::Partition(vec![vec!["S1".into()], vec!["S2".into(), "S3".into()]]))
        .at_ms(30, Do::Heal)
        .at_ms(40, ask("S1"))
        .run(100);
    assert_eq!(losses(&in_flight), [(20, (S2, Loss::Cut))]);
    assert_eq!(returns(&in_flight), [(20, 1), (60, 2)], "clients reach every group");
    assert_eq!(notes(&in_flight), [(70, 2)]);
}

#[test]
fn interceptions_pick_messages_as_they_are_sent() {
    let intercept = |skip, times, act| {
        Do::Intercept(Intercept {
            from: Some("S1".into()),
            to: None,
            kind: Some("Tell".into()),
            skip,
            times,
            act,
        })
    };
    let run = |act| {
        let plan = plan().at_ms(0, intercept(1, 1, act));
        notes(&(0..3).fold(plan, |plan, i| plan.at_ms(i, ask("S1"))).run(200))
    };
    assert_eq!(run(Act::Drop), [(30, 1), (32, 3)]);
    assert_eq!(run(Act::Take(50_000)), [(30, 1), (32, 3), (71, 2)]);
    assert_eq!(run(Act::Duplicate), [(30, 1), (31, 2), (31, 2), (32, 3)]);
    assert_eq!(run(Act::DuplicateTaking(90_000)), [(30, 1), (31, 2), (32, 3), (111, 2)]);
}

#[test]
fn a_link_that_keeps_order_never_lets_one_overtake() {
    let network = Network {
        latency: Latency::Uniform { min_us: 1_000, max_us: 50_000 },
        ..Network::default()
    };
    let order = |fifo| {
        let mut plan = plan();
        plan.network = Network { fifo, ..network.clone() };
        let history = (0..20).fold(plan, |plan, i| plan.at_ms(i, ask("S1"))).run(400);
        notes(&history).iter().map(|(_, number)| *number).collect::<Vec<u32>>()
    };
    assert_eq!(order(true), (1..=20).collect::<Vec<u32>>());
    assert_ne!(order(false), (1..=20).collect::<Vec<u32>>());
}

#[test]
fn in_manual_mode_nothing_moves_by_itself() {
    let mut history = plan().at_ms(0, Do::Manual(true)).at_ms(0, ask("S1")).open();
    assert_eq!(history.advance(Time(50_000), 100), Pace::Quiet);
    assert_eq!(history.flights().len(), 1);
    let commands = |acts: Vec<Do>| {
        let mut plan = plan().at_ms(0, Do::Manual(true)).at_ms(0, ask("S1"));
        for (i, act) in acts.into_iter().enumerate() {
            plan = plan.at_ms(i as u64 + 1, act);
        }
        plan.run(200)
    };
    let delivered =
        commands(vec![Do::Deliver(0), Do::Duplicate(1), Do::Deliver(1), Do::Deliver(3)]);
    let acked = delivered.flights().len();
    assert_eq!(acked, 3, "the reply and two acknowledgements wait");
    let dropped = commands(vec![Do::Drop(0)]);
    assert_eq!(losses(&dropped), [(1, (S1, Loss::Dropped))]);
}

#[test]
fn timers_can_be_fired_and_postponed() {
    let key = 0;
    let history = plan()
        .at_ms(10, Do::Fire { node: "S1".into(), timer: "tick".into(), key })
        .at_ms(20, Do::Postpone { node: "S2".into(), timer: "tick".into(), key, until_us: 150_000 })
        .run(160);
    let rung = told(&history, |event| match (event.kind, event.place.node()) {
        (EventKind::TimerFired { .. }, Some(node)) => Some(node.0),
        _ => None,
    });
    assert_eq!(rung, [(10, 0), (100, 2), (110, 0), (150, 1)]);
}

#[test]
fn the_luck_of_others_does_not_shift() {
    let lossy = Network {
        latency: Latency::Uniform { min_us: 1_000, max_us: 90_000 },
        loss: Ratio::percent(20),
        ..Network::default()
    };
    let arrivals = |extra: Option<Do>| {
        let mut plan = plan();
        plan.network = lossy.clone();
        plan.clients = Clients { count: 2, ..Clients::default() };
        if let Some(extra) = extra {
            plan = plan.at_ms(1, extra);
        }
        let history = (0..20).fold(plan, |plan, i| plan.at_ms(10 * i, ask("S1"))).run(490);
        told(&history, |event| match event.kind {
            EventKind::Delivered { from: Place::Client(client), .. } if client.0 == 0 => Some(()),
            _ => None,
        })
    };
    let plain = arrivals(None);
    let other = Do::Request { client: Some("C2".into()), to: Some("S3".into()), op: "y=1".into() };
    assert_eq!(plain, arrivals(Some(other)), "another client's request changes nothing for C1");
    let crash = Do::Crash("S2".into());
    assert_eq!(plain, arrivals(Some(crash)), "nor does a crash elsewhere, until a retry meets it");
}
