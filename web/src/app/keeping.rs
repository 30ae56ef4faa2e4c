//! Nothing that was made is lost: the history of the tab holds the run.
//!
//! The browser keeps a note with each entry of a tab's history, across reloads and ways back. Ours is the link
//! to the run at its moment. The address says the same from the first thing the reader does to the run on,
//! so that it can be copied; until then it stays what was opened.

use gloo_timers::callback::Timeout;
use synod::scenario::link;
use synod::trace::Time;

use super::{App, Msg};
use crate::browser;
use crate::model::Model;

/// How long a moment stays unnoted, in milliseconds: browsers stop a page that does it all the time.
const KEEP_MS: u32 = 400;

impl App {
    /// Notes the run at its moment with the present entry of the history. An embed leaves no trace.
    pub(super) fn keep(&mut self) {
        self.keeping = None;
        let Ok(model) = &self.model else { return };
        // A run on its way to the moment it was shared at is not there yet.
        if self.embed.is_some() || model.is_busy() {
            return;
        }
        let mut shared = model.session().share();
        if let Some(view) = &mut shared.view {
            view.play = model.is_playing();
        }
        self.kept = Some(moment(model));
        browser::keep(&link::encode(&shared), self.touched);
    }

    /// Notes it soon, if it is another moment than was noted.
    pub(super) fn keep_soon(&mut self) {
        let Ok(model) = &self.model else { return };
        let is_known = self.keeping.is_some() || self.kept == Some(moment(model));
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
}

/// What tells one moment of a run from another.
pub(super) type Kept = (u32, u32, Time, bool);

fn moment(model: &Model) -> Kept {
    let session = model.session();
    (model.generation(), session.steps().0, session.now(), model.is_playing())
}
