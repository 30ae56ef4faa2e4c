use super::*;
use crate::scenario::{Act, Do, Intercept, Latency, LinkRule, Network, On, Ratio};
use crate::trace::{
    ClassInfo, ClientPolicy, KINDS, MessageInfo, NameInfo, ParamSpec, RoleInfo, RuleInfo, Service,
    Step, Tone,
};

/// A protocol with two classes and a little of everything.
const INFO: Info = Info {
    id: "toy",
    name: "Toy",
    summary: "",
    paper: "",
    epoch: "term",
    slot: "index",
    roles: &[RoleInfo { name: "Leader", short: "L", tone: Tone::Lead }],
    messages: &[MessageInfo { name: "Ping", doc: "", step: Step::Upkeep, reply: false }],
    timers: &[NameInfo { name: "Election", doc: "" }],
    writes: &[],
    quorums: &[NameInfo { name: "Votes", doc: "" }],
    refusals: &[],
    notes: &[],
    rules: &[RuleInfo {
        id: "OnlyCommitCurrentTerm",
        row: "",
        says: "",
        broken: "",
        section: "",
        guards: "",
        shortest: None,
    }],
    params: &[
        ParamSpec { key: "noop", title: "", doc: "", kind: ParamKind::Bool { default: true } },
        ParamSpec {
            key: "heartbeat_us",
            title: "",
            doc: "",
            kind: ParamKind::Int { min: 1_000, max: 500_000, default: 50_000, unit: "us" },
        },
        ParamSpec {
            key: "quorum",
            title: "",
            doc: "",
            kind: ParamKind::Choice { options: &["majority", "grid"], default: "majority" },
        },
    ],
    clients: ClientPolicy::OneNode,
    service: Service::StoreAtLeastOnce,
    classes: &[
        ClassInfo {
            id: "server",
            prefix: "S",
            duties: 1,
            doc: "",
            usual: 3,
            serves: true,
            learns: true,
        },
        ClassInfo {
            id: "acceptor",
            prefix: "A",
            duties: 2,
            doc: "",
            usual: 0,
            serves: false,
            learns: false,
        },
    ],
    simplified: &[],
};

fn toy() -> Scenario {
    Scenario::new("toy", 1)
}

/// Every problem, as a line each.
fn problems(scenario: &Scenario) -> Vec<String> {
    match scenario.check(&INFO) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.to_string().lines().map(str::to_owned).collect(),
    }
}

/// The problems of a scenario that does one thing.
fn doing(act: Do) -> Vec<String> {
    problems(&toy().at_ms(5, act))
}

fn name(name: &str) -> String {
    name.to_owned()
}

#[test]
fn lanes_are_numbered_by_class_in_the_scenarios_order() {
    let names = |cast: &Cast| {
        let nodes = cast.nodes.iter().map(|lane| lane.name.clone());
        nodes.chain(cast.clients.iter().cloned()).collect::<Vec<_>>().join(" ")
    };
    let cast = toy().check(&INFO).expect("nothing is wrong");
    assert_eq!(names(&cast), "S1 S2 S3 C1");
    let mut mixed = toy().with("acceptor", 2).with("server", 1);
    mixed.clients.count = 2;
    let cast = mixed.check(&INFO).expect("nothing is wrong");
    assert_eq!(names(&cast), "A1 A2 S1 C1 C2");
    assert_eq!(cast.nodes.iter().map(|lane| lane.class).collect::<Vec<_>>(), [1, 1, 0]);
}

#[test]
fn all_problems_are_said_at_once() {
    let scenario = toy()
        .titled("two\nlines", "a bell \u{7}")
        .set("heartbeat_us", 5)
        .set("quorum", "majorty")
        .set("noop", 1)
        .set("speed", 1)
        .breaking("OnlyCommitCurrentterm")
        .at_ms(1, Do::Crash(name("S9")));
    assert_eq!(
        problems(&scenario),
        [
            "title: it has to fit on one line",
            "about: the control character U+0007 cannot be shown; remove it",
            "set.heartbeat_us: 5 is out of range: from 1000 to 500000 us",
            "set.noop: it is true or false",
            "set.quorum: there is no such choice \"majorty\"; did you mean majority? Known: majority, grid",
            "set: there is no parameter \"speed\"; Known: noop, heartbeat_us, quorum",
            "break[0]: there is no rule \"OnlyCommitCurrentterm\"; did you mean OnlyCommitCurrentTerm? \
             Known: OnlyCommitCurrentTerm",
            "commands[0].do.crash: there is no node \"S9\"; did you mean S1? Known: S1, S2, S3",
        ]
    );
}

