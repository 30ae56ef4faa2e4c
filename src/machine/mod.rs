//! Replicated state machines: what the decided commands mean.

mod kv;
mod op;

pub use kv::Store;
pub use op::{BadOp, Command, Op, Outcome, RequestKey, Word};
