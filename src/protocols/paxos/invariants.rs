//! What must hold in every run, judged from facts alone.

use crate::check::{Monitor, Votes};
use crate::node::Config;

use super::{Params, duty};

/// The invariants of one run. Quorums are what they should be, whatever rule is broken.
#[must_use]
pub fn all(config: &Config<Params>) -> Vec<Box<dyn Monitor>> {
    let acceptors = config.members.with(duty::ACCEPTOR);
    let quorum = config.params.phase2_size(acceptors.len());
    // No proposer asks for a no-op: it begins a ballot only for a client.
    vec![Box::new(Votes::new(acceptors, quorum, false))]
}
