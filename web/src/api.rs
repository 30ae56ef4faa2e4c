//! The JavaScript API: runs without the page.
//!
//! ```js
//! const run = new Playground("?protocol=raft&nodes=5&seed=42");
//! run.runUntil(500);
//! for (const event of run.events(0)) console.log(event.at_us, event.place, event.text);
//! console.log(run.digest(), run.link());
//! ```
//!
//! The npm package alone has it (the feature `npm`): the page's visitors would download what they never use.
//!
//! What crosses the boundary is defined here and nowhere else: plain objects, times in microseconds
//! (or milliseconds where a name says so), digests as hexadecimal text. What goes wrong is thrown as an
//! `Error` with a sentence. What TypeScript is told of the objects stands in `api.d.ts`; the tests of the
//! npm package hold it against what a run really gives.

mod picture;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use synod::diagram::event_text;
use synod::scenario::{Do, Opening, Scenario, link, parse_url};
use synod::session::{Progress, Session, Verdict, scenario_of};
use synod::trace::{Cause, EventId, Place};
use wasm_bindgen::prelude::*;

use crate::model::instant;

/// Steps taken between two looks at how far a run is.
const CHUNK: u32 = 4_096;
/// Steps that one call takes at most, so that it ends.
const STEPS_MAX: u32 = 10_000_000;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("api.d.ts");

/// A run of a scenario.
#[wasm_bindgen]
pub struct Playground {
    session: Session,
}

/// An event, as JavaScript sees it.
#[derive(Serialize)]
struct EventDto {
    /// Its position in the run.
    id: u32,
    /// Virtual microseconds.
    at_us: u64,
    /// The lane: `S1`, `C1`, `world`.
    place: String,
    /// The kind's stable name: `delivered`, `role_changed`.
    kind: &'static str,
    /// What happened, in words.
    text: String,
    /// The event that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<u32>,
}

/// A fallen invariant, as JavaScript sees it.
#[derive(Serialize)]
struct ViolationDto {
    /// The literature's name.
    invariant: &'static str,
    /// The event that broke it.
    event: u32,
    /// What happened, in a sentence.
    detail: String,
}

/// A node, as JavaScript sees it.
#[derive(Serialize)]
struct NodeDto {
    /// `S1`
    name: String,
    /// Whether it is up.
    up: bool,
    /// Whether it takes no steps.
    paused: bool,
    /// `Leader`; empty while it is down.
    role: &'static str,
    /// `3`, `3.1`; empty while it is down.
    epoch: String,
    /// Its state, as name and text.
    fields: Vec<(&'static str, String)>,
}

#[wasm_bindgen]
impl Playground {
    /// Opens a situation of the gallery by its id, a link, a query such as `?protocol=...&nodes=5`, or a
    /// scenario: as an object, or as JSON.
    ///
    /// # Errors
    /// What is wrong with it.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "string | object")] what: &JsValue,
    ) -> Result<Playground, JsError> {
        let fail = |error: &dyn std::fmt::Display| JsError::new(&error.to_string());
        let text = match what.as_string() {
            Some(text) => text,
            None => json(what)?,
        };
        let scenario = if !what.is_string() || text.trim_start().starts_with('{') {
            Scenario::from_json(&text).map_err(|error| fail(&error))?
        } else {
            let opening = if is_id(&text) {
                Opening::Situation(text)
            } else {
                parse_url(&text).map_err(|error| fail(&error))?.0
            };
            scenario_of(opening, 1).map_err(|error| fail(&error))?
        };
        let session = Session::open(scenario).map_err(|error| fail(&error))?;
        Ok(Playground { session })
    }

    /// Goes to the moment that a link was made at: `true` if the run there is the one that was shared, `false` if not.
    /// `undefined` where what was opened names no such moment, or something was done to the run before.
    #[wasm_bindgen(js_name = toMoment)]
    pub fn to_moment(&mut self) -> Option<bool> {
        while !self.session.run_to_seal(CHUNK) {}
        match self.session.verdict() {
            Verdict::Same => Some(true),
            Verdict::Differs { .. } => Some(false),
            Verdict::Unsealed | Verdict::Pending => None,
        }
    }

    /// Takes one step; `false` if nothing can happen by itself.
    pub fn step(&mut self) -> bool {
        self.session.step()
    }

    /// Takes one step back; `false` at the very beginning.
    #[wasm_bindgen(js_name = stepBack)]
    pub fn step_back(&mut self) -> bool {
        self.session.step_back()
    }

