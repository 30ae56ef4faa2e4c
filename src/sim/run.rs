//! What a reader sees of a run.

use crate::check::{Invariant, Violation};
use crate::list::sort_by_key;
use crate::machine::{Op, Outcome, Word};
use crate::node::wire_bytes;
use crate::trace::{
    Cast, Event, EventId, EventKind, Field, Flight, Info, MessageId, MessageKind, MessageView,
    NodeId, NodeView, Place, Slots, Source, Time, TimerRef, ValueId,
};

use super::history::Run;
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

impl Run {
    /// When the next step happens, if anything will happen by itself.
    pub fn next_at(&mut self) -> Option<Time> {
        self.world.next_at()
    }

    /// Steps taken by now.
    pub fn steps(&self) -> u32 {
        self.world.state.reached.steps
    }

    /// Steps recorded, the known future included.
    pub fn steps_recorded(&self) -> u32 {
        self.world.record.steps.len() as u32
    }

    /// The step an event belongs to: the number of steps taken once it has happened.
    pub fn step_of(&self, event: EventId) -> u32 {
        self.world.record.steps.partition_point(|first| *first <= event.0) as u32
    }

    /// Moves the clock to `at` without a step: never backwards, never past what is due.
    pub fn wait(&mut self, at: Time) {
        let at = self.world.next_at().map_or(at, |next| next.min(at));
        self.world.move_to(at);
    }

    /// The world's own steps taken at the present instant.
    pub fn sub(&self) -> u32 {
        self.world.state.sub
    }

    /// How many commands of the list have been applied.
    pub fn applied(&self) -> usize {
        self.world.state.applied
    }

    /// A node as it stands.
    pub fn status(&self, node: NodeId) -> Option<NodeStatus> {
        let host = self.world.state.hosts.get(node.index())?;
        let mut timers: Vec<TimerView> = host
            .timers
            .iter()
            .filter(|slot| slot.on)
            .map(|slot| TimerView { timer: slot.timer, due: slot.due, set: slot.set })
            .collect();
        sort_by_key(&mut timers, |view| [view.timer.kind.into(), view.timer.key.into()]);
        Some(NodeStatus {
            up: host.up,
            paused: host.paused,
            drift_ppm: host.drift_ppm,
            disk_delay_us: host.disk_delay_us,
            view: self.world.nodes.view(node, &self.world.setup.cast),
            timers,
        })
    }

    /// The messages under way.
    pub fn flights(&self) -> Vec<FlightView> {
        let view = |flying: &super::queue::Flying| FlightView {
            message: flying.message,
            from: flying.from,
            to: flying.to,
            sent: self.world.record.events[flying.sent.index()].at,
            due: flying.due,
        };
        self.world.state.flights.all().iter().map(view).collect()
    }

    /// Whether a directed link is cut.
    pub fn is_cut(&self, from: Place, to: Place) -> bool {
        self.world.state.net.is_cut(from, to)
    }

    /// Whether messages wait for a command.
    pub fn is_manual(&self) -> bool {
        self.world.state.manual
    }

    /// The run's invariants, by code.
    pub fn invariants_in_full(&self) -> &[Invariant] {
        self.world.state.checks.invariants()
    }

    /// The invariants that have fallen by now.
    pub fn violations(&self) -> &[Violation] {
        &self.world.state.violations
    }

    /// Messages delivered by now.
    pub fn deliveries(&self) -> u64 {
        self.world.state.deliveries
    }

    /// The clients' operations begun by now.
    pub fn operations(&self) -> Vec<OperationView> {
        let reached = self.world.state.reached;
        let view = |operation: &Operation| {
            Some(OperationView {
                value: operation.command.value,
                client: operation.command.client?,
                op: operation.command.op,
                invoked: operation.invoked,
                returned: operation.returned.filter(|(event, _)| {
                    // After a fork the remembered event may be gone, or be another one.
                    let is_return = |event: &Event| match event.kind {
                        EventKind::Returned { value } => value == operation.command.value,
                        _ => false,
                    };
                    event.0 < reached.events
                        && self.world.record.events.get(event.index()).is_some_and(is_return)
                }),
            })
        };
        let begun = &self.world.record.operations[..reached.operations as usize];
        begun.iter().filter_map(view).collect()
    }

    /// The first event at which a replay differed from the record: an engine that is not deterministic.
    pub fn diverged(&self) -> Option<EventId> {
        self.world.record.diverged
    }
}

impl Source for Run {
    fn info(&self) -> &'static Info {
        self.world.setup.info
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
        self.world.record.messages[message.index()].body.kind()
    }

    fn flight(&self, message: MessageId) -> Flight {
        let sent = self.world.record.messages[message.index()].sent;
        Flight { sent, ended: self.world.record.ended(message) }
    }

    fn message(&self, message: MessageId) -> MessageView {
        let envelope = &self.world.record.messages[message.index()];
        let cast = &self.world.setup.cast;
        let (kind, (label, fields)) = match envelope.body {
            Body::Peer(message) => {
                let kind = self.info().messages[usize::from(message.kind)].name;
                (kind, self.world.nodes.message(message, cast))
            }
            Body::Request(value) => {
                let operation = self.value(value);
                let label = format!("Request({operation})");
                ("Request", (label, vec![Field::new("operation", operation)]))
            }
            Body::Reply { value, outcome } => {
                let operation = self.value(value);
                let outcome = outcome_text(outcome, cast);
                let label = format!("Reply({outcome})");
                let fields =
                    vec![Field::new("operation", operation), Field::new("outcome", outcome)];
                ("Reply", (label, fields))
            }
        };
        MessageView { from: envelope.from, to: envelope.to, kind, label, fields }
    }

    fn slots(&self, message: MessageId) -> Option<Slots> {
        match self.world.record.messages[message.index()].body {
            Body::Peer(message) => self.world.nodes.message_slots(message),
            Body::Request(_) | Body::Reply { .. } => None,
        }
    }

    fn message_bytes(&self, message: MessageId) -> u32 {
        match self.world.record.messages[message.index()].body {
            Body::Peer(message) => self.world.nodes.message_bytes(message),
            Body::Request(value) => {
                let operation = self.world.record.operation_of(value);
                wire_bytes(&(value, operation.map(|operation| operation.command.op)))
            }
            Body::Reply { value, outcome } => wire_bytes(&(value, outcome)),
        }
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

fn outcome_text(outcome: Outcome, cast: &Cast) -> String {
    match outcome {
        Outcome::Done(Some(word)) => word.to_string(),
        Outcome::Done(None) => "nothing there".to_owned(),
        Outcome::Redirect(Some(node)) => format!("ask {}", cast.name(Place::Node(node))),
        Outcome::Redirect(None) => "no leader known".to_owned(),
    }
}
