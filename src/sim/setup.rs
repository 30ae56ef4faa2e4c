//! From a scenario to a world at time zero.

use std::rc::Rc;

use crate::check::{Checks, Monitor};
use crate::node::{Config, Engine, Membership, ParamValues, Rules};
use crate::scenario::Scenario;
use crate::trace::{Cast, NodeId};

use super::clients::Habits;
use super::history::History;
use super::network::Net;
use super::random::Luck;
use super::run::Run;
use super::world::{Setup, World};

/// A protocol's list of what must hold.
pub type Monitors<E> = fn(&Config<<E as Engine>::Params>) -> Vec<Box<dyn Monitor>>;

/// A run, or the key of the parameter that does not fit the others and a sentence
/// that says what to change.
pub type Opened = Result<Box<dyn Run>, (&'static str, String)>;

/// Opens a scenario at time zero. It must have passed validation, which gives the cast.
///
/// # Errors
/// When parameters that are valid one by one do not go together: the key and a
/// sentence that says what to change.
pub fn open<E: Engine>(scenario: &Scenario, cast: Cast, monitors: Monitors<E>) -> Opened {
    let classes = E::INFO.classes;
    let class = |lane: &crate::trace::Lane| &classes[usize::from(lane.class)];
    let duties = cast.nodes.iter().map(|lane| class(lane).duties).collect();
    let members = Membership { duties };
    let values = ParamValues::new(E::INFO, scenario.set.clone());
    let params = E::params(&values, &members)?;
    let broken =
        scenario.broken.iter().filter_map(|id| E::INFO.rule(id)).fold(Rules::NONE, Rules::and);
    let config = Config { members, params, broken };
    let serving = cast
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, lane)| class(lane).serves)
        .map(|(index, _)| NodeId(index as u8))
        .collect();
    let habits = Habits {
        policy: E::INFO.clients,
        serving,
        workload: scenario.clients.clone(),
        single: E::INFO.slot.is_empty(),
    };
    let checks = Checks::new(monitors(&config));
    let net = Net::new(&cast, &scenario.network);
    let setup = Setup { config: Rc::new(config), cast, luck: Luck::new(scenario.seed), habits };
    let world: World<E> = World::new(setup, net, scenario.manual, checks);
    Ok(Box::new(History::new(world, scenario.commands.clone())))
}
