//! Events as JSON, one object a line, every code turned into its word.
//!
//! The first line is a [`Header`], the others are [`EventView`]s. The JSON schema
//! of a line is kept at `docs/schema/events.json` and pinned by a test.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::{
    ClassInfo, Event, EventId, EventKind, Fact, Halt, MessageId, NameInfo, NodeId, NodeSet, Place,
    Slot, Source, TimerRef, ValueId,
};

/// The version of the format; it grows when a reader of the old one would misread the new one.
pub const NDJSON_VERSION: u32 = 1;

/// What the codes of a run's events stand for, before its first event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Header {
    /// The version of the format; 1.
    pub v: u32,
    /// The protocol's id: `raft`.
    pub protocol: &'static str,
    /// The nodes' lanes, in order.
    pub nodes: Vec<NodeLine>,
    /// The clients' names, in order.
    pub clients: Vec<String>,
    /// The names of the invariants that are judged.
    pub invariants: Vec<&'static str>,
}

/// A node's lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeLine {
    /// Its name: `S1`.
    pub name: String,
    /// The id of its class: `server`.
    pub class: &'static str,
}

/// One event, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventView {
    /// The version of the format; 1.
    pub v: u32,
    /// The event's position in the run, from 0.
    pub id: u32,
    /// When, in virtual microseconds.
    pub at_us: u64,
    /// The id of the event that caused it, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<u32>,
    /// The lane where it happened, or `world`.
    pub place: String,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
}

/// What happened; the tag is the event's stable name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Happening {
    /// A node booted for the first time.
    Started,
    /// A message left.
    Sent(MessageLine),
    /// A message arrived.
    Delivered(MessageLine),
    /// A message will never arrive.
    Lost {
        /// Why, in words.
        why: &'static str,
        /// The message.
        #[serde(flatten)]
        message: MessageLine,
    },
    /// The network made a second copy of a message.
    Duplicated {
        /// The id of the message it copies.
        of: u32,
        /// The copy.
        #[serde(flatten)]
        message: MessageLine,
    },
    /// A timer was set.
    TimerSet {
        /// When it will fire, in virtual microseconds.
        due_us: u64,
        /// Which timer.
        #[serde(flatten)]
        timer: TimerLine,
    },
    /// A timer fired.
    TimerFired(TimerLine),
    /// A timer was cancelled.
    TimerCancelled(TimerLine),
    /// A write is on the node's disk.
    Persisted {
        /// The kind of write.
        write: String,
    },
    /// A client began an operation.
    Invoked(ValueLine),
    /// A client's operation ended.
    Returned(ValueLine),
    /// A client's patience ended.
    TimedOut(ValueLine),
    /// A node lost everything but its disk.
    Crashed,
    /// A node booted again from its disk.
    Restarted,
    /// A node stopped taking steps.
    Paused,
    /// A paused node went on.
    Resumed,
    /// A node's disk was wiped.
    DiskLost,
    /// A directed link was cut or healed.
    Link {
        /// The sending end.
        from: String,
        /// The receiving end.
        to: String,
        /// Whether it carries messages now.
        up: bool,
    },
    /// A command of the scenario was applied.
    Command {
        /// Its position among the commands, from 0.
        index: u32,
        /// The command in words.
        command: String,
    },
    /// An invariant fell at the event that is the cause of this one.
    Violated {
        /// Its name.
        invariant: String,
    },
    /// The run reached one of its bounds.
    Halted {
        /// Which bound: `events` or `flights`.
        why: &'static str,
    },
    /// The node took a role.
    RoleChanged {
        /// The role.
        role: String,
        /// The epoch in which it holds the role.
        epoch: String,
    },
    /// The node entered an epoch.
    EpochChanged {
        /// The epoch.
        epoch: String,
    },
    /// The node promised to take no part in any lower epoch.
    Promised {
        /// The epoch.
        epoch: String,
    },
    /// The node gave its one vote of an epoch.
    VotedFor {
        /// The epoch.
        epoch: String,
        /// Whom it voted for.
        candidate: String,
    },
    /// The node asked the others to accept a value.
    Proposed(EntryLine),
    /// The node voted for a value.
    Accepted(EntryLine),
    /// The node heard enough nodes to go on.
    QuorumReached {
        /// Which quorum.
        quorum: String,
        /// The epoch.
        epoch: String,
        /// The decision, where it is about one.
        #[serde(skip_serializing_if = "Option::is_none")]
        slot: Option<String>,
        /// Who was heard.
        members: Vec<String>,
    },
    /// The node learned that a value is chosen.
    Chosen(EntryLine),
    /// The node's log grew.
    Appended(EntryLine),
    /// The node's log lost an entry and all that followed.
    Truncated {
        /// The first slot removed.
        from: String,
    },
    /// The node booted with a log that ends here.
    Recovered {
        /// The last slot on disk, `0` when there is none.
        last: String,
    },
    /// The node knows the log to be committed up to here.
    Committed {
        /// The last committed slot.
        upto: String,
        /// The node's epoch.
        epoch: String,
    },
    /// The node's state machine executed an entry.
    Applied(EntryLine),
    /// One instance must execute after another.
    Depends {
        /// The later instance.
        slot: String,
        /// The earlier one.
        on: String,
    },
    /// The node refused or disregarded its input.
    Ignored {
        /// Why, in words.
        why: String,
    },
    /// A remark.
    Note {
        /// The remark.
        note: String,
        /// A number that belongs to it, 0 if none does.
        number: u32,
    },
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageLine {
    /// Its id; every transmission has its own.
    pub message: u32,
    /// Its kind: `AppendEntries`.
    pub kind: &'static str,
    /// Its content, as the paper writes it.
    pub label: String,
    /// The sender's lane.
    pub from: String,
    /// The receiver's lane.
    pub to: String,
}

