//! What is done to a run, in words that need no number.

use crate::scenario::Do;
use crate::trace::{EventKind, MessageId};

use super::Session;

impl Session {
    /// A command in words: a message is named by what it says and where it goes, where it has been sent.
    pub fn describe(&self, act: &Do) -> String {
        let (verb, message) = match act {
            Do::Drop(message) => ("drop", message),
            Do::Deliver(message) => ("deliver", message),
            Do::Duplicate(message) => ("duplicate", message),
            Do::Delay { message, .. } => ("delay", message),
            _ => return act.to_string(),
        };
        // Messages are numbered as they are sent, so the last one tells how many there are.
        let sent = self.source().events().iter().rev().find_map(|event| match event.kind {
            EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => {
                Some(message)
            }
            _ => None,
        });
        if sent.is_none_or(|last| *message > last.0) {
            return act.to_string();
        }
        let view = self.source().message(MessageId(*message));
        let name = |place| self.cast().name(place);
        format!("{verb} {} from {} to {}", view.label, name(view.from), name(view.to))
    }
}
