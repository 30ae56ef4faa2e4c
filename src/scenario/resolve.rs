//! From what goals and captions say to patterns of events.

use crate::check::{Numbered, Pattern, What};
use crate::trace::{Cast, Info, MessageKind, NameInfo, NodeId, Place};

use super::On;

impl On {
    /// The pattern it stands for in a run with these lanes and invariants.
    ///
    /// # Errors
    /// A sentence that says which field names something that does not exist, or
    /// that such an event does not have, and what there is.
    pub fn resolve(
        &self,
        info: &Info,
        cast: &Cast,
        invariants: &[&'static str],
    ) -> Result<Pattern, String> {
        let lane = |name: &Option<String>| name.as_ref().map(|name| place(name, cast)).transpose();
        let what = self.what.as_ref().map(|what| self.resolve_what(what, info, invariants));
        let event = self.event.clone();
        Ok(Pattern {
            at: lane(&self.at)?,
            peer: lane(&self.peer)?,
            what: what.transpose()?,
            epoch: self.epoch.as_deref().map(epoch).transpose()?,
            slot: self.slot.as_deref().map(slot).transpose()?,
            value: self.value.clone(),
            event,
        })
    }

    fn resolve_what(
        &self,
        what: &str,
        info: &Info,
        invariants: &[&'static str],
    ) -> Result<What, String> {
        let rows = |table: &'static [NameInfo]| table.iter().map(|row| row.name).collect();
        let (kind, names): (&str, Vec<&str>) = match self.event.as_str() {
            "role_changed" => ("role", info.roles.iter().map(|role| role.name).collect()),
            "sent" | "delivered" | "lost" | "duplicated" => return message_kind(what, info),
            "timer_set" | "timer_fired" | "timer_cancelled" => ("timer", rows(info.timers)),
            "persisted" => ("kind of write", rows(info.writes)),
            "quorum_reached" => ("quorum", rows(info.quorums)),
            "ignored" => ("refusal", rows(info.refusals)),
            "note" => ("note", rows(info.notes)),
            "violated" => ("invariant", invariants.to_vec()),
            event => return Err(format!("an event {event:?} does not name anything")),
        };
        // Roles are written `leader` as often as `Leader`; nothing else differs by case alone.
        let code = names.iter().position(|name| name.eq_ignore_ascii_case(what));
        code.map(|code| What::Code(code as u8)).ok_or_else(|| unknown(kind, what, &names))
    }
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
