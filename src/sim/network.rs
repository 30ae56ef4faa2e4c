//! The network: which links carry messages, how long each takes, what luck it has.

use crate::scenario::{Latency, LinkRule, Network, Ratio};
use crate::trace::{Cast, MessageId, Place, Time};

use super::random::{Luck, Purpose};

/// How one directed link behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Profile {
    latency: Latency,
    loss: Ratio,
    duplication: Ratio,
    fifo: bool,
}

/// One directed link.
#[derive(Clone, Copy, Debug)]
struct Link {
    profile: Profile,
    cut: bool,
    /// Messages sent so far: the key of the next one's luck.
    sent: u32,
    /// The latest landing so far, for links that keep order.
    last: Time,
}

/// What becomes of a message, by the network's own luck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Whether it is lost.
    pub lost: bool,
    /// How long it takes, in microseconds.
    pub latency_us: u64,
    /// How long its copy takes, if it gets one.
    pub copy_us: Option<u64>,
}

/// All directed links between all lanes, clients included.
#[derive(Clone, Debug)]
pub struct Net {
    nodes: usize,
    lanes: usize,
    links: Vec<Link>,
    /// How many links are cut; mostly none, and then no message has to look for its own.
    cuts: u32,
    /// Whether any link keeps order.
    ordered: bool,
}

impl Net {
    /// The links of a cast.
    pub fn new(cast: &Cast, network: &Network) -> Net {
        let (nodes, lanes) = (cast.nodes.len(), cast.nodes.len() + cast.clients.len());
        let link = Link { profile: base(network), cut: false, sent: 0, last: Time::ZERO };
        let mut net =
            Net { nodes, lanes, links: vec![link; lanes * lanes], cuts: 0, ordered: false };
        net.change(cast, network);
        net
    }

    /// The network changes for messages sent from now on.
    pub fn change(&mut self, cast: &Cast, network: &Network) {
        let profile = base(network);
        for link in &mut self.links {
            link.profile = profile;
        }
        self.ordered = network.fifo;
        for rule in &network.links {
            self.change_link(cast, rule);
        }
    }

    /// One link changes for messages sent from now on.
    pub fn change_link(&mut self, cast: &Cast, rule: &LinkRule) {
        let ends = cast.place(&rule.from).zip(cast.place(&rule.to));
        let Some(link) = ends.and_then(|(from, to)| self.link_mut(from, to)) else { return };
        let old = link.profile;
        link.profile = Profile {
            latency: rule.latency.unwrap_or(old.latency),
            loss: rule.loss.unwrap_or(old.loss),
            duplication: rule.duplication.unwrap_or(old.duplication),
            fifo: rule.fifo.unwrap_or(old.fifo),
        };
        self.ordered |= link.profile.fifo;
    }

    /// Whether a link is cut.
    #[inline]
    pub fn is_cut(&self, from: Place, to: Place) -> bool {
        self.cuts > 0 && self.index(from, to).is_some_and(|index| self.links[index].cut)
    }

    /// Cuts or mends a link; says whether that changed it.
    pub fn set_cut(&mut self, from: Place, to: Place, cut: bool) -> bool {
        let Some(link) = self.link_mut(from, to) else { return false };
        if link.cut == cut {
            return false;
        }
        link.cut = cut;
        self.cuts = if cut { self.cuts + 1 } else { self.cuts - 1 };
        true
    }

    /// Draws what becomes of the next message on a link.
    #[inline]
    pub fn fate(&mut self, luck: Luck, from: Place, to: Place) -> Fate {
        let Some(index) = self.index(from, to) else {
            return Fate { lost: true, latency_us: 0, copy_us: None };
        };
        let link = &mut self.links[index];
        link.sent += 1;
        let (nth, profile) = (link.sent, link.profile);
        // Keyed by who they are, not by where they stand in the table: another
        // client must not change anybody's luck.
        let whose = u64::from(code(from)) << 16 | u64::from(code(to));
        let hits = |purpose, ratio: Ratio| luck.chance(purpose, whose, nth, ratio.of, ratio.per);
        Fate {
            lost: hits(Purpose::Loss, profile.loss),
            latency_us: latency(luck, Purpose::Latency, whose, nth, profile.latency),
            copy_us: hits(Purpose::Duplication, profile.duplication)
                .then(|| latency(luck, Purpose::CopyLatency, whose, nth, profile.latency)),
        }
    }

