//! What the timeline marks: who leads, faults, violations.

use synod::session::Decided;
use synod::trace::{EventId, EventKind, Fact, Source, Time, Tone};

/// A mark on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Time,
    /// The event.
    pub event: EventId,
    /// What kind of thing happened.
    pub kind: MarkKind,
}

/// Kinds of mark, the least notable first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// Something was decided that was not before.
    Decision,
    /// A node took charge.
    Lead,
    /// A crash, a pause or their end; links cut or mended.
    Fault,
    /// An invariant fell.
    Violation,
}

impl MarkKind {
    /// The style class.
    pub fn class(self) -> &'static str {
        match self {
            MarkKind::Decision => "decision",
            MarkKind::Lead => "lead",
            MarkKind::Fault => "fault",
            MarkKind::Violation => "violation",
        }
    }

    /// What people call them: one, and several.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            MarkKind::Decision => ("decision", "decisions"),
            MarkKind::Lead => ("election", "elections"),
            MarkKind::Fault => ("fault", "faults"),
            MarkKind::Violation => ("violation", "violations"),
        }
    }
}

/// How many marks there are of each kind that there is one of.
pub fn kinds(marks: &[Mark]) -> Vec<(MarkKind, usize)> {
    let all = [MarkKind::Lead, MarkKind::Decision, MarkKind::Fault, MarkKind::Violation];
    let count = |kind: MarkKind| marks.iter().filter(|mark| mark.kind == kind).count();
    all.into_iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0).collect()
}

/// What the marks say is decided.
pub(super) fn decided(marks: &[Mark], source: &dyn Source) -> Decided {
    let mut decided = Decided::default();
    for mark in marks {
        decided.see(&source.events()[mark.event.index()].kind);
    }
    decided
}

/// Adds the marks of the events from `read` on; `decided` is what the marks before say is decided.
pub(super) fn extend(
    marks: &mut Vec<Mark>,
    decided: &mut Decided,
    source: &dyn Source,
    read: usize,
) {
    // After a cut the index reads a few events again.
    let known = marks.last().map(|mark| mark.event.index());
    for (i, event) in source.events().iter().enumerate().skip(read) {
        if known.is_some_and(|known| i <= known) {
            continue;
        }
        let kind = match event.kind {
            EventKind::Fact(Fact::RoleChanged { role, .. })
                if source
                    .info()
                    .roles
                    .get(usize::from(role))
                    .is_some_and(|role| role.tone == Tone::Lead) =>
            {
                MarkKind::Lead
            }
            kind if decided.see(&kind) => MarkKind::Decision,
            // One act may change many links.
            EventKind::Link { .. } if marks.last().is_some_and(|last| is_fault(last, event.at)) => {
                continue;
            }
            EventKind::Link { .. }
            | EventKind::Crashed
            | EventKind::Restarted
            | EventKind::Paused
            | EventKind::Resumed
            | EventKind::DiskLost => MarkKind::Fault,
            EventKind::Violated { .. } => MarkKind::Violation,
            _ => continue,
        };
        marks.push(Mark { at: event.at, event: EventId(i as u32), kind });
    }
}

fn is_fault(mark: &Mark, at: Time) -> bool {
    (mark.at, mark.kind) == (at, MarkKind::Fault)
}

/// At most so many marks are drawn; of those that would stand on each other the most notable stays.
const DRAWN_MAX: u64 = 300;

/// The marks to draw on a timeline that ends at `extent`, one a place.
pub fn drawn(marks: &[Mark], extent: Time) -> Vec<Mark> {
    let place = |mark: &Mark| mark.at.0 * DRAWN_MAX / extent.0.max(1);
    let mut drawn: Vec<Mark> = Vec::new();
    for mark in marks {
        match drawn.last_mut() {
            Some(last) if place(last) == place(mark) => {
                if mark.kind > last.kind {
                    *last = *mark;
                }
            }
            _ => drawn.push(*mark),
        }
    }
    drawn
}