#[test]
fn clusters_are_small_and_of_known_classes() {
    assert_eq!(
        problems(&toy().with("server", 16)),
        ["cluster: 16 is out of range: from 1 to 15 nodes in all"]
    );
    assert_eq!(
        problems(&toy().with("server", 0)),
        ["cluster: 0 is out of range: from 1 to 15 nodes in all"]
    );
    assert_eq!(
        problems(&toy().with("server", 3).with("server", 2)),
        ["cluster[1].class: `server` is listed twice; give its number once"]
    );
    assert_eq!(
        problems(&toy().with("learner", 3).with("server", 2)),
        ["cluster[0].class: there is no class of nodes \"learner\"; Known: server, acceptor"]
    );
}

#[test]
fn numbers_have_ranges() {
    let mut scenario = toy().until_ms(24 * 60 * 60 * 1_000 + 1);
    scenario.seed = 1 << 53;
    scenario.clients = Clients {
        count: 17,
        operations: 1_000_001,
        window: 0,
        start_us: 0,
        think_us: limits::SPAN_MAX_US + 1,
        timeout_us: 0,
        reads_percent: 101,
        keys: 27,
    };
    scenario.network.loss = Ratio { of: 2, per: 1 };
    scenario.network.duplication = Ratio { of: 0, per: 0 };
    scenario.network.latency = Latency::Uniform { min_us: 9, max_us: 8 };
    let paths: Vec<String> = scenario
        .check(&INFO)
        .expect_err("nearly all is wrong")
        .0
        .into_iter()
        .map(|problem| problem.path)
        .collect();
    assert_eq!(
        paths,
        [
            "seed",
            "until_us",
            "network.latency.uniform.min_us",
            "network.loss.of",
            "network.duplication.per",
            "clients.count",
            "clients.operations",
            "clients.window",
            "clients.think_us",
            "clients.timeout_us",
            "clients.reads_percent",
            "clients.keys",
        ]
    );
}

#[test]
fn commands_name_what_there_is() {
    let request = |op: &str| Do::Request { client: None, to: None, op: name(op) };
    assert_eq!(doing(request("x=5")), [""; 0]);
    assert_eq!(doing(request("no-op")), ["commands[0].do.request.op: no client asks for a no-op"]);
    assert!(doing(request("x = 5"))[0].starts_with("commands[0].do.request.op: \"x = 5\" is not"));
    assert_eq!(
        doing(Do::Request { client: Some(name("C2")), to: Some(name("C1")), op: name("x?") }),
        [
            "commands[0].do.request.client: there is no client \"C2\"; did you mean C1? Known: C1",
            "commands[0].do.request.to: there is no node \"C1\"; did you mean S1? Known: S1, S2, S3",
        ]
    );
    let asking = toy()
        .with("server", 1)
        .with("acceptor", 1)
        .at_ms(1, Do::Request { client: None, to: Some(name("A1")), op: name("v") });
    assert_eq!(
        problems(&asking),
        ["commands[0].do.request.to: A1 takes no requests: it is of the class acceptor"]
    );
    assert_eq!(
        doing(Do::Cut { from: name("S1"), to: name("S1") }),
        ["commands[0].do.cut: a link joins two lanes; S1 is at both ends"]
    );
    assert_eq!(
        doing(Do::Partition(vec![vec![name("S1"), name("C1")], vec![name("S1")], vec![]])),
        [
            "commands[0].do.partition[1][0]: S1 is in the partition twice",
            "commands[0].do.partition[2]: the group is empty; leave it out",
        ]
    );
    assert_eq!(
        doing(Do::Drift { node: name("S1"), ppm: -900_001 }),
        [
            "commands[0].do.drift.ppm: -900001 is out of range: from -900000 to 1000000 parts per million"
        ]
    );
    assert_eq!(
        doing(Do::Postpone { node: name("S1"), timer: name("Elect"), key: 0, until_us: 4_000 }),
        [
            "commands[0].do.postpone.timer: there is no timer \"Elect\"; Known: Election",
            "commands[0].do.postpone.until_us: 4000 us is before the command itself, at 5000 us",
        ]
    );
    let intercept = |kind: &str| {
        Do::Intercept(Intercept {
            from: None,
            to: None,
            kind: Some(name(kind)),
            skip: 0,
            times: 0,
            act: Act::Drop,
        })
    };
    assert_eq!(doing(intercept("Ping")), [""; 0]);
    assert_eq!(doing(intercept("Reply")), [""; 0]);
    assert_eq!(
        doing(intercept("Pong")),
        [
            "commands[0].do.intercept.kind: there is no kind of message \"Pong\"; did you mean Ping? \
          Known: Ping, Request, Reply"
        ]
    );
}

