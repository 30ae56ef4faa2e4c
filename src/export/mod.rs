//! Runs for other tools: a ShiViz log, a trace for Perfetto, a test file.
//!
//! | function | for |
//! |---|---|
//! | [`shiviz()`] | ShiViz: space-time diagrams from vector clocks |
//! | [`perfetto()`] | Perfetto and `chrome://tracing`: roles, steps and messages on a time line |
//! | [`recording()`] | a test: the causes of a run as a script, and below them what happened |
//!
//! Pictures as text (Mermaid, PlantUML) are painted in [`crate::diagram`], and the plain event
//! stream is written by [`crate::trace::write_ndjson`].
//!
//! **Architecture invariant:** nothing here knows a protocol or a simulator; a run is read through
//! [`Source`](crate::trace::Source).

mod perfetto;
mod recording;
mod shiviz;

pub use perfetto::perfetto;
pub use recording::{recording, split_recording};
pub use shiviz::shiviz;

use crate::trace::{Cast, ClientId, NodeId, Place};

/// The lanes from left to right: clients, then nodes.
fn places(cast: &Cast) -> Vec<Place> {
    let clients = (0..cast.clients.len()).map(|i| Place::Client(ClientId(i as u8)));
    let nodes = (0..cast.nodes.len()).map(|i| Place::Node(NodeId(i as u8)));
    clients.chain(nodes).collect()
}
