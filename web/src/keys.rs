//! The one table of keys: what is handled is what the help says.

use crate::app::{Dialog, Msg};

/// A key, what it does, and how the help says so.
#[derive(Clone, Copy)]
pub struct Key {
    /// The keys as the browser names them, with `Shift+` in front where that is held.
    pub keys: &'static [&'static str],
    /// The same, as people read it.
    pub shown: &'static str,
    /// What it does.
    pub does: &'static str,
    /// What is sent.
    pub message: fn() -> Msg,
}

/// Every key.
pub const KEYS: &[Key] = &[
    Key { keys: &[" ", "k"], shown: "Space", does: "Play or pause", message: || Msg::Toggle },
    Key { keys: &["ArrowRight"], shown: "→", does: "One step forward", message: || Msg::Step(1) },
    Key { keys: &["ArrowLeft"], shown: "←", does: "One step back", message: || Msg::Step(-1) },
    Key {
        keys: &["Shift+ArrowRight"],
        shown: "⇧ →",
        does: "Ten steps forward",
        message: || Msg::Step(10),
    },
    Key {
        keys: &["Shift+ArrowLeft"],
        shown: "⇧ ←",
        does: "Ten steps back",
        message: || Msg::Step(-10),
    },
    Key {
        keys: &["]"],
        shown: "]",
        does: "To the next election, decision or fault on the timeline",
        message: || Msg::Mark { back: false },
    },
    Key {
        keys: &["["],
        shown: "[",
        does: "To the one before",
        message: || Msg::Mark { back: true },
    },
    Key {
        keys: &["r"],
        shown: "R",
        does: "Play again from the beginning",
        message: || Msg::Restart,
    },
    Key { keys: &["."], shown: ".", does: "Faster", message: || Msg::Faster(1) },
    Key { keys: &[","], shown: ",", does: "Slower", message: || Msg::Faster(-1) },
    Key {
        keys: &["+", "Shift++", "="],
        shown: "+",
        does: "Stretch time on the diagram",
        message: || Msg::Zoom(1),
    },
    Key {
        keys: &["-"],
        shown: "−",
        does: "Compress time on the diagram",
        message: || Msg::Zoom(-1),
    },
    Key {
        keys: &["n"],
        shown: "N",
        does: "Select the next message",
        message: || Msg::PickNext { back: false },
    },
    Key {
        keys: &["p"],
        shown: "P",
        does: "Select the message before",
        message: || Msg::PickNext { back: true },
    },
    Key {
        keys: &["Enter"],
        shown: "Enter",
        does: "Go to what is selected",
        message: || Msg::GoToPicked,
    },
    Key { keys: &["End"], shown: "End", does: "Back to now", message: || Msg::Follow },
    Key { keys: &["Escape"], shown: "Esc", does: "Select nothing", message: || Msg::Pick(None) },
    Key {
        keys: &["g"],
        shown: "G",
        does: "Open the gallery",
        message: || Msg::Open(Some(Dialog::Gallery)),
    },
    Key { keys: &["c"], shown: "C", does: "Copy the link to this moment", message: || Msg::Copy },
    Key {
        keys: &["?", "Shift+?"],
        shown: "?",
        does: "Show these keys",
        message: || Msg::Open(Some(Dialog::Keys)),
    },
];

/// What a key sends. `on_control` says that a button, link or slider has the focus, which uses
/// some of the keys itself.
pub fn message(name: &str, on_control: bool) -> Option<Msg> {
    if on_control && matches!(name, " " | "Enter" | "End") {
        return None;
    }
    let key = KEYS.iter().find(|key| key.keys.contains(&name))?;
    Some((key.message)())
}

#[cfg(test)]
mod tests {
    use super::KEYS;

    #[test]
    fn no_key_means_two_things() {
        let mut names: Vec<&str> = KEYS.iter().flat_map(|key| key.keys).copied().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_button_keeps_its_own_keys() {
        assert!(super::message(" ", true).is_none());
        assert!(super::message(" ", false).is_some());
        assert!(super::message("ArrowLeft", true).is_some());
        assert!(super::message("q", false).is_none());
    }
}
