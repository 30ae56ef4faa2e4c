//! What the browser tells: one listener for the whole page, which turns what happened into a [`Msg`].

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, HtmlInputElement, HtmlSelectElement, KeyboardEvent, MouseEvent, WheelEvent,
};
use yew::Callback;

use crate::app::Msg;
use crate::{acts, browser};

/// What is listened to and may be kept from the browser's own use ...
const OURS: [&str; 8] =
    ["click", "keydown", "input", "change", "close", "popstate", "pointerover", "resize"];
/// ... and what never holds up a scroll.
const PASSIVE: [&str; 3] = ["scroll", "wheel", "touchmove"];

/// Listens as long as the page lives.
pub(crate) fn listen(send: &Callback<Msg>) -> Vec<EventListener> {
    let window = web_sys::window().expect("a page is shown in a window");
    let listener = |(name, passive): (&'static str, bool)| {
        let send = send.clone();
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive };
        EventListener::new_with_options(&window, name, options, move |event| {
            if let Some(message) = message_of(event) {
                send.emit(message);
            }
        })
    };
    let ours = OURS.into_iter().map(|name| (name, false));
    ours.chain(PASSIVE.into_iter().map(|name| (name, true))).map(listener).collect()
}

fn message_of(event: &Event) -> Option<Msg> {
    let kind = event.type_();
    let element = browser::element(event.target());
    match (kind.as_str(), &element) {
        ("popstate", _) => Some(Msg::Address),
        ("resize", _) => Some(Msg::Resized),
        ("keydown", _) => on_key(event.unchecked_ref(), element.as_ref()),
        ("click", Some(element)) => on_click(event.unchecked_ref(), element),
        ("input", Some(element)) => changed(element, "data-set"),
        ("change", Some(element)) => changed(element, "data-change"),
        ("close", Some(_)) => Some(Msg::Open(None)),
        ("pointerover", Some(element)) => {
            Some(Msg::Hover(within(element, ".stage").and_then(|_| browser::event_under(element))))
        }
        ("scroll" | "wheel" | "touchmove", Some(element)) => on_scroll(&kind, event, element),
        _ => None,
    }
}

fn within(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

fn attribute(element: &Element, name: &str) -> Option<String> {
    within(element, &format!("[{name}]"))?.get_attribute(name)
}

fn on_click(event: &MouseEvent, element: &Element) -> Option<Msg> {
    if let Some(act) = attribute(element, "data-act") {
        // A link opens in a new tab where the reader asks for one.
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return None;
        }
        event.prevent_default();
        return acts::message(&act, "");
    }
    // A click beside a dialog's content is a click on the dialog itself.
    if element.tag_name() == "DIALOG" {
        return Some(Msg::Open(None));
    }
    within(element, ".stage").map(|_| Msg::Pick(browser::event_under(element)))
}

fn changed(element: &Element, name: &str) -> Option<Msg> {
    let act = element.get_attribute(name)?;
    let value = match element.dyn_ref::<HtmlInputElement>() {
        Some(input) if input.type_() == "checkbox" => input.checked().to_string(),
        Some(input) => input.value(),
        None => element.dyn_ref::<HtmlSelectElement>()?.value(),
    };
    acts::message(&act, &value)
}

fn on_scroll(kind: &str, event: &Event, element: &Element) -> Option<Msg> {
    let stage = within(element, ".stage")?;
    let top = stage.scroll_top();
    // A view that follows the present would undo the first pixels of a smooth scroll, over and over:
    // it lets go as soon as the reader turns the wheel.
    let by_hand = match kind {
        "wheel" if event.unchecked_ref::<WheelEvent>().delta_y() >= 0.0 => return None,
        "scroll" => false,
        _ => true,
    };
    Some(Msg::Scrolled { top, by_hand })
}

/// What a key means on this page, where it does not mean something to what has the focus.
fn on_key(key: &KeyboardEvent, element: Option<&Element>) -> Option<Msg> {
    if key.ctrl_key() || key.meta_key() || key.alt_key() || key.default_prevented() {
        return None;
    }
    let focus_in =
        |selector: &str| element.is_some_and(|element| within(element, selector).is_some());
    if focus_in("dialog, textarea, select, input:not([type=range])") {
        return None;
    }
    let name = key.key();
    let shifted = key.shift_key() && (name.len() > 1 || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    // Letters mean the same with the capitals lock on.
    let name = match name.len() {
        _ if shifted => format!("Shift+{name}"),
        1 => name.to_ascii_lowercase(),
        _ => name,
    };
    let message = acts::of_key(&name, focus_in("button, a, summary, input"))?;
    key.prevent_default();
    Some(message)
}
