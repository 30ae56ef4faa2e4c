//! Validation of what goals and captions wait for.

use crate::scenario::problem::Path;
use crate::scenario::{On, limits};
use crate::trace::{Info, NameInfo};

use super::checker::{Checker, shown};

/// Every kind of event, as [`crate::trace::EventKind::name`] names it.
pub(super) const EVENTS: [&str; 37] = [
    "started",
    "sent",
    "delivered",
    "lost",
    "duplicated",
    "timer_set",
    "timer_fired",
    "timer_cancelled",
    "persisted",
    "invoked",
    "returned",
    "timed_out",
    "crashed",
    "restarted",
    "paused",
    "resumed",
    "disk_lost",
    "link",
    "command",
    "violated",
    "halted",
    "role_changed",
    "epoch_changed",
    "promised",
    "voted_for",
    "proposed",
    "accepted",
    "quorum_reached",
    "chosen",
    "appended",
    "truncated",
    "recovered",
    "committed",
    "applied",
    "depends",
    "ignored",
    "note",
];

/// The kinds of message: the protocol's, and those between client and node.
pub(super) fn message_kinds(info: &Info) -> impl Iterator<Item = &'static str> + Clone {
    info.messages.iter().map(|message| message.name).chain(["Request", "Reply"])
}

impl Checker<'_> {
    pub(super) fn on(&mut self, on: &On, path: Path<'_>) {
        self.known(path.field("event"), "kind of event", &on.event, EVENTS.into_iter());
        for (field, name) in [("at", &on.at), ("peer", &on.peer)] {
            // What belongs to no lane happens at the world.
            if let Some(name) = name.as_ref().filter(|name| *name != "world") {
                self.lane(path.field(field), name);
            }
        }
        if let Some(what) = &on.what {
            self.what(path.field("what"), &on.event, what);
        }
        let numbers = [("epoch", &on.epoch, "3.1", false), ("slot", &on.slot, "2.4", true)];
        for (field, number, owned, owner_first) in numbers {
            if let Some(number) = number.as_ref().filter(|number| !is_number(number, owner_first)) {
                let says = format!("{} is not a number like 3 or {owned}", shown(number));
                self.say(path.field(field), says);
            }
        }
        if let Some(value) = &on.value {
            self.some(path.field("value"), value, limits::NAME_MAX);
        }
    }

    fn what(&mut self, path: Path<'_>, event: &str, what: &str) {
        let info = self.info;
        let names = |table: &'static [NameInfo]| table.iter().map(|row| row.name);
        match event {
            "role_changed" => {
                if info.role(what).is_none() {
                    self.known(path, "role", what, info.roles.iter().map(|role| role.name));
                }
            }
            "sent" | "delivered" | "lost" | "duplicated" => {
                self.known(path, "kind of message", what, message_kinds(info));
            }
            "timer_set" | "timer_fired" | "timer_cancelled" => {
                self.known(path, "timer", what, names(info.timers));
            }
            "persisted" => {
                self.known(path, "kind of write", what, names(info.writes));
            }
            "quorum_reached" => {
                self.known(path, "quorum", what, names(info.quorums));
            }
            "ignored" => {
                self.known(path, "refusal", what, names(info.refusals));
            }
            "note" => {
                self.known(path, "note", what, names(info.notes));
            }
            // Invariants are known to the run, not to the description of the protocol.
            "violated" => self.some(path, what, limits::TITLE_MAX),
            _ => self.say(path, "such an event names nothing more; leave it out".to_owned()),
        }
    }
}

/// `3`, or `3.1` where a node (counted from 1) owns it; slots have the node first.
fn is_number(text: &str, owner_first: bool) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let number = |part: &str| digits(part) && part.parse::<u32>().is_ok();
    let owner = |part: &str| digits(part) && part.parse::<u8>().is_ok_and(|owner| owner > 0);
    match text.split_once('.') {
        None => number(text),
        Some((node, index)) if owner_first => owner(node) && number(index),
        Some((counter, node)) => number(counter) && owner(node),
    }
}

#[cfg(test)]
mod tests {
    use super::{EVENTS, is_number};

    /// Reads the names where they are given, so that none can be forgotten here.
    #[test]
    fn every_kind_of_event_is_known() {
        let source = include_str!("../../trace/event.rs");
        let mut named: Vec<&str> = source
            .lines()
            .filter(|line| line.contains("EventKind::") || line.contains("Fact::"))
            .filter_map(|line| line.split_once("=> \"")?.1.strip_suffix("\","))
            .collect();
        let mut known = EVENTS.to_vec();
        named.sort_unstable();
        known.sort_unstable();
        assert_eq!(named, known);
    }

    #[test]
    fn numbers_are_as_the_protocols_write_them() {
        for good in ["0", "3", "3.1", "4294967295", "4294967295.15"] {
            assert!(is_number(good, false), "{good}");
        }
        for bad in ["", "+3", "3.", ".1", "3.1.2", "x", "4294967296", "-1", "3.0", "3.256"] {
            assert!(!is_number(bad, false), "{bad}");
        }
        assert!(is_number("15.4294967295", true));
        assert!(!is_number("256.1", true));
    }
}
