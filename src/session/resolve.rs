//! From what goals and captions say to patterns of events.

use crate::check::{Numbered, Pattern, What};
use crate::trace::{Cast, Info, MessageKind, NameInfo, NodeId, Place};

use crate::scenario::On;

/// The pattern that a goal or caption stands for in a run with these lanes and invariants.
///
/// # Errors
/// A sentence that says which field names something that does not exist, or that
/// such an event does not have, and what there is.
pub fn pattern(
    on: &On,
    info: &Info,
    cast: &Cast,
    invariants: &[&'static str],
) -> Result<Pattern, String> {
    check_fields(on)?;
    let lane = |name: &Option<String>| name.as_ref().map(|name| place(name, cast)).transpose();
    let what = on.what.as_ref().map(|named| what(&on.event, named, info, invariants));
    Ok(Pattern {
        event: on.event.clone(),
        at: lane(&on.at)?,
        peer: lane(&on.peer)?,
        what: what.transpose()?,
        epoch: on.epoch.as_deref().map(epoch).transpose()?,
        slot: on.slot.as_deref().map(slot).transpose()?,
        value: on.value.clone(),
    })
}

/// An event of a kind that has no epoch never matches one: that is a mistake worth saying.
fn check_fields(on: &On) -> Result<(), String> {
    let Some(has) = fields(&on.event) else {
        return Err(format!("there is no kind of event {:?}", on.event));
    };
    let given = [
        ("peer", on.peer.is_some()),
        ("what", on.what.is_some()),
        ("epoch", on.epoch.is_some()),
        ("slot", on.slot.is_some()),
        ("value", on.value.is_some()),
    ];
    match given.iter().find(|(field, given)| *given && !has.contains(field)) {
        Some((field, _)) => Err(format!("an event {:?} has no {field:?}", on.event)),
        None => Ok(()),
    }
}

/// What a kind of event has besides a place.
fn fields(event: &str) -> Option<&'static [&'static str]> {
    Some(match event {
        "sent" | "delivered" | "lost" | "duplicated" => &["what", "peer"],
        "timer_set" | "timer_fired" | "timer_cancelled" | "persisted" | "violated" | "ignored"
        | "note" => &["what"],
        "invoked" | "returned" | "timed_out" => &["value"],
        "link" => &["peer"],
        "role_changed" => &["what", "epoch"],
        "epoch_changed" | "promised" => &["epoch"],
        "voted_for" => &["epoch", "peer"],
        "proposed" | "accepted" | "chosen" | "appended" | "applied" => &["slot", "epoch", "value"],
        "quorum_reached" => &["what", "epoch", "slot", "peer"],
        "committed" => &["slot", "epoch"],
        "truncated" | "recovered" | "depends" => &["slot"],
        "started" | "crashed" | "restarted" | "paused" | "resumed" | "disk_lost" | "command"
        | "halted" => &[],
        _ => return None,
    })
}

fn what(event: &str, what: &str, info: &Info, invariants: &[&str]) -> Result<What, String> {
    let rows = |table: &'static [NameInfo]| table.iter().map(|row| row.name).collect();
    let (kind, names): (&str, Vec<&str>) = match event {
        "role_changed" => ("role", info.roles.iter().map(|role| role.name).collect()),
        "sent" | "delivered" | "lost" | "duplicated" => return message_kind(what, info),
        "timer_set" | "timer_fired" | "timer_cancelled" => ("timer", rows(info.timers)),
        "persisted" => ("kind of write", rows(info.writes)),
        "quorum_reached" => ("quorum", rows(info.quorums)),
        "ignored" => ("refusal", rows(info.refusals)),
        "note" => ("note", rows(info.notes)),
        "violated" => ("invariant", invariants.to_vec()),
        // `check_fields` lets nothing else through.
        event => return Err(format!("an event {event:?} has no \"what\"")),
    };
    // Roles are written `leader` as often as `Leader`; no two names differ by case alone.
    let code = names.iter().position(|name| name.eq_ignore_ascii_case(what));
    code.map(|code| What::Code(code as u8)).ok_or_else(|| unknown(kind, what, &names))
}

fn message_kind(what: &str, info: &Info) -> Result<What, String> {
    let kind = match what {
        "Request" => Some(MessageKind::Request),
        "Reply" => Some(MessageKind::Reply),
        _ => info.message_kind(what).map(MessageKind::Protocol),
    };
    kind.map(What::Message).ok_or_else(|| {
        let own = info.messages.iter().map(|message| message.name);
        unknown("kind of message", what, &own.chain(["Request", "Reply"]).collect::<Vec<_>>())
    })
}

