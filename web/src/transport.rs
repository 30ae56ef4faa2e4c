//! Play, pause, step, speed, and the timeline to scrub.

use synod::trace::Time;

use crate::acts::TIMELINE_PARTS;
use crate::model::{Mark, MarkKind, Speed, span};
use crate::ui::{El, button, el, icon, icon_button, of, plain, said};

/// How tall the marks on the timeline are together, in pixels; the styles say the same.
const LINES_HEIGHT: u8 = 28;

/// How far along a timeline an instant is, of so many parts.
fn part(at: Time, extent: Time) -> u64 {
    at.0.saturating_mul(TIMELINE_PARTS.into()) / extent.0.max(1)
}

/// The same in percent.
fn percent(at: Time, extent: Time) -> String {
    let parts = part(at, extent);
    format!("{}.{:02}%", parts / 100, parts % 100)
}

/// What the transport shows.
pub(crate) struct Transport {
    pub(crate) playing: bool,
    pub(crate) speed: Speed,
    pub(crate) now: Time,
    /// The end of what is recorded.
    pub(crate) recorded: Time,
    /// The end of the timeline.
    pub(crate) extent: Time,
    /// Steps taken.
    pub(crate) steps: u32,
    pub(crate) marks: Vec<Mark>,
    /// Of which kinds there are marks, and how many.
    pub(crate) kinds: Vec<(MarkKind, usize)>,
}

impl Transport {
    pub(crate) fn view(&self) -> El {
        let (picture, label) = if self.playing { (PAUSE, "Pause") } else { (PLAY, "Play") };
        let play = button("button primary play", "toggle")
            .at("aria-label", label)
            .add(icon(picture))
            .add(plain("span", label));
        let buttons = of("div", "buttons")
            .add(icon_button("Play again from the beginning (R)", RESTART, "restart"))
            .add(icon_button("Step back (←)", BACK, "step -1").flag("disabled", self.steps <= 1))
            .add(play)
            .add(icon_button("Step forward (→)", FORWARD, "step 1"))
            .add(icon_button("To the next election, decision or fault (])", NEXT, "mark 1"));
        let readout = of("div", "readout")
            .add(said("output", "now-text", span(self.now)).at("title", "Virtual time"))
            .add(said("span", "steps", format!("step {}", self.steps)));
        of("div", "transport")
            .at("role", "group")
            .at("aria-label", "Playback")
            .add(buttons)
            .add(self.timeline())
            .add(readout)
            .add(self.speeds())
    }

    fn timeline(&self) -> El {
        let extent = self.extent;
        let bar = |class: &'static str, at: Time| {
            of("div", class).at("style", format!("width:{}", percent(at, extent)))
        };
        let track = of("div", "track")
            .add(bar("recorded", self.recorded))
            .add(bar("past", self.now))
            .add(self.lines());
        let slider = el("input")
            .at("type", "range")
            .at("min", "0")
            .at("max", TIMELINE_PARTS.to_string())
            .at("aria-label", "Timeline")
            .at("aria-valuetext", span(self.now))
            .at("aria-describedby", "mark-legend")
            .set(format!("seek {}", extent.0))
            .value(part(self.now, extent).to_string());
        of("div", "timeline").add(track).add(slider).add(self.legend())
    }

    /// The marks, those of a kind in one go: there may be hundreds.
    fn lines(&self) -> El {
        let line = |(kind, _): &(MarkKind, usize)| {
            let (from, to) = reach(*kind);
            let marks = self.marks.iter().filter(|mark| mark.kind == *kind);
            let d = marks.map(|mark| format!("M{} {from}V{to}", part(mark.at, self.extent)));
            of("path", kind.class()).at("d", d.collect::<String>())
        };
        of("svg", "lines")
            .at("viewBox", format!("0 0 {TIMELINE_PARTS} {LINES_HEIGHT}"))
            .at("preserveAspectRatio", "none")
            .at("aria-hidden", "true")
            .all(self.kinds.iter().map(line))
    }

    /// What the marks mean, and how many there are.
    fn legend(&self) -> El {
        let row = |(kind, count): &(MarkKind, usize)| {
            let (one, several) = kind.words();
            let text = format!("{count} {}", if *count == 1 { one } else { several });
            el("li").add(of("i", kind.class())).text(text)
        };
        of("ul", "mark-legend").at("id", "mark-legend").all(self.kinds.iter().map(row))
    }

    fn speeds(&self) -> El {
        let option = |speed: Speed| {
            plain("option", speed.text())
                .at("value", speed.slowdown().to_string())
                .flag("selected", speed == self.speed)
        };
        let select = el("select").at("data-change", "speed").all(Speed::all().map(option));
        of("label", "speed")
            .at("title", "Virtual time against real time (, and .)")
            .add(said("span", "visually-hidden", "Speed"))
            .add(select)
    }
}

/// From where to where the marks of a kind reach, in pixels.
fn reach(kind: MarkKind) -> (u8, u8) {
    match kind {
        MarkKind::Decision => (4, 9),
        MarkKind::Lead => (2, 9),
        MarkKind::Fault => (19, 26),
        MarkKind::Violation => (0, LINES_HEIGHT),
    }
}

const PLAY: &str = "M4.5 2.6v10.8l9-5.4z";
const PAUSE: &str = "M4 3h3v10H4zM9 3h3v10H9z";
const BACK: &str = "M11.5 3v10l-7-5zM3 3h1.5v10H3z";
const FORWARD: &str = "M4.5 3v10l7-5zM11.5 3H13v10h-1.5z";
const NEXT: &str = "M2 3.4v9.2L7.2 8zM7.2 3.4v9.2L12.4 8zM12.6 3H14v10h-1.4z";
const RESTART: &str = "M8 3V.8L4.4 3.7 8 6.6V4.5a4 4 0 1 1-4 4H2.5A5.5 5.5 0 1 0 8 3z";
