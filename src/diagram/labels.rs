//! Labels, placed last: they thin out, and never collide.
//!
//! Greedy, the most telling first: each label tries a few places beside what it
//! names, prefers the one that covers the fewest lines, and is left out when none
//! is free or all would cover too much.
//!
//! A label stays in the room of its sheet ([`mod@super::sheets`]), which reaches over the next one, and the
//! sheets with even numbers go first. So where a label stands depends on its sheet and
//! its neighbours, never on what else of the run is drawn.

use std::mem;
use std::ops::Range;

use crate::list::{SmallMap, sort_by_key};
use crate::trace::{Step, Tone};

use super::arrows::{Line, direction};
use super::board::{Board, Spot};
use super::layout::{GUTTER, Plan};
use super::measure::{self, LINE};
use super::scene::{Arrow, CROSS, Fate, Mark, MarkKind};
use super::sheets::{RISE, sheet_at, sheet_top};
use super::{Density, marks::Texts, words};

/// Room between a label's text and the border of its box, along and across.
const PAD: (i32, i32) = (30, 5);
/// A chip's border stands a little further out than a text's.
const CHIP_PAD: (i32, i32) = (55, 15);
/// The distance of a text's middle from the arrow it runs along.
const ABOVE: i32 = 78;
/// How far a label beside a lifeline stands off.
const BESIDE: i32 = 90;
/// Text runs along arrows up to this slope, in thousandths of the sine.
const STEEPEST: i32 = 620;

/// What a message's name without its fields counts.
const SHORTENED: u32 = 2;

/// So many labels of a sheet are tried. More have no room, and among thousands of lines each try is dear.
const TRIED_MAX: u32 = 500;

/// Whose label it is.
#[derive(Clone, Copy)]
enum Owner {
    Chip(usize),
    Mark(usize),
    Arrow(usize),
}

/// A label that wants a place.
struct Wish {
    sheet: u32,
    rank: u8,
    y: i32,
    owner: Owner,
}

/// Gives arrows and marks of some sheets the labels for which there is room.
pub(super) fn place(
    plan: &Plan,
    sheets: &Range<u32>,
    arrows: &mut [Arrow],
    lines: &[Line],
    marks: &mut [Mark],
    mut texts: Vec<Texts>,
) {
    let mut board = Board::new(plan, arrows);
    for mark in marks.iter() {
        board.take(glyph_box(mark));
    }
    for arrow in arrows.iter().filter(|arrow| matches!(arrow.fate, Fate::Lost(_))) {
        let (x, y) = (arrow.x2, arrow.y2);
        board.take(Spot { x, y, dir: (1000, 0), half_width: CROSS, half_height: CROSS });
    }
    let mut tried: SmallMap<u32, u32> = SmallMap::default();
    for Wish { sheet, rank, owner, .. } in wishes(plan, sheets, arrows, marks, &texts) {
        *tried.entry(sheet) += 1;
        if *tried.entry(sheet) > TRIED_MAX {
            continue;
        }
        let top = |sheet: u32| (sheet_top(sheet) - RISE - plan.top) as i32;
        board.keep_within(top(sheet)..top(sheet + 2));
        match owner {
            Owner::Chip(i) => {
                let places = chip_places(plan, &marks[i], &texts[i]);
                let spot = board.place(&places, u32::MAX);
                marks[i].chip = spot.map(|spot| spot.label(mem::take(&mut texts[i].chip)));
            }
            Owner::Mark(i) => {
                let places = mark_places(plan, &marks[i], &texts[i]);
                let most = match mark_rank(marks[i].kind) {
                    0..=3 => u32::MAX,
                    4..=5 => 3,
                    _ => 0,
                };
                let spot = board.place(&places, most);
                marks[i].label = spot.map(|spot| spot.label(mem::take(&mut texts[i].words)));
            }
            Owner::Arrow(i) => {
                label_arrow(plan, &mut board, i, &mut arrows[i], &lines[i], rank);
            }
        }
    }
}

