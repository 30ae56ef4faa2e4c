//! Paxos at work: every rule holds.

use crate::scenario::{Do, On, Scenario, Situation};

use super::script::{
    crossing, duel, four_ballots, lose, request, second_request, servers, slow, textbook,
    three_ballots, two_reports,
};

pub(super) fn all() -> Vec<Situation> {
    let situation = |id, scenario| Situation { id, scenario };
    vec![
        situation("paxos-happy-path", happy_path()),
        situation("paxos-combined-roles", combined_roles()),
        situation("paxos-higher-ballot-wins", higher_ballot_wins()),
        situation("paxos-value-adopted", value_adopted()),
        situation("paxos-accepted-is-not-chosen", accepted_is_not_chosen()),
        situation("paxos-chosen-but-unknown", chosen_but_unknown()),
        situation("paxos-duel-with-backoff", duel_with_backoff()),
        situation("paxos-lost-accept", lost_accept()),
        situation("paxos-proposer-restarts", proposer_restarts()),
        situation("paxos-acceptor-remembers", acceptor_remembers()),
        situation("paxos-minority-cut-off", minority_cut_off()),
        situation("paxos-flexible-quorums", flexible_quorums()),
        situation("paxos-one-ballot-one-value", one_ballot_one_value()),
        situation("paxos-three-ballots", three_ballots_held()),
        situation("paxos-highest-report-counts", highest_report_counts()),
        situation("paxos-four-ballots", four_ballots_held()),
    ]
}

fn happy_path() -> Scenario {
    let mut scenario = textbook(2);
    scenario.clients.count = 1;
    scenario
        .titled(
            "The happy path",
            "One proposer has something to propose, and nothing goes wrong. Phase 1 asks \
             whether anything may already be chosen; Phase 2 asks for votes. Four message delays \
             after Prepare left, the value is decided.",
        )
        .at_ms(0, request("C1", "P1", "v1"))
        .goal_times("every acceptor promises", On::event("promised").epoch("1.1"), 3)
        .goal("P1 hears a Phase 1 quorum", On::event("quorum_reached").at("P1").what("phase1"))
        .goal_times("every acceptor votes", On::event("accepted").value("v1"), 3)
        .goal("the learner learns v1", On::event("chosen").at("L1").value("v1"))
        .goal("the client is answered", On::event("returned").at("C1"))
        .caption(
            On::event("sent").at("P1").what("Prepare"),
            "P1 picks ballot 1.1, a counter and its own number, and asks the acceptors to promise \
             it: 1a.",
        )
        .caption(
            On::event("promised").at("A1"),
            "A1 promises to take no part in lower ballots, and reports that it has not voted yet: 1b.",
        )
        .caption(
            On::event("quorum_reached").at("P1").what("phase1"),
            "Two of three promised and none has voted: P1 is free to ask for its own value.",
        )
        .caption(
            On::event("accepted").at("A2"),
            "A2 votes. With A1's vote a majority has voted in one ballot: this instant, v1 is \
             chosen, although nobody knows it yet.",
        )
        .caption(
            On::event("chosen").at("L1"),
            "The learner has heard two votes of the same ballot, and knows.",
        )
        .until_ms(70)
}

fn combined_roles() -> Scenario {
    servers(5, 1)
        .titled(
            "Five servers, each with every role",
            "In practice one process is proposer, acceptor and learner at once, and hands its own \
             messages to itself. Here the proposer counts the votes and tells everybody else the \
             outcome: fewer messages, one delay more.",
        )
        .at_ms(0, request("C1", "S1", "red"))
        .goal_times("all five know the outcome", On::event("chosen").value("red"), 5)
        .goal("the client is answered", On::event("returned").at("C1"))
        .caption(
            On::event("promised").at("S1"),
            "S1 promises its own ballot, too: it is one of the five.",
        )
        .caption(
            On::event("quorum_reached").at("S1").what("phase2"),
            "Three of five voted. S1 knows the outcome first and tells the others.",
        )
        .until_ms(100)
}

