//! A node as a reader sees it.

use crate::node::{Cast, Field, NodeId, NodeSet, NodeView};

use super::messages::shown;
use super::proposer::Phase;
use super::{Paxos, duty};

impl Paxos {
    pub(super) fn describe(&self, cast: &Cast) -> NodeView {
        let mut fields = Vec::new();
        if self.has(duty::ACCEPTOR) {
            let vote = self.stable.vote;
            fields.push(Field::durable("maxBal", shown(self.stable.max_bal)));
            fields.push(Field::durable("maxVBal", shown(vote.map(|vote| vote.ballot))));
            fields.push(Field::durable("maxVal", shown(vote.map(|vote| vote.value.op))));
        }
        if self.has(duty::PROPOSER) {
            fields.push(Field::durable("counter", self.stable.counter));
            fields.push(Field::durable("proposed", shown(self.stable.proposed)));
            let own = self.proposer.pending.first().copied().or(self.proposer.resumed);
            fields.push(Field::new("wants", shown(own.map(|own| own.op))));
            self.describe_phase(cast, &mut fields);
        }
        if self.has(duty::LEARNER | duty::PROPOSER) {
            for (vote, voters) in self.learner.votes.iter().rev().take(3) {
                fields.push(Field::new("votes", format!("{vote} by {}", names(cast, *voters))));
            }
            fields.push(Field::new("learned", shown(self.learner.learned.map(|it| it.value.op))));
        }
        NodeView { role: self.role.code(), epoch: self.epoch(), fields, ..NodeView::default() }
    }

    fn describe_phase(&self, cast: &Cast, fields: &mut Vec<Field>) {
        match &self.proposer.phase {
            Phase::Idle | Phase::BackingOff => {}
            Phase::Preparing { ballot, promises, reported } => {
                fields.push(Field::new("ballot", ballot));
                fields.push(Field::new("promises", names(cast, *promises)));
                fields.push(Field::new("reported", shown(*reported)));
            }
            Phase::Proposing(proposal) => {
                fields.push(Field::new("ballot", proposal.ballot));
                fields.push(Field::new("value", proposal.value.op));
            }
        }
    }
}

/// Lane names, in order: `A1, A3`; a dash if there is none.
fn names(cast: &Cast, nodes: NodeSet) -> String {
    let name = |node: NodeId| cast.name(crate::trace::Place::Node(node)).to_owned();
    let list: Vec<String> = nodes.iter().map(name).collect();
    if list.is_empty() { "–".to_owned() } else { list.join(", ") }
}
