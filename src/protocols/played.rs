//! Plays scenarios to their end, for the tests of every protocol.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::scenario::Scenario;
use crate::session::{Progress, Session};
use crate::trace::{EventKind, Fact, Time};

/// More steps than any story here takes.
const BUDGET: u32 = 1_000_000;

/// Plays a scenario to its end, past everything that falls on the way.
pub(super) fn played(scenario: &Scenario) -> Session {
    let mut session = Session::open(scenario.clone()).unwrap_or_else(|it| panic!("{it}"));
    let end = Time(scenario.until_us);
    while session.advance(end, BUDGET) == Progress::Violated {}
    assert_eq!(session.now(), end, "{}: it goes on to its end", scenario.title);
    session
}

/// The invariants that fell, by name.
pub(super) fn fallen(session: &Session) -> BTreeSet<String> {
    let names = session.source().invariants();
    let name = |code: u8| names[usize::from(code)].to_owned();
    session.violations().iter().map(|violation| name(violation.invariant)).collect()
}

/// A run as text, for the message of a test that fails.
pub(super) fn text(session: &Session) -> String {
    let source = session.source();
    let mut text = String::new();
    for event in source.events() {
        let said = match event.kind {
            EventKind::TimerSet { .. } | EventKind::Persisted { .. } => continue,
            EventKind::Sent { message, .. } | EventKind::Delivered { message, .. } => {
                source.message(message).label
            }
            EventKind::Lost { message, .. } => source.message(message).label,
            EventKind::Fact(Fact::Ignored { why }) => {
                source.info().refusals[usize::from(why)].name.to_owned()
            }
            EventKind::Command { index } => source.command(index),
            kind => format!("{kind:?}"),
        };
        let (at, lane) = (event.at.to_string(), source.cast().name(event.place));
        let _ = writeln!(text, "{at:>10} {lane:5} {} {said}", event.kind.name());
    }
    text
}