/// What wants a label, in the order in which places are given: even sheets first, then by rank, then from
/// the top.
fn wishes(
    plan: &Plan,
    sheets: &Range<u32>,
    arrows: &[Arrow],
    marks: &[Mark],
    texts: &[Texts],
) -> Vec<Wish> {
    let few = plan.options.labels == Density::Few;
    let mut wishes = Vec::new();
    let mut wish = |rank: u8, y: i32, owner: Owner| {
        let sheet = sheet_at(plan.top + i64::from(y));
        if sheets.contains(&sheet) {
            wishes.push(Wish { sheet, rank, y, owner });
        }
    };
    for (i, mark) in marks.iter().enumerate() {
        if !texts[i].chip.is_empty() {
            wish(chip_rank(mark), mark.y, Owner::Chip(i));
        }
    }
    for (i, mark) in marks.iter().enumerate() {
        let rank = mark_rank(mark.kind);
        if !texts[i].words.is_empty() && (!few || rank <= 3) {
            wish(rank, mark.y, Owner::Mark(i));
        }
    }
    if !few {
        let mut last_sender = None;
        for (i, arrow) in arrows.iter().enumerate().filter(|(_, arrow)| !arrow.routine) {
            let step = (arrow.from, arrow.y1, plan.source.message_kind(arrow.message));
            let repeats = last_sender.replace(step) == Some(step);
            wish(arrow_rank(arrow, repeats), arrow.y1, Owner::Arrow(i));
        }
    }
    sort_by_key(&mut wishes, |wish| {
        let turn = u64::from(wish.sheet % 2);
        [turn << 8 | u64::from(wish.rank), wish.y.abs_diff(i32::MIN).into()]
    });
    wishes
}

fn chip_rank(mark: &Mark) -> u8 {
    match (mark.kind, mark.tone) {
        (MarkKind::Role, Tone::Lead | Tone::Contend) => 1,
        _ => 2,
    }
}

fn mark_rank(kind: MarkKind) -> u8 {
    match kind {
        MarkKind::Violated | MarkKind::Halted => 0,
        MarkKind::Crashed
        | MarkKind::DiskLost
        | MarkKind::Restarted
        | MarkKind::Paused
        | MarkKind::Resumed
        | MarkKind::Truncated => 2,
        MarkKind::Decided | MarkKind::Quorum | MarkKind::Command => 3,
        MarkKind::Invoked | MarkKind::Returned | MarkKind::TimedOut => 4,
        MarkKind::Role | MarkKind::Epoch => 5,
        MarkKind::Ignored | MarkKind::Note => 6,
        MarkKind::Timer | MarkKind::Written => 7,
    }
}

fn arrow_rank(arrow: &Arrow, repeats: bool) -> u8 {
    let rank = match arrow.step {
        Step::Elect | Step::Client => 4,
        Step::Replicate | Step::Learn | Step::Refuse => 5,
        Step::Upkeep => 9,
    };
    let lost = matches!(arrow.fate, Fate::Lost(_));
    match (arrow.reply && arrow.step != Step::Client, repeats && !lost) {
        (false, false) => rank,
        (true, false) => rank.max(7),
        (_, true) => rank.max(8),
    }
}

/// What a glyph covers.
fn glyph_box(mark: &Mark) -> Spot {
    let half = match mark.kind {
        MarkKind::Violated => 90,
        MarkKind::Written | MarkKind::Ignored | MarkKind::Note => 20,
        _ => 50,
    };
    let (x, y) = (mark.x, mark.y);
    Spot { x, y, dir: (1000, 0), half_width: half, half_height: half }
}

/// A level box with its middle at a point.
fn level(text: &str, x: i32, y: i32, pad: (i32, i32)) -> Spot {
    let half_width = measure::width(text) / 2 + pad.0;
    let half_height = LINE / 2 + pad.1;
    Spot { x, y, dir: (1000, 0), half_width, half_height }
}

