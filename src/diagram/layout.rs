//! From events to a scene.

use std::ops::Range;

use crate::trace::{Event, EventId, EventKind, Index, Place, Source, State, Time, window};

use super::scene::{Break, Column, Scene, Tick};
use super::{Fold, Options, Window, arrows, labels, lifelines, marks};

/// The width of the time axis, left of every lane.
pub(super) const GUTTER: i32 = 600;
/// Room between the axis and the first lifeline, and right of the last.
const MARGIN: (i32, i32) = (360, 560);
/// The same in a picture narrower than [`NARROW_PX`].
const NARROW_MARGIN: (i32, i32) = (200, 280);
/// A phone's picture is narrower than this.
const NARROW_PX: u16 = 600;
/// Lifelines are at least and at most so far apart.
const SPACING: (i32, i32) = (360, 2600);
/// Ticks of the time axis are at least so far apart.
const TICK_SPACING: i64 = 560;
/// What a message is taken to last before one has arrived, as a height.
const FLIGHT_GUESS: i64 = 600;

/// Draws the window of a run.
///
/// `index` must have read `source`'s events. The cost is proportional to what
/// happens in the window.
pub fn layout(source: &dyn Source, index: &Index, window: &Window, options: &Options) -> Scene {
    let plan = Plan::new(source, index, *window, options);
    let every_sheet = 0..u32::MAX;
    drawn(&plan, &every_sheet)
}

/// Draws a plan, with the labels of some of its sheets.
pub(super) fn drawn(plan: &Plan, labelled: &Range<u32>) -> Scene {
    let (mut arrows, lines) = arrows::arrows(plan);
    let (mut marks, texts) = marks::marks(plan);
    labels::place(plan, labelled, &mut arrows, &lines, &mut marks, texts);
    let now = plan.source.now();
    Scene {
        width: plan.width,
        height: plan.height,
        top: plan.top,
        window: plan.window,
        columns: plan.columns.clone(),
        segments: lifelines::segments(plan),
        arrows,
        marks,
        ticks: ticks(plan),
        breaks: breaks(plan),
        now: plan.contains(now).then(|| plan.y(now)),
    }
}

/// What every part of the layout asks for.
pub(super) struct Plan<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) options: &'a Options,
    /// The events that may be drawn: those that have happened, or all.
    pub(super) events: &'a [Event],
    /// Those of them that lie in the window, as positions.
    pub(super) range: Range<usize>,
    /// What was true when the window begins.
    pub(super) state: State,
    pub(super) window: Window,
    pub(super) columns: Vec<Column>,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) top: i64,
    /// How long a message usually takes.
    pub(super) typical_us: u64,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        source: &'a dyn Source,
        index: &Index,
        window: Window,
        options: &'a Options,
    ) -> Plan<'a> {
        let window = Window { to: window.to.max(window.from), ..window };
        let all = source.events();
        let reached = if options.future { all.len() } else { source.reached().min(all.len()) };
        let events = &all[..reached];
        let range = self::window(events, window.from, window.to);
        let state = index.state_at(events, range.start);
        let top = options.scale.y(window.from);
        let guess_us = options.scale.duration(FLIGHT_GUESS);
        let typical_us = index.typical_us().unwrap_or(guess_us);
        let (columns, width) = columns(source, options);
        let mut plan = Plan {
            source,
            options,
            events,
            range,
            state,
            window,
            columns,
            width,
            height: 0,
            top,
            typical_us,
        };
        plan.height = plan.y(window.to);
        plan
    }

    /// The height of an instant in the scene.
    pub(super) fn y(&self, at: Time) -> i32 {
        let y = self.options.scale.y(at) - self.top;
        // A margin below the type's bounds keeps sums of heights representable.
        y.clamp((i32::MIN / 4).into(), (i32::MAX / 4).into()) as i32
    }

    /// Whether an instant is in the window.
    pub(super) fn contains(&self, at: Time) -> bool {
        self.window.from <= at && at < self.window.to
    }

    /// The lane of a place, if it is drawn.
    pub(super) fn column(&self, place: Place) -> Option<u16> {
        self.columns.iter().position(|column| column.place == place).map(|i| i as u16)
    }

    /// The middle of a lane.
    pub(super) fn x(&self, column: u16) -> i32 {
        self.columns[usize::from(column)].x
    }

    /// Whether an event has not happened yet.
    pub(super) fn is_ahead(&self, event: EventId) -> bool {
        event.index() >= self.source.reached()
    }

    /// The events of the window, with their ids.
    pub(super) fn visible(&self) -> impl Iterator<Item = (EventId, &'a Event)> + use<'a> {
        let start = self.range.start;
        self.events[self.range.clone()]
            .iter()
            .enumerate()
            .map(move |(i, event)| (EventId((start + i) as u32), event))
    }

    /// Where an event is drawn: a violation at the event that broke the invariant.
    pub(super) fn place_of(&self, event: &Event) -> Place {
        match (event.kind, event.cause) {
            (EventKind::Violated { .. }, Some(cause)) => {
                self.events.get(cause.event().index()).map_or(event.place, |culprit| culprit.place)
            }
            _ => event.place,
        }
    }
}

