//! The picture of a run in slices of equal height.
//!
//! A view that scrolls through a long run, or follows a live one, draws the sheets it can see and keeps
//! them while nothing about them changes. Put one below the other they are the picture of the whole run:
//! what a sheet shows depends on the run alone, not on which other sheets are drawn.
//!
//! What begins in a sheet is drawn by it, though it may end far below: a message that takes long leaves
//! its sheet downwards. Where the sheets above are not drawn, [`carried`] has the messages that come from
//! there.

use std::ops::Range;

use crate::trace::{Index, Source, Time};

use super::layout::{Plan, drawn};
use super::scene::{Arrow, Fate, Scene, Segment};
use super::{Options, Window, arrows};

/// The height of a sheet, in tenths of a pixel.
pub const SHEET_HEIGHT: i64 = 5_120;
/// So far above its sheet a label may stand; and so far above the end of the next one it stays, where the
/// labels of the sheet after that begin.
pub(super) const RISE: i64 = 400;
/// Glyphs are at most half so tall.
const GLYPH: i64 = 200;

/// A slice of the picture.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Which of the run's sheets it is, from 0.
    pub number: u32,
    /// What is drawn: whatever begins in the sheet. Heights count from the sheet's top; [`Scene::now`] is
    /// left to who draws the sheets.
    pub scene: Scene,
    /// While it stays as it is.
    pub lasts: Lasts,
}

/// While a sheet of the same run, on the same scale and with the same options, stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// While the present is later: all that it shows is past.
    After(Time),
    /// While the present is earlier and nothing new is recorded: all that it shows is to come.
    Before(Time),
    /// Until anything happens.
    Now,
}

/// The sheet of a height of the whole picture, in tenths of a pixel; the first for what lies above it.
pub fn sheet_at(y: i64) -> u32 {
    u32::try_from(y / SHEET_HEIGHT).unwrap_or_default()
}

/// The height at which a sheet begins.
pub(super) fn sheet_top(sheet: u32) -> i64 {
    i64::from(sheet) * SHEET_HEIGHT
}

/// Some of a run's sheets, the last one first.
///
/// `index` must have read `source`'s events. The cost is proportional to what happens in the sheets and
/// up to three beside them, on which their labels depend.
pub fn sheets(
    source: &dyn Source,
    index: &Index,
    range: Range<u32>,
    options: &Options,
) -> Vec<Sheet> {
    if range.is_empty() {
        return Vec::new();
    }
    let labelled = neighbours(range.start).start..neighbours(range.end - 1).end;
    let plan = Plan::new(source, index, window(&labelled, options), options);
    let mut whole = drawn(&plan, &labelled);
    let blank = |number: u32| empty(plan.width, sheet_top(number), span(number, options));
    let mut sheets = Vec::new();
    for number in range.clone().rev() {
        let lasts = lasts(&plan, number, &whole.arrows);
        sheets.push(Sheet { number, scene: blank(number), lasts });
    }
    // What lies below the last sheet is only there for the labels.
    cut(&mut whole, &mut blank(range.end));
    for sheet in &mut sheets {
        cut(&mut whole, &mut sheet.scene);
    }
    sheets
}

/// What comes into a sheet from above: the messages sent before it begins and under way then, without
/// labels, and nothing else. Heights count from the sheet's top.
pub fn carried(source: &dyn Source, index: &Index, sheet: u32, options: &Options) -> Scene {
    let window = span(sheet, options);
    let plan = Plan::new(source, index, window, options);
    let (mut arrows, _) = arrows::arrows(&plan);
    arrows.retain(|arrow| arrow.y1 < 0);
    let top = sheet_top(sheet);
    for arrow in &mut arrows {
        arrow.lower((plan.top - top) as i32);
    }
    Scene { arrows, ..empty(plan.width, top, window) }
}

/// When a sheet begins and ends.
fn span(sheet: u32, options: &Options) -> Window {
    let at = |sheet: u32| options.scale.time(sheet_top(sheet));
    Window { from: at(sheet), to: at(sheet + 1) }
}

