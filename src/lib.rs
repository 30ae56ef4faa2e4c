//! Synod: real consensus engines on a deterministic simulated network.

pub mod check;
pub mod diagram;
pub mod list;
pub mod machine;
pub mod node;
pub mod protocols;
pub mod scenario;
pub mod session;
pub mod sim;
pub mod sweep;
pub mod trace;
