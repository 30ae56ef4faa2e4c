//! What the fuzz targets do with bytes. The normal tests call the same (tests/fuzz.rs), so that the
//! targets keep building and their assertions keep meaning something where nobody has nightly.

#![allow(dead_code, reason = "each target calls one of them")]

use synod::export::{perfetto, recording, shiviz, split_recording};
use synod::protocols;
use synod::scenario::{Scenario, link, parse_url};
use synod::session::{Progress, Session};
use synod::trace::Time;

/// How far the `run` target goes: enough for an election and some commits.
const RUN_US: u64 = 400_000;
const RUN_STEPS: u32 = 3_000;

/// Any bytes are a link that comes back the same, or a refusal in words.
pub fn link(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Err(error) = parse_url(text) {
        assert!(!error.to_string().is_empty());
    }
    if let Ok(scenario) = link::decode(text) {
        assert_eq!(link::decode(&link::encode(&scenario)), Ok(scenario));
    }
}

/// Any bytes are a scenario that survives every form it has, or a refusal. Below the link's
/// compression, where mutation reaches the parser.
pub fn scenario(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(scenario) = Scenario::from_script(split_recording(text).0) {
        assert_eq!(Scenario::from_script(&scenario.to_script()), Ok(scenario));
    }
    let Ok(scenario) = Scenario::from_json(text) else { return };
    assert_eq!(Scenario::from_json(&scenario.to_json()).as_ref(), Ok(&scenario));
    for protocol in protocols::ALL {
        if let Err(problems) = scenario.check(protocol.info) {
            assert!(!problems.0.is_empty());
        }
    }
}

/// Any scenario that is possible runs, the same every time, and can be written down.
pub fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let script = || Scenario::from_script(split_recording(text).0).ok();
    let Some(mut scenario) = Scenario::from_json(text).ok().or_else(script) else { return };
    scenario.digest = None;
    let Some(first) = play(&scenario) else { return };
    let second = play(&scenario).expect("it opened before");
    assert_eq!(first.digest(), second.digest());
    assert_eq!(first.diverged(), None);
    let source = first.source();
    assert!(perfetto(source).starts_with("{\"traceEvents\":["));
    assert_eq!(shiviz(source).lines().count() % 2, 0);
    let recorded = recording(&first.share(), source);
    let script = split_recording(&recorded).0;
    assert!(Scenario::from_script(script).is_ok(), "{script}");
}

fn play(scenario: &Scenario) -> Option<Session> {
    let mut session = Session::open(scenario.clone()).ok()?;
    let mut budget = RUN_STEPS;
    while session.advance(Time(RUN_US), budget) == Progress::Violated {
        budget = RUN_STEPS.saturating_sub(session.steps().0);
    }
    session.judge();
    Some(session)
}
