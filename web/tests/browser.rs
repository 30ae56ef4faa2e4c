//! Tests that only a browser can run: `cargo xtask test --wasm`.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Object, Reflect};
use synod_web::api::Playground;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The run that the page opens when nothing else is said.
fn usual() -> Playground {
    open("")
}

fn open(what: &str) -> Playground {
    Playground::new(&what.into()).unwrap_or_else(|_| panic!("{what:?} opens"))
}

fn refusal(what: &str) -> String {
    let error = Playground::new(&what.into()).err().map(JsValue::from).expect("it does not open");
    error.unchecked_into::<js_sys::Error>().message().into()
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object")
}

#[wasm_bindgen_test]
fn a_run_goes_on_and_back() {
    let mut run = usual();
    assert!(run.run_until(400.0));
    assert!(run.now() >= 399.0);
    let digest = run.digest();
    assert!(run.step_back() && run.digest() != digest);
    assert!(run.step());
    assert_eq!(run.digest(), digest);
}

#[wasm_bindgen_test]
fn events_are_plain_objects() {
    let mut run = usual();
    run.run_until(300.0);
    let events: Array = run.events(0).expect("they cross").unchecked_into();
    assert!(events.length() > 20);
    let last = events.get(events.length() - 1);
    assert!(last.is_object() && field(&last, "size").is_undefined(), "not a Map");
    assert_eq!(field(&last, "id").as_f64(), Some(f64::from(events.length() - 1)));
    assert!(field(&last, "at_us").as_f64().is_some_and(|at| at <= 300_000.0));
    assert!(field(&last, "kind").is_string() && field(&last, "text").is_string());
    let rest: Array = run.events(events.length() - 1).expect("they cross").unchecked_into();
    assert_eq!(rest.length(), 1);
    let beyond: Array = run.events(u32::MAX).expect("they cross").unchecked_into();
    assert_eq!(beyond.length(), 0);
}

#[wasm_bindgen_test]
fn commands_act_and_links_replay_them() {
    let mut run = usual();
    run.run_until(250.0);
    let crash = Object::new();
    Reflect::set(&crash, &"crash".into(), &"S1".into()).expect("an object");
    assert!(run.command(&crash).is_ok());
    let node = run.node(&"S1".into()).expect("it crosses");
    assert_eq!(field(&node, "up").as_bool(), Some(false));
    run.run_until(600.0);
    let mut again = open(&run.link());
    again.run_until(run.now());
    assert_eq!(again.digest(), run.digest());
    assert!(run.node(&"nobody".into()).is_ok_and(|node| node.is_undefined()));
}

#[wasm_bindgen_test]
fn bad_input_is_an_error_with_a_sentence() {
    assert!(refusal("#v1:%%%").contains("does not belong there"));
    assert!(refusal("{\"protocol\": 7}").len() > 10);
    assert!(refusal("?scenario=no-such").contains("no-such"));
    let mut run = usual();
    assert!(run.command(&JsValue::from_str("nonsense")).is_err());
    run.seek(f64::NAN);
    run.seek(-1.0);
}
