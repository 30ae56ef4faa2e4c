//! What the engine promises.

mod runs;
