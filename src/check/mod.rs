//! Checks: is what happened allowed, and did what should happen happen.
//!
//! Invariants are judged on every event, from facts and client events only.
//!
//! **Architecture invariant:** a checker shares no code with what it checks. It
//! sees the event stream and nothing else, and keeps the history it needs itself.

use crate::trace::{Event, EventId};

/// An invariant that watches a run, event by event.
///
/// "Chosen", "elected" and "committed" are facts about history, so a monitor
/// keeps a ghost record of everything it has seen, across crashes. It is copied
/// into checkpoints: growing records belong in a [`crate::list::List`].
pub trait Monitor {
    /// The literature's name: `Election Safety`.
    fn name(&self) -> &'static str;

    /// What it says, in a sentence.
    fn says(&self) -> &'static str;

    /// Where the literature says it: `Raft §5.2, Figure 3`.
    fn source(&self) -> &'static str;

    /// Sees one event.
    ///
    /// # Errors
    /// A sentence that says what fell and how, when this event breaks the invariant.
    fn on_event(&mut self, id: EventId, event: &Event) -> Result<(), Broken>;

    /// A copy, for a checkpoint.
    fn copy(&self) -> Box<dyn Monitor>;
}

/// How an invariant fell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What happened, in a sentence that names the lanes by number and the epochs and slots involved.
    pub detail: String,
    /// An earlier event that this one contradicts, if there is one.
    pub against: Option<EventId>,
}

/// A fallen invariant, as reports carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which monitor, by position.
    pub invariant: u8,
    /// The event that broke it.
    pub event: EventId,
    /// How.
    pub broken: Broken,
}
