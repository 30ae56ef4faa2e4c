//! The state of the page, without a browser.
//!
//! A [`Model`] is a session and what it takes to look at it: a clock, an axis, an index of the run, and
//! what the reader has picked. Real time comes in as milliseconds; everything else is a method.

mod acting;
mod axis;
mod clock;
mod lines;
mod listing;
mod looking;
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

use synod::scenario::{Command, Problems, Scenario};
use synod::session::{Bookmark, Decided, Progress, Session, Summary};
use synod::trace::{EventId, Index, Time};

pub use axis::Axis;
pub use clock::{Clock, Speed, instant};
pub use lines::{Line, lines};
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
            self.arriving = loop {
                let arrived = self.session.run_to_seal(CHUNK);
                self.take_in();
                if arrived || !in_time() {
                    break !arrived;
                }
            };
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
            self.take_in();
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

    fn moved(&mut self) {
        self.halted = None;
        self.acknowledged = self.acknowledged.min(self.session.violations().len());
        self.refresh();
    }

    /// Takes in what the run recorded, and judges it where it stands.
    fn refresh(&mut self) {
        self.judge();
        self.take_in();
    }

    /// Takes in what the run recorded.
    fn take_in(&mut self) {
        let (steps, recorded) = self.session.steps();
        let due = if steps == recorded { self.session.next_at() } else { None };
        let source = self.session.source();
        self.axis.extend(source, self.window.options(), due);
        marks::extend(&mut self.marks, &mut self.decided, source, self.index.len());
        self.index.extend(source.events());
        // A session remembers how far its digest has come: all at once, at the end of a long replay, it takes its time.
        self.session.digest();
    }
}
