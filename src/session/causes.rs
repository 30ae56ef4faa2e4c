//! The causes of a run, kept many times over: for undo, and for each line of history that was left.
//!
//! What is done to a run changes one command of perhaps thousands, so what is kept shares the rest:
//! keeping a run once more costs a few pointers a command, not the command.

use std::rc::Rc;

use crate::list::List;
use crate::scenario::{Command, Scenario};

/// A scenario that shares with others what they have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Causes {
    /// The scenario without its commands.
    settings: Rc<Scenario>,
    commands: List<Rc<Command>>,
}

impl Causes {
    /// Those of a scenario, which share nothing yet.
    pub(super) fn of(mut scenario: Scenario) -> Causes {
        let commands = std::mem::take(&mut scenario.commands);
        let commands = commands.into_iter().map(Rc::new).collect();
        Causes { settings: Rc::new(scenario), commands }
    }

    /// Becomes those of another scenario, and shares with what it was. The scenario stays as it is;
    /// it is borrowed mutably to be compared without being copied.
    pub(super) fn follow(&mut self, scenario: &mut Scenario) {
        let commands = std::mem::take(&mut scenario.commands);
        if *self.settings != *scenario {
            self.settings = Rc::new(scenario.clone());
        }
        self.follow_commands(&commands);
        scenario.commands = commands;
    }

    fn follow_commands(&mut self, new: &[Command]) {
        let old = &self.commands;
        let both = new.len().min(old.len());
        let same = new.iter().zip(old.iter()).take_while(|(new, old)| **new == ***old).count();
        if same == both && new.len() == old.len() {
            return;
        }
        // A command in the middle leaves those behind it as they were.
        let alike = |back: &usize| {
            let at = old.len() - 1 - back;
            old.get(at).is_some_and(|old| **old == new[new.len() - 1 - back])
        };
        let behind = (0..both - same).take_while(alike).count();
        let tail: Vec<Rc<Command>> = old.iter_from(old.len() - behind).cloned().collect();
        self.commands.truncate(same);
        for command in &new[same..new.len() - behind] {
            self.commands.push(Rc::new(command.clone()));
        }
        for command in tail {
            self.commands.push(command);
        }
    }

    /// The commands, in order.
    pub(super) fn commands(&self) -> impl Iterator<Item = &Command> {
        self.commands.iter().map(Rc::as_ref)
    }

    /// The scenario, as a copy that stands alone.
    pub(super) fn scenario(&self) -> Scenario {
        Scenario { commands: self.commands().cloned().collect(), ..Scenario::clone(&self.settings) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Do;

    fn scenario(ids: &[u32]) -> Scenario {
        let drop = |scenario: Scenario, id: &u32| scenario.at_us(7, Do::Drop(*id));
        ids.iter().fold(Scenario::new("raft", 1), drop)
    }

    /// How many commands of the second are those of the first, not copies of them.
    fn shared(one: &Causes, other: &Causes) -> usize {
        let is_of_one =
            |command: &&Rc<Command>| one.commands.iter().any(|it| Rc::ptr_eq(it, command));
        other.commands.iter().filter(is_of_one).count()
    }

    #[test]
    fn what_follows_is_equal_and_shares_what_did_not_change() {
        let steps: [(&[u32], usize); 9] = [
            (&[1, 2, 3], 0),
            (&[1, 2, 3], 3),
            (&[1, 2, 3, 4], 3),
            (&[1, 9, 2, 3, 4], 4),
            (&[1, 8, 2, 3, 4], 4),
            (&[1, 1, 8, 2, 3, 4], 5),
            (&[2, 3, 4], 3),
            (&[3, 3, 3], 0),
            (&[], 0),
        ];
        let mut causes = Causes::of(Scenario::new("raft", 1));
        for (ids, expected) in steps {
            let before = causes.clone();
            let mut wanted = scenario(ids);
            causes.follow(&mut wanted);
            assert_eq!(wanted, scenario(ids), "the scenario stays as it is");
            assert_eq!(causes.scenario(), wanted);
            assert_eq!(causes, Causes::of(wanted));
            assert_eq!(shared(&before, &causes), expected, "{ids:?}");
            assert!(Rc::ptr_eq(&before.settings, &causes.settings));
        }
        let mut other = scenario(&[5]);
        other.seed = 2;
        causes.follow(&mut other);
        assert_eq!(causes.scenario(), other);
    }
}
