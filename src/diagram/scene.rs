//! The picture as plain geometry: nothing is left to decide but pixels.
//!
//! Lengths are whole tenths of a pixel; `x` grows to the right, `y` down with
//! time from the top of the window. Everything names the event or message it
//! stands for, so that a reader can point at it.

use crate::trace::{Epoch, EventId, Loss, MessageId, Place, Step, Time, Tone};

use super::Window;

/// How many colours there are for epochs.
pub const HUES: u32 = 8;

/// A drawn window of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The width, at least the one asked for.
    pub width: i32,
    /// The height of the window.
    pub height: i32,
    /// The height of the window's first instant on the scale of the whole run.
    pub top: i64,
    /// What is drawn.
    pub window: Window,
    /// The lanes, left to right.
    pub columns: Vec<Column>,
    /// The lifelines, piece by piece.
    pub segments: Vec<Segment>,
    /// The messages, in the order they were sent.
    pub arrows: Vec<Arrow>,
    /// What happened on the lanes and around them, in order of time.
    pub marks: Vec<Mark>,
    /// The time axis.
    pub ticks: Vec<Tick>,
    /// Folded stretches.
    pub breaks: Vec<Break>,
    /// The height of the present, when it is in the window.
    pub now: Option<i32>,
}

/// A lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Who lives there.
    pub place: Place,
    /// The name: `S1`.
    pub name: String,
    /// The class where there are several: `acceptor`; empty otherwise.
    pub class: &'static str,
    /// The lifeline's middle.
    pub x: i32,
}

/// A piece of a lifeline during which nothing about it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The lane, as an index into [`Scene::columns`].
    pub column: u16,
    /// The lifeline's middle.
    pub x: i32,
    /// Where it begins.
    pub y1: i32,
    /// Where it ends.
    pub y2: i32,
    /// What it shows.
    pub look: Look,
    /// An index into [`crate::trace::Info::roles`].
    pub role: u8,
    /// How prominent the role is.
    pub tone: Tone,
    /// The epoch the node is in.
    pub epoch: Epoch,
    /// The epoch's colour, below [`HUES`].
    pub hue: u8,
}

/// What a piece of a lifeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A node that takes steps.
    Up,
    /// A node that is up and takes no steps.
    Paused,
    /// A crashed node.
    Down,
    /// A node before its first start.
    Absent,
    /// A client without a request.
    Idle,
    /// A client that waits for an answer.
    Busy,
    /// What has not happened yet.
    Ahead,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each says one thing and all combine")]
pub struct Arrow {
    /// Which.
    pub message: MessageId,
    /// The event that began its flight.
    pub sent: EventId,
    /// The event that ended it, if it has happened.
    pub ended: Option<EventId>,
    /// The sender's lane, as an index into [`Scene::columns`].
    pub from: u16,
    /// The receiver's lane.
    pub to: u16,
    /// Where the line begins.
    pub x1: i32,
    /// Where the line begins.
    pub y1: i32,
    /// Where it ends: at the receiver, at a cross, or at the present.
    pub x2: i32,
    /// Where it ends.
    pub y2: i32,
    /// The line's direction, as thousandths of a unit vector.
    pub dir: (i32, i32),
    /// What became of the message.
    pub fate: Fate,
    /// Its part in the protocol; arrows of one step share a colour.
    pub step: Step,
    /// Whether it answers another message.
    pub reply: bool,
    /// Whether the network made it, as a copy of another.
    pub copy: bool,
    /// Whether it only shows that a node is alive.
    pub routine: bool,
    /// Whether it has not been sent yet.
    pub ahead: bool,
    /// Its text, where there was room.
    pub label: Option<Label>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrived.
    Delivered,
    /// It arrived and was disregarded: an index into [`crate::trace::Info::refusals`].
    Ignored(u8),
    /// It will never arrive.
    Lost(Loss),
    /// It is under way.
    InFlight,
}

/// A text, centred at a point and turned in a direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub text: String,
    /// The centre.
    pub x: i32,
    /// The centre.
    pub y: i32,
    /// The direction of writing, as thousandths of a unit vector; `(1000, 0)` is level.
    pub dir: (i32, i32),
    /// Half the width of its box, along the direction.
    pub half_width: i32,
    /// Half the height of its box.
    pub half_height: i32,
}

