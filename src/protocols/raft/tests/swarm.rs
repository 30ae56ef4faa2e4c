//! Random faults on the simulated network, then peace, and progress within a bound.

use crate::scenario::{Do, Latency, Network, Ratio, Scenario};
use crate::session::{Progress, Session};
use crate::trace::Time;

/// Faults until then ...
const FAULTS_US: u64 = 4_000_000;
/// ... and progress by then.
const END_US: u64 = 9_000_000;

/// A scenario whose every choice follows from a seed.
fn stormy(seed: u64) -> Scenario {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = move |n: u64| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % n
    };
    let servers = 3 + below(3);
    let mut scenario = Scenario::new("raft", seed)
        .with("server", servers as u8)
        .set("noop", below(4) > 0)
        .set("batch_max", 1 + below(8))
        .set("pipeline_max", 1 + below(8))
        .set("replicate_at_once", below(3) > 0);
    scenario.clients.count = 2;
    scenario.clients.operations = 1_000;
    scenario.clients.think_us = 40_000;
    let latency = Latency::Uniform { min_us: 1_000, max_us: 2_000 + below(20_000) };
    let ratio = |of: u64| Ratio::percent(of as u32);
    scenario.network = Network {
        latency,
        loss: ratio(below(15)),
        duplication: ratio(below(10)),
        ..Network::default()
    };
    let mut at_us = 300_000;
    while at_us < FAULTS_US {
        let (at, beside) = (below(servers), 1 + below(servers - 1));
        let name = |server: u64| format!("S{}", 1 + server % servers);
        let node = name(at);
        let act = match below(9) {
            0 | 1 => Do::Crash(node),
            2 => Do::CrashWithin { node, effects: below(7) as u16 },
            3 | 4 => Do::Restart(node),
            5 => Do::Pause(node),
            6 => Do::Resume(node),
            7 => Do::Disk { node, delay_us: below(3) * 7_000 },
            _ => Do::Partition(vec![vec![node, name(at + beside)]]),
        };
        scenario = scenario.at_us(at_us, act);
        if below(3) == 0 {
            scenario = scenario.at_us(at_us + 90_000, Do::Heal);
        }
        at_us += 20_000 + below(200_000);
    }
    scenario =
        scenario.at_us(FAULTS_US, Do::Heal).at_us(FAULTS_US, Do::Network(Network::default()));
    for node in (1..=servers).map(|i| format!("S{i}")) {
        scenario = scenario
            .at_us(FAULTS_US, Do::Restart(node.clone()))
            .at_us(FAULTS_US, Do::Resume(node.clone()))
            .at_us(FAULTS_US, Do::Disk { node: node.clone(), delay_us: 0 })
            // Whoever was to crash in its next step has done so by then.
            .at_us(FAULTS_US + 500_000, Do::Restart(node));
    }
    scenario.sort_commands();
    scenario
}

#[test]
fn faults_break_nothing_and_peace_brings_progress() {
    for seed in 0..150 {
        let mut session = Session::open(stormy(seed)).unwrap_or_else(|it| panic!("{seed}: {it}"));
        let pace = session.advance(Time(END_US), 10_000_000);
        assert_eq!(pace, Progress::Arrived, "seed {seed}: {:?}", session.violations());
        let late = |event: crate::trace::EventId| {
            session.source().events()[event.index()].at > Time(END_US - 2_000_000)
        };
        let operations = session.operations();
        let ends = operations.iter().filter_map(|operation| operation.returned);
        assert!(ends.filter(|(event, _)| late(*event)).count() > 5, "seed {seed} stalls");
    }
}