fn higher_ballot_wins() -> Scenario {
    textbook(2)
        .set("backoff", "fixed")
        .titled(
            "The higher ballot wins",
            "P1 has its promises, but before its Accept arrives the acceptors promise P2's higher \
             ballot. P1 is refused, waits, tries again above P2, and finds that the matter is \
             settled: it can only repeat P2's value.",
        )
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(15, request("C2", "P2", "v2"))
        .goal("P1 is refused", On::event("delivered").at("P1").what("Nack"))
        .goal("v2 is chosen", On::event("chosen").at("L1").value("v2"))
        .goal("P1 adopts v2", On::event("proposed").at("P1").epoch("2.1").value("v2"))
        .goal("C1 is answered as well", On::event("returned").at("C1"))
        .caption(
            On::event("promised").at("A1").epoch("1.2"),
            "1.2 is above 1.1, so A1 promises it; from now on 1.1 is refused here.",
        )
        .caption(
            On::event("ignored").at("A1"),
            "P1's Accept comes too late. A Nack says so: a courtesy that safety does not need.",
        )
        .caption(
            On::event("proposed").at("P1").epoch("2.1"),
            "The promises of 2.1 report votes for v2, so P1 must ask for v2.",
        )
        .until_ms(200)
}

fn value_adopted() -> Scenario {
    textbook(2)
        .titled(
            "A value already accepted is adopted",
            "P1 gets a single vote and crashes. P2 cannot know whether that vote was part of a \
             majority, so it must finish P1's work instead of its own.",
        )
        .arranging([lose("P1", "A2", "Accept"), lose("P1", "A3", "Accept")])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(45, Do::Crash("P1".to_owned()))
        .at_ms(50, request("C2", "P2", "v2"))
        .goal("A1 votes for v1", On::event("accepted").at("A1").epoch("1.1").value("v1"))
        .goal("P2 adopts it", On::event("note").at("P2").what("adopts a reported value"))
        .goal("v1 is chosen", On::event("chosen").at("L1").value("v1").epoch("1.2"))
        .goal("P2's client is told v1", On::event("returned").at("C2"))
        .caption(
            On::event("accepted").at("A1").epoch("1.1"),
            "One vote of three: v1 is accepted, but not chosen.",
        )
        .caption(
            On::event("proposed").at("P2"),
            "A1 reported its vote for v1. P2 adopts v1 and gives up its own v2.",
        )
        .until_ms(150)
}

fn accepted_is_not_chosen() -> Scenario {
    textbook(2)
        .titled(
            "Accepted is not chosen",
            "The same single vote for v1, but P2 hears only the two acceptors that never voted. A \
             majority is silent about v1, so v1 cannot have been chosen, and P2 may ask for v2. \
             A1's vote for v1 counts for nothing.",
        )
        .arranging([
            lose("P1", "A2", "Accept"),
            lose("P1", "A3", "Accept"),
            lose("P2", "A1", "Prepare"),
        ])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(45, Do::Crash("P1".to_owned()))
        .at_ms(50, request("C2", "P2", "v2"))
        .goal("A1 votes for v1", On::event("accepted").at("A1").value("v1"))
        .goal("P2 is free", On::event("note").at("P2").what("is free to choose"))
        .goal("v2 is chosen", On::event("chosen").at("L1").value("v2"))
        .caption(
            On::event("quorum_reached").at("P2").what("phase1"),
            "A2 and A3 promised and report no vote. Whatever A1 did, no majority voted for v1, and \
             after these promises none ever will.",
        )
        .caption(
            On::event("accepted").at("A1").value("v2"),
            "Even A1 votes for v2 now: an acceptor may vote again in a higher ballot.",
        )
        .until_ms(150)
}

