//! What the world promises, shown with the smallest engine that can show it.

mod faults;
mod messages;
mod scribe;
mod travel;

use crate::check::Checks;
use crate::node::{Config, Engine, Membership, Rules};
use crate::scenario::{Clients, Do, Latency, Network};
use crate::trace::{
    Cast, ClientPolicy, Event, EventKind, Fact, Lane, Loss, NodeId, Place, Time, ValueId,
};

use super::clients::Habits;
use super::cluster::Cluster;
use super::history::Run;
use super::network::Net;
use super::random::Luck;
use super::world::{Setup, World};

use scribe::Scribe;

struct Plan {
    network: Network,
    clients: Clients,
    policy: ClientPolicy,
    commands: Vec<crate::scenario::Command>,
}

fn plan() -> Plan {
    Plan {
        network: Network { latency: Latency::Fixed { us: 10_000 }, ..Network::default() },
        clients: Clients::default(),
        policy: ClientPolicy::OneNode,
        commands: Vec::new(),
    }
}

impl Plan {
    fn at_ms(mut self, at_ms: u64, act: Do) -> Plan {
        let at_us = at_ms * 1_000;
        self.commands.push(crate::scenario::Command { at_us, sub: 0, off: false, act });
        self
    }

    fn run(self, until_ms: u64) -> Run {
        let mut history = self.open();
        history.advance(Time(until_ms * 1_000), u32::MAX);
        history
    }

    fn open(self) -> Run {
        let lane = |i: u8| Lane { name: format!("S{}", i + 1), class: 0 };
        let clients = (1..=self.clients.count).map(|i| format!("C{i}")).collect();
        let cast = Cast { nodes: (0..3).map(lane).collect(), clients };
        let members = Membership { duties: vec![1; 3] };
        let net = Net::new(&cast, &self.network);
        let habits = Habits {
            policy: self.policy,
            serving: (0..3).map(NodeId).collect(),
            workload: self.clients,
            single: false,
        };
        let config = Config { members, params: (), broken: Rules::NONE };
        let nodes = Box::new(Cluster::<Scribe>::new(config));
        let setup = Setup { info: Scribe::INFO, cast, luck: Luck::new(5), habits };
        let mut commands = self.commands;
        commands.sort_by_key(|command| command.at_us);
        Run::new(World::new(setup, nodes, net, false, Checks::default()), commands)
    }
}

fn ask(to: &str) -> Do {
    Do::Request { client: None, to: Some(to.to_owned()), op: "x=1".to_owned() }
}

/// Each event of a place that `pick` likes, with its time in milliseconds.
fn told<T>(history: &Run, pick: impl Fn(&Event) -> Option<T>) -> Vec<(u64, T)> {
    let events = &history.world.record.events;
    events.iter().filter_map(|event| Some((event.at.0 / 1_000, pick(event)?))).collect()
}

fn notes(history: &Run) -> Vec<(u64, u32)> {
    told(history, |event| match event.kind {
        EventKind::Fact(Fact::Note { number, .. }) => Some(number),
        _ => None,
    })
}

fn losses(history: &Run) -> Vec<(u64, (Place, Loss))> {
    told(history, |event| match event.kind {
        EventKind::Lost { why, .. } => Some((event.place, why)),
        _ => None,
    })
}

fn returns(history: &Run) -> Vec<(u64, u32)> {
    told(history, |event| match event.kind {
        EventKind::Returned { value: ValueId(value) } => Some(value),
        _ => None,
    })
}

const S1: Place = Place::Node(NodeId(0));
const S2: Place = Place::Node(NodeId(1));

fn recovered(history: &Run, place: Place) -> Vec<(u64, u32)> {
    told(history, |event| match event.kind {
        EventKind::Fact(Fact::Recovered { last }) if event.place == place => Some(last.index),
        _ => None,
    })
}
