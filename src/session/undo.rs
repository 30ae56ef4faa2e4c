//! Taking back what was done: a run is its causes, so going back is replaying fewer of them.

use crate::scenario::Command;
use crate::sim::Pace;
use crate::trace::Time;

use super::{Branch, Session};

/// What an undo returns to: the causes of a run, where it stood, and the lines of history it had left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    commands: Vec<Command>,
    branches: Vec<Branch>,
    steps: u32,
    recorded: Time,
}

impl Session {
    /// The run as it stands, to come back to.
    pub fn bookmark(&self) -> Bookmark {
        Bookmark {
            commands: self.scenario.commands.clone(),
            branches: self.branches.clone(),
            steps: self.run.steps(),
            recorded: self.recorded_until(),
        }
    }

    /// Comes back to a bookmark of this session, its known future included as far as `budget` steps go.
    pub fn restore(&mut self, mark: Bookmark, budget: u32) -> Pace {
        let old = &self.scenario.commands;
        let same = mark.commands.iter().zip(old).take_while(|(new, old)| new == old).count();
        let pace = self.replay(mark.commands, same, mark.recorded, budget);
        self.branches = mark.branches;
        self.seek_step(mark.steps);
        pace
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
        assert_eq!(session.digest(), here);
        assert!(session.branches().is_empty());
        session.seek_step(recorded);
        assert_eq!(session.digest(), end, "the old future is known again");

        session.restore(redo, u32::MAX);
        assert_eq!(session.digest(), crashed);
        assert_eq!(session.branches().len(), 1);
    }
}
