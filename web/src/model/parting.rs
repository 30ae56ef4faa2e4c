//! A partition being made: who is in which group, before it happens.

use synod::scenario::Do;
use synod::session::{QuorumMargin, Session};
use synod::trace::{NodeId, Place};

use super::splitting;

/// So many groups are offered.
pub const GROUPS: usize = 3;
/// Where clients stand that reach every group; nodes cannot.
pub const EVERYONE: usize = GROUPS;

/// Who is in which group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    members: Vec<(Place, usize)>,
}

/// Whether a group could decide something by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// How many of those that count are up in it.
    pub up: u32,
    /// How many it takes.
    pub quorum: u32,
}

impl Parting {
    /// The groups as the network stands; where it is whole, a minority apart with whoever leads.
    pub fn of(session: &Session) -> Parting {
        let places = session.cast().places();
        let joined = |a: Place, b: Place| !session.is_cut(a, b) && !session.is_cut(b, a);
        let nodes: Vec<Place> =
            places.iter().copied().filter(|place| place.node().is_some()).collect();
        let whole = nodes.iter().all(|a| nodes.iter().all(|b| a == b || joined(*a, *b)));
        let mut members: Vec<(Place, usize)> = Vec::new();
        if let (true, Do::Partition(groups)) = (whole, splitting(session)) {
            let apart = |place: Place| {
                groups.iter().flatten().any(|name| session.cast().name(place) == name)
            };
            members.extend(nodes.iter().map(|node| (*node, usize::from(!apart(*node)))));
        } else {
            let mut next = 0;
            for node in &nodes {
                let known = members.iter().find(|(other, _)| joined(*node, *other));
                let group = known.map_or(next, |(_, group)| *group);
                next = next.max(group + 1).min(GROUPS - 1);
                members.push((*node, group));
            }
        }
        let clients = places.into_iter().filter(|place| place.node().is_none());
        let clients: Vec<(Place, usize)> = clients
            .map(|client| {
                let reached = || members.iter().filter(|(node, _)| joined(client, *node));
                let group = reached().next().filter(|_| reached().count() < members.len());
                (client, group.map_or(EVERYONE, |(_, group)| *group))
            })
            .collect();
        members.extend(clients);
        Parting { members }
    }

    /// Everyone in a group.
    pub fn members(&self, group: usize) -> impl Iterator<Item = Place> {
        self.members.iter().filter(move |(_, own)| *own == group).map(|(place, _)| *place)
    }

    /// Whether there are clients, who may stand outside the groups.
    pub fn has_clients(&self) -> bool {
        self.members.iter().any(|(place, _)| place.node().is_none())
    }

    /// Puts a node or client into a group.
    pub fn put(&mut self, place: Place, group: usize) {
        let found = self.members.iter_mut().find(|(other, _)| *other == place);
        if let Some((place, own)) = found
            && group < room(*place)
        {
            *own = group;
        }
    }

    /// Puts a node or client into the next group, or the one before.
    pub fn shift(&mut self, place: Place, back: bool) {
        let found = self.members.iter().find(|(other, _)| *other == place);
        if let Some((_, own)) = found.copied() {
            let count = room(place);
            self.put(place, (own + if back { count - 1 } else { 1 }) % count);
        }
    }

    /// The command, where it separates anybody from anybody.
    pub fn act(&self, session: &Session) -> Option<Do> {
        let name = |place| session.cast().name(place).to_owned();
        let groups: Vec<Vec<String>> = (0..GROUPS)
            .map(|group| self.members(group).map(name).collect())
            .filter(|group: &Vec<String>| !group.is_empty())
            .collect();
        (groups.len() > 1).then_some(Do::Partition(groups))
    }

    /// Whether a group has a quorum, as far as the run has shown what that takes.
    pub fn side(&self, session: &Session, group: usize, quorum: &QuorumMargin) -> Side {
        let is_up =
            |node: NodeId| session.status(node).is_some_and(|status| status.up && !status.paused);
        let counts = |node: &NodeId| quorum.members.contains(*node) && is_up(*node);
        let up = self.members(group).filter_map(Place::node).filter(counts).count();
        Side { up: up as u32, quorum: quorum.size }
    }
}

/// How many groups there are for a node or a client.
fn room(place: Place) -> usize {
    if place.node().is_some() { GROUPS } else { EVERYONE + 1 }
}
