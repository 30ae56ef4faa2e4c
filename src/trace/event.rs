//! One event of a run: a small plain value, the same bits everywhere.

use super::{Epoch, EventId, MessageId, NodeId, NodeSet, Place, Slot, Slots, Time, ValueId};

/// Something that happened, at one place and one instant, because of another event.
///
/// The event's id is its position in the stream. Message bodies are kept by the
/// world; an event names them by [`MessageId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, in virtual microseconds.
    pub at: Time,
    /// The event that caused this one: the sending of what was delivered, the
    /// setting of the timer that fired, the delivery that made a node act.
    pub cause: Option<Cause>,
    /// Where.
    pub place: Place,
    /// What.
    pub kind: EventKind,
}

/// The id of a causing event, stored so that "none" costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause(std::num::NonZeroU32);

impl Cause {
    /// The event this names.
    #[inline]
    pub fn event(self) -> EventId {
        EventId(self.0.get() - 1)
    }
}

impl From<EventId> for Cause {
    #[inline]
    fn from(event: EventId) -> Cause {
        Cause(std::num::NonZeroU32::MIN.saturating_add(event.0))
    }
}

/// Why a message never reached its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Loss {
    /// The network lost it by chance.
    Chance,
    /// The link was cut.
    Cut,
    /// The receiver was down.
    Down,
    /// A command dropped it.
    Dropped,
}

impl Loss {
    /// The reason in words.
    pub fn text(self) -> &'static str {
        match self {
            Loss::Chance => "lost by the network",
            Loss::Cut => "the link is cut",
            Loss::Down => "the receiver is down",
            Loss::Dropped => "dropped by a command",
        }
    }
}

/// Why a run will not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Halt {
    /// The bound on recorded events is reached.
    Events,
    /// The bound on messages in flight is reached.
    Flights,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A node booted for the first time, from an empty disk.
    Started,
    /// A message left; its flight ends in `Delivered`, `Lost`, or is still open.
    Sent {
        /// The transmission.
        message: MessageId,
        /// Its receiver.
        to: Place,
    },
    /// A message arrived and was handled in the events that follow.
    Delivered {
        /// The transmission.
        message: MessageId,
        /// Its sender.
        from: Place,
    },
    /// A message will never arrive. Recorded when and where that became certain.
    Lost {
        /// The transmission.
        message: MessageId,
        /// Why.
        why: Loss,
    },
    /// The network made a second copy of a message; the copy is a transmission of its own.
    Duplicated {
        /// The new transmission.
        message: MessageId,
        /// The one it copies.
        of: MessageId,
    },
    /// A timer was set, replacing an earlier setting of the same timer.
    TimerSet {
        /// Which of the protocol's timers.
        timer: TimerRef,
        /// When it will fire.
        due: Time,
    },
    /// A timer fired and was handled in the events that follow.
    TimerFired {
        /// Which.
        timer: TimerRef,
    },
    /// A timer was cancelled.
    TimerCancelled {
        /// Which.
        timer: TimerRef,
    },
    /// A write is on the node's disk and survives a crash.
    Persisted {
        /// Which kind of write, an index into [`super::Info::writes`].
        write: u8,
    },
    /// A node says what it did, in the past tense.
    Fact(Fact),
    /// A client began an operation.
    Invoked {
        /// The operation's value.
        value: ValueId,
    },
    /// A client's operation ended with a result.
    Returned {
        /// The operation's value.
        value: ValueId,
    },
    /// A client's patience ended; it tries again.
    TimedOut {
        /// The operation's value.
        value: ValueId,
    },
    /// A node lost everything but its disk.
    Crashed,
    /// A node booted again from its disk.
    Restarted,
    /// A node stopped taking steps (a long garbage collection).
    Paused,
    /// A paused node went on.
    Resumed,
    /// A node's disk was wiped.
    DiskLost,
    /// A directed link was cut or healed.
    Link {
        /// The sending end.
        from: Place,
        /// The receiving end.
        to: Place,
        /// Whether it carries messages now.
        up: bool,
    },
    /// A command was applied; an index into the scenario's commands.
    Command {
        /// The command's position in the scenario.
        index: u32,
    },
    /// An invariant fell at the event that is this one's cause.
    Violated {
        /// Which, an index into the run's invariants.
        invariant: u8,
    },
    /// The run reached one of its bounds and stops here.
    Halted {
        /// Which bound.
        why: Halt,
    },
}