fn chosen_but_unknown() -> Scenario {
    let votes = ["A1", "A2", "A3"];
    textbook(2)
        .titled(
            "Chosen, but nobody knows",
            "All three acceptors vote for v1, and every one of their messages is lost; P1 crashes. \
             v1 is chosen for ever, though no process knows it. P2's higher ballot finds out.",
        )
        .arranging(votes.map(|acceptor| lose(acceptor, "P1", "Accepted")))
        .arranging(votes.map(|acceptor| lose(acceptor, "L1", "Accepted")))
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(60, Do::Crash("P1".to_owned()))
        .at_ms(65, request("C2", "P2", "v2"))
        .goal_times("all vote for v1", On::event("accepted").epoch("1.1").value("v1"), 3)
        .goal_times("six votes are lost", On::event("lost").what("Accepted"), 6)
        .goal("v1 is learned in a later ballot", On::event("chosen").at("L1").epoch("1.2"))
        .caption(
            On::event("accepted").at("A2").epoch("1.1"),
            "A majority has voted for v1 in ballot 1.1. From here on no other value can ever be \
             chosen.",
        )
        .caption(On::event("lost").what("Accepted"), "But nobody hears of it.")
        .caption(
            On::event("proposed").at("P2"),
            "Every majority contains someone who voted: P2 has to ask for v1.",
        )
        .until_ms(160)
}

fn duel_with_backoff() -> Scenario {
    duel()
        .titled(
            "A duel, ended by back-off",
            "Two proposers outbid each other before either gets its votes. A random pause, longer \
             after each failure, soon gives one of them the time it needs.",
        )
        .goal("P1 is refused", On::event("delivered").at("P1").what("Nack"))
        .goal("somebody backs off", On::event("role_changed").what("Backing off"))
        .goal("a value is chosen", On::event("chosen").at("L1"))
        .goal("P1 knows", On::event("returned").at("C1"))
        .goal("P2 knows", On::event("returned").at("C2"))
        .caption(
            On::event("role_changed").what("Backing off"),
            "Refused: instead of bidding higher at once, the proposer waits for a random time.",
        )
        .caption(On::event("chosen").at("L1"), "One was left alone for long enough.")
        .until_ms(600)
}

fn lost_accept() -> Scenario {
    textbook(1)
        .set("phase_us", 60_000_u64)
        .set("backoff", "fixed")
        .titled(
            "A lost Accept",
            "Two of three Accepts are lost. The proposer's time-out ends the ballot, and a new one \
             finds the single vote that was cast.",
        )
        .arranging([lose("P1", "A2", "Accept"), lose("P1", "A3", "Accept")])
        .at_ms(0, request("C1", "P1", "v1"))
        .goal("P1 loses patience", On::event("timer_fired").at("P1").what("Phase"))
        .goal("v1 is chosen in 2.1", On::event("chosen").at("L1").epoch("2.1").value("v1"))
        .goal("the client is answered", On::event("returned").at("C1"))
        .caption(
            On::event("timer_fired").at("P1").what("Phase"),
            "No quorum within the time-out. P1 does not resend: it begins a higher ballot, which \
             is always safe.",
        )
        .until_ms(250)
}

fn proposer_restarts() -> Scenario {
    textbook(1)
        .titled(
            "A proposer crashes in the middle of Phase 2a",
            "P1 has written its proposal to disk and crashes before the last Accepts leave. After \
             the restart it may ask for nothing else in that ballot, so it asks for the same again.",
        )
        .arranging([lose("P1", "A3", "Prepare"), slow("A2", "P1", "Promise", 20)])
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(35, Do::CrashWithin { node: "P1".to_owned(), effects: 7 })
        .at_ms(80, Do::Restart("P1".to_owned()))
        .goal("P1 crashes", On::event("crashed").at("P1"))
        .goal("P1 goes on", On::event("note").at("P1").what("takes up its ballot again"))
        .goal("v1 is chosen", On::event("chosen").at("L1").epoch("1.1").value("v1"))
        .caption(
            On::event("crashed").at("P1"),
            "The proposal is on disk; only A1's Accept has left.",
        )
        .caption(
            On::event("note").at("P1").what("takes up its ballot again"),
            "Same ballot, same value: for the acceptors this is a late copy.",
        )
        .until_ms(150)
}

