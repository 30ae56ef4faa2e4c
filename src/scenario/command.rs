//! What can be done to a run. A user's click, a test's step and a link's line are all these.

use serde::Serialize;

use super::{LinkRule, Network, form, is_default};

/// A command and when it is applied.
///
/// Commands apply before the world's own events of the same instant, unless
/// `sub` says that some steps of that instant come first (as when a reader
/// stepped into the middle of it).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Command {
    /// Virtual time in microseconds.
    pub at_us: u64,
    /// How many of the world's own steps at that instant come first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sub: u32,
    /// Switched off: it stays in the list and does nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub off: bool,
    /// What is done.
    #[serde(rename = "do")]
    pub act: Do,
}

/// What a command does. Lanes are named as the diagram names them: `S1`, `A2`, `C1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Do {
    /// A client begins an operation.
    Request {
        /// The client; `C1` when nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<String>,
        /// The node it asks first; otherwise whom it believes to be right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// The operation: `x=5`, `x?`, or a single word to propose.
        op: String,
    },
    /// A node loses everything but its disk.
    Crash(String),
    /// A node crashes in the middle of its next step, after so many of its effects.
    CrashWithin {
        /// The node.
        node: String,
        /// How many effects of the step still happen.
        effects: u16,
    },
    /// A crashed node boots from its disk.
    Restart(String),
    /// A node stops taking steps; its messages and timers wait.
    Pause(String),
    /// A paused node goes on.
    Resume(String),
    /// A node's disk is wiped; it crashes if it is up. Forbidden by every protocol here.
    Wipe(String),
    /// A node's clock runs fast (positive) or slow, in parts per million.
    Drift {
        /// The node.
        node: String,
        /// Parts per million; -900000 to 1000000.
        ppm: i32,
    },
    /// A node's disk takes this long for every write.
    Disk {
        /// The node.
        node: String,
        /// Microseconds per write.
        delay_us: u64,
    },
    /// Only nodes of the same group reach each other; nodes not named form a further group.
    /// A client in a group reaches that group only, a client not named reaches everyone.
    Partition(Vec<Vec<String>>),
    /// Every link carries messages again.
    Heal,
    /// One direction of a link is cut.
    Cut {
        /// The sending end.
        from: String,
        /// The receiving end.
        to: String,
    },
    /// One direction of a link carries messages again.
    Mend {
        /// The sending end.
        from: String,
        /// The receiving end.
        to: String,
    },
    /// The network changes for messages sent from now on.
    Network(Network),
    /// One directed link behaves differently for messages sent from now on.
    Link(LinkRule),
    /// A message in flight arrives now.
    Deliver(u32),
    /// A message in flight is lost.
    Drop(u32),
    /// A message in flight gets a copy of its own.
    Duplicate(u32),
    /// A message in flight arrives at this instant instead.
    Delay {
        /// The message.
        message: u32,
        /// Virtual time in microseconds.
        until_us: u64,
    },
    /// Something happens to the next matching messages when they are sent.
    Intercept(Intercept),
    /// A timer fires now, whether or not it was set.
    Fire {
        /// The node.
        node: String,
        /// The timer, by name.
        timer: String,
        /// Tells timers of one kind apart.
        #[serde(default, skip_serializing_if = "is_default")]
        key: u32,
    },
    /// A timer that is set fires at this instant instead.
    Postpone {
        /// The node.
        node: String,
        /// The timer, by name.
        timer: String,
        /// Tells timers of one kind apart.
        #[serde(default, skip_serializing_if = "is_default")]
        key: u32,
        /// Virtual time in microseconds.
        until_us: u64,
    },
    /// From now on messages and timers wait for a command (`true`), and disks are done at once; or
    /// everything goes on by itself.
    Manual(bool),
}

/// Messages picked at the moment they are sent, by where they go and what they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Intercept {
    /// The sender; any when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The receiver; any when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The kind of message, by name; any when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// How many to let pass first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skip: u32,
    /// How many to act on; 0 means one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub times: u32,
    /// What happens to them.
    pub act: Act,
}

/// What happens to an intercepted message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Act {
    /// It is lost.
    Drop,
    /// It arrives twice.
    Duplicate,
    /// It takes this many microseconds.
    Take(u64),
    /// Its copy takes this many microseconds; the original travels as usual.
    DuplicateTaking(u64),
}

form::object!(Command { at_us, sub = default, off = default, act as "do" });

form::variants!(Do = Do::Heal, {
    "request" Request { client = default, to = default, op },
    "crash" Crash(_),
    "crash_within" CrashWithin { node, effects },
    "restart" Restart(_),
    "pause" Pause(_),
    "resume" Resume(_),
    "wipe" Wipe(_),
    "drift" Drift { node, ppm },
    "disk" Disk { node, delay_us },
    "partition" Partition(_),
    "heal" Heal(),
    "cut" Cut { from, to },
    "mend" Mend { from, to },
    "network" Network(_),
    "link" Link(_),
    "deliver" Deliver(_),
    "drop" Drop(_),
    "duplicate" Duplicate(_),
    "delay" Delay { message, until_us },
    "intercept" Intercept(_),
    "fire" Fire { node, timer, key = default },
    "postpone" Postpone { node, timer, key = default, until_us },
    "manual" Manual(_),
});

form::object!(Intercept {
    from = default,
    to = default,
    kind = default,
    skip = default,
    times = default,
    act,
});

form::variants!(Act = Act::Drop, {
    "drop" Drop(),
    "duplicate" Duplicate(),
    "take" Take(_),
    "duplicate_taking" DuplicateTaking(_),
});
