//! The state of the page, without a browser.
//!
//! A [`Model`] is a session and what it takes to look at it: a clock, an axis, an index of the run, and
//! what the reader has picked. Real time comes in as milliseconds; everything else is a method.

mod axis;
mod clock;
mod lines;
mod listing;
mod marks;
mod menu;
mod parting;
pub mod setup;
mod timers;
mod views;
mod window;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use synod::diagram::{Options, Routine, is_routine};
use synod::scenario::{Command, Do, Faults, Problems, Scenario};
use synod::session::{Bookmark, Branch, Decided, Progress, Refusal, Session, Summary};
use synod::trace::{Event, EventId, EventKind, Index, MessageKind, Place, Slot, Time};

pub use axis::Axis;
pub use clock::{Clock, Speed, instant};
pub use lines::{Line, lines};
use listing::sending;
pub use listing::{Listing, Row, listing};
pub use marks::{Mark, MarkKind, drawn, kinds};
pub use menu::{Moment, Offer, Offers, Target, Touched, moment_of, offers, was_cut};
pub use parting::{EVERYONE, GROUPS, Parting, Side};
pub use views::{
    Cell, Detail, Fall, GoalState, InvariantState, NodeCard, PeerState, Story, TimerState,
    at_place, detail, epoch_phrase, goals, has_cuts, invariants, is_apart, isolation, led_to,
    messages_of, node_cards, span, splitting, story, verdict_text,
};
pub use window::{Sight, View, stage_time, stage_top, stage_y};

/// Steps taken between two looks at the real clock.
const CHUNK: u32 = 256;
/// So many acts can be taken back.
const UNDO_MAX: usize = 200;
/// Steps taken at once where nobody watches the clock.
const STEPS_MAX: u32 = 1_000_000;

/// Why a run that was playing stands still, where that needs a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halted {
    /// Nothing will happen by itself any more.
    Quiet,
    /// The story its author tells is over.
    Story,
    /// A bound of the simulation is reached.
    Bound,
}

/// The line of history that was left by acting in the past, for the notice that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forked {
    /// Its position among the session's branches.
    pub branch: usize,
}

/// The state of the page.
pub struct Model {
    session: Session,
    /// The scenario as it was opened, without what the reader did since.
    base: Rc<Scenario>,
    axis: Axis,
    index: Index,
    marks: Vec<Mark>,
    /// What the marks say is decided.
    decided: Decided,
    /// How the diagram is laid out and what was laid out last.
    window: window::Window,
    clock: Clock,
    playing: bool,
    halted: Option<Halted>,
    /// An instant being run to, over as many frames as it takes.
    target: Option<Time>,
    /// Whether the run is still on its way to the moment its link was made at.
    arriving: bool,
    /// How many of the run's fallen invariants the reader has been told of and gone on from.
    acknowledged: usize,
    forked: Option<Forked>,
    /// The event the reader has picked; a message is picked by its sending.
    picked: Option<EventId>,
    /// Where undo and redo lead.
    undo: Vec<Bookmark>,
    redo: Vec<Bookmark>,
    /// Counts the times the record was cut or replaced: what was remembered of it is stale then.
    generation: u32,
}

impl Model {
    /// Opens a scenario, standing at its beginning.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario.
    pub fn open(scenario: Scenario) -> Result<Model, Problems> {
        let base = Rc::new(scenario.clone());
        let session = Session::open(scenario)?;
        let axis = Axis::new(&base.network);
        let clock = Clock::new(Speed::for_flight(axis.flight_us()));
        let arriving = base.digest.is_some();
        let opens_at = base.view.as_ref().map(|view| Time(view.at_us));
        let mut model = Model {
            arriving,
            target: opens_at.filter(|at| !arriving && *at > Time::ZERO),
            session,
            base,
            axis,
            index: Index::default(),
            marks: Vec::new(),
            decided: Decided::default(),
            window: window::Window::default(),
            clock,
            playing: false,
            halted: None,
            acknowledged: 0,
            forked: None,
            picked: None,
            undo: Vec::new(),
            redo: Vec::new(),
            generation: 0,
        };
        // At step 0 not even the nodes have started: nobody wants to look at that.
        if model.session.steps().1 == 0 {
            model.session.step();
        }
        model.refresh();
        model.lay_lanes();
        Ok(model)
    }