fn place(name: &str, cast: &Cast) -> Result<Place, String> {
    if name == "world" {
        return Ok(Place::World);
    }
    cast.place(name).ok_or_else(|| {
        let nodes = cast.nodes.iter().map(|lane| lane.name.as_str());
        let names: Vec<&str> = nodes.chain(cast.clients.iter().map(String::as_str)).collect();
        unknown("lane", name, &names)
    })
}

/// `3`, or `3.1` for an epoch of node 1.
fn epoch(text: &str) -> Result<Numbered, String> {
    let (number, owner) = match text.split_once('.') {
        None => (text, None),
        Some((number, owner)) => (number, Some(owner)),
    };
    numbered(number, owner).ok_or_else(|| format!("{text:?} is not an epoch like 3 or 3.1"))
}

/// `4`, or `2.4` for an instance of node 2.
fn slot(text: &str) -> Result<Numbered, String> {
    let (owner, number) = match text.split_once('.') {
        None => (None, text),
        Some((owner, number)) => (Some(owner), number),
    };
    numbered(number, owner).ok_or_else(|| format!("{text:?} is not a slot like 4 or 2.4"))
}

fn numbered(number: &str, owner: Option<&str>) -> Option<Numbered> {
    let owner = match owner {
        None => None,
        Some(owner) => Some(NodeId(owner.parse::<u8>().ok()?.checked_sub(1)?)),
    };
    Some(Numbered { number: number.parse().ok()?, owner })
}

fn unknown(kind: &str, name: &str, known: &[&str]) -> String {
    format!("there is no {kind} {name:?}. Known: {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use crate::protocols;
    use crate::trace::{Cast, ClientId, Lane, NodeId, Place};

    use super::*;

    fn resolve(on: &On) -> Result<Pattern, String> {
        let info = protocols::find("raft").expect("it is registered").info;
        let lane = |name: &str| Lane { name: name.to_owned(), class: 0 };
        let cast = Cast { nodes: vec![lane("S1"), lane("S2")], clients: vec!["C1".to_owned()] };
        pattern(on, info, &cast, &["Election Safety", "Log Matching"])
    }

    #[test]
    fn names_become_codes() {
        let found = resolve(&On::event("role_changed").at("S2").what("leader").epoch("3"));
        let found = found.expect("all of it exists");
        assert_eq!(found.at, Some(Place::Node(NodeId(1))));
        assert_eq!(found.epoch, Some(Numbered { number: 3, owner: None }));
        let role = protocols::find("raft").expect("it is registered").info.role("Leader");
        assert_eq!(found.what, role.map(What::Code));

        let found = resolve(&On::event("delivered").peer("C1").what("Request"));
        let found = found.expect("all of it exists");
        assert_eq!(found.peer, Some(Place::Client(ClientId(0))));
        assert_eq!(found.what, Some(What::Message(MessageKind::Request)));

        let found = resolve(&On::event("violated").at("world").what("Log Matching"));
        assert_eq!(found.map(|found| found.what), Ok(Some(What::Code(1))));
    }

    #[test]
    fn the_owner_follows_an_epoch_and_precedes_a_slot() {
        let found =
            resolve(&On::event("chosen").epoch("3.1").slot("2.4")).expect("both are numbers");
        assert_eq!(found.epoch, Some(Numbered { number: 3, owner: Some(NodeId(0)) }));
        assert_eq!(found.slot, Some(Numbered { number: 4, owner: Some(NodeId(1)) }));
        for bad in ["", "x", "3.0", "3.", "3.1.2", "99999999999"] {
            assert!(resolve(&On::event("promised").epoch(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_does_not_exist_is_said_with_what_does() {
        let says = |on: On| resolve(&on).expect_err("something does not exist");
        assert_eq!(
            says(On::event("crashed").at("S9")),
            "there is no lane \"S9\". Known: S1, S2, C1"
        );
        assert_eq!(
            says(On::event("violated").what("Luck")),
            "there is no invariant \"Luck\". Known: Election Safety, Log Matching"
        );
        assert_eq!(says(On::event("choosen")), "there is no kind of event \"choosen\"");
        assert_eq!(says(On::event("crashed").epoch("3")), "an event \"crashed\" has no \"epoch\"");
        assert_eq!(says(On::event("crashed").what("S1")), "an event \"crashed\" has no \"what\"");
        assert!(says(On::event("sent").what("Vote")).contains("AppendEntries"));
    }

    /// Reads the names where they are given, so that none can be forgotten here.
    #[test]
    fn every_kind_of_event_has_its_fields_listed() {
        let source = include_str!("../trace/event.rs");
        let named = source
            .lines()
            .filter(|line| line.contains("EventKind::") || line.contains("Fact::"))
            .filter_map(|line| line.split_once("=> \"")?.1.strip_suffix("\","));
        let missing: Vec<&str> = named.filter(|name| fields(name).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
