//! Any bytes are a link that comes back the same, or a refusal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use synod::scenario::{link, parse_url};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Err(error) = parse_url(text) {
        assert!(!error.to_string().is_empty());
    }
    if let Ok(scenario) = link::decode(text) {
        assert_eq!(link::decode(&link::encode(&scenario)), Ok(scenario));
    }
});
