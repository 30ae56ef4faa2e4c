//! What a run costs, with everything recorded and every invariant on: five-node Raft under steady
//! client load.
//!
//! `cargo bench --bench deliveries` prints deliveries per second, the cost of an event as runs grow
//! from a thousand events to a million, memory per event, and the time of a seek.

#![allow(
    clippy::disallowed_types,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a benchmark measures, and decides nothing"
)]

use std::time::Instant;

use synod::scenario::{Clients, Latency, Network, Scenario};
use synod::session::Session;

fn steady_load() -> Session {
    let mut scenario = Scenario::new("raft", 1).with("server", 5);
    scenario.network = Network { latency: Latency::Fixed { us: 500 }, ..Network::default() };
    scenario.clients =
        Clients { count: 4, operations: 1_000_000, window: 4, think_us: 0, ..Clients::default() };
    Session::open(scenario).expect("the scenario is valid")
}

/// Runs until so many events are recorded; gives the session and the seconds it took.
fn run_to(events: usize) -> (Session, f64) {
    let mut session = steady_load();
    let start = Instant::now();
    while session.source().reached() < events {
        let to = session.now().after(2_000);
        session.advance(to, u32::MAX);
    }
    let seconds = start.elapsed().as_secs_f64();
    (session, seconds)
}

/// Memory of this process in bytes, where the system tells.
fn resident() -> Option<f64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: f64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4_096.0)
}

fn main() {
    println!("deliveries per second, runs of two million events");
    for _ in 0..5 {
        let (session, seconds) = run_to(2_000_000);
        let deliveries = session.deliveries() as f64;
        println!("  {:5.2} million", deliveries / seconds / 1e6);
    }

    println!("cost of an event");
    for events in [1_000, 10_000, 100_000, 1_000_000] {
        let rounds = 1_000_000 / events;
        let seconds: f64 = (0..rounds).map(|_| run_to(events).1).sum();
        let ns = seconds * 1e9 / (rounds * events) as f64;
        println!("  {events:>9} events: {ns:5.0} ns each");
    }

    let before = resident();
    let (session, _) = run_to(1_000_000);
    if let (Some(before), Some(after)) = (before, resident()) {
        let bytes = (after - before) / session.source().reached() as f64;
        println!("memory of a million events: {bytes:.0} bytes each, message bodies included");
    }
    drop(session);

    let (mut session, _) = run_to(100_000);
    let steps = session.steps().1;
    let mut times: Vec<f64> = (0..200)
        .map(|i| {
            let start = Instant::now();
            session.seek_step(steps / 200 * ((i * 77) % 200) + 13);
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "seek in 100,000 events: median {:.2} ms, worst {:.2} ms",
        times[times.len() / 2],
        times[times.len() - 1]
    );
}
