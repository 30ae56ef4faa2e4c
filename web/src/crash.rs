//! What is shown when the program itself fails: a panic or a trap ends a WebAssembly instance for good,
//! but the page around it can still say what happened and give back the run.

use std::cell::RefCell;
use std::panic::PanicHookInfo;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Reflect;
use synod::scenario::{Scenario, link};
use wasm_bindgen::JsValue;
use web_sys::{Document, Event};

use crate::browser;

thread_local! {
    /// The run as far as it is known to be good.
    static RUN: RefCell<Option<Rc<Scenario>>> = const { RefCell::new(None) };
}

/// Remembers the run, so that a failure can give its link.
pub(crate) fn remember(scenario: Rc<Scenario>) {
    RUN.with_borrow_mut(|run| *run = Some(scenario));
}

/// From now on a panic is shown.
pub(crate) fn install() {
    // Through Yew, which would put its own in the place of another.
    yew::set_custom_panic_hook(Box::new(|info| {
        let message = message_of(info);
        web_sys::console::error_1(&message.as_str().into());
        // Nothing here may panic again; what the browser refuses is left out.
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            let _ = show(&document, BUG, &message);
        }
    }));
    // What is no panic (a stack that is full, a browser that throws where it never should) leaves the
    // program just as stuck, and would say nothing.
    if let Some(window) = web_sys::window() {
        EventListener::new(&window, "error", on_error).forget();
    }
}

/// What `web/rest.js` calls the error that the second part of the program cannot be had.
const MISSING_PART: &str = "MissingPart";
const UNLOADED: &str = "The part of Synod that this takes could not be loaded: the network failed, or the site has been \
                        renewed meanwhile. The run is not lost: its link replays it up to here.";
const BUG: &str = "This is a bug in Synod, not in the protocol you are watching. The run is not lost: its link \
                   replays it up to here.";

/// An error that nobody caught. Only what went through the program is ours.
fn on_error(event: &Event) {
    let field = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    let error = field(event.as_ref(), "error").unwrap_or_default();
    let text = |name: &str| field(&error, name).and_then(|text| text.as_string());
    let is_ours = text("stack").is_some_and(|stack| stack.contains("wasm"));
    if let Some(document) = web_sys::window().and_then(|window| window.document())
        && is_ours
        && browser::find(".crash").is_none()
    {
        let is_missing = text("name").is_some_and(|name| name == MISSING_PART);
        let says = if is_missing { UNLOADED } else { BUG };
        let [message, stack] = ["message", "stack"].map(|name| text(name).unwrap_or_default());
        let said = if is_missing {
            message
        } else if stack.contains(&message) {
            // Some browsers repeat the message above the places.
            stack
        } else {
            message + "\n" + &stack
        };
        let _ = show(&document, says, &said);
    }
}

fn message_of(info: &PanicHookInfo<'_>) -> String {
    let place = info.location();
    let place = place.map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("{}{place}", text.unwrap_or("no reason was given"))
}

fn show(document: &Document, says: &str, message: &str) -> Option<()> {
    let body = document.body()?;
    let element = |name: &str, class: &str, text: &str| {
        let element = document.create_element(name).ok()?;
        element.set_class_name(class);
        element.set_text_content(Some(text));
        Some(element)
    };
    let overlay = element("div", "crash", "")?;
    overlay.set_attribute("role", "alertdialog").ok()?;
    overlay.set_attribute("aria-label", "Synod has stopped").ok()?;
    let card = element("div", "crash-card", "")?;
    card.append_child(&*element("h2", "", "Synod has stopped")?).ok()?;
    card.append_child(&*element("p", "", says)?).ok()?;
    card.append_child(&*element("pre", "", message)?).ok()?;
    let run = RUN.with(|run| run.try_borrow().ok().and_then(|run| run.clone()));
    let address = run.map(|run| format!("{}{}", browser::page(), link::encode(&run)));
    if let Some(address) = &address {
        let link = element("a", "button", "Link to this run")?;
        link.set_attribute("href", address).ok()?;
        // In this tab only the fragment would change, and nobody is left to notice.
        link.set_attribute("target", "_blank").ok()?;
        card.append_child(&link).ok()?;
    }
    // A fresh page, not one that runs into the same failure at once.
    let reload = element("a", "button primary", "Start again")?;
    reload.set_attribute("href", &browser::page()).ok()?;
    if browser::is_framed() {
        // Somebody else's page keeps its history.
        reload.set_attribute("target", "_blank").ok()?;
    }
    card.append_child(&reload).ok()?;
    overlay.append_child(&card).ok()?;
    body.append_child(&overlay).ok()?;
    Some(())
}
