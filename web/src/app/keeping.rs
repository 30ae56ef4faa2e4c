//! Nothing that was made is lost: the history of the tab holds the run.
//!
//! The browser keeps a note with each entry of a tab's history, across reloads and ways back. Ours is the link
//! to the run at its moment and how it is looked at, and below it the lines of history that were left, two lines of
//! text each: when, how long and why; and its link. The address says the first from the first thing the reader does to
//! the run on, so that it can be copied; until then it stays what was opened.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use synod::scenario::{Look, link};
use synod::session::{Branch, Session};
use synod::trace::Time;

use super::{App, Msg, Tab};
use crate::model::{Model, Speed};
use crate::{browser, crash, share};

/// How long a moment stays unnoted, in milliseconds: browsers stop a page that does it all the time.
const KEEP_MS: u32 = 400;
/// So many lines of history are noted, the latest.
const LINES_MAX: usize = 20;

impl App {
    /// Notes the run at its moment with the present entry of the history. An embed leaves no trace.
    pub(super) fn keep(&mut self) {
        self.keeping = None;
        let Ok(model) = &self.model else { return };
        // A run on its way to the moment it was shared at is not there yet.
        if self.embed.is_some() || model.is_busy() {
            return;
        }
        let session = model.session();
        let mut shared = session.share();
        if let Some(view) = &mut shared.view {
            view.play = model.is_playing();
        }
        let kept = self.moment(model);
        // The lines change only where the run does, and packing them takes time.
        let key = (model.generation(), session.branches().len());
        if self.lines.0 != key {
            self.lines = (key, lines(session));
        }
        let rest = looked_at(&kept) + &self.lines.1;
        self.kept = Some(kept);
        browser::keep(&link::encode(&shared), &rest, self.touched);
        crash::remember(Rc::new(shared));
    }

    /// Notes it soon, if it is another moment than was noted.
    pub(super) fn keep_soon(&mut self) {
        let Ok(model) = &self.model else { return };
        let is_known = self.keeping.is_some() || self.kept == Some(self.moment(model));
        if is_known || self.embed.is_some() {
            return;
        }
        let send = self.send.clone();
        self.keeping = Some(Timeout::new(KEEP_MS, move || send.emit(Msg::Keep)));
    }

    /// The reader did something to the run: that is noted at once, and the address says it too.
    pub(super) fn keep_act(&mut self) {
        self.touched = true;
        self.keep();
    }

    /// The run as this tab left it, by a reload or on the way back, and the page as it looked at it.
    pub(super) fn noted(&mut self) -> Option<Model> {
        let note = browser::kept().filter(|_| self.embed.is_none())?;
        let mut noted = note.split('\n');
        let mut first = noted.next()?.split(' ');
        let mut model = Model::open(share::read(first.next()?).scenario.ok()?).ok()?;
        model.adopt(std::iter::from_fn(|| branch(noted.next()?, noted.next()?)));
        // The note of an earlier build may not say it.
        let _ = self.look_again(&mut model, first);
        Some(model)
    }

    fn look_again<'a>(
        &mut self,
        model: &mut Model,
        mut words: impl Iterator<Item = &'a str>,
    ) -> Option<()> {
        self.look = Look::named(words.next()?)?;
        self.tab = Tab::of(words.next()?);
        model.set_speed(Speed::of_slowdown(words.next()?.parse().ok()?)?);
        model.zoom(words.next()?.parse().ok()?);
        Some(())
    }

    fn moment(&self, model: &Model) -> Kept {
        let session = model.session();
        Kept {
            run: (model.generation(), session.steps().0, session.now(), model.is_playing()),
            look: self.look,
            tab: self.tab,
            slowdown: model.speed().slowdown(),
            zoom: model.axis().stretched(),
        }
    }
}

/// What tells one moment of a page from another.
#[derive(PartialEq)]
pub(super) struct Kept {
    run: (u32, u32, Time, bool),
    look: Look,
    tab: Option<Tab>,
    slowdown: u32,
    zoom: i8,
}

/// How a run is looked at, as words.
fn looked_at(kept: &Kept) -> String {
    let tab = kept.tab.map_or("none", Tab::class);
    format!(" {} {tab} {} {}", kept.look.name(), kept.slowdown, kept.zoom)
}

/// The lines of history that were left, as text.
fn lines(session: &Session) -> String {
    let branches = session.branches();
    let first = branches.len().saturating_sub(LINES_MAX);
    let mut lines = String::new();
    for branch in &branches[first..] {
        let Branch { left_at, steps, because, .. } = &**branch;
        let left = left_at.0.to_string();
        for part in ["\n", &left, " ", &steps.to_string(), " ", because, "\n"] {
            lines.push_str(part);
        }
        lines.push_str(&link::encode(&branch.scenario()));
    }
    lines
}

/// A line of history from its two lines of text.
fn branch(head: &str, link: &str) -> Option<Branch> {
    let (left_at, rest) = head.split_once(' ')?;
    let (steps, because) = rest.split_once(' ')?;
    let (left_at, steps) = (Time(left_at.parse().ok()?), steps.parse().ok()?);
    Some(Branch::new(link::decode(link).ok()?, left_at, steps, because.to_owned()))
}
