//! The command line, run as a user runs it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use resvg::tiny_skia::Pixmap;
use serde_json::Value;

fn synod(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_synod"))
        .args(arguments)
        .output()
        .expect("the command line is built with its tests")
}

/// With something on standard input.
fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synod"));
    let piped = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.stderr(Stdio::piped()).spawn().expect("the command line starts");
    // It may have seen enough before the end.
    let _ = child.stdin.take().expect("it is piped").write_all(input);
    child.wait_with_output().expect("the command line ends")
}

/// A file of this test's own, gone with it.
struct File(PathBuf);

impl File {
    fn of(name: &str, content: impl AsRef<[u8]>) -> File {
        let name = format!("synod-cli-{}-{name}", std::process::id());
        let file = File(std::env::temp_dir().join(name));
        std::fs::write(&file.0, content).expect("the temporary folder takes a file");
        file
    }

    fn name(&self) -> &str {
        self.0.to_str().expect("its name is text")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(arguments: &[&str]) -> (Value, Option<i32>) {
    let output = synod(arguments);
    let value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", out(&output)));
    (value, output.status.code())
}

/// Bad input ends with code 2 and says on standard error what is wrong.
fn refused(arguments: &[&str], says: &str) {
    let output = synod(arguments);
    let error = err(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
    assert!(error.contains(says), "{arguments:?} says {error:?}, not {says:?}");
}

#[test]
fn run_prints_one_object() {
    let (run, code) = json(&["run", "raft-first-election", "--json", "--require-goals"]);
    assert_eq!(code, Some(0));
    let keys: Vec<&str> = run.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut wanted = vec![
        "protocol",
        "seed",
        "nodes",
        "events",
        "deliveries",
        "virtual_ms",
        "digest",
        "goals",
        "violations",
        "decided",
        "link",
    ];
    wanted.sort_unstable();
    let mut keys = keys;
    keys.sort_unstable();
    assert_eq!(keys, wanted);
    assert_eq!(run["protocol"], "raft");
    assert!(run["goals"].as_object().expect("goals").values().all(|goal| goal == true));
}

#[test]
fn health_is_said_when_asked_for() {
    let arguments = ["run", "raft", "--until", "3s", "--health"];
    let (run, code) = json(&[&arguments[..], &["--json"]].concat());
    assert_eq!(code, Some(0));
    assert_eq!(run["health"]["decided"], run["decided"].as_array().map_or(0, Vec::len));
    let text = out(&synod(&arguments));
    assert!(text.contains("1 of 1 elections won"), "{text}");
    assert!(text.contains("  quorum   3; 5 reach each other: margin 2"), "{text}");
}

/// What is recorded as a test file is a scenario that can be run, and comes to the same.
#[test]
fn a_recording_is_the_same_run() {
    let recorded = synod(&["render", "raft", "--until", "1s", "--format", "script"]);
    let file = File::of("recording.txt", &recorded.stdout);
    let (again, code) = json(&["run", file.name(), "--json"]);
    assert_eq!(code, Some(0));
    let digest = again["digest"].as_str().expect("a digest");
    assert!(out(&recorded).contains(&format!("digest {digest} after")));
}

#[test]
fn a_link_is_the_same_run() {
    let (run, _) = json(&["run", "paxos", "--seed", "9", "--json", "--until", "1s"]);
    let link = run["link"].as_str().expect("a link").to_owned();
    let (again, code) = json(&["run", &link, "--json"]);
    assert_eq!(code, Some(0));
    assert_eq!(again["digest"], run["digest"]);

    let decoded = synod(&["link", "decode", &link]);
    assert!(decoded.status.success());
    let file = File::of("link.json", &decoded.stdout);
    let encoded = synod(&["link", "encode", file.name()]);
    assert!(encoded.status.success());
    let payload = |link: &str| link.split("#v1:").last().unwrap_or_default().trim().to_owned();
    assert_eq!(payload(&out(&encoded)), payload(&link));
}

#[test]
fn exit_codes_tell_clean_from_broken() {
    let clean = synod(&["run", "raft-figure-8", "--require-goals"]);
    assert_eq!(clean.status.code(), Some(0));
    let broken = ["run", "raft-figure-8-broken"];
    assert_eq!(synod(&broken).status.code(), Some(1), "a violation");
    let expected = synod(&[&broken[..], &["--require-goals"]].concat());
    assert_eq!(expected.status.code(), Some(0), "it shows what it promises");
}

#[test]
fn bad_input_is_named() {
    refused(&["run", "raft-first-electoin"], "raft-first-election");
    refused(&["run", "raft", "--set", "heartbeat_us=soon"], "heartbeat_us");
    refused(&["run", "raft", "--break", "NoSuchRule"], "NoSuchRule");
    refused(&["run", "raft", "--nodes", "99"], "cluster");
    refused(&["link", "decode", "#v1:!!!"], "!");
    refused(&["sweep", "--protocol", "raft", "--seeds", "9..3"], "seeds");
    refused(&["run", "?scenario=raft-first-electoin"], "raft-first-election");
    refused(&["run", env!("CARGO_MANIFEST_DIR")], "is a folder");
}

/// A number with a sign is a value that is out of range, not an option nobody knows.
#[test]
fn negative_numbers_are_named() {
    refused(&["run", "raft", "--seed", "-1"], "'-1' for '--seed");
    refused(&["run", "raft", "--nodes", "-1"], "'-1' for '--nodes");
    refused(&["run", "raft", "--until", "-5s"], "'-5s' for '--until");
    let sweep = ["sweep", "--protocol", "raft", "--seeds"];
    refused(&[&sweep[..], &["-3..5"]].concat(), "'-3..5' for '--seeds");
    refused(&[&sweep[..], &["0..5", "--jobs", "-1"]].concat(), "'-1' for '--jobs");
    refused(&[&sweep[..], &["0..5", "--jobs", "1000000"]].concat(), "--jobs");
}

#[test]
fn a_run_ends_when_it_is_asked_to() {
    let (run, _) = json(&["run", "raft", "--until", "1s", "--json"]);
    assert_eq!(run["virtual_ms"], 1_000);
    let (run, _) = json(&["run", "raft", "--until", "0s", "--json"]);
    assert_eq!(run["virtual_ms"], 0);
    let (run, _) = json(&["run", "raft", "--json"]);
    assert_eq!(run["virtual_ms"], 5_000, "what nobody says is five seconds");
}

/// A scenario comes from files and pipes in whatever form, with whatever an editor puts around it.
#[test]
fn scenarios_are_read_in_every_form() {
    let script = "# What it shows.\nprotocol raft\nseed 7\nuntil 1s\n";
    let digest = |arguments: &[&str], input: &[u8]| {
        let output = fed(arguments, input);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", err(&output));
        let run: Value = serde_json::from_slice(&output.stdout).expect("a report");
        run["digest"].as_str().expect("a digest").to_owned()
    };
    let wanted = digest(&["run", "-", "--json"], script.as_bytes());
    let marked = File::of("marked.synod", format!("\u{feff}{script}"));
    assert_eq!(digest(&["run", marked.name(), "--json"], b""), wanted);
    let link = out(&synod(&["link", "encode", marked.name()]));
    assert_eq!(digest(&["run", "-", "--json"], link.as_bytes()), wanted);
    let decoded = synod(&["link", "decode", &format!("https://a.example/b/{}", link.trim())]);
    assert_eq!(digest(&["run", "-", "--json"], &decoded.stdout), wanted);
    if cfg!(target_os = "linux") {
        // As a shell names a pipe: `synod run <(...)`.
        assert_eq!(digest(&["run", "/dev/stdin", "--json"], &decoded.stdout), wanted);
    }
    let short = synod(&["link", "decode", "?protocol=raft&nodes=3&seed=9"]);
    assert!(out(&short).contains("\"seed\": 9"), "{}", err(&short));
}

/// What never ends, is no text, or tries to reach the terminal ends with a short sentence.
#[test]
fn hostile_input_is_refused_in_a_few_words() {
    if cfg!(target_os = "linux") {
        refused(&["link", "encode", "/dev/zero"], "too many");
        refused(&["run", "/dev/zero"], "too many");
    }
    let bytes = File::of("bytes.json", b"{\"protocol\":\"\xff\"}");
    refused(&["run", bytes.name()], "UTF-8");
    let escape = File::of("escape.json", "{\"protocol\":\"\\u001b[31mraft\",\"\u{1b}x\":1}");
    let error = err(&synod(&["run", escape.name()]));
    assert!(!error.contains('\u{1b}'), "{error:?}");
    let long = File::of("long.json", format!("{{\"protocol\":\"{}\"}}", "x".repeat(900_000)));
    let error = err(&synod(&["run", long.name()]));
    assert!(error.len() < 1_000, "{} bytes", error.len());
    let many = vec!["{\"at_us\":0,\"do\":{\"crash\":\"\"}}"; 2_000].join(",");
    let many = File::of("many.json", format!("{{\"protocol\":\"raft\",\"commands\":[{many}]}}"));
    let error = err(&synod(&["run", many.name()]));
    assert!(error.lines().count() < 100 && error.contains("and 1950 more"), "{error}");
}

/// Whoever pipes events on gets events alone.
#[test]
fn events_are_not_mixed_with_the_report() {
    let lines = |output: &Output| out(output).lines().map(serde_json::from_str).collect();
    let events = synod(&["run", "paxos-happy-path", "--events", "ndjson"]);
    let parsed: Result<Vec<Value>, _> = lines(&events);
    let parsed = parsed.expect("every line is JSON");
    assert!(parsed.iter().skip(1).all(|line| line.get("event").is_some()));
    assert!(parsed.iter().any(|line| line["event"] == "chosen"));
    assert!(err(&events).contains("digest"), "the report is for people");
    let both = synod(&["run", "paxos-happy-path", "--events", "ndjson", "--json"]);
    let parsed: Result<Vec<Value>, _> = lines(&both);
    let parsed = parsed.expect("every line is JSON");
    assert!(parsed.last().is_some_and(|line| line["digest"].is_string()));
}

/// A digest that was not compared is not passed over in silence.
#[test]
fn a_digest_beyond_the_end_is_said() {
    let script = "protocol raft\nuntil 1s\ndigest 0123456789abcdef after 4000000 steps\n";
    let output = fed(&["run", "-"], script.as_bytes());
    assert!(err(&output).contains("not compared"), "{}", err(&output));
    let output = fed(&["run", "-", "--until", "2s"], script.as_bytes());
    assert_eq!(err(&output), "", "it was cut short on purpose");
}

#[test]
fn the_lists_list_everything() {
    let (protocols, _) = json(&["protocols", "--json"]);
    assert_eq!(protocols.as_array().map(Vec::len), Some(synod::session::protocols().count()));
    let (scenarios, _) = json(&["scenarios", "--json"]);
    assert_eq!(scenarios.as_array().map(Vec::len), Some(synod::session::gallery().count()));
    for info in synod::session::protocols() {
        let (rules, _) = json(&["rules", "--protocol", info.id, "--json"]);
        assert_eq!(rules.as_array().map(Vec::len), Some(info.rules.len()), "{}", info.id);
    }
}

#[test]
fn a_run_is_written_in_the_forms_of_other_tools() {
    let render = |format| out(&synod(&["render", "raft-first-election", "--format", format]));
    assert!(render("svg").starts_with("<svg"));
    assert!(render("mermaid").starts_with("sequenceDiagram"));
    assert!(render("text").contains("RequestVote"));
    assert!(render("plantuml").starts_with("@startuml\n"));
    assert!(render("shiviz").contains("\nS1 {\"S1\":1}\n"));
    let trace: Value = serde_json::from_str(&render("perfetto")).expect("a trace is JSON");
    assert!(trace["traceEvents"].as_array().is_some_and(|events| events.len() > 100));
    let events = synod(&["run", "raft-first-election", "--events", "ndjson"]);
    assert_eq!(render("ndjson"), out(&events), "the same lines as beside the report");
}

#[test]
fn a_png_is_the_svg_in_pixels() {
    let render = |format| synod(&["render", "raft-first-election", "--format", format]);
    let png = render("png");
    if !png.status.success() {
        let says = String::from_utf8_lossy(&png.stderr).into_owned();
        assert!(says.contains("this machine has no font"), "{says}");
        return;
    }
    let picture = Pixmap::decode_png(&png.stdout).expect("it is a PNG");
    let svg = out(&render("svg"));
    let size = |name: &str| {
        let (_, value) = svg.split_once(&format!(" {name}=\"")).expect("it has a size");
        value.split(['"', '.']).next().and_then(|own| own.parse::<u32>().ok()).expect("a number")
    };
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    assert!(width.abs_diff(size("width")) < 2 && height.abs_diff(size("height")) < 2);
    let has = |[red, green, blue]: [u8; 3]| {
        let pixels = picture.pixels().iter();
        pixels.filter(|at| [at.red(), at.green(), at.blue()] == [red, green, blue]).count()
    };
    // The ground, the words, messages of an election and the lane of a leader, in their colours.
    for colour in ["ground", "ink", "elect", "hue-1"] {
        let (_, value) = svg.split_once(&format!("--{colour}:#")).expect("the style says it");
        let part = |at: usize| u8::from_str_radix(&value[at..at + 2], 16).expect("a colour");
        let count = has([part(0), part(2), part(4)]);
        assert!(count > 200, "{count} pixels have the colour {colour}");
    }
}

#[test]
fn a_png_that_nothing_could_show_is_refused() {
    let long = "protocol raft\ncluster server 3\nclients 2 operations 100000\nuntil 4s\n";
    let file = File::of("long.scn", long);
    let output = synod(&["render", file.name(), "--format", "png"]);
    let says = err(&output);
    assert_eq!(output.status.code(), Some(2), "{says}");
    let refuses = says.contains("pixels, too many for a PNG; use --format svg");
    assert!(refuses || says.contains("this machine has no font"), "{says}");
    assert!(output.stdout.is_empty(), "no half of a picture is written");
}

#[test]
fn one_slot_is_drawn_alone() {
    let render = |format, more: &[&'static str]| {
        synod(&[&["render", "raft-replication", "--format", format], more].concat())
    };
    for format in ["svg", "mermaid", "plantuml"] {
        let (all, alone) = (out(&render(format, &[])), out(&render(format, &["--slot", "2"])));
        let has = |text: &str, what: &[&str]| what.iter().all(|what| text.contains(what));
        let committed = |slot| {
            if format == "svg" { format!("committed {slot}") } else { format!("index {slot}") }
        };
        assert!(has(&all, &["RequestVote", "Request(x=1)", &committed(2), &committed(3)]), "{all}");
        assert!(has(&alone, &["Request(x=1)", &committed(2)]), "{alone}");
        assert!(!alone.contains("RequestVote") && !alone.contains(&committed(3)), "{alone}");
    }
    let says = "'--slot <SLOT>': a slot is a number like 4";
    refused(&["render", "raft-replication", "--format", "svg", "--slot", "two"], says);
    let says = "--slot is for --format svg, png, mermaid and plantuml";
    refused(&["render", "raft-replication", "--format", "perfetto", "--slot", "2"], says);
}

#[test]
fn a_sweep_finds_what_a_broken_rule_does_and_nothing_else() {
    let sweep = ["sweep", "--protocol", "paxos", "--seeds", "0..60", "--faults", "heavy", "--json"];
    let (clean, code) = json(&sweep);
    assert_eq!(code, Some(0));
    assert_eq!(clean["runs"], 60);
    assert_eq!(clean["violations"], Value::Array(Vec::new()));
    assert_eq!(clean["stalls"], Value::Array(Vec::new()));

    let (half, _) = json(&[&sweep[..], &["--shard", "1/2"]].concat());
    assert_eq!(half["runs"], 30);

    let (broken, code) = json(&[&sweep[..], &["--break", "AdoptReportedVote"]].concat());
    assert_eq!(code, Some(1));
    let found = broken["violations"].as_array().expect("a list");
    assert!(!found.is_empty());
    let link = found[0]["link"].as_str().expect("a link");
    assert_eq!(synod(&["run", link]).status.code(), Some(1), "the link shows it");
}
