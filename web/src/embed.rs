//! The page inside somebody else's: what its host says to it, and what it tells its host.
//!
//! Messages are plain objects with the field `synod`; `docs/embedding.md` lists them. The host's address,
//! history and storage are never touched, and only the window that holds this one is listened to. What is
//! told is no secret (the run of a public scenario), so it may go to a host of any origin: a frame in a
//! sandbox cannot know its own.

use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use synod::scenario::{Presentation, Theme};
use synod::trace::Time;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};
use yew::Callback;

use crate::app::Msg;
use crate::browser;
use crate::model::{Model, instant};

/// How long the host waits at most for news of a run that moves, in milliseconds.
const NEWS_MS: f64 = 250.0;

/// So many steps are taken at one ask: the page stands still meanwhile.
const STEPS_MAX: i32 = 10_000;

/// What a host can ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ask {
    /// Play on.
    Play,
    /// Stand still.
    Pause,
    /// So many steps forward, or back where negative.
    Step(i32),
    /// To an instant.
    Seek(Time),
    /// Show this theme.
    Theme(Theme),
}

/// A frame in a host's page.
pub(crate) struct Embed {
    /// Whether the transport is shown.
    pub(crate) controls: bool,
    /// How tall the frame wants to be, in CSS pixels.
    height: u32,
    /// What the host was told last, and when.
    told: Option<(State, f64)>,
    /// How many fallen invariants it was told of.
    fallen: usize,
    _listener: EventListener,
}

/// How the run stands, as the host hears it.
#[derive(Clone, Debug, PartialEq)]
struct State {
    /// Virtual milliseconds.
    ms: f64,
    steps: u32,
    playing: bool,
    /// Sixteen hexadecimal digits, while the run stands.
    digest: Option<String>,
}

impl Embed {
    /// Starts listening to the host, and tells it how tall this frame wants to be.
    pub(crate) fn start(presentation: &Presentation, send: &Callback<Msg>) -> Option<Embed> {
        let window = web_sys::window()?;
        let listener = {
            let (window, send) = (window.clone(), send.clone());
            EventListener::new(&window.clone(), "message", move |event| {
                if let Some(ask) = event.dyn_ref().and_then(|event| heard(&window, event)) {
                    send.emit(Msg::Host(ask));
                }
            })
        };
        let embed = Embed {
            controls: presentation.controls.unwrap_or(true),
            height: presentation.height.unwrap_or(HEIGHT),
            told: None,
            fallen: 0,
            _listener: listener,
        };
        embed.ask_for_room();
        Some(embed)
    }

    fn ask_for_room(&self) {
        // In the form that the common frame resizers understand.
        tell(&[
            ("context", "iframe.resize".into()),
            ("height", self.height.into()),
            ("src", browser::address().into()),
        ]);
    }

    /// Tells the host how the run stands, when it stands differently and not too often.
    pub(crate) fn news(&mut self, model: &Model) {
        let session = model.session();
        let moves = model.is_playing() || model.is_busy();
        let now = browser::now_ms();
        if let Some((_, at)) = &self.told
            && moves
            && now - at < NEWS_MS
        {
            return;
        }
        let state = State {
            ms: session.now().0 as f64 / 1_000.0,
            steps: session.steps().0,
            playing: model.is_playing(),
            digest: (!moves).then(|| session.digest().to_string()),
        };
        if self.told.as_ref().is_some_and(|(told, _)| *told == state) {
            return;
        }
        tell(&[
            ("synod", if self.told.is_none() { "ready" } else { "state" }.into()),
            ("ms", state.ms.into()),
            ("steps", state.steps.into()),
            ("playing", state.playing.into()),
            ("digest", state.digest.as_deref().map_or(JsValue::NULL, JsValue::from_str)),
        ]);
        self.told = Some((state, now));
        let names = session.invariants();
        for fall in session.violations().iter().skip(self.fallen) {
            let name = names.get(usize::from(fall.invariant)).map_or("", |named| named.name);
            tell(&[
                ("synod", "violation".into()),
                ("invariant", name.into()),
                ("detail", fall.broken.detail.as_str().into()),
                ("ms", (session.now().0 as f64 / 1_000.0).into()),
            ]);
        }
        self.fallen = session.violations().len();
    }
}

/// Tells the host that there is no run, and why.
pub(crate) fn tell_failure(says: &str) {
    tell(&[("synod", "error".into()), ("message", says.into())]);
}

/// How tall a frame is that was not told: enough for an election and its first decisions.
const HEIGHT: u32 = 480;

/// What the host asks, if the message is from it and means something.
fn heard(window: &Window, event: &MessageEvent) -> Option<Ask> {
    let parent = window.parent().ok().flatten()?;
    let from_host = event.source().is_some_and(|source| source == *parent.as_ref());
    if !from_host {
        return None;
    }
    let data = event.data();
    let field = |name: &str| Reflect::get(&data, &JsValue::from_str(name)).ok();
    let number = |name: &str| field(name).and_then(|value| value.as_f64());
    match field("synod")?.as_string()?.as_str() {
        "play" => Some(Ask::Play),
        "pause" => Some(Ask::Pause),
        "step" => {
            // A cast from a double stops at the ends of the range, and NaN is 0.
            let by = number("by").map_or(1, |by| by as i32);
            Some(Ask::Step(by.clamp(-STEPS_MAX, STEPS_MAX)))
        }
        "seek" => Some(Ask::Seek(instant(number("ms")?))),
        "theme" => Some(Ask::Theme(Theme::named(&field("theme")?.as_string()?)?)),
        _ => None,
    }
}

/// Sends the host an object with these fields.
fn tell(fields: &[(&str, JsValue)]) {
    let host = web_sys::window().and_then(|window| window.parent().ok().flatten());
    let Some(host) = host else { return };
    let message = Object::new();
    for (name, value) in fields {
        // A field of an object that is new can always be set.
        let _ = Reflect::set(&message, &JsValue::from_str(name), value);
    }
    // A host that has gone hears nothing.
    let _ = host.post_message(&message, "*");
}
