//! Checks: is what happened allowed, and did what should happen happen.
//!
//! Invariants are judged on every event, from facts and client events only.
//!
//! **Architecture invariant:** a checker shares no code with what it checks. It
//! sees the event stream and nothing else, and keeps the history it needs itself.

mod elections;
mod ghost;
mod goal;
mod harness;
mod health;
mod linearizability;
mod log;
mod record;
#[cfg(test)]
mod script;
mod state_machine;
mod votes;
mod watch;
mod words;

pub use elections::Elections;
pub use goal::{Numbered, Pattern, Search, What};
pub use harness::{Checks, Falls, INVARIANTS_MAX};
pub use health::{
    Decided, Elections as ElectionCount, Health, Lag, Latency, Leadership, OverTime, QuorumMargin,
    STEPS, Summary, Traffic,
};
pub use linearizability::{Access, Linearizability, Operation, first_fall, linearizability};
pub use log::{LogFamily, Logs};
pub use state_machine::StateMachines;
pub use votes::Votes;
pub use watch::Watch;
pub use words::Words;

use serde::Serialize;

use crate::trace::{Event, EventId};

/// A property that every run must have, by its name in the literature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Invariant {
    /// The literature's name: `Election Safety`.
    pub name: &'static str,
    /// What it says, in a sentence, in which `{epoch}` and `{an epoch}` stand for the protocol's word.
    pub says: &'static str,
    /// Where the literature says it: `Raft §5.2, Figure 3`.
    pub source: &'static str,
}

impl Invariant {
    /// What it says in a protocol that calls an epoch so: several share an invariant, and each paper
    /// has a word of its own.
    #[must_use]
    pub fn says_of(&self, epoch: &str) -> String {
        let article = if epoch.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let with_article = self.says.replace("{an epoch}", &format!("{article} {epoch}"));
        with_article.replace("{epoch}", epoch)
    }
}

/// Watches a run, event by event, for one or several invariants over one ghost record.
///
/// "Chosen", "elected" and "committed" are facts about history, so a monitor
/// keeps a ghost record of everything it has seen, across crashes. It is copied
/// into checkpoints: growing records belong in a [`crate::list::List`].
pub trait Monitor {
    /// What it guards. Two monitors may guard an invariant of the same name from two sides.
    fn invariants(&self) -> &'static [Invariant];

    /// The kinds of event it needs to see; it is given no others.
    fn watches(&self) -> Watch;

    /// Sees one event, and reports to `falls` every invariant that it breaks.
    fn on_event(&mut self, id: EventId, event: &Event, falls: &mut Falls<'_>);

    /// A copy, for a checkpoint.
    fn copy(&self) -> Box<dyn Monitor>;
}

/// How an invariant fell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// What happened, in a sentence with the names that the diagram uses: `S2`, `term 4`, `x=5`.
    pub detail: String,
    /// An earlier event that this one contradicts, if there is one.
    pub against: Option<EventId>,
}

/// A fallen invariant, as reports carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which invariant, an index into [`Checks::invariants`].
    pub invariant: u8,
    /// The event that broke it.
    pub event: EventId,
    /// How.
    pub broken: Broken,
}
