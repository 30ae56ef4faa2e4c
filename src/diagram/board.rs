//! The board on which labels are placed: what is taken, and what is better not covered.

use std::ops::{Range, RangeInclusive};

use super::arrows::Line;
use super::layout::{GUTTER, Plan};
use super::scene::{Arrow, Label};

/// Heights share a row of the board.
const ROW: i32 = 400;
/// What covering an arrow, and covering a lifeline, counts.
const COVERED: (u32, u32) = (2, 1);

/// A place for a label: a turned box around its middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) dir: (i32, i32),
    pub(super) half_width: i32,
    pub(super) half_height: i32,
}

impl Spot {
    pub(super) fn label(self, text: String) -> Label {
        let Spot { x, y, dir, half_width, half_height } = self;
        Label { text, x, y, dir, half_width, half_height }
    }
}

/// What is drawn so far: boxes already taken, and lines better not covered.
pub(super) struct Board {
    rows: Vec<Row>,
    taken: Vec<Spot>,
    lines: Vec<Way>,
    lanes: Vec<i32>,
    width: i32,
    height: i32,
    /// Labels stay between these heights.
    room: Range<i32>,
}

/// What touches a row of the board.
#[derive(Clone, Default)]
struct Row {
    /// Indices of boxes.
    taken: Vec<u32>,
    /// Indices of lines.
    lines: Vec<u32>,
}

/// A line better not covered.
struct Way {
    line: Line,
    /// The first row that knows it.
    row: usize,
}

impl Board {
    pub(super) fn new(plan: &Plan, arrows: &[Arrow]) -> Board {
        let rows = usize::try_from(plan.height / ROW).unwrap_or(0) + 3;
        let mut board = Board {
            rows: vec![Row::default(); rows],
            taken: Vec::new(),
            lines: Vec::with_capacity(arrows.len()),
            lanes: plan.columns.iter().map(|column| column.x).collect(),
            width: plan.width,
            height: plan.height,
            room: 0..plan.height,
        };
        for arrow in arrows {
            let line = Line { x1: arrow.x1, y1: arrow.y1, x2: arrow.x2, y2: arrow.y2 };
            let span = board.span(line.y1.min(line.y2), line.y1.max(line.y2));
            board.lines.push(Way { line, row: *span.start() });
            // Faint lines may be covered: their rows do not know them.
            if !arrow.routine {
                let index = board.lines.len() as u32 - 1;
                board.rows[span].iter_mut().for_each(|row| row.lines.push(index));
            }
        }
        board
    }

    /// The rows that a range of heights touches.
    fn span(&self, y1: i32, y2: i32) -> RangeInclusive<usize> {
        let row = |y: i32| usize::try_from(y / ROW + 1).unwrap_or(0).min(self.rows.len() - 1);
        row(y1)..=row(y2)
    }

    fn is_free(&self, spot: &Spot) -> bool {
        let (reach, rise) = extent(spot);
        let inside = spot.x - reach >= GUTTER
            && spot.x + reach <= self.width - 20
            && spot.y - rise >= self.room.start
            && spot.y + rise < self.room.end;
        let visible = (0..=self.height).contains(&spot.y);
        let is_apart = |i: &u32| !overlap(spot, &self.taken[*i as usize]);
        let mut rows = self.span(spot.y - rise, spot.y + rise);
        inside && visible && rows.all(|row| self.rows[row].taken.iter().all(is_apart))
    }

    /// How much a label would cover, apart from the arrow it belongs to; at least `enough`
    /// if it is so much.
    fn cost(&self, spot: &Spot, own: Option<usize>, enough: u32) -> u32 {
        let (reach, rise) = extent(spot);
        let core = Spot { half_height: spot.half_height - 15, ..*spot };
        let lanes = self.lanes.iter().filter(|x| (spot.x - reach..spot.x + reach).contains(x));
        let mut cost = lanes.count() as u32 * COVERED.1;
        let rows = self.span(spot.y - rise, spot.y + rise);
        let first = *rows.start();
        for row in rows {
            for i in self.rows[row].lines.iter().map(|i| *i as usize) {
                // A line is counted in the first of the label's rows that it touches.
                let Way { line, row: begins } = self.lines[i];
                let beside =
                    line.x1.max(line.x2) < spot.x - reach || line.x1.min(line.x2) > spot.x + reach;
                if !beside && row == begins.max(first) && own != Some(i) && crosses(line, &core) {
                    cost += COVERED.0;
                    if cost >= enough {
                        return cost;
                    }
                }
            }
        }
        cost
    }

