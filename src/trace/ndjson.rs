//! Events as JSON, one object a line, every code turned into its word.
//!
//! The first line says what the others are about: the protocol, the lanes, the invariants. Each other is an
//! event. The JSON schema of a line is kept at `docs/schema/events.json`; tests hold the events of the whole
//! gallery against it.

use std::fmt::{self, Display, Write};
use std::ops::Range;

use super::{
    Event, EventKind, Fact, Halt, MessageId, NameInfo, Place, Slot, Source, TimerRef, ValueId,
    quoted,
};

/// The version of the format; it grows when a reader of the old one would misread the new one.
pub const NDJSON_VERSION: u32 = 1;

/// Writes the first line and the events at these positions, a line each.
///
/// # Errors
/// When `out` refuses what is written to it.
pub fn write_ndjson(source: &dyn Source, range: Range<usize>, out: &mut impl Write) -> fmt::Result {
    writeln!(out, "{}", first_line(source))?;
    for at in range {
        if let Some(event) = source.events().get(at) {
            writeln!(out, "{}", event_line(source, at, event))?;
        }
    }
    Ok(())
}

/// `{"v":1,"protocol":"raft","nodes":[{"name":"S1","class":"server"}],"clients":["C1"],"invariants":[...]}`
fn first_line(source: &dyn Source) -> String {
    let (info, cast) = (source.info(), source.cast());
    let node = |lane: &super::Lane| {
        let class = info.class_of(lane).map_or("", |class| class.id);
        format!(r#"{{"name":{},"class":{}}}"#, quoted(&lane.name), quoted(class))
    };
    let mut line = Line::new(source);
    line.word("protocol", info.id);
    line.list("nodes", cast.nodes.iter().map(node));
    line.list("clients", cast.clients.iter().map(|name| quoted(name)));
    line.list("invariants", source.invariants().into_iter().map(quoted));
    line.finish()
}

/// `{"v":1,"id":3,"at_us":1200,"cause":2,"place":"S1","event":"timer_fired","timer":"election","key":0}`
fn event_line(source: &dyn Source, at: usize, event: &Event) -> String {
    let mut line = Line::new(source);
    line.plain("id", &at);
    line.plain("at_us", &event.at.0);
    if let Some(cause) = event.cause {
        line.plain("cause", &cause.event().0);
    }
    line.lane("place", event.place);
    line.word("event", event.kind.name());
    line.happening(event.kind);
    line.finish()
}

/// A line as it is written, field after field.
struct Line<'a> {
    source: &'a dyn Source,
    text: String,
}