/// What happened at one lane and instant, or to the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The lane; `None` for the world, whose marks stand on the time axis.
    pub column: Option<u16>,
    /// Where.
    pub x: i32,
    /// When.
    pub y: i32,
    /// The most notable thing that happened.
    pub kind: MarkKind,
    /// The event that says so.
    pub event: EventId,
    /// The epoch's colour, below [`HUES`].
    pub hue: u8,
    /// How prominent the role is that the node has afterwards.
    pub tone: Tone,
    /// Whether it has not happened yet.
    pub ahead: bool,
    /// The new role or epoch.
    pub chip: Option<Label>,
    /// What happened, in words.
    pub label: Option<Label>,
}

/// Kinds of mark, the least notable first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// A command was applied.
    Command,
    /// A write is on disk.
    Written,
    /// A timer fired.
    Timer,
    /// An input was disregarded.
    Ignored,
    /// A remark.
    Note,
    /// A node entered an epoch.
    Epoch,
    /// A client began an operation.
    Invoked,
    /// A client's patience ended.
    TimedOut,
    /// A client got its answer.
    Returned,
    /// A quorum was reached.
    Quorum,
    /// A node took a role.
    Role,
    /// A node learned what is chosen, or committed an entry.
    Decided,
    /// A log lost entries.
    Truncated,
    /// A node went on.
    Resumed,
    /// A node stopped taking steps.
    Paused,
    /// A node booted.
    Restarted,
    /// A disk was wiped.
    DiskLost,
    /// A node crashed.
    Crashed,
    /// The run reached a bound.
    Halted,
    /// An invariant fell.
    Violated,
}

/// A tick of the time axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Where.
    pub y: i32,
    /// When.
    pub at: Time,
    /// `250 ms`.
    pub text: String,
}

/// A folded stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Where it begins.
    pub y1: i32,
    /// Where it ends.
    pub y2: i32,
    /// What it leaves out: `480 ms`.
    pub text: String,
}

impl Arrow {
    /// Moves it down.
    pub(super) fn lower(&mut self, by: i32) {
        self.y1 += by;
        self.y2 += by;
        lower(&mut self.label, by);
    }
}

impl Mark {
    /// Moves it down.
    pub(super) fn lower(&mut self, by: i32) {
        self.y += by;
        lower(&mut self.chip, by);
        lower(&mut self.label, by);
    }
}

fn lower(label: &mut Option<Label>, by: i32) {
    if let Some(label) = label {
        label.y += by;
    }
}

/// Half the length of a cross, in tenths of a pixel.
pub(super) const CROSS: i32 = 36;
/// The length of an arrowhead, in tenths of a pixel.
const HEAD: i32 = 80;
/// Half the width of an arrowhead.
const HEAD_HALF: i32 = 30;
/// How far the loop of a message to oneself reaches.
const LOOP: i32 = 260;

impl Arrow {
    /// Whether it goes to its own sender.
    pub fn is_loop(&self) -> bool {
        self.from == self.to
    }

    /// The line as an SVG path.
    pub fn path(&self) -> String {
        let (x1, y1, x2, y2) = (Px(self.x1), Px(self.y1), Px(self.x2), Px(self.y2));
        if self.is_loop() {
            let out = Px(self.x1 + LOOP);
            return format!("M{x1} {y1}C{out} {y1} {out} {y2} {x2} {y2}");
        }
        // A closed head has no line under its tip.
        let back = if self.head_is_closed() { HEAD - 20 } else { 0 };
        let (x2, y2) = (self.x2 - self.dir.0 * back / 1000, self.y2 - self.dir.1 * back / 1000);
        format!("M{x1} {y1}L{} {}", Px(x2), Px(y2))
    }

