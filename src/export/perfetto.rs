//! A run as a trace for Perfetto and `chrome://tracing`.

use std::fmt::{self, Display};

use crate::diagram::event_text;
use crate::list::sort_by_key;
use crate::trace::{
    EventId, EventKind, MessageId, NodeState, Place, Source, Status, Time, ValueId, quoted,
};

use super::places;

/// Writes what has happened by now in the JSON of the Trace Event Format; virtual microseconds are
/// its microseconds.
///
/// Each lane is a thread. A node's slices are the roles it holds (or that it is down or paused), and
/// in them its steps, drawn one microsecond long though they take no time. Messages are flows from
/// step to step, facts and losses instants, clients' operations asynchronous slices; a counter says
/// how many messages are under way.
pub fn perfetto(source: &dyn Source) -> String {
    let mut trace = Trace::new(source);
    let reached = source.reached().min(source.events().len());
    for at in 0..reached {
        trace.see(EventId(at as u32), reached);
    }
    trace.end();
    let records: Vec<String> = trace.records.iter().map(Record::to_string).collect();
    format!(r#"{{"traceEvents":[{}],"displayTimeUnit":"ms"}}"#, records.join(","))
}

/// The one process of a trace.
const PROCESS: u32 = 1;
/// The thread of what happens to nobody in particular; lanes follow.
const WORLD: u32 = 0;
/// How long a step is drawn, in microseconds: the least that is not nothing.
const STEP_US: u64 = 1;

/// An event of the Trace Event Format. It writes itself as JSON: everyone downloads this with the page, and a derived
/// writer would be several times as large.
struct Record {
    name: String,
    cat: &'static str,
    ph: Phase,
    ts: u64,
    pid: u32,
    tid: u32,
    dur: Option<u64>,
    id: Option<u32>,
    /// Where a flow ends: at the slice around it.
    bp: Option<&'static str>,
    /// How far an instant reaches: its thread, or all.
    s: Option<&'static str>,
    args: Option<Args>,
}

impl Record {
    fn new(ph: Phase, tid: u32, at: Time) -> Record {
        Record {
            name: String::new(),
            cat: "run",
            ph,
            ts: at.0,
            pid: PROCESS,
            tid,
            dur: None,
            id: None,
            bp: None,
            s: None,
            args: None,
        }
    }
}

impl Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { cat, ph, ts, pid, tid, .. } = self;
        let (name, ph) = (quoted(&self.name), ph.letter());
        write!(
            f,
            r#"{{"name":{name},"cat":"{cat}","ph":"{ph}","ts":{ts},"pid":{pid},"tid":{tid}"#
        )?;
        if let Some(dur) = self.dur {
            write!(f, r#","dur":{dur}"#)?;
        }
        if let Some(id) = self.id {
            write!(f, r#","id":{id}"#)?;
        }
        if let Some(bp) = self.bp {
            write!(f, r#","bp":"{bp}""#)?;
        }
        if let Some(s) = self.s {
            write!(f, r#","s":"{s}""#)?;
        }
        if let Some(args) = &self.args {
            write!(f, r#","args":{{{args}}}"#)?;
        }
        f.write_str("}")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Metadata,
    Slice,
    Instant,
    FlowStart,
    FlowEnd,
    Begin,
    End,
    Counter,
}

impl Phase {
    /// As the format writes it.
    fn letter(self) -> char {
        match self {
            Phase::Metadata => 'M',
            Phase::Slice => 'X',
            Phase::Instant => 'i',
            Phase::FlowStart => 's',
            Phase::FlowEnd => 'f',
            Phase::Begin => 'b',
            Phase::End => 'e',
            Phase::Counter => 'C',
        }
    }
}

enum Args {
    /// The name of a process or thread.
    Name(String),
    SortIndex(u32),
    /// The run's event.
    Event(u32),
    /// How many messages are under way.
    Messages(u32),
}

impl Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Args::Name(name) => write!(f, r#""name":{}"#, quoted(name)),
            Args::SortIndex(index) => write!(f, r#""sort_index":{index}"#),
            Args::Event(event) => write!(f, r#""event":{event}"#),
            Args::Messages(count) => write!(f, r#""messages":{count}"#),
        }
    }
}

/// A node's state that is not over.
struct Stretch {
    since: Time,
    name: String,
}

struct Trace<'a> {
    source: &'a dyn Source,
    lanes: Vec<Place>,
    nodes: Vec<(NodeState, Option<Stretch>)>,
    /// Per lane: the instant of its last step.
    stepped: Vec<Option<Time>>,
    /// The clients' operations that have not ended.
    waiting: Vec<ValueId>,
    in_flight: u32,
    records: Vec<Record>,
}

impl<'a> Trace<'a> {
    fn new(source: &'a dyn Source) -> Trace<'a> {
        let lanes = places(source.cast());
        let nodes = source.cast().nodes.iter().map(|_| (NodeState::default(), None)).collect();
        let stepped = vec![None; lanes.len()];
        let (waiting, records) = (Vec::new(), Vec::new());
        let mut trace = Trace { source, lanes, nodes, stepped, waiting, in_flight: 0, records };
        trace.name("process_name", WORLD, Args::Name(source.info().name.to_owned()));
        trace.name("thread_name", WORLD, Args::Name("world".to_owned()));
        for lane in 0..trace.lanes.len() {
            let (tid, name) = (lane as u32 + 1, source.cast().name(trace.lanes[lane]).to_owned());
            trace.name("thread_name", tid, Args::Name(name));
            trace.name("thread_sort_index", tid, Args::SortIndex(tid));
        }
        trace
    }

    fn name(&mut self, what: &str, tid: u32, args: Args) {
        let record = Record { args: Some(args), ..Record::new(Phase::Metadata, tid, Time::ZERO) };
        self.records.push(Record { name: what.to_owned(), ..record });
    }

    fn thread(&self, place: Place) -> u32 {
        let lane = self.lanes.iter().position(|lane| *lane == place);
        lane.map_or(WORLD, |lane| lane as u32 + 1)
    }

    fn see(&mut self, id: EventId, reached: usize) {
        let event = self.source.events()[id.index()];
        let tid = self.thread(event.place);
        match event.kind {
            EventKind::Sent { message, .. } => {
                self.send(id, message, tid, reached);
                self.count(1, event.at);
            }
            EventKind::Duplicated { message, .. } => {
                self.instant(id, tid, "network");
                self.send(id, message, tid, reached);
                self.count(1, event.at);
            }
            EventKind::Delivered { message, .. } => {
                self.step(id, tid, self.source.message(message).label);
                let kind = self.source.message(message).kind.to_owned();
                let flow = Record::new(Phase::FlowEnd, tid, event.at);
                let (id, bp) = (Some(message.0), Some("e"));
                self.records.push(Record { name: kind, cat: "message", id, bp, ..flow });
                self.count(-1, event.at);
            }
            EventKind::Lost { .. } => {
                self.instant(id, tid, "network");
                self.count(-1, event.at);
            }
            EventKind::Invoked { value } => {
                self.waiting.push(value);
                self.operation(Phase::Begin, value, tid, event.at);
                self.step(id, tid, event_text(self.source, id));
            }
            EventKind::Returned { value } => {
                self.step(id, tid, event_text(self.source, id));
                let begun = self.waiting.iter().position(|waiting| *waiting == value);
                if let Some(begun) = begun {
                    self.waiting.swap_remove(begun);
                    self.operation(Phase::End, value, tid, event.at);
                }
            }
            EventKind::TimerFired { .. } | EventKind::TimedOut { .. } | EventKind::Restarted => {
                self.step(id, tid, event_text(self.source, id));
            }
            EventKind::Fact(_) => self.instant(id, tid, "fact"),
            EventKind::Command { .. } | EventKind::Link { .. } | EventKind::Crashed => {
                self.instant(id, tid, "command");
            }
            EventKind::Violated { .. } | EventKind::Halted { .. } => self.everywhere(id, tid),
            EventKind::Started
            | EventKind::TimerSet { .. }
            | EventKind::TimerCancelled { .. }
            | EventKind::Persisted { .. }
            | EventKind::Paused
            | EventKind::Resumed
            | EventKind::DiskLost => {}
        }
        self.follow(event.place, &event.kind, event.at);
    }

    /// A message leaves from the step that sends it, if it is known to arrive.
    fn send(&mut self, id: EventId, message: MessageId, tid: u32, reached: usize) {
        let at = self.source.events()[id.index()].at;
        let ended = self.source.flight(message).ended.filter(|ended| ended.index() < reached);
        let end = ended.map(|ended| self.source.events()[ended.index()].kind);
        if !matches!(end, Some(EventKind::Delivered { .. })) {
            return;
        }
        let lane = (tid as usize).checked_sub(1);
        if lane.is_some_and(|lane| self.stepped[lane] != Some(at)) {
            // What waited for a disk leaves on its own.
            self.step(id, tid, event_text(self.source, id));
        }
        let flow = Record::new(Phase::FlowStart, tid, at);
        let name = self.source.message(message).kind.to_owned();
        self.records.push(Record { name, cat: "message", id: Some(message.0), ..flow });
    }

    fn step(&mut self, id: EventId, tid: u32, name: String) {
        let at = self.source.events()[id.index()].at;
        if let Some(lane) = (tid as usize).checked_sub(1) {
            self.stepped[lane] = Some(at);
        }
        let slice = Record::new(Phase::Slice, tid, at);
        let (dur, args) = (Some(STEP_US), Some(Args::Event(id.0)));
        self.records.push(Record { name, cat: "step", dur, args, ..slice });
    }

    fn instant(&mut self, id: EventId, tid: u32, cat: &'static str) {
        let at = self.source.events()[id.index()].at;
        let (name, instant) = (event_text(self.source, id), Record::new(Phase::Instant, tid, at));
        let (s, args) = (Some("t"), Some(Args::Event(id.0)));
        self.records.push(Record { name, cat, s, args, ..instant });
    }

    fn everywhere(&mut self, id: EventId, tid: u32) {
        self.instant(id, tid, "check");
        if let Some(last) = self.records.last_mut() {
            last.s = Some("g");
        }
    }

    fn operation(&mut self, ph: Phase, value: ValueId, tid: u32, at: Time) {
        let (name, record) = (self.source.value(value), Record::new(ph, tid, at));
        self.records.push(Record { name, cat: "operation", id: Some(value.0), ..record });
    }

    fn count(&mut self, change: i32, at: Time) {
        self.in_flight = self.in_flight.saturating_add_signed(change);
        let name = "messages under way".to_owned();
        let args = Some(Args::Messages(self.in_flight));
        let counter = Record::new(Phase::Counter, WORLD, at);
        self.records.push(Record { name, cat: "network", args, ..counter });
    }

    /// Keeps up with what a node is.
    fn follow(&mut self, place: Place, kind: &EventKind, at: Time) {
        let Some(node) = place.node() else { return };
        let Some((state, _)) = self.nodes.get_mut(node.index()) else { return };
        state.apply(kind);
        let name = stretch_name(self.source, *state);
        let is_same = |stretch: &Stretch| stretch.name == name;
        if self.nodes[node.index()].1.as_ref().is_some_and(is_same) {
            return;
        }
        self.close(place, at);
        self.nodes[node.index()].1 = Some(Stretch { since: at, name });
    }

    fn close(&mut self, place: Place, at: Time) {
        let Some(node) = place.node() else { return };
        let Some(Stretch { since, name }) = self.nodes[node.index()].1.take() else { return };
        let dur = at.since(since);
        if dur > 0 {
            let slice = Record::new(Phase::Slice, self.thread(place), since);
            self.records.push(Record { name, cat: "role", dur: Some(dur), ..slice });
        }
    }

    /// Ends what has not ended, and puts the records in the order of time: outer slices before
    /// inner ones, and what belongs to a slice behind it.
    fn end(&mut self) {
        // A step of the last instant lies within its role.
        let end = self.source.now().after(STEP_US);
        for place in self.lanes.clone() {
            self.close(place, end);
        }
        sort_by_key(&mut self.records, |record| {
            let order = match (record.ph, record.cat, record.dur) {
                (Phase::Metadata, ..) => 0,
                (Phase::Slice, "role", _) => 1,
                (Phase::Slice, ..) => 2,
                _ => 3,
            };
            [record.ts, order]
        });
    }
}

/// `Leader in term 3`, `down`.
fn stretch_name(source: &dyn Source, state: NodeState) -> String {
    let info = source.info();
    match state.status {
        Status::Absent => "absent".to_owned(),
        Status::Down => "down".to_owned(),
        Status::Paused => "paused".to_owned(),
        Status::Up => {
            let role = info.roles.get(usize::from(state.role)).map_or("up", |role| role.name);
            format!("{role} in {} {}", info.epoch, state.epoch)
        }
    }
}
