//! What the browser tells: one listener for the whole page, which turns what happened into a [`Msg`].

mod hand;

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::{
    DragEvent, Element, Event, HtmlInputElement, HtmlSelectElement, KeyboardEvent, MouseEvent,
    PointerEvent, TouchEvent, WheelEvent,
};
use yew::Callback;

use hand::Hand;

use crate::acts::Focus;
use crate::app::{Grabbed, Msg};
use crate::{acts, browser};

/// What is listened to and may be kept from the browser's own use: of the wheel, to zoom the page; of fingers, to
/// scroll and to zoom ...
const OURS: [&str; 16] = [
    "click",
    "contextmenu",
    "keydown",
    "input",
    "change",
    "close",
    "popstate",
    "pointerover",
    "pointerout",
    "resize",
    "dragover",
    "dragleave",
    "drop",
    "pagehide",
    "wheel",
    "touchmove",
];
/// ... and what never holds up a scroll.
const PASSIVE: [&str; 5] = ["scroll", "pointerdown", "pointermove", "pointerup", "pointercancel"];

/// Both pictures of the run.
const DIAGRAM: &str = ".stage, .cluster";

/// Listens as long as the page lives.
pub(crate) fn listen(send: &Callback<Msg>) -> Vec<EventListener> {
    let window = web_sys::window().expect("a page is shown in a window");
    let hand = Rc::new(Hand::new(send));
    let listener = |(name, passive): (&'static str, bool)| {
        let (send, hand) = (send.clone(), Rc::clone(&hand));
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive };
        EventListener::new_with_options(&window, name, options, move |event| {
            if let Some(message) = message_of(event, &hand) {
                send.emit(message);
            }
        })
    };
    let ours = OURS.into_iter().map(|name| (name, false));
    ours.chain(PASSIVE.into_iter().map(|name| (name, true))).map(listener).collect()
}

fn message_of(event: &Event, hand: &Rc<Hand>) -> Option<Msg> {
    let kind = event.type_();
    let element = browser::element(event.target());
    match (kind.as_str(), &element) {
        ("popstate", _) => Some(Msg::Address),
        ("resize", _) => Some(Msg::Resized),
        ("keydown", _) => on_key(event.unchecked_ref(), element.as_ref(), hand),
        ("click", Some(element)) => on_click(event.unchecked_ref(), element, hand),
        ("contextmenu", Some(element)) => {
            let touched = touched(event.unchecked_ref(), element)?;
            event.prevent_default();
            Some(touched)
        }
        ("input", Some(element)) => changed(element, "data-set"),
        ("change", Some(element)) => match browser::take_chosen(element) {
            Some(file) => Some(Msg::File(file)),
            None => changed(element, "data-change"),
        },
        ("dragover" | "dragleave" | "drop", _) => on_drag(&kind, event.unchecked_ref()),
        ("pagehide", _) => Some(Msg::Keep),
        ("close", Some(_)) => Some(Msg::Closed),
        ("pointerover", Some(element)) => {
            Some(Msg::Hover(within(element, ".stage").and_then(|_| browser::event_under(element))))
        }
        // It has left the window.
        ("pointerout", _) => {
            let goes_to = event.unchecked_ref::<PointerEvent>().related_target();
            goes_to.is_none().then_some(Msg::Hover(None))
        }
        ("pointerdown" | "pointermove" | "pointerup" | "pointercancel", Some(element)) => {
            dragged(&kind, event.unchecked_ref(), element, hand)
        }
        ("scroll", Some(element)) => on_scroll(element, false),
        ("wheel", Some(element)) => on_wheel(event.unchecked_ref(), element, hand),
        ("touchmove", Some(element)) => on_touch(event.unchecked_ref(), element, hand),
        _ => None,
    }
}

fn within(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

fn attribute(element: &Element, name: &str) -> Option<String> {
    within(element, &format!("[{name}]"))?.get_attribute(name)
}

fn on_click(event: &MouseEvent, element: &Element, hand: &Hand) -> Option<Msg> {
    if let Some(act) = attribute(element, "data-act") {
        // A link opens in a new tab where the reader asks for one.
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return None;
        }
        event.prevent_default();
        return acts::message(&act, "");
    }
    // A click beside a dialog's content is a click on the dialog itself; one that began in it, to select a text, is
    // none.
    if element.tag_name() == "DIALOG" {
        return hand.began_beside().then_some(Msg::Beside);
    }
    if let Some(touched) = touched(event, element) {
        return Some(touched);
    }
    if within(element, ".menu").is_some() {
        return None;
    }
    Some(if within(element, DIAGRAM).is_some() { Msg::Pick(None) } else { Msg::CloseMenu })
}

