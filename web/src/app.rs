//! The page's state: the model and how it is looked at. Every change of it is a [`Msg`].

mod drag;
mod embedded;
mod files;
mod keeping;
mod menu;
mod opening;
mod parting;
mod sharing;
mod sight;
mod update;
mod view;

use std::cell::OnceCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_render::AnimationFrame;
use gloo_timers::callback::Timeout;
use synod::scenario::{Do, Faults, Look, Theme};
use synod::session::{QuorumMargin, Summary};
use synod::trace::{EventId, MessageKind, NodeId, Time};
use web_sys::{Element, File};
use yew::{Callback, NodeRef};

use crate::browser;
use crate::embed::{Ask, Embed};
use crate::listen::listen;
use crate::model::{
    GoalState, InvariantState, Model, NodeCard, Parting, Sight, Speed, Touched, View,
};
use crate::panels::{Offer, Spot};
use crate::share::Entry;
use crate::stage::Drawn;
use crate::ui::Kept;

/// Everything that can happen to the page.
pub enum Msg {
    /// The browser is about to paint, at so many milliseconds; sent while the run moves.
    Frame(f64),
    /// A frame was painted, and there is more to draw.
    DrawOn,
    /// The address changed: at the start, by "back", by a link pasted into this tab.
    Address,
    /// Something of the gallery was chosen: the query that opens it.
    Visit(String),
    /// Another seed is wanted.
    NewSeed,
    /// Play or pause; sent by the button and the space bar.
    Toggle,
    /// To the beginning, and play.
    Restart,
    /// So many steps forward or back.
    Step(i32),
    /// To the next mark of the timeline, or the one before.
    Mark {
        /// Whether the one before.
        back: bool,
    },
    /// To an instant; sent by the timeline.
    Seek(Time),
    /// To right behind an event; sent by everything that names one.
    SeekEvent(EventId),
    /// Go on after an invariant fell.
    GoOn,
    /// One speed faster or slower.
    Faster(i8),
    /// This speed.
    Speed(Speed),
    /// Stretch or compress time on the stage.
    Zoom {
        /// By so many steps.
        by: i8,
        /// What is so far down the run, in pixels, stays where it is; nothing where no place was pointed at.
        down: Option<i32>,
    },
    /// Do something to the run.
    Act(Do),
    /// Let drawn faults strike.
    Beset(Faults),
    /// Do something to what the menu is about, at the moment the menu is about: all of it is one act.
    ActFromMenu(Vec<Do>),
    /// The operation for the next request was edited.
    Operation(String),
    /// A field of the settings, or the switch of a rule, was changed: which, and to what.
    Set(String, String),
    /// Look at a node closely, or at none.
    Inspect(Option<NodeId>),
    /// The next theme.
    Theme,
    /// The next way to look at the run.
    NextLook,
    /// Other words are searched for in the list of events.
    Search(String),
    /// Other words are looked for in the gallery.
    Find(String),
    /// One slot is shown alone: what the protocol calls it, and which one; all where that is empty.
    Slot(String, String),
    /// The list of events shows those before this one, or the newest.
    Earlier(Option<EventId>),
    /// An event is picked and scrolled to.
    Show(EventId),
    /// Messages of a kind are hidden, or shown again.
    HideKind(MessageKind),
    /// A lane is hidden, or shown again; the one whose head has the focus where none is named.
    HideLane(String),
    /// A lane, or the one whose head has the focus, moves by so many places.
    ShiftLane(String, i32),
    /// All lanes are shown in the usual order.
    UsualLanes,
    /// The menu of the lanes that are hidden opens.
    TouchHidden,
    /// A node or client goes to the next group of the partition being made.
    Regroup {
        /// Who.
        name: String,
        /// Whether to the one before, where a key says so.
        back: Option<bool>,
    },
    /// The partition being made is to happen.
    Split,
    /// A part of the small print is drawn, or left out.
    Draw(String),
    /// The message that waits at this place of the list is delivered.
    Deliver(usize),
    /// Switch a command off or on, by its position.
    Switch(usize),
    /// Take back what was done, or do it again.
    Undo {
        /// Whether it is done again.
        again: bool,
    },
    /// Return to a line of history that was left.
    Return(usize),
    /// The notices were read.
    Dismiss,
    /// The stage is scrolled to here.
    Scrolled {
        /// How far, in pixels.
        top: i32,
        /// Whether there is nothing below.
        at_end: bool,
        /// Whether a hand is on the wheel or the glass.
        by_hand: bool,
    },
    /// The window has another size.
    Resized,
    /// The stage has this width and height.
    Sized(i32, i32),
    /// Keep to the present again.
    Follow,
    /// The pointer is over this event of the diagram, or over none.
    Hover(Option<EventId>),
    /// This event is picked, or none.
    Pick(Option<EventId>),
    /// The next message is picked, or the one before.
    PickNext {
        /// Whether the one before.
        back: bool,
    },
    /// The next event of the diagram is picked, or the one before.
    Walk {
        /// Whether the one before.
        back: bool,
    },
    /// To what is picked.
    GoToPicked,
    /// Something of the diagram was touched: its menu opens.
    Touch {
        /// The event, or
        event: Option<EventId>,
        /// the lane, by name, and
        lane: Option<String>,
        /// how far down the scene, in pixels; nothing where its head was touched.
        below: Option<i32>,
        /// Where in the window.
        at: (i32, i32),
        /// Whether a key did it: then the menu has the focus.
        by_key: bool,
    },
    /// The mouse button, or a finger, went down: on something that can be dragged, or elsewhere.
    Grab {
        /// What can be dragged.
        what: Option<Grabbed>,
        /// Where in the window.
        at: (i32, i32),
    },
    /// The mouse moves with its button held, or the finger does.
    Drag {
        /// The lane under it.
        lane: Option<String>,
        /// Where in the window.
        at: (i32, i32),
    },
    /// The button went up.
    Release {
        /// The lane under it.
        lane: Option<String>,
        /// Where in the window.
        at: (i32, i32),
    },
    /// The menu of what is picked opens.
    TouchPicked,
    /// The menu closes.
    CloseMenu,
    /// A dialog opens or closes.
    Open(Option<Dialog>),
    /// The browser has closed a dialog, which it says some time after.
    Closed,
    /// Beside the dialog that is open was clicked: it closes.
    Beside,
    /// On narrow screens: the panel that is shown.
    Tab(Tab),
    /// The page that this one is embedded in asks for something.
    Host(Ask),
    /// Open the run, at this moment, in a page of its own.
    OpenOutside,
    /// Copy the link to this moment.
    Copy,
    /// It was copied, or the browser refused.
    Copied(bool),
    /// The word that it was copied has been up long enough.
    CopiedSeen,
    /// One of the texts that are offered for sharing is to be copied.
    Take(usize),
    /// It was copied, or the browser refused.
    Taken(usize, bool),
    /// The run is to be saved as a file that ends so.
    Save(String),
    /// How that went.
    Word(String),
    /// A file was chosen, or dropped on the page.
    File(File),
    /// The text of a file of this name, where the browser could read it.
    FileRead(String, Option<String>),
    /// It is time to note the run with the history of the tab.
    Keep,
}

