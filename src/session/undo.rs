//! Taking back what was done: a run is its causes, so going back is replaying fewer of them.

use std::rc::Rc;

use crate::scenario::{Problems, Scenario};
use crate::sim::Pace;
use crate::trace::Time;

use super::causes::Causes;
use super::{Branch, Session};

/// What an undo returns to: the causes of a run, where it stood, and the lines of history it had left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    causes: Causes,
    branches: Vec<Rc<Branch>>,
    steps: u32,
    now: Time,
    recorded: Time,
}

impl Session {
    /// The run as it stands, to come back to. Bookmarks of a session share what they have in common.
    pub fn bookmark(&mut self) -> Bookmark {
        Bookmark {
            causes: self.causes(),
            branches: self.branches.clone(),
            steps: self.run.steps(),
            now: self.now(),
            recorded: self.recorded_until(),
        }
    }

    /// Comes back to a bookmark of this session, its known future included as far as `budget` steps go.
    pub fn restore(&mut self, mark: Bookmark, budget: u32) -> Pace {
        let pace = self.resume(mark.causes.scenario(), mark.recorded, budget);
        self.branches = mark.branches;
        self.seek_step(mark.steps);
        self.run.wait(mark.now);
        pace
    }

    /// Begins again under other settings: the cluster, the network, the seed, the rules. The lines of
    /// history stay, each with the settings it had, and so do the lanes that are still there.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario; the run is as it was then.
    pub fn change(&mut self, mut scenario: Scenario) -> Result<(), Problems> {
        scenario.digest = None;
        scenario.forget_lanes(self.info());
        let branches = std::mem::take(&mut self.branches);
        let kept = self.kept.clone();
        let opened = Session::open(scenario).map(|fresh| *self = Session { kept, ..fresh });
        self.branches = branches;
        opened
    }

    /// Goes over to the settings and commands of another scenario of this session, up to an instant.
    pub(super) fn resume(&mut self, mut scenario: Scenario, to: Time, budget: u32) -> Pace {
        let commands = std::mem::take(&mut scenario.commands);
        // What is set, without what is done and how it is shown.
        (scenario.view, scenario.digest) = (None, None);
        let mut settings = self.scenario.clone();
        settings.commands.clear();
        (settings.view, settings.digest) = (None, None);
        if scenario != settings {
            scenario.view.clone_from(&self.scenario.view);
            // It was open before, so it opens now.
            let opened = self.change(scenario);
            debug_assert!(opened.is_ok(), "what could be opened opens again");
        }
        let old = &self.scenario.commands;
        let same = commands.iter().zip(old).take_while(|(new, old)| new == old).count();
        self.replay(commands, same, to, budget)
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Do, Opening};
    use crate::session::{Session, scenario_of};
    use crate::trace::Time;

    #[test]
    fn what_was_done_is_taken_back_with_the_future_it_replaced() {
        let scenario = scenario_of(Opening::Nothing, 1).expect("it is the first of all");
        let mut session = Session::open(scenario).expect("it opens");
        session.advance(Time(400_000), u32::MAX);
        let (end, recorded) = (session.digest(), session.steps().1);
        session.seek(Time(150_000), u32::MAX);
        let (mark, here) = (session.bookmark(), session.digest());
        session.act(Do::Crash("S1".to_owned())).expect("S1 is there");
        assert_eq!(session.branches().len(), 1);
        let redo = session.bookmark();
        let crashed = session.digest();

        session.restore(mark, u32::MAX);
        assert_eq!((session.digest(), session.now()), (here, Time(150_000)));
        assert!(session.branches().is_empty());
        session.seek_step(recorded);
        assert_eq!(session.digest(), end, "the old future is known again");

        session.restore(redo, u32::MAX);
        assert_eq!(session.digest(), crashed);
        assert_eq!(session.branches().len(), 1);
    }

    #[test]
    fn settings_are_taken_back_with_what_was_done_under_them() {
        let scenario = scenario_of(Opening::Nothing, 1).expect("it is the first of all");
        let mut session = Session::open(scenario).expect("it opens");
        session.advance(Time(100_000), u32::MAX);
        session.act(Do::Crash("S1".to_owned())).expect("S1 is there");
        session.advance(Time(300_000), u32::MAX);
        session.seek(Time(150_000), u32::MAX);
        session.act(Do::Pause("S2".to_owned())).expect("S2 is there");
        let (mark, here) = (session.bookmark(), session.digest());

        let mut other = session.scenario().clone();
        (other.seed, other.commands) = (2, Vec::new());
        other.broken = vec![session.info().rules[0].id.to_owned()];
        session.change(other.clone()).expect("it opens");
        session.advance(Time(300_000), u32::MAX);
        assert_eq!(session.branches().len(), 1, "the lines of history stay");
        let (redo, there) = (session.bookmark(), session.digest());

        session.restore(mark, u32::MAX);
        assert_eq!((session.digest(), session.scenario().seed), (here, 1));
        assert!(session.scenario().broken.is_empty());
        session.restore(redo, u32::MAX);
        assert_eq!((session.digest(), &session.scenario().broken), (there, &other.broken));

        let because = session.branches()[0].because.clone();
        session.return_to(0, u32::MAX).expect("it is there");
        assert_eq!(session.scenario().seed, 1, "a line of history has its own settings");
        assert!(session.branches()[0].because.ends_with(&because));
        other.seed = u64::MAX;
        assert!(session.change(other).is_err());
        assert_eq!((session.scenario().seed, session.branches().len()), (1, 1));
    }
}
