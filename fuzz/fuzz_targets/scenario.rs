//! Any bytes are a scenario that survives every form it has, or a refusal. Below the link's
//! compression, where mutation reaches the parser.

#![no_main]

use libfuzzer_sys::fuzz_target;
use synod::protocols;
use synod::scenario::Scenario;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(scenario) = Scenario::from_script(text) {
        assert_eq!(Scenario::from_script(&scenario.to_script()), Ok(scenario));
    }
    let Ok(scenario) = Scenario::from_json(text) else { return };
    assert_eq!(Scenario::from_json(&scenario.to_json()).as_ref(), Ok(&scenario));
    for protocol in protocols::ALL {
        if let Err(problems) = scenario.check(protocol.info) {
            assert!(!problems.0.is_empty());
        }
    }
});
