//! The event stream: what happened in a run, in terms every protocol shares.
//!
//! One flat append-only sequence. An event has an id (its position), a virtual
//! time, a place and a cause, so happened-before is a walk along causes and lanes.
//!
//! **Architecture invariant:** nothing here knows a protocol or a simulator. A
//! saved trace can be drawn and judged without either.

mod causality;
mod digest;
mod event;
mod ids;
mod index;
mod info;
mod json;
mod kinds;
mod ndjson;
mod view;

pub use causality::{future_cone, past_cone, quorum_messages};
pub use digest::{Digest, NotADigest};
pub use event::{Cause, Event, EventKind, Fact, Halt, Loss, TimerRef};
pub use ids::{
    CLIENTS_MAX, ClientId, Epoch, EventId, MessageId, NODES_MAX, NodeId, NodeSet, NotASlot, Place,
    Slot, Slots, Time, ValueId,
};
pub use index::{Index, NodeState, State, Status};
pub use info::{
    ClassInfo, ClientPolicy, Info, MessageInfo, NameInfo, ParamKind, ParamSpec, ParamValue,
    ParamValues, RoleInfo, RuleInfo, Service, Step, Tone,
};
pub(crate) use json::quoted;
pub use kinds::{CLIENT_MESSAGES, KINDS, Kind, Named};
pub use ndjson::{NDJSON_VERSION, write_ndjson};
pub use view::{
    Cast, Field, Flight, Lane, LogCell, LogView, MessageKind, MessageView, NodeView, PeerView,
    Source, window,
};
