//! What must hold in every run, judged from facts alone: the five properties of Figure 3, and
//! cheaper ones that localise a fault.

use crate::check::{LogFamily, Monitor};
use crate::node::{Config, majority};

use super::{Params, Role};

/// The invariants of one run.
#[must_use]
pub fn all(config: &Config<Params>) -> Vec<Box<dyn Monitor>> {
    let nodes = config.members.len();
    let family = LogFamily { nodes, leader_role: Role::Leader.code(), quorum: majority(nodes) };
    family.monitors()
}
