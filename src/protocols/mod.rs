//! x
pub mod paxos;
