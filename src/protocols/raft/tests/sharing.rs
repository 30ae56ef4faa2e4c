//! What a leader may have on its way, and what followers share.

use std::rc::Rc;

use super::super::{Durable, Message, Params, Raft, Rule};
use super::harness::*;
use crate::node::{Effect, Effects, Engine};

/// One set of entries for all who need the same, and the one that is written.
#[test]
fn followers_at_the_same_place_share_the_entries() {
    let mut server = Server::of(5, Durable::default()).elected();
    for peer in server.raft.peers() {
        server.on(peer, matched(1, 0));
    }
    let mut fx: Effects<Raft> = Effects::default();
    server.raft.on_request(command(1), &mut fx);
    let sent: Vec<_> = fx
        .list
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send { message, .. } => fx.messages.get(*message),
            _ => None,
        })
        .filter_map(|message| match message {
            Message::AppendEntries(m) => Some(&m.entries),
            _ => None,
        })
        .collect();
    assert_eq!(sent.len(), 4);
    assert!(sent.iter().all(|entries| Rc::ptr_eq(entries, sent[0])));
}

fn bounded(batch_max: u32, pipeline_max: u8) -> Server {
    let params = Params { batch_max, pipeline_max, ..params(false) };
    let mut server = Server::with(&config(3, params, &[]), Durable::default()).elected();
    server.on(S2, matched(1, 0));
    server
}

/// No more messages with entries are on their way than `pipeline_max`, and none holds more than
/// `batch_max`; what had to wait goes out in batches.
#[test]
fn the_pipeline_and_the_batches_are_bounded() {
    let mut server = bounded(3, 2);
    let sent = |lines: Vec<String>| lines.iter().filter(|line| line.starts_with("to S2")).count();
    assert_eq!((1..=10).map(|number| sent(server.asks(number))).sum::<usize>(), 2);
    assert_eq!(
        sends(&server.on(S2, matched(1, 1))),
        ["to S2 AppendEntries(t1, prev 2/1, 3 entries)"]
    );
    assert_eq!(
        sends(&server.on(S2, matched(1, 5))),
        [
            "to S2 AppendEntries(t1, prev 5/1, 3 entries)",
            "to S2 AppendEntries(t1, prev 8/1, 2 entries)",
        ],
        "one answer frees both"
    );
}

/// A follower that refuses what overtook another message is probed from where it is known to agree.
#[test]
fn an_overtaken_message_is_sent_again() {
    let mut server = bounded(64, 8);
    for number in 1..=3 {
        server.asks(number);
    }
    assert_eq!(
        sends(&server.on(S2, mismatch(1, 2, at(1, 1)))),
        ["to S2 AppendEntries(t1, prev 0/0, 3 entries)"]
    );
    assert_eq!(server.on(S2, mismatch(1, 1, at(0, 0))), ["ignored: late answer"]);
    server.on(S2, matched(1, 3));
    assert_eq!(server.on(S2, mismatch(1, 2, at(1, 1))), ["ignored: late answer"]);
    assert_eq!(server.raft.progress[1].next_index, 4);
}

/// Requests wait for the next heartbeat or answer when they are not to be replicated at once.
#[test]
fn requests_can_wait_for_the_heartbeat() {
    let params = Params { replicate_at_once: false, ..params(false) };
    let mut server = Server::with(&config(3, params, &[]), Durable::default()).elected();
    server.on(S2, matched(1, 0));
    assert_eq!(server.asks(1), ["persist 1 after 0", "appended 1/1"]);
    assert_eq!(server.asks(2), ["persist 1 after 1", "appended 2/1"]);
    assert_eq!(sends(&server.beats())[0], "to S2 AppendEntries(t1, prev 0/0, 2 entries)");
}

/// The mistake of believing every refusal: nextIndex goes below what is known to match.
#[test]
fn a_believed_stale_refusal_is_remarked_on() {
    let broken = config(3, params(false), &[Rule::IgnoreStaleRefusal]);
    let mut server = Server::with(&broken, Durable::default()).elected();
    server.on(S2, matched(1, 0));
    server.asks(1);
    server.on(S2, matched(1, 1));
    let lines = server.on(S2, mismatch(1, 1, at(0, 0)));
    assert_eq!(lines[0], "Note { what: 0, number: 1 }");
    assert_eq!(sends(&lines), ["to S2 AppendEntries(t1, prev 0/0, 1 entry)"]);
}