    /// How long a copy takes that a command asked for; it does not touch the luck of others.
    pub fn copy_latency(&self, luck: Luck, from: Place, to: Place, copy: MessageId) -> u64 {
        self.index(from, to).map_or(0, |index| {
            let whose = u64::from(code(from)) << 16 | u64::from(code(to));
            latency(luck, Purpose::CopyLatency, whose, !copy.0, self.links[index].profile.latency)
        })
    }

    /// When a message that takes `latency_us` lands: on a link that keeps order,
    /// not before any sent earlier.
    #[inline]
    pub fn landing(&mut self, from: Place, to: Place, now: Time, latency_us: u64) -> Time {
        let due = now.after(latency_us);
        if !self.ordered {
            return due;
        }
        match self.link_mut(from, to) {
            Some(link) if link.profile.fifo => {
                link.last = link.last.max(due);
                link.last
            }
            Some(_) | None => due,
        }
    }

    /// Every pair of lanes, as directed links.
    pub fn pairs(&self) -> impl Iterator<Item = (Place, Place)> + use<> {
        let (nodes, lanes) = (self.nodes, self.lanes);
        let place = move |lane: usize| {
            if lane < nodes {
                Place::Node(crate::trace::NodeId(lane as u8))
            } else {
                Place::Client(crate::trace::ClientId((lane - nodes) as u8))
            }
        };
        (0..lanes * lanes)
            .filter(move |pair| pair / lanes != pair % lanes)
            .map(move |pair| (place(pair / lanes), place(pair % lanes)))
    }

    #[inline]
    fn index(&self, from: Place, to: Place) -> Option<usize> {
        Some(self.lane(from)? * self.lanes + self.lane(to)?)
    }

    #[inline]
    fn lane(&self, place: Place) -> Option<usize> {
        match place {
            Place::World => None,
            Place::Node(node) => Some(node.index()),
            Place::Client(client) => Some(self.nodes + client.index()),
        }
    }

    #[inline]
    fn link_mut(&mut self, from: Place, to: Place) -> Option<&mut Link> {
        let index = self.index(from, to)?;
        self.links.get_mut(index)
    }
}

fn code(place: Place) -> u16 {
    match place {
        Place::World => 0,
        Place::Node(node) => 0x100 | u16::from(node.0),
        Place::Client(client) => 0x200 | u16::from(client.0),
    }
}

fn base(network: &Network) -> Profile {
    Profile {
        latency: network.latency,
        loss: network.loss,
        duplication: network.duplication,
        fifo: network.fifo,
    }
}

/// A long tail as a table of multipliers in hundredths of the median: the 64
/// evenly spaced quantiles of a log-normal distribution with sigma 0.55.
const LONG_TAIL: [u16; 64] = [
    27, 33, 37, 40, 43, 45, 48, 50, 52, 54, 56, 58, 60, 62, 64, 66, 67, 69, 71, 73, 75, 77, 79, 81,
    83, 85, 87, 89, 91, 94, 96, 98, 102, 104, 107, 110, 113, 116, 119, 123, 126, 130, 134, 138,
    142, 147, 152, 157, 162, 168, 175, 182, 190, 199, 209, 220, 233, 248, 266, 288, 317, 359, 433,
    800,
];

fn latency(luck: Luck, purpose: Purpose, whose: u64, nth: u32, latency: Latency) -> u64 {
    match latency {
        Latency::Fixed { us } => us,
        Latency::Uniform { min_us, max_us } => luck.within(purpose, whose, nth, min_us, max_us),
        Latency::LongTail { median_us } => {
            let quantile = luck.bits(purpose, whose, nth) >> 58;
            median_us * u64::from(LONG_TAIL[quantile as usize]) / 100
        }
    }
}
