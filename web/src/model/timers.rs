//! What can be done to the timers that are set: alone, and against those of the same kind at other nodes.

use synod::scenario::Do;
use synod::session::Session;
use synod::trace::{Event, EventKind, Index, NodeId, Place, Status, Time, TimerRef};

use super::menu::{Offer, menu, offer};

/// A timer that is held runs out so much later, in microseconds.
const HOLD_US: u64 = 1_000_000;
/// A timer that is to be next runs out so much before the others, in microseconds.
const LEAD_US: u64 = 1_000;
/// How many events are read back to find the timers of a moment in the past.
const READ_BACK: usize = 4_000;

/// A timer that is set.
struct Set {
    node: NodeId,
    timer: TimerRef,
    due: Time,
}

/// The name of a timer's kind.
fn kind(session: &Session, timer: TimerRef) -> &'static str {
    session.info().timers.get(usize::from(timer.kind)).map_or("", |info| info.name)
}

/// What can be done to the timers that are set at a node, at the instant `at` behind the events `before`.
pub(super) fn timers(
    session: &Session,
    index: &Index,
    own: NodeId,
    before: &[Event],
    at: Time,
) -> Vec<Offer> {
    let state = index.state_at(session.source().events(), before.len());
    let mut set = Vec::new();
    for node in (0..session.cast().nodes.len() as u8).map(NodeId) {
        if state.node(node).status == Status::Up {
            set_at(session, node, before, &mut set);
        }
    }
    let mut offers = Vec::new();
    let mut add = |label: String, says, act| {
        offers.push(Offer { group: "Timers", ..offer(label, says, act) });
    };
    for one in &set {
        if one.node != own {
            continue;
        }
        let word = kind(session, one.timer);
        let postpone = |other: &Set, until_us| Do::Postpone {
            node: session.cast().name(Place::Node(other.node)).to_owned(),
            timer: word.to_owned(),
            key: other.timer.key,
            until_us,
        };
        let (node, key) = (session.cast().name(Place::Node(own)).to_owned(), one.timer.key);
        let fire = Do::Fire { node, timer: word.to_owned(), key };
        add(format!("Fire {word}"), "The timer runs out now.", menu(&fire));
        let hold = postpone(one, one.due.0 + HOLD_US);
        add(format!("Hold {word}"), "The timer runs out a second later.", menu(&hold));
        let (mut first, mut last) = (u64::MAX, 0);
        for other in &set {
            if other.timer.kind == one.timer.kind {
                last = last.max(other.due.0);
                if other.node != own {
                    first = first.min(other.due.0);
                }
            }
        }
        if one.due.0 >= first && first > at.0 + 1 {
            let next = postpone(one, first.saturating_sub(LEAD_US).max(at.0 + 1));
            let says = "Just before those of the other nodes, unless it is set anew.";
            add(format!("Let its {word} timer be next"), says, menu(&next));
        }
        // The acts are one to the reader, a line each.
        let mut align = String::new();
        for other in &set {
            if other.timer.kind == one.timer.kind && other.due.0 < last {
                align += if align.is_empty() { "menu " } else { "\n" };
                align += &postpone(other, last).to_json();
            }
        }
        if !align.is_empty() && first < u64::MAX {
            let says = "At every node at once, when the latest is due.";
            add(format!("Align {word} timers"), says, align);
        }
    }
    offers
}

/// Adds the timers that are set at a node at a moment.
fn set_at(session: &Session, node: NodeId, before: &[Event], set: &mut Vec<Set>) {
    let place = Place::Node(node);
    let name = session.cast().name(place);
    let mut ended: Vec<TimerRef> = Vec::new();
    // What puts a timer off leaves no event but its own.
    let mut put_off = Vec::new();
    for event in before.iter().rev().take(READ_BACK) {
        if let EventKind::Command { index } = event.kind {
            let command = session.scenario().commands.get(index as usize);
            if let Some(Do::Postpone { node, timer, key, until_us }) =
                command.map(|command| &command.act)
                && node == name
            {
                put_off.push((timer, key, until_us));
            }
        }
        if event.place != place {
            continue;
        }
        match event.kind {
            EventKind::TimerSet { timer, due } if !ended.contains(&timer) => {
                ended.push(timer);
                let word = kind(session, timer);
                let moved =
                    put_off.iter().find(|(name, key, _)| *name == word && **key == timer.key);
                let due = moved.map_or(due, |(_, _, until_us)| Time(**until_us));
                set.push(Set { node, timer, due });
            }
            EventKind::TimerFired { timer } | EventKind::TimerCancelled { timer } => {
                ended.push(timer);
            }
            EventKind::Started | EventKind::Restarted | EventKind::Crashed => break,
            _ => {}
        }
    }
}