fn acceptor_remembers() -> Scenario {
    crossing()
        .titled(
            "An acceptor restarts between promise and vote",
            "A2 promised ballot 1.2, crashes and restarts. Its promise is on disk, so it refuses \
             P1's late Accept, and v1 is never completed.",
        )
        .at_ms(75, Do::Crash("A2".to_owned()))
        .at_ms(80, Do::Restart("A2".to_owned()))
        .goal("A2 restarts", On::event("restarted").at("A2"))
        .goal("A2 refuses 1.1", On::event("ignored").at("A2").what("a higher ballot is promised"))
        .goal("v2 is chosen", On::event("chosen").at("L1").value("v2"))
        .caption(On::event("restarted").at("A2"), "A2 reads its promise of 1.2 from its disk.")
        .caption(
            On::event("ignored").at("A2"),
            "Accept(1.1, v1) comes late. A1 has voted for v1 already; only the remembered promise \
             keeps A2 from completing it.",
        )
}

fn minority_cut_off() -> Scenario {
    let group = |lanes: &[&str]| lanes.iter().map(|lane| (*lane).to_owned()).collect();
    servers(5, 2)
        .set("phase_us", 60_000_u64)
        .titled(
            "A minority is cut off",
            "S1 and S2 lose touch with the other three. They can decide nothing by themselves, and \
             wait; the majority goes on. When the network heals, S1 learns what was decided \
             without it.",
        )
        .at_ms(0, Do::Partition(vec![group(&["S1", "S2", "C1"]), group(&["S3", "S4", "S5", "C2"])]))
        .at_ms(10, request("C1", "S1", "left"))
        .at_ms(20, request("C2", "S4", "right"))
        .at_ms(300, Do::Heal)
        .goal("S1 gets nowhere", On::event("timer_fired").at("S1").what("Phase"))
        .goal("the majority decides", On::event("chosen").at("S4").value("right"))
        .goal("S1 learns it after the healing", On::event("chosen").at("S1").value("right"))
        .goal("C1 is told at last", On::event("returned").at("C1"))
        .caption(
            On::event("timer_fired").at("S1").what("Phase"),
            "Two promises of five are no majority. S1 can only try again.",
        )
        .caption(On::event("chosen").at("S4"), "Three of five are a majority: they decide.")
        .caption(
            On::event("chosen").at("S1"),
            "S1's next ballot hears of the votes for the other value, and adopts it.",
        )
        .until_ms(1_500)
}

fn flexible_quorums() -> Scenario {
    let mut scenario = Scenario::new("paxos", 1)
        .with("proposer", 2)
        .with("acceptor", 5)
        .with("learner", 1)
        .set("phase1_quorum", 4_u64)
        .set("phase2_quorum", 2_u64)
        .set("phase_us", 60_000_u64)
        .set("backoff", "fixed");
    scenario.network = textbook(1).network;
    scenario.clients = textbook(2).clients;
    let down = ["A3", "A4", "A5"];
    let crash = |scenario: Scenario, lane: &str| scenario.at_ms(32, Do::Crash(lane.to_owned()));
    let restart =
        |scenario: Scenario, lane: &str| scenario.at_ms(250, Do::Restart(lane.to_owned()));
    let scenario = down.into_iter().fold(scenario, crash);
    down.into_iter()
        .fold(scenario, restart)
        .titled(
            "Flexible quorums",
            "Only quorums of different phases must meet. With five acceptors, four promises and two \
             votes will do: three crash after Phase 1, and v1 is chosen all the same. The price is \
             paid by the next ballot, which needs four promises.",
        )
        .at_ms(0, request("C1", "P1", "v1"))
        .at_ms(80, request("C2", "P2", "v2"))
        .goal("v1 is chosen by two votes", On::event("chosen").at("L1").epoch("1.1").value("v1"))
        .goal("P2 waits for four", On::event("timer_fired").at("P2").what("Phase"))
        .goal("P2 learns v1 in the end", On::event("chosen").at("P2").value("v1"))
        .caption(
            On::event("crashed").at("A5"),
            "Three of five are down: no majority is left.",
        )
        .caption(
            On::event("chosen").at("L1").epoch("1.1"),
            "Two votes suffice, because every four acceptors include one of these two.",
        )
        .caption(
            On::event("timer_fired").at("P2").what("Phase"),
            "Phase 1 needs four promises, and only two acceptors are up.",
        )
        .until_ms(500)
}

