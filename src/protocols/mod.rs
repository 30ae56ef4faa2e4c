//! The protocols, one folder each, and the only list of them.
//!
//! Page, command line, documentation and tests loop over [`ALL`]; a new protocol
//! is one folder here and one line in that list.

pub mod paxos;
#[cfg(test)]
mod played;
pub mod raft;

use crate::node::Engine;
use crate::scenario::{Problems, Scenario, Situation};
use crate::sim::{self, Opened, Run};
use crate::trace::{Cast, Info};

/// A registered protocol.
pub struct Protocol {
    /// Its description.
    pub info: &'static Info,
    /// Opens a validated scenario.
    open: fn(&Scenario, Cast) -> Opened,
    /// Its situations for the gallery.
    pub situations: fn() -> Vec<Situation>,
    /// What the page opens for it when nothing else is said, from a seed.
    pub usual: fn(u64) -> Scenario,
}

/// Every protocol, in the order people meet them.
pub static ALL: &[Protocol] = &[
    Protocol {
        info: raft::Raft::INFO,
        open: |scenario, cast| sim::open::<raft::Raft>(scenario, cast, raft::invariants::all),
        situations: raft::situations::all,
        usual: raft::situations::usual,
    },
    Protocol {
        info: paxos::Paxos::INFO,
        open: |scenario, cast| sim::open::<paxos::Paxos>(scenario, cast, paxos::invariants::all),
        situations: paxos::situations::all,
        usual: paxos::situations::usual,
    },
];

/// The protocol of that id.
///
/// # Errors
/// When there is none: the ids there are.
pub fn find(id: &str) -> Result<&'static Protocol, Problems> {
    ALL.iter().find(|protocol| protocol.info.id == id).ok_or_else(|| {
        let known: Vec<&str> = ALL.iter().map(|protocol| protocol.info.id).collect();
        let says = format!("there is no protocol `{id:.40}`; there are: {}", known.join(", "));
        Problems::one("protocol", says)
    })
}

/// The situation of that id, in whatever protocol's gallery it is.
pub fn situation(id: &str) -> Option<Situation> {
    gallery().find(|situation| situation.id == id)
}

/// Every situation of every protocol.
pub fn gallery() -> impl Iterator<Item = Situation> {
    ALL.iter().flat_map(|protocol| (protocol.situations)())
}

impl Protocol {
    /// Opens a scenario at time zero, its commands sorted.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its field and the fix.
    pub fn open(&self, mut scenario: Scenario) -> Result<(Scenario, Run), Problems> {
        let cast = scenario.check(self.info)?;
        scenario.sort_commands();
        let run = (self.open)(&scenario, cast).map_err(|(key, says)| {
            // An engine can also object to the cluster as a whole.
            let path = if key == "cluster" { key.to_owned() } else { format!("set.{key}") };
            Problems::one(path, says)
        })?;
        Ok((scenario, run))
    }
}
