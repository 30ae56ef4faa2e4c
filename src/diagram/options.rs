//! What a reader asks of a picture.

use crate::trace::{EventId, MessageId, MessageKind, Place, Slot, Source, Time};

use super::TimeScale;
use super::about::{is_about, is_message_about};

/// The part of a run to draw: `from..to` in virtual time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first instant.
    pub from: Time,
    /// The first instant that is not drawn.
    pub to: Time,
}

impl Window {
    /// Everything up to an instant, which is included.
    pub fn until(now: Time) -> Window {
        Window { from: Time::ZERO, to: now.after(1) }
    }
}

/// How exchanges are drawn in which nothing happens but that a node shows it is alive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Routine {
    /// Like any other.
    Show,
    /// As faint lines without labels.
    #[default]
    Faint,
    /// Not at all.
    Hide,
}

/// How many labels there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Roles, epochs, decisions and violations only.
    Few,
    /// Messages too, where there is room.
    #[default]
    Many,
}

/// How a run is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The width of the picture in pixels; it grows if the lanes need more.
    pub width_px: u16,
    /// Time to height; folds are part of it.
    pub scale: TimeScale,
    /// The lanes in the order they are drawn, the others hidden; empty means all,
    /// clients first. Of a hidden lane nothing is drawn: not what happens there, and no message to
    /// or from it, for half an arrow would say that it was lost. Only the fall of an invariant shows
    /// wherever it happens.
    pub lanes: Vec<Place>,
    /// Kinds of message that are not drawn.
    pub hidden: Vec<MessageKind>,
    /// The one slot of the log whose messages and facts are drawn, and no others.
    pub slot: Option<Slot>,
    /// How heartbeats and their like are drawn.
    pub routine: Routine,
    /// Whether firing timers are marked.
    pub timers: bool,
    /// Whether disk writes are marked.
    pub writes: bool,
    /// How many labels there are.
    pub labels: Density,
    /// Whether what is known to come is drawn, faintly.
    pub future: bool,
}

impl Options {
    /// Whether messages like this one are drawn.
    pub(super) fn shows(&self, source: &dyn Source, message: MessageId) -> bool {
        !self.hidden.contains(&source.message_kind(message))
            && self.slot.is_none_or(|slot| is_message_about(source, message, slot))
    }

    /// Whether an event is drawn, or its message, as far as that is a matter of hidden kinds and of the one slot: then
    /// a fact about that, a message that has to do with it, and whatever happens to nodes, links, roles and epochs,
    /// without which no story can be told.
    pub fn shows_event(&self, source: &dyn Source, id: EventId) -> bool {
        match source.events()[id.index()].kind.message() {
            Some(message) => self.shows(source, message),
            None => self.slot.is_none_or(|slot| is_about(source, id, slot)),
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            width_px: 1100,
            scale: TimeScale::pixels_per_ms(6),
            lanes: Vec::new(),
            hidden: Vec::new(),
            slot: None,
            routine: Routine::default(),
            timers: true,
            writes: true,
            labels: Density::default(),
            future: false,
        }
    }
}
