//! Labels, placed last: they thin out, and never collide.
//!
//! Greedy, the most telling first: each label tries a few places beside what it
//! names, prefers the one that covers the fewest lines, and is left out when none
//! is free or all would cover too much.

use crate::trace::{Step, Tone};

use super::arrows::{Line, direction};
use super::layout::{GUTTER, Plan};
use super::measure::{self, LINE};
use super::scene::{Arrow, Fate, Label, Mark, MarkKind};
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
/// Heights share a row of the board.
const ROW: i32 = 400;

/// What covering an arrow, and covering a lifeline, counts.
const COVERED: (u32, u32) = (2, 1);
/// What a message's name without its fields counts.
const SHORTENED: u32 = 2;

/// What is drawn so far: boxes already taken, and lines better not covered.
struct Board {
    rows: Vec<Row>,
    taken: Vec<Label>,
    lines: Vec<Line>,
    lanes: Vec<i32>,
    width: i32,
    height: i32,
}

/// What touches a row of the board, as indices.
#[derive(Clone, Default)]
struct Row {
    taken: Vec<u32>,
    lines: Vec<u32>,
}

impl Board {
    fn new(plan: &Plan, arrows: &[Arrow]) -> Board {
        let rows = usize::try_from(plan.height / ROW).unwrap_or(0) + 3;
        let mut board = Board {
            rows: vec![Row::default(); rows],
            taken: Vec::new(),
            lines: Vec::with_capacity(arrows.len()),
            lanes: plan.columns.iter().map(|column| column.x).collect(),
            width: plan.width,
            height: plan.height,
        };
        for arrow in arrows {
            let line = Line { x1: arrow.x1, y1: arrow.y1, x2: arrow.x2, y2: arrow.y2 };
            // Faint lines may be covered: their rows do not know them.
            if !arrow.routine {
                for row in board.span(line.y1.min(line.y2), line.y1.max(line.y2)) {
                    board.rows[row].lines.push(board.lines.len() as u32);
                }
            }
            board.lines.push(line);
        }
        board
    }

    /// The rows that a range of heights touches.
    fn span(&self, y1: i32, y2: i32) -> std::ops::RangeInclusive<usize> {
        let row = |y: i32| usize::try_from(y / ROW + 1).unwrap_or(0).min(self.rows.len() - 1);
        row(y1)..=row(y2)
    }

    fn is_free(&self, label: &Label) -> bool {
        let (reach, rise) = extent(label);
        let inside = label.x - reach >= GUTTER && label.x + reach <= self.width - 20;
        let visible = (0..=self.height).contains(&label.y);
        let is_apart = |i: &u32| !overlap(label, &self.taken[*i as usize]);
        let mut rows = self.span(label.y - rise, label.y + rise);
        inside && visible && rows.all(|row| self.rows[row].taken.iter().all(is_apart))
    }

    /// How much a label would cover, apart from the arrow it belongs to.
    fn cost(&self, label: &Label, own: Option<usize>) -> u32 {
        let (reach, rise) = extent(label);
        let core = Label { text: String::new(), half_height: label.half_height - 15, ..*label };
        let lanes = self.lanes.iter().filter(|x| (label.x - reach..label.x + reach).contains(x));
        // A line is counted in the first of the label's rows that it touches.
        let rows = self.span(label.y - rise, label.y + rise);
        let first = *rows.start();
        let arrows =
            rows.flat_map(|row| self.rows[row].lines.iter().map(move |i| (row, *i as usize)));
        let covered = arrows.filter(|(row, i)| {
            let line = self.lines[*i];
            let begins = *self.span(line.y1.min(line.y2), line.y2.max(line.y1)).start();
            *row == begins.max(first) && own != Some(*i) && crosses(line, &core)
        });
        covered.count() as u32 * COVERED.0 + lanes.count() as u32 * COVERED.1
    }

