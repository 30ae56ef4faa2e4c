//! Whether what the clients were answered can be explained: linearizability, judged now and then.
//!
//! The event stream says when an operation began and ended, not what it was or what was read, so
//! this is judged here and not by a monitor.

use crate::check::{
    Access, Broken, Invariant, Linearizability, Operation, Violation, first_fall, linearizability,
};
use crate::machine::{Op, Word};
use crate::sim::{OperationView, Run};
use crate::trace::{Event, EventId, EventKind, MessageKind, Place, Service, Source};

pub(super) const LINEARIZABILITY: Invariant = Invariant {
    name: "Linearizability",
    says: "Every operation takes effect at one instant between its request and its answer, and \
           every read sees the last write before it. A request sent again may count as two.",
    source: "Herlihy & Wing 1990; Raft §8",
};

/// The most states that one search visits; histories of clients that wait for their answers need
/// about one state an operation.
const BUDGET: u64 = 50_000;

/// A history of so few answers is judged at each of them.
const OFTEN: usize = 64;

/// How far what the clients were answered is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Every answer is.
    All,
    /// The answers up to this one are; `None` if none is. [`super::Session::judge`] judges the rest.
    Upto(Option<EventId>),
    /// Too much happened at once for the search to come to an end.
    Unknown,
}

/// The clients' history, and how far it has been judged.
pub(super) struct Answers {
    /// Whether a request that is sent twice may execute twice.
    again: bool,
    /// The run's events looked at.
    scanned: usize,
    /// Requests under way a second time that may execute a second time, and since when.
    repeats: Vec<(EventId, Op)>,
    /// The events at which operations ended.
    returns: Vec<EventId>,
    /// How many of them have been judged.
    judged: usize,
    /// Whether the last search was given up.
    unknown: bool,
    fell: Option<(EventId, Broken)>,
}

impl Answers {
    /// `None` where clients are not served a store.
    pub(super) fn of(service: Service) -> Option<Answers> {
        let again = match service {
            Service::Decision => return None,
            Service::StoreAtLeastOnce => true,
            Service::StoreOnce => false,
        };
        Some(Answers {
            again,
            scanned: 0,
            repeats: Vec::new(),
            returns: Vec::new(),
            judged: 0,
            unknown: false,
            fell: None,
        })
    }

    /// Looks at what has happened since the last time. A short history is judged at every answer, a
    /// longer one when it has doubled: then all the looks together cost no more than two at the end.
    pub(super) fn follow(&mut self, run: &Run) {
        self.scan(run);
        if self.returns.len() > self.judged + self.judged.saturating_sub(OFTEN) {
            self.judge(run);
        }
    }

    /// Judges everything that has happened by now.
    pub(super) fn judge(&mut self, run: &Run) {
        self.scan(run);
        let reached = run.reached();
        let returned = self.returns.partition_point(|event| event.index() < reached);
        if self.fell.is_some() || returned <= self.judged {
            return;
        }
        self.judged = returned;
        let history = self.history(&run.operations(), reached);
        self.unknown = false;
        match linearizability(&history, BUDGET) {
            Linearizability::Holds => {}
            Linearizability::Unknown => self.unknown = true,
            Linearizability::Fails { .. } => {
                let event = first_fall(&history, BUDGET);
                self.fell = event.map(|event| (event, broken(run, event)));
            }
        }
    }

    /// The record was cut off at `len` events.
    pub(super) fn forget_from(&mut self, len: usize) {
        self.scanned = self.scanned.min(len);
        self.repeats.retain(|(event, _)| event.index() < len);
        self.returns.retain(|event| event.index() < len);
        self.judged = self.judged.min(self.returns.len());
        self.unknown = false;
        self.fell.take_if(|(event, _)| event.index() >= len);
    }

    /// The fall, if it has happened within the first `reached` events.
    pub(super) fn fallen(&self, code: u8, reached: usize) -> Option<Violation> {
        let (event, broken) = self.fell.as_ref().filter(|(event, _)| event.index() < reached)?;
        Some(Violation { invariant: code, event: *event, broken: broken.clone() })
    }

    /// Whether there is an answer that nothing explains.
    pub(super) fn have_fallen(&self) -> bool {
        self.fell.is_some()
    }

