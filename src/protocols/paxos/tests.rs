//! Tests of the engine: handlers, tables, and the gallery on the simulator.

mod bench;
mod faults;
mod gallery;
mod handlers;
mod tables;
