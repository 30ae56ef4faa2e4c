//! The painter: a scene becomes SVG elements, one for one.

use synod::diagram::{Arrow, Break, Column, Label, Look, Mark, MarkKind, Px, Scene, Segment, Tick};
use synod::trace::{EventId, Tone};

use crate::model::stage_top;
use crate::ui::{El, el, of};

/// Where the time axis ends and the lanes begin, in tenths of a pixel.
const AXIS: i32 = 540;
/// How far from a lane's middle it can still be touched, in tenths of a pixel.
const LANE_HALF: i32 = 130;

/// What stands out of a picture.
pub(crate) struct Accent<'a> {
    /// The event that is picked.
    pub(crate) picked: Option<EventId>,
    /// In order, the events that led to the one that is pointed at; empty where none is.
    pub(crate) lit: &'a [EventId],
}

impl Accent<'_> {
    /// What of it is in a scene.
    pub(super) fn within(&self, scene: &Scene) -> Vec<EventId> {
        let mut within = Vec::new();
        let mut see = |event: EventId| {
            if self.picked == Some(event) || self.is_lit(event) {
                within.push(event);
            }
        };
        for arrow in &scene.arrows {
            see(arrow.sent);
            see(arrow.ended.unwrap_or(arrow.sent));
        }
        for mark in &scene.marks {
            see(mark.event);
        }
        within
    }

    fn is_lit(&self, event: EventId) -> bool {
        self.lit.binary_search(&event).is_ok()
    }

    fn class(&self, mut class: String, events: [Option<EventId>; 2]) -> String {
        if events[0] == self.picked && self.picked.is_some() {
            class.push_str(" picked");
        }
        self.label_class(class, events)
    }

    /// That of words, which belong to what is picked without being it.
    fn label_class(&self, mut class: String, events: [Option<EventId>; 2]) -> String {
        let mut found = events.into_iter().flatten();
        if found.any(|event| self.is_lit(event)) {
            class.push_str(" lit");
        }
        class
    }
}

/// A sheet's part of a layer, at its height; what is drawn may reach out of it.
pub(super) fn layer(scene: &Scene) -> El {
    of("svg", "synod")
        .at("style", format!("top:{}px", stage_top(scene)))
        .at("width", px(scene.width))
        .at("height", px(scene.height))
}

/// What lies under everything: the time axis, the lifelines, what draws a line across them, and where a lane
/// can be touched.
pub(super) fn ground(scene: &Scene) -> El {
    let end = scene.width;
    el("g")
        .add(of("g", "tick").all(scene.ticks.iter().map(|t| tick(t, end))))
        .add(el("g").all(scene.segments.iter().map(segment)))
        .add(el("g").all(scene.marks.iter().filter_map(|mark| across(mark, end))))
        .add(el("g").all(scene.columns.iter().map(|column| lane(column, scene.height))))
}

/// Messages. `labels` are they in words; none while the run moves.
pub(super) fn lines(arrows: &[Arrow], labels: &[String], accent: &Accent<'_>) -> El {
    let arrows = arrows.iter().enumerate();
    el("g").all(arrows.map(|(i, arrow)| arrow_lines(arrow, accent, labels.get(i))))
}

/// Folds, and the glyphs of what happens on a lifeline.
pub(super) fn marks(scene: &Scene, accent: &Accent<'_>) -> El {
    let end = scene.width;
    el("g")
        .add(el("g").all(scene.breaks.iter().map(|stretch| fold(stretch, end))))
        .add(el("g").all(scene.marks.iter().filter_map(|mark| glyph(mark, accent))))
}

/// Every label.
pub(super) fn words(scene: &Scene, accent: &Accent<'_>) -> El {
    el("g")
        .add(el("g").all(scene.arrows.iter().filter_map(|arrow| arrow_label(arrow, accent))))
        .add(el("g").all(scene.marks.iter().filter_map(|mark| mark_labels(mark, accent))))
}

/// What lines of nodes that are down are filled with, for all sheets.
pub(super) fn patterns() -> El {
    let hatch = el("pattern")
        .at("id", "hatch")
        .at("width", "5")
        .at("height", "5")
        .at("patternUnits", "userSpaceOnUse")
        .at("patternTransform", "rotate(45)")
        .add(path("hatch-line", "M0 0V5".to_owned()));
    el("svg").at("width", "0").at("height", "0").at("aria-hidden", "true").add(hatch)
}

fn px(tenths: i32) -> String {
    Px(tenths).to_string()
}

fn path(class: &'static str, d: String) -> El {
    of("path", class).at("d", d)
}

fn rect(class: impl Into<yew::AttrValue>, (x, y): (i32, i32), (width, height): (i32, i32)) -> El {
    of("rect", class).at("x", px(x)).at("y", px(y)).at("width", px(width)).at("height", px(height))
}