/// What covers the page for a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Every situation, by protocol.
    Gallery,
    /// The table of keys.
    Keys,
    /// What the diagram is made of.
    Legend,
    /// The link, to be copied by hand.
    Link,
    /// Everything the run can be taken away as.
    Share,
    /// What is wrong with a file.
    BadFile,
    /// The network being divided.
    Partition,
}

impl Dialog {
    /// The dialog of a name.
    pub fn of(name: &str) -> Option<Dialog> {
        Some(match name {
            "gallery" => Dialog::Gallery,
            "keys" => Dialog::Keys,
            "legend" => Dialog::Legend,
            "link" => Dialog::Link,
            "share" => Dialog::Share,
            "partition" => Dialog::Partition,
            _ => return None,
        })
    }
}

/// The panels, as tabs on narrow screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What the run shows, the nodes and what can be done to them, invariants and goals.
    Run,
    /// The run as a list.
    Events,
    /// The rules, and a switch for each.
    Rules,
    /// The settings.
    Setup,
    /// What was done, and the lines of history.
    History,
    /// How the cluster does.
    Health,
}

impl Tab {
    /// Every tab with its name.
    pub const ALL: [(Tab, &'static str); 6] = [
        (Tab::Run, "Run"),
        (Tab::Events, "Events"),
        (Tab::Rules, "Rules"),
        (Tab::Setup, "Setup"),
        (Tab::History, "History"),
        (Tab::Health, "Health"),
    ];

    /// The name it goes by in acts and styles.
    pub fn class(self) -> &'static str {
        match self {
            Tab::Run => "run",
            Tab::Events => "events",
            Tab::Rules => "rules",
            Tab::Setup => "setup",
            Tab::History => "history",
            Tab::Health => "health",
        }
    }