    fn take(&mut self, label: &Label) {
        let rise = extent(label).1;
        for row in self.span(label.y - rise, label.y + rise) {
            self.rows[row].taken.push(self.taken.len() as u32);
        }
        self.taken.push(Label { text: String::new(), ..*label });
    }

    /// The free place that costs least, the first of equals, if it costs at most `most`.
    fn best(&self, places: &[Label], own: Option<usize>, most: u32) -> Option<(u32, Label)> {
        let mut best: Option<(u32, &Label)> = None;
        for place in places.iter().filter(|place| self.is_free(place)) {
            let cost = self.cost(place, own);
            if cost <= most && best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, place));
            }
            if cost == 0 {
                break;
            }
        }
        best.map(|(cost, place)| (cost, place.clone()))
    }

    /// Takes the best place for what belongs to no arrow.
    fn place(&mut self, places: &[Label], most: u32) -> Option<Label> {
        let (_, label) = self.best(places, None, most)?;
        self.take(&label);
        Some(label)
    }
}

/// Whether a line touches a turned box: no axis separates them.
fn crosses(line: Line, label: &Label) -> bool {
    let from = (i64::from(line.x1 - label.x), i64::from(line.y1 - label.y));
    let to = (i64::from(line.x2 - label.x), i64::from(line.y2 - label.y));
    let (cos, sin) = (i64::from(label.dir.0), i64::from(label.dir.1));
    let turn = |(x, y): (i64, i64)| ((cos * x + sin * y) / 1000, (cos * y - sin * x) / 1000);
    let ((ax, ay), (bx, by)) = (turn(from), turn(to));
    let (half_width, half_height) = (i64::from(label.half_width), i64::from(label.half_height));
    if ax.min(bx) > half_width || ax.max(bx) < -half_width {
        return false;
    }
    if ay.min(by) > half_height || ay.max(by) < -half_height {
        return false;
    }
    let reach = (by - ay).abs() * half_width + (bx - ax).abs() * half_height;
    (ax * by - ay * bx).abs() <= reach
}

/// Half the width and height of the level box around a turned one.
fn extent(label: &Label) -> (i32, i32) {
    let (cos, sin) = (label.dir.0.abs(), label.dir.1.abs());
    (
        (cos * label.half_width + sin * label.half_height) / 1000,
        (sin * label.half_width + cos * label.half_height) / 1000,
    )
}

/// Whether two turned boxes share a point: no axis of either separates them.
pub(super) fn overlap(a: &Label, b: &Label) -> bool {
    let (dx, dy) = (i64::from(b.x - a.x), i64::from(b.y - a.y));
    let reach = |label: &Label, (ax, ay): (i64, i64)| {
        let (cos, sin) = (i64::from(label.dir.0), i64::from(label.dir.1));
        let along = (cos * ax + sin * ay).abs() * i64::from(label.half_width);
        let across = (cos * ay - sin * ax).abs() * i64::from(label.half_height);
        (along + across) / 1000
    };
    [a.dir, (-a.dir.1, a.dir.0), b.dir, (-b.dir.1, b.dir.0)].into_iter().all(|(ax, ay)| {
        let axis = (i64::from(ax), i64::from(ay));
        (dx * axis.0 + dy * axis.1).abs() < reach(a, axis) + reach(b, axis)
    })
}

/// Whose label it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Chip(usize),
    Mark(usize),
    Arrow(usize),
}

