//! Synod: real consensus engines on a deterministic simulated network.

pub mod check;
pub mod diagram;
pub mod list;
pub mod machine;
pub mod node;
pub mod scenario;
pub mod trace;
