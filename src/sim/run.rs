//! The object-safe door to a run, whatever engine is inside.

use std::any::Any;

use crate::check::{Invariant, Violation};
use crate::list::sort_by_key;
use crate::machine::{Op, Outcome, Word};
use crate::node::{Engine, Message as _, Timer as _};
use crate::scenario::Command;
use crate::trace::{
    Cast, Digest, Event, EventId, EventKind, Field, Flight, Info, MessageId, MessageKind,
    MessageView, NodeId, NodeView, Place, Source, Time, TimerRef, ValueId,
};

use super::history::History;
use super::record::{Body, Operation};

/// How an advance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The instant asked for is reached; more is to come.
    Arrived,
    /// The instant asked for is reached and nothing will happen by itself.
    Quiet,
    /// An invariant fell; the run stands right behind it.
    Violated,
    /// The budget of steps is used up.
    Busy,
    /// The run reached one of its bounds and will not go on.
    Halted,
}

/// A node as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStatus {
    /// Whether it is up.
    pub up: bool,
    /// Whether it takes no steps at the moment.
    pub paused: bool,
    /// How fast its clock runs, in parts per million off.
    pub drift_ppm: i32,
    /// How long its disk takes for a write, in microseconds.
    pub disk_delay_us: u64,
    /// Its state; `None` while it is down.
    pub view: Option<NodeView>,
    /// Its timers that are set.
    pub timers: Vec<TimerView>,
}

/// A timer that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerView {
    /// Which.
    pub timer: TimerRef,
    /// When it fires.
    pub due: Time,
    /// The event that set it.
    pub set: EventId,
}

/// A message under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlightView {
    /// Which.
    pub message: MessageId,
    /// From where.
    pub from: Place,
    /// To where.
    pub to: Place,
    /// When it left.
    pub sent: Time,
    /// When it lands, unless somebody interferes.
    pub due: Time,
}

/// A client's operation, for histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationView {
    /// Its value.
    pub value: ValueId,
    /// Who asked.
    pub client: crate::trace::ClientId,
    /// What.
    pub op: Op,
    /// The event that began it.
    pub invoked: EventId,
    /// The event that ended it and its result, if it has ended by now.
    pub returned: Option<(EventId, Option<Word>)>,
}

/// A run with its past: everything a session needs, whatever engine is inside.
pub trait Run: Source {
    /// The run as a source of events.
    fn source(&self) -> &dyn Source;
    /// Takes one step; `false` if nothing can happen by itself.
    fn step(&mut self) -> bool;
    /// Goes on until `to` or a new violation, taking at most `budget` steps.
    fn advance(&mut self, to: Time, budget: u32) -> Pace;
    /// When the next step happens, if anything will happen by itself.
    fn next_at(&mut self) -> Option<Time>;
    /// Steps taken by now.
    fn steps(&self) -> u32;
    /// Steps recorded, the known future included.
    fn steps_recorded(&self) -> u32;
    /// How many recorded steps lie at or before an instant.
    fn steps_until(&self, at: Time) -> u32;
    /// The step an event belongs to: the number of steps taken once it has happened.
    fn step_of(&self, event: EventId) -> u32;
    /// Goes to the state after so many steps.
    fn seek(&mut self, steps: u32);
    /// Moves the clock to `at` without a step: never backwards, never past what is due.
    fn wait(&mut self, at: Time);
    /// The world's own steps taken at the present instant.
    fn sub(&self) -> u32;
    /// How many commands of the list have been applied.
    fn applied(&self) -> usize;
    /// Goes back to where command `index` and later ones are still to come.
    fn rewind_before(&mut self, index: usize);
    /// Replaces the commands still to come and forgets the recorded future.
    fn fork(&mut self, commands: Vec<Command>);
    /// A node as it stands.
    fn status(&self, node: NodeId) -> Option<NodeStatus>;
    /// The messages under way.
    fn flights(&self) -> Vec<FlightView>;
    /// Whether a directed link is cut.
    fn is_cut(&self, from: Place, to: Place) -> bool;
    /// Whether messages wait for a command.
    fn is_manual(&self) -> bool;
    /// The run's invariants, by code.
    fn invariants_in_full(&self) -> &[Invariant];
    /// The invariants that have fallen by now.
    fn violations(&self) -> &[Violation];
    /// The digest of the events that have happened by now.
    fn digest(&self) -> Digest;
    /// Messages delivered by now.
    fn deliveries(&self) -> u64;
    /// The clients' operations begun by now.
    fn operations(&self) -> Vec<OperationView>;
    /// The first event at which a replay differed from the record: an engine that is not deterministic.
    fn diverged(&self) -> Option<EventId>;
    /// For tests that look inside.
    fn as_any(&self) -> &dyn Any;
}

impl<E: Engine> Run for History<E> {
    fn source(&self) -> &dyn Source {
        self
    }

    fn step(&mut self) -> bool {
        self.step_once()
    }

    fn advance(&mut self, to: Time, budget: u32) -> Pace {
        self.run(to, budget)
    }

    fn next_at(&mut self) -> Option<Time> {
        self.world.next_at()
    }

    fn steps(&self) -> u32 {
        self.world.state.reached.steps
    }

    fn steps_recorded(&self) -> u32 {
        self.world.record.steps.len() as u32
    }

    fn steps_until(&self, at: Time) -> u32 {
        History::steps_until(self, at)
    }

    fn step_of(&self, event: EventId) -> u32 {
        self.world.record.steps.partition_point(|first| *first <= event.0) as u32
    }

