//! What of the run is in view: the sheets that can be seen, each laid out once and kept while it lasts.

use std::ops::Range;
use std::rc::Rc;

use synod::diagram::{self, Column, Fold, Lasts, Options, Scene, sheet_at};
use synod::session::Session;
use synod::trace::{EventId, Index, Time};

use super::Axis;

/// Room above the first instant, for the lanes' heads have a rule of their own, in tenths of a pixel.
pub const HEAD_ROOM: i64 = 140;
/// Sheets this near below the view are ready when it comes to them, in tenths of a pixel.
const AHEAD: i64 = 2_000;

/// What the reader's window onto the stage is, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// How far it is scrolled.
    pub top: i32,
    /// Its width.
    pub width: i32,
    /// Its height, without the lanes' heads.
    pub height: i32,
    /// Whether it keeps to the present.
    pub follow: bool,
    /// How much of its height lies below the present then, in percent.
    pub below_now: u8,
}

/// The picture for a view.
#[derive(Clone)]
pub struct Sight {
    /// What comes into the first sheet from above, then the sheets from the top down. Each is the same
    /// `Rc` while nothing about it changed.
    pub scenes: Vec<Rc<Scene>>,
    /// What of the stage is in view, in pixels.
    pub seen: Range<i32>,
    /// The height of the present on the stage, in pixels.
    pub now: i32,
    /// How tall the whole stage is, in pixels.
    pub height: i32,
    /// How far the view is to be scrolled, where it keeps to the present.
    pub scroll: Option<i32>,
    /// How far it would be scrolled if it kept to the present.
    pub followed: i32,
    /// Whether the present is above or below what can be seen, and by how much: 0 where it is in view.
    pub now_off: i32,
}

impl Sight {
    /// The lanes.
    pub fn columns(&self) -> &[Column] {
        self.scenes.last().map_or(&[], |sheet| &sheet.columns)
    }

    /// The width of the picture, in tenths of a pixel.
    pub fn width(&self) -> i32 {
        self.scenes.last().map_or(0, |sheet| sheet.width)
    }

    /// What time is in the picture.
    pub fn window(&self) -> diagram::Window {
        let (first, last) = (self.scenes.first(), self.scenes.last());
        let from = first.map_or(Time::ZERO, |sheet| sheet.window.from);
        diagram::Window { from, to: last.map_or(from, |sheet| sheet.window.to) }
    }

    /// Whether some of a sheet can be seen. What comes from above is taken to reach into the view.
    pub fn is_in_view(&self, sheet: &Rc<Scene>) -> bool {
        let top = stage_top(sheet);
        let is_carried = self.scenes.first().is_some_and(|first| Rc::ptr_eq(first, sheet));
        is_carried || (top < self.seen.end && top + sheet.height / 10 > self.seen.start)
    }

    /// Whether there is nothing to draw where this was drawn before: only how far the view is scrolled differs.
    pub fn is_drawn_as(&self, before: &Sight) -> bool {
        let pairs = self.scenes.iter().zip(&before.scenes);
        self.scenes.len() == before.scenes.len()
            && pairs.into_iter().all(|(one, other)| Rc::ptr_eq(one, other))
            && (self.now, self.height, self.scroll) == (before.now, before.height, before.scroll)
            && self.now_off.signum() == before.now_off.signum()
    }

    /// Where something stands on the stage, in pixels: a message, by its sending, at the middle of its way.
    pub fn place_of(&self, event: EventId) -> Option<(i32, i32)> {
        for sheet in &self.scenes {
            let at = |x: i32, y: i32| Some((x / 10, stage_top(sheet) + y / 10));
            for arrow in &sheet.arrows {
                if arrow.sent == event {
                    let (x, y) =
                        (i32::midpoint(arrow.x1, arrow.x2), i32::midpoint(arrow.y1, arrow.y2));
                    return at(x, y);
                }
            }
            for mark in &sheet.marks {
                if mark.event == event {
                    return at(mark.x, mark.y);
                }
            }
        }
        None
    }

    /// What is drawn and has happened: messages by their sending, and the events of marks.
    pub fn happened(&self) -> Vec<EventId> {
        let mut events = Vec::new();
        for sheet in &self.scenes {
            for arrow in &sheet.arrows {
                if !arrow.ahead {
                    events.push(arrow.sent);
                }
            }
            for mark in &sheet.marks {
                if !mark.ahead {
                    events.push(mark.event);
                }
            }
        }
        events
    }
}

/// Where a sheet begins on the stage, in pixels.
pub fn stage_top(sheet: &Scene) -> i32 {
    ((sheet.top + HEAD_ROOM) / 10) as i32
}

/// The instant at a height of the stage in pixels.
pub fn stage_time(axis: &Axis, y: i32) -> Time {
    axis.time(i64::from(y) * 10 - HEAD_ROOM)
}

/// The height of an instant on the stage, in pixels.
pub fn stage_y(axis: &Axis, at: Time) -> i32 {
    ((axis.y(at) + HEAD_ROOM) / 10) as i32
}

/// What every sheet that is kept was laid out for.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    generation: u32,
    width: u16,
    /// What is drawn by how long messages usually take.
    typical_us: Option<u64>,
}

