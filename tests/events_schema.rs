//! The JSON schema of event lines in the repository says what is written: other tools read by it.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{Sample, play};
use jsonschema::Validator;
use serde_json::{Value, json};
use synod::session::gallery;
use synod::trace::{KINDS, Source, write_ndjson};

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/events.json");
    let text = fs::read_to_string(path).expect("the schema is there");
    serde_json::from_str(&text).expect("it is JSON")
}

fn lines(source: &dyn Source) -> Vec<Value> {
    let mut text = String::new();
    write_ndjson(source, 0..source.events().len(), &mut text).expect("a string takes it all");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).expect("it is a schema")
}

#[test]
fn every_line_of_every_situation_fits_the_schema() {
    let schema = validator();
    let check = |name: &str, source: &dyn Source| {
        for line in lines(source) {
            assert!(schema.is_valid(&line), "{name}: {line}");
        }
    };
    let mut story = Sample::story();
    story.violate();
    check("story", &story);
    for situation in gallery() {
        check(situation.id, play(situation.scenario).source());
    }
}

#[test]
fn the_schema_names_every_kind_of_event() {
    let schema = schema();
    let kinds = schema["$defs"]["Event"]["oneOf"].as_array().expect("one entry a kind");
    let named: BTreeSet<&str> =
        kinds.iter().filter_map(|kind| kind["properties"]["event"]["const"].as_str()).collect();
    assert_eq!(named.len(), kinds.len());
    assert_eq!(named, KINDS.iter().map(|kind| kind.name).collect());
}

#[test]
fn what_is_not_written_does_not_fit_the_schema() {
    let schema = validator();
    let lines = lines(&Sample::story());
    let header = lines[0].clone();
    let lost = lines.iter().find(|line| line["event"] == "lost").expect("one is lost").clone();
    for good in [header, lost] {
        assert!(schema.is_valid(&good), "{good}");
        let mut more = good.clone();
        more["surprise"] = json!(1);
        assert!(!schema.is_valid(&more), "{more}");
        for name in good.as_object().expect("an object").keys().filter(|name| *name != "cause") {
            let mut less = good.clone();
            less.as_object_mut().expect("an object").remove(name);
            assert!(!schema.is_valid(&less), "without {name}: {less}");
            let mut other = good.clone();
            other[name] = json!({});
            assert!(!schema.is_valid(&other), "{name}: {other}");
        }
    }
}
