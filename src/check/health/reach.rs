//! Who is up and whom the network lets reach each other.

use crate::trace::{EventKind, NODES_MAX, NodeId, NodeSet, Place};

/// Nodes that are up, and the links between nodes that are cut.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    up: NodeSet,
    /// Per sender: the receivers it does not reach. Empty as long as nothing was cut.
    cut: Vec<NodeSet>,
}

impl Reach {
    pub(super) fn see(&mut self, place: Place, kind: &EventKind) {
        match (*kind, place.node()) {
            (EventKind::Started | EventKind::Restarted | EventKind::Resumed, Some(node)) => {
                self.up.insert(node);
            }
            (EventKind::Crashed | EventKind::Paused, Some(node)) => {
                self.up = without(self.up, node);
            }
            (EventKind::Link { from: Place::Node(from), to: Place::Node(to), up }, _) => {
                self.cut.resize(NODES_MAX, NodeSet::EMPTY);
                if let Some(cut) = self.cut.get_mut(from.index()) {
                    if up {
                        *cut = without(*cut, to);
                    } else {
                        cut.insert(to);
                    }
                }
            }
            _ => {}
        }
    }

    /// The most of these nodes that are up and that one of the nodes reaches both ways, itself
    /// included: those whom a leader there could hear.
    pub(super) fn most(&self, of: NodeSet) -> u32 {
        let heard = |node: NodeId| {
            let joined = |other: &NodeId| *other == node || self.is_joined(node, *other);
            of.intersect(self.up).iter().filter(joined).count() as u32
        };
        self.up.iter().map(heard).max().unwrap_or_default()
    }

    fn is_joined(&self, one: NodeId, other: NodeId) -> bool {
        let is_cut = |from: NodeId, to: NodeId| {
            self.cut.get(from.index()).is_some_and(|cut| cut.contains(to))
        };
        !is_cut(one, other) && !is_cut(other, one)
    }
}

fn without(set: NodeSet, node: NodeId) -> NodeSet {
    set.iter().filter(|other| *other != node).collect()
}
