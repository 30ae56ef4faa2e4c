//! The one table of what can be done to the page, and by which keys.
//!
//! An act is a word and what it is about: `step -1`, `pick 17`. Buttons carry acts as `data-act`, fields
//! as `data-set`, keys by [`KEYS`]; all become a [`Msg`] here. The help and the words that explain a button
//! are read from the same table.

use synod::scenario::{Do, Faults, Preset};
use synod::trace::{EventId, MessageKind, NodeId, Time};

use crate::app::{Dialog, Msg, Tab};
use crate::later::later;
use crate::model::Speed;

/// An act that has a key or wants an explanation.
#[derive(Clone, Copy)]
pub struct Known {
    /// The act.
    pub act: &'static str,
    /// The keys as the browser names them, with `Shift+` or `Ctrl+` in front where that is held.
    pub keys: &'static [&'static str],
    /// The same, as people read it.
    pub shown: &'static str,
    /// What it does.
    pub does: &'static str,
}

const fn known(
    act: &'static str,
    keys: &'static [&'static str],
    shown: &'static str,
    does: &'static str,
) -> Known {
    Known { act, keys, shown, does }
}

/// Every key, in the order of the help.
pub const KEYS: &[Known] = &[
    known("toggle", &[" ", "k"], "Space", "Play or pause"),
    known("step 1", &["ArrowRight"], "→", "One step forward"),
    known("step -1", &["ArrowLeft"], "←", "One step back"),
    known("step 10", &["Shift+ArrowRight"], "⇧ →", "Ten steps forward"),
    known("step -10", &["Shift+ArrowLeft"], "⇧ ←", "Ten steps back"),
    known("mark 1", &["]"], "]", "To the next election, decision or fault"),
    known("mark -1", &["["], "[", "To the one before"),
    known("restart", &["r"], "R", "Play again from the beginning"),
    known("faster 1", &["."], ".", "Faster"),
    known("faster -1", &[","], ",", "Slower"),
    known("zoom 1", &["+", "Shift++", "="], "+", "Stretch time on the diagram"),
    known("zoom -1", &["-"], "−", "Compress time on the diagram"),
    known("next 1", &["n"], "N", "Select the next message"),
    known("next -1", &["p"], "P", "Select the message before"),
    known("walk 1", &["ArrowDown"], "↓", "Select the next event, in the diagram"),
    known("walk -1", &["ArrowUp"], "↑", "Select the event before, in the diagram"),
    known("touch", &["Enter"], "Enter", "What can be done to what is selected"),
    known("go", &["Shift+Enter"], "⇧ Enter", "Go to what is selected"),
    known("undo", &["Ctrl+z", "u"], "Ctrl Z", "Take back what you did"),
    known("redo", &["Ctrl+Shift+z", "Ctrl+y", "Shift+u"], "Ctrl ⇧ Z", "Do it again"),
    known("deliver 1", &["1"], "1 – 9", "Deliver a message that is held"),
    known("follow", &["End"], "End", "Back to now"),
    known("pick", &["Escape"], "Esc", "Select nothing"),
    known("open partition", &["x"], "X", "Partition the network, or heal it"),
    known("lane -1", &["Alt+ArrowLeft"], "Alt ←", "On a lane's head: move the lane to the left"),
    known("lane 1", &["Alt+ArrowRight"], "Alt →", "On a lane's head: move it to the right"),
    known("hide-lane", &["Delete"], "Del", "On a lane's head: hide the lane"),
    known("open gallery", &["g"], "G", "Open the gallery"),
    known("open legend", &["l"], "L", "What lines, colours and marks mean"),
    known("view", &["v"], "V", "Sequence, cluster, or both"),
    known("theme", &["t"], "T", "Light, dark, or as the system has it"),
    known("open share", &["s"], "S", "Share this moment, or save the run as a file"),
    known("copy", &["c"], "C", "Copy the link to this moment"),
    known("open keys", &["?", "Shift+?"], "?", "Show these keys"),
];