/// A chip stands beside its lifeline, on the side from which no message came.
fn chip_places(plan: &Plan, mark: &Mark, texts: &Texts) -> Vec<Spot> {
    let away = match (mark.column, texts.from) {
        (Some(column), Some(from)) if plan.x(from) > plan.x(column) => -1,
        _ => 1,
    };
    let chip = level(&texts.chip, mark.x, mark.y, CHIP_PAD);
    let reach = chip.half_width + BESIDE;
    let over = chip.half_height + 70;
    let at = |dx: i32, dy: i32| Spot { x: mark.x + dx, y: mark.y + dy, ..chip };
    let beside = [at(away * reach, 0), at(-away * reach, 0)];
    let above = [at(0, -over)];
    let corners = [
        at(away * reach, -over),
        at(-away * reach, -over),
        at(away * reach, over),
        at(-away * reach, over),
    ];
    // A message coming in points at the chip's side; what a node does by itself has room above.
    if texts.from.is_some() {
        [&beside[..], &above[..], &corners[..]].concat()
    } else {
        [&above[..], &beside[..], &corners[..]].concat()
    }
}

fn mark_places(plan: &Plan, mark: &Mark, texts: &Texts) -> Vec<Spot> {
    let label = level(&texts.words, mark.x, mark.y, PAD);
    let at = |x: i32, dy: i32| Spot { x, y: mark.y + dy, ..label };
    if mark.column.is_none() {
        // The world speaks at the right border, else beside the axis.
        let right = plan.width - 40 - label.half_width;
        let left = GUTTER + 20 + label.half_width;
        let lanes: Vec<i32> = plan.columns.iter().map(|column| column.x).collect();
        let between = lanes.windows(2).rev().map(|pair| at(i32::midpoint(pair[0], pair[1]), 0));
        return [at(right, 0), at(left, 0)].into_iter().chain(between).collect();
    }
    let away = match (mark.column, texts.from) {
        (Some(column), Some(from)) if plan.x(from) > plan.x(column) => -1,
        _ => 1,
    };
    let reach = label.half_width + if mark.kind == MarkKind::Violated { 120 } else { BESIDE };
    let (near, far) = (mark.x + away * reach, mark.x - away * reach);
    let mut places = Vec::with_capacity(10);
    for dy in [0, LINE, -LINE, 2 * LINE, -2 * LINE] {
        places.push(at(near, dy));
        places.push(at(far, dy));
    }
    places
}

fn label_arrow(
    plan: &Plan,
    board: &mut Board,
    own: usize,
    arrow: &mut Arrow,
    line: &Line,
    rank: u8,
) {
    if line.y1.max(line.y2) < 0 || arrow.y1 > plan.height {
        return;
    }
    let full = plan.source.message(arrow.message).label;
    let short = words::kind_name(plan.source, arrow.message);
    let most = match rank {
        0..=4 => 8,
        5..=6 => 4,
        _ => 3,
    };
    let bottom = board.bottom();
    let best =
        |text: &str| board.best(&arrow_places(plan, arrow, line, bottom, text), Some(own), most);
    let whole = best(&full);
    let least = whole.map_or(u32::MAX, |(cost, _)| cost);
    let cut = if full != short && least > SHORTENED { best(short) } else { None };
    let cut = cut.filter(|(cost, _)| cost + SHORTENED < least);
    let (spot, text) = match (whole, cut) {
        (_, Some((_, spot))) => (spot, short.to_owned()),
        (Some((_, spot)), None) => (spot, full),
        (None, None) => return,
    };
    board.take(spot);
    // The place of a label is kept for it until the message has come so far.
    if arrow.fate != Fate::InFlight || arrow.y2 >= spot.y {
        arrow.label = Some(spot.label(text));
    }
}

