//! The shareable cause of a run: plain data, versioned, never state.
//!
//! A scenario says who takes part, on what network, from which seed, and what
//! is done to them when. Replaying it gives the same events, bit for bit.
//! A missing field means the oldest meaning, for ever.
//!
//! **Architecture invariant:** links outlive code. Nothing here knows an engine
//! or the simulator; what a protocol allows is read from its [`Info`](crate::trace::Info).

mod build;
mod command;
pub(crate) mod draw;
pub(crate) mod faults;
mod form;
mod json;
pub mod limits;
pub mod link;
mod network;
mod problem;
mod quote;
mod script;
mod span;
mod url;
mod validate;

use serde::Serialize;

use crate::list::SmallMap;

pub use crate::trace::ParamValue;
pub use build::Situation;
pub(crate) use build::{script, situations, without_comments};
pub use command::{Act, Command, Do, Intercept};
pub use faults::Faults;
pub use network::{Latency, LinkRule, Network, Preset, Ratio};
pub use problem::{Problem, Problems};
pub use quote::Quoted;
pub use script::ScriptError;
pub use span::{NotASpan, Span};
pub use url::{Look, Opening, Presentation, Theme, parse_url};

/// The schema version this build writes.
pub const VERSION: u32 = 1;

/// A run, by its causes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scenario {
    /// Schema version; 1 when nothing is said.
    #[serde(default = "oldest")]
    pub v: u32,
    /// The protocol's id: `raft`.
    pub protocol: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Two or three sentences about what it shows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The root of all luck; at most 2^53 - 1, so that JavaScript can hold it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub seed: u64,
    /// Who takes part; empty means each class's usual number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cluster: Vec<Members>,
    /// Parameters that differ from their defaults.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "std::collections::BTreeMap<String, ParamValue>")
    )]
    pub set: SmallMap<String, ParamValue>,
    /// The network.
    #[serde(default, skip_serializing_if = "is_default")]
    pub network: Network,
    /// The clients and what they ask for by themselves.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clients: Clients,
    /// Messages wait until a command delivers them, and timers until a command fires them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub manual: bool,
    /// Rules broken on purpose, by id.
    #[serde(default, rename = "break", skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<String>,
    /// What is done to the run, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Command>,
    /// What must be reached, so that no run passes by doing nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<Goal>,
    /// Invariants that must fall, by name, because a rule is broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<String>,
    /// Captions bound to events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub narration: Vec<Caption>,
    /// When the story is over, in microseconds; 0 means it has no end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub until_us: u64,
    /// How the page opens it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
    /// What the run came to where it was shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Seal>,
}

/// Some nodes of one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Members {
    /// The class's id: `server`, `acceptor`.
    pub class: String,
    /// How many.
    pub count: u8,
}

/// The clients of a run. Each sends its next operation after the last one ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Clients {
    /// How many clients there are, lanes `C1`, `C2`, ...; they always take `request` commands.
    pub count: u8,
    /// How many operations each starts by itself; 0 for none.
    pub operations: u32,
    /// How many operations a client may have open at once.
    pub window: u32,
    /// When the first operations start, in microseconds.
    pub start_us: u64,
    /// The mean pause between operations of one client, in microseconds.
    pub think_us: u64,
    /// How long a client waits before it tries again, in microseconds.
    pub timeout_us: u64,
    /// How many of 100 operations read; protocols with one decision only write.
    pub reads_percent: u8,
    /// How many keys are in play.
    pub keys: u8,
}

impl Default for Clients {
    fn default() -> Clients {
        Clients {
            count: 1,
            operations: 0,
            window: 1,
            start_us: 0,
            think_us: 100_000,
            timeout_us: 500_000,
            reads_percent: 20,
            keys: 3,
        }
    }
}

/// Something that must be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Goal {
    /// What people call it: `a leader is elected`.
    pub name: String,
    /// The event that reaches it.
    pub on: On,
    /// How many such events it takes; 0 means one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub times: u32,
}

/// A caption bound to an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Caption {
    /// The event it belongs to.
    pub on: On,
    /// The sentence or two.
    pub text: String,
    /// Which such event, counted from 1; 0 means the first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nth: u32,
}

/// Picks events by what they say; every field given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct On {
    /// The kind of event, as the event stream names it: `delivered`, `role_changed`, `chosen`, ...
    pub event: String,
    /// The lane where it happens: `S1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The other end of a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// The role taken, message kind, timer, quorum, refusal, note or invariant it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// The epoch as the protocol writes it: `3`, `3.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// The slot as the protocol writes it; for `committed`, at least this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// The value's text: `x=5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// How the page opens a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct View {
    /// The instant to open at, in microseconds.
    #[serde(skip_serializing_if = "is_default")]
    pub at_us: u64,
    /// Whether it starts playing by itself.
    #[serde(skip_serializing_if = "is_default")]
    pub play: bool,
    /// The lanes of the diagram from left to right; those that are not named come after, clients first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<String>,
    /// Lanes that are not drawn, and with them the messages to and from them. Where all are listed,
    /// all are drawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<String>,
}

/// What a run came to at some instant, to be compared on load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Seal {
    /// How many steps of the world had been taken.
    pub steps: u32,
    /// The digest of the events so far, sixteen hexadecimal digits.
    pub hash: String,
}

form::object!(Scenario = Scenario { v: oldest(), ..Scenario::new("", 0) }, {
    v = written,
    protocol,
    title = default,
    about = default,
    seed = default,
    cluster = default,
    set = default,
    network = default,
    clients = default,
    manual = default,
    broken as "break" = default,
    commands = default,
    goals = default,
    expect = default,
    narration = default,
    until_us = default,
    view = default,
    digest = default,
});

form::object!(Members { class, count });

form::object!(Clients = Clients::default(), {
    count = written,
    operations = written,
    window = written,
    start_us = written,
    think_us = written,
    timeout_us = written,
    reads_percent = written,
    keys = written,
});

form::object!(Goal { name, on, times = default });

form::object!(Caption { on, text, nth = default });

form::object!(On {
    event = written,
    at = default,
    peer = default,
    what = default,
    epoch = default,
    slot = default,
    value = default,
});

form::object!(View { at_us = default, play = default, lanes = default, hidden = default });

form::object!(Seal { steps, hash });

/// The version of a scenario that names none.
fn oldest() -> u32 {
    1
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Scenario {
    /// A scenario of `protocol` with everything else at its defaults.
    pub fn new(protocol: &str, seed: u64) -> Scenario {
        Scenario {
            v: VERSION,
            protocol: protocol.to_owned(),
            title: String::new(),
            about: String::new(),
            seed,
            cluster: Vec::new(),
            set: SmallMap::default(),
            network: Network::default(),
            clients: Clients::default(),
            manual: false,
            broken: Vec::new(),
            commands: Vec::new(),
            goals: Vec::new(),
            expect: Vec::new(),
            narration: Vec::new(),
            until_us: 0,
            view: None,
            digest: None,
        }
    }
}
