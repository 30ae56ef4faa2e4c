//! Runs for other tools: what a reader of each file relies on.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{Sample, check_golden, golden, play};
use serde_json::Value;
use synod::diagram::{Options, Window, plantuml};
use synod::export::{perfetto, recording, shiviz, split_recording};
use synod::scenario::Scenario;
use synod::session::{Verdict, gallery};
use synod::trace::{EventId, EventKind, Source, past_cone};

#[test]
fn the_story_is_written_as_it_was() {
    let mut sample = Sample::story();
    sample.violate();
    check_golden(
        "export/story.puml",
        &plantuml(&sample, &Window::until(sample.now()), &Options::default()),
    );
    check_golden("export/story.shiviz.log", &shiviz(&sample));
    check_golden("export/story.perfetto.json", &perfetto(&sample).replace("},{", "},\n{"));
}

type Clock = BTreeMap<String, u64>;

/// What ShiViz makes of a log by its default expression, `(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`.
fn parse_shiviz(log: &str) -> Vec<(String, String, Clock)> {
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len() % 2, 0);
    let parse = |pair: &[&str]| {
        let (host, clock) = pair[1].split_once(' ').expect("a host and a clock");
        let clock: Clock = serde_json::from_str(clock).expect("a clock is JSON");
        assert!(!host.is_empty() && !host.contains(char::is_whitespace), "{host:?}");
        assert!(!pair[0].is_empty());
        (pair[0].to_owned(), host.to_owned(), clock)
    };
    lines.chunks(2).map(parse).collect()
}

#[test]
fn a_shiviz_log_is_accepted_by_shiviz() {
    let mut logs: Vec<String> =
        gallery().map(|found| shiviz(play(found.scenario).source())).collect();
    logs.push(shiviz(&Sample::story()));
    let mut renamed = Sample::idle();
    renamed.rename_client("a client");
    logs.push(shiviz(&renamed));
    for log in logs {
        let mut counts = Clock::new();
        for (event, host, clock) in parse_shiviz(&log) {
            // The first event of a host has the clock 1, and each of the next one more.
            let count = counts.entry(host.clone()).or_default();
            *count += 1;
            assert_eq!(clock.get(&host), Some(&*count), "{event} at {host}");
            // Nobody knows of what has not happened.
            for (other, known) in &clock {
                assert!(*known >= 1 && *known <= counts[other], "{event} at {host}: {other}");
            }
        }
        assert!(counts.len() > 1, "several hosts take part");
    }
}

/// The clocks are those of happened-before, found by a walk along causes.
#[test]
fn vector_clocks_are_happened_before() {
    for id in ["raft-split-vote", "raft-flaky-network", "paxos-duel"] {
        let situation = gallery().find(|found| found.id == id).expect("it is in the gallery");
        let session = play(situation.scenario);
        let source = session.source();
        let lines = parse_shiviz(&shiviz(source));
        let is_line = |event: &synod::trace::Event| {
            let nobody = matches!(
                event.kind,
                EventKind::Lost { .. }
                    | EventKind::Duplicated { .. }
                    | EventKind::TimerSet { .. }
                    | EventKind::TimerCancelled { .. }
                    | EventKind::Violated { .. }
            );
            !nobody && source.cast().name(event.place) != "world"
        };
        let ids: Vec<usize> =
            (0..source.reached()).filter(|at| is_line(&source.events()[*at])).collect();
        assert_eq!(ids.len(), lines.len(), "{id}");
        for (later, (_, _, clock)) in lines.iter().enumerate().step_by(37) {
            let all = 0..source.reached();
            let past = past_cone(source.events(), EventId(ids[later] as u32), all);
            for (earlier, (text, host, own)) in lines.iter().enumerate() {
                let precedes = clock.get(host).is_some_and(|known| known >= &own[host]);
                let walked = past.binary_search(&EventId(ids[earlier] as u32)).is_ok();
                assert_eq!(precedes, walked, "{id}: {text} at {host} before line {later}");
            }
        }
    }
}

#[test]
fn a_perfetto_trace_is_valid_and_its_flows_join_steps() {
    let mut runs = 0;
    for situation in gallery() {
        let session = play(situation.scenario);
        check_trace(session.source(), situation.id);
        runs += 1;
    }
    check_trace(&Sample::story(), "story");
    assert!(runs > 20);
}

