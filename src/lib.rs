//! Synod: real consensus engines on a deterministic simulated network.
