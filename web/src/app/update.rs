//! What each message does.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use synod::scenario::{Do, Quoted, Scenario, Theme};
use synod::session::{Refusal, Session};
use synod::trace::{EventId, NotASlot, Place, Time};
use web_sys::Element;

use super::files::plays_by_itself;
use super::menu::{FOCUSED, STAGE};
use super::{App, Dialog, Look, Msg, Tab};
use crate::embed::{Ask, Embed, tell_failure};
use crate::later::later;
use crate::model::{
    Model, Moment, Target, Touched, View, goals, has_cuts, invariants, led_to, moment_of,
    node_cards, setup, stage_time, stage_y,
};
use crate::panels::{refused, words_of};
use crate::stage::{Accent, Drawn};
use crate::{browser, crash, share};

/// How much real time a frame may take for steps of the run, in milliseconds.
const FRAME_BUDGET_MS: f64 = 8.0;
/// What is left to be drawn waits so long for the frame to be painted, in milliseconds.
const DRAW_ON_MS: u32 = 8;
/// How long the word stands that a link was copied, in milliseconds.
const COPIED_MS: u32 = 2_500;
/// Below this width of the stage, in pixels, what floats over it takes most of it.
const NARROW: i32 = 600;
/// A stage this wide has the page's whole width, in pixels; the styles say the same.
const NARROW_PAGE: i32 = 820;
/// The stage is measured so often in a row.
const MEASURED_MAX: u8 = 3;
/// What names the lanes that are not drawn.
const HIDDEN: &str = ".hidden-lanes";
/// A menu opens so far below the middle of what it is about, in pixels.
const BELOW_PX: i32 = 14;
/// Where something picked is put in the view, from its top, in percent.
const PICKED_AT: i32 = 35;

impl App {
    /// Takes in a message; says whether the page looks different now. Here stands what happens by itself, and what
    /// must answer at once.
    pub(super) fn receive(&mut self, message: Msg) -> bool {
        match message {
            Msg::Frame(now_ms) => return self.on_frame(now_ms),
            Msg::Address => self.open_address(),
            Msg::Toggle => self
                .with_time(|model| if model.is_playing() { model.pause() } else { model.play() }),
            Msg::Restart => self.with_time(|model| {
                model.rewind();
                model.play();
            }),
            Msg::Step(steps) => self.with_time(|model| model.step(steps)),
            Msg::Mark { back } => self.with_time(|model| model.seek_mark(back)),
            Msg::Seek(to) => self.with_time(|model| model.seek(to)),
            Msg::GoOn => self.with_time(Model::play),
            Msg::Faster(by) => self.with(|model| model.set_speed(model.speed().shifted(by))),
            Msg::Speed(speed) => self.with(|model| model.set_speed(speed)),
            Msg::Zoom { by, down } => self.zoom(by, down),
            Msg::Scrolled { top, at_end, by_hand } => {
                // The browser may not have gone all the way it was told to, and goes back by itself
                // where what it shows has become shorter: then it stands at the end. And it tells late
                // where it was, when the page is already about to go elsewhere.
                let ended = at_end && self.view.follow && top < self.scrolled;
                let late = self.aim.is_some();
                if !by_hand && (late || ended || (top - self.scrolled).abs() <= 1) {
                    self.scrolled = top;
                    return false;
                }
                return self.on_scroll(top);
            }
            Msg::DrawOn => self.draws = None,
            // What it is about is elsewhere now.
            Msg::Resized => {
                self.close_menu();
            }
            Msg::Sized(width, height) => {
                let view = View { width, height, ..self.view };
                return std::mem::replace(&mut self.view, view) != view;
            }
            Msg::Follow => self.view.follow = true,
            Msg::Hover(event) => return std::mem::replace(&mut self.hover, event) != event,
            Msg::Grab { what, at } => return self.grab(what, at),
            Msg::Drag { .. } | Msg::Release { .. } if self.drag.is_none() => return false,
            Msg::CloseMenu => return self.close_menu(),
            Msg::Host(ask) => return self.on_host(ask),
            Msg::Keep => {
                self.keep();
                return false;
            }
            other => return later(|| self.by_hand(other)),
        }
        true
    }

