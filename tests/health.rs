//! The health of a run is what its events say, however one got there.

use std::collections::BTreeMap;

use synod::scenario::{Do, Opening, Scenario};
use synod::session::{OverTime, Progress, Session, Summary, gallery, scenario_of};
use synod::trace::{EventKind, MessageKind, MessageView, NodeId, Time};

fn open(scenario: Scenario) -> Session {
    Session::open(scenario).unwrap_or_else(|problems| panic!("{problems}"))
}

fn usual(protocol: &str) -> Session {
    let opening = Opening::Protocol { id: protocol.to_owned(), nodes: None, seed: Some(1) };
    open(scenario_of(opening, 1).expect("the protocol is registered"))
}

fn go_on(session: &mut Session, us: u64) {
    while session.advance(Time(us), u32::MAX) == Progress::Violated {}
}

fn crash(session: &mut Session, node: NodeId) {
    let name = session.cast().nodes[node.index()].name.clone();
    session.act(Do::Crash(name)).expect("the node is there");
}

#[test]
fn a_steady_cluster_is_well() {
    let mut session = usual("raft");
    go_on(&mut session, 5_000_000);
    let health = session.health();
    assert_eq!((health.elections.begun, health.elections.won), (1, 1));
    assert!(health.leadership.leader.is_some());
    // An election timeout of 150 to 300 ms and a round trip, then one leader.
    let gap = health.leadership.longest_gap_us;
    assert!((150_000..350_000).contains(&gap), "{gap}");
    let led = u64::from(health.leadership.led_permille);
    assert!(led.abs_diff(1_000 - gap * 1_000 / 5_000_000) <= 1, "{led}");
    assert_eq!(health.leadership.contested_us, 0);
    // A commit takes one round trip of 16 to 24 ms; an answer one more, with the client.
    assert_eq!(health.commits.count, health.decided);
    assert!(health.decided > 10);
    assert!((16_000..26_000).contains(&health.commits.p50_us), "{:?}", health.commits);
    assert!((32_000..52_000).contains(&health.answers.p50_us), "{:?}", health.answers);
    assert!(health.commits.p50_us <= health.commits.p90_us);
    assert!(health.commits.p99_us <= health.commits.max_us);
    let quorum = health.quorum.expect("quorums were heard");
    assert_eq!((quorum.size, quorum.available, quorum.margin()), (3, 5, 2));
    // Heartbeats bring up to date.
    assert!(
        health.lag.iter().flatten().all(|lag| lag.log <= 1 && lag.known <= 1),
        "{:?}",
        health.lag
    );
}

#[test]
fn what_fails_is_seen() {
    let mut session = usual("raft");
    go_on(&mut session, 2_000_000);
    let leader = session.health().leadership.leader.expect("there is a leader");
    let margin =
        |session: &mut Session| session.health().quorum.expect("quorums were heard").margin();

    crash(&mut session, leader);
    assert_eq!(session.health().leadership.leader, None);
    assert_eq!(margin(&mut session), 1);
    go_on(&mut session, 4_000_000);
    let health = session.health();
    let next = health.leadership.leader.expect("another leads");
    assert_ne!(next, leader);
    assert!(health.elections.won >= 2);
    assert!(health.leadership.longest_gap_us >= 150_000);
    let behind = health.lag[leader.index()].expect("servers learn");
    assert!(behind.log > 2 && behind.known > 2, "what is down falls behind: {behind:?}");
    let OverTime { stretch_us, lag, commits, .. } = &health.over_time;
    let (before, after) = lag.split_at((2_000_000 / stretch_us) as usize);
    assert!(before.iter().all(|lag| *lag <= 1), "{before:?}");
    assert_eq!(after.iter().max(), Some(&behind.known), "it never came nearer: {after:?}");
    let is_longest = |us: &u32| u64::from(*us) == health.commits.max_us;
    let longest = commits.iter().position(is_longest).expect("it is among them") as u64;
    assert!(longest * stretch_us >= 2_000_000, "what waited for a leader waited longest");

    // A leader that is cut off goes on believing that it leads, while the others elect one.
    let name = session.cast().nodes[next.index()].name.clone();
    session.act(Do::Partition(vec![vec![name]])).expect("the node is there");
    assert_eq!(margin(&mut session), 0, "three of the four reach each other");
    go_on(&mut session, 6_000_000);
    let health = session.health();
    assert!(health.leadership.contested_us > 500_000, "{:?}", health.leadership);
    let last = health.leadership.leader.expect("there is a leader");
    assert_ne!(last, next, "of two leaders the later counts");
    crash(&mut session, last);
    assert_eq!(margin(&mut session), -1);
}

