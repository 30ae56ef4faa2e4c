//! Synod: real consensus engines on a deterministic simulated network.
//!
//! The core has no browser, clock, thread or global in it. A scenario goes in,
//! an event stream comes out, the same to the bit on every machine.
//!
//! | room | what is in it |
//! |---|---|
//! | [`trace`] | the event stream and the words it is written in |
//! | [`node`] | the contract between an engine and whatever runs it |
//! | [`machine`] | replicated state machines |
//! | [`protocols`] | the engines, one folder each, and the only list of them |
//! | [`sim`] | the world: time, network, faults, history |
//! | [`check`] | invariants, goals, linearizability, health |
//! | [`scenario`] | the shareable cause of a run; links |
//! | [`diagram`] | from events to a picture |
//! | [`export`] | from events to other tools' files |
//! | [`session`] | the door to all of it |
//! | [`sweep`] | runs drawn from seeds, judged for safety and progress |
//! | [`list`] | a list that is cheap to copy |
//!
//! ```
//! use synod::scenario::Scenario;
//! use synod::session::Session;
//! use synod::trace::Time;
//!
//! let mut session = Session::open(Scenario::new("raft", 42)).expect("a valid scenario");
//! session.advance(Time(1_000_000), 100_000);
//! assert!(session.violations().is_empty());
//! println!("{} events, digest {}", session.source().reached(), session.digest());
//! ```

pub mod check;
pub mod diagram;
pub mod export;
pub mod list;
pub mod machine;
pub mod node;
pub mod protocols;
pub mod scenario;
pub mod session;
pub mod sim;
pub mod sweep;
pub mod trace;
