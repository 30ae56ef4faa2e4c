//! How many messages a second a run delivers, with everything recorded and checked.
//!
//! `cargo bench --bench deliveries`

use std::time::Instant;

use synod::scenario::{Clients, Latency, Network, Scenario};
use synod::session::Session;
use synod::trace::Time;

fn main() {
    let mut scenario = Scenario::new("raft", 1).with("server", 5);
    scenario.network = Network { latency: Latency::Fixed { us: 500 }, ..Network::default() };
    scenario.clients =
        Clients { count: 4, operations: 1_000_000, window: 4, think_us: 0, ..Clients::default() };
    for round in 0..5 {
        let mut session = Session::open(scenario.clone()).unwrap();
        let start = Instant::now();
        while session.deliveries() < 500_000 {
            let to = session.now().after(100_000);
            session.advance(to, u32::MAX);
        }
        let seconds = start.elapsed().as_secs_f64();
        let deliveries = session.deliveries();
        let events = session.source().events().len();
        println!(
            "round {round}: {:.2} M deliveries/s, {:.2} M events/s, {deliveries} deliveries, {events} events",
            deliveries as f64 / seconds / 1e6,
            events as f64 / seconds / 1e6,
        );
        let start = Instant::now();
        let steps = session.steps().1;
        let mut worst = 0.0_f64;
        for i in 0..20_u32 {
            let at = (steps / 20) * ((i * 7) % 20) + 13;
            let one = Instant::now();
            session.seek_step(at);
            worst = worst.max(one.elapsed().as_secs_f64());
        }
        println!(
            "   seek: mean {:.2} ms, worst {:.2} ms of {steps} steps",
            start.elapsed().as_secs_f64() * 50.0,
            worst * 1e3
        );
        let _ = Time::ZERO;
    }
}
