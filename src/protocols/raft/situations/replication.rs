//! What Raft does, and what it survives.

use crate::scenario::{Do, Latency, LinkRule, Network, On, Ratio, Scenario, Situation};

use super::script::{appends, applies, ask, commits, cuts, fire};

pub(super) fn all() -> Vec<Situation> {
    vec![
        first_election(),
        split_vote(),
        replication(),
        leader_crash(),
        partitioned_leader(),
        slow_follower(),
        flaky_network(),
    ]
}

fn first_election() -> Situation {
    let scenario = Scenario::new("raft", 7)
        .with("server", 5)
        .until_ms(700)
        .titled(
            "The first election",
            "Five servers start as followers. The first whose election timeout elapses asks the \
             others for their votes and leads term 1; its heartbeats keep the others from \
             standing.",
        )
        .goal("somebody stands", On::event("role_changed").what("Candidate"))
        .goal("a majority votes", On::event("quorum_reached").what("election"))
        .goal("a leader is elected", On::event("role_changed").what("Leader"))
        .goal_times("everybody learns that the no-op is committed", On::event("committed"), 5)
        .caption(
            On::event("role_changed").what("Candidate"),
            "The shortest of five random timeouts: a candidate votes for itself and asks.",
        )
        .caption(On::event("role_changed").what("Leader"), "Three votes of five are a majority.")
        .caption(
            On::event("quorum_reached").what("commit"),
            "The leader opens its term with a no-op, which is committed on a majority.",
        );
    Situation { id: "raft-first-election", scenario }
}

/// A link that takes so long.
fn takes(from: &str, to: &str, us: u64) -> LinkRule {
    LinkRule {
        from: from.to_owned(),
        to: to.to_owned(),
        latency: Some(Latency::Fixed { us }),
        loss: None,
        duplication: None,
        fifo: None,
    }
}

fn split_vote() -> Situation {
    let mut scenario = Scenario::new("raft", 3).with("server", 4);
    // S3 hears S1 first, S4 hears S2 first.
    scenario.network.links =
        vec![takes("S1", "S4", 16_000), takes("S2", "S3", 16_000), takes("S1", "S2", 10_000)];
    let scenario = scenario
        .at_ms(50, fire("S1", "election"))
        .at_ms(50, fire("S2", "election"))
        .until_ms(900)
        .titled(
            "A split vote",
            "S1 and S2 stand at the same instant, and each gets one more vote: two of four, no \
             majority. Nothing is decided until the random timeouts let one of them be first.",
        )
        .goal_times("two candidates in term 1", candidate("1"), 2)
        .goal("nobody can be second", On::event("ignored").what("already voted"))
        .goal("a later term has a leader", On::event("role_changed").what("Leader"))
        .caption(candidate("1"), "Two candidates in one term.")
        .caption(
            On::event("ignored").at("S4").what("already voted"),
            "S4 has voted for S2. With two votes each, nobody has three of four.",
        )
        .caption(candidate("2"), "The first to time out stands in term 2.")
        .caption(On::event("role_changed").what("Leader"), "This time it is alone, and wins.");
    Situation { id: "raft-split-vote", scenario }
}

fn candidate(term: &str) -> On {
    On::event("role_changed").what("Candidate").epoch(term)
}

/// Five servers on a steady network that elect S1 at once.
fn led_by_s1(seed: u64) -> Scenario {
    let mut scenario = Scenario::new("raft", seed).with("server", 5);
    scenario.network.latency = Latency::Fixed { us: 10_000 };
    scenario.at_ms(20, fire("S1", "election"))
}

fn replication() -> Situation {
    let scenario = led_by_s1(1)
        .at_ms(120, ask("S1", "x=1"))
        .at_ms(200, ask("S4", "y=2"))
        .at_ms(280, ask("S1", "x?"))
        .until_ms(450)
        .titled(
            "Replication to five",
            "A request goes to the leader, which appends it and sends it on. When three of five \
             have it, it is committed, applied and answered; the followers learn so with the \
             next message. S4, asked by a client, says who leads.",
        )
        .goal("x=1 is answered", On::event("returned").value("x=1"))
        .goal("y=2 is answered", On::event("returned").value("y=2"))
        .goal("the read is answered", On::event("returned").value("x?"))
        .goal_times("everybody applies y=2", On::event("applied").value("y=2"), 5)
        .caption(appends("S1", "x=1"), "Append to the own log first, then replicate.")
        .caption(applies("S1", "x=1"), "On a majority: committed, applied, answered.")
        .caption(applies("S2", "x=1"), "The heartbeat tells the followers how far to apply.")
        .caption(On::event("ignored").at("S4").what("not the leader"), "S4 names the leader.")
        .caption(applies("S1", "x?"), "A read takes its place in the log like a write.");
    Situation { id: "raft-replication", scenario }
}

