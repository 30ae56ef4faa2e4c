//! The simulated world: time, network, faults and history.
//!
//! Discrete events in virtual microseconds, one queue ordered by (time,
//! sequence). Same scenario, same events, bit for bit, on every machine: no
//! iteration over hash maps, no floats, no wall clock, keyed randomness.
//!
//! | room | what is in it |
//! |---|---|
//! | `setup` | from a scenario to a world |
//! | `world` | the loop: what is due happens |
//! | `hosts` | what surrounds a node; what it asks for happens, in order |
//! | `nodes`, `cluster` | the door to the engine, and what is behind it |
//! | `apply` | commands |
//! | `network`, `intercept` | links, latency, loss; messages picked by rule |
//! | `clients` | who asks, waits and tries again |
//! | `queue`, `random` | order and luck |
//! | `record`, `history` | what happened; checkpoints, seek, fork |
//! | `run` | what a reader sees |
//!
//! **Architecture invariant:** one network for all: no protocol is named here.

mod apply;
mod clients;
mod cluster;
mod history;
mod hosts;
mod intercept;
mod network;
mod nodes;
mod queue;
mod random;
mod record;
mod run;
mod setup;
#[cfg(test)]
mod tests;
mod world;

pub use history::Run;
pub use run::{FlightView, NodeStatus, OperationView, Pace, TimerView};
pub use setup::{Monitors, Opened, open};
pub use world::{EVENTS_MAX, FLIGHTS_MAX};
