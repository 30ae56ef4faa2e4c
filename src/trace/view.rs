//! What a reader sees of a run: names, labels and fields, built when someone looks.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::{Epoch, Event, EventId, Info, MessageId, NodeId, Place, Slot, Slots, Time, ValueId};

/// The lanes of a run: who takes part, under what name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cast {
    /// The nodes, by [`NodeId`].
    pub nodes: Vec<Lane>,
    /// The clients' names, by `ClientId`.
    pub clients: Vec<String>,
}

/// A node's lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lane {
    /// `S1`, `A3`.
    pub name: String,
    /// An index into [`Info::classes`].
    pub class: u8,
}

impl Cast {
    /// The name of a place; the world is `world`.
    pub fn name(&self, place: Place) -> &str {
        let found = match place {
            Place::World => None,
            Place::Node(node) => self.nodes.get(node.index()).map(|lane| lane.name.as_str()),
            Place::Client(client) => self.clients.get(client.index()).map(String::as_str),
        };
        found.unwrap_or("world")
    }

    /// Every lane in the usual order: clients, then nodes.
    pub fn places(&self) -> Vec<Place> {
        let clients = (0..self.clients.len()).map(|i| Place::Client(super::ClientId(i as u8)));
        let nodes = (0..self.nodes.len()).map(|i| Place::Node(NodeId(i as u8)));
        clients.chain(nodes).collect()
    }

    /// The place of a name.
    pub fn place(&self, name: &str) -> Option<Place> {
        let node = self.nodes.iter().position(|lane| lane.name == name);
        let client = || self.clients.iter().position(|client| client == name);
        node.map(|i| Place::Node(NodeId(i as u8)))
            .or_else(|| client().map(|i| Place::Client(super::ClientId(i as u8))))
    }
}

/// A labelled value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The paper's name: `currentTerm`.
    pub name: &'static str,
    /// The value as text.
    pub value: String,
    /// Whether it survives a crash.
    pub durable: bool,
}

impl Field {
    /// A field that a crash wipes out, or that belongs to a message.
    pub fn new(name: &'static str, value: impl fmt::Display) -> Field {
        Field::shown(name, &value, false)
    }

    /// A field that is on disk.
    pub fn durable(name: &'static str, value: impl fmt::Display) -> Field {
        Field::shown(name, &value, true)
    }

    /// Compiled once, whatever the value's type.
    fn shown(name: &'static str, value: &dyn fmt::Display, durable: bool) -> Field {
        Field { name, value: value.to_string(), durable }
    }
}

/// A message as a reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// The sender.
    pub from: Place,
    /// The receiver.
    pub to: Place,
    /// The kind's name: `Prepare`, `Request`.
    pub kind: &'static str,
    /// Short, as the paper writes it: `Prepare(3.1)`.
    pub label: String,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A node as a reader sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NodeView {
    /// An index into [`Info::roles`].
    pub role: u8,
    /// The epoch it is in.
    pub epoch: Epoch,
    /// The state, labelled.
    pub fields: Vec<Field>,
    /// The log, where the protocol keeps one.
    pub log: Option<LogView>,
    /// A leader's knowledge of each peer, where the protocol keeps it.
    pub peers: Vec<PeerView>,
}

/// A node's log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LogView {
    /// The entries, in order.
    pub entries: Vec<LogCell>,
    /// How many are committed.
    pub committed: u32,
    /// How many are applied.
    pub applied: u32,
}

/// An entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogCell {
    /// Where.
    pub slot: Slot,
    /// The epoch in which it was made.
    pub epoch: Epoch,
    /// What.
    pub value: ValueId,
}

/// What a leader knows of a peer's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeerView {
    /// Whom.
    pub node: NodeId,
    /// The last index known to be replicated there.
    pub matched: u32,
    /// The next index to be sent.
    pub next: u32,
}

/// A recorded run, as the diagram and the exporters read it.
///
/// A live world is one; a saved trace can be another.
pub trait Source {
    /// The protocol's words.
    fn info(&self) -> &'static Info;
    /// The lanes.
    fn cast(&self) -> &Cast;
    /// All recorded events; an event's id is its position.
    fn events(&self) -> &[Event];
    /// The instant the run has reached.
    fn now(&self) -> Time;
    /// How many events have happened by `now` (later ones are the known future).
    fn reached(&self) -> usize;
    /// A message's kind: an index into [`Info::messages`], or the client kinds below.
    fn message_kind(&self, message: MessageId) -> MessageKind;
    /// The events at which a message was sent and at which its flight ended, if it did.
    fn flight(&self, message: MessageId) -> Flight;
    /// A message's text.
    fn message(&self, message: MessageId) -> MessageView;
    /// The slots of the log that a message brings something for, where it says so.
    fn slots(&self, message: MessageId) -> Option<Slots>;
    /// How many bytes a message takes on a wire, in the encoding of [`crate::node::wire_bytes`].
    fn message_bytes(&self, message: MessageId) -> u32;
    /// A value's text.
    fn value(&self, value: ValueId) -> String;
    /// The names of the run's invariants, by code.
    fn invariants(&self) -> Vec<&'static str>;
    /// A command's text, by its position in the scenario.
    fn command(&self, index: u32) -> String;
}

/// What kind of message: one of the protocol's, or one between client and node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum MessageKind {
    /// An index into [`Info::messages`].
    Protocol(u8),
    /// A client's request.
    Request,
    /// A node's reply to a client.
    Reply,
}

/// A message's flight, as events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// The `Sent` or `Duplicated` event.
    pub sent: EventId,
    /// The `Delivered` or `Lost` event, `None` while it is in flight.
    pub ended: Option<EventId>,
}

/// The events recorded in `from..to` (virtual time, `to` excluded), as positions.
pub fn window(events: &[Event], from: Time, to: Time) -> Range<usize> {
    let start = events.partition_point(|event| event.at < from);
    let end = events.partition_point(|event| event.at < to);
    start..end.max(start)
}
