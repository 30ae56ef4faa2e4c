//! What of the run is in view: drawn where the reader looks, and scrolled to where they want to look.

use gloo_timers::callback::Timeout;
use synod::trace::{EventId, Time};
use web_sys::Element;

use super::{App, Dialog, Msg, Tab};
use crate::browser;
use crate::model::{
    Model, View, goals, has_cuts, invariants, led_to, node_cards, stage_time, stage_y,
};
use crate::stage::{Accent, Drawn};

/// What is left to be drawn waits so long for the frame to be painted, in milliseconds.
const DRAW_ON_MS: u32 = 8;
/// Below this width of the stage, in pixels, what floats over it takes most of it.
const NARROW: i32 = 600;
/// The stage is measured so often in a row.
const MEASURED_MAX: u8 = 3;
/// Where something picked is put in the view, from its top, in percent.
const PICKED_AT: i32 = 35;
/// So much of the view lies below the present, in percent, ...
const BELOW_NOW: i32 = 30;
/// ... and at most so much.
const BELOW_NOW_MAX: i32 = 85;
/// Where an invariant has fallen: so much of a narrow view and of a wide one, in percent, ...
const BELOW_FALL: [i32; 2] = [68, 46];
/// ... and no less than the word about it is high there, in pixels.
const WORD_HEIGHT: [i32; 2] = [215, 150];

impl App {
    /// Asks for the next frame while the run moves by itself. A hidden tab gets none, so its run waits.
    /// Where something is left to be drawn, that comes after the frame that is being made.
    pub(crate) fn keep_moving(&mut self) {
        let moves = self.is_busy() || self.model.as_ref().is_ok_and(Model::is_playing);
        if !moves {
            self.frame = None;
        } else if self.frame.is_none() {
            let send = self.send.clone();
            let frame =
                gloo_render::request_animation_frame(move |now_ms| send.emit(Msg::Frame(now_ms)));
            self.frame = Some(frame);
        }
        let is_whole = !self.lags && self.seen.sheets.iter().all(Drawn::is_whole);
        let draws = !moves && self.model.is_ok() && !is_whole;
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
        // A run on its way is drawn as where it stands: what that takes is compiled before it counts.
        let rests = !model.is_playing();
        seen.sheets = Drawn::all(&sight, &seen.sheets, &accent, session.source(), rests);
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
    pub(crate) fn settle(&mut self) -> Option<Msg> {
        if self.shown != self.dialog {
            browser::open_dialogs();
            self.shown = self.dialog.filter(|_| browser::has_dialog());
        }
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

    pub(super) fn on_scroll(&mut self, top: i32) -> bool {
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
    pub(super) fn show_picked(&mut self) {
        let Ok(model) = &self.model else { return };
        let Some(event) = model.picked() else { return };
        self.lit = Some(event);
        self.show_instant(model.instant_of(event));
    }

    /// Changes what is shown, after which time is folded elsewhere: what the reader looks at stays in view.
    pub(super) fn refolded(&mut self, change: impl FnOnce(&mut Model)) {
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
    pub(super) fn zoom(&mut self, by: i8, down: Option<i32>) {
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
    pub(super) fn show_instant(&mut self, at: Time) {
        self.show_instant_at(at, self.picked_at());
    }

    fn show_instant_at(&mut self, at: Time, below: i32) {
        let Ok(model) = &self.model else { return };
        let top = (stage_y(model.axis(), at) - below).max(0);
        self.view.follow = false;
        self.view.top = top;
        self.aim = Some(top);
    }
}

/// How much of a view lies below the present, in percent: the word about a fallen invariant stands below the moment
/// at which it fell, where the view has room for both.
fn below_now(view: View, has_fallen: bool) -> u8 {
    let (share, word) = match (has_fallen, view.width < NARROW) {
        (false, _) => (BELOW_NOW, 0),
        (true, true) => (BELOW_FALL[0], WORD_HEIGHT[0]),
        (true, false) => (BELOW_FALL[1], WORD_HEIGHT[1]),
    };
    (word * 100 / view.height.max(1)).clamp(share, BELOW_NOW_MAX) as u8
}

#[cfg(test)]
mod tests {
    use super::{View, below_now};

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
}
