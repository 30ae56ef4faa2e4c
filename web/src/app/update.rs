//! What each message does.

use std::rc::Rc;

use synod::scenario::{Do, Look, Quoted, Theme};
use synod::session::Refusal;
use synod::trace::{NotASlot, Place};

use super::menu::{FOCUSED, STAGE};
use super::{App, Dialog, Msg, Tab};
use crate::embed::Ask;
use crate::later::later;
use crate::model::{Model, Moment, Target, Touched, View, moment_of};
use crate::panels::refused;
use crate::{browser, crash};

/// How much real time a frame may take for steps of the run, in milliseconds.
const FRAME_BUDGET_MS: f64 = 8.0;
/// The same where the frame is not drawn.
const PASSING_BUDGET_MS: f64 = 14.0;
/// A run on its way to a moment that is wanted is shown so often, in milliseconds, as a sign of life.
const GLIMPSE_MS: f64 = 300.0;
/// A stage this wide has the page's whole width, in pixels; the styles say the same.
const NARROW_PAGE: i32 = 820;
/// What names the lanes that are not drawn.
const HIDDEN: &str = ".hidden-lanes";
/// What is said where drawn faults are on their way.
const STORM: &str = "Faults strike in the next three seconds; History lists them.";
/// A menu opens so far below the middle of what it is about, in pixels.
const BELOW_PX: i32 = 14;

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
                let differs = std::mem::replace(&mut self.view, view) != view;
                // The same may be told twice.
                self.measured += u8::from(differs);
                return differs;
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
            Msg::Beset(faults) => {
                self.act(|model| model.beset(faults, browser::fresh_seed()));
                self.word = self.refusal.is_none().then(|| STORM.to_owned());
            }
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
            Msg::Touch { by_key: false, .. }
            | Msg::Pick(_)
            | Msg::Beside
            | Msg::Regroup { back: None, .. }
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
            // It may be another that is wanted since, or the same again.
            Msg::Closed if self.shown != self.dialog || browser::has_dialog() => return false,
            Msg::Closed | Msg::Beside => self.open(None),
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
        // Drawing takes longer than going on, and whoever waits for a moment wants to be there.
        let passes = self.is_busy() && start - self.drawn_ms < GLIMPSE_MS;
        let budget_ms = if passes { PASSING_BUDGET_MS } else { FRAME_BUDGET_MS };
        self.with(|model| model.frame(now_ms, || browser::now_ms() - start < budget_ms));
        if passes && self.is_busy() {
            self.keep_moving();
            return false;
        }
        self.drawn_ms = start;
        true
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
    use super::next_operation;

    #[test]
    fn operations_are_numbered_on() {
        for (before, after) in
            [("x=1", "x=2"), ("x=9", "x=10"), ("v1", "v2"), ("x?", "x?"), ("", "")]
        {
            assert_eq!(next_operation(before), after);
        }
    }
}
