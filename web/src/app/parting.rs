//! Dividing the network: a dialog in which groups are made before anything happens.

use synod::scenario::Do;

use super::App;
use crate::model::{Model, Moment, Parting};
use crate::panels;
use crate::ui::El;

impl App {
    /// Begins with the groups as they are. The run stands while it is thought about.
    pub(super) fn begin_parting(&mut self) {
        let Ok(model) = &mut self.model else { return };
        let plays = model.is_playing();
        model.pause();
        self.parting = Some((Parting::of(model.session()), plays));
        self.close_menu();
    }

    /// Goes on as before.
    pub(super) fn end_parting(&mut self) {
        if let (Some((_, true)), Ok(model)) = (self.parting.take(), &mut self.model) {
            model.play();
        }
    }

    /// Puts somebody into a group: the next, or the one before, where none is named.
    pub(super) fn regroup(&mut self, name: &str, group: Option<usize>, back: bool) {
        let (Some((parting, _)), Ok(model)) = (&mut self.parting, &self.model) else { return };
        if let Some(place) = model.session().cast().place(name) {
            parting.put(place, group, back);
            self.focus = Some(format!("[data-member={name}]"));
        }
    }

    /// Does what was decided.
    pub(super) fn split(&mut self) {
        let parting = self.parting.as_ref().zip(self.model.as_ref().ok());
        let act = parting.and_then(|((parting, _), model)| parting.act(model.session()));
        if let Some(act) = act {
            self.act_and_close(act);
        }
    }

    /// Does something now; where it is done from the dialog, that is all there was to do there.
    pub(super) fn act_and_close(&mut self, act: Do) {
        self.act_at(Moment::Now, act);
        if self.parting.is_some() {
            self.open(None);
        }
    }

    pub(super) fn partition(&self, model: &Model) -> Option<El> {
        let (parting, _) = self.parting.as_ref()?;
        let seen = &self.seen;
        let quorum = seen.quorum.as_ref();
        let carried = self.carried();
        let cards = &seen.cards;
        Some(panels::partition(model.session(), parting, cards, seen.cut, quorum, carried.as_ref()))
    }
}
