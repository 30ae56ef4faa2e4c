//! What happened on the lanes, one mark a lane and instant.

use crate::list::sort_by_key;
use crate::trace::{Event, EventId, EventKind, Fact, NodeState, Place, Source, Time, Tone};

use super::layout::{GUTTER, Plan};
use super::lifelines::{shown_epoch, tone};
use super::scene::{Mark, MarkKind, hue};
use super::{Routine, step, words};

/// Marks of the world stand here, left of the axis.
const AXIS: i32 = GUTTER - 70;

/// What the labels of a mark would say, where there is room.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    /// The new role or epoch.
    pub(super) chip: String,
    /// What happened.
    pub(super) words: String,
    /// The lane from which the message came that made it happen.
    pub(super) from: Option<u16>,
}

/// The marks of the window, in order of time, each with its texts.
pub(super) fn marks(plan: &Plan) -> (Vec<Mark>, Vec<Texts>) {
    let mut steps: Vec<Gather> =
        plan.columns.iter().map(|column| Gather::new(plan, column.place)).collect();
    let mut marks: Vec<(Mark, Texts)> = Vec::new();
    for (id, event) in plan.visible() {
        match plan.column(plan.place_of(event)) {
            Some(column) => {
                let gather = &mut steps[usize::from(column)];
                if gather.at != event.at {
                    marks.extend(gather.finish(plan, column));
                    gather.at = event.at;
                }
                gather.take(plan, id, event);
            }
            None => marks.extend(world_mark(plan, id, event)),
        }
    }
    for (i, gather) in steps.iter_mut().enumerate() {
        marks.extend(gather.finish(plan, i as u16));
    }
    // What belongs to no column comes first.
    sort_by_key(&mut marks, |(mark, _)| {
        [mark.event.0.into(), mark.column.map_or(0, |column| u64::from(column) + 1)]
    });
    marks.into_iter().unzip()
}

fn world_mark(plan: &Plan, id: EventId, event: &Event) -> Option<(Mark, Texts)> {
    if event.place != Place::World && !matches!(event.kind, EventKind::Violated { .. }) {
        return None;
    }
    let (kind, words) = notable(plan, id, event)?;
    let mark = Mark {
        column: None,
        x: AXIS,
        y: plan.y(event.at),
        kind,
        event: id,
        hue: 0,
        tone: Tone::Rest,
        ahead: plan.is_ahead(id),
        chip: None,
        label: None,
    };
    Some((mark, Texts { words, ..Texts::default() }))
}

/// Gathers what happens at one lane at one instant.
struct Gather {
    at: Time,
    before: NodeState,
    node: NodeState,
    from: Option<u16>,
    /// The most notable event, and what it says.
    best: Option<(MarkKind, EventId, String)>,
    /// The event that changed the role or the epoch.
    changed: Option<EventId>,
    /// Whether the node booted.
    booted: bool,
}

impl Gather {
    fn new(plan: &Plan, place: Place) -> Gather {
        let node = place.node().map(|node| plan.state.node(node)).unwrap_or_default();
        Gather {
            at: Time::ZERO,
            before: node,
            node,
            from: None,
            best: None,
            changed: None,
            booted: false,
        }
    }

    fn take(&mut self, plan: &Plan, id: EventId, event: &Event) {
        let before = self.node;
        self.node.apply(&event.kind);
        if (before.role, before.epoch) != (self.node.role, self.node.epoch) {
            self.changed = Some(id);
        }
        match event.kind {
            EventKind::Delivered { from, .. } => self.from = plan.column(from).or(self.from),
            EventKind::Started | EventKind::Restarted => self.booted = true,
            EventKind::TimerFired { .. } if !is_marked_timer(plan, id) => return,
            _ => {}
        }
        if let Some((kind, words)) = notable(plan, id, event)
            && self.best.as_ref().is_none_or(|(best, ..)| kind >= *best)
        {
            self.best = Some((kind, id, words));
        }
    }

    fn finish(&mut self, plan: &Plan, column: u16) -> Option<(Mark, Texts)> {
        let (best, changed) = (self.best.take(), self.changed.take());
        let (from, booted) = (self.from.take(), std::mem::take(&mut self.booted));
        let before = std::mem::replace(&mut self.before, self.node);
        let took_role = before.role != self.node.role && !booted;
        let new_epoch = before.epoch != self.node.epoch;
        let change = match (took_role, new_epoch) {
            (true, _) => Some(MarkKind::Role),
            (false, true) => Some(MarkKind::Epoch),
            (false, false) => None,
        };
        let (kind, event, words) = match (best, change.zip(changed)) {
            (Some(best), Some((kind, id))) if best.0 < kind => (kind, id, best.2),
            (Some(best), _) => best,
            (None, Some((kind, id))) => (kind, id, String::new()),
            (None, None) => return None,
        };
        // A chip that says only the epoch looks alike on every lane.
        let (epoch, tone) = if took_role || !new_epoch {
            (shown_epoch(plan, self.node), tone(plan, self.node.role))
        } else {
            (self.node.epoch, Tone::Rest)
        };
        let mark = Mark {
            column: Some(column),
            x: plan.x(column),
            y: plan.y(self.at),
            kind,
            event,
            hue: hue(epoch),
            tone,
            ahead: plan.is_ahead(event),
            chip: None,
            label: None,
        };
        let chip = chip_text(plan, self.node, took_role, new_epoch);
        Some((mark, Texts { chip, words, from }))
    }
}