    /// The tab of such a name.
    pub fn of(name: &str) -> Option<Tab> {
        Tab::ALL.into_iter().map(|(tab, _)| tab).find(|tab| tab.class() == name)
    }
}

/// The page.
pub struct App {
    /// The run, or what is wrong with the address.
    model: Result<Model, String>,
    /// The situation of the gallery that is open.
    situation: Option<String>,
    /// Where the page is inside another one.
    embed: Option<Embed>,
    view: View,
    /// A place to scroll to once.
    aim: Option<i32>,
    /// Where the page itself scrolled the stage to: a scroll to there is not the reader's.
    scrolled: i32,
    stage: NodeRef,
    /// How often in a row the stage was measured anew: scroll bars that come and go must not go on for ever.
    measured: u8,
    hover: Option<EventId>,
    /// What was picked, while what led to it stands out: until the run goes on.
    lit: Option<EventId>,
    menu: Option<Menu>,
    drag: Option<Drag>,
    /// The partition being made, and whether the run plays on then.
    parting: Option<(Parting, bool)>,
    /// A drag has just ended: the click that the browser makes of it, if it does, means nothing. It comes before any
    /// timeout.
    dropped: Option<Timeout>,
    /// What gets the focus when the page was drawn, as a selector.
    focus: Option<String>,
    dialog: Option<Dialog>,
    /// The dialog that was opened in the page: it is no more than once, so that one the browser has closed stays so.
    shown: Option<Dialog>,
    tab: Option<Tab>,
    /// The operation of the next request.
    operation: String,
    refusal: Option<String>,
    /// A word about what was just changed.
    word: Option<String>,
    /// The node that is looked at closely.
    inspected: Option<NodeId>,
    theme: Theme,
    look: Look,
    /// What is searched for in the list of events.
    words: String,
    /// What is looked for in the gallery.
    wanted: String,
    /// The list of events shows those before this one, while the run is as it was.
    earlier: Option<(Option<RunKey>, EventId)>,
    /// The link as it was last asked for, and whether the browser copied it.
    link: Option<(Rc<str>, bool)>,
    /// What the dialog for sharing offers.
    offer: Option<Offer>,
    /// The file that does not open, by name, and what is wrong with it.
    bad_file: Option<(String, String)>,
    /// The moment that was noted last.
    kept: Option<keeping::Kept>,
    keeping: Option<Timeout>,
    /// The lines of history as they were noted, and what they were made from.
    lines: ((u32, usize), String),
    /// Whether the reader did anything to the run since it was opened.
    touched: bool,
    /// Whether the run is one that this tab noted, not one that somebody shared.
    is_own: bool,
    /// Every situation, read when they are first listed.
    gallery: OnceCell<Vec<Entry>>,
    seen: Seen,
    /// The panels beside the stage, as they were drawn since anything but the stage has changed.
    side: OnceCell<Kept>,
    /// What stands below the stage, kept likewise.
    bottom: OnceCell<Kept>,
    /// Whether both were left as they were for one frame, that of a run that has arrived.
    lags: bool,
    send: Callback<Msg>,
    frame: Option<AnimationFrame>,
    /// When the last frame that was drawn began, in milliseconds of the browser's clock.
    drawn_ms: f64,
    copied: Option<Timeout>,
    draws: Option<Timeout>,
    _listeners: Vec<EventListener>,
}

/// What the state of a run is known by: generation, steps, branches.
type RunKey = (u32, u32, usize);