    /// Takes in what only a reader causes who does more than to watch.
    fn by_hand(&mut self, message: Msg) -> bool {
        if self.embed.is_some() && is_of_page(&message) {
            return false;
        }
        match message {
            // Taken in before.
            Msg::Frame(_)
            | Msg::DrawOn
            | Msg::Address
            | Msg::Toggle
            | Msg::Restart
            | Msg::Step(_)
            | Msg::Mark { .. }
            | Msg::Seek(_)
            | Msg::GoOn
            | Msg::Faster(_)
            | Msg::Speed(_)
            | Msg::Zoom { .. }
            | Msg::Scrolled { .. }
            | Msg::Resized
            | Msg::Sized(..)
            | Msg::Follow
            | Msg::Hover(_)
            | Msg::Grab { .. }
            | Msg::CloseMenu
            | Msg::Host(_)
            | Msg::Keep => return false,
            Msg::Visit(query) => {
                self.keep();
                browser::push_address(&(browser::page() + &query));
                // What is opened tells its story there.
                self.tab = self.tab.map(|_| Tab::Run);
                self.focus = Some(STAGE.to_owned());
                self.open_address();
            }
            Msg::NewSeed => self.reseed(),
            Msg::SeekEvent(event) => {
                self.with_time(|model| model.seek_event(event));
                self.pick(Some(event));
            }
            Msg::Act(act) => self.act_and_close(act),
            Msg::ActFromMenu(acts) => self.act_from_menu(acts),
            Msg::Operation(text) => self.operation = text,
            Msg::Set(field, value) => self.set(&field, &value),
            Msg::Inspect(node) => {
                self.close_menu();
                self.inspected = node;
                if self.view.width <= NARROW_PAGE && self.tab.is_none() {
                    self.tab = Some(Tab::Run);
                }
            }
            Msg::Theme => {
                self.theme = match self.theme {
                    Theme::Auto => Theme::Dark,
                    Theme::Dark => Theme::Light,
                    Theme::Light => Theme::Auto,
                };
                browser::set_theme(self.theme);
                browser::keep_theme(self.theme);
            }
            Msg::NextLook => {
                self.look = match self.look {
                    Look::Sequence => Look::Both,
                    Look::Both => Look::Cluster,
                    Look::Cluster | Look::Log => Look::Sequence,
                };
            }
            Msg::Search(words) => (self.words, self.earlier) = (words, None),
            Msg::Find(words) => self.wanted = words,
            Msg::Slot(name, which) => match which.parse() {
                Ok(slot) => {
                    self.refolded(|model| model.show_slot(Some(slot)));
                    self.refusal = None;
                    let standing = self.model.as_ref().ok().filter(|model| !model.is_playing());
                    if let Some(at) = standing.and_then(|model| model.begins(slot)) {
                        self.show_instant(at);
                    }
                }
                Err(_) if which.is_empty() => {
                    self.refusal = None;
                    self.refolded(|model| model.show_slot(None));
                }
                Err(NotASlot) => {
                    let which = Quoted(&which);
                    self.refusal = Some(format!("{which} is no {name}; write one like 4."));
                }
            },
            Msg::Earlier(event) => {
                self.earlier = event.map(|event| (self.seen.key, event));
                browser::show(".events");
                self.focus = Some(".event-row".to_owned());
            }
            Msg::Show(event) => {
                self.pick(Some(event));
                self.show_picked();
            }
            Msg::HideKind(kind) => self.with(|model| model.hide_kind(kind)),
            Msg::HideLane(name) => {
                let Some(place) = self.lane(&name) else { return false };
                self.with(|model| model.hide_lane(place));
            }
            Msg::ShiftLane(name, by) => {
                let Some(place) = self.lane(&name) else { return false };
                self.with(|model| model.shift_lane(place, by));
            }
            Msg::UsualLanes => {
                self.close_menu();
                // The way back from hidden lanes goes when they are shown.
                if browser::find(HIDDEN) == browser::find(FOCUSED) {
                    self.focus = Some(STAGE.to_owned());
                }
                self.with(Model::usual_lanes);
            }
            Msg::TouchHidden => {
                let touched = Touched { target: Target::Hidden, moment: Moment::Now };
                let (x, y) = browser::middle_of(HIDDEN).unwrap_or_default();
                self.open_menu(Some(touched), (x, y + BELOW_PX));
                self.enter_menu(true);
            }
            Msg::Split => self.split(),
            Msg::Draw(what) => self.refolded(|model| model.draw(&what)),
            Msg::Deliver(place) => {
                let waiting = self.model.as_ref().ok().and_then(|model| model.waiting(place));
                let Some(message) = waiting else { return false };
                self.act_at(Moment::Now, Do::Deliver(message));
            }
            Msg::Switch(command) => self.act(|model| model.switch(command)),
            Msg::Undo { again } => self.act(|model| {
                model.undo(again);
                Ok(())
            }),
            Msg::Return(branch) => self.act(|model| model.return_to(branch)),
            Msg::Dismiss => {
                (self.refusal, self.word) = (None, None);
                self.with(Model::dismiss_fork);
            }
            Msg::Touch { .. } | Msg::Pick(_) | Msg::Beside | Msg::Regroup { back: None, .. }
                if self.dropped.take().is_some() =>
            {
                return false;
            }
            Msg::Regroup { name, back } => self.regroup(&name, None, back == Some(true)),
            Msg::Pick(None) if self.close_menu() => {}
            Msg::Pick(event) => self.pick(event),
            Msg::PickNext { back } => {
                self.with(|model| model.pick_next(back));
                self.show_picked();
            }
            Msg::Walk { back } => self.walk(back),
            Msg::Drag { lane, at } => return self.drag_to(lane.as_deref(), at),
            Msg::Release { lane, at } => return self.release(lane.as_deref(), at),
            Msg::Touch { event, lane, below, at, by_key } => {
                self.touch(event, lane.as_deref(), below, at);
                self.enter_menu(by_key);
            }
            Msg::TouchPicked => return self.touch_picked(),
            Msg::GoToPicked => {
                let picked = self.model.as_ref().ok().and_then(Model::picked);
                if let Some(event) = picked {
                    return self.by_hand(Msg::SeekEvent(event));
                }
            }
            Msg::Open(dialog) => {
                self.wanted.clear();
                self.open(dialog);
            }
            Msg::Beside => self.open(None),
            Msg::OpenOutside => self.open_outside(),
            // Beside a wide stage one tab is always open.
            Msg::Tab(tab) => {
                let closes = self.tab == Some(tab) && self.view.width <= NARROW_PAGE;
                self.tab = (!closes).then_some(tab);
            }
            Msg::Copy => self.copy(),
            Msg::Copied(done) => self.on_copied(done),
            Msg::CopiedSeen => self.link = None,
            Msg::Take(at) => self.take(at),
            Msg::Taken(at, done) => self.on_taken(at, done),
            Msg::Save(ending) => self.save(&ending),
            Msg::Word(word) => self.on_word(word),
            Msg::File(file) => self.read_file(&file),
            Msg::FileRead(name, text) => self.open_file(name, text),
        }
        true
    }

