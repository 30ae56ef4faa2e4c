//! The sheets of the picture, each drawn once and kept while it stays as it is.

use std::rc::Rc;

use synod::diagram::{self, Scene};
use synod::trace::{EventId, Source};

use super::paint::{self, Accent};
use crate::model::Sight;
use crate::ui::{El, Kept};

/// So many messages are drawn in one go.
const AT_ONCE: usize = 20;

/// What lies over one another, from below: the ground, the messages, the glyphs, the labels.
#[derive(Clone, Copy)]
pub(super) enum Layer {
    Ground,
    Lines,
    Marks,
    Words,
}

/// A sheet as it is drawn, and what it was drawn from.
pub(crate) struct Drawn {
    scene: Rc<Scene>,
    accented: Vec<EventId>,
    picked: Option<EventId>,
    pub(super) still: bool,
    /// Its layers. Each is drawn in one go, the messages in several; what is still to be drawn is missing.
    parts: Vec<Option<Kept>>,
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
        let picked = accent.picked.filter(|event| accented.contains(event));
        let is_same = |known: &&Drawn| {
            known.accented == accented && known.picked == picked && known.still == still.is_some()
        };
        let same = known.filter(is_same);
        let last = scene.arrows.len().div_ceil(AT_ONCE) + 2;
        let draw = |part: usize| match part {
            0 => paint::ground(scene),
            _ if part == last - 1 => paint::marks(scene, accent),
            _ if part == last => paint::words(scene, accent),
            _ => {
                let arrows = scene.arrows.chunks(AT_ONCE).nth(part - 1).unwrap_or_default();
                let said = still.iter().flat_map(|source| {
                    arrows.iter().map(|arrow| diagram::arrow_text(*source, arrow))
                });
                let labels: Vec<String> = said.collect();
                paint::lines(arrows, &labels, accent)
            }
        };
        let part = |part: usize| {
            // Nothing stands out of the ground.
            let before = if part == 0 { known } else { same };
            let kept = before.and_then(|drawn| drawn.parts[part].clone());
            kept.or_else(|| may_draw().then(|| draw(part).into()))
        };
        let parts = (0..=last).map(part).collect();
        Drawn { scene: Rc::clone(scene), accented, picked, still: still.is_some(), parts }
    }

    /// A layer of it, as far as it is drawn.
    pub(super) fn layer(&self, layer: Layer) -> El {
        let last = self.parts.len() - 1;
        let parts = match layer {
            Layer::Ground => 0..1,
            Layer::Lines => 1..last - 1,
            Layer::Marks => last - 1..last,
            Layer::Words => last..last + 1,
        };
        let mut svg = paint::layer(&self.scene);
        for part in parts {
            if let Some(kept) = &self.parts[part] {
                svg = svg.add_node(kept.node(part.to_string()));
            }
        }
        svg
    }

    /// Where it begins, in tenths of a pixel.
    pub(super) fn top(&self) -> i64 {
        self.scene.top
    }

    /// Whether nothing of it is left to be drawn.
    pub(crate) fn is_whole(&self) -> bool {
        self.parts.iter().all(Option::is_some)
    }
}