    /// What stands at the line's end, as an SVG path: a head, or a cross. A message
    /// in flight has none; its tip is a dot.
    pub fn end_path(&self) -> Option<String> {
        let (x, y) = (self.x2, self.y2);
        match self.fate {
            Fate::InFlight => None,
            Fate::Lost(_) => Some(format!(
                "M{} {}L{} {}M{} {}L{} {}",
                Px(x - CROSS),
                Px(y - CROSS),
                Px(x + CROSS),
                Px(y + CROSS),
                Px(x - CROSS),
                Px(y + CROSS),
                Px(x + CROSS),
                Px(y - CROSS)
            )),
            Fate::Delivered | Fate::Ignored(_) => {
                let (dx, dy) = if self.is_loop() { (-1000, 0) } else { self.dir };
                let (bx, by) = (x - dx * HEAD / 1000, y - dy * HEAD / 1000);
                let (nx, ny) = (-dy * HEAD_HALF / 1000, dx * HEAD_HALF / 1000);
                let close = if self.head_is_closed() { "Z" } else { "" };
                Some(format!(
                    "M{} {}L{} {}L{} {}{close}",
                    Px(bx + nx),
                    Px(by + ny),
                    Px(x),
                    Px(y),
                    Px(bx - nx),
                    Px(by - ny)
                ))
            }
        }
    }

    /// Whether the head is a filled triangle: a request that was heard.
    pub fn head_is_closed(&self) -> bool {
        self.fate == Fate::Delivered && !self.reply && !self.is_loop()
    }

    /// Its style classes: `arrow elect delivered`, with `reply`, `copy`, `routine`, `ahead` where it is.
    pub fn class(&self) -> String {
        let fate = match self.fate {
            Fate::Delivered => "delivered",
            Fate::Ignored(_) => "ignored",
            Fate::Lost(_) => "lost",
            Fate::InFlight => "in-flight",
        };
        let flags = [
            (self.reply, " reply"),
            (self.copy, " copy"),
            (self.routine, " routine"),
            (self.ahead, " ahead"),
        ];
        let mut class = format!("arrow {} {fate}", step_class(self.step));
        class.extend(flags.iter().filter(|(on, _)| *on).map(|(_, name)| *name));
        class
    }
}

impl Segment {
    /// Its style classes: `line up lead hue-2`.
    pub fn class(&self) -> String {
        let look = match self.look {
            Look::Up => "up",
            Look::Paused => "paused",
            Look::Down => "down",
            Look::Absent => "absent",
            Look::Idle => "idle",
            Look::Busy => "busy",
            Look::Ahead => "ahead",
        };
        format!("line {look} {} hue-{}", tone_class(self.tone), self.hue)
    }

    /// Half its width: prominent roles are bands, others are lines.
    pub fn half_width(&self) -> i32 {
        match (self.look, self.tone) {
            (Look::Up | Look::Paused, Tone::Lead | Tone::Contend) => 35,
            (Look::Up | Look::Paused, Tone::Rest) => 20,
            (Look::Up | Look::Paused, Tone::Aside) => 10,
            (Look::Down, _) => 30,
            (Look::Busy, _) => 25,
            (Look::Absent | Look::Idle | Look::Ahead, _) => 5,
        }
    }
}

impl Mark {
    /// Its style classes: `mark role lead hue-2`, with `ahead` where it is.
    pub fn class(&self) -> String {
        let kind = self.kind.class();
        let ahead = if self.ahead { " ahead" } else { "" };
        format!("mark {kind} {} hue-{}{ahead}", tone_class(self.tone), self.hue)
    }

    /// The glyph as an SVG path around the point; empty where words say it all.
    pub fn path(&self) -> String {
        let shape = self.kind.glyph();
        if shape.is_empty() {
            return String::new();
        }
        format!("M{} {}{shape}", Px(self.x), Px(self.y))
    }
}