    pub(super) fn with(&mut self, change: impl FnOnce(&mut Model)) {
        if let Ok(model) = &mut self.model {
            change(model);
        }
    }

    /// The lane of a name that is about to change, or the one whose head has the focus where none is
    /// named. The focus goes with it.
    pub(super) fn lane(&mut self, name: &str) -> Option<Place> {
        let focused = || browser::find(".head:focus")?.get_attribute("data-lane");
        let follows = name.is_empty() || self.menu.take().is_some();
        let name = if name.is_empty() { focused()? } else { name.to_owned() };
        if follows {
            self.focus = Some(format!(".head[data-lane={name}], {HIDDEN}"));
        }
        self.model.as_ref().ok()?.session().cast().place(&name)
    }

    /// A change of the present: the view goes there.
    fn with_time(&mut self, change: impl FnOnce(&mut Model)) {
        self.close_menu();
        self.view.follow = true;
        // What happens from here on is not to stand in the shadow of what was picked before.
        self.lit = None;
        self.with(change);
    }

    fn act(&mut self, act: impl FnOnce(&mut Model) -> Result<(), Refusal>) {
        let Ok(model) = &mut self.model else { return };
        self.refusal = act(model).err().map(|refusal| refused(&refusal));
        self.view.follow = true;
        (self.hover, self.menu, self.lit) = (None, None, None);
        crash::remember(Rc::new(model.session().scenario().clone()));
        self.keep_act();
    }

