//! The few things asked of the browser, each of which may be refused.

use gloo_timers::callback::Timeout;
use js_sys::Array;
use synod::scenario::Theme;
use synod::scenario::limits::SEED_MAX;
use synod::trace::EventId;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Element, EventTarget, File, FocusOptions, HtmlAnchorElement,
    HtmlDialogElement, HtmlElement, HtmlImageElement, HtmlInputElement, HtmlOptionElement, Node,
    OffscreenCanvas, OffscreenCanvasRenderingContext2d, Url, Window,
};

fn window() -> Option<Window> {
    web_sys::window()
}

/// The browser's clock, in milliseconds since the page began to load.
pub(crate) fn now_ms() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// An element of an SVG picture, read from its markup.
pub(crate) fn read_svg(markup: &str) -> Option<Node> {
    let document = window()?.document()?;
    let holder = document.create_element_ns(Some("http://www.w3.org/2000/svg"), "g").ok()?;
    holder.set_inner_html(markup);
    holder.first_child()
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

/// Notes a link, and what follows it, with the present entry of the history; puts the link into the address
/// as well if it `shows`.
pub(crate) fn keep(link: &str, rest: &str, shows: bool) {
    let history = window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        let (note, address) = (link.to_owned() + rest, shows.then(|| page() + link));
        // Where the browser has enough of it, the last note stands.
        let _ = history.replace_state_with_url(&note.into(), "", address.as_deref());
    }
}

/// What was noted with the present entry of the history.
pub(crate) fn kept() -> Option<String> {
    window()?.history().ok()?.state().ok()?.as_string()
}

/// Takes the file that was chosen out of a field: the same one may be chosen again, which would be no change else.
pub(crate) fn take_chosen(element: &Element) -> Option<File> {
    let field = element.dyn_ref::<HtmlInputElement>()?;
    let file = field.files()?.get(0)?;
    field.set_value("");
    Some(file)
}

