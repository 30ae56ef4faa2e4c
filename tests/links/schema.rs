//! The schema in the repository describes what is read and written: other tools judge scenarios by it.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use synod::protocols;
use synod::scenario::{Scenario, link};

use super::{corpus, generate, parts};

fn schema() -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/scenario.json");
    let text = fs::read_to_string(path).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("it is JSON");
    jsonschema::draft202012::new(&schema).expect("it is a schema")
}

/// What the schema has against a scenario, each with its place.
fn objections(schema: &Validator, text: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(text).expect("it is JSON");
    schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn what_is_shipped_fits_the_schema() {
    let schema = schema();
    let accept = |name: &str, text: &str| {
        let objections = objections(&schema, text);
        assert!(objections.is_empty(), "{name}: {objections:#?}");
    };
    for situation in protocols::gallery() {
        accept(situation.id, &situation.scenario.to_json());
    }
    for protocol in protocols::ALL {
        accept(protocol.info.id, &(protocol.usual)(1).to_json_pretty());
    }
    for (path, text) in corpus("good") {
        let (_, link, meaning) = parts(&text);
        let name = path.display().to_string();
        accept(&name, meaning);
        accept(&name, &link::decode(link).expect("a good link").to_json());
    }
}

/// Both the schema and the reader refuse these, and neither refuses what they were made from.
#[test]
fn what_is_not_a_scenario_does_not_fit_the_schema() {
    let schema = schema();
    let with = |field: &str, value: Value| {
        let mut scenario = json!({"v": 1, "protocol": "raft", "seed": 7});
        scenario[field] = value;
        scenario.to_string()
    };
    let command = |act: Value| with("commands", json!([{"at_us": 5, "do": act}]));
    let good = [
        with("seed", json!(8)),
        with("cluster", json!([{"class": "server", "count": 5}])),
        with("set", json!({"batch_max": 3})),
        with("network", json!({"latency": {"fixed": {"us": 3}}})),
        with("digest", json!({"steps": 3, "hash": "0123456789abcdef"})),
        command(json!({"crash": "S1"})),
        command(json!("heal")),
    ];
    for text in good {
        assert_eq!(objections(&schema, &text), [""; 0], "{text}");
        Scenario::from_json(&text).unwrap_or_else(|problems| panic!("{text}: {problems}"));
    }
    let bad = [
        json!({"v": 1, "seed": 7}).to_string(),
        json!([]).to_string(),
        with("protocol", json!(3)),
        with("seed", json!(-1)),
        with("seed", json!("7")),
        with("rules", json!([])),
        with("cluster", json!([{"class": "server", "count": 300}])),
        with("cluster", json!([{"class": "server"}])),
        with("set", json!({"batch_max": null})),
        with("network", json!({"latency": {"exact": {"us": 3}}})),
        with("network", json!({"latency": {"fixed": {"us": 3}, "long_tail": {"median_us": 3}}})),
        with("goals", json!([{"name": "it falls"}])),
        with("digest", json!({"steps": 3})),
        command(json!({"explode": "S1"})),
        command(json!({"crash": "S1", "restart": "S1"})),
        command(json!("healed")),
        with("commands", json!([{"at_us": 5}])),
    ];
    for text in bad {
        assert_ne!(objections(&schema, &text), [""; 0], "the schema accepts {text}");
        assert!(Scenario::from_json(&text).is_err(), "the reader accepts {text}");
    }
}

proptest! {
    #[test]
    fn every_scenario_fits_the_schema(scenario in generate::scenario()) {
        thread_local! { static SCHEMA: Validator = schema(); }
        let objections = SCHEMA.with(|schema| objections(schema, &scenario.to_json()));
        prop_assert!(objections.is_empty(), "{:#?}", objections);
    }
}