/// A text with its baseline a little below the point, so that it stands centred on it.
fn written(class: &'static str, (x, y): (i32, i32), text: &str) -> El {
    of("text", class).at("x", px(x)).at("y", px(y)).text(text.to_owned())
}

fn tick(tick: &Tick, end: i32) -> El {
    el("g")
        .key(tick.at.0.to_string())
        .add(path("", format!("M{} {}H{}", Px(AXIS), Px(tick.y), Px(end))))
        .add(written("", (AXIS - 50, tick.y + 35), &tick.text))
}

fn segment(segment: &Segment) -> El {
    let is_hollow = segment.look == Look::Up && segment.tone == Tone::Contend;
    // The outline of a hollow band lies inside its width.
    let half = segment.half_width() - if is_hollow { 7 } else { 0 };
    let (from, size) = ((segment.x - half, segment.y1), (2 * half, segment.y2 - segment.y1));
    rect(segment.class(), from, size)
}

/// Where a lane can be touched.
fn lane(column: &Column, height: i32) -> El {
    rect("lane-hit", (column.x - LANE_HALF, 0), (2 * LANE_HALF, height))
        .at("data-lane", column.name.clone())
}

fn arrow_lines(arrow: &Arrow, accent: &Accent<'_>, label: Option<&String>) -> El {
    let way = arrow.path();
    let end = match arrow.end_path() {
        Some(d) => path("end", d),
        None => of("circle", "tip-dot").at("cx", px(arrow.x2)).at("cy", px(arrow.y2)).at("r", "3"),
    };
    of("g", accent.class(arrow.class(), [Some(arrow.sent), arrow.ended]))
        .key(arrow.message.0.to_string())
        .event(arrow.sent)
        .at_some("role", label.map(|_| "img"))
        .at_some("aria-label", label.cloned())
        .add(path("hit", way.clone()))
        .add(path("way", way))
        .add(end)
}

fn arrow_label(arrow: &Arrow, accent: &Accent<'_>) -> Option<El> {
    let label = arrow.label.as_ref()?;
    let group = of("g", accent.label_class(arrow.class(), [Some(arrow.sent), arrow.ended]))
        .key(arrow.message.0.to_string())
        .event(arrow.sent);
    Some(group.add(text(label)))
}

fn text(label: &Label) -> El {
    if label.dir.1 == 0 {
        return written("label", (label.x, label.y + 38), &label.text);
    }
    let ((cos, sin), back) = (label.dir, -label.dir.1);
    // The direction is in thousandths.
    let (x, y) = (Px(label.x), Px(label.y));
    let transform = format!("translate({x} {y})scale(.001)matrix({cos} {sin} {back} {cos} 0 0)");
    of("text", "label").at("transform", transform).at("y", "3.8").text(label.text.clone())
}

/// The line a command or a violation draws across the lanes.
fn across(mark: &Mark, end: i32) -> Option<El> {
    let draws = matches!(mark.kind, MarkKind::Command | MarkKind::Violated);
    draws.then(|| {
        let d = format!("M{} {}H{}", Px(AXIS), Px(mark.y), Px(end));
        of("g", mark.class()).key(mark.event.0.to_string()).add(path("across", d))
    })
}

fn glyph(mark: &Mark, accent: &Accent<'_>) -> Option<El> {
    let d = mark.path();
    if d.is_empty() {
        return None;
    }
    let hit = of("circle", "hit").at("cx", px(mark.x)).at("cy", px(mark.y)).at("r", "9");
    let group = of("g", accent.class(mark.class(), [Some(mark.event), None]));
    Some(group.key(mark.event.0.to_string()).event(mark.event).add(hit).add(path("glyph", d)))
}

fn mark_labels(mark: &Mark, accent: &Accent<'_>) -> Option<El> {
    if mark.chip.is_none() && mark.label.is_none() {
        return None;
    }
    let group = of("g", accent.label_class(mark.class(), [Some(mark.event), None]))
        .key(mark.event.0.to_string())
        .event(mark.event);
    Some(group.maybe(mark.chip.as_ref().map(chip)).maybe(mark.label.as_ref().map(text)))
}

fn chip(chip: &Label) -> El {
    let (w, h) = (chip.half_width - 10, chip.half_height - 5);
    of("g", "chip")
        .add(rect("", (chip.x - w, chip.y - h), (2 * w, 2 * h)).at("rx", "3"))
        .add(written("", (chip.x, chip.y + 38), &chip.text))
}

fn fold(stretch: &Break, end: i32) -> El {
    let (y1, y2) = (stretch.y1 + 60, stretch.y2 - 60);
    let d = format!("M{0} {1}H{2}M{0} {3}H{2}", Px(AXIS), Px(y1), Px(end), Px(y2));
    let middle = (i32::midpoint(AXIS, end), i32::midpoint(stretch.y1, stretch.y2) + 35);
    of("g", "break").add(rect("", (AXIS, y1), (end - AXIS, y2 - y1))).add(path("", d)).add(written(
        "",
        middle,
        &stretch.text,
    ))
}