/// The present, as a sheet may show it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Present {
    now: Time,
    reached: usize,
    known: Known,
}

/// What is known to come.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Known {
    recorded: usize,
    /// Waiting for what is due next is folded before it is recorded.
    folded: Option<Fold>,
}

/// A sheet that is kept.
struct Kept {
    number: u32,
    at: Present,
    lasts: Lasts,
    scene: Rc<Scene>,
}

impl Kept {
    fn is_good(&self, present: Present) -> bool {
        self.at == present
            || match self.lasts {
                Lasts::After(past) => past < present.now,
                Lasts::Before(begins) => present.now < begins && self.at.known == present.known,
                Lasts::Now => false,
            }
    }
}

/// Keeps what was drawn last.
#[derive(Default)]
pub(super) struct Window {
    options: Options,
    key: Option<Key>,
    sheets: Vec<Kept>,
    /// The last fold of the axis.
    folded: Option<Fold>,
    carried: Option<(u32, Present, Rc<Scene>)>,
}

impl Window {
    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    pub(super) fn sight(
        &mut self,
        session: &Session,
        index: &Index,
        axis: &Axis,
        generation: u32,
        view: View,
    ) -> Sight {
        let source = session.source();
        let (now, tall) = (axis.y(source.now()), i64::from(view.height.max(1)) * 10);
        let end = axis.y(session.recorded_until().max(source.now()));
        let height = end + HEAD_ROOM + tall * i64::from(view.below_now) / 100;
        let followed = (now + HEAD_ROOM - tall * (100 - i64::from(view.below_now)) / 100).max(0);
        let top = if view.follow { followed } else { i64::from(view.top) * 10 };
        let top = top.min((height - tall).max(0));
        self.options.width_px = view.width.clamp(300, 4_000) as u16;
        self.options.scale.clone_from(axis.scale());
        self.options.future = true;
        let (width, typical_us) = (self.options.width_px, index.typical_us());
        let key = Some(Key { generation, width, typical_us });
        if self.key != key {
            self.key = key;
            self.sheets.clear();
            self.carried = None;
        }
        let folded = self.options.scale.folds().last().copied();
        if self.folded != folded {
            // It may have grown: what it says and all below it is drawn anew.
            let changed = self.folded.iter().chain(&folded).map(|fold| sheet_at(fold.y)).min();
            self.sheets.retain(|sheet| changed.is_none_or(|first| sheet.number < first));
            self.carried = None;
            self.folded = folded;
        }
        // One sheet above what is seen: its labels may reach into it.
        let first = sheet_at(top - HEAD_ROOM).saturating_sub(1);
        let below = sheet_at(top + tall + AHEAD - HEAD_ROOM) + 1;
        let scenes = self.scenes(session, index, first..below);
        // A little room below the present, where a view that keeps to it leaves as much.
        let room = (2 * HEAD_ROOM).min(tall * i64::from(view.below_now) / 100);
        let off = |y: i64| if y < top { y - top } else { (y - top - tall + room).max(0) };
        Sight {
            scenes,
            seen: (top / 10) as i32..((top + tall) / 10) as i32,
            now: ((now + HEAD_ROOM) / 10) as i32,
            height: (height.max(tall) / 10) as i32,
            scroll: view.follow.then_some((top / 10) as i32),
            followed: (followed / 10) as i32,
            now_off: (off(now + HEAD_ROOM) / 10) as i32,
        }
    }

    /// Some sheets below what comes into the first of them from above.
    fn scenes(&mut self, session: &Session, index: &Index, range: Range<u32>) -> Vec<Rc<Scene>> {
        let source = session.source();
        let folded = self.options.scale.folds().last().copied();
        let known = Known { recorded: source.events().len(), folded };
        let present = Present { now: source.now(), reached: source.reached(), known };
        self.sheets.retain(|sheet| range.contains(&sheet.number));
        let is_good = |number: &u32| {
            self.sheets.iter().any(|sheet| sheet.number == *number && sheet.is_good(present))
        };
        // Neighbours are laid out together; where a good one lies between, it is made again.
        let mut missing = range.clone();
        while missing.start < missing.end && is_good(&missing.start) {
            missing.start += 1;
        }
        while missing.start < missing.end && is_good(&(missing.end - 1)) {
            missing.end -= 1;
        }
        self.sheets.retain(|sheet| !missing.contains(&sheet.number));
        for sheet in diagram::sheets(source, index, missing, &self.options) {
            let (number, lasts, scene) = (sheet.number, sheet.lasts, Rc::new(sheet.scene));
            self.sheets.push(Kept { number, at: present, lasts, scene });
        }
        let carried = match &self.carried {
            Some((of, at, scene)) if (*of, *at) == (range.start, present) => Rc::clone(scene),
            _ => Rc::new(diagram::carried(source, index, range.start, &self.options)),
        };
        self.carried = Some((range.start, present, Rc::clone(&carried)));
        let mut scenes = vec![carried];
        for number in range {
            let sheet = self.sheets.iter().find(|sheet| sheet.number == number);
            scenes.extend(sheet.map(|sheet| Rc::clone(&sheet.scene)));
        }
        scenes
    }
}
