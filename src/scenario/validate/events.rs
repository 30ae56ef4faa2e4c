//! Validation of what goals and captions wait for.

use crate::scenario::problem::Path;
use crate::scenario::{On, limits};
use crate::trace::{CLIENT_MESSAGES, Info, KINDS, Kind, Named};

use super::checker::{Checker, shown};

/// The kinds of message: the protocol's, and those between client and node.
pub(super) fn message_kinds(info: &Info) -> impl Iterator<Item = &'static str> + Clone {
    info.messages.iter().map(|message| message.name).chain(CLIENT_MESSAGES)
}

impl Checker<'_> {
    pub(super) fn on(&mut self, on: &On, path: Path<'_>) {
        self.known(
            path.field("event"),
            "kind of event",
            &on.event,
            KINDS.iter().map(|kind| kind.name),
        );
        for (field, name) in [("at", &on.at), ("peer", &on.peer)] {
            // What belongs to no lane happens at the world.
            if let Some(name) = name.as_ref().filter(|name| *name != "world") {
                self.lane(path.field(field), name);
            }
        }
        if let Some(kind) = Kind::find(&on.event) {
            self.fields(on, kind, path);
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

    /// An event of a kind that has no epoch never has one to match: that is a mistake worth saying.
    fn fields(&mut self, on: &On, kind: &Kind, path: Path<'_>) {
        let given = [
            ("peer", on.peer.is_some()),
            ("what", on.what.is_some()),
            ("epoch", on.epoch.is_some()),
            ("slot", on.slot.is_some()),
            ("value", on.value.is_some()),
        ];
        for (field, _) in given.iter().filter(|(field, given)| *given && !kind.has.contains(field))
        {
            self.say(
                path.field(field),
                format!("an event \"{}\" has no {field}; leave it out", kind.name),
            );
        }
        let Some(what) = &on.what else { return };
        let path = path.field("what");
        match kind.names {
            // Said above.
            Named::Nothing => {}
            // Invariants are known to the run, not to the description of the protocol.
            Named::Invariant => self.some(path, what, limits::TITLE_MAX),
            Named::Role if self.info.role(what).is_some() => {}
            names => {
                self.known(path, names.word(), what, names.of(self.info).into_iter());
            }
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
    use super::is_number;

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
