//! The JSON schema of scenarios in the repository is the one the types have.
//!
//! Run with `--features schema`; `UPDATE_GOLDEN=1` writes it anew.

use std::fs;
use std::path::Path;

use synod::scenario::Scenario;
use synod::session::Session;
use synod::trace::Time;

#[test]
fn the_schema_in_the_repository_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/scenario.json");
    let schema = schemars::schema_for!(Scenario);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
        fs::write(&path, text).expect("a writable file");
        return;
    }
    let kept = fs::read_to_string(&path).expect("the schema is there");
    assert_eq!(kept, text, "docs/schema/scenario.json is old: run again with UPDATE_GOLDEN=1");
}

#[test]
fn the_documented_script_runs_and_reaches_its_goal() {
    let page = include_str!("../docs/scenarios.md");
    let (_, script) = page.split_once("```text\n").expect("it shows one");
    let (script, _) = script.split_once("```").expect("it ends");
    let scenario = Scenario::from_script(script).expect("it can be read");
    let until = Time(scenario.until_us);
    let mut session = Session::open(scenario).unwrap_or_else(|problems| panic!("{problems}"));
    session.advance(until, u32::MAX);
    assert!(session.goals().iter().all(|goal| goal.reached.is_some()));
}
