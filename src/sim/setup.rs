//! From a scenario to a run at time zero.

use crate::check::{Checks, Monitor};
use crate::node::{Config, Engine, Membership, ParamValues, Rules};
use crate::scenario::Scenario;
use crate::trace::{Cast, ClassInfo, Info, Lane, NodeId};

use super::clients::Habits;
use super::cluster::Cluster;
use super::history::Run;
use super::network::Net;
use super::nodes::Nodes;
use super::random::Luck;
use super::world::{Setup, World};

/// A protocol's list of what must hold.
pub type Monitors<E> = fn(&Config<<E as Engine>::Params>) -> Vec<Box<dyn Monitor>>;

/// A run, or the key of the parameter that does not fit the others and a sentence
/// that says what to change.
pub type Opened = Result<Run, (&'static str, String)>;

/// Opens a scenario at time zero. It must have passed validation, which gives the cast.
///
/// # Errors
/// When parameters that are valid one by one do not go together: the key and a
/// sentence that says what to change.
pub fn open<E: Engine>(scenario: &Scenario, cast: Cast, monitors: Monitors<E>) -> Opened {
    let members = members(E::INFO, &cast);
    let values = ParamValues::new(E::INFO, scenario.set.clone());
    let params = E::params(&values, &members)?;
    let config = Config { members, params, broken: broken(E::INFO, scenario) };
    let checks = Checks::new(monitors(&config));
    let nodes = Box::new(Cluster::<E>::new(config));
    Ok(begin(E::INFO, scenario, cast, nodes, checks))
}

fn members(info: &Info, cast: &Cast) -> Membership {
    Membership { duties: cast.nodes.iter().map(|lane| class(info, lane).duties).collect() }
}

fn class(info: &Info, lane: &Lane) -> &'static ClassInfo {
    &info.classes[usize::from(lane.class)]
}

fn broken(info: &Info, scenario: &Scenario) -> Rules {
    scenario.broken.iter().filter_map(|id| info.rule(id)).fold(Rules::NONE, Rules::and)
}

/// The part that is the same for every engine.
fn begin(
    info: &'static Info,
    scenario: &Scenario,
    cast: Cast,
    nodes: Box<dyn Nodes>,
    checks: Checks,
) -> Run {
    let lanes = (0..).map(NodeId).zip(&cast.nodes);
    let habits = Habits {
        policy: info.clients,
        serving: lanes.filter(|(_, lane)| class(info, lane).serves).map(|(id, _)| id).collect(),
        workload: scenario.clients.clone(),
        single: info.slot.is_empty(),
    };
    let net = Net::new(&cast, &scenario.network);
    let setup = Setup { info, cast, luck: Luck::new(scenario.seed), habits };
    let world = World::new(setup, nodes, net, scenario.manual, checks);
    Run::new(world, scenario.commands.clone())
}