/// `Leader · term 2`, `term 2`, or nothing.
fn chip_text(plan: &Plan, node: NodeState, took_role: bool, new_epoch: bool) -> String {
    let role = plan.source.info().roles.get(usize::from(node.role)).map_or("", |role| role.name);
    let epoch = if took_role { shown_epoch(plan, node) } else { node.epoch };
    let epoch = words::epoch_text(plan.source, epoch);
    let is_prominent = matches!(tone(plan, node.role), Tone::Lead | Tone::Contend);
    match (took_role, new_epoch) {
        (true, _) if is_prominent => format!("{role} · {epoch}"),
        (true, true) => format!("{role} · {epoch}"),
        (true, false) => role.to_owned(),
        (false, true) => epoch,
        (false, false) => String::new(),
    }
}

/// Whether a timer that fired is worth a mark: not the beat of a heartbeat.
fn is_marked_timer(plan: &Plan, id: EventId) -> bool {
    plan.options.timers
        && (plan.options.routine == Routine::Show
            || step::effects(plan.events, id).any(|event| matches!(event.kind, EventKind::Fact(_))))
}

/// The mark an event makes, and its words.
fn notable(plan: &Plan, id: EventId, event: &Event) -> Option<(MarkKind, String)> {
    let (source, info) = (plan.source, plan.source.info());
    if !plan.options.shows_event(source, id) {
        return None;
    }
    let value = |value| source.value(value);
    let marked = match event.kind {
        EventKind::TimerFired { timer } => {
            (MarkKind::Timer, format!("{} timer", words::word(info.timers, timer.kind)))
        }
        EventKind::Persisted { .. } if plan.options.writes => (MarkKind::Written, String::new()),
        // The request and the reply say what it is about.
        EventKind::Invoked { .. } => (MarkKind::Invoked, String::new()),
        EventKind::Returned { .. } => (MarkKind::Returned, String::new()),
        EventKind::TimedOut { value: v } => (MarkKind::TimedOut, format!("{} times out", value(v))),
        EventKind::Crashed => (MarkKind::Crashed, "crash".to_owned()),
        EventKind::Restarted => (MarkKind::Restarted, "restart".to_owned()),
        EventKind::Paused => (MarkKind::Paused, "pause".to_owned()),
        EventKind::Resumed => (MarkKind::Resumed, "resume".to_owned()),
        EventKind::DiskLost => (MarkKind::DiskLost, "disk lost".to_owned()),
        EventKind::Command { index } => {
            // What a command does to one lane is said there.
            let is_local = |effect: &Event| effect.place != Place::World;
            let is_said = step::effects(plan.events, id).any(is_local);
            (MarkKind::Command, if is_said { String::new() } else { source.command(index) })
        }
        EventKind::Violated { invariant } => {
            (MarkKind::Violated, words::invariant_name(source, invariant).to_owned())
        }
        EventKind::Halted { .. } => (MarkKind::Halted, "end of the run".to_owned()),
        EventKind::Fact(fact) => return notable_fact(source, &fact),
        _ => return None,
    };
    Some(marked)
}

fn notable_fact(source: &dyn Source, fact: &Fact) -> Option<(MarkKind, String)> {
    let info = source.info();
    let at = |slot| if info.slot.is_empty() { String::new() } else { format!(" {slot}") };
    let marked = match *fact {
        Fact::QuorumReached { of, members, .. } => {
            let name = words::word(info.quorums, of);
            (MarkKind::Quorum, format!("{name} quorum: {}", words::members_text(source, members)))
        }
        Fact::Chosen { slot, value, .. } => {
            (MarkKind::Decided, format!("learned{} {}", at(slot), source.value(value)))
        }
        Fact::Committed { upto, .. } => (MarkKind::Decided, format!("committed{}", at(upto))),
        Fact::Truncated { from } => (MarkKind::Truncated, format!("truncated from{}", at(from))),
        Fact::Ignored { why } => (MarkKind::Ignored, words::word(info.refusals, why).to_owned()),
        Fact::Note { what, .. } => (MarkKind::Note, words::word(info.notes, what).to_owned()),
        _ => return None,
    };
    Some(marked)
}