/// One of a protocol's timers: its kind, and a key where it has one per slot or peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerRef {
    /// An index into [`super::Info::timers`].
    pub kind: u8,
    /// Tells timers of one kind apart; 0 where there is only one.
    pub key: u32,
}

/// What a node did, in terms every protocol shares.
///
/// The invariants are judged from these alone. Codes index the tables of the
/// protocol's [`super::Info`].
///
/// What a fact says of a node's durable state (`EpochChanged`, `VotedFor`, `Promised`, `Accepted`,
/// `Appended`, `Truncated`) is stated after the write that makes it survive a crash, so nobody
/// relies on what a crash can undo. A rule that is broken may leave the write out; then a node
/// that restarts says by `Recovered` and `RoleChanged` what it is left with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The node took a role.
    RoleChanged {
        /// An index into `Info::roles`.
        role: u8,
        /// The epoch in which it holds the role.
        epoch: Epoch,
    },
    /// The node entered an epoch.
    EpochChanged {
        /// The epoch.
        epoch: Epoch,
    },
    /// The node promised to take no part in any lower epoch (Paxos phase 1b).
    Promised {
        /// The epoch.
        epoch: Epoch,
    },
    /// The node gave its one vote of an epoch to a candidate (Raft's `votedFor`).
    VotedFor {
        /// The epoch.
        epoch: Epoch,
        /// The candidate.
        candidate: NodeId,
    },
    /// The node asked the others to accept a value (Paxos phase 2a).
    Proposed {
        /// The decision.
        slot: Slot,
        /// The epoch.
        epoch: Epoch,
        /// The value.
        value: ValueId,
    },
    /// The node voted for a value (Paxos phase 2b).
    Accepted {
        /// The decision.
        slot: Slot,
        /// The epoch.
        epoch: Epoch,
        /// The value.
        value: ValueId,
    },
    /// The node heard enough nodes to go on.
    QuorumReached {
        /// Which quorum, an index into `Info::quorums`.
        of: u8,
        /// The epoch.
        epoch: Epoch,
        /// The decision, or the default where the quorum is about the epoch as a whole.
        slot: Slot,
        /// Who was heard, this node included where it counts itself.
        members: NodeSet,
    },
    /// The node learned that a value is chosen.
    Chosen {
        /// The decision.
        slot: Slot,
        /// The epoch in which it was chosen, as far as the node knows.
        epoch: Epoch,
        /// The value.
        value: ValueId,
    },
    /// The node's log grew by this entry.
    Appended {
        /// The entry's place.
        slot: Slot,
        /// The epoch in which the entry was made.
        epoch: Epoch,
        /// The entry's value.
        value: ValueId,
    },
    /// The node's log lost this entry and all that followed.
    Truncated {
        /// The first slot removed.
        from: Slot,
    },
    /// The node booted with a log that ends here (what a crash left of it).
    Recovered {
        /// The last slot of the log on disk; index 0 when it is empty.
        last: Slot,
    },
    /// The node knows the log to be committed up to here.
    Committed {
        /// The last committed slot.
        upto: Slot,
        /// The node's epoch when it learned so.
        epoch: Epoch,
    },
    /// The node's state machine executed an entry.
    Applied {
        /// The entry's place.
        slot: Slot,
        /// The epoch in which the entry was made.
        epoch: Epoch,
        /// The entry's value.
        value: ValueId,
    },
    /// The node decided that one instance must execute after another (EPaxos).
    Depends {
        /// The later instance.
        slot: Slot,
        /// The earlier one.
        on: Slot,
    },
    /// The node refused or disregarded its input; nothing else happened.
    Ignored {
        /// An index into `Info::refusals`.
        why: u8,
    },
    /// A remark for the reader.
    Note {
        /// An index into `Info::notes`.
        what: u8,
        /// A number that belongs to it, 0 if none does.
        number: u32,
    },
}