/// What of the diagram is under the pointer: an event, or a lane and how far down.
fn touched(event: &MouseEvent, element: &Element) -> Option<Msg> {
    within(element, DIAGRAM)?;
    let lane = attribute(element, "data-lane");
    let at = browser::event_under(element);
    if at.is_none() && lane.is_none() {
        return None;
    }
    // A key's click says nothing of where.
    let by_key = event.type_() == "click" && event.detail() == 0;
    let spot = if by_key { browser::middle(element) } else { spot(event) };
    Some(Msg::Touch { event: at, lane, below: down(event.client_y(), element), at: spot, by_key })
}

/// Where in the window the pointer is.
fn spot(event: &MouseEvent) -> (i32, i32) {
    (event.client_x(), event.client_y())
}

/// How far down the run a height of the window is, in pixels.
fn down(y: i32, element: &Element) -> Option<i32> {
    let top = within(element, ".stage-run")?.get_bounding_client_rect().top();
    Some(y - top as i32)
}

/// A mouse draws on the diagram, where a finger scrolls unless it was held; heads and members are moved by either.
fn dragged(kind: &str, event: &PointerEvent, element: &Element, hand: &Rc<Hand>) -> Option<Msg> {
    let at = spot(event);
    match kind {
        "pointerdown" => hand.goes_down(element),
        "pointercancel" => hand.lets_go(),
        _ => {}
    }
    // A finger beside another one means something else than to drag.
    if !event.is_primary() || kind == "pointercancel" {
        let ends = matches!(kind, "pointerdown" | "pointercancel");
        return ends.then_some(Msg::Grab { what: None, at });
    }
    let is_mouse = event.pointer_type() == "mouse";
    // A finger stays with what it touched, wherever it goes.
    let moves = within(element, ".head, .member").is_some();
    match kind {
        "pointerdown" if event.button() == 0 => {
            let lane = || attribute(element, "data-lane");
            let what = if moves {
                let member = attribute(element, "data-member").map(Grabbed::Member);
                member.or_else(|| lane().map(Grabbed::Head))
            } else {
                let under = within(element, ".stage").and_then(|_| browser::event_under(element));
                let lane = || lane().filter(|_| within(element, DIAGRAM).is_some());
                let lane = || lane().map(|name| Grabbed::Lane(name, down(at.1, element)));
                under.map(Grabbed::Event).or_else(lane)
            };
            if is_mouse || moves {
                // Elsewhere nothing is grabbed, and what was before is forgotten.
                return Some(Msg::Grab { what, at });
            }
            if let (Some(what), Some(touched)) = (what, touched(event, element)) {
                hand.press(at, what, touched);
            }
            Some(Msg::Grab { what: None, at })
        }
        _ if !is_mouse && !moves => hand.goes_on(kind, at),
        "pointermove" if event.buttons() & 1 == 1 => {
            Some(Msg::Drag { lane: attribute(element, "data-lane"), at })
        }
        "pointerup" if event.button() == 0 => {
            Some(Msg::Release { lane: attribute(element, "data-lane"), at })
        }
        _ => None,
    }
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

/// A file is dragged over the page, away from it, or dropped on it. Texts and pictures are none of ours.
fn on_drag(kind: &str, event: &DragEvent) -> Option<Msg> {
    let data = event.data_transfer()?;
    // An embed opens none: what the browser does with it is as good as anywhere.
    if !data.types().includes(&"Files".into(), 0) || browser::find(".embed").is_some() {
        return None;
    }
    event.prevent_default();
    // Going from one element to the next, it leaves the first.
    if kind != "dragleave" || event.related_target().is_none() {
        browser::invite(kind == "dragover");
    }
    let file = data.files().filter(|_| kind == "drop")?.get(0)?;
    Some(Msg::File(file))
}

fn on_scroll(element: &Element, by_hand: bool) -> Option<Msg> {
    let stage = within(element, ".stage")?;
    let top = stage.scroll_top();
    let at_end = top + stage.client_height() + 1 >= stage.scroll_height();
    Some(Msg::Scrolled { top, at_end, by_hand })
}

/// With Ctrl held, and so as browsers tell of two fingers on a touch pad, the wheel zooms.
fn on_wheel(event: &WheelEvent, element: &Element, hand: &Hand) -> Option<Msg> {
    if event.ctrl_key() && within(element, ".stage").is_some() {
        event.prevent_default();
        let by = hand.turns(event.delta_y())?;
        return Some(Msg::Zoom { by, down: down(event.client_y(), element) });
    }
    // A view that follows the present would undo the first pixels of a smooth scroll, over and over:
    // it lets go as soon as the reader turns the wheel.
    if event.delta_y() >= 0.0 { None } else { on_scroll(element, true) }
}

/// Fingers move: one that was held drags, two zoom, and else they scroll.
fn on_touch(event: &TouchEvent, element: &Element, hand: &Hand) -> Option<Msg> {
    let touches = event.touches();
    let two = touches.get(0).zip(touches.get(1)).filter(|_| within(element, ".stage").is_some());
    // A scroll that has begun cannot be kept from going on.
    if (hand.holds() || two.is_some()) && event.cancelable() {
        event.prevent_default();
    }
    if let Some((one, other)) = two {
        let way = (one.client_x() - other.client_x(), one.client_y() - other.client_y());
        let middle = i32::midpoint(one.client_y(), other.client_y());
        return Some(Msg::Zoom { by: hand.spreads(way)?, down: down(middle, element) });
    }
    // A finger on a lane's head moves the lane.
    let scrolls = !hand.holds() && within(element, ".head").is_none();
    if scrolls { on_scroll(element, true) } else { None }
}

/// What a key means on this page, where it does not mean something to what has the focus.
fn on_key(key: &KeyboardEvent, element: Option<&Element>, hand: &Hand) -> Option<Msg> {
    if key.default_prevented() {
        return None;
    }
    let means_page = hand.means_page(&key.key());
    let focus_in =
        |selector: &str| element.is_some_and(|element| within(element, selector).is_some());
    if focus_in(".member") {
        return in_groups(key, element?);
    }
    if let Some(act) = element.and_then(|element| element.get_attribute("data-enter"))
        && key.key() == "Enter"
    {
        return acts::message(&act, "");
    }
    if focus_in("textarea, select, input:not([type=range])") {
        return None;
    }
    // What lies under a dialog cannot be seen; it may have the focus where what had it was taken out.
    if browser::has_dialog() {
        return None;
    }
    let name = name_of(key);
    if focus_in(".menu") {
        return in_menu(key, &name, element?);
    }
    // What the ring is made of is no button to the browser.
    if matches!(name.as_str(), "Enter" | " ") && focus_in("[role=button]") {
        key.prevent_default();
        let (event, lane) = (browser::event_under(element?), attribute(element?, "data-lane"));
        let at = browser::middle(element?);
        return Some(Msg::Touch { event, lane, below: None, at, by_key: true });
    }
    let focus = if means_page {
        Focus::Page
    } else if focus_in(".head") {
        Focus::Head
    } else if focus_in("button, a, summary, input") {
        Focus::Control
    } else if focus_in(".stage") {
        Focus::Diagram
    } else {
        Focus::Page
    };
    let message = acts::of_key(&name, focus)?;
    key.prevent_default();
    Some(message)
}

/// The key as the table of acts names it.
fn name_of(key: &KeyboardEvent) -> String {
    let name = key.key();
    let is_letter = name.len() == 1 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let with = key.ctrl_key() || key.meta_key();
    // Letters mean the same with the capitals lock on.
    let mut named = if is_letter { name.to_ascii_lowercase() } else { name };
    if key.shift_key() {
        named.insert_str(0, "Shift+");
    }
    if with {
        named.insert_str(0, "Ctrl+");
    }
    // Elsewhere it is the browser's, or makes other letters.
    if key.alt_key() {
        named.insert_str(0, "Alt+");
    }
    named
}

/// The arrow keys move a member to the next group, or to the one before.
fn in_groups(key: &KeyboardEvent, element: &Element) -> Option<Msg> {
    let back = match key.key().as_str() {
        "ArrowRight" | "ArrowDown" => false,
        "ArrowLeft" | "ArrowUp" => true,
        _ => return None,
    };
    key.prevent_default();
    Some(Msg::Regroup { name: attribute(element, "data-member")?, back: Some(back) })
}

fn in_menu(key: &KeyboardEvent, name: &str, element: &Element) -> Option<Msg> {
    let back = match name {
        "Escape" => return Some(Msg::CloseMenu),
        "ArrowDown" => false,
        "ArrowUp" => true,
        _ => return None,
    };
    key.prevent_default();
    browser::focus_beside(element, back);
    None
}
