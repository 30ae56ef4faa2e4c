//! The stage: the live sequence diagram under its lanes' heads, in a view that scrolls.

mod cluster;
mod held;
mod paint;
mod sheets;

pub(crate) use cluster::cluster;
pub(crate) use held::held;
pub(crate) use paint::Accent;
pub(crate) use sheets::Drawn;
use sheets::Layer;
use synod::diagram::Column;
use yew::NodeRef;

use crate::model::{NodeCard, Sight};
use crate::panels::{epoch_short, look};
use crate::ui::{El, button, el, of, plain, said};

/// Of the room right of the last lane, so much can be done without, in pixels.
const SPARE_PX: i32 = 36;
/// A lane that is dropped beside all others would stand about here, in tenths of a pixel.
const BESIDE: i32 = 260;
/// A lane narrower than this shows letters instead of words, in tenths of a pixel.
const NARROW: i32 = 920;

/// What the picture shows over the run.
pub(crate) struct Over {
    /// The picture's class: whether only what led to what is pointed at, or picked, stands out.
    pub(crate) cone: &'static str,
    /// The numbers of the messages that wait.
    pub(crate) held: Option<El>,
    pub(crate) tip: Option<Tip>,
}

/// What is said about what the pointer is over.
pub(crate) struct Tip {
    /// Where, in pixels of the stage.
    pub(crate) x: i32,
    /// Where.
    pub(crate) y: i32,
    /// What it is.
    pub(crate) title: String,
    /// Its way and fate.
    pub(crate) line: String,
    /// Whether there is no room above.
    pub(crate) below: bool,
}

/// What the lanes' heads show beside the scene.
pub(crate) struct Heads<'a> {
    pub(crate) cards: &'a [NodeCard],
    /// How many lanes are not drawn.
    pub(crate) hidden: usize,
    pub(crate) lifted: Option<Lifted<'a>>,
}

/// A lane on its way to another place.
pub(crate) struct Lifted<'a> {
    pub(crate) name: &'a str,
    /// How far it was dragged, in pixels.
    pub(crate) by: i32,
    /// How many of the others are left of it.
    pub(crate) to: usize,
}

/// `width` is that of the view, in pixels.
pub(crate) fn stage(
    node: &NodeRef,
    sight: &Sight,
    sheets: &[Drawn],
    heads: &Heads<'_>,
    width: i32,
    over: Over,
) -> El {
    // The room right of the last lane may go where it is all that does not fit.
    let wide = sight.width() / 10;
    let fits = wide - width <= SPARE_PX;
    let width = format!("width:{}px", if fits { wide.min(width) } else { wide });
    let layer = |layer: Layer| {
        let sheet = |(i, drawn): (usize, &Drawn)| {
            // The first is what comes into the others from above.
            let key = if i == 0 { -1 } else { drawn.top() };
            drawn.layer(layer).key(key.to_string())
        };
        el("div").all(sheets.iter().enumerate().map(sheet))
    };
    // Texts to be read aloud are of no use while everything moves.
    let moves = sheets.iter().any(|drawn| !drawn.told);
    let now = of("i", "now").at("style", format!("top:{}px", sight.now));
    let run = of("div", over.cone)
        .at("style", format!("{width};height:{}px", sight.height))
        .add(paint::patterns())
        .add(layer(Layer::Ground))
        .add(layer(Layer::Lines).at_some("aria-hidden", moves.then_some("true")))
        .add(layer(Layer::Marks))
        .add(now)
        .add(layer(Layer::Words))
        .maybe(over.held)
        .maybe(over.tip.map(Tip::view));
    of("div", "stage")
        .node(node)
        .at("tabindex", "0")
        .at("role", "region")
        .at("aria-label", "Sequence diagram; time runs down")
        .add(of("div", "stage-heads").at("style", width).add(heads.view(sight.columns())))
        .add(run)
}

impl Tip {
    fn view(self) -> El {
        of("div", if self.below { "tip below" } else { "tip" })
            .at("role", "presentation")
            .at("style", format!("left:{}px;top:{}px", self.x, self.y))
            .add(el("b").text(self.title))
            .add(el("span").text(self.line))
    }
}

impl Heads<'_> {
    /// Who lives where: name, role, epoch, whether it is up.
    fn view(&self, columns: &[Column]) -> El {
        let gaps = columns.windows(2).map(|pair| pair[1].x - pair[0].x);
        let narrow = gaps.min().unwrap_or(i32::MAX) < NARROW;
        let hidden = (self.hidden > 0).then(|| {
            button("hidden-lanes", "hidden")
                .at("aria-haspopup", "menu")
                .add(plain("b", format!("+{}", self.hidden)))
                .text("hidden")
        });
        of("div", if narrow { "heads narrow" } else { "heads" })
            .all(columns.iter().map(|column| self.head(column, narrow)))
            .maybe(hidden)
            .maybe(self.lifted.as_ref().map(|lifted| lifted.target(columns)))
    }

    fn head(&self, column: &Column, narrow: bool) -> El {
        let card = column.place.node().and_then(|node| self.cards.get(node.index()));
        let (look, hue) = card.map_or(("client", 0), |card| (look(card), card.hue));
        let role = match (card, look) {
            (None, _) => "client",
            (_, "down") => "crashed",
            (Some(card), _) if narrow => card.role_short,
            (Some(card), _) => card.role,
        };
        let epoch = card.filter(|card| !card.epoch.is_empty());
        let lifted = self.lifted.as_ref().filter(|lifted| lifted.name == column.name);
        let (class, by) = lifted.map_or(("head", 0), |lifted| ("head lifted", lifted.by));
        of("button", format!("{class} {look} hue-{hue}"))
            .at("type", "button")
            .at("data-lane", column.name.clone())
            .at("aria-haspopup", "menu")
            .key(column.name.as_str())
            .at("style", format!("left:{}px", column.x / 10 + by))
            .at("title", column.class)
            .add(said("b", "head-name", column.name.clone()))
            .add(said("span", "role", role))
            .maybe(epoch.map(|card| said("span", "epoch", epoch_text(card, narrow))))
    }
}

impl Lifted<'_> {
    /// The line on which the lane would stand: between two others, or beside the last.
    fn target(&self, columns: &[Column]) -> El {
        let others = columns.iter().filter(|column| column.name != self.name);
        let others: Vec<i32> = others.map(|column| column.x).collect();
        let at = |i: usize| others.get(i).copied();
        let x = match (self.to.checked_sub(1).and_then(at), at(self.to)) {
            (Some(left), Some(right)) => i32::midpoint(left, right),
            (Some(left), None) => left + BESIDE,
            (None, Some(right)) => right - BESIDE,
            (None, None) => 0,
        };
        of("i", "drop-line").at("style", format!("left:{}px", x / 10))
    }
}

fn epoch_text(card: &NodeCard, narrow: bool) -> String {
    let state = match (narrow, card.paused, card.apart) {
        (true, ..) | (_, false, false) => "",
        (_, true, _) => " paused",
        (_, false, true) => " cut off",
    };
    if narrow || !state.is_empty() { epoch_short(card) + state } else { card.epoch.clone() }
}
