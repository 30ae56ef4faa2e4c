//! The append-only side of a run: its events and the bodies they name.
//!
//! A record is never copied into a checkpoint. When a run is replayed, what it
//! does is compared with what is recorded, so every seek checks determinism.

use crate::machine::{Command, Outcome, Word};
use crate::node::Parcel;
use crate::trace::{Cause, Event, EventId, EventKind, MessageId, MessageKind, Place, ValueId};

/// A message with its addresses and its fate.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    /// The sender.
    pub from: Place,
    /// The receiver.
    pub to: Place,
    /// The event that sent it.
    pub sent: EventId,
    /// The event that ended its flight, as last recorded.
    pub ended: Option<Cause>,
    /// What it says.
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// One node to another.
    Peer(Parcel),
    /// A client's request: the operation it asks for.
    Request(ValueId),
    /// A node's answer to a client.
    Reply {
        /// The operation.
        value: ValueId,
        /// The answer.
        outcome: Outcome,
    },
}

impl Body {
    /// What kind of message it makes.
    #[inline]
    pub fn kind(&self) -> MessageKind {
        match self {
            Body::Peer(message) => MessageKind::Protocol(message.kind),
            Body::Request(_) => MessageKind::Request,
            Body::Reply { .. } => MessageKind::Reply,
        }
    }
}

/// A client's operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What was asked.
    pub command: Command,
    /// The event that began it.
    pub invoked: EventId,
    /// The event that ended it and what the client got, as last recorded.
    pub returned: Option<(EventId, Option<Word>)>,
}

/// Everything recorded of one run.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The events; an id is a position.
    pub events: Vec<Event>,
    /// The messages, by [`MessageId`].
    pub messages: Vec<Envelope>,
    /// The operations, by [`ValueId`] less one (0 is the no-op).
    pub operations: Vec<Operation>,
    /// Per step of the world: how many events there were before it.
    pub steps: Vec<u32>,
    /// The first event at which a replay differed from the record: an engine
    /// that is not deterministic.
    pub diverged: Option<EventId>,
}

/// How much of a record a state of the world has produced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Events.
    pub events: u32,
    /// Messages.
    pub messages: u32,
    /// Operations.
    pub operations: u32,
    /// Steps.
    pub steps: u32,
}

impl Record {
    /// Records an event, or compares it with the one recorded.
    #[inline]
    pub fn event(&mut self, reached: &mut Reached, event: impl Fn() -> Event) -> EventId {
        let id = EventId(reached.events);
        reached.events += 1;
        // A new event is made right where it stays: made elsewhere and moved, it costs twice as
        // much, and this is what a run does most.
        if id.index() == self.events.len() {
            self.events.push(event());
        } else {
            self.compare(id, event());
        }
        id
    }

    #[inline(never)]
    fn compare(&mut self, id: EventId, event: Event) {
        if self.events.get(id.index()) != Some(&event) {
            self.differs(id);
        }
    }

    /// Records a message about to be sent, or finds it recorded.
    #[inline]
    pub fn message(&mut self, reached: &mut Reached, envelope: Envelope) -> MessageId {
        let id = MessageId(reached.messages);
        reached.messages += 1;
        if id.index() == self.messages.len() {
            self.messages.push(envelope);
        } else if self.messages.get(id.index()).map(|recorded| recorded.body) != Some(envelope.body)
        {
            self.differs(envelope.sent);
        }
        id
    }

    /// Records an operation about to begin, or finds it recorded.
    pub fn operation(&mut self, reached: &mut Reached, command: Command) -> ValueId {
        reached.operations += 1;
        let value = ValueId(reached.operations);
        let command = Command { value, ..command };
        let invoked = EventId(reached.events);
        match self.operations.get(value.0 as usize - 1) {
            None => self.operations.push(Operation { command, invoked, returned: None }),
            Some(recorded) if recorded.command == command => {}
            Some(_) => self.differs(invoked),
        }
        value
    }

    /// Marks the beginning of a step.
    #[inline]
    pub fn step(&mut self, reached: &mut Reached) {
        if self.steps.len() == reached.steps as usize {
            self.steps.push(reached.events);
        }
        reached.steps += 1;
    }

    /// Forgets what lies beyond a state of the world.
    pub fn truncate(&mut self, reached: Reached) {
        self.events.truncate(reached.events as usize);
        self.messages.truncate(reached.messages as usize);
        self.operations.truncate(reached.operations as usize);
        self.steps.truncate(reached.steps as usize);
    }

    /// The event that ended a message's flight, if the record still holds it.
    pub fn ended(&self, message: MessageId) -> Option<EventId> {
        let ended = self.messages.get(message.index())?.ended?.event();
        // After a fork the remembered event may be gone, or be another one.
        let is_end = self.events.get(ended.index()).is_some_and(|event| match event.kind {
            EventKind::Delivered { message: other, .. }
            | EventKind::Lost { message: other, .. } => other == message,
            _ => false,
        });
        is_end.then_some(ended)
    }

    /// The operation a value came from.
    pub fn operation_of(&self, value: ValueId) -> Option<&Operation> {
        self.operations.get((value.0 as usize).checked_sub(1)?)
    }

    /// A replay differs from the record.
    #[cold]
    pub fn differs(&mut self, at: EventId) {
        debug_assert!(false, "replay differs from the record at event {}", at.0);
        self.diverged.get_or_insert(at);
    }
}
