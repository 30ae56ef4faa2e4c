//! Opening a run, and changing what it stands on.

use std::rc::Rc;

use synod::scenario::{Look, Quoted, Scenario, Theme};
use synod::session::Session;
use synod::trace::Time;

use super::files::plays_by_itself;
use super::{App, Seen, Tab};
use crate::embed::{Embed, tell_failure};
use crate::model::{Model, setup};
use crate::panels::words_of;
use crate::{browser, crash, share};

impl App {
    /// Opens what the address says.
    pub(super) fn open_address(&mut self) {
        let asked = share::read(&browser::address());
        self.situation = asked.situation;
        let presentation = &asked.presentation;
        if let Some(look) = presentation.view {
            self.look = look;
        }
        if self.look == Look::Log && !presentation.embed {
            // Beside the page's diagram the list is a tab.
            (self.look, self.tab) = (Look::Sequence, Some(Tab::Events));
        }
        self.embed = if presentation.embed { Embed::start(presentation, &self.send) } else { None };
        // What the reader chose for the page is not meant for its host's.
        let embedded = presentation.embed.then_some(Theme::Auto);
        if let Some(theme) = presentation.theme.or(embedded) {
            self.theme = theme;
            browser::set_theme(theme);
        }
        let at = presentation.at_us.map(Time);
        if let Some(model) = self.noted() {
            let plays = model.base().view.as_ref().is_some_and(|view| view.play);
            self.show(Ok(model), None, plays);
            self.is_own = true;
            return;
        }
        let opened = asked
            .scenario
            .and_then(|scenario| Model::open(scenario).map_err(|problems| problems.to_string()));
        let by_itself = opened.as_ref().is_ok_and(plays_by_itself);
        self.show(opened, at, asked.presentation.autoplay.unwrap_or(by_itself));
    }

    /// Plays the run again with another setting, up to this moment.
    pub(super) fn set(&mut self, field: &str, value: &str) {
        let Ok(model) = &self.model else { return };
        let session = model.session();
        let mut scenario = session.scenario().clone();
        if setup::change(&mut scenario, session.info(), field, value).is_none() {
            let allowed = setup::allowed(session.info(), field);
            let misfit = (!value.is_empty()).then(|| format!("{} does not fit. ", Quoted(value)));
            self.refusal = Some(format!("{}Write {allowed}.", misfit.unwrap_or_default()));
            return;
        }
        if scenario == *session.scenario() {
            return;
        }
        let now = session.now();
        if !self.resettle(scenario, now) {
            return;
        }
        let Ok(model) = &self.model else { return };
        if let Some(id) = field.strip_prefix("rule ") {
            self.word = told(model.session(), id);
            // Its place in the list is another one now.
            self.focus = Some(format!("[data-act='set {field}']"));
        }
        self.touched = true;
    }

    pub(super) fn reseed(&mut self) {
        let Ok(model) = &self.model else { return };
        let scenario = model.reseeded(browser::fresh_seed());
        self.resettle(scenario, Time::ZERO);
        self.with(|model| model.begin(None, !browser::prefers_stillness()));
    }

    /// Changes what the run stands on, and says whether that could be. The way back leads to before, as
    /// undoing does.
    fn resettle(&mut self, scenario: Scenario, to: Time) -> bool {
        self.keep();
        let Ok(model) = &mut self.model else { return false };
        self.refusal = model.set(scenario, to).err().map(|problems| problems.to_string());
        if self.refusal.is_some() {
            return false;
        }
        let scenario = model.session().scenario();
        browser::push_address(&share::address_of(&browser::page(), scenario));
        crash::remember(Rc::new(scenario.clone()));
        self.situation = None;
        self.view.follow = true;
        (self.hover, self.menu, self.link, self.word) = (None, None, None, None);
        (self.touched, self.is_own, self.kept) = (false, false, None);
        true
    }

    pub(super) fn show(&mut self, opened: Result<Model, String>, at: Option<Time>, plays: bool) {
        browser::close_dialogs();
        self.model = opened;
        self.view.follow = true;
        (self.hover, self.menu, self.refusal, self.link) = (None, None, None, None);
        (self.word, self.inspected, self.dialog, self.offer) = (None, None, None, None);
        (self.touched, self.is_own, self.kept) = (false, false, None);
        (self.parting, self.lines) = (None, ((0, 0), String::new()));
        (self.words, self.earlier, self.drag) = (String::new(), None, None);
        self.seen = Seen::default();
        let model = match &mut self.model {
            Ok(model) => model,
            Err(says) => {
                browser::set_title("Synod");
                if self.embed.is_some() {
                    tell_failure(says);
                }
                return;
            }
        };
        model.begin(at, plays);
        self.operation = first_operation(model);
        let story = crate::model::story(model.session());
        browser::set_title(&format!("{} · Synod", story.title));
        crash::remember(Rc::clone(model.base()));
    }
}

/// What may happen now that a rule is broken, or kept again.
fn told(session: &Session, id: &str) -> Option<String> {
    let rule = session.info().rules.iter().find(|rule| rule.id == id)?;
    let name = words_of(rule.id);
    if !session.scenario().broken.iter().any(|broken| broken == id) {
        return Some(format!("“{name}” is kept again."));
    }
    let may = match rule.guards {
        "Termination" => "It may never come to a decision now.".to_owned(),
        guards => format!("{guards} may fall now."),
    };
    Some(format!("“{name}” is broken. {} {may}", rule.broken))
}

/// What a first request could ask for: a key where the protocol keeps a log, else a value to decide.
fn first_operation(model: &Model) -> String {
    if model.session().info().slot.is_empty() { "v1" } else { "x=1" }.to_owned()
}
