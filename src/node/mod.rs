//! The contract between an engine and whatever runs it.
//!
//! > **Sans-I/O.** A node is a pure state machine: `(state, input) -> (state,
//! > effects)`. It owns no clock, no randomness, no network and no disk. One call
//! > is one atomic step at one virtual instant. Effects happen in the order they
//! > were asked for, and the world may crash the node between any two of them:
//! > what was not persisted is lost, what was not sent is never sent.
//!
//! **Architecture invariant:** a node cannot know that it is simulated. Nothing
//! here uses the simulator, a protocol, or anything random.

mod effects;
mod quorum;
mod vocabulary;
mod wire;

use std::fmt::Debug;
use std::hash::Hash;
use std::rc::Rc;

pub use effects::{Effect, Effects, Parcel, Parcels};
pub use quorum::{is_quorum, majority};
pub(crate) use vocabulary::vocabulary;
pub use wire::wire_bytes;

use crate::machine::Command;
pub use crate::trace::{
    Cast, ClassInfo, ClientId, ClientPolicy, Epoch, Fact, Field, Info, LogCell, LogView,
    MessageInfo, NameInfo, NodeId, NodeSet, NodeView, ParamKind, ParamSpec, ParamValues, PeerView,
    RoleInfo, RuleInfo, Service, Slot, Slots, Step, TimerRef, Tone, ValueId,
};

/// A consensus engine: one node of a cluster running one protocol.
///
/// Engines can be compared and hashed, so that whoever explores a protocol's states knows one again.
pub trait Engine: Clone + Debug + Eq + Ord + Hash + 'static {
    /// What nodes send each other. Broadcasting clones it, so keep bulk behind an `Rc`.
    type Message: Message;
    /// The protocol's timers.
    type Timer: Timer;
    /// What survives a crash. What is not in here is lost by construction.
    type Durable: Durable;
    /// The protocol's parameters, parsed once.
    type Params: Debug + Eq + Ord + Hash + 'static;

    /// The protocol, described in plain data.
    const INFO: &'static Info;

    /// Reads the parameters of a scenario, already validated against `INFO.params`.
    ///
    /// # Errors
    /// When values that are valid one by one do not go together (quorums that do
    /// not intersect, say): the parameter's key and a sentence that says what to change.
    fn params(
        values: &ParamValues,
        members: &Membership,
    ) -> Result<Self::Params, (&'static str, String)>;

    /// The only constructor. A first start boots from an empty `durable`, a
    /// restart from what was persisted.
    fn boot(
        me: NodeId,
        config: &Rc<Config<Self::Params>>,
        durable: Self::Durable,
        fx: &mut Effects<Self>,
    ) -> Self;

    /// A message arrived.
    fn on_message(&mut self, from: NodeId, message: &Self::Message, fx: &mut Effects<Self>);

    /// A timer fired.
    fn on_timer(&mut self, timer: Self::Timer, fx: &mut Effects<Self>);

    /// A client's request arrived (`request.client` is `Some`).
    fn on_request(&mut self, request: Command, fx: &mut Effects<Self>);

    /// The state as a reader sees it.
    fn view(&self, cast: &Cast) -> NodeView;

    /// Takes one step.
    #[inline]
    fn step(&mut self, input: Input<'_, Self>, fx: &mut Effects<Self>) {
        match input {
            Input::Message { from, message } => self.on_message(from, message, fx),
            Input::Timer(timer) => self.on_timer(timer, fx),
            Input::Request(request) => self.on_request(request, fx),
        }
    }
}

/// What a node can be given.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a, E: Engine> {
    /// A message from a node (perhaps from a past life of it).
    Message {
        /// The sender.
        from: NodeId,
        /// What it says.
        message: &'a E::Message,
    },
    /// A timer fired.
    Timer(E::Timer),
    /// A client's request.
    Request(Command),
}

/// A message between nodes.
///
/// Its size on the wire is that of what its [`Hash`] covers ([`wire_bytes`]): derive it.
pub trait Message: Clone + Debug + Eq + Ord + Hash + 'static {
    /// An index into [`Info::messages`].
    fn kind(&self) -> u8;
    /// Short, as the paper writes it: `Prepare(3.1)`.
    fn label(&self, cast: &Cast) -> String;
    /// Every field, under the paper's name.
    fn fields(&self, cast: &Cast) -> Vec<Field>;
    /// The slots of the log that it brings something for, where there is more than one decision.
    fn slots(&self) -> Option<Slots> {
        None
    }
}

/// One of a protocol's timers; a closed enum.
pub trait Timer: Copy + Debug + Eq + Ord + Hash + 'static {
    /// The timer as events carry it; the kind indexes [`Info::timers`].
    fn to_ref(self) -> TimerRef;
    /// The timer an event names, if it is one.
    fn from_ref(timer: TimerRef) -> Option<Self>;
}

/// What survives a crash, and the writes that change it.
///
/// A node keeps the same value in memory and asks for each write to reach the
/// disk. Both sides apply the same [`Durable::Write`], so they cannot differ in
/// anything but what has not been written yet.
pub trait Durable: Clone + Debug + Default + Eq + Ord + Hash + 'static {
    /// One write, small.
    type Write: Clone + Debug + Eq + Ord + Hash + 'static;
    /// Applies a write.
    fn apply(&mut self, write: &Self::Write);
    /// What kind of write it is, an index into [`Info::writes`].
    fn kind(write: &Self::Write) -> u8;
}

/// Who is in the cluster, and what each does.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Membership {
    /// Per node: its class's duties ([`ClassInfo::duties`]).
    pub duties: Vec<u8>,
}

impl Membership {
    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.duties.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.duties.is_empty()
    }

    /// All nodes.
    pub fn all(&self) -> NodeSet {
        NodeSet::first(self.len())
    }

    /// The nodes that have any of these duties.
    pub fn with(&self, duties: u8) -> NodeSet {
        self.all().iter().filter(|node| self.duties[node.index()] & duties != 0).collect()
    }
}

/// What a node is told once and all nodes share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Config<P> {
    /// Who takes part.
    pub members: Membership,
    /// The protocol's parameters.
    pub params: P,
    /// The rules this run breaks on purpose.
    pub broken: Rules,
}

/// A set of rules, by code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rules(pub u64);

impl Rules {
    /// The empty set: everything holds.
    pub const NONE: Rules = Rules(0);

    /// Adds a rule by its code.
    #[must_use]
    pub fn and(self, code: u8) -> Rules {
        Rules(self.0 | 1 << code)
    }

    /// Whether the rule with this code is in the set.
    #[inline]
    pub fn contains(self, code: u8) -> bool {
        self.0 >> code & 1 == 1
    }
}