#[test]
fn the_counts_are_those_of_the_events() {
    for situation in gallery() {
        let until = situation.scenario.until_us;
        let mut session = open(situation.scenario);
        go_on(&mut session, until);
        let health = session.health();
        let source = session.source();
        let happened = &source.events()[..source.reached()];
        let count = |wanted: &dyn Fn(&EventKind) -> bool| {
            happened.iter().filter(|event| wanted(&event.kind)).count()
        };
        let sent = count(&|kind| match kind {
            EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => {
                matches!(source.message_kind(*message), MessageKind::Protocol(_))
            }
            _ => false,
        });
        let Summary { traffic, answers, decided, .. } = &health;
        assert_eq!(traffic.messages as usize, sent, "{}", situation.id);
        assert_eq!(traffic.by_step.iter().sum::<u32>(), traffic.messages, "{}", situation.id);
        let sum = |series: &[u32]| series.iter().sum::<u32>();
        assert_eq!(sum(&health.over_time.messages), traffic.messages);
        assert_eq!(sum(&health.over_time.decisions), *decided);
        assert_eq!(sum(&health.over_time.elections), health.elections.begun);
        let most = |series: &[u32]| series.iter().max().copied().unwrap_or_default();
        assert_eq!(u64::from(most(&health.over_time.commits)), health.commits.max_us);
        assert_eq!(u64::from(most(&health.over_time.answers)), answers.max_us);
        let OverTime { stretch_us, elections, decisions, messages, .. } = &health.over_time;
        let OverTime { commits, answers: waits, lag, .. } = &health.over_time;
        for series in [elections, decisions, messages, commits, waits, lag] {
            let last = session.now().0 / stretch_us;
            assert_eq!(series.len() as u64, last + 1, "{}: all of it is told", situation.id);
        }
        let returned = count(&|kind| matches!(kind, EventKind::Returned { .. }));
        assert_eq!(answers.count as usize, returned, "{}", situation.id);
        assert!(*decided as usize >= session.decided().len(), "{}", situation.id);
        if *decided > 0 {
            let hundredths = u64::from(traffic.messages) * 100 / u64::from(*decided);
            assert_eq!(traffic.per_decision_hundredths, Some(hundredths));
        }
    }
}

/// Every number here is below 128 and takes one byte, as does what says which kind a message is.
#[test]
fn bytes_can_be_added_up_by_hand() {
    let operation = |text: &str| match (text.split_once('='), text.strip_suffix('?')) {
        (Some((key, value)), _) => 1 + (1 + key.len()) + (1 + value.len()),
        (None, Some(key)) => 1 + (1 + key.len()),
        (None, None) => 1,
    };
    // Term; the request's number; who asked, if anybody; what.
    let entry = |text: &str| {
        let (_, op) = text.split_once(' ').expect("a term and an operation");
        1 + 1 + if op == "no-op" { 1 } else { 2 } + operation(op)
    };
    let bytes = |message: &MessageView| {
        let field = |name| message.fields.iter().find(|field| field.name == name);
        match message.kind {
            // Term, candidate, the last entry's index and term.
            "RequestVote" => 1 + 1 + 1 + 2,
            // Term, whether granted.
            "RequestVoteResponse" => 1 + 1 + 1,
            // Term, leader, the index and term before, how many entries, the commit index.
            "Heartbeat" => 1 + 1 + 1 + 2 + 1 + 1,
            "AppendEntries" => {
                let entries = &field("entries").expect("it has entries").value;
                1 + 1 + 1 + 2 + 1 + 1 + entries.split(", ").map(entry).sum::<usize>()
            }
            // Term, which answer, the index.
            "AppendEntriesResponse" => 1 + 1 + 1 + 1,
            other => panic!("{other} is unknown"),
        }
    };
    let mut session = usual("raft");
    go_on(&mut session, 1_000_000);
    let traffic = session.health().traffic;
    let source = session.source();
    let mut kinds = BTreeMap::new();
    for event in &source.events()[..source.reached()] {
        if let EventKind::Sent { message, .. } = event.kind
            && matches!(source.message_kind(message), MessageKind::Protocol(_))
        {
            let view = source.message(message);
            assert_eq!(source.message_bytes(message) as usize, bytes(&view), "{}", view.label);
            *kinds.entry(view.kind).or_insert(0) += bytes(&view) as u64;
        }
    }
    assert_eq!(kinds.len(), 5, "all kinds were sent: {kinds:?}");
    assert_eq!(traffic.bytes, kinds.values().sum::<u64>());
    let decided = session.health().decided;
    assert_eq!(traffic.bytes_per_decision, Some(traffic.bytes / u64::from(decided)));
}

