//! The kinds of event by their names, and what each has besides a place: for whoever picks events by
//! what they say.

use super::Info;

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The name, as [`super::EventKind::name`] gives it.
    pub name: &'static str,
    /// Which of `peer`, `what`, `epoch`, `slot` and `value` it has.
    pub has: &'static [&'static str],
    /// What its `what` names, where it has one.
    pub names: Named,
}

/// What an event of some kind names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// Nothing.
    Nothing,
    /// A kind of message: the protocol's, or one between client and node.
    Message,
    /// A timer.
    Timer,
    /// A kind of disk write.
    Write,
    /// A role.
    Role,
    /// A quorum.
    Quorum,
    /// Why an input was ignored.
    Refusal,
    /// A remark.
    Note,
    /// An invariant. Which there are is known to a run, not to a protocol's description.
    Invariant,
}

/// The kinds of message between client and node, behind those of a protocol.
pub const CLIENT_MESSAGES: [&str; 2] = ["Request", "Reply"];

impl Kind {
    /// The kind of that name.
    pub fn find(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }
}

impl Named {
    /// What one of them is called.
    pub fn word(self) -> &'static str {
        match self {
            Named::Nothing => "name",
            Named::Message => "kind of message",
            Named::Timer => "timer",
            Named::Write => "kind of write",
            Named::Role => "role",
            Named::Quorum => "quorum",
            Named::Refusal => "refusal",
            Named::Note => "note",
            Named::Invariant => "invariant",
        }
    }

    /// The names there are in a protocol, by code; none of invariants.
    pub fn of(self, info: &Info) -> Vec<&'static str> {
        let rows = match self {
            Named::Nothing | Named::Invariant => return Vec::new(),
            Named::Message => {
                let own = info.messages.iter().map(|message| message.name);
                return own.chain(CLIENT_MESSAGES).collect();
            }
            Named::Role => return info.roles.iter().map(|role| role.name).collect(),
            Named::Timer => info.timers,
            Named::Write => info.writes,
            Named::Quorum => info.quorums,
            Named::Refusal => info.refusals,
            Named::Note => info.notes,
        };
        rows.iter().map(|row| row.name).collect()
    }
}

const fn plain(name: &'static str) -> Kind {
    Kind { name, has: &[], names: Named::Nothing }
}

const fn with(name: &'static str, has: &'static [&'static str]) -> Kind {
    Kind { name, has, names: Named::Nothing }
}

const fn naming(name: &'static str, has: &'static [&'static str], names: Named) -> Kind {
    Kind { name, has, names }
}

const ENTRY: &[&str] = &["slot", "epoch", "value"];

/// Every kind of event.
pub const KINDS: [Kind; 37] = [
    plain("started"),
    naming("sent", &["what", "peer"], Named::Message),
    naming("delivered", &["what", "peer"], Named::Message),
    naming("lost", &["what", "peer"], Named::Message),
    naming("duplicated", &["what", "peer"], Named::Message),
    naming("timer_set", &["what"], Named::Timer),
    naming("timer_fired", &["what"], Named::Timer),
    naming("timer_cancelled", &["what"], Named::Timer),
    naming("persisted", &["what"], Named::Write),
    with("invoked", &["value"]),
    with("returned", &["value"]),
    with("timed_out", &["value"]),
    plain("crashed"),
    plain("restarted"),
    plain("paused"),
    plain("resumed"),
    plain("disk_lost"),
    with("link", &["peer"]),
    plain("command"),
    naming("violated", &["what"], Named::Invariant),
    plain("halted"),
    naming("role_changed", &["what", "epoch"], Named::Role),
    with("epoch_changed", &["epoch"]),
    with("promised", &["epoch"]),
    with("voted_for", &["epoch", "peer"]),
    with("proposed", ENTRY),
    with("accepted", ENTRY),
    naming("quorum_reached", &["what", "epoch", "slot", "peer"], Named::Quorum),
    with("chosen", ENTRY),
    with("appended", ENTRY),
    with("truncated", &["slot"]),
    with("recovered", &["slot"]),
    with("committed", &["slot", "epoch"]),
    with("applied", ENTRY),
    with("depends", &["slot"]),
    naming("ignored", &["what"], Named::Refusal),
    naming("note", &["what"], Named::Note),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the names where they are given, so that none can be forgotten here.
    #[test]
    fn every_kind_of_event_is_known() {
        let source = include_str!("event.rs");
        let mut named: Vec<&str> = source
            .lines()
            .filter(|line| line.contains("EventKind::") || line.contains("Fact::"))
            .filter_map(|line| line.split_once("=> \"")?.1.strip_suffix("\","))
            .collect();
        let mut known = KINDS.map(|kind| kind.name).to_vec();
        named.sort_unstable();
        known.sort_unstable();
        assert_eq!(named, known);
    }

    #[test]
    fn a_kind_that_names_something_has_a_what_and_no_other_has() {
        for kind in KINDS {
            assert_eq!(kind.has.contains(&"what"), kind.names != Named::Nothing, "{}", kind.name);
        }
        assert_eq!(Kind::find("sent").map(|kind| kind.names), Some(Named::Message));
        assert_eq!(Kind::find("choosen"), None);
    }
}