    /// The run.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// How the cluster does up to now.
    pub fn health(&mut self) -> Summary {
        self.session.health()
    }

    /// The scenario as it was opened.
    pub fn base(&self) -> &Rc<Scenario> {
        &self.base
    }

    /// Counts the times the record was cut or replaced.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Whether it plays.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Whether it is on its way to an instant: the moment a link was made at, or one far ahead.
    pub fn is_busy(&self) -> bool {
        self.arriving || self.target.is_some()
    }

    /// Why it stands still.
    pub fn halted(&self) -> Option<Halted> {
        self.halted
    }

    /// What the reader has picked.
    pub fn picked(&self) -> Option<EventId> {
        self.picked
    }

    /// Whether the last act left a line of history behind.
    pub fn forked(&self) -> Option<Forked> {
        self.forked
    }

    /// Snapshots of the run, so that any moment of it is near.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The axis of the stage.
    pub fn axis(&self) -> &Axis {
        &self.axis
    }

    /// What the timeline marks.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Whether the reader did this, and not who made the scenario.
    pub fn is_own(&self, command: &Command) -> bool {
        let is_same = |given: &Command| (given.at_us, &given.act) == (command.at_us, &command.act);
        !self.base.commands.iter().any(is_same)
    }

    /// What the scenario says of this moment, and by which event. Behind an act of the reader's it says nothing until
    /// what it knows happens all the same.
    pub fn caption(&self) -> Option<(String, EventId)> {
        let (caption, now) = (self.session.captions().pop()?, self.session.now().0);
        let commands = self.session.scenario().commands.iter();
        let mut own = commands.filter(|command| !command.off && self.is_own(command));
        let said = self.instant_of(caption.event).0;
        let is_stale = own.any(|command| (said..=now).contains(&command.at_us));
        (!is_stale).then(|| (caption.text.to_owned(), caption.event))
    }

    /// How fast it plays.
    pub fn speed(&self) -> Speed {
        self.clock.speed
    }

    /// The end of the timeline: of what is recorded, or of the story where that is later.
    pub fn extent(&self) -> Time {
        self.session.recorded_until().max(Time(self.base.until_us))
    }

    // ---- time ----

    /// Plays on. A violation that stopped it counts as seen.
    pub fn play(&mut self) {
        self.acknowledged = self.session.violations().len();
        self.playing = true;
        self.halted = None;
        self.target = None;
        self.clock.rest();
    }

    /// Goes to where its author or its address wants it opened, and plays on from there if it `plays`.
    pub fn begin(&mut self, at: Option<Time>, plays: bool) {
        self.target = at.or(self.target);
        self.playing = plays;
    }

    /// Stands still.
    pub fn pause(&mut self) {
        (self.playing, self.arriving) = (false, false);
        self.target = None;
        self.clock.rest();
        self.judge();
    }

    /// What the clients were answered is judged up to where the run stands; while it moves, the
    /// session does so only now and then.
    fn judge(&mut self) {
        if !self.playing && !self.is_busy() {
            self.session.judge();
        }
    }

    /// Sets the speed.
    pub fn set_speed(&mut self, speed: Speed) {
        self.clock.speed = speed;
    }

    /// Goes on by what one frame allows; `in_time` says whether there is time for more steps.
    pub fn frame(&mut self, now_ms: f64, mut in_time: impl FnMut() -> bool) {
        if self.arriving {
            while !self.session.run_to_seal(CHUNK) && in_time() {}
            self.arriving = !self.session.run_to_seal(0);
            if !self.arriving {
                // The address may ask for another moment of the run, before that of its link or after it.
                if let Some(to) = self.target.take() {
                    let plays = self.playing;
                    self.seek(to);
                    self.playing = plays;
                }
            }
        } else if let Some(target) = self.target {
            self.towards(target, &mut in_time);
        } else if self.playing {
            let now = self.session.now();
            let tenths = self.axis.tenths_per_second();
            let to = self.axis.time(self.axis.y(now) + self.clock.frame(now_ms, tenths));
            let story = Time(self.base.until_us);
            let to = if now < story { to.min(story) } else { to };
            self.towards(to.max(now), &mut in_time);
            if self.base.until_us > 0 && now < story && self.session.now() >= story {
                self.halt(Halted::Story);
            }
        }
        self.refresh();
    }

