//! Lines of history that were left by acting in their past, and the way back to them.

use std::rc::Rc;

use crate::scenario::{Command, Scenario};
use crate::sim::Pace;
use crate::trace::{Source, Time};

use super::causes::Causes;
use super::{Refusal, Session};

/// A line of history that was left by acting in its past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The run as it was.
    causes: Causes,
    /// The instant at which it was left.
    pub left_at: Time,
    /// How many steps of it had been recorded.
    pub steps: u32,
    /// What was done that left it.
    pub because: String,
}

impl Branch {
    /// A line of history known from elsewhere, for [`Session::adopt`].
    pub fn new(scenario: Scenario, left_at: Time, steps: u32, because: String) -> Branch {
        Branch { causes: Causes::of(scenario), left_at, steps, because }
    }

    /// The run as it was; a copy.
    pub fn scenario(&self) -> Scenario {
        self.causes.scenario()
    }

    /// What was done in it, in order.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.causes.commands()
    }
}

impl Session {
    /// The lines of history that were left, oldest first.
    pub fn branches(&self) -> &[Rc<Branch>] {
        &self.branches
    }

    /// Returns to a branch, its known future included as far as `budget` steps go; the present line of history becomes
    /// a branch in its place.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn return_to(&mut self, branch: usize, budget: u32) -> Result<Pace, Refusal> {
        if branch >= self.branches.len() {
            return Err(Refusal::NoSuch("branch"));
        }
        let branch = self.branches.remove(branch);
        self.keep_branch(format!("return to before {}", branch.because));
        let pace = self.resume(branch.scenario(), branch.left_at, budget);
        while self.run.steps() < branch.steps.min(budget) && self.run.step() {}
        self.seek(branch.left_at, budget);
        Ok(pace)
    }

    /// Takes in lines of history that were left in an earlier session of the same run, oldest first;
    /// those that this protocol cannot run are passed over.
    pub fn adopt(&mut self, branches: impl IntoIterator<Item = Branch>) {
        for branch in branches {
            if branch.scenario().check(self.info()).is_ok() {
                self.branches.push(Rc::new(branch));
            }
        }
    }

    pub(super) fn keep_branch(&mut self, because: String) {
        let causes = self.causes();
        let (left_at, steps) = (self.run.now(), self.run.steps_recorded());
        self.branches.push(Rc::new(Branch { causes, left_at, steps, because }));
    }

    /// The causes of this run, to be kept.
    pub(super) fn causes(&mut self) -> Causes {
        self.kept.follow(&mut self.scenario);
        self.kept.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Branch;
    use crate::scenario::{Do, Opening};
    use crate::session::{Session, scenario_of};
    use crate::trace::Time;

    #[test]
    fn lines_of_history_are_taken_in_if_they_can_be_run() {
        let scenario = scenario_of(Opening::Nothing, 1).expect("it is the first of all");
        let mut session = Session::open(scenario.clone()).expect("it opens");
        session.advance(Time(400_000), u32::MAX);
        let end = session.digest();
        session.seek(Time(300_000), u32::MAX);
        session.act(Do::Crash("S1".to_owned())).expect("S1 is there");
        let line = Branch::clone(&session.branches()[0]);
        let mut broken = session.scenario().clone();
        broken.commands[0].act = Do::Crash("nobody".to_owned());
        let broken = Branch::new(broken, line.left_at, line.steps, line.because.clone());

        let mut later = Session::open(scenario).expect("it opens");
        later.adopt([line, broken]);
        assert_eq!(later.branches().len(), 1);
        later.return_to(0, u32::MAX).expect("it is there");
        assert_eq!(later.now(), Time(300_000), "where it was left");
        let recorded = later.steps().1;
        later.seek_step(recorded);
        assert_eq!(later.digest(), end, "and its future is known again");
    }
}