fn one_ballot_one_value() -> Scenario {
    second_request()
        .titled(
            "One ballot, one value",
            "A second client asks P1 while the votes for v1 are under way. P1 does not start a \
             second vote in the same ballot: both clients are told what is decided.",
        )
        .goal("v1 is chosen", On::event("chosen").at("P1").value("v1"))
        .goal("C1 is answered", On::event("returned").at("C1"))
        .goal("C2 is answered", On::event("returned").at("C2"))
        .caption(
            On::event("delivered").at("P1").peer("C2"),
            "P1 remembers that C2 waits, and asks for nothing new.",
        )
}

fn three_ballots_held() -> Scenario {
    three_ballots()
        .titled(
            "Three ballots, held by the rule",
            "A3 votes in ballot 1.2 without having promised it, and the vote raises its promise. So \
             it refuses the late Accept of 1.1, and ballot 1.3 hears of v2, which is chosen.",
        )
        .goal("v2 is chosen", On::event("chosen").at("P2").value("v2"))
        .goal("A3 refuses 1.1", On::event("ignored").at("A3").what("a higher ballot is promised"))
        .goal("P3 asks for v2", On::event("proposed").at("P3").epoch("1.3").value("v2"))
        .caption(
            On::event("accepted").at("A3").epoch("1.2"),
            "A3 never promised 1.2, but it votes in it: that sets maxBal, maxVBal and maxVal, all \
             three.",
        )
        .caption(
            On::event("ignored").at("A3"),
            "The late Accept(1.1, v1) is below maxBal.",
        )
}

fn highest_report_counts() -> Scenario {
    two_reports()
        .titled(
            "The highest-numbered report counts",
            "Ballot 1.3 hears of two votes: v1 in 1.1 and v2 in 1.2. Only the higher one can have \
             been chosen, and it has. P3 asks for v2, whichever report came first.",
        )
        .goal("v2 is chosen", On::event("chosen").at("P2").value("v2"))
        .goal("P3 asks for v2", On::event("proposed").at("P3").epoch("1.3").value("v2"))
        .caption(
            On::event("delivered").at("P3").what("Promise").peer("A3"),
            "The first promise reports a vote for v1 in ballot 1.1.",
        )
        .caption(
            On::event("proposed").at("P3"),
            "The second reports v2 in 1.2, a higher ballot: v2 it is.",
        )
}

fn four_ballots_held() -> Scenario {
    four_ballots()
        .titled(
            "Two votes that do not add up",
            "A1 votes for v1 in ballot 1.1, and A3 in ballot 1.3. That is a majority of acceptors, \
             but not in one ballot, so v1 is not chosen; ballot 1.4 decides v2.",
        )
        .goal("A1 votes for v1", On::event("accepted").at("A1").epoch("1.1").value("v1"))
        .goal("A3 votes for v1", On::event("accepted").at("A3").epoch("1.3").value("v1"))
        .goal("v2 is learned", On::event("chosen").at("L1").epoch("1.4").value("v2"))
        .caption(
            On::event("delivered").at("L1").what("Accepted").peer("A3"),
            "The learner has heard two votes for v1, of different ballots: it waits.",
        )
        .caption(
            On::event("proposed").at("P4"),
            "A1 and A2 report v1 in 1.1 and v2 in 1.2. P4 asks for v2.",
        )
}
