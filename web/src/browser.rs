//! The few things asked of the browser, each of which may be refused.

use synod::scenario::limits::SEED_MAX;
use synod::trace::EventId;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, EventTarget, HtmlDialogElement, Window};

fn window() -> Option<Window> {
    web_sys::window()
}

/// The browser's clock, in milliseconds since the page began to load.
pub(crate) fn now_ms() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// The page's whole address.
pub(crate) fn address() -> String {
    window().and_then(|window| window.location().href().ok()).unwrap_or_default()
}

/// The page's address without what it opens.
pub(crate) fn page() -> String {
    let address = address();
    address.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Puts an address of this page into the history, so that "back" returns from it.
pub(crate) fn push_address(address: &str) {
    let history = window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        // A page in a sandbox may have no history; the run goes on without one.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Whether the reader asked for less motion.
pub(crate) fn prefers_stillness() -> bool {
    let query = window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// A seed nobody has chosen.
pub(crate) fn fresh_seed() -> u64 {
    // Without a generator (there is none in some sandboxes) the clock serves as well as any.
    getrandom::u64().unwrap_or_else(|_| now_ms().to_bits()) & SEED_MAX
}

/// Copies a text; says whether the browser allowed it.
pub(crate) async fn copy(text: String) -> bool {
    let Some(window) = window() else { return false };
    let clipboard = window.navigator().clipboard();
    // Where the page is not served securely there is no clipboard at all.
    if AsRef::<JsValue>::as_ref(&clipboard).is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(&text)).await.is_ok()
}

/// Colours the page light or dark, or, by any other name, as the reader's system has it.
pub(crate) fn set_theme(name: &str) {
    let root = window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("data-theme", name);
    }
}

/// Opens an address in a tab of its own; says whether the browser allowed it.
pub(crate) fn open_outside(address: &str) -> bool {
    window()
        .and_then(|window| window.open_with_url_and_target(address, "_blank").ok().flatten())
        .is_some()
}

/// Sets the title of the tab.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Adds rules to the page's style.
pub(crate) fn add_style(css: &str) {
    let Some(document) = window().and_then(|window| window.document()) else { return };
    if let (Some(head), Ok(style)) = (document.head(), document.create_element("style")) {
        style.set_text_content(Some(css));
        // Before the page's own, which may say otherwise.
        let _ = head.insert_before(&style, head.first_child().as_ref());
    }
}

/// The element an event of the browser began at.
pub(crate) fn element(target: Option<EventTarget>) -> Option<Element> {
    target.and_then(|target| target.dyn_into::<Element>().ok())
}

/// The event of the run that an element of the diagram stands for.
pub(crate) fn event_under(element: &Element) -> Option<EventId> {
    let element = element.closest("[data-event]").ok().flatten()?;
    element.get_attribute("data-event")?.parse().ok().map(EventId)
}

/// Opens the page's dialog, if there is one that is not open yet.
pub(crate) fn open_dialogs() {
    let document = window().and_then(|window| window.document());
    let closed = document.and_then(|page| page.query_selector("dialog:not([open])").ok().flatten());
    if let Some(dialog) = closed.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        // It is refused only where the element is not in the page.
        let _ = dialog.show_modal();
    }
}