impl<'a> Line<'a> {
    fn new(source: &'a dyn Source) -> Line<'a> {
        Line { source, text: format!(r#"{{"v":{NDJSON_VERSION}"#) }
    }

    fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }

    fn happening(&mut self, kind: EventKind) {
        let info = self.source.info();
        match kind {
            EventKind::Started
            | EventKind::Crashed
            | EventKind::Restarted
            | EventKind::Paused
            | EventKind::Resumed
            | EventKind::DiskLost => {}
            EventKind::Sent { message, .. } | EventKind::Delivered { message, .. } => {
                self.message(message);
            }
            EventKind::Lost { message, why } => {
                self.word("why", why.text());
                self.message(message);
            }
            EventKind::Duplicated { message, of } => {
                self.plain("of", &of.0);
                self.message(message);
            }
            EventKind::TimerSet { timer, due } => {
                self.plain("due_us", &due.0);
                self.timer(timer);
            }
            EventKind::TimerFired { timer } | EventKind::TimerCancelled { timer } => {
                self.timer(timer);
            }
            EventKind::Persisted { write } => self.code("write", info.writes, write),
            EventKind::Fact(fact) => self.fact(fact),
            EventKind::Invoked { value }
            | EventKind::Returned { value }
            | EventKind::TimedOut { value } => self.value(value),
            EventKind::Link { from, to, up } => {
                self.lane("from", from);
                self.lane("to", to);
                self.plain("up", &up);
            }
            EventKind::Command { index } => {
                self.plain("index", &index);
                self.word("command", &self.source.command(index));
            }
            EventKind::Violated { invariant } => {
                let names = self.source.invariants();
                self.named("invariant", names.get(usize::from(invariant)).copied(), invariant);
            }
            EventKind::Halted { why: Halt::Events } => self.word("why", "events"),
            EventKind::Halted { why: Halt::Flights } => self.word("why", "flights"),
        }
    }

    fn fact(&mut self, fact: Fact) {
        let info = self.source.info();
        match fact {
            Fact::RoleChanged { role, epoch } => {
                let name = info.roles.get(usize::from(role)).map(|row| row.name);
                self.named("role", name, role);
                self.term("epoch", &epoch);
            }
            Fact::EpochChanged { epoch } | Fact::Promised { epoch } => self.term("epoch", &epoch),
            Fact::VotedFor { epoch, candidate } => {
                self.term("epoch", &epoch);
                self.lane("candidate", Place::Node(candidate));
            }
            Fact::Proposed { slot, epoch, value }
            | Fact::Accepted { slot, epoch, value }
            | Fact::Chosen { slot, epoch, value }
            | Fact::Appended { slot, epoch, value }
            | Fact::Applied { slot, epoch, value } => {
                self.term("slot", &slot);
                self.term("epoch", &epoch);
                self.value(value);
            }
            Fact::QuorumReached { of, epoch, slot, members } => {
                self.code("quorum", info.quorums, of);
                self.term("epoch", &epoch);
                if slot != Slot::default() {
                    self.term("slot", &slot);
                }
                let name = |node| quoted(self.source.cast().name(Place::Node(node)));
                self.list("members", members.iter().map(name));
            }
            Fact::Truncated { from } => self.term("from", &from),
            Fact::Recovered { last } => self.term("last", &last),
            Fact::Committed { upto, epoch } => {
                self.term("upto", &upto);
                self.term("epoch", &epoch);
            }
            Fact::Depends { slot, on } => {
                self.term("slot", &slot);
                self.term("on", &on);
            }
            Fact::Ignored { why } => self.code("why", info.refusals, why),
            Fact::Note { what, number } => {
                self.code("note", info.notes, what);
                self.plain("number", &number);
            }
        }
    }

    fn message(&mut self, message: MessageId) {
        let view = self.source.message(message);
        self.plain("message", &message.0);
        self.word("kind", view.kind);
        self.word("label", &view.label);
        self.lane("from", view.from);
        self.lane("to", view.to);
    }

    fn timer(&mut self, timer: TimerRef) {
        self.code("timer", self.source.info().timers, timer.kind);
        self.plain("key", &timer.key);
    }

    fn value(&mut self, value: ValueId) {
        self.word("value", &self.source.value(value));
        self.plain("request", &value.0);
    }

    fn lane(&mut self, field: &str, place: Place) {
        self.word(field, self.source.cast().name(place));
    }

    /// What a code stands for in a table.
    fn code(&mut self, field: &str, table: &[NameInfo], code: u8) {
        self.named(field, table.get(usize::from(code)).map(|row| row.name), code);
    }

    /// A code that its table does not have stays a number.
    fn named(&mut self, field: &str, name: Option<&str>, code: u8) {
        match name {
            Some(name) => self.word(field, name),
            None => self.term(field, &code),
        }
    }

    /// An epoch, a slot: its numbers differ from protocol to protocol, so it is a text.
    fn term(&mut self, field: &str, term: &dyn Display) {
        self.word(field, &term.to_string());
    }

    fn word(&mut self, field: &str, word: &str) {
        self.plain(field, &quoted(word));
    }

    fn list(&mut self, field: &str, items: impl Iterator<Item = String>) {
        self.plain(field, &format_args!("[{}]", items.collect::<Vec<_>>().join(",")));
    }

    /// A value that is JSON as it stands.
    fn plain(&mut self, field: &str, value: &dyn Display) {
        // A string takes whatever is written to it.
        let _ = write!(self.text, r#","{field}":{value}"#);
    }
}
