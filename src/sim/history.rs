//! Time travel: checkpoints, seek, fork.
//!
//! A checkpoint is a copy of the world's state without its record. There are
//! never more than a fixed number of them, so their cost does not grow with
//! the run; between them, seeking replays.

use std::cell::Cell;

use crate::scenario::Command;
use crate::trace::{Digest, Time};

use super::record::Reached;
use super::run::Pace;
use super::world::{Checkpoint, Stepped, World};

/// The most checkpoints kept. When there are more, every second one goes and
/// the distance between new ones doubles.
const CHECKPOINTS_MAX: usize = 64;
/// Steps between checkpoints of a short run.
const SPACING: u32 = 128;

/// A run with its past: a world that remembers where it has been.
pub struct Run {
    pub(super) world: World,
    /// In order of steps; the first is the very beginning.
    checkpoints: Vec<Checkpoint>,
    spacing: u32,
    /// The digest of a prefix of the record, so that asking again is cheap.
    digested: Cell<(usize, Digest)>,
}

impl Run {
    /// Begins the run of a world that has just been made.
    pub(super) fn new(mut world: World, commands: Vec<Command>) -> Run {
        world.commands = commands;
        let checkpoints = vec![world.save()];
        let digested = Cell::new((0, Digest::EMPTY));
        Run { world, checkpoints, spacing: SPACING, digested }
    }

    /// Takes one step; `false` if nothing can happen by itself.
    pub fn step(&mut self) -> bool {
        self.step_until(Time(u64::MAX)) == Stepped::Took
    }

    #[inline]
    fn step_until(&mut self, limit: Time) -> Stepped {
        let stepped = self.world.step_until(limit);
        let last = self.checkpoints.last().map_or(0, |moment| moment.state.reached.steps);
        if self.world.state.reached.steps >= last + self.spacing {
            self.checkpoint();
        }
        stepped
    }

    #[cold]
    fn checkpoint(&mut self) {
        self.checkpoints.push(self.world.save());
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
    pub fn advance(&mut self, to: Time, budget: u32) -> Pace {
        let fallen = self.world.state.violations.len();
        for _ in 0..budget {
            match self.step_until(to) {
                Stepped::Took => {}
                Stepped::Later => {
                    self.world.move_to(to);
                    return Pace::Arrived;
                }
                Stepped::Nothing if self.world.state.halted => return Pace::Halted,
                Stepped::Nothing => {
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

    /// Goes to the state after so many steps, replaying what is recorded.
    pub fn seek(&mut self, steps: u32) {
        let here = self.world.state.reached.steps;
        let nearest =
            self.checkpoints.partition_point(|moment| moment.state.reached.steps <= steps) - 1;
        let start = &self.checkpoints[nearest];
        if steps < here || start.state.reached.steps > here {
            self.world.restore(start);
        }
        while self.world.state.reached.steps < steps && self.step() {}
    }

    /// How many recorded steps lie at or before an instant.
    pub fn steps_until(&self, at: Time) -> u32 {
        let record = &self.world.record;
        let time_of = |first: &u32| record.events[*first as usize].at;
        record.steps.partition_point(|first| time_of(first) <= at) as u32
    }

    /// Goes back to where command `index` and all later ones are still to come,
    /// if they are not already.
    pub fn rewind_before(&mut self, index: usize) {
        if self.world.state.applied <= index {
            return;
        }
        let start = self.checkpoints.iter().rev().find(|moment| moment.state.applied <= index);
        self.world.restore(start.unwrap_or(&self.checkpoints[0]));
        while self.world.state.applied < index && self.world.step() {}
    }

    /// Replaces the commands that are still to come and forgets the recorded future.
    pub fn fork(&mut self, commands: Vec<Command>) {
        let reached = self.world.state.reached;
        self.world.forget_future();
        self.checkpoints.retain(|moment| moment.state.reached.steps <= reached.steps);
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
    pub fn digest(&self) -> Digest {
        let Reached { events, .. } = self.world.state.reached;
        let all = &self.world.record.events[..events as usize];
        let (done, digest) = self.digested.get();
        let (done, digest) = if done <= all.len() { (done, digest) } else { (0, Digest::EMPTY) };
        let digest = digest.with_all(&all[done..]);
        self.digested.set((all.len(), digest));
        digest
    }
}