    fn on_frame(&mut self, now_ms: f64) -> bool {
        self.frame = None;
        let start = browser::now_ms();
        self.with(|model| model.frame(now_ms, || browser::now_ms() - start < FRAME_BUDGET_MS));
        true
    }

    /// Asks for the next frame while the run moves by itself. A hidden tab gets none, so its run waits.
    /// Where something is left to be drawn, that comes after the frame that is being made.
    pub(super) fn keep_moving(&mut self) {
        let moves = self.model.as_ref().is_ok_and(|model| model.is_playing() || model.is_busy());
        if !moves {
            self.frame = None;
        } else if self.frame.is_none() {
            let send = self.send.clone();
            let frame =
                gloo_render::request_animation_frame(move |now_ms| send.emit(Msg::Frame(now_ms)));
            self.frame = Some(frame);
        }
        let draws = !moves && self.model.is_ok() && !self.seen.sheets.iter().all(Drawn::is_whole);
        if !draws {
            self.draws = None;
        } else if self.draws.is_none() {
            // One that runs is left alone: on a fast display it would never come to its end.
            let send = self.send.clone();
            self.draws = Some(Timeout::new(DRAW_ON_MS, move || send.emit(Msg::DrawOn)));
        }
    }

    /// Makes ready what the view shows; what has not changed stays the same value.
    pub(super) fn look(&mut self) {
        let Ok(model) = &mut self.model else { return };
        let seen = &mut self.seen;
        self.view.below_now = below_now(self.view, model.fallen().is_some());
        let sight = model.sight(self.view);
        let parts = self.dialog == Some(Dialog::Partition);
        seen.quorum = if parts { model.health().quorum } else { None };
        seen.health = (self.tab == Some(Tab::Health)).then(|| model.health());
        let session = model.session();
        let key = (model.generation(), session.steps().0, session.branches().len());
        if seen.key != Some(key) {
            let by_one = seen.key.is_some_and(|(run, steps, _)| run == key.0 && steps + 1 == key.1);
            seen.key = Some(key);
            let before = std::mem::replace(&mut seen.cards, node_cards(session));
            // From farther away, what differs is not what the last step changed.
            if by_one || model.is_playing() {
                for (card, before) in seen.cards.iter_mut().zip(&before) {
                    card.mark_changes(before);
                }
            }
            seen.cut = has_cuts(session);
            seen.goals = goals(session);
        }
        // What clients were answered is judged at a pause, too, without a step.
        seen.invariants = invariants(session);
        let still = !model.is_playing() && !model.is_busy();
        let picked = model.picked();
        let lights = self.hover.or(picked.filter(|_| self.lit == picked)).filter(|_| still);
        let lit = lights.map_or_else(Vec::new, |event| led_to(session, sight.window(), event));
        let accent = Accent { picked, lit: &lit };
        // Texts to be read aloud are of no use while everything moves.
        let source = still.then(|| session.source());
        seen.sheets = Drawn::all(&sight, &seen.sheets, &accent, source);
        seen.cone = match self.hover {
            _ if lit.is_empty() => "stage-run",
            Some(_) => "stage-run cone",
            None => "stage-run cone calm",
        };
        seen.digest = still.then(|| session.digest().to_string());
        seen.sight = Some(sight);
        if let Some(embed) = &mut self.embed {
            embed.news(model);
        }
    }

    /// After the page was drawn: scrolls the stage to where it belongs and opens what covers the page.
    /// Says so where the stage has another size than was believed.
    pub(super) fn settle(&mut self) -> Option<Msg> {
        browser::open_dialogs();
        browser::settle_choices();
        if let Some(selector) = self.focus.take() {
            browser::focus(browser::find(&selector));
        }
        let stage = self.stage.cast::<Element>()?;
        // In a low page the lanes' heads are lower, too.
        let heads = stage.first_element_child().map(|heads| heads.get_bounding_client_rect());
        let heads = heads.map_or(0, |heads| heads.height() as i32);
        let (width, height) = (stage.client_width(), (stage.client_height() - heads).max(0));
        // Several messages may come between two drawings: an aim holds until the stage was there.
        let aim = self.aim.take().filter(|_| !self.view.follow);
        let followed = self.seen.sight.as_ref().and_then(|sight| sight.scroll);
        if let Some(top) = aim.or(followed).filter(|top| *top != stage.scroll_top()) {
            stage.set_scroll_top(top);
            self.scrolled = stage.scroll_top();
        }
        // A stage that is not shown has no size.
        let known = width == 0
            || self.measured >= MEASURED_MAX
            || (width, height) == (self.view.width, self.view.height);
        (!known).then_some(Msg::Sized(width, height))
    }

