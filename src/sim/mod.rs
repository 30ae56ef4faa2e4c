//! The simulated world: time, network, faults and history.
//!
//! Discrete events in virtual microseconds, one queue ordered by (time,
//! sequence). Same scenario, same events, bit for bit, on every machine: no
//! iteration over hash maps, no floats, no wall clock, keyed randomness.
//!
//! | room | what is in it |
//! |---|---|
//! | `world` | the loop: what is due happens, effects happen in order |
//! | `apply` | commands |
//! | `network`, `intercept` | links, latency, loss; messages picked by rule |
//! | `clients` | who asks, waits and tries again |
//! | `queue`, `random` | order and luck |
//! | `record`, `history` | what happened; checkpoints, seek, fork |
//! | `run` | the object-safe door to all of it |
//!
//! **Architecture invariant:** one network for all: no protocol is named here.

mod apply;
mod clients;
mod history;
mod intercept;
mod network;
mod queue;
mod random;
mod record;
mod run;
mod setup;
#[cfg(test)]
mod tests;
mod world;

pub use history::History;
pub use run::{FlightView, NodeStatus, OperationView, Pace, Run, TimerView};
pub use setup::{Monitors, Opened, open};
pub use world::{EVENTS_MAX, FLIGHTS_MAX, World};

use crate::node::Message;
use crate::trace::MessageKind;

/// What kind of message a body is.
fn kind_of<M: Message>(body: &record::Body<M>) -> MessageKind {
    match body {
        record::Body::Peer(message) => MessageKind::Protocol(message.kind()),
        record::Body::Request(_) => MessageKind::Request,
        record::Body::Reply(..) => MessageKind::Reply,
    }
}
