//! Dragging: a message to another arrival, a link from lane to lane, a lane to another place, a node to
//! another group.

use gloo_timers::callback::Timeout;
use synod::scenario::Do;
use synod::trace::{EventId, EventKind, Place};
use web_sys::Element;

use super::{App, Drag, Grabbed, Msg};
use crate::browser;
use crate::model::{Moment, Touched, moment_of, span, stage_time, was_cut};
use crate::panels::Carried;
use crate::stage::Lifted;
use crate::ui::{El, of};

/// A shorter way is a click with an unsteady hand, in pixels.
const LEAST: i32 = 8;

/// What letting go does.
pub(super) enum Doing {
    /// Something is done to the run.
    Act(Moment, Do),
    /// The lane moves: so many are left of it then.
    Move(usize),
    /// The node goes to a group.
    Join(usize),
}

impl App {
    /// Says whether something that was dragged falls back.
    pub(super) fn grab(&mut self, what: Option<Grabbed>, at: (i32, i32)) -> bool {
        self.dropped = None;
        let before = self.drag.take();
        self.drag = what.map(|what| Drag { what, from: at, at, moved: false, does: None });
        before.is_some_and(|drag| drag.moved)
    }

    /// Says whether there is something new to show.
    pub(super) fn drag_to(&mut self, lane: Option<&str>, at: (i32, i32)) -> bool {
        let Some(drag) = &self.drag else { return false };
        let way = (at.0 - drag.from.0).abs().max((at.1 - drag.from.1).abs());
        if way < LEAST && !drag.moved {
            return false;
        }
        let does = match &drag.what {
            Grabbed::Event(event) => self.delaying(*event, at.1),
            Grabbed::Lane(from, below) => lane.and_then(|to| self.cutting(from, to, *below)),
            Grabbed::Head(name) => self.place_at(name, at.0).map(Doing::Move),
            Grabbed::Member(_) => browser::group_at(at).map(Doing::Join),
        };
        if let Some(drag) = &mut self.drag {
            (drag.at, drag.does, drag.moved) = (at, does, true);
        }
        (self.hover, self.menu) = (None, None);
        true
    }

    /// Lets go; says whether anything was dragged.
    pub(super) fn release(&mut self, lane: Option<&str>, at: (i32, i32)) -> bool {
        self.drag_to(lane, at);
        let Some(drag) = self.drag.take() else { return false };
        match (drag.does, drag.what) {
            (Some(Doing::Act(moment, act)), _) => self.act_at(moment, act),
            (Some(Doing::Move(to)), Grabbed::Head(name)) => {
                if let Some(place) = self.lane(&name) {
                    self.with(|model| model.move_lane(place, to));
                }
            }
            (Some(Doing::Join(group)), Grabbed::Member(name)) => {
                self.regroup(&name, Some(group), false);
            }
            // A way to nowhere is a click where clicks mean the same.
            (_, Grabbed::Event(_) | Grabbed::Lane(..)) => return drag.moved,
            _ if !drag.moved => return false,
            _ => {}
        }
        let send = self.send.clone();
        let no_click = move || send.emit(Msg::Grab { what: None, at });
        self.dropped = Some(Timeout::new(0, no_click));
        true
    }

    /// What moves a message's arrival to a height of the window.
    fn delaying(&self, sent: EventId, y: i32) -> Option<Doing> {
        let model = self.model.as_ref().ok()?;
        let source = model.session().source();
        let event = source.events().get(sent.index())?;
        let (EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. }) = event.kind
        else {
            return None;
        };
        if sent.index() >= source.reached() {
            return None;
        }
        let top = self.bounds(".stage-run")?.1;
        let until = stage_time(model.axis(), y - top).max(event.at.after(1));
        let touched = Touched::event(model.session(), sent)?;
        let moment = moment_of(model.session(), touched);
        Some(Doing::Act(moment, Do::Delay { message: message.0, until_us: until.0 }))
    }

    /// What cuts the link from one lane to another, or mends it, at the instant `below` which it was drawn.
    fn cutting(&self, from: &str, to: &str, below: Option<i32>) -> Option<Doing> {
        let model = self.model.as_ref().ok()?;
        let session = model.session();
        let place = |name: &str| session.cast().place(name);
        let (one, other) = (place(from)?, place(to)?);
        let nodes = matches!((one, other), (Place::Node(_), Place::Node(_)));
        if !nodes || one == other {
            return None;
        }
        let at = below.map(|below| stage_time(model.axis(), below));
        let moment = Touched::lane(session, one, at).moment;
        let (from, to) = (from.to_owned(), to.to_owned());
        let cut = was_cut(session, one, other, moment);
        let act = if cut { Do::Mend { from, to } } else { Do::Cut { from, to } };
        Some(Doing::Act(moment, act))
    }

    /// How many of the other lanes are left of a place of the window.
    fn place_at(&self, name: &str, x: i32) -> Option<usize> {
        let x = (x - self.bounds(".heads")?.0) * 10;
        let columns = self.seen.sight.as_ref()?.columns();
        Some(columns.iter().filter(|column| column.name != name && column.x < x).count())
    }

    /// Where a part of the stage begins, in pixels of the window.
    fn bounds(&self, selector: &str) -> Option<(i32, i32)> {
        let stage: Element = self.stage.cast()?;
        let bounds = stage.query_selector(selector).ok()??.get_bounding_client_rect();
        Some((bounds.left() as i32, bounds.top() as i32))
    }

    /// The lane that is being moved.
    pub(super) fn lifted(&self) -> Option<Lifted<'_>> {
        let drag = self.drag.as_ref()?;
        match (&drag.what, &drag.does) {
            (Grabbed::Head(name), Some(Doing::Move(to))) => {
                Some(Lifted { name, by: drag.at.0 - drag.from.0, to: *to })
            }
            _ => None,
        }
    }

    /// Who is being carried to another group.
    pub(super) fn carried(&self) -> Option<Carried<'_>> {
        let drag = self.drag.as_ref().filter(|drag| drag.moved)?;
        let Grabbed::Member(name) = &drag.what else { return None };
        let over = match drag.does {
            Some(Doing::Join(group)) => Some(group),
            _ => None,
        };
        Some(Carried { name, by: (drag.at.0 - drag.from.0, drag.at.1 - drag.from.1), over })
    }

    /// What letting go would do, beside the pointer.
    pub(super) fn drag_note(&self) -> Option<El> {
        let drag = self.drag.as_ref()?;
        let Some(Doing::Act(moment, act)) = &drag.does else { return None };
        let text = match act {
            Do::Delay { until_us, .. } => {
                format!("arrives at {}", span(synod::trace::Time(*until_us)))
            }
            act => match moment {
                Moment::At(at) => format!("{act} at {}", span(*at)),
                _ => act.to_string(),
            },
        };
        let style = format!("left:{}px;top:{}px", drag.at.0, drag.at.1);
        Some(of("div", "drag-note").at("role", "status").at("style", style).text(text))
    }
}
