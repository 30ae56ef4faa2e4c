//! Reading scripts.

use std::str::FromStr;

use crate::scenario::{
    Act, Caption, Clients, Command, Do, Goal, Intercept, Latency, LinkRule, Members, Network, On,
    ParamValue, Scenario, Seal, View, limits,
};

use super::ScriptError;
use super::token::Words;

/// Lines that a script has at most once.
const ONCE: [&str; 10] = [
    "protocol", "title", "about", "seed", "network", "clients", "manual", "until", "view", "digest",
];

/// Reads a whole script.
pub(super) fn scenario(text: &str) -> Result<Scenario, ScriptError> {
    if text.len() > limits::JSON_MAX {
        let says = format!("{} bytes are too many; at most {}", text.len(), limits::JSON_MAX);
        return Err(ScriptError { line: 1, says });
    }
    let mut scenario = Scenario::new("", 0);
    let mut seen = Vec::new();
    let mut last = 1;
    for (line, text) in (1..).zip(text.lines()) {
        last = line;
        fact(text, &mut scenario, &mut seen).map_err(|says| ScriptError { line, says })?;
    }
    if seen.contains(&"protocol") {
        Ok(scenario)
    } else {
        Err(ScriptError { line: last, says: "no line says `protocol`".to_owned() })
    }
}

/// Reads one line into the scenario.
fn fact(line: &str, scenario: &mut Scenario, seen: &mut Vec<&str>) -> Result<(), String> {
    let mut words = Words::new(line);
    if words.is_done() {
        return words.done();
    }
    let begin = words.next("a word");
    if let Some(once) = ONCE.iter().find(|once| **once == begin.text) {
        if seen.contains(once) {
            words.fail(format!("`{once}` was said before"));
        }
        seen.push(once);
    }
    match begin.text.as_str() {
        "protocol" => scenario.protocol = words.name("a protocol"),
        "title" => scenario.title = words.name("the title"),
        "about" => scenario.about = words.name("the description"),
        "seed" => scenario.seed = words.number("a seed"),
        "cluster" => {
            let class = words.name("a class of nodes");
            scenario.cluster.push(Members { class, count: words.number("a number of nodes") });
        }
        "set" => {
            let key = words.name("a parameter");
            let value = value(&mut words);
            if scenario.set.insert(key, value).is_some() {
                words.fail("this parameter was set before".to_owned());
            }
        }
        "network" => scenario.network = network(&mut words),
        "clients" => scenario.clients = clients(&mut words),
        "manual" => scenario.manual = true,
        "break" => scenario.broken.push(words.name("a rule")),
        "at" => scenario.commands.push(command(&mut words)),
        "goal" => scenario.goals.push(goal(&mut words)),
        "expect" => scenario.expect.push(words.name("an invariant")),
        "caption" => scenario.narration.push(caption(&mut words)),
        "until" => scenario.until_us = words.span(),
        "view" => {
            words.expect("at");
            scenario.view = Some(View {
                at_us: words.span(),
                play: words.take("play"),
                lanes: lanes(&mut words, "lanes"),
                hidden: lanes(&mut words, "hide"),
            });
        }
        "digest" => {
            let hash = words.name("a digest");
            words.expect("after");
            scenario.digest = Some(Seal { hash, steps: words.number("a number of steps") });
            words.expect("steps");
        }
        _ => words.fail(format!("a line cannot begin with {begin}")),
    }
    words.done()
}

/// The lanes named after a keyword, where it stands there.
fn lanes(words: &mut Words, keyword: &str) -> Vec<String> {
    let mut lanes = Vec::new();
    if words.take(keyword) {
        lanes.push(words.name("a lane"));
        while words.has_name() {
            lanes.push(words.name("a lane"));
        }
    }
    lanes
}

fn value(words: &mut Words) -> ParamValue {
    let token = words.next("a value");
    let number = token.text.parse();
    match (token.quoted, token.text.as_str(), number) {
        (false, "true", _) => ParamValue::Bool(true),
        (false, "false", _) => ParamValue::Bool(false),
        (false, _, Ok(number)) => ParamValue::Int(number),
        _ => ParamValue::Word(token.text),
    }
}

fn clients(words: &mut Words) -> Clients {
    let mut clients = Clients { count: words.number("a number of clients"), ..Clients::default() };
    while !words.is_done() {
        let token = words.next("an option");
        match token.text.as_str() {
            "operations" => clients.operations = words.number("a number of operations"),
            "window" => clients.window = words.number("a number of operations"),
            "start" => clients.start_us = words.span(),
            "think" => clients.think_us = words.span(),
            "timeout" => clients.timeout_us = words.span(),
            "reads" => clients.reads_percent = words.number_in("%", "a share"),
            "keys" => clients.keys = words.number("a number of keys"),
            _ => words.fail(format!("{token} is nothing that clients have")),
        }
    }
    clients
}

fn goal(words: &mut Words) -> Goal {
    let name = words.name("the goal's name");
    words.expect("on");
    let on = on(words);
    let times = words.number_after("times", "a number of events");
    Goal { name, on, times }
}

fn caption(words: &mut Words) -> Caption {
    let text = words.name("the caption's text");
    words.expect("on");
    let on = on(words);
    let nth = words.number_after("nth", "a number");
    Caption { on, text, nth }
}

fn on(words: &mut Words) -> On {
    On {
        event: words.name("a kind of event"),
        at: optional(words, "at"),
        peer: optional(words, "peer"),
        what: optional(words, "what"),
        epoch: optional(words, "epoch"),
        slot: optional(words, "slot"),
        value: optional(words, "value"),
    }
}

/// The name after a keyword, if the keyword is there.
fn optional(words: &mut Words, keyword: &str) -> Option<String> {
    words.take(keyword).then(|| words.name(keyword))
}

