//! The sheets of the picture, each drawn once and kept while it stays as it is.

use std::rc::Rc;

use synod::diagram::{self, Scene};
use synod::trace::{EventId, Source};

use super::paint::{self, Accent};
use crate::model::Sight;
use crate::ui::Kept;

/// A sheet as it is drawn, layer by layer, and what it was drawn from.
pub(crate) struct Drawn {
    pub(super) scene: Rc<Scene>,
    accented: Vec<EventId>,
    still: bool,
    pub(super) ground: Option<Kept>,
    pub(super) lines: Option<Kept>,
    pub(super) words: Option<Kept>,
}

impl Drawn {
    /// Draws what is in view, and a part of what is ready for a reader who scrolls, so that no frame takes long.
    /// What has not changed since `before` stays the same. While the run is `still`, messages are told to those who
    /// cannot see them.
    pub(crate) fn all(
        sight: &Sight,
        before: &[Drawn],
        accent: &Accent<'_>,
        still: Option<&dyn Source>,
    ) -> Vec<Drawn> {
        let is_known = |scene: &Rc<Scene>| before.iter().any(|old| Rc::ptr_eq(&old.scene, scene));
        // To lay out what is new takes its time, too.
        let mut spare = sight.scenes.iter().all(is_known);
        let draw = |scene: &Rc<Scene>| {
            let known = before.iter().find(|drawn| Rc::ptr_eq(&drawn.scene, scene));
            let mut may_draw = || sight.is_in_view(scene) || std::mem::take(&mut spare);
            Drawn::of(scene, known, accent, still, &mut may_draw)
        };
        sight.scenes.iter().map(draw).collect()
    }

    fn of(
        scene: &Rc<Scene>,
        known: Option<&Drawn>,
        accent: &Accent<'_>,
        still: Option<&dyn Source>,
        may_draw: &mut dyn FnMut() -> bool,
    ) -> Drawn {
        let accented = accent.within(scene);
        let is_same = |known: &&Drawn| known.accented == accented && known.still == still.is_some();
        let same = known.filter(is_same);
        let mut ground = known.and_then(|known| known.ground.clone());
        if ground.is_none() && may_draw() {
            ground = Some(paint::ground(scene).into());
        }
        let mut lines = same.and_then(|same| same.lines.clone());
        if lines.is_none() && may_draw() {
            let said = still.iter().flat_map(|source| {
                scene.arrows.iter().map(|arrow| diagram::arrow_text(*source, arrow))
            });
            let labels: Vec<String> = said.collect();
            lines = Some(paint::lines(scene, &labels, accent).into());
        }
        let mut words = same.and_then(|same| same.words.clone());
        if words.is_none() && may_draw() {
            words = Some(paint::words(scene, accent).into());
        }
        let (scene, still) = (Rc::clone(scene), still.is_some());
        Drawn { scene, accented, still, ground, lines, words }
    }

    /// Whether nothing of it is left to be drawn.
    pub(crate) fn is_whole(&self) -> bool {
        self.ground.is_some() && self.lines.is_some() && self.words.is_some()
    }
}
