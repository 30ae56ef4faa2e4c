//! What the engine promises: to the paper's words, on whole runs, and under random schedules.

mod gallery;
mod harness;
mod paper;
mod schedules;
mod sharing;
mod swarm;