    /// Goes on until an instant in virtual milliseconds, or until an invariant falls: `false` then. Takes at most
    /// ten million steps.
    #[wasm_bindgen(js_name = runUntil)]
    pub fn run_until(&mut self, ms: f64) -> bool {
        let to = instant(ms);
        let mut left = STEPS_MAX;
        loop {
            match self.session.advance(to, CHUNK.min(left)) {
                Progress::Busy if left > CHUNK => left -= CHUNK,
                Progress::Violated => return false,
                _ => break,
            }
        }
        let fallen = self.session.violations().len();
        self.session.judge();
        self.session.violations().len() == fallen
    }

    /// Goes to an instant in virtual milliseconds, back or ahead; ahead of what is recorded the run goes on, until an
    /// invariant falls. Takes at most ten million steps.
    pub fn seek(&mut self, ms: f64) {
        self.session.seek(instant(ms), STEPS_MAX);
    }

    /// Does something to the run now: a command as scenarios write it, `{crash: "S1"}`.
    ///
    /// # Errors
    /// What is wrong with it; nothing has happened then.
    pub fn command(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "SynodCommand")] act: &JsValue,
    ) -> Result<(), JsError> {
        // By way of text: there already is one reader of commands, and a second is 12 KB.
        let act = Do::from_json(&json(act)?).map_err(|error| JsError::new(&error.to_string()))?;
        self.session.act(act).map_err(|error| JsError::new(&error.to_string()))
    }

    /// How many messages have been delivered by now.
    pub fn deliveries(&self) -> f64 {
        self.session.deliveries() as f64
    }

    /// The present instant, in virtual milliseconds.
    pub fn now(&self) -> f64 {
        self.session.now().0 as f64 / 1_000.0
    }

    /// The events that have happened by now, from a position on.
    ///
    /// # Errors
    /// None of its own: what the boundary refuses.
    #[wasm_bindgen(unchecked_return_type = "SynodEvent[]")]
    pub fn events(&self, from: u32) -> Result<JsValue, JsValue> {
        let source = self.session.source();
        let events = source.events()[..source.reached()].iter().enumerate().skip(from as usize);
        let event = |(i, event): (usize, &synod::trace::Event)| EventDto {
            id: i as u32,
            at_us: event.at.0,
            place: source.cast().name(event.place).to_owned(),
            kind: event.kind.name(),
            text: event_text(source, EventId(i as u32)),
            cause: event.cause.map(Cause::event).map(|cause| cause.0),
        };
        across(&events.map(event).collect::<Vec<_>>())
    }

    /// A node as it stands, by its name; `undefined` if there is none.
    ///
    /// # Errors
    /// None of its own: what the boundary refuses.
    #[wasm_bindgen(unchecked_return_type = "SynodNode | undefined")]
    pub fn node(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] name: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let (cast, name) = (self.session.cast(), name.as_string().unwrap_or_default());
        let Some(node) = cast.place(&name).and_then(Place::node) else {
            return Ok(JsValue::UNDEFINED);
        };
        let Some(status) = self.session.status(node) else { return Ok(JsValue::UNDEFINED) };
        let view = status.view.as_ref();
        let role = view.and_then(|view| self.session.info().roles.get(usize::from(view.role)));
        let fields =
            view.map(|view| view.fields.iter().map(|field| (field.name, field.value.clone())));
        across(&NodeDto {
            name,
            up: status.up,
            paused: status.paused,
            role: role.map_or("", |role| role.name),
            epoch: view.map_or_else(String::new, |view| view.epoch.to_string()),
            fields: fields.map_or_else(Vec::new, Iterator::collect),
        })
    }

    /// The invariants that have fallen by now, what the clients were answered included.
    ///
    /// # Errors
    /// None of its own: what the boundary refuses.
    #[wasm_bindgen(unchecked_return_type = "SynodViolation[]")]
    pub fn violations(&mut self) -> Result<JsValue, JsValue> {
        self.session.judge();
        let names = self.session.invariants();
        let violation = |fall: &synod::session::Violation| ViolationDto {
            invariant: names
                .get(usize::from(fall.invariant))
                .map_or("?", |invariant| invariant.name),
            event: fall.event.0,
            detail: fall.broken.detail.clone(),
        };
        across(&self.session.violations().iter().map(violation).collect::<Vec<_>>())
    }

    /// The fragment of a link to this run at this moment: `#v1:...`.
    pub fn link(&self) -> String {
        link::encode(&self.session.share())
    }

    /// The digest of everything that has happened by now: sixteen hexadecimal digits.
    pub fn digest(&self) -> String {
        self.session.digest().to_string()
    }
}

/// A value as JSON.
///
/// # Errors
/// Where it has none, as `undefined`, a function, or what holds itself.
fn json(value: &JsValue) -> Result<String, JsError> {
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.ok_or_else(|| JsError::new("this cannot be written as JSON: a text or a plain object can"))
}

/// Whether this is an id and not an address: `raft-first-election`.
fn is_id(what: &str) -> bool {
    !what.is_empty() && what.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn across(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(JsValue::from)
}