/// A million events fit in 40 MB before message bodies.
const _: () = assert!(size_of::<Event>() <= 40);

impl EventKind {
    /// The message that it is about, where it is about one.
    #[inline]
    pub fn message(&self) -> Option<MessageId> {
        match *self {
            EventKind::Sent { message, .. }
            | EventKind::Delivered { message, .. }
            | EventKind::Lost { message, .. }
            | EventKind::Duplicated { message, .. } => Some(message),
            _ => None,
        }
    }

    /// The kind's stable name, as NDJSON, goals and captions write it.
    pub fn name(&self) -> &'static str {
        match self {
            EventKind::Started => "started",
            EventKind::Sent { .. } => "sent",
            EventKind::Delivered { .. } => "delivered",
            EventKind::Lost { .. } => "lost",
            EventKind::Duplicated { .. } => "duplicated",
            EventKind::TimerSet { .. } => "timer_set",
            EventKind::TimerFired { .. } => "timer_fired",
            EventKind::TimerCancelled { .. } => "timer_cancelled",
            EventKind::Persisted { .. } => "persisted",
            EventKind::Fact(fact) => fact.name(),
            EventKind::Invoked { .. } => "invoked",
            EventKind::Returned { .. } => "returned",
            EventKind::TimedOut { .. } => "timed_out",
            EventKind::Crashed => "crashed",
            EventKind::Restarted => "restarted",
            EventKind::Paused => "paused",
            EventKind::Resumed => "resumed",
            EventKind::DiskLost => "disk_lost",
            EventKind::Link { .. } => "link",
            EventKind::Command { .. } => "command",
            EventKind::Violated { .. } => "violated",
            EventKind::Halted { .. } => "halted",
        }
    }
}

impl Fact {
    /// The slots that it speaks of. One fact commits everything up to its slot.
    pub fn slots(self) -> Option<Slots> {
        match self {
            Fact::Committed { upto, .. } => {
                Some(Slots { first: Slot { index: 1, ..upto }, last: upto.index })
            }
            Fact::Proposed { slot, .. }
            | Fact::Accepted { slot, .. }
            | Fact::QuorumReached { slot, .. }
            | Fact::Chosen { slot, .. }
            | Fact::Appended { slot, .. }
            | Fact::Applied { slot, .. }
            | Fact::Depends { slot, .. }
            | Fact::Truncated { from: slot }
            | Fact::Recovered { last: slot } => Some(Slots::one(slot)),
            Fact::RoleChanged { .. }
            | Fact::EpochChanged { .. }
            | Fact::Promised { .. }
            | Fact::VotedFor { .. }
            | Fact::Ignored { .. }
            | Fact::Note { .. } => None,
        }
    }

    /// The fact's stable name, as NDJSON, goals and captions write it.
    pub fn name(&self) -> &'static str {
        match self {
            Fact::RoleChanged { .. } => "role_changed",
            Fact::EpochChanged { .. } => "epoch_changed",
            Fact::Promised { .. } => "promised",
            Fact::VotedFor { .. } => "voted_for",
            Fact::Proposed { .. } => "proposed",
            Fact::Accepted { .. } => "accepted",
            Fact::QuorumReached { .. } => "quorum_reached",
            Fact::Chosen { .. } => "chosen",
            Fact::Appended { .. } => "appended",
            Fact::Truncated { .. } => "truncated",
            Fact::Recovered { .. } => "recovered",
            Fact::Committed { .. } => "committed",
            Fact::Applied { .. } => "applied",
            Fact::Depends { .. } => "depends",
            Fact::Ignored { .. } => "ignored",
            Fact::Note { .. } => "note",
        }
    }
}
