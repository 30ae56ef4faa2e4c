//! What the world knows of the nodes: a door that is the same for every engine.
//!
//! The world is compiled once, for all protocols. What only an engine can read (a node's state,
//! what a message says, what a write writes) stays behind [`Nodes`]; the world names it by number.

use std::any::Any;

use crate::machine::Command;
use crate::node::{Cast, Effect, Field, NodeId, NodeView, Parcel, Slots, TimerRef};

/// What a node is given: [`crate::node::Input`] as the world knows it.
#[derive(Clone, Copy, Debug)]
pub enum Given {
    /// A message arrived.
    Message {
        /// The sender.
        from: NodeId,
        /// The message.
        message: Parcel,
    },
    /// A timer fired.
    Timer(TimerRef),
    /// A client's request arrived.
    Request(Command),
}

/// The nodes as they stood at some moment, for a checkpoint; only [`Nodes::restore`] can read it.
pub struct Saved(pub(super) Box<dyn Any>);

/// All nodes of a run, their disks, and what they ever said.
///
/// A step that is taken again after [`Nodes::restore`] must ask for the same again. What is said
/// is therefore kept once, and compared: the steps that take nodes further say whether they came
/// to what is known, and `false` means an engine that is not deterministic.
pub trait Nodes {
    /// Boots a node from its disk; `effects`, empty until then, gets what it asks for.
    fn boot(&mut self, node: NodeId, effects: &mut Vec<Effect>) -> bool;
    /// A node takes a step, if it is up; `effects`, empty until then, gets what it asks for.
    fn step(&mut self, node: NodeId, given: Given, effects: &mut Vec<Effect>) -> bool;
    /// A node loses everything but its disk.
    fn crash(&mut self, node: NodeId);
    /// A node's disk loses everything.
    fn wipe(&mut self, node: NodeId);
    /// A write reaches a node's disk.
    fn persist(&mut self, node: NodeId, write: Parcel);
    /// Whether the protocol has such a timer.
    fn has_timer(&self, timer: TimerRef) -> bool;
    /// A node as a reader sees it; `None` while it is down.
    fn view(&self, node: NodeId, cast: &Cast) -> Option<NodeView>;
    /// A message as a reader sees it: its label and its fields.
    fn message(&self, message: Parcel, cast: &Cast) -> (String, Vec<Field>);
    /// The slots that a message brings something for.
    fn message_slots(&self, message: Parcel) -> Option<Slots>;
    /// How many bytes a message takes on a wire.
    fn message_bytes(&self, message: Parcel) -> u32;
    /// The present moment, to come back to.
    fn save(&self) -> Saved;
    /// Goes to a moment that was saved; what was said after it stays known.
    fn restore(&mut self, moment: &Saved);
    /// Forgets what was said after the present moment.
    fn forget_future(&mut self);
}