    fn towards(&mut self, to: Time, in_time: &mut impl FnMut() -> bool) {
        let pace = loop {
            let pace = self.session.advance(to, CHUNK);
            if pace != Progress::Busy || !in_time() {
                break pace;
            }
        };
        if pace != Progress::Busy {
            self.target = None;
        }
        match pace {
            Progress::Arrived | Progress::Busy => {}
            Progress::Quiet => self.halt(Halted::Quiet),
            Progress::Halted => self.halt(Halted::Bound),
            Progress::Violated => self.pause(),
        }
    }

    fn halt(&mut self, why: Halted) {
        self.pause();
        self.halted = Some(why);
    }

    /// Takes so many steps, back where negative.
    pub fn step(&mut self, steps: i32) {
        self.pause();
        let (now, recorded) = self.session.steps();
        let to = i64::from(now) + i64::from(steps);
        self.session.seek_step(u32::try_from(to).unwrap_or_default().min(recorded));
        let mut left = to - i64::from(recorded);
        while left > 0 && self.session.step() {
            left -= 1;
        }
        self.moved();
        self.halted = (left > 0).then_some(Halted::Quiet);
    }

    /// Goes to the beginning.
    pub fn rewind(&mut self) {
        self.arriving = false;
        self.session.seek_step(1);
        self.moved();
    }

    /// Goes to an instant, over several frames where it lies far ahead.
    pub fn seek(&mut self, to: Time) {
        self.pause();
        let recorded = self.session.recorded_until();
        self.session.seek(to.min(recorded), STEPS_MAX);
        self.target = (to > recorded).then_some(to);
        self.moved();
    }

    /// Goes to right behind an event.
    pub fn seek_event(&mut self, event: EventId) {
        self.pause();
        self.session.seek_event(event);
        self.moved();
    }

    /// Goes on to the next decision, election or fault: to the next mark of the timeline, recorded or not.
    pub fn seek_mark(&mut self, back: bool) {
        let now = self.session.now();
        let mark = if back {
            self.marks.iter().rev().find(|mark| mark.at < now)
        } else {
            self.marks.iter().find(|mark| mark.at > now)
        };
        match (mark, back) {
            (Some(mark), _) => self.seek_event(mark.event),
            (None, true) => {
                self.pause();
                self.rewind();
            }
            (None, false) => self.seek(self.session.recorded_until()),
        }
    }

    // ---- acting ----

    /// Does something to the run, now.
    ///
    /// # Errors
    /// Why it cannot be done; nothing has happened then.
    pub fn act(&mut self, act: Do) -> Result<(), Refusal> {
        self.act_together(Moment::Now, vec![act])
    }

    /// Does something to the run at a moment, which forks where that lies in the past: acts that are taken back as
    /// one.
    ///
    /// # Errors
    /// Why one of them cannot be done; the run stands where it stood then.
    pub fn act_together(&mut self, moment: Moment, acts: Vec<Do>) -> Result<(), Refusal> {
        let mark = self.session.bookmark();
        let (steps, branches) = (self.session.steps().0, self.session.branches().len());
        match moment {
            Moment::Now => {}
            Moment::At(at) => {
                self.session.seek(at, STEPS_MAX);
            }
            Moment::Behind(event) => self.session.seek_event(event),
        }
        if moment != Moment::Now {
            self.pause();
        }
        let reached = self.session.source().reached();
        for (done, act) in acts.into_iter().enumerate() {
            let Err(refusal) = self.session.act(act) else { continue };
            if done > 0 {
                self.session.restore(mark, STEPS_MAX);
                self.replayed();
                self.moved();
            } else {
                self.session.seek_step(steps);
            }
            return Err(refusal);
        }
        self.went_elsewhere(mark, reached, branches);
        Ok(())
    }