/// Acts without a key whose buttons want an explanation.
const WORDS: &[(&str, &str)] = &[
    ("seed", "The same scenario with other luck"),
    ("outside", "Open this run, at this moment, in Synod"),
    ("switch", "With or without this: the run is replayed"),
    ("hidden", "Lanes that are not drawn: show them again"),
];

/// What explains a button: what its act does, and by which key.
pub fn title(act: &str) -> Option<String> {
    if let Some(known) = KEYS.iter().find(|known| known.act == act) {
        return Some(format!("{} ({})", known.does, known.shown));
    }
    WORDS.iter().find(|(word, _)| *word == act).map(|(_, does)| (*does).to_owned())
}

/// What has the focus, as far as it matters to keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// Nothing that has a use for keys.
    Page,
    /// The diagram, which is walked with the arrow keys.
    Diagram,
    /// A button, link or slider, which uses some of the keys itself.
    Control,
    /// The head of a lane: a button with keys of its own.
    Head,
}

/// What a key does.
pub fn of_key(name: &str, focus: Focus) -> Option<Msg> {
    let is_button = matches!(focus, Focus::Control | Focus::Head);
    if is_button && matches!(name, " " | "Enter" | "End") {
        return None;
    }
    if focus != Focus::Head && (name == "Delete" || name.starts_with("Alt+")) {
        return None;
    }
    if focus != Focus::Diagram && matches!(name, "ArrowUp" | "ArrowDown") {
        return None;
    }
    // A number delivers the message that waits under it.
    if matches!(name.as_bytes(), [b'1'..=b'9']) {
        return message(&format!("deliver {name}"), "");
    }
    let known = KEYS.iter().find(|known| known.keys.contains(&name))?;
    message(known.act, "")
}

/// What an act means; `value` is what a field holds.
pub fn message(act: &str, value: &str) -> Option<Msg> {
    let (word, about) = act.split_once(' ').unwrap_or((act, ""));
    let number = about.parse::<i32>().ok();
    let event = about.parse().ok().map(EventId);
    Some(match word {
        "toggle" => Msg::Toggle,
        "restart" => Msg::Restart,
        "step" => Msg::Step(number?),
        "mark" => Msg::Mark { back: number? < 0 },
        "seek" => {
            // A slider counts in parts of the timeline, whose end the act names.
            // Whole numbers: what reads fractions costs 12 KB more to download.
            let part: u64 = value.parse().ok()?;
            let extent: u64 = about.parse().ok()?;
            Msg::Seek(Time(part.saturating_mul(extent) / u64::from(TIMELINE_PARTS)))
        }
        "event" => Msg::SeekEvent(event?),
        "on" => Msg::GoOn,
        "faster" => Msg::Faster(number? as i8),
        "speed" => Msg::Speed(value.parse().ok().and_then(Speed::of_slowdown)?),
        "zoom" => Msg::Zoom { by: number? as i8, down: None },
        "do" => Msg::Act(later(|| Do::from_json(about)).ok()?),
        "menu" => {
            let mut acts = Vec::new();
            for act in about.split('\n') {
                acts.push(later(|| Do::from_json(act)).ok()?);
            }
            Msg::ActFromMenu(acts)
        }
        "beset" => Msg::Beset(Faults::named(value)?),
        "choose" => Msg::Act(later(|| Do::from_json(value)).ok()?),
        "operation" => Msg::Operation(value.to_owned()),
        "set" => Msg::Set(about.to_owned(), value.to_owned()),
        "network-now" => {
            let named = || Preset::all().into_iter().find(|preset| preset.id == value);
            Msg::Act(Do::Network(later(named)?.network))
        }
        "find" => Msg::Find(if about.is_empty() { value } else { about }.to_owned()),
        "protocol" => Msg::Visit(format!("?protocol={value}")),
        "search" => Msg::Search(value.to_owned()),
        "slot" => Msg::Slot(about.to_owned(), value.trim().to_owned()),
        "earlier" => Msg::Earlier(event),
        "show" => Msg::Show(event?),
        "hide-kind" => Msg::HideKind(MessageKind::Protocol(about.parse().ok()?)),
        "hide-lane" => Msg::HideLane(about.to_owned()),
        "lane" => {
            // Without a name it is the one whose head has the focus.
            let (by, name) = about.split_once(' ').unwrap_or((about, ""));
            Msg::ShiftLane(name.to_owned(), by.parse().ok()?)
        }
        "usual-lanes" => Msg::UsualLanes,
        "hidden" => Msg::TouchHidden,
        "draw" => Msg::Draw(about.to_owned()),
        "member" => Msg::Regroup { name: about.to_owned(), back: None },
        "split" => Msg::Split,
        "deliver" => Msg::Deliver(about.parse().ok()?),
        "view" => Msg::NextLook,
        "inspect" => Msg::Inspect(about.parse().ok().map(NodeId)),
        "theme" => Msg::Theme,
        "switch" => Msg::Switch(about.parse().ok()?),
        "undo" => Msg::Undo { again: false },
        "redo" => Msg::Undo { again: true },
        "return" => Msg::Return(about.parse().ok()?),
        "dismiss" => Msg::Dismiss,
        "outside" => Msg::OpenOutside,
        "follow" => Msg::Follow,
        "pick" => Msg::Pick(event),
        "next" => Msg::PickNext { back: number? < 0 },
        "walk" => Msg::Walk { back: number? < 0 },
        "touch" => Msg::TouchPicked,
        "go" => Msg::GoToPicked,
        "open" => Msg::Open(Some(Dialog::of(about)?)),
        "close" => Msg::Open(None),
        "tab" => Msg::Tab(Tab::of(about)?),
        "visit" => Msg::Visit(about.to_owned()),
        "seed" => Msg::NewSeed,
        "copy" => Msg::Copy,
        "take" => Msg::Take(about.parse().ok()?),
        "save" => Msg::Save(about.to_owned()),
        _ => return None,
    })
}

