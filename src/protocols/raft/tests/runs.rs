//! Whole runs on the simulated network.

use crate::scenario::Scenario;
use crate::sim::{Run, open};
use crate::trace::{Cast, EventKind, Fact, Lane, Time};

use super::super::{Raft, Role, invariants, situations};

/// Opens a scenario at time zero.
fn start(scenario: &Scenario) -> Box<dyn Run> {
    let servers: u8 = scenario.cluster.iter().map(|members| members.count).sum();
    let nodes = (1..=servers).map(|i| Lane { name: format!("S{i}"), class: 0 }).collect();
    let clients = (1..=scenario.clients.count).map(|i| format!("C{i}")).collect();
    open::<Raft>(scenario, Cast { nodes, clients }, invariants::all).expect("parameters that fit")
}

#[test]
fn a_new_cluster_elects_a_leader_and_serves_clients() {
    let mut run = start(&situations::usual(1));
    run.advance(Time(3_000_000), u32::MAX);
    let leads = |kind: &EventKind| matches!(kind, EventKind::Fact(Fact::RoleChanged { role, .. }) if *role == Role::Leader.code());
    assert!(run.events().iter().any(|event| leads(&event.kind)));
    assert!(run.operations().iter().filter(|op| op.returned.is_some()).count() > 5);
}