/// Places along an arrow as far as a height: between two lifelines, first next to the one
/// end that its siblings do not share.
fn arrow_places(plan: &Plan, arrow: &Arrow, line: &Line, bottom: i32, text: &str) -> Vec<Spot> {
    if arrow.is_loop() {
        let label = level(text, arrow.x1, i32::midpoint(arrow.y1, arrow.y2), PAD);
        return vec![Spot { x: arrow.x1 + 230 + label.half_width, ..label }];
    }
    // A lost message has no way beyond its cross.
    let is_lost = matches!(arrow.fate, Fate::Lost(_));
    let (x2, y2) = if is_lost { (arrow.x2, arrow.y2) } else { (line.x2, line.y2) };
    let (dx, dy) = (x2 - line.x1, y2 - line.y1);
    if dx == 0 {
        return Vec::new();
    }
    // What comes far below has a label on its way there.
    let near = (y2 > bottom).then(|| part_of(i64::from(bottom - line.y1), dy, dx));
    let x2 = near.map_or(x2, |near| line.x1 + near);
    let length = {
        let (dx, dy) = (i64::from(x2 - line.x1), i64::from(y2.min(bottom) - line.y1));
        (dx * dx + dy * dy).isqrt() as i32
    };
    let mut dir = direction(dx, dy);
    if dir.0 < 0 {
        dir = (-dir.0, -dir.1);
    }
    let is_steep = dir.1.abs() > STEEPEST;
    let label = level(text, 0, 0, PAD);
    if !is_steep && 2 * label.half_width > length + 40 {
        return Vec::new();
    }
    let mut places = Vec::new();
    for x in anchors(plan, arrow, line.x1, x2) {
        let y = line.y1 + part_of(i64::from(x - line.x1), dx, dy);
        let at = |side: i32| Spot {
            x: x + dir.1 * ABOVE * side / 1000,
            y: y - dir.0 * ABOVE * side / 1000,
            dir,
            ..label
        };
        if is_steep {
            // Level text beside the line, on the side the line leans away from.
            let under = if dx > 0 { -1 } else { 1 };
            places.push(Spot {
                x: x + label.half_width + 20,
                y: y + under * LINE * 2 / 3,
                ..label
            });
        } else if along_fits(x, label, dir, line.x1, x2) {
            places.extend([at(1), at(-1)]);
        }
    }
    places
}

/// How far a line goes in one direction while it goes `part` of `whole` in the other.
fn part_of(part: i64, whole: i32, other: i32) -> i32 {
    (i64::from(other) * part / i64::from(whole)) as i32
}

/// Whether a text at `x` stays within its arrow.
fn along_fits(x: i32, label: Spot, dir: (i32, i32), x1: i32, x2: i32) -> bool {
    let reach = label.half_width * dir.0 / 1000 - 30;
    x - reach >= x1.min(x2) && x + reach <= x1.max(x2)
}

/// Where along an arrow a label may stand, as heights of `x`: the middles between lifelines,
/// the receiver's side first for what fans out and the sender's for what comes together;
/// then places between.
fn anchors(plan: &Plan, arrow: &Arrow, x1: i32, x2: i32) -> Vec<i32> {
    let (low, high) = (x1.min(x2), x1.max(x2));
    // The columns stand in order.
    let mut stops = vec![low];
    stops.extend(plan.columns.iter().map(|column| column.x).filter(|x| low < *x && *x < high));
    stops.push(high);
    let mut middles: Vec<i32> =
        stops.windows(2).map(|pair| i32::midpoint(pair[0], pair[1])).collect();
    // Start at the receiver for requests, at the sender for answers.
    let from_high = (x2 > x1) != arrow.reply;
    if from_high {
        middles.reverse();
    }
    let part = |percent: i32| x1 + (i64::from(x2 - x1) * i64::from(percent) / 100) as i32;
    middles.extend([part(50), part(35), part(65)]);
    middles
}
