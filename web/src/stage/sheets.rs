//! The sheets of the picture, each drawn once and kept while it stays as it is.

use std::rc::Rc;

use synod::diagram::{self, Scene};
use synod::trace::{EventId, Source};

use super::paint::{self, Accent};
use crate::model::Sight;
use crate::ui::{El, Kept};

/// So many messages are drawn in one go.
const AT_ONCE: usize = 20;

/// A sheet as it is drawn, layer by layer, and what it was drawn from.
pub(crate) struct Drawn {
    pub(super) scene: Rc<Scene>,
    accented: Vec<EventId>,
    pub(super) still: bool,
    pub(super) ground: Layer,
    pub(super) lines: Layer,
    pub(super) marks: Layer,
    pub(super) words: Layer,
}

/// A layer in parts, each drawn in one go; those that are still to be drawn are missing.
pub(super) type Layer = Vec<Option<Kept>>;

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
        let mut layer = |drawn: Option<&Layer>, parts: usize, draw: &dyn Fn(usize) -> El| {
            let drawn = |part: usize| drawn.and_then(|drawn| drawn[part].clone());
            let part = |part: usize| drawn(part).or_else(|| may_draw().then(|| draw(part).into()));
            (0..parts).map(part).collect::<Layer>()
        };
        let ground = layer(known.map(|known| &known.ground), 1, &|_| paint::ground(scene));
        let parts = scene.arrows.len().div_ceil(AT_ONCE);
        let lines = layer(same.map(|same| &same.lines), parts, &|part| {
            let arrows = scene.arrows.chunks(AT_ONCE).nth(part).unwrap_or_default();
            let said = still
                .iter()
                .flat_map(|source| arrows.iter().map(|arrow| diagram::arrow_text(*source, arrow)));
            let labels: Vec<String> = said.collect();
            paint::lines(arrows, &labels, accent)
        });
        let marks = layer(same.map(|same| &same.marks), 1, &|_| paint::marks(scene, accent));
        let words = layer(same.map(|same| &same.words), 1, &|_| paint::words(scene, accent));
        let (scene, still) = (Rc::clone(scene), still.is_some());
        Drawn { scene, accented, still, ground, lines, marks, words }
    }

    /// A layer of it, as far as it is drawn.
    pub(super) fn svg(&self, layer: &Layer) -> El {
        let mut svg = paint::layer(&self.scene);
        for (part, kept) in layer.iter().enumerate() {
            if let Some(kept) = kept {
                svg = svg.add_node(kept.node(part.to_string()));
            }
        }
        svg
    }

    /// Whether nothing of it is left to be drawn.
    pub(crate) fn is_whole(&self) -> bool {
        let layers = [&self.ground, &self.lines, &self.marks, &self.words];
        layers.into_iter().flatten().all(Option::is_some)
    }
}
