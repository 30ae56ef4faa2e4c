//! The JSON schema of event lines in the repository is the one the types have, and it names
//! every kind of event.
//!
//! Run with `--features schema`; `UPDATE_GOLDEN=1` writes it anew.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::Sample;
use synod::trace::{Line, Source};

fn schema() -> String {
    let schema = schemars::schema_for!(Line);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}

#[test]
fn the_schema_in_the_repository_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/events.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
        fs::write(&path, schema()).expect("a writable file");
        return;
    }
    let kept = fs::read_to_string(&path).expect("the schema is there");
    assert_eq!(kept, schema(), "docs/schema/events.json is old: run again with UPDATE_GOLDEN=1");
}

#[test]
fn the_schema_names_every_event_of_a_run() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).expect("it is JSON");
    let kinds = schema["$defs"]["EventView"]["oneOf"].as_array().expect("one entry a kind");
    let named: BTreeSet<&str> =
        kinds.iter().filter_map(|kind| kind["properties"]["event"]["const"].as_str()).collect();
    assert_eq!(named.len(), kinds.len());
    let sample = Sample::story();
    for event in sample.events() {
        assert!(named.contains(event.kind.name()), "{}", event.kind.name());
    }
}