    /// Keeps the labels that come now between two heights.
    pub(super) fn keep_within(&mut self, room: Range<i32>) {
        self.room = room;
    }

    /// Where the room of the labels that come now ends.
    pub(super) fn bottom(&self) -> i32 {
        self.room.end
    }

    pub(super) fn take(&mut self, spot: Spot) {
        let rise = extent(&spot).1;
        for row in self.span(spot.y - rise, spot.y + rise) {
            self.rows[row].taken.push(self.taken.len() as u32);
        }
        self.taken.push(spot);
    }

    /// The free place that costs least, the first of equals, if it costs at most `most`.
    pub(super) fn best(
        &self,
        places: &[Spot],
        own: Option<usize>,
        most: u32,
    ) -> Option<(u32, Spot)> {
        let mut best = None;
        let mut enough = most.saturating_add(1);
        for place in places {
            if enough == 0 {
                break;
            }
            let cost = self.cost(place, own, enough);
            if cost < enough && self.is_free(place) {
                best = Some((cost, *place));
                enough = cost;
            }
        }
        best
    }

    /// Takes the best place for what belongs to no arrow.
    pub(super) fn place(&mut self, places: &[Spot], most: u32) -> Option<Spot> {
        let (_, spot) = self.best(places, None, most)?;
        self.take(spot);
        Some(spot)
    }
}

/// Whether a line touches a turned box: no axis separates them.
fn crosses(line: Line, spot: &Spot) -> bool {
    let (cos, sin) = (i64::from(spot.dir.0), i64::from(spot.dir.1));
    // In the box's own directions, where lengths are a thousand times as long.
    let turn = |x: i32, y: i32| {
        let (x, y) = (i64::from(x - spot.x), i64::from(y - spot.y));
        (cos * x + sin * y, cos * y - sin * x)
    };
    let ((ax, ay), (bx, by)) = (turn(line.x1, line.y1), turn(line.x2, line.y2));
    let (half_width, half_height) =
        (i64::from(spot.half_width) * 1000, i64::from(spot.half_height) * 1000);
    if ax.min(bx) > half_width || ax.max(bx) < -half_width {
        return false;
    }
    if ay.min(by) > half_height || ay.max(by) < -half_height {
        return false;
    }
    // A message that waits for hours is a line of a billion tenths.
    let times = |a: i64, b: i64| i128::from(a) * i128::from(b);
    let reach = times((by - ay).abs(), half_width) + times((bx - ax).abs(), half_height);
    (times(ax, by) - times(ay, bx)).abs() <= reach
}

/// Half the width and height of the level box around a turned one.
fn extent(spot: &Spot) -> (i32, i32) {
    let (cos, sin) = (spot.dir.0.abs(), spot.dir.1.abs());
    (
        (cos * spot.half_width + sin * spot.half_height) / 1000,
        (sin * spot.half_width + cos * spot.half_height) / 1000,
    )
}

/// Whether two turned boxes share a point: no axis of either separates them.
fn overlap(a: &Spot, b: &Spot) -> bool {
    let (dx, dy) = (i64::from(b.x - a.x), i64::from(b.y - a.y));
    let reach = |spot: &Spot, (ax, ay): (i64, i64)| {
        let (cos, sin) = (i64::from(spot.dir.0), i64::from(spot.dir.1));
        let along = (cos * ax + sin * ay).abs() * i64::from(spot.half_width);
        let across = (cos * ay - sin * ax).abs() * i64::from(spot.half_height);
        along + across
    };
    [a.dir, (-a.dir.1, a.dir.0), b.dir, (-b.dir.1, b.dir.0)].into_iter().all(|(ax, ay)| {
        let axis = (i64::from(ax), i64::from(ay));
        (dx * axis.0 + dy * axis.1).abs() * 1000 < reach(a, axis) + reach(b, axis)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(x: i32, y: i32, dir: (i32, i32)) -> Spot {
        Spot { x, y, dir, half_width: 100, half_height: 10 }
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
