//! Following a run with its goals and captions.

use crate::check::Search;
use crate::list::sort_by_key;
use crate::scenario::{On, Problem, Problems, Scenario};
use crate::trace::{EventId, Source};

use super::Invariant;
use super::resolve::unknown;

/// A goal as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoalView<'a> {
    /// What people call it.
    pub name: &'a str,
    /// The event that reached it, if it is reached by now.
    pub reached: Option<EventId>,
}

/// A caption that has come up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptionView<'a> {
    /// What it says.
    pub text: &'a str,
    /// The event it belongs to.
    pub event: EventId,
}

/// The goals and captions of a scenario, and how far the run has been searched for them.
pub(super) struct Goals {
    goals: Vec<Sought>,
    captions: Vec<Sought>,
}

struct Sought {
    text: String,
    search: Search,
    found: Option<EventId>,
}

impl Goals {
    /// `invariants` are all that can fall; those of the source can also be waited for.
    pub(super) fn new(
        scenario: &Scenario,
        source: &dyn Source,
        invariants: &[Invariant],
    ) -> Result<Goals, Problems> {
        let with_events = source.invariants();
        let mut problems = Vec::new();
        let mut seek = |path: String, text: &str, on: &On, nth: u32| {
            let pattern = super::pattern(on, source.info(), source.cast(), &with_events);
            let pattern = pattern.map_err(|says| problems.push(Problem { path, says })).ok()?;
            let search = Search::new(pattern, nth);
            Some(Sought { text: text.to_owned(), search, found: None })
        };
        let goals = scenario.goals.iter().enumerate().filter_map(|(i, goal)| {
            seek(format!("goals[{i}].on"), &goal.name, &goal.on, goal.times)
        });
        let goals = goals.collect();
        let captions = scenario.narration.iter().enumerate().filter_map(|(i, caption)| {
            seek(format!("narration[{i}].on"), &caption.text, &caption.on, caption.nth)
        });
        let captions = captions.collect();
        let invariants: Vec<&str> = invariants.iter().map(|invariant| invariant.name).collect();
        let missing = scenario.expect.iter().enumerate();
        let missing = missing.filter(|(_, name)| !invariants.contains(&name.as_str()));
        for (i, name) in missing {
            let says = unknown("invariant", name, &invariants);
            problems.push(Problem { path: format!("expect[{i}]"), says });
        }
        if problems.is_empty() { Ok(Goals { goals, captions }) } else { Err(Problems(problems)) }
    }

    /// Looks at what has been recorded since the last time.
    pub(super) fn follow(&mut self, source: &dyn Source) {
        for sought in self.goals.iter_mut().chain(&mut self.captions) {
            sought.found = sought.search.advance(source);
        }
    }

    /// The record was cut off at `len` events.
    pub(super) fn forget_from(&mut self, len: usize) {
        for sought in self.goals.iter_mut().chain(&mut self.captions) {
            if sought.found.is_some_and(|event| event.index() >= len) {
                sought.found = None;
            }
            sought.search.forget_from(len);
        }
    }

    pub(super) fn view(&self, reached: usize) -> Vec<GoalView<'_>> {
        let by_now = |event: &EventId| event.index() < reached;
        let view = |goal: &'_ Sought| goal.found.filter(by_now);
        self.goals.iter().map(|goal| GoalView { name: &goal.text, reached: view(goal) }).collect()
    }

    /// The captions that have come up, in the order of their events.
    pub(super) fn captions(&self, reached: usize) -> Vec<CaptionView<'_>> {
        let mut captions: Vec<CaptionView<'_>> = self
            .captions
            .iter()
            .filter_map(|caption| Some(CaptionView { text: &caption.text, event: caption.found? }))
            .filter(|caption| caption.event.index() < reached)
            .collect();
        sort_by_key(&mut captions, |caption| [caption.event.0.into(), 0]);
        captions
    }
}
