//! From what goals and captions say to patterns of events.

use crate::check::{Numbered, Pattern, What};
use crate::trace::{Cast, Info, Kind, MessageKind, Named, NodeId, NotASlot, Place, Slot};

use crate::scenario::{On, Quoted};

/// The pattern that a goal or caption stands for in a run with these lanes and invariants.
///
/// # Errors
/// A sentence that says which field names something that does not exist, and what there is. That an
/// event has such a field at all is validated with the scenario.
pub fn pattern(
    on: &On,
    info: &Info,
    cast: &Cast,
    invariants: &[&'static str],
) -> Result<Pattern, String> {
    let kind = Kind::find(&on.event)
        .ok_or_else(|| format!("there is no kind of event {}", Quoted(&on.event)))?;
    let lane = |name: &Option<String>| name.as_ref().map(|name| place(name, cast)).transpose();
    let what = on.what.as_ref().map(|named| what(kind, named, info, invariants));
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

fn what(kind: &Kind, what: &str, info: &Info, invariants: &[&str]) -> Result<What, String> {
    let names = match kind.names {
        Named::Invariant => invariants.to_vec(),
        named => named.of(info),
    };
    // Roles are written `leader` as often as `Leader`; no two names differ by case alone.
    let code = names.iter().position(|name| name.eq_ignore_ascii_case(what));
    let code = code.ok_or_else(|| unknown(kind.names.word(), what, &names))?;
    let own = info.messages.len();
    Ok(match kind.names {
        Named::Message if code == own => What::Message(MessageKind::Request),
        Named::Message if code > own => What::Message(MessageKind::Reply),
        Named::Message => What::Message(MessageKind::Protocol(code as u8)),
        _ => What::Code(code as u8),
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
    let numbered = match text.split_once('.') {
        None => text.parse().ok().map(|number| Numbered { number, owner: None }),
        Some((number, owner)) => {
            let owner = owner.parse::<u8>().ok().and_then(|owner| owner.checked_sub(1));
            let number = number.parse().ok();
            number.zip(owner).map(|(number, owner)| Numbered { number, owner: Some(NodeId(owner)) })
        }
    };
    numbered.ok_or_else(|| format!("{} is not an epoch like 3 or 3.1", Quoted(text)))
}

/// `4`, or `2.4` for an instance of node 2.
fn slot(text: &str) -> Result<Slot, String> {
    text.parse().map_err(|NotASlot| format!("{} is not a slot like 4 or 2.4", Quoted(text)))
}

/// A sentence about a name that there is not, and those that there are.
pub(super) fn unknown(kind: &str, name: &str, known: &[&str]) -> String {
    format!("there is no {kind} {}. Known: {}", Quoted(name), known.join(", "))
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
        assert_eq!(found.slot, Some(Slot { index: 4, owner: Some(NodeId(1)) }));
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
        assert!(says(On::event("sent").what("Vote")).contains("AppendEntries"));
    }
}