    /// How far the first `reached` events are judged.
    pub(super) fn judged(&self, reached: usize) -> Judged {
        let returned = self.returns.partition_point(|event| event.index() < reached);
        if self.unknown {
            return Judged::Unknown;
        }
        match self.judged.min(returned).checked_sub(1) {
            _ if self.judged >= returned => Judged::All,
            last => Judged::Upto(last.map(|last| self.returns[last])),
        }
    }

    /// Whether the last search was too long to be finished.
    pub(super) fn is_unknown(&self) -> bool {
        self.unknown
    }

    fn scan(&mut self, source: &dyn Source) {
        let reached = source.reached();
        let new = source.events().get(self.scanned..reached).unwrap_or_default();
        for (event, id) in new.iter().zip(self.scanned as u32..) {
            match event.kind {
                EventKind::Returned { .. } => self.returns.push(EventId(id)),
                EventKind::TimedOut { .. } | EventKind::Duplicated { .. } if self.again => {
                    let again = sent_again(source, event);
                    self.repeats.extend(again.map(|op| (EventId(id), op)));
                }
                _ => {}
            }
        }
        self.scanned = self.scanned.max(reached);
    }

    fn history(&self, begun: &[OperationView], reached: usize) -> Vec<Operation<Word, Word>> {
        let own = begun.iter().filter_map(|operation| {
            let (key, access) = access(operation.op, operation.returned.and_then(|(_, got)| got))?;
            let returned = operation.returned.map(|(event, _)| event);
            Some(Operation { key, access, invoked: operation.invoked, returned })
        });
        // Nobody hears of a second execution: it can come at any time, or never.
        let repeats = self.repeats.iter().filter(|(event, _)| event.index() < reached);
        let repeats = repeats.filter_map(|(invoked, op)| match access(*op, None)? {
            (key, access @ Access::Put(_)) => {
                Some(Operation { key, access, invoked: *invoked, returned: None })
            }
            (_, Access::Get(_)) => None,
        });
        own.chain(repeats).collect()
    }
}

fn access(op: Op, got: Option<Word>) -> Option<(Word, Access<Word>)> {
    match op {
        Op::Put { key, value } => Some((key, Access::Put(value))),
        Op::Get { key } => Some((key, Access::Get(got))),
        Op::Noop | Op::Write(_) => None,
    }
}

/// The operation that this event sends once more: a client that lost its patience tries again, or
/// the network copies its request. A redirected request was refused where it went first.
fn sent_again(source: &dyn Source, event: &Event) -> Option<Op> {
    let text = match event.kind {
        EventKind::TimedOut { value } => source.value(value),
        EventKind::Duplicated { message, .. }
            if source.message_kind(message) == MessageKind::Request =>
        {
            let fields = source.message(message).fields;
            fields.into_iter().find(|field| field.name == "operation")?.value
        }
        _ => return None,
    };
    text.parse().ok()
}

/// What is wrong with the answer that came at this event.
fn broken(run: &Run, event: EventId) -> Broken {
    let all = run.operations();
    let returned = |operation: &OperationView| operation.returned.map(|(event, _)| event);
    let Some(last) = all.iter().find(|operation| returned(operation) == Some(event)) else {
        return Broken { detail: String::new(), against: None };
    };
    let name = |operation: &OperationView| run.cast().name(Place::Client(operation.client));
    let key = access(last.op, None).map_or_else(Word::default, |(key, _)| key);
    let is_write = |operation: &&OperationView| matches!(operation.op, Op::Put { key: other, .. } if other == key);
    // The last write that was acknowledged before this operation began: what it had to see, unless
    // something else was written meanwhile.
    let written = all.iter().filter(is_write);
    let written = written.filter(|write| returned(write).is_some_and(|end| end < last.invoked));
    let written = written.max_by_key(|write| returned(write));
    let answer = match (last.op, last.returned.and_then(|(_, got)| got)) {
        (Op::Get { .. }, Some(word)) => format!("{} asked for {key} and got {word}", name(last)),
        (Op::Get { .. }, None) => format!("{} asked for {key} and got nothing", name(last)),
        (op, _) => format!("{} was told that {op} is done", name(last)),
    };
    let before = written.map_or_else(String::new, |write| {
        format!("; before it asked, {} was told that {} is done", name(write), write.op)
    });
    let detail = format!("{answer}, which no order of the operations on {key} explains{before}");
    Broken { detail, against: written.and_then(returned) }
}
