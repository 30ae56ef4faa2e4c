//! Runs written by hand, one event a line, for the tests of the monitors.

use crate::trace::{
    Cast, ClientId, Epoch, Event, EventId, EventKind, Fact, Lane, NodeId, Place, Slot, Time,
    ValueId,
};

use super::{Checks, Violation, Words};

/// The role code that scripts write as `leader`; `follower` is 0.
pub(super) const LEADER: u8 = 2;

/// What epochs and slots are called in a protocol with a log.
const LOG: (&str, &str) = ("term", "index");
/// ... and where there is one decision.
const SINGLE: (&str, &str) = ("ballot", "");

/// Shows the checks an event of nodes `S1` to `S3`.
pub(super) fn see(checks: &mut Checks, id: EventId, event: &Event) -> Vec<Violation> {
    see_as(LOG, checks, id, event)
}

fn see_as(
    (epoch, slot): (&'static str, &'static str),
    checks: &mut Checks,
    id: EventId,
    event: &Event,
) -> Vec<Violation> {
    let lane = |number: u8| Lane { name: format!("S{number}"), class: 0 };
    let cast = Cast { nodes: (1..=3).map(lane).collect(), clients: Vec::new() };
    let value = |value: ValueId| format!("v{}", value.0);
    checks.on_event(id, event, Words { cast: &cast, epoch, slot, value: &value })
}

/// Plays a script and returns what falls, as `line: invariant: detail (against line)`.
///
/// A line is `n2 accepted @1 3.1 v4`: node 2 (counted from 1), the event's name, a
/// slot, an epoch, a value, in any order and as far as the event has them.
pub(super) fn play(checks: Checks, script: &str) -> Vec<String> {
    play_as(LOG, checks, script)
}

/// The same where there is one decision, made in ballots.
pub(super) fn play_single(checks: Checks, script: &str) -> Vec<String> {
    play_as(SINGLE, checks, script)
}

fn play_as(names: (&'static str, &'static str), mut checks: Checks, script: &str) -> Vec<String> {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut fallen = Vec::new();
    for (line, text) in lines.enumerate() {
        for violation in see_as(names, &mut checks, EventId(line as u32), &event(text)) {
            let name = checks.names()[usize::from(violation.invariant)];
            let against = violation.broken.against;
            let against = against.map_or(String::new(), |event| format!(" (against {})", event.0));
            fallen.push(format!("{line}: {name}: {}{against}", violation.broken.detail));
        }
    }
    fallen
}

fn event(text: &str) -> Event {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| word[1..].parse::<u8>().expect("a number from 1") - 1;
    let place = match &words[0][..1] {
        "n" => Place::Node(NodeId(number(words[0]))),
        "c" => Place::Client(ClientId(number(words[0]))),
        _ => panic!("no place in {text:?}"),
    };
    Event { at: Time::ZERO, cause: None, place, kind: kind(words[1], &words[2..]) }
}

fn kind(name: &str, args: &[&str]) -> EventKind {
    let after = |mark: char| args.iter().find_map(|arg| arg.strip_prefix(mark));
    let slot = Slot::at(after('@').map_or(1, |index| index.parse().expect("a slot")));
    let value = ValueId(after('v').map_or(0, |value| value.parse().expect("a value")));
    let candidate = NodeId(after('n').map_or(0, |node| node.parse::<u8>().expect("a node") - 1));
    let epoch = args.iter().find(|arg| arg.starts_with(|c: char| c.is_ascii_digit()));
    let epoch = epoch.map_or(Epoch::default(), |epoch| match epoch.split_once('.') {
        None => Epoch::plain(epoch.parse().expect("an epoch")),
        Some((number, owner)) => Epoch::owned(
            number.parse().expect("an epoch"),
            NodeId(owner.parse::<u8>().expect("an owner") - 1),
        ),
    });
    EventKind::Fact(match name {
        "invoked" => return EventKind::Invoked { value },
        "crashed" => return EventKind::Crashed,
        "restarted" => return EventKind::Restarted,
        "persisted" => return EventKind::Persisted { write: 0 },
        "leader" => Fact::RoleChanged { role: LEADER, epoch },
        "follower" => Fact::RoleChanged { role: 0, epoch },
        "epoch_changed" => Fact::EpochChanged { epoch },
        "promised" => Fact::Promised { epoch },
        "voted_for" => Fact::VotedFor { epoch, candidate },
        "proposed" => Fact::Proposed { slot, epoch, value },
        "accepted" => Fact::Accepted { slot, epoch, value },
        "chosen" => Fact::Chosen { slot, epoch, value },
        "appended" => Fact::Appended { slot, epoch, value },
        "truncated" => Fact::Truncated { from: slot },
        "recovered" => Fact::Recovered { last: slot },
        "committed" => Fact::Committed { upto: slot, epoch },
        "applied" => Fact::Applied { slot, epoch, value },
        _ => panic!("no event is called {name:?}"),
    })
}