/// The act that does something to the run.
pub fn doing(act: &Do) -> String {
    format!("do {}", act.to_json())
}

/// The timeline's slider counts in so many parts: its numbers are doubles, but people see pixels.
pub const TIMELINE_PARTS: u32 = 10_000;

#[cfg(test)]
mod tests {
    use super::{Focus, KEYS, message, of_key, title};

    #[test]
    fn no_key_means_two_things() {
        let mut names: Vec<&str> = KEYS.iter().flat_map(|known| known.keys).copied().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn every_key_does_something() {
        for known in KEYS {
            assert!(message(known.act, "").is_some(), "{}", known.act);
            assert!(title(known.act).is_some_and(|title| title.contains(known.shown)));
        }
    }

    #[test]
    fn a_button_keeps_its_own_keys() {
        assert!(of_key(" ", Focus::Control).is_none());
        assert!(of_key(" ", Focus::Page).is_some());
        assert!(of_key("ArrowLeft", Focus::Control).is_some());
        assert!(of_key("ArrowUp", Focus::Page).is_none());
        assert!(of_key("ArrowUp", Focus::Diagram).is_some());
        assert!(of_key("q", Focus::Page).is_none());
        for own in ["Alt+ArrowLeft", "Delete"] {
            assert!(of_key(own, Focus::Head).is_some());
            assert!(of_key(own, Focus::Control).is_none(), "the browser has a use for {own}");
        }
        assert!(of_key("Enter", Focus::Head).is_none());
    }

    #[test]
    fn what_is_no_act_does_nothing() {
        for act in [
            "",
            "fly",
            "step",
            "step far",
            "pick-axe",
            "do {\"crash\":",
            "open door",
            "event",
            "menu",
        ] {
            assert!(message(act, "").is_none(), "{act:?}");
        }
    }
}
