//! The same runs, bit for bit, in the browser: the digests are those that the native tests pin.

#![cfg(target_arch = "wasm32")]

use synod::scenario::{Opening, Scenario};
use synod::session::{Progress, Session, gallery, protocols, scenario_of};
use synod::trace::Time;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const NATIVE: &str = include_str!("../../tests/golden/digests.txt");
/// As in the native test.
const USUAL_US: u64 = 1_500_000;

fn scenario(id: &str) -> Scenario {
    if let Some(situation) = gallery().find(|situation| situation.id == id) {
        return situation.scenario;
    }
    let found = protocols().find(|info| format!("{}-usual", info.id) == id);
    let id = found.expect("a situation or a protocol").id.to_owned();
    let opening = Opening::Protocol { id, nodes: None, seed: Some(3) };
    scenario_of(opening, 3).expect("the protocol is registered")
}

#[wasm_bindgen_test]
fn digests_are_the_native_ones() {
    assert!(NATIVE.lines().count() > 20);
    for line in NATIVE.lines() {
        let (id, native) = line.split_once(' ').expect("an id and a digest");
        let mut session = Session::open(scenario(id)).expect("a valid scenario");
        let until_us = session.scenario().until_us;
        let end = Time(if until_us == 0 { USUAL_US } else { until_us });
        while session.advance(end, u32::MAX) == Progress::Violated {}
        assert_eq!(session.digest().to_string(), native, "{id}");
    }
}
