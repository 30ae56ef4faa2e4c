//! The casts and scripts that situations share.

use crate::scenario::{Act, Do, Intercept, Latency, LinkRule, Network, Scenario};

/// A client asks a node.
pub(super) fn request(client: &str, to: &str, op: &str) -> Do {
    Do::Request { client: Some(client.to_owned()), to: Some(to.to_owned()), op: op.to_owned() }
}

/// The next message of this kind on this link is lost.
pub(super) fn lose(from: &str, to: &str, kind: &str) -> Do {
    lose_after(0, from, to, kind)
}

/// The same for a later one: so many pass first.
pub(super) fn lose_after(skip: u32, from: &str, to: &str, kind: &str) -> Do {
    intercept(from, to, kind, skip, Act::Drop)
}

/// The next message of this kind on this link takes this many milliseconds.
pub(super) fn slow(from: &str, to: &str, kind: &str, ms: u64) -> Do {
    intercept(from, to, kind, 0, Act::Take(ms * 1_000))
}

fn intercept(from: &str, to: &str, kind: &str, skip: u32, act: Act) -> Do {
    Do::Intercept(Intercept {
        from: Some(from.to_owned()),
        to: Some(to.to_owned()),
        kind: Some(kind.to_owned()),
        skip,
        times: 0,
        act,
    })
}

/// Every message takes 10 ms, and nobody loses patience before the story is over.
fn steady(scenario: Scenario, clients: u8) -> Scenario {
    let mut scenario = scenario.set("phase_us", 10_000_000_u64);
    scenario.network = Network { latency: Latency::Fixed { us: 10_000 }, ..Network::default() };
    scenario.clients.count = clients;
    scenario.clients.timeout_us = 60_000_000;
    scenario
}

/// The textbook picture: so many proposers, each with a client of its own, three acceptors and a learner.
pub(super) fn textbook(proposers: u8) -> Scenario {
    let scenario = Scenario::new("paxos", 1)
        .with("proposer", proposers)
        .with("acceptor", 3)
        .with("learner", 1);
    steady(scenario, proposers)
}

/// The combined picture: servers with all three roles, which hear the outcome from the proposer.
pub(super) fn servers(count: u8, clients: u8) -> Scenario {
    let scenario = Scenario::new("paxos", 1).with("server", count).set("learn", "proposer");
    steady(scenario, clients)
}

impl Scenario {
    /// At the start, arranges what will happen to messages.
    pub(super) fn arranging(self, what: impl IntoIterator<Item = Do>) -> Scenario {
        what.into_iter().fold(self, |scenario, act| scenario.at_us(0, act))
    }
}

/// P1's ballot 1.1 and P2's ballot 1.2 cross at A2, which hears Prepare(1.2) before Accept(1.1, v1).
///
/// A1 votes for v1 and A3 for v2; A2 could complete either.
pub(super) fn crossing() -> Scenario {
    textbook(2)
        .arranging([
            lose("P1", "A3", "Prepare"),
            slow("P1", "A2", "Accept", 60),
            lose("P1", "A3", "Accept"),
            lose("P2", "A1", "Prepare"),
            lose("P2", "A1", "Accept"),
            slow("P2", "A2", "Accept", 50),
        ])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(30, request("C2", "P2", "v2"))
        .until_ms(200)
}

/// v1 is chosen by A1 and A2 in ballot 1.1; then P2 prepares 1.2 with A2 and A3 only.
pub(super) fn overlap() -> Scenario {
    textbook(2)
        .arranging([
            lose("P1", "A3", "Prepare"),
            lose("P1", "A3", "Accept"),
            lose("P2", "A1", "Prepare"),
        ])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(60, request("C2", "P2", "v2"))
        .until_ms(160)
}

/// Two proposers ask at nearly the same time, and nothing is lost.
pub(super) fn neck_and_neck() -> Scenario {
    textbook(2)
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(5, request("C2", "P2", "v2"))
        .until_ms(200)
}

/// Three ballots: 1.2 gets v2 chosen by A2 and A3, then A3 hears the delayed Accept(1.1, v1),
/// then 1.3 hears A1 and A3.
pub(super) fn three_ballots() -> Scenario {
    textbook(3)
        .arranging([
            lose("P1", "A3", "Prepare"),
            lose("P1", "A1", "Accept"),
            lose("P1", "A2", "Accept"),
            slow("P1", "A3", "Accept", 70),
            lose("P2", "A3", "Prepare"),
            lose("P2", "A1", "Accept"),
            lose("P3", "A2", "Prepare"),
        ])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(30, request("C2", "P2", "v2"))
        .at_ms(100, request("C3", "P3", "v3"))
        .until_ms(180)
}

