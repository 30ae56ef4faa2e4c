//! Tests that only a browser can run: `cargo xtask test --wasm`.
#![cfg(target_arch = "wasm32")]

use synod::trace::Time;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_core_runs_in_a_page() {
    assert!(web_sys::window().and_then(|window| window.document()).is_some());
    assert!(Time::default() <= Time::default());
}
