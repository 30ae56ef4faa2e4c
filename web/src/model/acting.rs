//! Doing something to the run, and taking it back.

use std::rc::Rc;

use synod::scenario::{Do, Faults, Problems, Scenario};
use synod::session::{Bookmark, Branch, Refusal};
use synod::trace::Time;

use super::{Forked, Model, Moment, STEPS_MAX, marks};

/// So many acts can be taken back.
const UNDO_MAX: usize = 200;

impl Model {
    /// Does something to the run, now.
    ///
    /// # Errors
    /// Why it cannot be done; nothing has happened then.
    pub fn act(&mut self, act: Do) -> Result<(), Refusal> {
        self.act_together(Moment::Now, vec![act])
    }

    /// Does something to the run at a moment, which forks where that lies in the past: acts that are taken back as
    /// one.
    ///
    /// # Errors
    /// Why one of them cannot be done; the run stands where it stood then.
    pub fn act_together(&mut self, moment: Moment, acts: Vec<Do>) -> Result<(), Refusal> {
        let mark = self.session.bookmark();
        let (steps, branches) = (self.session.steps().0, self.session.branches().len());
        match moment {
            Moment::Now => {}
            Moment::At(at) => {
                self.session.seek(at, STEPS_MAX);
            }
            Moment::Behind(event) => self.session.seek_event(event),
        }
        if moment != Moment::Now {
            self.pause();
        }
        let reached = self.session.source().reached();
        for (done, act) in acts.into_iter().enumerate() {
            let Err(refusal) = self.session.act(act) else { continue };
            if done > 0 {
                self.session.restore(mark, STEPS_MAX);
                self.replayed();
                self.moved();
            } else {
                self.session.seek_step(steps);
            }
            return Err(refusal);
        }
        self.went_elsewhere(mark, reached, branches);
        Ok(())
    }

    /// Lets drawn faults strike from now on: all of them are taken back as one.
    ///
    /// # Errors
    /// Why that cannot be; nothing has happened then.
    pub fn beset(&mut self, faults: Faults, seed: u64) -> Result<(), Refusal> {
        let mark = self.session.bookmark();
        let (reached, branches) = (self.session.source().reached(), self.session.branches().len());
        self.session.beset(faults, seed)?;
        self.went_elsewhere(mark, reached, branches);
        Ok(())
    }

    /// From here on, where so many events had happened, the run goes elsewhere than it did.
    fn went_elsewhere(&mut self, mark: Bookmark, reached: usize, branches: usize) {
        self.cut(reached);
        self.forked =
            (self.session.branches().len() > branches).then_some(Forked { branch: branches });
        self.did(mark);
    }

    /// Switches a command off or on again, and replays to the present instant.
    ///
    /// # Errors
    /// When there is no such command.
    pub fn switch(&mut self, command: usize) -> Result<(), Refusal> {
        let mark = self.session.bookmark();
        self.session.toggle(command, STEPS_MAX)?;
        self.replayed();
        self.did(mark);
        Ok(())
    }

    /// Returns to a line of history that was left.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn return_to(&mut self, branch: usize) -> Result<(), Refusal> {
        let mark = self.session.bookmark();
        self.pause();
        self.session.return_to(branch, STEPS_MAX)?;
        self.replayed();
        self.did(mark);
        Ok(())
    }

    /// Plays again under other settings: to an instant and at the same speed.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario; the run is as it was then.
    pub fn set(&mut self, scenario: Scenario, to: Time) -> Result<(), Problems> {
        let mark = self.session.bookmark();
        self.session.change(scenario)?;
        self.replayed();
        self.did(mark);
        // The instant is run to first, over several frames; then it plays on.
        self.target = (to > Time::ZERO).then_some(to);
        Ok(())
    }

    /// The scenario under another seed, as it was before the reader did anything to the run; the lanes
    /// stay as they are.
    pub fn reseeded(&self, seed: u64) -> Scenario {
        let mut scenario = self.session.scenario().clone();
        scenario.commands.clone_from(&self.base.commands);
        scenario.seed = seed;
        if let Some(view) = &mut scenario.view {
            (view.at_us, view.play) = (0, true);
        }
        scenario
    }

    /// Takes back what was done last, or does it again.
    pub fn undo(&mut self, again: bool) {
        let (from, to) =
            if again { (&mut self.redo, &mut self.undo) } else { (&mut self.undo, &mut self.redo) };
        let Some(mark) = from.pop() else { return };
        to.push(self.session.bookmark());
        self.pause();
        self.session.restore(mark, STEPS_MAX);
        self.replayed();
        self.moved();
    }

    /// Takes in lines of history that were left before the page was opened again.
    pub fn adopt(&mut self, branches: impl IntoIterator<Item = Branch>) {
        self.session.adopt(branches);
    }

    /// Whether there is something to take back, and something to do again.
    pub fn can_undo(&self) -> (bool, bool) {
        (!self.undo.is_empty(), !self.redo.is_empty())
    }

    pub(super) fn did(&mut self, mark: Bookmark) {
        if self.undo.len() == UNDO_MAX {
            self.undo.remove(0);
        }
        self.undo.push(mark);
        self.redo.clear();
        (self.arriving, self.halted) = (false, None);
        self.moved();
    }

    /// The record was replaced by that of another line of history, perhaps under other settings.
    pub(super) fn replayed(&mut self) {
        if self.session.steps().1 == 0 {
            self.session.step();
        }
        let mut base = self.session.scenario().clone();
        base.commands.clone_from(&self.base.commands);
        self.base = Rc::new(base);
        self.axis = self.axis.on(&self.base.network);
        (self.arriving, self.target, self.forked) = (false, None, None);
        self.cut(0);
        self.lay_lanes();
        self.acknowledged = self.session.violations().len();
    }

    /// Forgets the notice about the line of history that was left.
    pub fn dismiss_fork(&mut self) {
        self.forked = None;
    }

    pub(super) fn cut(&mut self, len: usize) {
        self.generation += 1;
        self.index.truncate(len);
        self.axis.truncate(self.session.source(), len);
        self.marks.retain(|mark| mark.event.index() < len);
        self.decided = marks::decided(&self.marks, self.session.source());
        self.picked = self.picked.filter(|event| event.index() < len);
    }
}
