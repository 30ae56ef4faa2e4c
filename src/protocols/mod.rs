//! The engines, one folder a protocol.

pub mod paxos;
pub mod raft;
