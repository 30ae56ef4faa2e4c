//! Runs the monitors of a run and collects what falls.

use crate::trace::{Event, EventId, EventKind};

use super::{Broken, Invariant, Monitor, Violation, Watch, Words};

/// The most invariants one run can have: a set of them is one machine word.
pub const INVARIANTS_MAX: usize = 64;

/// The monitors of a run.
///
/// Invariants of the same name count as one. Each reports its first fall only:
/// what follows from a broken promise tells a reader nothing new.
#[derive(Default)]
pub struct Checks {
    watched: Watch,
    guards: Vec<Guard>,
    invariants: Vec<Invariant>,
    /// The invariants that have fallen, one bit each.
    fallen: u64,
}

struct Guard {
    watches: Watch,
    /// Per invariant of the monitor: its position among those of the run.
    codes: Vec<u8>,
    monitor: Box<dyn Monitor>,
}

impl Checks {
    /// The checks of a run.
    ///
    /// # Panics
    /// If the monitors guard more than [`INVARIANTS_MAX`] invariants: a bug in the
    /// protocol that lists them, met by its first test.
    #[must_use]
    pub fn new(monitors: Vec<Box<dyn Monitor>>) -> Checks {
        let mut checks = Checks::default();
        for monitor in monitors {
            let codes = monitor.invariants().iter().map(|found| checks.code(found)).collect();
            let watches = monitor.watches();
            checks.watched = checks.watched | watches;
            checks.guards.push(Guard { watches, codes, monitor });
        }
        checks
    }

    fn code(&mut self, invariant: &Invariant) -> u8 {
        let known = self.invariants.iter().position(|known| known.name == invariant.name);
        let code = known.unwrap_or_else(|| {
            self.invariants.push(*invariant);
            self.invariants.len() - 1
        });
        assert!(code < INVARIANTS_MAX, "a run has at most {INVARIANTS_MAX} invariants");
        code as u8
    }

    /// Whether a monitor wants to see events of this kind.
    #[inline]
    pub fn watches(&self, kind: &EventKind) -> bool {
        Watch::of(kind).meets(self.watched)
    }

    /// Sees one event; says which invariants it is the first to break, in these words.
    pub fn on_event(&mut self, id: EventId, event: &Event, words: Words<'_>) -> Vec<Violation> {
        let kind = Watch::of(&event.kind);
        let mut found = Vec::new();
        for guard in self.guards.iter_mut().filter(|guard| guard.watches.meets(kind)) {
            let mut falls = Falls {
                event: id,
                words,
                codes: &guard.codes,
                fallen: &mut self.fallen,
                found: &mut found,
            };
            guard.monitor.on_event(id, event, &mut falls);
        }
        found
    }

    /// The invariants of the run, by code.
    #[must_use]
    pub fn invariants(&self) -> &[Invariant] {
        &self.invariants
    }

    /// Their names, by code.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.invariants.iter().map(|invariant| invariant.name).collect()
    }

    /// Whether the invariant with this code has fallen.
    #[must_use]
    pub fn has_fallen(&self, code: u8) -> bool {
        self.fallen >> code & 1 == 1
    }
}

impl Clone for Checks {
    fn clone(&self) -> Checks {
        let copy = |guard: &Guard| Guard {
            watches: guard.watches,
            codes: guard.codes.clone(),
            monitor: guard.monitor.copy(),
        };
        Checks {
            watched: self.watched,
            guards: self.guards.iter().map(copy).collect(),
            invariants: self.invariants.clone(),
            fallen: self.fallen,
        }
    }
}

/// Where a monitor reports what the present event breaks.
pub struct Falls<'a> {
    event: EventId,
    words: Words<'a>,
    codes: &'a [u8],
    fallen: &'a mut u64,
    found: &'a mut Vec<Violation>,
}

impl Falls<'_> {
    /// Reports that the monitor's invariant number `which` falls; the sentence is
    /// made only if it is the first time.
    #[cold]
    pub fn report(
        &mut self,
        which: u8,
        against: Option<EventId>,
        detail: impl FnOnce(&Words<'_>) -> String,
    ) {
        let Some(code) = self.codes.get(usize::from(which)).copied() else {
            return;
        };
        if *self.fallen >> code & 1 == 1 {
            return;
        }
        *self.fallen |= 1 << code;
        let broken = Broken { detail: detail(&self.words), against };
        self.found.push(Violation { invariant: code, event: self.event, broken });
    }
}

#[cfg(test)]
mod tests {
    use super::super::script;
    use super::*;
    use crate::trace::{NodeId, Place, Time};

    /// Falls at every crash, and at every restart by another name.
    #[derive(Clone)]
    struct Fragile(&'static [Invariant]);

    impl Monitor for Fragile {
        fn invariants(&self) -> &'static [Invariant] {
            self.0
        }

        fn watches(&self) -> Watch {
            Watch::CRASHED | Watch::RESTARTED
        }

        fn on_event(&mut self, _: EventId, event: &Event, falls: &mut Falls<'_>) {
            let which = u8::from(event.kind == EventKind::Restarted);
            falls.report(which, None, |_| "it fell".to_owned());
        }

        fn copy(&self) -> Box<dyn Monitor> {
            Box::new(self.clone())
        }
    }

    const NEVER_DOWN: Invariant = Invariant { name: "Never Down", says: "", source: "" };
    const NEVER_BACK: Invariant = Invariant { name: "Never Back", says: "", source: "" };

    fn event(kind: EventKind) -> Event {
        Event { at: Time::ZERO, cause: None, place: Place::Node(NodeId(0)), kind }
    }

    #[test]
    fn one_name_is_one_invariant_and_falls_once() {
        let mut checks = Checks::new(vec![
            Box::new(Fragile(&[NEVER_DOWN, NEVER_BACK])),
            Box::new(Fragile(&[NEVER_BACK, NEVER_DOWN])),
        ]);
        assert_eq!(checks.names(), ["Never Down", "Never Back"]);

        assert!(script::see(&mut checks, EventId(0), &event(EventKind::Paused)).is_empty());
        let fallen = script::see(&mut checks.clone(), EventId(1), &event(EventKind::Crashed));
        let codes: Vec<u8> = fallen.iter().map(|violation| violation.invariant).collect();
        assert_eq!(codes, [0, 1], "each monitor reports under its own name for the event");
        assert_eq!(fallen[0].event, EventId(1));
        assert!(!checks.has_fallen(0), "a copy is a copy");

        script::see(&mut checks, EventId(1), &event(EventKind::Crashed));
        assert!(script::see(&mut checks, EventId(2), &event(EventKind::Restarted)).is_empty());
    }
}
