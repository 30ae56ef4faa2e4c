//! The sheets of the picture, each drawn once and kept while it stays as it is.

use std::rc::Rc;

use synod::diagram::{self, Scene};
use synod::trace::{EventId, Source};
use yew::virtual_dom::VNode;

use super::paint::{self, Accent};
use crate::model::Sight;
use crate::ui::{El, Kept, picture};

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
    /// Whether its messages are told to those who cannot see them.
    pub(super) told: bool,
    /// Whether its parts are pictures: it came into view as it is, and nothing has stood out of it since. What changes
    /// is made of elements, of which those that are alike stay.
    is_picture: bool,
    /// Its layers. Each is drawn in one go, the messages in several; what is still to be drawn is missing.
    parts: Vec<Option<VNode>>,
}

impl Drawn {
    /// Draws what is in view, and a part of what is ready for a reader who scrolls, so that no frame takes long.
    /// What has not changed since `before` stays the same. While the run `rests`, messages are told to those who
    /// cannot see them.
    pub(crate) fn all(
        sight: &Sight,
        before: &[Drawn],
        accent: &Accent<'_>,
        source: &dyn Source,
        rests: bool,
    ) -> Vec<Drawn> {
        let is_known = |scene: &Rc<Scene>| before.iter().any(|old| Rc::ptr_eq(&old.scene, scene));
        // To lay out what is new takes its time, too.
        let mut spare = sight.scenes.iter().all(is_known);
        let draw = |(i, scene): (usize, &Rc<Scene>)| {
            // What comes from above begins where the first sheet does.
            let is_place =
                |j: usize, drawn: &Drawn| (i == 0) == (j == 0) && drawn.top() == scene.top;
            let there = before.iter().enumerate().find(|(j, drawn)| is_place(*j, drawn));
            let there = there.map(|(_, drawn)| drawn);
            let mut may_draw = || sight.is_in_view(scene) || std::mem::take(&mut spare);
            Drawn::of(scene, there, accent, source, rests, &mut may_draw)
        };
        sight.scenes.iter().enumerate().map(draw).collect()
    }

    /// `there` is what was drawn in its place.
    fn of(
        scene: &Rc<Scene>,
        there: Option<&Drawn>,
        accent: &Accent<'_>,
        source: &dyn Source,
        rests: bool,
        may_draw: &mut dyn FnMut() -> bool,
    ) -> Drawn {
        let accented = accent.within(scene);
        let picked = accent.picked.filter(|event| accented.contains(event));
        let known = there.filter(|drawn| Rc::ptr_eq(&drawn.scene, scene));
        let is_same = |known: &&Drawn| {
            known.accented == accented && known.picked == picked && (known.told || !rests)
        };
        let same = known.filter(is_same);
        let is_picture =
            accented.is_empty() && known.map_or(there.is_none() && rests, |known| known.is_picture);
        // What was told stays so while the run moves, and what is drawn beside it is told as well.
        let told = rests || same.is_some_and(|same| same.told);
        let last = scene.arrows.len().div_ceil(AT_ONCE) + 2;
        let paint = |part: usize| match part {
            0 => paint::ground(scene),
            _ if part == last - 1 => paint::marks(scene, accent),
            _ if part == last => paint::words(scene, accent),
            _ => {
                let arrows = scene.arrows.chunks(AT_ONCE).nth(part - 1).unwrap_or_default();
                let said = arrows.iter().filter(|_| told);
                let said = said.map(|arrow| diagram::arrow_text(source, arrow));
                paint::lines(arrows, &said.collect::<Vec<String>>(), accent)
            }
        };
        let draw = |part: usize| {
            let painted = paint(part);
            if is_picture { picture(painted) } else { Kept::from(painted).node(part.to_string()) }
        };
        let part = |part: usize| {
            // Nothing stands out of the ground.
            let before = if part == 0 { known } else { same };
            let kept = before.and_then(|drawn| drawn.parts[part].clone());
            kept.or_else(|| may_draw().then(|| draw(part)))
        };
        let parts = (0..=last).map(part).collect();
        Drawn { scene: Rc::clone(scene), accented, picked, told, is_picture, parts }
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
            // Each keeps its place, for pictures have no keys.
            svg = svg.add_node(self.parts[part].clone().unwrap_or_default());
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