fn check_trace(source: &dyn Source, name: &str) {
    let trace: Value = serde_json::from_str(&perfetto(source)).expect("it is JSON");
    assert_eq!(trace["displayTimeUnit"], "ms");
    let records = trace["traceEvents"].as_array().expect("a list of events");
    let number = |record: &Value, field: &str| record[field].as_u64();
    let whole = |record: &Value, field: &str| number(record, field).expect("a whole number");
    let mut slices: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
    let mut started: BTreeMap<u64, &Value> = BTreeMap::new();
    let (mut joined, mut open, mut before) = (0, Vec::new(), 0);
    for record in records {
        let (ts, tid) = (whole(record, "ts"), whole(record, "tid"));
        assert_eq!(whole(record, "pid"), 1, "{name}: {record}");
        let phase = record["ph"].as_str().expect("a phase");
        if phase != "M" {
            assert!(ts >= before, "{name}: in the order of time");
            before = ts;
        }
        match phase {
            "M" | "C" => assert!(record["args"].is_object(), "{name}: {record}"),
            "i" => assert!(record["s"] == "t" || record["s"] == "g", "{name}: {record}"),
            "X" => {
                let end = ts + number(record, "dur").expect("a duration");
                // Slices of one thread nest: each lies within those that are open.
                let open = slices.entry(tid).or_default();
                open.retain(|(_, outer)| *outer > ts);
                assert!(open.iter().all(|(_, outer)| *outer >= end), "{name}: {record}");
                open.push((ts, end));
            }
            "s" | "f" => {
                let around = slices.get(&tid).map_or(&[][..], Vec::as_slice);
                let is_step = |(from, to): &(u64, u64)| *from == ts && *to == ts + 1;
                assert!(around.iter().any(is_step), "{name}: {record} has no step");
                let id = number(record, "id").expect("a flow has an id");
                if phase == "s" {
                    assert!(started.insert(id, record).is_none(), "{name}: {record}");
                } else {
                    let start = started.remove(&id).expect("it started");
                    assert_eq!((&start["name"], &start["cat"]), (&record["name"], &record["cat"]));
                    assert_eq!(record["bp"], "e");
                    joined += 1;
                }
            }
            "b" => open.push(number(record, "id").expect("an id")),
            "e" => {
                let id = number(record, "id").expect("an id");
                let at = open.iter().position(|open| *open == id).expect("it began");
                open.remove(at);
            }
            _ => panic!("{name}: no such phase: {record}"),
        }
    }
    assert!(started.is_empty(), "{name}: every flow ends");
    let happened = &source.events()[..source.reached()];
    let delivered =
        |event: &&synod::trace::Event| matches!(event.kind, EventKind::Delivered { .. });
    assert_eq!(joined, happened.iter().filter(delivered).count(), "{name}");
}

/// Every recording in tests/golden/recordings is played again and comes to what it says; a run copied
/// from the page or the command line goes there as it is. With `UPDATE_GOLDEN` they are recorded anew.
#[test]
fn recordings_come_to_what_they_say() {
    let folder = golden("recordings");
    let mut names: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    names.sort();
    for path in &names {
        let name = path.display();
        let text = std::fs::read_to_string(path).expect("it can be read");
        let (script, happened) = split_recording(&text);
        let mut scenario =
            Scenario::from_script(script).unwrap_or_else(|error| panic!("{name}: {error}"));
        let is_update = std::env::var_os("UPDATE_GOLDEN").is_some();
        if is_update {
            scenario.digest = None;
        }
        let session = play(scenario);
        let again = recording(&session.share(), session.source());
        if is_update {
            std::fs::write(path, again).expect("it can be written");
            continue;
        }
        assert_eq!(session.verdict(), &Verdict::Same, "{name}");
        assert_eq!(split_recording(&again).1, happened, "{name}");
        assert_eq!(again, text, "{name}");
    }
    assert!(names.len() >= 2);
}

#[test]
fn every_situation_can_be_recorded_and_played_again() {
    for situation in gallery() {
        let session = play(situation.scenario);
        let recorded = recording(&session.share(), session.source());
        let script = split_recording(&recorded).0;
        let scenario = Scenario::from_script(script)
            .unwrap_or_else(|error| panic!("{}: {error}", situation.id));
        let again = play(scenario);
        assert_eq!(again.verdict(), &Verdict::Same, "{}", situation.id);
        assert_eq!(recording(&again.share(), again.source()), recorded, "{}", situation.id);
    }
}

#[test]
fn plantuml_is_one_diagram_whatever_the_names() {
    let mut sample = Sample::story();
    sample.rename_client("\"x\\n@enduml");
    let text = plantuml(&sample, &Window::until(sample.now()), &Options::default());
    assert!(text.starts_with("@startuml\n") && text.ends_with("\n@enduml\n"));
    assert_eq!(text.lines().filter(|line| line.starts_with('@')).count(), 2);
    assert!(text.contains("actor \"<U+0022>x<U+005C>n@enduml\" as c0\n"));
    // Every message that arrived or was lost is an arrow.
    let ended = sample
        .events()
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Delivered { .. } | EventKind::Lost { .. }));
    let arrows = text.lines().filter(|line| line.contains(" : ") && line.contains('>'));
    let arrows = arrows.filter(|line| !line.starts_with("note") && !line.contains("(in flight)"));
    assert_eq!(arrows.count(), ended.count());
}
