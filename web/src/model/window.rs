//! What of the run is in view, laid out once and kept while it stays in view.

use std::rc::Rc;

use synod::diagram::{self, Options, Scene};
use synod::session::Session;
use synod::trace::{Index, Time};

use super::Axis;

/// Room above the first instant, for the lanes' heads have a rule of their own, in tenths of a pixel.
pub const HEAD_ROOM: i64 = 140;

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
    /// The scene; the same `Rc` while nothing about it changed.
    pub scene: Rc<Scene>,
    /// Where the scene's first instant stands on the stage, in pixels.
    pub top: i32,
    /// How tall the whole stage is, in pixels.
    pub height: i32,
    /// How far the view is to be scrolled, where it keeps to the present.
    pub scroll: Option<i32>,
    /// How far it would be scrolled if it kept to the present.
    pub followed: i32,
    /// Whether the present is above or below what can be seen, and by how much: 0 where it is in view.
    pub now_off: i32,
}

/// What the last picture was laid out for.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    generation: u32,
    window: diagram::Window,
    width: i32,
    now: Time,
    reached: usize,
    recorded: usize,
}

/// Keeps the last picture.
#[derive(Default)]
pub(super) struct Window {
    options: Options,
    last: Option<(Key, Rc<Scene>)>,
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
        let (now, tall) = (axis.y(source.now()), i64::from(view.height.max(200)) * 10);
        let end = axis.y(session.recorded_until().max(source.now()));
        let height = end + HEAD_ROOM + tall * i64::from(view.below_now) / 100;
        let followed = (now + HEAD_ROOM - tall * (100 - i64::from(view.below_now)) / 100).max(0);
        let top = if view.follow { followed } else { i64::from(view.top) * 10 };
        let top = top.min((height - tall).max(0));
        // Whole blocks of half the view's height: labels stay where they are while the reader scrolls.
        let block = tall / 2;
        let first = ((top - HEAD_ROOM) / block - 1).max(0) * block;
        let window =
            diagram::Window { from: axis.time(first), to: axis.time(first + 2 * tall).after(1) };
        let key = Key {
            generation,
            window,
            width: view.width,
            now: source.now(),
            reached: source.reached(),
            recorded: source.events().len(),
        };
        let scene = match &self.last {
            Some((last, scene)) if *last == key => Rc::clone(scene),
            _ => {
                self.options.width_px = view.width.clamp(300, 4_000) as u16;
                self.options.scale.clone_from(axis.scale());
                self.options.future = true;
                Rc::new(diagram::layout(source, index, &window, &self.options))
            }
        };
        self.last = Some((key, Rc::clone(&scene)));
        let off = |y: i64| if y < top { y - top } else { (y - top - tall + 2 * HEAD_ROOM).max(0) };
        Sight {
            top: ((scene.top + HEAD_ROOM) / 10) as i32,
            height: (height.max(tall) / 10) as i32,
            scroll: view.follow.then_some((top / 10) as i32),
            followed: (followed / 10) as i32,
            now_off: (off(now + HEAD_ROOM) / 10) as i32,
            scene,
        }
    }
}
