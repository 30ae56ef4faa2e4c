//! A crash between any two effects of any step of every script breaks nothing.

use super::super::situations;
use crate::scenario::{Do, Scenario, Situation};
use crate::session::{Progress, Session};
use crate::trace::Time;

/// Stories longer than this are not scripts; `swarm` crashes those.
const SCRIPT_US: u64 = 3_000_000;

/// The script with a server that crashes in its first step after `at_us`, and restarts.
fn with_crash(script: &Scenario, server: u8, at_us: u64, effects: u16) -> Scenario {
    let node = format!("S{server}");
    let mut scenario = script
        .clone()
        .at_us(at_us + 1, Do::CrashWithin { node: node.clone(), effects })
        .at_us(at_us + 45_000, Do::Restart(node));
    scenario.sort_commands();
    scenario
}

#[test]
fn a_crash_between_any_two_effects_breaks_nothing() {
    let mut runs = 0;
    for Situation { id, mut scenario } in situations::all() {
        if scenario.until_us > SCRIPT_US || id == "raft-lost-disk" {
            continue;
        }
        scenario.broken.clear();
        let servers: u8 = scenario.cluster.iter().map(|members| members.count).sum();
        let mut instants: Vec<u64> =
            scenario.commands.iter().map(|command| command.at_us).collect();
        instants.dedup();
        for at_us in instants {
            for server in 1..=servers {
                for effects in 0..7 {
                    let crashing = with_crash(&scenario, server, at_us, effects);
                    let mut session = Session::open(crashing).unwrap_or_else(|it| panic!("{it}"));
                    let pace = session.advance(Time(scenario.until_us), 1_000_000);
                    assert_ne!(
                        pace,
                        Progress::Violated,
                        "{id}: S{server} crashes after {effects} effects of its step after {at_us} us: {:?}",
                        session.violations()
                    );
                    runs += 1;
                }
            }
        }
    }
    assert!(runs > 3_000, "only {runs} crashes were tried");
}