/// Gives arrows and marks the labels for which there is room.
pub(super) fn place(
    plan: &Plan,
    arrows: &mut [Arrow],
    lines: &[Line],
    marks: &mut [Mark],
    texts: Vec<Texts>,
) {
    let mut board = Board::new(plan, arrows);
    for mark in marks.iter() {
        board.take(&glyph_box(mark));
    }
    let few = plan.options.labels == Density::Few;
    let mut wishes: Vec<(u8, i32, Owner)> = Vec::new();
    for (i, mark) in marks.iter().enumerate() {
        if !texts[i].chip.is_empty() {
            wishes.push((chip_rank(mark), mark.y, Owner::Chip(i)));
        }
        let rank = mark_rank(mark.kind);
        if !texts[i].words.is_empty() && !(few && rank > 3) {
            wishes.push((rank, mark.y, Owner::Mark(i)));
        }
    }
    if !few {
        let mut last_sender = None;
        for (i, arrow) in arrows.iter().enumerate().filter(|(_, arrow)| !arrow.routine) {
            let step = (arrow.from, arrow.y1, plan.source.message_kind(arrow.message));
            let repeats = last_sender.replace(step) == Some(step);
            wishes.push((arrow_rank(arrow, repeats), arrow.y1, Owner::Arrow(i)));
        }
    }
    wishes.sort_unstable();
    for (rank, _, owner) in wishes {
        match owner {
            Owner::Chip(i) => {
                let places = chip_places(plan, &marks[i], &texts[i]);
                marks[i].chip = board.place(&places, u32::MAX);
            }
            Owner::Mark(i) => {
                let places = mark_places(plan, &marks[i], &texts[i]);
                let most = if mark_rank(marks[i].kind) <= 3 { u32::MAX } else { 3 };
                marks[i].label = board.place(&places, most);
            }
            Owner::Arrow(i) => {
                label_arrow(plan, &mut board, i, &mut arrows[i], &lines[i], rank);
            }
        }
    }
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
fn glyph_box(mark: &Mark) -> Label {
    let half = match mark.kind {
        MarkKind::Violated => 90,
        MarkKind::Written | MarkKind::Ignored | MarkKind::Note => 20,
        _ => 50,
    };
    let (x, y) = (mark.x, mark.y);
    Label { text: String::new(), x, y, dir: (1000, 0), half_width: half, half_height: half }
}

/// A level box with its middle at a point.
fn level(text: &str, x: i32, y: i32, pad: (i32, i32)) -> Label {
    let half_width = measure::width(text) / 2 + pad.0;
    let half_height = LINE / 2 + pad.1;
    Label { text: text.to_owned(), x, y, dir: (1000, 0), half_width, half_height }
}

/// A chip stands beside its lifeline, on the side from which no message came.
fn chip_places(plan: &Plan, mark: &Mark, texts: &Texts) -> Vec<Label> {
    let away = match (mark.column, texts.from) {
        (Some(column), Some(from)) if plan.x(from) > plan.x(column) => -1,
        _ => 1,
    };
    let chip = level(&texts.chip, mark.x, mark.y, CHIP_PAD);
    let reach = chip.half_width + BESIDE;
    let over = chip.half_height + 70;
    let at = |dx: i32, dy: i32| Label { x: mark.x + dx, y: mark.y + dy, ..chip.clone() };
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

fn mark_places(plan: &Plan, mark: &Mark, texts: &Texts) -> Vec<Label> {
    let label = level(&texts.words, mark.x, mark.y, PAD);
    let at = |x: i32, dy: i32| Label { x, y: mark.y + dy, ..label.clone() };
    if mark.column.is_none() {
        // The world speaks at the right border, else beside the axis.
        let right = plan.width - 40 - label.half_width;
        let left = GUTTER + 20 + label.half_width;
        return vec![at(right, 0), at(left, 0), at(right, -LINE), at(right, LINE)];
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
    let best = |text: &str| board.best(&arrow_places(plan, arrow, line, text), Some(own), most);
    let mut label = best(&full);
    if full != short && label.as_ref().is_none_or(|(cost, _)| *cost > SHORTENED) {
        let least = label.as_ref().map_or(u32::MAX, |(cost, _)| *cost);
        label = best(short).filter(|(cost, _)| cost + SHORTENED < least).or(label);
    }
    if let Some((_, label)) = label {
        board.take(&label);
        // The place of a label is kept for it until the message has come so far.
        arrow.label = (arrow.fate != Fate::InFlight || arrow.y2 >= label.y).then_some(label);
    }
}

/// Places along an arrow: between two lifelines, first next to the one end that its
/// siblings do not share.
fn arrow_places(plan: &Plan, arrow: &Arrow, line: &Line, text: &str) -> Vec<Label> {
    if arrow.is_loop() {
        let label = level(text, arrow.x1, (arrow.y1 + arrow.y2) / 2, PAD);
        return vec![Label { x: arrow.x1 + 230 + label.half_width, ..label }];
    }
    // A lost message has no way beyond its cross.
    let is_lost = matches!(arrow.fate, Fate::Lost(_));
    let (x2, y2) = if is_lost { (arrow.x2, arrow.y2) } else { (line.x2, line.y2) };
    let (dx, dy) = (x2 - line.x1, y2 - line.y1);
    if dx == 0 {
        return Vec::new();
    }
    let length = {
        let (dx, dy) = (i64::from(dx), i64::from(dy));
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
        let y = line.y1 + (i64::from(dy) * i64::from(x - line.x1) / i64::from(dx)) as i32;
        let at = |side: i32| Label {
            x: x + dir.1 * ABOVE * side / 1000,
            y: y - dir.0 * ABOVE * side / 1000,
            dir,
            ..label.clone()
        };
        if is_steep {
            // Level text beside the line, on the side the line leans away from.
            let under = if dx > 0 { -1 } else { 1 };
            places.push(Label {
                x: x + label.half_width + 20,
                y: y + under * LINE * 2 / 3,
                ..label.clone()
            });
        } else if along_fits(x, &label, dir, line.x1, x2) {
            places.extend([at(1), at(-1)]);
        }
    }
    places
}

/// Whether a text at `x` stays within its arrow.
fn along_fits(x: i32, label: &Label, dir: (i32, i32), x1: i32, x2: i32) -> bool {
    let reach = label.half_width * dir.0 / 1000 - 30;
    x - reach >= x1.min(x2) && x + reach <= x1.max(x2)
}

/// Where along an arrow a label may stand, as heights of `x`: the middles between lifelines,
/// the receiver's side first for what fans out and the sender's for what comes together;
/// then places between.
fn anchors(plan: &Plan, arrow: &Arrow, x1: i32, x2: i32) -> Vec<i32> {
    let (low, high) = (x1.min(x2), x1.max(x2));
    let mut stops = vec![low];
    stops.extend(plan.columns.iter().map(|column| column.x).filter(|x| low < *x && *x < high));
    stops.push(high);
    stops.sort_unstable();
    let mut middles: Vec<i32> = stops.windows(2).map(|pair| (pair[0] + pair[1]) / 2).collect();
    // Start at the receiver for requests, at the sender for answers.
    let from_high = (x2 > x1) != arrow.reply;
    if from_high {
        middles.reverse();
    }
    let part = |percent: i32| x1 + (i64::from(x2 - x1) * i64::from(percent) / 100) as i32;
    middles.extend([part(50), part(35), part(65)]);
    middles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(x: i32, y: i32, dir: (i32, i32)) -> Label {
        Label { text: String::new(), x, y, dir, half_width: 100, half_height: 10 }
    }

    #[test]
    fn level_boxes_overlap_when_both_ranges_do() {
        assert!(overlap(&boxed(0, 0, (1000, 0)), &boxed(199, 19, (1000, 0))));
        assert!(!overlap(&boxed(0, 0, (1000, 0)), &boxed(200, 0, (1000, 0))));
        assert!(!overlap(&boxed(0, 0, (1000, 0)), &boxed(0, 20, (1000, 0))));
    }

    #[test]
    fn parallel_slanted_boxes_do_not_overlap_though_their_hulls_do() {
        let dir = (800, 600);
        assert!(!overlap(&boxed(0, 0, dir), &boxed(0, 40, dir)));
        assert!(overlap(&boxed(0, 0, dir), &boxed(0, 20, dir)));
        assert!(overlap(&boxed(0, 0, dir), &boxed(0, 0, (800, -600))), "crossing");
    }
}