/// What follows `at`: `100ms crash S1`.
fn command(words: &mut Words) -> Command {
    let at_us = words.span();
    let sub = words.number_after("step", "a number of steps");
    let off = words.take("off");
    Command { at_us, sub, off, act: act(words) }
}

/// Reads what [`Do`]'s `Display` writes.
impl FromStr for Do {
    type Err = ScriptError;

    fn from_str(text: &str) -> Result<Do, ScriptError> {
        let mut words = Words::new(text);
        let act = act(&mut words);
        words.done().map(|()| act).map_err(|says| ScriptError { line: 1, says })
    }
}

fn act(words: &mut Words) -> Do {
    let verb = words.next("what to do");
    match verb.text.as_str() {
        "request" => request(words),
        "crash" => {
            let node = words.name("a node");
            if words.take("after") {
                let effects = words.number("a number of effects");
                words.expect("effects");
                Do::CrashWithin { node, effects }
            } else {
                Do::Crash(node)
            }
        }
        "restart" => Do::Restart(words.name("a node")),
        "pause" => Do::Pause(words.name("a node")),
        "resume" => Do::Resume(words.name("a node")),
        "wipe" => Do::Wipe(words.name("a node")),
        "drift" => {
            let node = words.name("a node");
            Do::Drift { node, ppm: words.number_in("ppm", "a drift") }
        }
        "disk" => Do::Disk { node: words.name("a node"), delay_us: words.span() },
        "partition" => Do::Partition(groups(words)),
        "heal" => Do::Heal,
        "cut" => {
            let (from, to) = ends(words);
            Do::Cut { from, to }
        }
        "mend" => {
            let (from, to) = ends(words);
            Do::Mend { from, to }
        }
        "network" => Do::Network(network(words)),
        "link" => Do::Link(link(words)),
        "deliver" => Do::Deliver(words.number("a message's number")),
        "drop" => Do::Drop(words.number("a message's number")),
        "duplicate" => Do::Duplicate(words.number("a message's number")),
        "delay" => {
            let message = words.number("a message's number");
            words.expect("until");
            Do::Delay { message, until_us: words.span() }
        }
        "intercept" => Do::Intercept(intercept(words)),
        "fire" => {
            let (node, timer, key) = timer(words);
            Do::Fire { node, timer, key }
        }
        "postpone" => {
            let (node, timer, key) = timer(words);
            words.expect("until");
            Do::Postpone { node, timer, key, until_us: words.span() }
        }
        "manual" if words.take("on") => Do::Manual(true),
        "manual" => {
            words.expect("off");
            Do::Manual(false)
        }
        _ => {
            words.fail(format!("{verb} is not something to do"));
            Do::Heal
        }
    }
}

/// `C1 x=5 to S2`, of which only the operation must be there.
fn request(words: &mut Words) -> Do {
    let client = if words.names_ahead() > 1 { Some(words.name("a client")) } else { None };
    let op = words.name("an operation");
    Do::Request { client, op, to: optional(words, "to") }
}

fn groups(words: &mut Words) -> Vec<Vec<String>> {
    let mut groups = Vec::new();
    loop {
        let mut group = vec![words.name("a lane")];
        while words.has_name() {
            group.push(words.name("a lane"));
        }
        groups.push(group);
        if !words.take("|") {
            return groups;
        }
    }
}

fn ends(words: &mut Words) -> (String, String) {
    let from = words.name("a lane");
    words.expect("to");
    (from, words.name("a lane"))
}

fn timer(words: &mut Words) -> (String, String, u32) {
    let (node, timer) = (words.name("a node"), words.name("a timer"));
    let key = words.number_after("key", "a key");
    (node, timer, key)
}

fn intercept(words: &mut Words) -> Intercept {
    let from = optional(words, "from");
    let to = optional(words, "to");
    let kind = if words.has_name() { Some(words.name("a kind of message")) } else { None };
    let skip = words.number_after("skip", "a number of messages");
    let times = words.number_after("times", "a number of messages");
    let act = if words.take("drop") {
        Act::Drop
    } else if words.take("take") {
        Act::Take(words.span())
    } else if !words.take("duplicate") {
        words.fail("say what happens to it: drop, duplicate or take".to_owned());
        Act::Drop
    } else if words.take("taking") {
        Act::DuplicateTaking(words.span())
    } else {
        Act::Duplicate
    };
    Intercept { from, to, kind, skip, times, act }
}

fn network(words: &mut Words) -> Network {
    let mut network = Network::default();
    if words.take("latency") {
        network.latency = latency(words);
    }
    if words.take("loss") {
        network.loss = words.ratio();
    }
    if words.take("duplication") {
        network.duplication = words.ratio();
    }
    network.fifo = words.take("fifo");
    while words.take("link") {
        network.links.push(link(words));
    }
    network
}

fn link(words: &mut Words) -> LinkRule {
    let (from, to) = ends(words);
    let latency = if words.take("latency") { Some(latency(words)) } else { None };
    let loss = if words.take("loss") { Some(words.ratio()) } else { None };
    let duplication = if words.take("duplication") { Some(words.ratio()) } else { None };
    let fifo =
        if words.take("fifo") { Some(true) } else { words.take("reordered").then_some(false) };
    LinkRule { from, to, latency, loss, duplication, fifo }
}

fn latency(words: &mut Words) -> Latency {
    let token = words.next("a latency");
    match token.text.as_str() {
        "fixed" => Latency::Fixed { us: words.span() },
        "uniform" => Latency::Uniform { min_us: words.span(), max_us: words.span() },
        "long-tail" => Latency::LongTail { median_us: words.span() },
        _ => {
            words.fail(format!("{token} is not a latency: fixed, uniform or long-tail"));
            Network::default().latency
        }
    }
}
