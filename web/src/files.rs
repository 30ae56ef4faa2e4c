//! A run as files: what it can be saved as, and what a file that was given holds.

use js_sys::JSON;
use synod::diagram::{self, Options, Quiet, Window, layout};
use synod::export;
use synod::scenario::{Scenario, Theme, limits};
use synod::session::Session;
use synod::trace::write_ndjson;
use wasm_bindgen::JsValue;

use crate::model::Model;
use crate::share;

/// What a run can be saved as.
pub(crate) struct Form {
    /// The end of the file's name; it tells the forms apart.
    pub(crate) ending: &'static str,
    /// What people call it.
    pub(crate) label: &'static str,
    /// What it is good for.
    pub(crate) about: &'static str,
    /// The type that the browser is told.
    pub(crate) mime: &'static str,
}

const fn form(
    ending: &'static str,
    label: &'static str,
    mime: &'static str,
    about: &'static str,
) -> Form {
    Form { ending, label, about, mime }
}

const JSON_TYPE: &str = "application/json";
const TEXT_TYPE: &str = "text/plain";

/// Everything a run can be saved as: itself, pictures of it, and its record for other tools.
pub(crate) const FORMS: [(&str, &[Form]); 3] = [
    (
        "The run",
        &[
            form("json", "Scenario", JSON_TYPE, "Drop it on this page to open it again"),
            form("synod", "Test file", TEXT_TYPE, "A script, and what must come of it"),
        ],
    ),
    (
        "The diagram",
        &[
            form("svg", "SVG", "image/svg+xml", "Sharp at any size"),
            form("png", "PNG", "image/png", "Goes everywhere"),
            form("mmd", "Mermaid", TEXT_TYPE, "For Markdown that draws it"),
            form("puml", "PlantUML", TEXT_TYPE, "A sequence diagram as text"),
        ],
    ),
    (
        "The record",
        &[
            form("ndjson", "NDJSON", "application/x-ndjson", "Every event, one a line"),
            form("shiviz.log", "ShiViz", TEXT_TYPE, "With vector clocks"),
            form("perfetto.json", "Perfetto", JSON_TYPE, "For ui.perfetto.dev"),
        ],
    ),
];

/// The form whose files end so.
pub(crate) fn form_of(ending: &str) -> Option<&'static Form> {
    FORMS.iter().flat_map(|(_, forms)| *forms).find(|form| form.ending == ending)
}

/// `raft-first-election-at-412ms.svg`: what a file is called.
pub(crate) fn name_of(session: &Session, situation: Option<&str>, ending: &str) -> String {
    let what = situation.unwrap_or(session.info().id);
    format!("{what}-at-{}ms.{ending}", session.now().0 / 1_000)
}

/// The text of a file; a PNG is drawn from that of an SVG.
pub(crate) fn text_of(form: &Form, model: &Model, theme: Theme) -> String {
    let session = model.session();
    let (source, window) = (session.source(), Window::until(session.now()));
    match form.ending {
        "json" => indented(&session.share().to_json()),
        "synod" => export::recording(&session.share(), source),
        "mmd" => diagram::mermaid(source, &window, model.options()),
        "puml" => diagram::plantuml(source, &window, model.options()),
        "ndjson" => {
            let mut lines = String::new();
            // Writing to a string cannot fail.
            let _ = write_ndjson(source, 0..source.reached(), &mut lines);
            lines
        }
        "shiviz.log" => export::shiviz(source),
        "perfetto.json" => export::perfetto(source),
        _ => picture(model, &window, theme),
    }
}

/// A stretch this long in which nothing is worth a picture is folded, in virtual microseconds.
const QUIET_US: u64 = 60_000;

/// The whole diagram up to now, with what the reader chose to see of it.
fn picture(model: &Model, window: &Window, theme: Theme) -> String {
    let source = model.session().source();
    let shown = model.options();
    let mut options = Options {
        lanes: shown.lanes.clone(),
        hidden: shown.hidden.clone(),
        slot: shown.slot,
        routine: shown.routine,
        timers: shown.timers,
        writes: shown.writes,
        ..Options::default()
    };
    Quiet::new(QUIET_US).finish(source, &mut options);
    let theme = match theme {
        Theme::Auto => diagram::Theme::Auto,
        Theme::Light => diagram::Theme::Light,
        Theme::Dark => diagram::Theme::Dark,
    };
    diagram::svg(&layout(source, model.index(), window, &options), source, theme)
}

/// The same JSON, indented. The browser does it: a second writer of scenarios is 3 KB to download.
fn indented(json: &str) -> String {
    let value = JSON::parse(json).unwrap_or(JsValue::NULL);
    let text = JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into());
    text.ok().and_then(|text| text.as_string()).map_or_else(|| json.to_owned(), |text| text + "\n")
}

/// The longest file that is read, in bytes: a recording is longer than its scenario.
pub(crate) const FILE_MAX: f64 = 4.0 * limits::JSON_MAX as f64;

/// The scenario that a file holds: as JSON, as a link, as a script, or as a recording of a run.
///
/// # Errors
/// What is wrong with it, by field or line.
pub(crate) fn scenario_in(text: &str) -> Result<Scenario, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err("There is nothing in it.".to_owned());
    }
    if text.starts_with('{') {
        return Scenario::from_json(text).map_err(|problems| problems.to_string());
    }
    if ["#v1:", "http://", "https://"].iter().any(|start| text.starts_with(start)) {
        return share::read(text).scenario;
    }
    let (script, _) = export::split_recording(text);
    Scenario::from_script(script).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{FORMS, form_of, scenario_in};

    #[test]
    fn every_form_is_found_by_its_ending() {
        for form in FORMS.iter().flat_map(|(_, forms)| *forms) {
            assert_eq!(form_of(form.ending).map(|found| found.label), Some(form.label));
        }
        assert!(form_of("exe").is_none());
    }

    #[test]
    fn a_file_is_read_whatever_its_form() {
        let script = "protocol raft\nseed 3\n----\nwhat happened\n";
        let scenario = scenario_in(script).unwrap();
        assert_eq!(scenario.seed, 3);
        assert_eq!(scenario_in(&scenario.to_json()).unwrap(), scenario);
        let link = synod::scenario::link::encode(&scenario);
        assert_eq!(scenario_in(&format!("\u{feff}{link}\n")).unwrap(), scenario);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_its_place() {
        assert!(scenario_in(" \n").unwrap_err().contains("nothing in it"));
        assert!(scenario_in("protocol raft\nfly away\n").unwrap_err().starts_with("line 2: "));
        assert!(scenario_in(r#"{"v": 1, "protocol": 7}"#).unwrap_err().contains("protocol"));
        assert!(scenario_in("#v1:%%%").unwrap_err().contains('%'));
    }
}
