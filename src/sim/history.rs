//! Time travel: checkpoints, seek, fork.
//!
//! A checkpoint is a copy of the world's state without its record. There are
//! never more than a fixed number of them, so their cost does not grow with
//! the run; between them, seeking replays.

use std::cell::Cell;

use crate::node::Engine;
use crate::scenario::Command;
use crate::trace::{Digest, Time};

use super::record::Reached;
use super::run::Pace;
use super::world::{State, World};

/// The most checkpoints kept. When there are more, every second one goes and
/// the distance between new ones doubles.
const CHECKPOINTS_MAX: usize = 64;
/// Steps between checkpoints of a short run.
const SPACING: u32 = 128;

/// A world that remembers where it has been.
pub struct History<E: Engine> {
    pub(super) world: World<E>,
    /// In order of steps; the first is the very beginning.
    checkpoints: Vec<State<E>>,
    spacing: u32,
    /// The digest of a prefix of the record, so that asking again is cheap.
    digested: Cell<(usize, Digest)>,
}

impl<E: Engine> History<E> {
    /// Begins the history of a world that has just been made.
    pub fn new(mut world: World<E>, commands: Vec<Command>) -> History<E> {
        world.commands = commands;
        let checkpoints = vec![world.state.clone()];
        let digested = Cell::new((0, Digest::EMPTY));
        History { world, checkpoints, spacing: SPACING, digested }
    }

    /// Takes one step.
    #[inline]
    pub(super) fn step_once(&mut self) -> bool {
        let took = self.world.step();
        let last = self.checkpoints.last().map_or(0, |state| state.reached.steps);
        if self.world.state.reached.steps >= last + self.spacing {
            self.checkpoint();
        }
        took
    }

    #[cold]
    fn checkpoint(&mut self) {
        self.checkpoints.push(self.world.state.clone());
        if self.checkpoints.len() > CHECKPOINTS_MAX {
            let mut index = 0;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing = self.spacing.saturating_mul(2);
        }
    }

    /// Goes on until `to` or a new violation, taking at most `budget` steps.
    pub(super) fn run(&mut self, to: Time, budget: u32) -> Pace {
        let fallen = self.world.state.violations.len();
        for _ in 0..budget {
            match self.world.next_at() {
                Some(at) if at <= to => {
                    self.step_once();
                }
                Some(_) => {
                    self.world.move_to(to);
                    return Pace::Arrived;
                }
                None if self.world.state.halted => return Pace::Halted,
                None => {
                    self.world.move_to(to);
                    return Pace::Quiet;
                }
            }
            if self.world.state.violations.len() > fallen {
                return Pace::Violated;
            }
        }
        Pace::Busy
    }

    /// Goes to the state after `steps` steps, replaying what is recorded.
    pub(super) fn go_to(&mut self, steps: u32) {
        let here = self.world.state.reached.steps;
        let nearest = self.checkpoints.partition_point(|state| state.reached.steps <= steps) - 1;
        let start = &self.checkpoints[nearest];
        if steps < here || start.reached.steps > here {
            self.world.state = start.clone();
        }
        while self.world.state.reached.steps < steps && self.step_once() {}
    }

    /// How many recorded steps lie at or before an instant.
    pub(super) fn steps_until(&self, at: Time) -> u32 {
        let record = &self.world.record;
        let time_of = |first: &u32| record.events[*first as usize].at;
        record.steps.partition_point(|first| time_of(first) <= at) as u32
    }

    /// Goes back to where command `index` and all later ones are still to come,
    /// if they are not already.
    pub(super) fn rewind_before(&mut self, index: usize) {
        if self.world.state.applied <= index {
            return;
        }
        let start = self.checkpoints.iter().rev().find(|state| state.applied <= index);
        let start = start.unwrap_or(&self.checkpoints[0]);
        self.world.state = start.clone();
        while self.world.state.applied < index && self.world.step() {}
    }

    /// Replaces the commands that are still to come and forgets the recorded future.
    pub(super) fn fork(&mut self, commands: Vec<Command>) {
        let reached = self.world.state.reached;
        self.world.record.truncate(reached);
        self.checkpoints.retain(|state| state.reached.steps <= reached.steps);
        if self.digested.get().0 > reached.events as usize {
            self.digested.set((0, Digest::EMPTY));
        }
        self.world.commands = commands;
    }

    /// How many checkpoints there are.
    #[cfg(test)]
    pub(super) fn checkpoints(&self) -> usize {
        self.checkpoints.len()
    }

    /// The digest of the events that have happened by now.
    pub(super) fn digest_now(&self) -> Digest {
        let Reached { events, .. } = self.world.state.reached;
        let all = &self.world.record.events[..events as usize];
        let (done, digest) = self.digested.get();
        let (done, digest) = if done <= all.len() { (done, digest) } else { (0, Digest::EMPTY) };
        let digest = digest.with_all(&all[done..]);
        self.digested.set((all.len(), digest));
        digest
    }
}
