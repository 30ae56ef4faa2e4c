//! The command line, run as a user runs it.

use std::process::{Command, Output};

use serde_json::Value;

fn synod(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_synod"))
        .args(arguments)
        .output()
        .expect("the command line is built with its tests")
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
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
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
    let file = std::env::temp_dir().join(format!("synod-cli-{}.txt", std::process::id()));
    std::fs::write(&file, &recorded.stdout).expect("the temporary folder takes a file");
    let (again, code) = json(&["run", &file.to_string_lossy(), "--json"]);
    std::fs::remove_file(&file).expect("the file is there");
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
    let file = std::env::temp_dir().join(format!("synod-cli-{}.json", std::process::id()));
    std::fs::write(&file, &decoded.stdout).expect("the temporary folder takes a file");
    let encoded = synod(&["link", "encode", &file.to_string_lossy()]);
    std::fs::remove_file(&file).expect("the file is there");
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
fn pictures_come_in_three_forms() {
    let render = |format| out(&synod(&["render", "raft-first-election", "--format", format]));
    assert!(render("svg").starts_with("<svg"));
    assert!(render("mermaid").starts_with("sequenceDiagram"));
    assert!(render("text").contains("RequestVote"));
    assert!(render("plantuml").starts_with("@startuml\n"));
    assert!(render("shiviz").contains("\nS1 {\"S1\":1}\n"));
    let trace: Value = serde_json::from_str(&render("perfetto")).expect("a trace is JSON");
    assert!(trace["traceEvents"].as_array().is_some_and(|events| events.len() > 100));
}

#[test]
fn events_come_as_lines_of_json() {
    let output = synod(&["run", "paxos-happy-path", "--events", "ndjson"]);
    let text = out(&output);
    let lines: Vec<Value> =
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(lines.iter().any(|line| line["event"] == "chosen"), "{text}");
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
