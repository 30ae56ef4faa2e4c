//! The engines, one folder a protocol.

pub mod raft;
