//! The small names every event speaks in: places, times, epochs, slots, values.
//!
//! All of them are plain `Copy` values with explicit widths, so that an event
//! has the same bits on every machine.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most nodes a cluster can have; a [`NodeSet`] is one machine word.
pub const NODES_MAX: usize = 32;
/// The most clients a scenario can have.
pub const CLIENTS_MAX: usize = 32;

/// A node of the cluster, counted from 0 in the order of its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u8);

impl NodeId {
    /// The node's position in any per-node table.
    #[inline]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A client of the cluster, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClientId(pub u8);

impl ClientId {
    /// The client's position in any per-client table.
    #[inline]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Where an event happens: a lane of the diagram, or the world around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// Outside every lane: a command, a change of the network.
    World,
    /// A node of the cluster.
    Node(NodeId),
    /// A client.
    Client(ClientId),
}

impl Place {
    /// The node that lives here, if one does.
    #[inline]
    pub fn node(self) -> Option<NodeId> {
        match self {
            Place::Node(node) => Some(node),
            Place::World | Place::Client(_) => None,
        }
    }

    /// The client that lives here, if one does.
    #[inline]
    pub fn client(self) -> Option<ClientId> {
        match self {
            Place::Client(client) => Some(client),
            Place::World | Place::Node(_) => None,
        }
    }
}

/// Virtual time in whole microseconds since the run began.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Time(pub u64);

impl Time {
    /// The instant the run begins.
    pub const ZERO: Time = Time(0);

    /// This instant, `us` microseconds later (saturating).
    #[inline]
    #[must_use]
    pub fn after(self, us: u64) -> Time {
        Time(self.0.saturating_add(us))
    }

    /// Microseconds from `earlier` to this instant, 0 if it is not earlier.
    #[inline]
    pub fn since(self, earlier: Time) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Milliseconds with as many decimals as are needed: `12.5 ms`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ms, us) = (self.0 / 1_000, self.0 % 1_000);
        if us == 0 {
            write!(f, "{ms} ms")
        } else {
            let digits = format!("{us:03}");
            write!(f, "{ms}.{} ms", digits.trim_end_matches('0'))
        }
    }
}

/// An event, by its position in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventId(pub u32);

impl EventId {
    /// The event's position in the stream.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One transmission over one link; a duplicate is a transmission of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId(pub u32);

impl MessageId {
    /// The message's position in the table of messages.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A term, ballot, view, round or epoch, as one comparable thing.
///
/// Engines keep their own newtypes; this is how they speak of them in facts.
/// Ordered by `number`, then `owner`: two proposers never share a ballot.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Epoch {
    /// The counter.
    pub number: u32,
    /// The node that owns the epoch, where the protocol gives it one.
    pub owner: Option<NodeId>,
}

impl Epoch {
    /// An epoch that nobody owns, such as a Raft term.
    #[inline]
    pub fn plain(number: u32) -> Epoch {
        Epoch { number, owner: None }
    }

    /// An epoch that belongs to `owner`, such as a Paxos ballot.
    #[inline]
    pub fn owned(number: u32, owner: NodeId) -> Epoch {
        Epoch { number, owner: Some(owner) }
    }
}

/// `3`, or `3.1` where node 1 (counted from 1) owns the epoch.
impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.owner {
            None => write!(f, "{}", self.number),
            Some(owner) => write!(f, "{}.{}", self.number, owner.0 + 1),
        }
    }
}

/// A decision to be made: a log index, or an instance owned by a replica.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Slot {
    /// The replica that owns the instance, where the protocol has such (EPaxos `R.i`).
    pub owner: Option<NodeId>,
    /// The log index, counted from 1 as the papers do; 0 is "before the first".
    pub index: u32,
}

impl Slot {
    /// The only decision of a single-decree protocol.
    pub const ONLY: Slot = Slot { owner: None, index: 1 };

    /// A slot of the one shared log.
    #[inline]
    pub fn at(index: u32) -> Slot {
        Slot { owner: None, index }
    }
}

/// `4`, or `2.4` for an instance of node 2 (counted from 1).
impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.owner {
            None => write!(f, "{}", self.index),
            Some(owner) => write!(f, "{}.{}", owner.0 + 1, self.index),
        }
    }
}

impl FromStr for Slot {
    type Err = NotASlot;

    fn from_str(text: &str) -> Result<Slot, NotASlot> {
        let (owner, index) = match text.split_once('.') {
            None => (None, text),
            Some((owner, index)) => {
                let owner: u8 = owner.parse().map_err(|_| NotASlot)?;
                (Some(NodeId(owner.checked_sub(1).ok_or(NotASlot)?)), index)
            }
        };
        Ok(Slot { owner, index: index.parse().map_err(|_| NotASlot)? })
    }
}

/// A slot is written `4`, or `2.4` for an instance of node 2; this text is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASlot;

/// Neighbouring slots of one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    /// The first; its owner is that of all.
    pub first: Slot,
    /// The index of the last.
    pub last: u32,
}

impl Slots {
    /// A single one.
    pub fn one(slot: Slot) -> Slots {
        Slots { first: slot, last: slot.index }
    }

    /// Whether a slot is among them; one that names no owner may be anyone's.
    pub fn has(self, slot: Slot) -> bool {
        (self.first.index..=self.last).contains(&slot.index)
            && (slot.owner.is_none() || slot.owner == self.first.owner)
    }
}

/// What is proposed and decided, by the number of the request that brought it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ValueId(pub u32);

impl ValueId {
    /// The command that does nothing, which no client asks for.
    pub const NOOP: ValueId = ValueId(0);
}

/// A set of nodes, one bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeSet(pub u32);

impl NodeSet {
    /// The empty set.
    pub const EMPTY: NodeSet = NodeSet(0);

    /// The nodes `0..count`.
    pub fn first(count: usize) -> NodeSet {
        (0..count).map(|i| NodeId(i as u8)).collect()
    }

    /// Adds a node; says whether it was new.
    #[inline]
    pub fn insert(&mut self, node: NodeId) -> bool {
        let before = self.0;
        self.0 |= 1 << node.0;
        self.0 != before
    }

    /// Takes a node out.
    #[inline]
    pub fn remove(&mut self, node: NodeId) {
        self.0 &= !(1 << node.0);
    }

    /// Whether the node is a member.
    #[inline]
    pub fn contains(self, node: NodeId) -> bool {
        self.0 >> node.0 & 1 == 1
    }

    /// How many members there are.
    #[inline]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there is no member.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members of both sets.
    #[inline]
    #[must_use]
    pub fn intersect(self, other: NodeSet) -> NodeSet {
        NodeSet(self.0 & other.0)
    }

    /// The members in ascending order.
    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        (0..NODES_MAX as u8).map(NodeId).filter(move |node| self.contains(*node))
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> NodeSet {
        let mut set = NodeSet::EMPTY;
        for node in nodes {
            set.insert(node);
        }
        set
    }
}

impl fmt::Debug for NodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|node| node.0)).finish()
    }
}
