//! Messages as slanted lines.

use crate::trace::{Event, EventId, EventKind, Loss, MessageId, Place};

use super::layout::Plan;
use super::scene::{Arrow, Fate};
use super::{Routine, step};

/// Lines end a little beside the lifeline's middle.
const EDGE: i32 = 45;
/// Where a message lost at sending stops, in hundredths of its way.
const LOST_PART: i64 = 60;
/// How far at most a message is drawn that should have arrived by now, in hundredths.
const LATE_PART: i64 = 92;

/// The whole way of a message, of which the arrow may be a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) x1: i32,
    pub(super) y1: i32,
    pub(super) x2: i32,
    pub(super) y2: i32,
}

/// The arrows of the window in the order their messages were sent, each with its whole way.
pub(super) fn arrows(plan: &Plan) -> (Vec<Arrow>, Vec<Line>) {
    let sent_inside = plan.visible().filter_map(|(_, event)| match event.kind {
        EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => Some(message),
        _ => None,
    });
    let under_way = plan.state.open.iter().copied();
    under_way.chain(sent_inside).filter_map(|message| arrow(plan, message)).unzip()
}

fn arrow(plan: &Plan, message: MessageId) -> Option<(Arrow, Line)> {
    let source = plan.source;
    let flight = source.flight(message);
    let sent = plan.events.get(flight.sent.index())?;
    let ahead = plan.is_ahead(flight.sent);
    let is_known = |ended: &EventId| ended.index() < plan.events.len();
    let ended = flight.ended.filter(|id| is_known(id) && (ahead || !plan.is_ahead(*id)));
    let (from, to) = (plan.column(sent.place)?, plan.column(receiver(plan, message)?)?);
    if !plan.options.shows(source, message) {
        return None;
    }
    // What is under way has not shown yet what it does.
    let known = if ahead { plan.events.len() } else { source.reached().min(plan.events.len()) };
    let routine = plan.options.routine != Routine::Show
        && step::is_routine(source, &plan.events[..known], message);
    let is_folded = |at| plan.options.scale.is_folded(at);
    let end = ended.map_or(sent.at, |id| plan.events[id.index()].at);
    if routine && (plan.options.routine == Routine::Hide || is_folded(sent.at) || is_folded(end)) {
        return None;
    }
    let fate = fate(plan, ended);
    let (line, x2, y2) = ends(plan, sent, ended, flight.ended, (from, to), fate);
    let (step, reply) = step::part(source, message);
    let arrow = Arrow {
        message,
        sent: flight.sent,
        ended,
        from,
        to,
        x1: line.x1,
        y1: line.y1,
        x2,
        y2,
        dir: direction(x2 - line.x1, y2 - line.y1),
        fate,
        step,
        reply,
        copy: matches!(sent.kind, EventKind::Duplicated { .. }),
        routine,
        ahead,
        label: None,
    };
    Some((arrow, line))
}

fn receiver(plan: &Plan, message: MessageId) -> Option<Place> {
    let first = step::original(plan.source, message);
    match plan.events.get(plan.source.flight(first).sent.index())?.kind {
        EventKind::Sent { to, .. } => Some(to),
        _ => None,
    }
}

fn fate(plan: &Plan, ended: Option<EventId>) -> Fate {
    let Some(ended) = ended else { return Fate::InFlight };
    match plan.events[ended.index()].kind {
        EventKind::Lost { why, .. } => Fate::Lost(why),
        _ => step::refusal(plan.events, ended).map_or(Fate::Delivered, Fate::Ignored),
    }
}

/// The whole way, and the point at which the arrow ends.
fn ends(
    plan: &Plan,
    sent: &Event,
    ended: Option<EventId>,
    will_end: Option<EventId>,
    (from, to): (u16, u16),
    fate: Fate,
) -> (Line, i32, i32) {
    let (lane1, lane2) = (plan.x(from), plan.x(to));
    let side = (lane2 - lane1).signum();
    let (x1, x2) = if side == 0 {
        (lane1 + EDGE, lane1 + EDGE)
    } else {
        (lane1 + side * EDGE, lane2 - side * EDGE)
    };
    let y1 = plan.y(sent.at);
    let now = plan.source.now();
    let end_at = |id: EventId| plan.source.events().get(id.index()).map(|event| event.at);
    let usual = sent.at.after(plan.typical_us);
    let along = |line: Line, hundredths: i64| {
        let part = |a: i32, b: i32| a + (i64::from(b - a) * hundredths / 100) as i32;
        (part(line.x1, line.x2), part(line.y1, line.y2))
    };
    match fate {
        Fate::Delivered | Fate::Ignored(_) => {
            let y2 = plan.y(ended.and_then(end_at).unwrap_or(sent.at));
            (Line { x1, y1, x2, y2 }, x2, y2)
        }
        Fate::Lost(why) => {
            let at = ended.and_then(end_at).unwrap_or(sent.at);
            let line = Line { x1, y1, x2, y2: plan.y(usual) };
            if at == sent.at {
                let passed = now.max(at).since(at);
                let (x, y) = along(line, LOST_PART.min(progress(passed, plan.typical_us)));
                return (line, x, y);
            }
            let line = Line { y2: plan.y(at), ..line };
            // It died before the receiver's door, or somewhere on its way.
            let way = if why == Loss::Dropped {
                progress(at.since(sent.at), plan.typical_us)
            } else {
                95
            };
            let (x, _) = along(line, way);
            (line, x, line.y2)
        }
        Fate::InFlight => {
            let arrives =
                will_end.and_then(end_at).filter(|at| *at > now).unwrap_or(usual).max(now);
            let line = Line { x1, y1, x2, y2: plan.y(arrives) };
            let (x, _) = along(line, progress(now.since(sent.at), arrives.since(sent.at)));
            (line, x, plan.y(now).max(y1))
        }
    }
}

/// How much of its way a message has made, in hundredths, if it takes `whole_us`.
fn progress(passed_us: u64, whole_us: u64) -> i64 {
    let hundredths = passed_us.saturating_mul(100) / whole_us.max(1);
    i64::try_from(hundredths).unwrap_or(LATE_PART).min(LATE_PART)
}

/// The direction of a vector, in thousandths; to the right for the null vector.
pub(super) fn direction(dx: i32, dy: i32) -> (i32, i32) {
    let (dx, dy) = (i64::from(dx), i64::from(dy));
    let length = (dx * dx + dy * dy).isqrt();
    if length == 0 {
        return (1000, 0);
    }
    ((dx * 1000 / length) as i32, (dy * 1000 / length) as i32)
}