/// Shows that what is dragged can be dropped here.
pub(crate) fn invite(welcome: bool) {
    if let Some(page) = find(":root") {
        let _ = page.toggle_attribute_with_force("data-drop", welcome);
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

/// Whether the page is inside another one.
pub(crate) fn is_framed() -> bool {
    let Some(window) = window() else { return false };
    let top = window.top().ok().flatten();
    top.is_none_or(|top| top != window)
}

/// Saves a text as a file; says whether the browser took it.
pub(crate) fn save(name: &str, mime: &str, text: &str) -> bool {
    let kind = BlobPropertyBag::new();
    kind.set_type(mime);
    let parts = Array::of1(&text.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind);
    blob.is_ok_and(|blob| save_blob(name, &blob))
}

/// Saves what the browser holds as a file; says whether it was taken.
pub(crate) fn save_blob(name: &str, blob: &Blob) -> bool {
    let document = window().and_then(|window| window.document());
    let link = document.and_then(|document| document.create_element("a").ok());
    let link = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    let (Some(link), Ok(address)) = (link, Url::create_object_url_with_blob(blob)) else {
        return false;
    };
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has begun to read by then.
    Timeout::new(REVOKE_MS, move || drop(Url::revoke_object_url(&address))).forget();
    true
}

/// How long a file that is being saved may take to be read, in milliseconds.
const REVOKE_MS: u32 = 60_000;
/// The most pixels along an edge of a picture, and the most in all, that every browser draws.
const EDGE_MAX: u32 = 16_000;
const AREA_MAX: u32 = 64_000_000;

/// Draws an SVG that stands alone as a PNG, twice as fine as it says where that is not too large.
pub(crate) async fn png(svg: &str) -> Option<Blob> {
    // One that is too long is known by what it says: to draw it would take the browser seconds.
    let tall = svg.split_once(" height=\"")?.1;
    let tall = tall[..tall.find(['"', '.'])?].parse::<u32>().ok()?;
    if tall > EDGE_MAX {
        return None;
    }
    let image = HtmlImageElement::new().ok()?;
    // The policy of the page lets a picture come from its own address, or from none.
    let data = String::from(js_sys::encode_uri_component(svg));
    image.set_src(&format!("data:image/svg+xml,{data}"));
    JsFuture::from(image.decode()).await.ok()?;
    let (width, height) = (image.natural_width(), image.natural_height());
    let fits = |by: &u32| {
        let (width, height) = (width.saturating_mul(*by), height.saturating_mul(*by));
        width.max(height) <= EDGE_MAX && width.saturating_mul(height) <= AREA_MAX
    };
    let by = [2, 1].into_iter().find(fits)?;
    let canvas = OffscreenCanvas::new(width * by, height * by).ok()?;
    let context = canvas.get_context("2d").ok()??;
    let context = context.dyn_into::<OffscreenCanvasRenderingContext2d>().ok()?;
    let (width, height) = (f64::from(width * by), f64::from(height * by));
    context
        .draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)
        .ok()?;
    JsFuture::from(canvas.convert_to_blob().ok()?).await.ok()?.dyn_into().ok()
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

/// Whether a dialog stands open.
pub(crate) fn has_dialog() -> bool {
    find("dialog[open]").is_some()
}

/// Opens the page's dialog, if there is one that is not open yet.
pub(crate) fn open_dialogs() {
    let closed = find("dialog:not([open])");
    if let Some(dialog) = closed.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        // It is refused only where the element is not in the page.
        let _ = dialog.show_modal();
    }
}

/// Closes the page's dialog before it is taken out: the browser gives the focus back to what opened it.
pub(crate) fn close_dialogs() {
    let open = find("dialog[open]");
    if let Some(dialog) = open.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// Lets a choice show what is in force: an option heeds its attribute no more once one was picked by hand. The one that
/// is being made is left alone.
pub(crate) fn settle_choices() {
    let option = find("select:not(:focus) > option[selected]:not(:checked)");
    if let Some(option) = option {
        option.unchecked_into::<HtmlOptionElement>().set_selected(true);
    }
}

/// Scrolls to the beginning of an element.
pub(crate) fn show(selector: &str) {
    if let Some(element) = find(selector) {
        element.scroll_into_view();
    }
}

/// Gives the focus to an element, without scrolling to it.
pub(crate) fn focus(element: Option<Element>) {
    if let Some(element) = element {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        // What stands in a picture is no HTML and can have the focus as well; what cannot leaves it where it is.
        let _ = element.unchecked_into::<HtmlElement>().focus_with_options(&options);
    }
}

/// The first element of the page that a selector names.
pub(crate) fn find(selector: &str) -> Option<Element> {
    window()?.document()?.query_selector(selector).ok().flatten()
}

/// Moves the focus to the next button of the same menu, or the one before.
pub(crate) fn focus_beside(element: &Element, back: bool) {
    let Ok(Some(menu)) = element.closest(".menu") else { return };
    let Ok(buttons) = menu.query_selector_all("button") else { return };
    let buttons: Vec<Element> = (0..buttons.length())
        .filter_map(|i| buttons.get(i).and_then(|node| node.dyn_into().ok()))
        .collect();
    let count = buttons.len();
    let at = buttons.iter().position(|button| button == element).unwrap_or_default();
    let next = if back { at + count - 1 } else { at + 1 };
    focus(buttons.into_iter().nth(next % count.max(1)));
}

/// What the element at a place of the window, or one around it, has for an attribute.
pub(crate) fn attribute_at(name: &str, (x, y): (i32, i32)) -> Option<String> {
    let found = window()?.document()?.element_from_point(x as f32, y as f32)?;
    found.closest(&format!("[{name}]")).ok()??.get_attribute(name)
}

/// The group of a partition that is at a place of the window.
pub(crate) fn group_at(at: (i32, i32)) -> Option<usize> {
    attribute_at("data-group", at)?.parse().ok()
}

/// The height of the window, in pixels.
pub(crate) fn window_height() -> i32 {
    let height = window().and_then(|window| window.inner_height().ok()?.as_f64());
    height.map_or(800, |height| height as i32)
}

/// The middle of an element of the page, in pixels of the window.
pub(crate) fn middle_of(selector: &str) -> Option<(i32, i32)> {
    find(selector).map(|element| middle(&element))
}

/// The middle of an element, in pixels of the window.
pub(crate) fn middle(element: &Element) -> (i32, i32) {
    let bounds = element.get_bounding_client_rect();
    ((bounds.x() + bounds.width() / 2.0) as i32, (bounds.y() + bounds.height() / 2.0) as i32)
}

/// Under this name the browser keeps the theme.
const THEME: &str = "synod-theme";

/// The theme that was chosen last.
pub(crate) fn theme() -> Theme {
    // Where storage is denied, as in a sandbox, there is none.
    let stored = window().and_then(|window| window.local_storage().ok()??.get_item(THEME).ok()?);
    stored.and_then(|name| Theme::named(&name)).unwrap_or(Theme::Auto)
}

/// Shows a theme.
pub(crate) fn set_theme(theme: Theme) {
    if let Some(page) = find(":root") {
        let _ = page.set_attribute("data-theme", theme.name());
    }
}

/// Keeps a theme for the next visit.
pub(crate) fn keep_theme(theme: Theme) {
    if let Some(storage) = window().and_then(|window| window.local_storage().ok()?) {
        let _ = storage.set_item(THEME, theme.name());
    }
}