/// Going back and forth, and acting in the past, gives what a fresh look gives.
#[test]
fn health_is_a_fact_about_a_moment() {
    let mut session = usual("raft");
    go_on(&mut session, 30_000_000);
    assert!(session.source().reached() > 20_000, "the run is longer than a few snapshots");
    session.health();
    for us in [12_345_678, 400_000, 29_000_000, 0, 17_000_000, 16_999_000, 8_000_000] {
        session.seek(Time(us), u32::MAX);
        let health = session.health();
        let mut fresh = usual("raft");
        fresh.seek(Time(us), u32::MAX);
        assert_eq!(health, fresh.health(), "at {us} us");
    }
    crash(&mut session, NodeId(0));
    go_on(&mut session, 20_000_000);
    let health = session.health();
    let mut fresh = open(session.scenario().clone());
    go_on(&mut fresh, 20_000_000);
    assert_eq!(health, fresh.health());
}

#[test]
fn a_protocol_of_ballots_has_its_health_too() {
    let mut session = usual("paxos");
    go_on(&mut session, 3_000_000);
    let health = session.health();
    assert_eq!((health.decided, health.commits.count), (1, 1));
    assert!(health.elections.won >= 1);
    let quorum = health.quorum.expect("quorums were heard");
    assert!(quorum.margin() >= 0 && quorum.size >= 2, "{quorum:?}");
}

#[test]
fn who_need_not_be_told_what_is_decided_is_not_behind() {
    let happy = gallery().find(|situation| situation.id == "paxos-happy-path");
    let mut session = open(happy.expect("it is in the gallery").scenario);
    go_on(&mut session, 60_000_000);
    let health = session.health();
    assert_eq!(health.decided, 1);
    for (node, lag) in session.cast().nodes.iter().zip(&health.lag) {
        let known = node.name.starts_with('L').then_some(0);
        assert_eq!(lag.map(|lag| lag.known), known, "{}", node.name);
    }
    let lag = &health.over_time.lag;
    assert!(lag.iter().all(|lag| *lag == 0), "it learns in the instant of the decision: {lag:?}");
}

/// Four promises or two votes: when three of five are down, the votes heard last are still enough, and
/// the promises that the next ballot needs are not.
#[test]
fn the_margin_is_that_of_the_quorum_that_is_hardest_to_get() {
    let flexible = gallery().find(|situation| situation.id == "paxos-flexible-quorums");
    let mut session = open(flexible.expect("it is in the gallery").scenario);
    let margin = |session: &mut Session, us| {
        go_on(session, us);
        let quorum = session.health().quorum.expect("quorums were heard");
        (quorum.kind, quorum.size, quorum.available, quorum.margin())
    };
    assert_eq!(margin(&mut session, 31_000), (None, 4, 5, 1), "only promises were heard");
    assert_eq!(margin(&mut session, 100_000), (Some("phase1"), 4, 2, -2), "two votes were");
    assert_eq!(margin(&mut session, 260_000), (Some("phase1"), 4, 5, 1), "all are back");

    let mut session = usual("raft");
    go_on(&mut session, 2_000_000);
    let quorum = session.health().quorum.expect("quorums were heard");
    assert_eq!((quorum.kind, quorum.size), (None, 3), "votes and commits take the same");
}
