//! What a step asks the world to do, in order.

use crate::machine::{Outcome, RequestKey};
use crate::trace::{Fact, NodeId, TimerRef};

use super::{Durable, Engine, Message as _, Timer as _};

/// A message or a write, by number: whoever carries it need not know what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Its kind, an index into [`super::Info::messages`] or [`super::Info::writes`].
    pub kind: u8,
    /// Its number, among the messages or among the writes of the run.
    pub number: u32,
}

/// One effect of a step. It is the same type for every engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a message to a node.
    Send {
        /// The receiver.
        to: NodeId,
        /// The message.
        message: Parcel,
    },
    /// Write to disk. Whatever follows in the list waits until it is there.
    Persist(Parcel),
    /// Set a timer to fire after `min_us..=max_us`; the world draws the number.
    SetTimer {
        /// Which; an earlier setting of it is replaced.
        timer: TimerRef,
        /// The least delay, in microseconds of the node's own clock.
        min_us: u64,
        /// The greatest.
        max_us: u64,
    },
    /// Make a timer never fire, if it is set.
    CancelTimer(TimerRef),
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

/// The effects of a step, in the order they were asked for, and what they send and write.
#[derive(Clone, Debug)]
pub struct Effects<E: Engine> {
    /// The effects.
    pub list: Vec<Effect>,
    /// The messages they send.
    pub messages: Parcels<E::Message>,
    /// The writes they ask for.
    pub writes: Parcels<<E::Durable as Durable>::Write>,
}

/// What one step puts into parcels, numbered on from what was there before.
#[derive(Clone, Debug)]
pub struct Parcels<T> {
    /// How many there were before this step.
    pub before: usize,
    /// Those of this step.
    pub items: Vec<T>,
}

impl<T> Default for Parcels<T> {
    fn default() -> Parcels<T> {
        Parcels { before: 0, items: Vec::new() }
    }
}

impl<T> Parcels<T> {
    #[inline]
    fn pack(&mut self, kind: u8, item: T) -> Parcel {
        let number = (self.before + self.items.len()) as u32;
        self.items.push(item);
        Parcel { kind, number }
    }

    /// What is in a parcel of this step.
    pub fn get(&self, parcel: Parcel) -> Option<&T> {
        self.items.get((parcel.number as usize).checked_sub(self.before)?)
    }
}

impl<E: Engine> Default for Effects<E> {
    fn default() -> Effects<E> {
        Effects { list: Vec::new(), messages: Parcels::default(), writes: Parcels::default() }
    }
}

impl<E: Engine> Effects<E> {
    /// Sends a message to one node.
    #[inline]
    pub fn send(&mut self, to: NodeId, message: E::Message) {
        let message = self.messages.pack(message.kind(), message);
        self.list.push(Effect::Send { to, message });
    }

    /// Persists a write; what follows waits for it.
    #[inline]
    pub fn persist(&mut self, write: <E::Durable as Durable>::Write) {
        let write = self.writes.pack(E::Durable::kind(&write), write);
        self.list.push(Effect::Persist(write));
    }

    /// Sets a timer to a duration the world draws from `range_us` (microseconds, inclusive).
    #[inline]
    pub fn set_timer(&mut self, timer: E::Timer, range_us: std::ops::RangeInclusive<u64>) {
        let (min_us, max_us) = range_us.into_inner();
        self.list.push(Effect::SetTimer { timer: timer.to_ref(), min_us, max_us });
    }

    /// Cancels a timer.
    #[inline]
    pub fn cancel_timer(&mut self, timer: E::Timer) {
        self.list.push(Effect::CancelTimer(timer.to_ref()));
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
}