/// A timer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimerLine {
    /// Its name.
    pub timer: String,
    /// Tells timers of one name apart; 0 where there is only one.
    pub key: u32,
}

/// A client's operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValueLine {
    /// Its text: `x=5`.
    pub value: String,
    /// Its number; 0 for the no-op.
    pub request: u32,
}

/// A value in a slot and an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntryLine {
    /// The decision or log index.
    pub slot: String,
    /// The epoch.
    pub epoch: String,
    /// The value's text: `x=5`.
    pub value: String,
    /// The number of the request that brought it; 0 for the no-op.
    pub request: u32,
}

/// Every line of a file: the header first, then events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Line {
    /// The first line.
    Header(Header),
    /// Any other.
    Event(EventView),
}

/// Writes the header and the events at these positions, a line each.
///
/// # Errors
/// When `out` refuses what is written to it.
pub fn write_ndjson(
    source: &dyn Source,
    range: Range<usize>,
    out: &mut impl fmt::Write,
) -> fmt::Result {
    let mut line = |line: &Line| {
        let text = serde_json::to_string(line).map_err(|_| fmt::Error)?;
        writeln!(out, "{text}")
    };
    line(&Line::Header(Header::of(source)))?;
    for at in range {
        if let Some(view) = EventView::of(source, EventId(at as u32)) {
            line(&Line::Event(view))?;
        }
    }
    Ok(())
}

impl Header {
    /// The header of a run.
    #[must_use]
    pub fn of(source: &dyn Source) -> Header {
        let (info, cast) = (source.info(), source.cast());
        let class =
            |class: u8| info.classes.get(usize::from(class)).map_or("", |row: &ClassInfo| row.id);
        let node =
            |lane: &super::Lane| NodeLine { name: lane.name.clone(), class: class(lane.class) };
        Header {
            v: NDJSON_VERSION,
            protocol: info.id,
            nodes: cast.nodes.iter().map(node).collect(),
            clients: cast.clients.clone(),
            invariants: source.invariants(),
        }
    }
}

impl EventView {
    /// An event of a run in words, if there is such an event.
    #[must_use]
    pub fn of(source: &dyn Source, id: EventId) -> Option<EventView> {
        let event = source.events().get(id.index())?;
        Some(EventView {
            v: NDJSON_VERSION,
            id: id.0,
            at_us: event.at.0,
            cause: event.cause.map(|cause| cause.event().0),
            place: source.cast().name(event.place).to_owned(),
            what: Words { source }.happening(event),
        })
    }
}

/// Turns codes into words.
struct Words<'a> {
    source: &'a dyn Source,
}