/// A sheet with nothing on it.
fn empty(width: i32, top: i64, window: Window) -> Scene {
    Scene {
        width,
        height: SHEET_HEIGHT as i32,
        top,
        window,
        columns: Vec::new(),
        segments: Vec::new(),
        arrows: Vec::new(),
        marks: Vec::new(),
        ticks: Vec::new(),
        breaks: Vec::new(),
        now: None,
    }
}

/// The sheets whose labels have their places before a sheet's, and itself.
fn neighbours(sheet: u32) -> Range<u32> {
    if sheet.is_multiple_of(2) { sheet..sheet + 1 } else { sheet - 1..sheet + 2 }
}

/// What is to be known to label some sheets, the first of them even: what can touch their labels.
fn window(labelled: &Range<u32>, options: &Options) -> Window {
    Window {
        from: options.scale.time(sheet_top(labelled.start) - RISE - GLYPH),
        to: options.scale.time(sheet_top(labelled.end + 1)),
    }
}

/// While a sheet stays as it is; `arrows` are those of the plan.
fn lasts(plan: &Plan, sheet: u32, arrows: &[Arrow]) -> Lasts {
    let labelled = neighbours(sheet);
    let Window { from, to } = window(&labelled, plan.options);
    let now = plan.source.now();
    if now < from {
        return Lasts::Before(from);
    }
    // A fold goes on until something happens behind it.
    let folds = plan.options.scale.folds();
    let next = folds.get(folds.partition_point(|fold| fold.to <= to));
    let end = next.filter(|fold| fold.from < to).map_or(to, |fold| fold.to);
    let is_over = plan.source.events().last().is_some_and(|event| end < event.at);
    // A message that was lost as it was sent is seen to go a part of its way.
    let mut past = end.after(plan.typical_us);
    let bottom = (sheet_top(labelled.end + 1) - plan.top) as i32;
    for arrow in arrows.iter().filter(|arrow| arrow.y1 < bottom) {
        match arrow.ended {
            Some(ended) if arrow.fate != Fate::InFlight => {
                past = past.max(plan.events[ended.index()].at);
            }
            _ => return Lasts::Now,
        }
    }
    if is_over && past < now { Lasts::After(past) } else { Lasts::Now }
}

/// Cuts what begins in a sheet, or below it, off the end of a scene. Everything in a scene is in order of time.
fn cut(scene: &mut Scene, sheet: &mut Scene) {
    let top = (sheet.top - scene.top) as i32;
    sheet.columns.clone_from(&scene.columns);
    sheet.segments.extend(scene.segments.iter().filter_map(|piece| within(piece, top)));
    sheet.arrows = cut_off(&mut scene.arrows, top, |arrow| arrow.y1);
    sheet.marks = cut_off(&mut scene.marks, top, |mark| mark.y);
    sheet.ticks = cut_off(&mut scene.ticks, top, |tick| tick.y);
    sheet.breaks = cut_off(&mut scene.breaks, top, |stretch| stretch.y1);
    for arrow in &mut sheet.arrows {
        arrow.lower(-top);
    }
    for mark in &mut sheet.marks {
        mark.lower(-top);
    }
    for tick in &mut sheet.ticks {
        tick.y -= top;
    }
    for stretch in &mut sheet.breaks {
        stretch.y1 -= top;
        stretch.y2 -= top;
    }
}

fn cut_off<T>(items: &mut Vec<T>, top: i32, y: fn(&T) -> i32) -> Vec<T> {
    items.split_off(items.partition_point(|item| y(item) < top))
}

/// What of a piece of a lifeline lies in the sheet that begins at a height.
fn within(piece: &Segment, top: i32) -> Option<Segment> {
    let y1 = (piece.y1 - top).max(0);
    let y2 = (piece.y2 - top).min(SHEET_HEIGHT as i32);
    (y1 < y2).then_some(Segment { y1, y2, ..*piece })
}