impl MarkKind {
    /// The style class.
    pub fn class(self) -> &'static str {
        match self {
            MarkKind::Written => "written",
            MarkKind::Timer => "timer",
            MarkKind::Ignored => "ignored",
            MarkKind::Note => "note",
            MarkKind::Epoch => "epoch",
            MarkKind::Invoked => "invoked",
            MarkKind::TimedOut => "timed-out",
            MarkKind::Returned => "returned",
            MarkKind::Command => "command",
            MarkKind::Quorum => "quorum",
            MarkKind::Role => "role",
            MarkKind::Decided => "decided",
            MarkKind::Truncated => "truncated",
            MarkKind::Resumed => "resumed",
            MarkKind::Paused => "paused",
            MarkKind::Restarted => "restarted",
            MarkKind::DiskLost => "disk-lost",
            MarkKind::Crashed => "crashed",
            MarkKind::Halted => "halted",
            MarkKind::Violated => "violated",
        }
    }

    /// The glyph, relative to its point, in pixels.
    fn glyph(self) -> &'static str {
        match self {
            // A small square: a write.
            MarkKind::Written => "m-1.7 -1.7h3.4v3.4h-3.4z",
            // An hourglass, emptied.
            MarkKind::Timer | MarkKind::TimedOut => "m-3.2 -4h6.4l-6.4 8h6.4z",
            // A filled disc, an open one, and a ring of its own for a quorum.
            MarkKind::Decided | MarkKind::Returned => "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
            MarkKind::Invoked | MarkKind::Quorum => {
                "m-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0z"
            }
            // A diamond: the node is somebody else now.
            MarkKind::Role | MarkKind::Restarted | MarkKind::Resumed => {
                "m0 -4.6l4.6 4.6l-4.6 4.6l-4.6 -4.6z"
            }
            MarkKind::Epoch => "m-5 0h10",
            // A flag on the axis.
            MarkKind::Command => "v-9l7 2.6l-7 2.6",
            // Crosses, small to large.
            MarkKind::Truncated => "m-4 -4l8 8m0 -8l-8 8",
            MarkKind::Crashed | MarkKind::DiskLost | MarkKind::Halted => {
                "m-5.5 -5.5l11 11m0 -11l-11 11"
            }
            MarkKind::Paused => "m-2.4 -4.5v9m4.8 -9v9",
            MarkKind::Violated => {
                "m-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0zm5.2 -3.8l7.6 7.6m0 -7.6l-7.6 7.6"
            }
            MarkKind::Ignored | MarkKind::Note => "",
        }
    }
}

/// The colour of an epoch, below [`HUES`]. Ballots of one round differ by their owners, and the next round
/// begins five colours on, so that neighbours differ.
pub fn hue(epoch: Epoch) -> u8 {
    let hue = epoch
        .owner
        .map_or(epoch.number % HUES, |owner| (epoch.number % HUES * 5 + u32::from(owner.0)) % HUES);
    hue as u8
}

/// The style class of a step of the protocol.
pub fn step_class(step: Step) -> &'static str {
    match step {
        Step::Client => "client",
        Step::Elect => "elect",
        Step::Replicate => "replicate",
        Step::Learn => "learn",
        Step::Refuse => "refuse",
        Step::Upkeep => "upkeep",
    }
}

/// The style class of a role's prominence.
pub fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Lead => "lead",
        Tone::Contend => "contend",
        Tone::Rest => "rest",
        Tone::Aside => "aside",
    }
}

/// Tenths of a pixel, written in pixels: `12.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Px(pub i32);

impl std::fmt::Display for Px {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A picture has tens of thousands of these: digits by hand, from the last.
        let mut text = [0; 13];
        let mut start = text.len();
        let mut put = |byte| {
            start -= 1;
            text[start] = byte;
        };
        let (mut whole, tenth) = (self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10);
        if tenth != 0 {
            put(b'0' + tenth as u8);
            put(b'.');
        }
        loop {
            put(b'0' + (whole % 10) as u8);
            whole /= 10;
            if whole == 0 {
                break;
            }
        }
        if self.0 < 0 {
            put(b'-');
        }
        f.write_str(std::str::from_utf8(&text[start..]).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::Px;

    #[test]
    fn tenths_are_written_as_pixels() {
        let texts = [0, 5, -5, 10, 125, -1_250, i32::MAX, i32::MIN].map(|x| Px(x).to_string());
        let expected = ["0", "0.5", "-0.5", "1", "12.5", "-125", "214748364.7", "-214748364.8"];
        assert_eq!(texts, expected);
    }
}