    /// Opens what the address says.
    pub(super) fn open_address(&mut self) {
        let asked = share::read(&browser::address());
        self.situation = asked.situation;
        let presentation = &asked.presentation;
        if let Some(look) = presentation.view.as_deref().and_then(Look::of) {
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
    fn set(&mut self, field: &str, value: &str) {
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

    fn reseed(&mut self) {
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
        self.seen = super::Seen::default();
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

    pub(super) fn act_at(&mut self, moment: Moment, act: Do) {
        self.act_together(moment, vec![act]);
    }

    fn act_together(&mut self, moment: Moment, acts: Vec<Do>) {
        let asked = matches!(acts.first(), Some(Do::Request { op, .. }) if *op == self.operation);
        self.act(|model| model.act_together(moment, acts));
        if asked && self.refusal.is_none() {
            self.operation = next_operation(&self.operation);
        }
    }

    fn act_from_menu(&mut self, acts: Vec<Do>) {
        let (Some(menu), Ok(model)) = (&self.menu, &self.model) else { return };
        let moment = moment_of(model.session(), menu.touched);
        self.close_menu();
        self.act_together(moment, acts);
    }

    fn walk(&mut self, back: bool) {
        let Some(sight) = &self.seen.sight else { return };
        let events = sight.happened();
        self.with(|model| model.walk(&events, back));
        self.show_picked();
    }

    fn on_scroll(&mut self, top: i32) -> bool {
        self.scrolled = top;
        let before = std::mem::replace(&mut self.view.top, top);
        let followed = self.seen.sight.as_ref().map_or(0, |sight| sight.followed);
        let playing = self.model.as_ref().is_ok_and(Model::is_playing);
        // Who scrolls down to the present of a run that plays wants to go on with it.
        let follow = playing && !self.view.follow && top > before && top >= followed - 8;
        let changed = self.view.follow != follow;
        self.view.follow = follow;
        self.aim = None;
        let (Ok(model), Some(drawn)) = (&mut self.model, &self.seen.sight) else { return changed };
        // Most of the time the browser alone moves what is there.
        let sight = model.sight(self.view);
        changed || !sight.is_drawn_as(drawn) || self.hover.is_some()
    }

    pub(super) fn pick(&mut self, event: Option<EventId>) {
        self.with(|model| model.pick(event));
        self.lit = event;
    }

    /// Scrolls to what is picked, if it is not in view.
    fn show_picked(&mut self) {
        let Ok(model) = &self.model else { return };
        let Some(event) = model.picked() else { return };
        self.lit = Some(event);
        self.show_instant(model.instant_of(event));
    }

    /// Changes what is shown, after which time is folded elsewhere: what the reader looks at stays in view.
    fn refolded(&mut self, change: impl FnOnce(&mut Model)) {
        self.refolded_around(self.picked_at(), change);
    }

    /// The same; what stands so far below the top of the view stays where it is.
    fn refolded_around(&mut self, below: i32, change: impl FnOnce(&mut Model)) {
        let Ok(model) = &mut self.model else { return };
        let at = stage_time(model.axis(), self.view.top + below);
        change(model);
        if !self.view.follow {
            self.show_instant_at(at, below);
        }
    }

    /// Stretches time or compresses it. What is so far down the run stays where it is, where a place is named: a run
    /// that stands is looked at there from now on.
    fn zoom(&mut self, by: i8, down: Option<i32>) {
        let Some(down) = down else { return self.refolded(|model| model.zoom(by)) };
        let stands = self.model.as_ref().is_ok_and(|model| !model.is_playing());
        if stands && self.view.follow {
            self.view.follow = false;
            self.view.top = self.scrolled;
        }
        self.refolded_around(down - self.view.top, |model| model.zoom(by));
    }

    /// How far below the top of the view something picked is put, in pixels.
    fn picked_at(&self) -> i32 {
        self.view.height * PICKED_AT / 100
    }

    /// Scrolls the stage to an instant.
    fn show_instant(&mut self, at: Time) {
        self.show_instant_at(at, self.picked_at());
    }

    fn show_instant_at(&mut self, at: Time, below: i32) {
        let Ok(model) = &self.model else { return };
        let top = (stage_y(model.axis(), at) - below).max(0);
        self.view.follow = false;
        self.view.top = top;
        self.aim = Some(top);
    }

    fn on_host(&mut self, ask: Ask) -> bool {
        match ask {
            Ask::Play => self.with_time(Model::play),
            Ask::Pause => self.with(Model::pause),
            Ask::Step(steps) => self.with_time(|model| model.step(steps)),
            Ask::Seek(to) => self.with_time(|model| model.seek(to)),
            Ask::Theme(theme) => {
                self.theme = theme;
                browser::set_theme(theme);
                return false;
            }
        }
        true
    }

    fn open_outside(&mut self) {
        let Ok(model) = &self.model else { return };
        let link: Rc<str> = share::link_of(&browser::page(), model.session()).into();
        if !browser::open_outside(&link) {
            self.link = Some((link, false));
            self.offer_link();
        }
    }

    /// The link is to be copied by hand. The word about one that was copied before may stand, and must not take this
    /// one with it when it goes.
    fn offer_link(&mut self) {
        self.copied = None;
        self.dialog = Some(Dialog::Link);
    }

    fn copy(&mut self) {
        let Ok(model) = &self.model else { return };
        let link: Rc<str> = share::link_of(&browser::page(), model.session()).into();
        self.link = Some((Rc::clone(&link), false));
        self.copy_text(link.to_string(), None);
    }

    fn on_copied(&mut self, done: bool) {
        if !done {
            return self.offer_link();
        }
        if let Some((_, copied)) = &mut self.link {
            *copied = true;
        }
        let send = self.send.clone();
        self.copied = Some(Timeout::new(COPIED_MS, move || send.emit(Msg::CopiedSeen)));
    }
}

/// How much of a view lies below the present, in percent: the word about a fallen invariant stands below the moment
/// at which it fell, where the view has room for both.
fn below_now(view: View, has_fallen: bool) -> u8 {
    let (share, word) = match (has_fallen, view.width < NARROW) {
        (false, _) => (30, 0),
        (true, true) => (68, 215),
        (true, false) => (46, 150),
    };
    (word * 100 / view.height.max(1)).clamp(share, 85) as u8
}

/// What an embed has no place for, by whatever key or button it is asked for: what would write to its host's history
/// or storage, and what stands around the run. "Open in playground" is the way to these.
fn is_of_page(message: &Msg) -> bool {
    match message {
        Msg::Visit(_) | Msg::NewSeed | Msg::Set(..) | Msg::File(_) | Msg::Theme | Msg::Tab(_) => {
            true
        }
        Msg::Open(dialog) => {
            matches!(dialog, Some(Dialog::Gallery | Dialog::Keys | Dialog::Share))
        }
        _ => false,
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

/// The same operation with its number one higher, so that requests can be told apart.
fn next_operation(operation: &str) -> String {
    let digits = operation.len() - operation.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (stem, number) = operation.split_at(operation.len() - digits);
    match number.parse::<u32>() {
        Ok(number) => format!("{stem}{}", number.wrapping_add(1)),
        Err(_) => operation.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{View, below_now, next_operation};

    #[test]
    fn the_word_about_a_fall_leaves_the_moment_of_it_in_view() {
        let share = |width, height, fallen| {
            below_now(View { top: 0, width, height, follow: true, below_now: 0 }, fallen)
        };
        assert_eq!([share(900, 640, false), share(900, 80, false)], [30, 30]);
        assert_eq!([share(900, 640, true), share(390, 640, true)], [46, 68]);
        // Low frames: the word is some 110 px high, and more where it is narrow.
        assert_eq!(
            [share(700, 258, true), share(390, 258, true), share(700, 0, true)],
            [58, 83, 85]
        );
    }

    #[test]
    fn operations_are_numbered_on() {
        for (before, after) in
            [("x=1", "x=2"), ("x=9", "x=10"), ("v1", "v2"), ("x?", "x?"), ("", "")]
        {
            assert_eq!(next_operation(before), after);
        }
    }
}
