//! Lifelines, piece by piece.

use crate::list::sort_by_key;
use crate::trace::{Epoch, EventKind, NodeState, Place, Status, Tone};

use super::layout::Plan;
use super::scene::{Look, Segment, hue};

/// The lifelines of the window: what has happened, then what lies ahead.
pub(super) fn segments(plan: &Plan) -> Vec<Segment> {
    let now = plan.source.now();
    let present = plan.y(now.clamp(plan.window.from, plan.window.to));
    let mut segments = Vec::new();
    let mut pens: Vec<Pen> = (0..plan.columns.len()).map(|i| Pen::new(plan, i as u16)).collect();
    for (id, event) in plan.visible() {
        if plan.is_ahead(id) {
            break;
        }
        if let Some(column) = plan.column(event.place) {
            let pen = &mut pens[usize::from(column)];
            let before = pen.segment(plan);
            pen.apply(&event.kind);
            if pen.segment(plan) != before {
                pen.draw(plan, before, plan.y(event.at), &mut segments);
            }
        }
    }
    for mut pen in pens {
        let last = pen.segment(plan);
        pen.draw(plan, last, present, &mut segments);
        pen.draw(plan, ahead(last), plan.height, &mut segments);
    }
    // Lane by lane, so that their order does not depend on where the window ends.
    sort_by_key(&mut segments, |piece| [piece.column.into(), piece.y1.unsigned_abs().into()]);
    segments
}

/// A lifeline that says nothing about who will be what.
fn ahead(Segment { column, x, y1, y2, .. }: Segment) -> Segment {
    let (look, tone, role, hue) = (Look::Ahead, Tone::Rest, 0, 0);
    Segment { column, x, y1, y2, look, role, tone, epoch: Epoch::default(), hue }
}

/// Draws one lifeline downwards.
struct Pen {
    column: u16,
    place: Place,
    node: NodeState,
    waiting: u16,
    y: i32,
}

impl Pen {
    fn new(plan: &Plan, column: u16) -> Pen {
        let place = plan.columns[usize::from(column)].place;
        let node = place.node().map(|node| plan.state.node(node)).unwrap_or_default();
        let waiting = place.client().map_or(0, |client| plan.state.waiting(client));
        Pen { column, place, node, waiting, y: 0 }
    }

    fn apply(&mut self, kind: &EventKind) {
        self.node.apply(kind);
        match kind {
            EventKind::Invoked { .. } => self.waiting = self.waiting.saturating_add(1),
            EventKind::Returned { .. } => self.waiting = self.waiting.saturating_sub(1),
            _ => {}
        }
    }

    /// The piece it would draw now, without its ends.
    fn segment(&self, plan: &Plan) -> Segment {
        let look = match (self.place, self.node.status) {
            (Place::Client(_), _) if self.waiting > 0 => Look::Busy,
            (Place::Client(_) | Place::World, _) => Look::Idle,
            (Place::Node(_), Status::Up) => Look::Up,
            (Place::Node(_), Status::Paused) => Look::Paused,
            (Place::Node(_), Status::Down) => Look::Down,
            (Place::Node(_), Status::Absent) => Look::Absent,
        };
        let epoch = shown_epoch(plan, self.node);
        Segment {
            column: self.column,
            x: plan.x(self.column),
            y1: 0,
            y2: 0,
            look,
            role: self.node.role,
            tone: tone(plan, self.node.role),
            epoch,
            hue: hue(epoch),
        }
    }

    fn draw(&mut self, plan: &Plan, segment: Segment, y: i32, segments: &mut Vec<Segment>) {
        let y = y.min(plan.height);
        if y > self.y {
            segments.push(Segment { y1: self.y, y2: y, ..segment });
            self.y = y;
        }
    }
}

/// How prominent a role is.
pub(super) fn tone(plan: &Plan, role: u8) -> Tone {
    plan.source.info().roles.get(usize::from(role)).map_or(Tone::Rest, |role| role.tone)
}

/// The epoch a node shows: who is or wants to be in charge is so in an epoch of its own.
pub(super) fn shown_epoch(plan: &Plan, node: NodeState) -> Epoch {
    match tone(plan, node.role) {
        Tone::Lead | Tone::Contend => node.role_epoch,
        Tone::Rest | Tone::Aside => node.epoch,
    }
}