    fn seek(&mut self, steps: u32) {
        self.go_to(steps);
    }

    fn wait(&mut self, at: Time) {
        let at = self.world.next_at().map_or(at, |next| next.min(at));
        self.world.move_to(at);
    }

    fn sub(&self) -> u32 {
        self.world.state.sub
    }

    fn applied(&self) -> usize {
        self.world.state.applied
    }

    fn rewind_before(&mut self, index: usize) {
        History::rewind_before(self, index);
    }

    fn fork(&mut self, commands: Vec<Command>) {
        History::fork(self, commands);
    }

    fn status(&self, node: NodeId) -> Option<NodeStatus> {
        let host = self.world.state.hosts.get(node.index())?;
        let mut timers: Vec<TimerView> = host
            .timers
            .iter()
            .filter(|slot| slot.on)
            .map(|slot| TimerView { timer: slot.timer.to_ref(), due: slot.due, set: slot.set })
            .collect();
        sort_by_key(&mut timers, |view| [view.timer.kind.into(), view.timer.key.into()]);
        Some(NodeStatus {
            up: host.node.is_some(),
            paused: host.paused,
            drift_ppm: host.drift_ppm,
            disk_delay_us: host.disk_delay_us,
            view: host.node.as_ref().map(|node| node.view(&self.world.setup.cast)),
            timers,
        })
    }

    fn flights(&self) -> Vec<FlightView> {
        let view = |flying: &super::queue::Flying| FlightView {
            message: flying.message,
            from: flying.from,
            to: flying.to,
            sent: self.world.record.events[flying.sent.index()].at,
            due: flying.due,
        };
        self.world.state.flights.all().iter().map(view).collect()
    }

    fn is_cut(&self, from: Place, to: Place) -> bool {
        self.world.state.net.is_cut(from, to)
    }

    fn is_manual(&self) -> bool {
        self.world.state.manual
    }

    fn invariants_in_full(&self) -> &[Invariant] {
        self.world.state.checks.invariants()
    }

    fn violations(&self) -> &[Violation] {
        &self.world.state.violations
    }

    fn digest(&self) -> Digest {
        self.digest_now()
    }

    fn deliveries(&self) -> u64 {
        self.world.state.deliveries
    }

    fn operations(&self) -> Vec<OperationView> {
        let reached = self.world.state.reached;
        let view = |operation: &Operation| {
            Some(OperationView {
                value: operation.command.value,
                client: operation.command.client?,
                op: operation.command.op,
                invoked: operation.invoked,
                returned: operation.returned.filter(|(event, _)| {
                    // After a fork the remembered event may be gone, or be another one.
                    event.0 < reached.events
                        && self.world.record.events[event.index()].kind
                            == EventKind::Returned { value: operation.command.value }
                }),
            })
        };
        let begun = &self.world.record.operations[..reached.operations as usize];
        begun.iter().filter_map(view).collect()
    }

    fn diverged(&self) -> Option<EventId> {
        self.world.record.diverged
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl<E: Engine> Source for History<E> {
    fn info(&self) -> &'static Info {
        E::INFO
    }

    fn cast(&self) -> &Cast {
        &self.world.setup.cast
    }

    fn events(&self) -> &[Event] {
        &self.world.record.events
    }

    fn now(&self) -> Time {
        self.world.state.now
    }

    fn reached(&self) -> usize {
        self.world.state.reached.events as usize
    }

    fn message_kind(&self, message: MessageId) -> MessageKind {
        super::kind_of(&self.world.record.messages[message.index()].body)
    }

    fn flight(&self, message: MessageId) -> Flight {
        let sent = self.world.record.messages[message.index()].sent;
        Flight { sent, ended: self.world.record.ended(message) }
    }

    fn message(&self, message: MessageId) -> MessageView {
        let envelope = &self.world.record.messages[message.index()];
        let cast = &self.world.setup.cast;
        let (kind, label, fields) = match &envelope.body {
            Body::Peer(body) => {
                let kind = E::INFO.messages[usize::from(body.kind())].name;
                (kind, body.label(cast), body.fields(cast))
            }
            Body::Request(command) => {
                let fields = vec![Field::new("operation", command.op)];
                ("Request", format!("Request({})", command.op), fields)
            }
            Body::Reply(key, outcome) => {
                let operation = self.value(key.value);
                let text = outcome_text(outcome, cast);
                let fields =
                    vec![Field::new("operation", operation), Field::new("outcome", text.clone())];
                ("Reply", format!("Reply({text})"), fields)
            }
        };
        MessageView { from: envelope.from, to: envelope.to, kind, label, fields }
    }

    fn value(&self, value: ValueId) -> String {
        let operation = self.world.record.operation_of(value);
        operation.map_or_else(|| Op::Noop.to_string(), |operation| operation.command.op.to_string())
    }

    fn invariants(&self) -> Vec<&'static str> {
        self.world.state.checks.names()
    }

    fn command(&self, index: u32) -> String {
        let command = self.world.commands.get(index as usize);
        command.map(|command| command.act.to_string()).unwrap_or_default()
    }
}

fn outcome_text(outcome: &Outcome, cast: &Cast) -> String {
    match outcome {
        Outcome::Done(Some(word)) => word.to_string(),
        Outcome::Done(None) => "nothing there".to_owned(),
        Outcome::Redirect(Some(node)) => format!("ask {}", cast.name(Place::Node(*node))),
        Outcome::Redirect(None) => "no leader known".to_owned(),
    }
}