impl Words<'_> {
    fn happening(&self, event: &Event) -> Happening {
        match event.kind {
            EventKind::Started => Happening::Started,
            EventKind::Sent { message, .. } => Happening::Sent(self.message(message)),
            EventKind::Delivered { message, .. } => Happening::Delivered(self.message(message)),
            EventKind::Lost { message, why } => {
                Happening::Lost { why: why.text(), message: self.message(message) }
            }
            EventKind::Duplicated { message, of } => {
                Happening::Duplicated { of: of.0, message: self.message(message) }
            }
            EventKind::TimerSet { timer, due } => {
                Happening::TimerSet { due_us: due.0, timer: self.timer(timer) }
            }
            EventKind::TimerFired { timer } => Happening::TimerFired(self.timer(timer)),
            EventKind::TimerCancelled { timer } => Happening::TimerCancelled(self.timer(timer)),
            EventKind::Persisted { write } => {
                Happening::Persisted { write: word(self.source.info().writes, write) }
            }
            EventKind::Fact(fact) => self.fact(fact),
            EventKind::Invoked { value } => Happening::Invoked(self.value(value)),
            EventKind::Returned { value } => Happening::Returned(self.value(value)),
            EventKind::TimedOut { value } => Happening::TimedOut(self.value(value)),
            EventKind::Crashed => Happening::Crashed,
            EventKind::Restarted => Happening::Restarted,
            EventKind::Paused => Happening::Paused,
            EventKind::Resumed => Happening::Resumed,
            EventKind::DiskLost => Happening::DiskLost,
            EventKind::Link { from, to, up } => {
                Happening::Link { from: self.lane(from), to: self.lane(to), up }
            }
            EventKind::Command { index } => {
                Happening::Command { index, command: self.source.command(index) }
            }
            EventKind::Violated { invariant } => {
                let names = self.source.invariants();
                let name = names.get(usize::from(invariant)).copied();
                Happening::Violated { invariant: known(name, invariant) }
            }
            EventKind::Halted { why: Halt::Events } => Happening::Halted { why: "events" },
            EventKind::Halted { why: Halt::Flights } => Happening::Halted { why: "flights" },
        }
    }

    fn fact(&self, fact: Fact) -> Happening {
        let info = self.source.info();
        match fact {
            Fact::RoleChanged { role, epoch } => {
                let name = info.roles.get(usize::from(role)).map(|row| row.name);
                Happening::RoleChanged { role: known(name, role), epoch: epoch.to_string() }
            }
            Fact::EpochChanged { epoch } => Happening::EpochChanged { epoch: epoch.to_string() },
            Fact::Promised { epoch } => Happening::Promised { epoch: epoch.to_string() },
            Fact::VotedFor { epoch, candidate } => {
                Happening::VotedFor { epoch: epoch.to_string(), candidate: self.node(candidate) }
            }
            Fact::Proposed { slot, epoch, value } => {
                Happening::Proposed(self.entry(slot, epoch, value))
            }
            Fact::Accepted { slot, epoch, value } => {
                Happening::Accepted(self.entry(slot, epoch, value))
            }
            Fact::QuorumReached { of, epoch, slot, members: NodeSet(bits) } => {
                Happening::QuorumReached {
                    quorum: word(info.quorums, of),
                    epoch: epoch.to_string(),
                    slot: (slot != Slot::default()).then(|| slot.to_string()),
                    members: NodeSet(bits).iter().map(|node| self.node(node)).collect(),
                }
            }
            Fact::Chosen { slot, epoch, value } => {
                Happening::Chosen(self.entry(slot, epoch, value))
            }
            Fact::Appended { slot, epoch, value } => {
                Happening::Appended(self.entry(slot, epoch, value))
            }
            Fact::Truncated { from } => Happening::Truncated { from: from.to_string() },
            Fact::Recovered { last } => Happening::Recovered { last: last.to_string() },
            Fact::Committed { upto, epoch } => {
                Happening::Committed { upto: upto.to_string(), epoch: epoch.to_string() }
            }
            Fact::Applied { slot, epoch, value } => {
                Happening::Applied(self.entry(slot, epoch, value))
            }
            Fact::Depends { slot, on } => {
                Happening::Depends { slot: slot.to_string(), on: on.to_string() }
            }
            Fact::Ignored { why } => Happening::Ignored { why: word(info.refusals, why) },
            Fact::Note { what, number } => Happening::Note { note: word(info.notes, what), number },
        }
    }

    fn message(&self, message: MessageId) -> MessageLine {
        let view = self.source.message(message);
        MessageLine {
            message: message.0,
            kind: view.kind,
            label: view.label,
            from: self.lane(view.from),
            to: self.lane(view.to),
        }
    }

    fn timer(&self, timer: TimerRef) -> TimerLine {
        TimerLine { timer: word(self.source.info().timers, timer.kind), key: timer.key }
    }

    fn value(&self, value: ValueId) -> ValueLine {
        ValueLine { value: self.source.value(value), request: value.0 }
    }

    fn entry(&self, slot: Slot, epoch: super::Epoch, value: ValueId) -> EntryLine {
        let ValueLine { value, request } = self.value(value);
        EntryLine { slot: slot.to_string(), epoch: epoch.to_string(), value, request }
    }

    fn node(&self, node: NodeId) -> String {
        self.lane(Place::Node(node))
    }

    fn lane(&self, place: Place) -> String {
        self.source.cast().name(place).to_owned()
    }
}

/// The name of a code in a table.
fn word(table: &[NameInfo], code: u8) -> String {
    known(table.get(usize::from(code)).map(|row| row.name), code)
}

/// A code that its table does not have stays a number.
fn known(name: Option<&str>, code: u8) -> String {
    name.map_or_else(|| code.to_string(), str::to_owned)
}
