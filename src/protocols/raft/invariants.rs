//! What must hold in every run, judged from facts alone.

use crate::check::Monitor;
use crate::node::Config;

use super::Params;

/// The invariants of one run.
#[must_use]
pub fn all(_config: &Config<Params>) -> Vec<Box<dyn Monitor>> {
    Vec::new()
}