#[test]
fn links_are_between_lanes_that_talk() {
    let rule = |from: &str, to: &str| LinkRule {
        from: name(from),
        to: name(to),
        latency: None,
        loss: None,
        duplication: None,
        fifo: None,
    };
    let mut scenario = toy();
    scenario.clients.count = 2;
    scenario.network = Network {
        links: vec![rule("S1", "C1"), rule("C1", "C2"), rule("S1", "C1")],
        ..Network::default()
    };
    assert_eq!(
        problems(&scenario),
        [
            "network.links[1]: clients do not talk to each other; one end must be a node",
            "network.links[2]: the link S1 to C1 is listed twice",
        ]
    );
}

#[test]
fn goals_and_captions_wait_for_events_that_exist() {
    let scenario = toy()
        .goal("a leader", On::event("role_changed").what("leader").at("S1"))
        .goal("votes", On::event("quorum_reached").what("Vote"))
        .goal(" ", On::event("choosen").epoch("3.1").slot("one"))
        .goal("too much", On::event("crashed").what("S1"))
        .goal("much too much", On::event("crashed").epoch("3").value("v1"))
        .caption(On::event("command").at("world"), "Two\nlines are fine here.");
    assert_eq!(
        problems(&scenario),
        [
            "goals[1].on.what: there is no quorum \"Vote\"; did you mean Votes? Known: Votes"
                .to_owned(),
            "goals[2].name: it is empty".to_owned(),
            format!(
                "goals[2].on.event: there is no kind of event \"choosen\"; did you mean chosen? Known: {}",
                KINDS.map(|kind| kind.name).join(", ")
            ),
            "goals[2].on.slot: \"one\" is not a number like 3 or 2.4".to_owned(),
            "goals[3].on.what: an event \"crashed\" has no what; leave it out".to_owned(),
            "goals[4].on.epoch: an event \"crashed\" has no epoch; leave it out".to_owned(),
            "goals[4].on.value: an event \"crashed\" has no value; leave it out".to_owned(),
        ]
    );
}

#[test]
fn hostile_lists_are_judged_only_up_to_their_bound() {
    let mut scenario = toy();
    for _ in 0..5_000 {
        scenario = scenario.at_ms(0, Do::Crash(name("S9")));
    }
    let found = problems(&scenario);
    assert_eq!(found[0], "commands: 5000 commands are too many; at most 2000");
    assert_eq!(found.len(), 2_001);
}

#[test]
fn sorting_keeps_the_order_of_what_happens_at_once() {
    let mut scenario = toy()
        .at_ms(2, Do::Crash(name("S1")))
        .at_ms(1, Do::Crash(name("S2")))
        .at_ms(1, Do::Restart(name("S2")))
        .at_ms(1, Do::Heal);
    scenario.commands[1].sub = 1;
    scenario.sort_commands();
    let order: Vec<&Do> = scenario.commands.iter().map(|command| &command.act).collect();
    assert_eq!(
        order,
        [&Do::Restart(name("S2")), &Do::Heal, &Do::Crash(name("S2")), &Do::Crash(name("S1"))]
    );
}

#[test]
fn one_command_is_judged_as_it_joins_a_run() {
    let cast = toy().cast(&INFO);
    let command = |node| Command { at_us: 0, sub: 0, off: false, act: Do::Crash(name(node)) };
    assert_eq!(command("S3").check(&INFO, &cast), Ok(()));
    let refused = command("S4").check(&INFO, &cast).expect_err("there are three servers");
    assert_eq!(refused.0[0].path, "do.crash");
}

#[test]
fn a_seal_is_sixteen_digits() {
    let mut scenario = toy();
    scenario.digest = Some(Seal::new(7, Digest(0xabc)));
    assert_eq!(problems(&scenario), [""; 0]);
    assert_eq!(scenario.digest.as_ref().and_then(Seal::digest), Some(Digest(0xabc)));
    scenario.digest = Some(Seal { steps: 7, hash: name("abc") });
    assert_eq!(problems(&scenario), ["digest.hash: \"abc\" is not sixteen hexadecimal digits"]);
}