/// What the view shows, made when something changed.
#[derive(Default)]
struct Seen {
    sight: Option<Sight>,
    /// What the following were made from.
    key: Option<RunKey>,
    cards: Vec<NodeCard>,
    /// Whether some link between nodes is cut.
    cut: bool,
    /// What it takes to decide, where that is to be shown and the run has shown it.
    quorum: Option<QuorumMargin>,
    goals: Vec<GoalState>,
    invariants: Vec<InvariantState>,
    /// The sheets as they are drawn.
    sheets: Vec<Drawn>,
    /// The class of the picture: whether only what led to what is pointed at, or picked, stands out.
    cone: &'static str,
    /// How the cluster does, where that is shown.
    health: Option<Summary>,
    /// The digest of the run, while it stands.
    digest: Option<String>,
}

/// What can be dragged.
pub enum Grabbed {
    /// A message, by its sending: its arrival is moved.
    Event(EventId),
    /// A lane, by name: a link from it is cut or mended. On the diagram, so far down the run, in pixels.
    Lane(String, Option<i32>),
    /// A lane's head: the lane is moved.
    Head(String),
    /// A node or client of the partition being made: it goes to another group.
    Member(String),
}

/// What is dragged from one place to another.
struct Drag {
    what: Grabbed,
    /// Where it began, and where it is now.
    from: (i32, i32),
    at: (i32, i32),
    /// Whether it has gone far enough to be no click.
    moved: bool,
    /// What letting go would do.
    does: Option<drag::Doing>,
}

/// The menu that is open.
struct Menu {
    touched: Touched,
    spot: Spot,
    /// What had the focus when it opened.
    opener: Option<Element>,
}

impl App {
    /// Opens what the address says. Messages of the page's own go by `send`.
    pub(crate) fn new(send: Callback<Msg>) -> App {
        let listeners = listen(&send);
        let mut app = App {
            model: Err(String::new()),
            situation: None,
            embed: None,
            view: View { top: 0, width: 900, height: 640, follow: true, below_now: 30 },
            aim: None,
            scrolled: 0,
            stage: NodeRef::default(),
            measured: 0,
            hover: None,
            lit: None,
            menu: None,
            drag: None,
            parting: None,
            dropped: None,
            focus: None,
            dialog: None,
            shown: None,
            tab: None,
            operation: String::new(),
            refusal: None,
            word: None,
            inspected: None,
            theme: browser::theme(),
            look: Look::Sequence,
            words: String::new(),
            wanted: String::new(),
            earlier: None,
            link: None,
            offer: None,
            bad_file: None,
            kept: None,
            keeping: None,
            lines: ((0, 0), String::new()),
            touched: false,
            is_own: false,
            gallery: OnceCell::new(),
            seen: Seen::default(),
            side: OnceCell::new(),
            bottom: OnceCell::new(),
            lags: false,
            send,
            frame: None,
            drawn_ms: 0.0,
            copied: None,
            draws: None,
            _listeners: listeners,
        };
        browser::set_theme(app.theme);
        app.open_address();
        app.look();
        app
    }

    /// Takes in a message, and says whether the page is to be drawn anew.
    pub(crate) fn update(&mut self, message: Msg) -> bool {
        if !matches!(message, Msg::Sized(..)) {
            self.measured = 0;
        }
        let is_of_stage = matches!(message, Msg::Scrolled { .. } | Msg::DrawOn);
        // What is half typed there would be lost.
        let is_by_itself = matches!(
            message,
            Msg::Frame(_) | Msg::Hover(_) | Msg::Resized | Msg::Sized(..) | Msg::CopiedSeen
        );
        let is_typed_in = is_by_itself && browser::find(".side [type=number]:focus").is_some();
        let was_busy = self.is_busy();
        let shows = self.receive(message);
        if shows {
            self.look();
            // What was waited for is the run: it is seen sooner where what stands beside it comes a frame later.
            if was_busy && !self.is_busy() {
                self.lags = true;
            } else if !is_of_stage || self.lags {
                self.lags = false;
                self.bottom = OnceCell::new();
                if !is_typed_in {
                    self.side = OnceCell::new();
                }
            }
            self.keep_soon();
        }
        shows
    }

    /// Whether the run is on its way to a moment that is wanted.
    fn is_busy(&self) -> bool {
        self.model.as_ref().is_ok_and(Model::is_busy)
    }
}
