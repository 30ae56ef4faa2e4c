//! A partition being made: who is in which group, before it happens.

use synod::scenario::Do;
use synod::session::{QuorumMargin, Session};
use synod::trace::Place;

use super::splitting;

/// So many groups are offered.
pub const GROUPS: usize = 3;
/// Where clients stand that reach every group; nodes cannot.
pub const EVERYONE: usize = GROUPS;

/// Who is in which group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// The nodes, then the clients.
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
        let mut places = session.cast().places();
        places.rotate_left(session.cast().clients.len());
        let mut members: Vec<(Place, usize)> = Vec::new();
        let mut next = 0;
        for place in places {
            let joined = |(other, _): &&(Place, usize)| {
                !session.is_cut(place, *other) && !session.is_cut(*other, place)
            };
            // Clients never talk to each other, so no link between them is cut.
            let known = members.iter().find(joined).map(|(_, group)| *group);
            let group = match place {
                Place::Node(_) => known.unwrap_or(next),
                _ if members.iter().all(|member| joined(&member)) => EVERYONE,
                _ => known.unwrap_or(GROUPS - 1),
            };
            if place.node().is_some() {
                next = next.max(group + 1).min(GROUPS - 1);
            }
            members.push((place, group));
        }
        let mut parting = Parting { members };
        if let (0, Do::Partition(groups)) = (parting.members(1).count(), splitting(session)) {
            for (place, group) in &mut parting.members {
                let is_apart =
                    groups.iter().flatten().any(|name| session.cast().name(*place) == name);
                if *group == 0 && !is_apart {
                    *group = 1;
                }
            }
        }
        parting
    }

    /// Everyone in a group.
    pub fn members(&self, group: usize) -> impl Iterator<Item = Place> {
        self.members.iter().filter(move |(_, own)| *own == group).map(|(place, _)| *place)
    }

    /// Whether there are clients, who may stand outside the groups.
    pub fn has_clients(&self) -> bool {
        self.members.iter().any(|(place, _)| place.node().is_none())
    }

    /// Puts a node or client into a group; where none is named, into the next one, or the one before.
    pub fn put(&mut self, place: Place, group: Option<usize>, back: bool) {
        // Nodes cannot stand outside.
        let count = if place.node().is_some() { GROUPS } else { EVERYONE + 1 };
        let found = self.members.iter_mut().find(|(other, _)| *other == place);
        if let Some((_, own)) = found {
            let to = group.unwrap_or((*own + if back { count - 1 } else { 1 }) % count);
            if to < count {
                *own = to;
            }
        }
    }

    /// The command, where it separates anybody from anybody.
    pub fn act(&self, session: &Session) -> Option<Do> {
        let mut groups = vec![Vec::new(); GROUPS];
        for (place, group) in &self.members {
            if let Some(group) = groups.get_mut(*group) {
                group.push(session.cast().name(*place).to_owned());
            }
        }
        groups.retain(|group| !group.is_empty());
        (groups.len() > 1).then_some(Do::Partition(groups))
    }

    /// Whether a group has a quorum, as far as the run has shown what that takes.
    pub fn side(&self, session: &Session, group: usize, quorum: &QuorumMargin) -> Side {
        let mut up = 0;
        for node in self.members(group).filter_map(Place::node) {
            let status = session.status(node).filter(|_| quorum.members.contains(node));
            up += u32::from(status.is_some_and(|status| status.up && !status.paused));
        }
        Side { up, quorum: quorum.size }
    }
}