fn leader_crash() -> Situation {
    let scenario = led_by_s1(4)
        .at_ms(120, ask("S1", "x=1"))
        .at_ms(220, Do::Crash("S1".to_owned()))
        .at_ms(260, ask("S1", "y=2"))
        .at_ms(1_300, Do::Restart("S1".to_owned()))
        .until_ms(1_700)
        .titled(
            "The leader crashes",
            "S1 commits x=1 and crashes. The others miss its heartbeats and elect another \
             leader, which has x=1, since it could not have won without. S1 comes back as a \
             follower.",
        )
        .goal("x=1 is committed", applies("S1", "x=1"))
        .goal_times("a second leader is elected", On::event("role_changed").what("Leader"), 2)
        .goal("y=2 is answered by the new leader", On::event("returned").value("y=2"))
        .goal("S1 catches up", appends("S1", "y=2"))
        .caption(On::event("crashed").at("S1"), "Nobody tells the others; they must notice.")
        .caption(candidate("2"), "Silence for an election timeout: a new election.")
        .caption(On::event("timed_out"), "The client waited for S1 in vain, and asks the next.")
        .caption(On::event("restarted").at("S1"), "S1 boots from its disk: term, vote and log.");
    Situation { id: "raft-leader-crash", scenario }
}

fn partitioned_leader() -> Situation {
    let mut scenario = led_by_s1(2);
    scenario.clients.count = 2;
    let name = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let request = |client: &str, to: &str, op: &str| Do::Request {
        client: Some(client.to_owned()),
        to: Some(to.to_owned()),
        op: op.to_owned(),
    };
    scenario.clients.timeout_us = 3_000_000;
    let sides = vec![name(&["S1", "S2", "C1"]), name(&["S3", "S4", "S5", "C2"])];
    let scenario = scenario
        .at_ms(120, request("C1", "S1", "x=1"))
        .at_ms(220, Do::Partition(sides))
        .at_ms(260, request("C1", "S1", "x=2"))
        .at_ms(270, request("C1", "S1", "x=3"))
        .at_ms(800, request("C2", "S3", "x=4"))
        .at_ms(1_100, Do::Heal)
        .until_ms(1_600)
        .titled(
            "A partitioned leader",
            "S1 is cut off with S2. It goes on taking requests, but two of five are no majority \
             and nothing is committed. The other side elects a leader and commits x=4. When the \
             network heals, S1 follows, and its uncommitted entries are gone.",
        )
        .goal("x=1 is committed", applies("S1", "x=1"))
        .goal("S1 takes x=2 in vain", appends("S1", "x=2"))
        .goal_times(
            "the majority elects its own leader",
            On::event("role_changed").what("Leader"),
            2,
        )
        .goal("x=4 is committed", On::event("returned").value("x=4"))
        .goal("S1's entries are removed", cuts("S1", "3"))
        .goal("S2's entries are removed", cuts("S2", "3"))
        .goal("S1 has x=4", applies("S1", "x=4"))
        .caption(appends("S1", "x=2"), "S1 leads two servers of five: x=2 cannot be committed.")
        .caption(
            On::event("returned").value("x=4"),
            "The majority has a leader of a later term, and goes on.",
        )
        .caption(cuts("S1", "3"), "S1 finds a higher term, follows, and drops x=2 and x=3.");
    Situation { id: "raft-partitioned-leader", scenario }
}

fn slow_follower() -> Situation {
    let mut scenario = led_by_s1(5);
    scenario.clients.operations = 40;
    scenario.clients.start_us = 120_000;
    scenario.clients.think_us = 15_000;
    let scenario = scenario
        .set("batch_max", 8_u64)
        .set("pipeline_max", 4_u64)
        .at_ms(10, Do::Disk { node: "S5".to_owned(), delay_us: 45_000 })
        .until_ms(3_000)
        .titled(
            "A slow follower",
            "The disk of S5 takes 45 ms for every write, and it acknowledges nothing before. The \
             leader does not wait: three others are enough. S5 gets the entries in batches, a \
             few at a time, and catches up.",
        )
        .goal("the last request is answered", commits("S1", "41"))
        .goal("S5 has everything in the end", On::event("applied").at("S5").slot("41"))
        .caption(
            On::event("quorum_reached").what("commit").slot("2"),
            "Committed while S5 is still writing: a majority does not wait for the slowest.",
        )
        .caption(On::event("applied").at("S5").slot("41"), "S5 has caught up.");
    Situation { id: "raft-slow-follower", scenario }
}

fn flaky_network() -> Situation {
    let mut scenario = Scenario::new("raft", 11).with("server", 5);
    scenario.network = Network {
        latency: Latency::LongTail { median_us: 8_000 },
        loss: Ratio::percent(10),
        duplication: Ratio::percent(5),
        ..Network::default()
    };
    scenario.clients.count = 2;
    scenario.clients.operations = 20;
    scenario.clients.start_us = 400_000;
    scenario.clients.think_us = 80_000;
    let scenario = scenario
        .until_ms(8_000)
        .titled(
            "A flaky network",
            "One message in ten is lost, one in twenty arrives twice, and some take several times \
             as long as others. Everything is sent until it is acknowledged, and what arrives \
             late or twice is recognised.",
        )
        .goal_times("all requests are answered", On::event("returned"), 40)
        .goal_times("messages are lost", On::event("lost"), 50)
        .goal_times("messages arrive twice", On::event("duplicated"), 20)
        .goal("late answers are recognised", On::event("ignored").what("late answer"))
        .caption(On::event("lost").what("AppendEntries"), "Sent again after a heartbeat or two.")
        .caption(On::event("ignored").what("late answer"), "An answer that others have overtaken.");
    Situation { id: "raft-flaky-network", scenario }
}
