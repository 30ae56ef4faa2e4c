//! What a step asks the world to do, in order.

use crate::machine::{Outcome, RequestKey};
use crate::trace::{Fact, NodeId};

use super::{Durable, Engine};

/// One effect of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect<E: Engine> {
    /// Send a message to a node.
    Send {
        /// The receiver.
        to: NodeId,
        /// The message.
        message: E::Message,
    },
    /// Write to disk. Whatever follows in the list waits until it is there.
    Persist(<E::Durable as Durable>::Write),
    /// Set a timer to fire after `min_us..=max_us`; the world draws the number.
    SetTimer {
        /// Which; an earlier setting of it is replaced.
        timer: E::Timer,
        /// The least delay, in microseconds of the node's own clock.
        min_us: u64,
        /// The greatest.
        max_us: u64,
    },
    /// Make a timer never fire, if it is set.
    CancelTimer(E::Timer),
    /// Answer a client.
    Reply {
        /// Which operation.
        to: RequestKey,
        /// The answer.
        outcome: Outcome,
    },
    /// State what happened.
    Fact(Fact),
}

/// The effects of a step, in the order they were asked for.
#[derive(Clone, Debug)]
pub struct Effects<E: Engine> {
    list: Vec<Effect<E>>,
}

impl<E: Engine> Default for Effects<E> {
    fn default() -> Effects<E> {
        Effects { list: Vec::new() }
    }
}

impl<E: Engine> Effects<E> {
    /// Sends a message to one node.
    #[inline]
    pub fn send(&mut self, to: NodeId, message: E::Message) {
        self.list.push(Effect::Send { to, message });
    }

    /// Persists a write; what follows waits for it.
    #[inline]
    pub fn persist(&mut self, write: <E::Durable as Durable>::Write) {
        self.list.push(Effect::Persist(write));
    }

    /// Sets a timer to a duration the world draws from `range_us` (microseconds, inclusive).
    #[inline]
    pub fn set_timer(&mut self, timer: E::Timer, range_us: std::ops::RangeInclusive<u64>) {
        let (min_us, max_us) = range_us.into_inner();
        self.list.push(Effect::SetTimer { timer, min_us, max_us });
    }

    /// Cancels a timer.
    #[inline]
    pub fn cancel_timer(&mut self, timer: E::Timer) {
        self.list.push(Effect::CancelTimer(timer));
    }

    /// Answers a client.
    #[inline]
    pub fn reply(&mut self, to: RequestKey, outcome: Outcome) {
        self.list.push(Effect::Reply { to, outcome });
    }

    /// States a fact.
    #[inline]
    pub fn fact(&mut self, fact: Fact) {
        self.list.push(Effect::Fact(fact));
    }

    /// States that the input is disregarded, and why: a code of [`super::Info::refusals`].
    #[inline]
    pub fn ignored(&mut self, why: u8) {
        self.fact(Fact::Ignored { why });
    }

    /// The effects so far.
    pub fn list(&self) -> &[Effect<E>] {
        &self.list
    }

    /// Empties the list in order, keeping its room for the next step.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Effect<E>> {
        self.list.drain(..)
    }
}