/// Two votes of different ballots are reported to ballot 1.3: A3's lower one for v1 comes first,
/// then A1's higher one for v2, which is chosen.
pub(super) fn two_reports() -> Scenario {
    textbook(3)
        .arranging([
            lose("P1", "A3", "Prepare"),
            lose("P1", "A1", "Accept"),
            lose("P1", "A2", "Accept"),
            lose("P2", "A3", "Prepare"),
            lose("P2", "A3", "Accept"),
            lose("P3", "A2", "Prepare"),
            slow("A3", "P3", "Promise", 5),
        ])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(30, request("C2", "P2", "v2"))
        .at_ms(70, request("C3", "P3", "v3"))
        .until_ms(150)
}

/// Four ballots, of which only the last is chosen: v1 gets one vote in 1.1 and one in 1.3.
pub(super) fn four_ballots() -> Scenario {
    textbook(4)
        .arranging([
            lose("P1", "A3", "Prepare"),
            lose("P1", "A2", "Accept"),
            lose("P1", "A3", "Accept"),
            lose("P2", "A1", "Prepare"),
            lose("P2", "A1", "Accept"),
            lose("P2", "A3", "Accept"),
            lose("P3", "A2", "Prepare"),
            lose("P3", "A1", "Accept"),
            lose("P3", "A2", "Accept"),
            lose("P4", "A3", "Prepare"),
        ])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(40, request("C2", "P2", "v2"))
        .at_ms(80, request("C3", "P3", "v3"))
        .at_ms(120, request("C4", "P4", "v4"))
        .until_ms(200)
}

/// The promises of P1's ballot 1.1 are slow; P2 gets v2 chosen; P1 begins 2.1, whose Prepare is lost.
pub(super) fn slow_promises() -> Scenario {
    textbook(2)
        .set("phase_us", 60_000_u64)
        .set("backoff", "fixed")
        .set("backoff_us", 10_000_u64)
        .arranging([
            lose("P1", "A3", "Prepare"),
            slow("A1", "P1", "Promise", 100),
            slow("A2", "P1", "Promise", 100),
            lose_after(1, "P1", "A1", "Prepare"),
            lose_after(1, "P1", "A2", "Prepare"),
            lose("P1", "A3", "Prepare"),
        ])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(20, request("C2", "P2", "v2"))
        .until_ms(230)
}

/// P1's Accept(1.1, v1) reaches A1 at once and A2 late; P1 crashes, restarts, and is asked for v2.
pub(super) fn reborn_proposer() -> Scenario {
    let mut scenario = textbook(1);
    scenario.clients.count = 2;
    scenario
        .set("phase_us", 60_000_u64)
        .set("backoff", "fixed")
        .arranging([
            slow("P1", "A2", "Accept", 100),
            lose("P1", "A3", "Accept"),
            lose_after(1, "P1", "A1", "Prepare"),
        ])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(45, Do::Crash("P1".to_owned()))
        .at_ms(50, Do::Restart("P1".to_owned()))
        .at_ms(50, request("C2", "P1", "v2"))
        .until_ms(200)
}

/// Two clients at one proposer: the second request comes when v1 has one vote and two to come.
pub(super) fn second_request() -> Scenario {
    let mut scenario = textbook(1);
    scenario.clients.count = 2;
    scenario
        .arranging([
            slow("P1", "A2", "Accept", 60),
            slow("P1", "A3", "Accept", 80),
            lose_after(1, "P1", "A1", "Accept"),
        ])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(25, request("C2", "P1", "v2"))
        .until_ms(150)
}

/// Two proposers next to A1 and far from the others hear its refusals first, so that each begins
/// a higher ballot before the other's Accept has reached a quorum.
pub(super) fn duel() -> Scenario {
    let mut scenario = textbook(2);
    for proposer in ["P1", "P2"] {
        for (from, to) in [(proposer, "A1"), ("A1", proposer)] {
            scenario.network.links.push(LinkRule {
                from: from.to_owned(),
                to: to.to_owned(),
                latency: Some(Latency::Fixed { us: 2_000 }),
                loss: None,
                duplication: None,
                fifo: None,
            });
        }
    }
    scenario.at_ms(0, request("C1", "P1", "v1")).at_ms(12, request("C2", "P2", "v2"))
}

/// Four servers, cut into two halves, and a client in each.
pub(super) fn halves() -> Scenario {
    let group = |lanes: [&str; 3]| lanes.map(str::to_owned).to_vec();
    servers(4, 2)
        .set("phase_us", 60_000_u64)
        .at_ms(0, Do::Partition(vec![group(["S1", "S2", "C1"]), group(["S3", "S4", "C2"])]))
        .at_ms(10, request("C1", "S1", "v1"))
        .at_ms(20, request("C2", "S3", "v2"))
        .until_ms(300)
}
