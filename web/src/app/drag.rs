//! Drawing on the diagram with the mouse: a message to another arrival, a link from lane to lane.

use synod::scenario::Do;
use synod::trace::{EventId, EventKind, Place};
use web_sys::Element;

use super::{App, Drag};
use crate::model::{Moment, Touched, moment_of, span};
use crate::ui::{El, of};

/// A shorter way is a click with an unsteady hand, in pixels.
const LEAST: i32 = 8;

impl App {
    pub(super) fn grab(&mut self, event: Option<EventId>, lane: Option<String>, at: (i32, i32)) {
        self.dropped = false;
        let something = event.is_some() || lane.is_some();
        self.drag = something.then_some(Drag { event, lane, from: at, at, does: None });
    }

    /// Says whether there is something new to show.
    pub(super) fn drag_to(&mut self, lane: Option<&str>, at: (i32, i32)) -> bool {
        let Some(drag) = &self.drag else { return false };
        let way = (at.0 - drag.from.0).abs().max((at.1 - drag.from.1).abs());
        if way < LEAST && drag.does.is_none() {
            return false;
        }
        let does = match (drag.event, &drag.lane) {
            (Some(event), _) => self.delaying(event, at.1),
            (None, Some(from)) => lane.and_then(|to| self.cutting(from, to)),
            (None, None) => None,
        };
        if let Some(drag) = &mut self.drag {
            (drag.at, drag.does) = (at, does);
        }
        (self.hover, self.menu) = (None, None);
        true
    }

    /// Lets go; says whether anything was drawn.
    pub(super) fn release(&mut self, lane: Option<&str>, at: (i32, i32)) -> bool {
        self.drag_to(lane, at);
        let Some(drag) = self.drag.take() else { return false };
        let Some((moment, act)) = drag.does else { return false };
        self.dropped = true;
        self.act_at(moment, act);
        true
    }

    /// What moves a message's arrival to a height of the window.
    fn delaying(&self, sent: EventId, y: i32) -> Option<(Moment, Do)> {
        let model = self.model.as_ref().ok()?;
        let scene = &self.seen.sight.as_ref()?.scene;
        let source = model.session().source();
        let event = source.events().get(sent.index())?;
        let (EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. }) = event.kind
        else {
            return None;
        };
        if sent.index() >= source.reached() {
            return None;
        }
        let element: Element = self.stage.cast()?;
        let top = element.query_selector(".stage-scene").ok()??.get_bounding_client_rect().top();
        let below = i64::from(y - top as i32) * 10;
        let until = model.axis().time(scene.top + below).max(event.at.after(1));
        let touched = Touched::event(model.session(), sent)?;
        let moment = moment_of(model.session(), touched);
        Some((moment, Do::Delay { message: message.0, until_us: until.0 }))
    }

    /// What cuts the link from one lane to another, or mends it.
    fn cutting(&self, from: &str, to: &str) -> Option<(Moment, Do)> {
        let session = self.model.as_ref().ok()?.session();
        let place = |name: &str| session.cast().place(name);
        let (one, other) = (place(from)?, place(to)?);
        let nodes = matches!((one, other), (Place::Node(_), Place::Node(_)));
        if !nodes || one == other {
            return None;
        }
        let (from, to) = (from.to_owned(), to.to_owned());
        let act =
            if session.is_cut(one, other) { Do::Mend { from, to } } else { Do::Cut { from, to } };
        Some((Moment::Now, act))
    }

    /// What letting go would do, beside the pointer.
    pub(super) fn drag_note(&self) -> Option<El> {
        let drag = self.drag.as_ref()?;
        let (_, act) = drag.does.as_ref()?;
        let text = match act {
            Do::Delay { until_us, .. } => {
                format!("arrives at {}", span(synod::trace::Time(*until_us)))
            }
            act => act.to_string(),
        };
        let style = format!("left:{}px;top:{}px", drag.at.0, drag.at.1);
        Some(of("div", "drag-note").at("role", "status").at("style", style).text(text))
    }
}
