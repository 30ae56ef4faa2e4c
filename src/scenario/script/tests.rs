use super::*;
use crate::scenario::{Do, Latency, LinkRule, Network, On, ParamValue, Ratio, Seal, View};

#[test]
fn reads_like_the_papers_examples() {
    let script = "\
protocol raft
title \"The old leader's entries\"
seed 42
cluster server 5
set noop false
network latency fixed 10ms loss 1/100 link S1 to S2 latency fixed 1s reordered
clients 2 operations 5 think 20ms reads 0%
break OnlyCommitCurrentTerm
at 0 intercept from S1 to S2 AppendEntries skip 1 drop
at 1.5ms request C1 x=5 to S2
at 20ms step 3 off drop 17
at 100ms partition S1 S2 | S3 S4 S5
at 1s crash S1 after 2 effects
goal \"a leader is elected\" on role_changed what Leader times 2
expect \"State Machine Safety\"
caption \"S1 votes\\nfor itself.\" on voted_for at S1 epoch 1 nth 1
until 5s
view at 20ms play lanes S2 S1 hide C2 S5
digest 0123456789abcdef after 100 steps
";
    let scenario = Scenario::from_script(script).expect("a good script");
    assert_eq!(scenario.to_script(), script);
    let mut expected = Scenario::new("raft", 42)
        .titled("The old leader's entries", "")
        .with("server", 5)
        .set("noop", false)
        .breaking("OnlyCommitCurrentTerm")
        .goal_times("a leader is elected", On::event("role_changed").what("Leader"), 2)
        .expecting("State Machine Safety")
        .caption(On::event("voted_for").at("S1").epoch("1"), "S1 votes\nfor itself.")
        .until_ms(5_000);
    expected.narration[0].nth = 1;
    expected.view = Some(View {
        at_us: 20_000,
        play: true,
        lanes: vec!["S2".to_owned(), "S1".to_owned()],
        hidden: vec!["C2".to_owned(), "S5".to_owned()],
    });
    expected.digest = Some(Seal { steps: 100, hash: "0123456789abcdef".to_owned() });
    expected.clients.count = 2;
    expected.clients.operations = 5;
    expected.clients.think_us = 20_000;
    expected.clients.reads_percent = 0;
    expected.network = Network {
        latency: Latency::Fixed { us: 10_000 },
        loss: Ratio::percent(1),
        links: vec![LinkRule {
            from: "S1".to_owned(),
            to: "S2".to_owned(),
            latency: Some(Latency::Fixed { us: 1_000_000 }),
            loss: None,
            duplication: None,
            fifo: Some(false),
        }],
        ..Network::default()
    };
    expected.commands = scenario.commands.clone();
    assert_eq!(scenario, expected);
    assert_eq!(scenario.commands[2].sub, 3);
    assert!(scenario.commands[2].off);
}

#[test]
fn every_line_says_what_is_wrong_with_it() {
    for (line, says) in [
        ("sede 4", "a line cannot begin with \"sede\""),
        ("seed four", "\"four\" is not a seed"),
        ("seed", "a seed is missing"),
        ("protocol paxos", "`protocol` was said before"),
        (
            "at 5 heal",
            "\"5\" is not a time: write a time like 300us, 12.5ms or 1s, in whole microseconds",
        ),
        ("at 5ms", "what to do is missing"),
        ("at 5ms explode S1", "\"explode\" is not something to do"),
        ("at 5ms heal S1", "\"S1\" is too much here"),
        ("at 5ms cut S1 S2", "\"S2\" stands where `to` belongs"),
        ("at 5ms crash to", "\"to\" stands where a node belongs; put it in quotes if it is a name"),
        ("at 5ms partition S1 |", "a lane is missing"),
        ("at 5ms drift S1 5", "\"5\" is not a drift, a number followed by ppm"),
        ("at 5ms intercept from S1", "say what happens to it: drop, duplicate or take"),
        ("network latency fast", "\"fast\" is not a latency: fixed, uniform or long-tail"),
        ("network loss 5%", "\"5%\" is not a ratio like 1/100"),
        ("clients 2 speed 5", "\"speed\" is nothing that clients have"),
        ("title \"open", "the closing quote is missing"),
        ("title \"\\x\"", "\"\\x\" is not escaped as JSON texts are"),
    ] {
        let error = Scenario::from_script(&format!("protocol raft\n\n{line}\n"));
        assert_eq!(error, Err(ScriptError { line: 3, says: says.to_owned() }), "{line}");
    }
    let error = Scenario::from_script("# nothing\n").expect_err("it names no protocol");
    assert_eq!(error.to_string(), "line 1: no line says `protocol`");
}

#[test]
fn words_that_look_like_numbers_stay_words() {
    let scenario =
        Scenario::new("raft", 0).set("a", "true").set("b", "7").set("c", 7).set("d", "x");
    let script = scenario.to_script();
    assert_eq!(script, "protocol raft\nset a \"true\"\nset b \"7\"\nset c 7\nset d x\n");
    let read = Scenario::from_script(&script).expect("it was written by us");
    assert_eq!(read.set.get("b"), Some(&ParamValue::Word("7".to_owned())));
    assert_eq!(read, scenario);
}

#[test]
fn a_request_needs_only_its_operation() {
    let request = |client: Option<&str>, op: &str, to: Option<&str>| Do::Request {
        client: client.map(str::to_owned),
        to: to.map(str::to_owned),
        op: op.to_owned(),
    };
    for (text, act) in [
        ("request x=5", request(None, "x=5", None)),
        ("request C2 x?", request(Some("C2"), "x?", None)),
        ("request x=5 to S2", request(None, "x=5", Some("S2"))),
        ("request C2 \"to\" to S2", request(Some("C2"), "to", Some("S2"))),
    ] {
        assert_eq!(text.parse(), Ok(act.clone()), "{text}");
        assert_eq!(act.to_string(), text);
    }
}