    /// Lets drawn faults strike from now on: all of them are taken back as one.
    ///
    /// # Errors
    /// Why that cannot be; nothing has happened then.
    pub fn beset(&mut self, faults: Faults, seed: u64) -> Result<(), Refusal> {
        let mark = self.session.bookmark();
        let (reached, branches) = (self.session.source().reached(), self.session.branches().len());
        self.session.beset(faults, seed)?;
        self.went_elsewhere(mark, reached, branches);
        Ok(())
    }

    /// From here on, where so many events had happened, the run goes elsewhere than it did.
    fn went_elsewhere(&mut self, mark: Bookmark, reached: usize, branches: usize) {
        self.cut(reached);
        self.forked =
            (self.session.branches().len() > branches).then_some(Forked { branch: branches });
        self.did(mark);
    }

    /// Switches a command off or on again, and replays to the present instant.
    ///
    /// # Errors
    /// When there is no such command.
    pub fn switch(&mut self, command: usize) -> Result<(), Refusal> {
        let mark = self.session.bookmark();
        self.session.toggle(command, STEPS_MAX)?;
        self.replayed();
        self.did(mark);
        Ok(())
    }

    /// Returns to a line of history that was left.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn return_to(&mut self, branch: usize) -> Result<(), Refusal> {
        let mark = self.session.bookmark();
        self.pause();
        self.session.return_to(branch, STEPS_MAX)?;
        self.replayed();
        self.did(mark);
        Ok(())
    }

    /// Plays again under other settings: to an instant and at the same speed.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario; the run is as it was then.
    pub fn set(&mut self, scenario: Scenario, to: Time) -> Result<(), Problems> {
        let mark = self.session.bookmark();
        self.session.change(scenario)?;
        self.replayed();
        self.did(mark);
        // The instant is run to first, over several frames; then it plays on.
        self.target = (to > Time::ZERO).then_some(to);
        Ok(())
    }

    /// The scenario under another seed, as it was before the reader did anything to the run; the lanes
    /// stay as they are.
    pub fn reseeded(&self, seed: u64) -> Scenario {
        let mut scenario = self.session.scenario().clone();
        scenario.commands.clone_from(&self.base.commands);
        scenario.seed = seed;
        if let Some(view) = &mut scenario.view {
            (view.at_us, view.play) = (0, true);
        }
        scenario
    }

    /// Takes back what was done last, or does it again.
    pub fn undo(&mut self, again: bool) {
        let (from, to) =
            if again { (&mut self.redo, &mut self.undo) } else { (&mut self.undo, &mut self.redo) };
        let Some(mark) = from.pop() else { return };
        to.push(self.session.bookmark());
        self.pause();
        self.session.restore(mark, STEPS_MAX);
        self.replayed();
        self.moved();
    }

    /// Takes in lines of history that were left before the page was opened again.
    pub fn adopt(&mut self, branches: impl IntoIterator<Item = Branch>) {
        self.session.adopt(branches);
    }

    /// Whether there is something to take back, and something to do again.
    pub fn can_undo(&self) -> (bool, bool) {
        (!self.undo.is_empty(), !self.redo.is_empty())
    }

    fn did(&mut self, mark: Bookmark) {
        if self.undo.len() == UNDO_MAX {
            self.undo.remove(0);
        }
        self.undo.push(mark);
        self.redo.clear();
        (self.arriving, self.halted) = (false, None);
        self.moved();
    }

    /// The record was replaced by that of another line of history, perhaps under other settings.
    fn replayed(&mut self) {
        if self.session.steps().1 == 0 {
            self.session.step();
        }
        let mut base = self.session.scenario().clone();
        base.commands.clone_from(&self.base.commands);
        self.base = Rc::new(base);
        self.axis = self.axis.on(&self.base.network);
        (self.arriving, self.target, self.forked) = (false, None, None);
        self.cut(0);
        self.lay_lanes();
        self.acknowledged = self.session.violations().len();
    }

    /// Forgets the notice about the line of history that was left.
    pub fn dismiss_fork(&mut self) {
        self.forked = None;
    }

    fn cut(&mut self, len: usize) {
        self.generation += 1;
        self.index.truncate(len);
        self.axis.truncate(self.session.source(), len);
        self.marks.retain(|mark| mark.event.index() < len);
        self.decided = marks::decided(&self.marks, self.session.source());
        self.picked = self.picked.filter(|event| event.index() < len);
    }

    // ---- looking ----

    /// Picks an event, or nothing; a message is picked by its sending.
    pub fn pick(&mut self, event: Option<EventId>) {
        self.picked = event.and_then(|event| sending(self.session.source(), event));
    }

    /// Picks the next message (or the one before) of those that have been sent by now and are drawn.
    pub fn pick_next(&mut self, back: bool) {
        let source = self.session.source();
        let events = &source.events()[..source.reached()];
        let hides_beats = self.options().routine == Routine::Hide;
        let is_sending = |i: &usize| match events[*i].kind {
            EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => {
                self.shows(EventId(*i as u32))
                    && !(hides_beats && is_routine(source, events, message))
            }
            _ => false,
        };
        let at = self.picked.map(EventId::index);
        let found = if back {
            (0..at.unwrap_or(events.len()).min(events.len())).rev().find(is_sending)
        } else {
            (at.map_or(0, |at| at + 1)..events.len()).find(is_sending)
        };
        if let Some(found) = found {
            self.picked = Some(EventId(found as u32));
        }
    }

    /// Picks the next of these events (or the one before), in whatever order they are given.
    pub fn walk(&mut self, events: &[EventId], back: bool) {
        let picked = self.picked;
        let ahead = events
            .iter()
            .copied()
            .filter(|event| picked.is_none_or(|at| if back { *event < at } else { *event > at }));
        let found = if back { ahead.max() } else { ahead.min() };
        self.picked = found.or(picked);
    }

    /// When an event happened; the beginning where there is no such event.
    pub fn instant_of(&self, event: EventId) -> Time {
        let event = self.session.source().events().get(event.index());
        event.map_or(Time::ZERO, |event| event.at)
    }

    /// The latest fall of an invariant that the reader has not gone on from.
    pub fn fallen(&self) -> Option<usize> {
        let count = self.session.violations().len();
        (count > self.acknowledged).then(|| count - 1)
    }

    /// Stretches time on the stage (1) or compresses it (-1).
    pub fn zoom(&mut self, by: i8) {
        if self.axis.zoom(by) {
            self.generation += 1;
            self.refresh();
        }
    }

    /// How the diagram is laid out.
    pub fn options(&self) -> &Options {
        self.window.options()
    }

    /// Whether messages of a kind are hidden.
    pub fn hides(&self, kind: MessageKind) -> bool {
        self.options().hidden.contains(&kind)
    }

    /// Whether an event is among those that the reader wants to see. What has to do with a message is not where
    /// either end of it is a hidden lane.
    pub fn shows(&self, event: EventId) -> bool {
        let source = self.session.source();
        let Some(at) = source.events().get(event.index()) else { return false };
        if self.is_hidden(at.place) || !self.options().shows_event(source, event) {
            return false;
        }
        // A message's ends cost its whole text.
        let all_lanes = self.options().lanes.len() == self.session.cast().places().len();
        let message = at.kind.message().filter(|_| !all_lanes);
        message
            .map(|message| source.message(message))
            .is_none_or(|message| !self.is_hidden(message.from) && !self.is_hidden(message.to))
    }

    /// Shows only what one slot of the log is about, or all of them again.
    pub fn show_slot(&mut self, slot: Option<Slot>) {
        self.window.options_mut().slot = slot;
        self.fold_anew();
    }

    /// When the first fact about a slot was stated, if one was.
    pub fn begins(&self, slot: Slot) -> Option<Time> {
        let source = self.session.source();
        let is_first = |event: &&Event| match event.kind {
            EventKind::Fact(fact) => fact.slots().is_some_and(|slots| slots.has(slot)),
            _ => false,
        };
        source.events()[..source.reached()].iter().find(is_first).map(|event| event.at)
    }

    /// Whether a lane is hidden.
    pub fn is_hidden(&self, place: Place) -> bool {
        let lanes = &self.options().lanes;
        place != Place::World && !lanes.is_empty() && !lanes.contains(&place)
    }

    /// Hides messages of a kind, or shows them again.
    pub fn hide_kind(&mut self, kind: MessageKind) {
        let hidden = &mut self.window.options_mut().hidden;
        match hidden.iter().position(|other| *other == kind) {
            Some(at) => drop(hidden.remove(at)),
            None => hidden.push(kind),
        }
        self.generation += 1;
    }

    /// Hides a lane, or shows it again; the last one stays.
    pub fn hide_lane(&mut self, place: Place) {
        let mut hidden = self.session.hidden();
        match hidden.iter().position(|other| *other == place) {
            Some(at) => drop(hidden.remove(at)),
            None if self.options().lanes.len() > 1 => hidden.push(place),
            None => return,
        }
        self.arrange(&self.session.order(), &hidden);
    }

    /// Moves a lane so that so many of the lanes that are drawn stand left of it.
    pub fn move_lane(&mut self, place: Place, to: usize) {
        let mut order = self.session.order();
        order.retain(|other| *other != place);
        let shown = self.options().lanes.iter().filter(|other| **other != place);
        let next = shown.skip(to).find_map(|next| order.iter().position(|other| other == next));
        order.insert(next.unwrap_or(order.len()), place);
        self.arrange(&order, &self.session.hidden());
    }

    /// Moves a lane by so many places to the right, or to the left where negative.
    pub fn shift_lane(&mut self, place: Place, by: i32) {
        let lanes = &self.options().lanes;
        let at = lanes.iter().position(|other| *other == place);
        if let Some(to) = at.and_then(|at| at.checked_add_signed(by as isize)) {
            self.move_lane(place, to);
        }
    }

    /// Shows every lane again, in the usual order.
    pub fn usual_lanes(&mut self) {
        self.arrange(&self.session.cast().places(), &[]);
    }

    fn arrange(&mut self, order: &[Place], hidden: &[Place]) {
        self.session.arrange(order, hidden);
        self.lay_lanes();
        self.generation += 1;
    }

    fn lay_lanes(&mut self) {
        self.window.options_mut().lanes = self.session.lanes();
    }

    /// Draws a part of the small print, or leaves it out: `heartbeats`, `timers`, `disk writes`.
    pub fn draw(&mut self, what: &str) {
        let options = self.window.options_mut();
        match what {
            "heartbeats" if options.routine == Routine::Hide => options.routine = Routine::Faint,
            "heartbeats" => options.routine = Routine::Hide,
            "timers" => options.timers = !options.timers,
            _ => options.writes = !options.writes,
        }
        self.fold_anew();
    }

    /// Folds what is quiet, now that something else is shown than before.
    fn fold_anew(&mut self) {
        self.generation += 1;
        self.axis = self.axis.anew();
        self.refresh();
    }

    /// The number of the message that waits at a place of the list, counted from 1.
    pub fn waiting(&self, place: usize) -> Option<u32> {
        let flights = self.session.flights();
        let flight = flights.get(place.checked_sub(1)?)?;
        self.session.is_manual().then_some(flight.message.0)
    }

    /// What of the run is in view, laid out.
    pub fn sight(&mut self, view: View) -> Sight {
        self.window.sight(&self.session, &self.index, &self.axis, self.generation, view)
    }

    fn moved(&mut self) {
        self.halted = None;
        self.acknowledged = self.acknowledged.min(self.session.violations().len());
        self.refresh();
    }

    /// Takes in what the run recorded.
    fn refresh(&mut self) {
        self.judge();
        let (steps, recorded) = self.session.steps();
        let due = if steps == recorded { self.session.next_at() } else { None };
        let source = self.session.source();
        self.axis.extend(source, self.window.options(), due);
        marks::extend(&mut self.marks, &mut self.decided, source, self.index.len());
        self.index.extend(source.events());
    }
}