/// The lanes and the width they take.
fn columns(source: &dyn Source, options: &Options) -> (Vec<Column>, i32) {
    let cast = source.cast();
    let places = super::outline::places(source, &options.lanes);
    // Lanes of one group stand together: a gap of 4 within a group, of 5 between two.
    let group = |place: Place| place.node().map(|node| cast.nodes[node.index()].class);
    let gaps: Vec<i32> = places
        .windows(2)
        .map(|pair| if group(pair[0]) == group(pair[1]) { 4 } else { 5 })
        .collect();
    let parts: i32 = gaps.iter().sum::<i32>().max(1);
    let (left, right) = if options.width_px < NARROW_PX { NARROW_MARGIN } else { MARGIN };
    let room = i32::from(options.width_px) * 10 - GUTTER - left - right;
    let part = (room / parts).clamp(SPACING.0 / 4, SPACING.1 / 4);
    let spread = if gaps.is_empty() { 0 } else { part * parts };
    let spare = (room - spread).max(0);
    let is_mixed = cast.nodes.iter().any(|lane| lane.class != cast.nodes[0].class);
    let mut x = GUTTER + left + spare / 2;
    let width = GUTTER + left + spread + spare + right;
    let mut columns = Vec::with_capacity(places.len());
    for (i, place) in places.into_iter().enumerate() {
        if let Some(gap) = i.checked_sub(1).map(|before| gaps[before]) {
            x += gap * part;
        }
        let classes = source.info().classes;
        let class = group(place).filter(|_| is_mixed);
        let class = class.and_then(|class| classes.get(usize::from(class))).map_or("", |c| c.id);
        columns.push(Column { place, name: cast.name(place).to_owned(), class, x });
    }
    (columns, width)
}

/// The ticks of the time axis: at 1, 2 or 5 times a power of ten.
fn ticks(plan: &Plan) -> Vec<Tick> {
    let scale = &plan.options.scale;
    let least = scale.duration(TICK_SPACING).max(1);
    let step = nice_step(least);
    let mut ticks = Vec::new();
    let mut at = plan.window.from.0.div_ceil(step).saturating_mul(step);
    // The height has a bound, the window may have none.
    while at < plan.window.to.0 && plan.y(Time(at)) < plan.height {
        let folds = scale.folds();
        let next = folds.get(folds.partition_point(|fold| fold.to.0 <= at));
        if let Some(fold) = next.filter(|fold| fold.from.0 < at) {
            at = fold.to.0.div_ceil(step).saturating_mul(step);
            continue;
        }
        ticks.push(Tick { y: plan.y(Time(at)), at: Time(at), text: tick_text(Time(at)) });
        at = at.saturating_add(step);
    }
    ticks
}

/// The least of 1, 2, 5, 10, 20, ... that is not less.
fn nice_step(least: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for digit in [1, 2, 5] {
            let step = power.saturating_mul(digit);
            if step >= least {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// Milliseconds below a second, seconds from there on.
fn tick_text(at: Time) -> String {
    if at.0 < 1_000_000 || !at.0.is_multiple_of(1_000) {
        return at.to_string();
    }
    let text = Time(at.0 / 1_000).to_string();
    text.replace(" ms", " s")
}

fn breaks(plan: &Plan) -> Vec<Break> {
    let scale = &plan.options.scale;
    let folds = scale.folds();
    let first = folds.partition_point(|fold| fold.to <= plan.window.from);
    folds[first..]
        .iter()
        .take_while(|fold| fold.from < plan.window.to)
        .map(|fold| Break { y1: plan.y(fold.from), y2: plan.y(fold.to), text: break_text(fold) })
        .collect()
}

/// `1.95 s, 156 messages`: as precise as a reader needs.
fn break_text(fold: &Fold) -> String {
    let us = fold.to.since(fold.from);
    let grain = if us < 1_000_000 { 1_000 } else { 10_000 };
    let lasts = tick_text(Time((us + grain / 2) / grain * grain));
    match fold.messages {
        0 => lasts,
        1 => format!("{lasts}, 1 message"),
        n => format!("{lasts}, {n} messages"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_one_two_or_five_times_a_power_of_ten() {
        let steps: Vec<u64> = [1, 3, 5, 6, 11, 49, 51, 9_333].map(nice_step).to_vec();
        assert_eq!(steps, [1, 5, 5, 10, 20, 50, 100, 10_000]);
    }

    #[test]
    fn ticks_speak_in_milliseconds_and_seconds() {
        let texts =
            [0, 250_000, 12_500, 1_000_000, 2_250_000, 1_000_500].map(|us| tick_text(Time(us)));
        assert_eq!(texts, ["0 ms", "250 ms", "12.5 ms", "1 s", "2.25 s", "1000.5 ms"]);
    }
}
