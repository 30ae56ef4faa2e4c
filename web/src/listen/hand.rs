//! What a hand does in more than one event: a finger that is held and then moves, two that spread, a wheel that turns, a
//! press that began beside a dialog.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use web_sys::Element;
use yew::Callback;

use crate::app::{Grabbed, Msg};
use crate::browser;

/// So long a finger rests before it drags what is under it, in milliseconds: less than until a browser makes a menu of it.
const HOLD_MS: u32 = 400;
/// A finger that rests moves less, in pixels.
const REST: i32 = 10;
/// So far the wheel turns for a step of the zoom: a notch is about a hundred, what a touch pad tells at a time a few.
const TURN: f64 = 40.0;
/// Two fingers are so many times as far apart after a step of the zoom, squared.
const SPREAD: i32 = 2;

/// What is remembered from one event to the next.
pub(super) struct Hand {
    send: Callback<Msg>,
    /// Whether the pointer went down beside a dialog's content.
    beside: Cell<bool>,
    /// Whether the pointer was the last to do something, not a key.
    points: Cell<bool>,
    /// Where a finger went down, until it is held.
    press: RefCell<Option<((i32, i32), Timeout)>>,
    /// Whether a finger was held, and drags.
    holds: Cell<bool>,
    /// How far apart two fingers were at the last step of the zoom, squared.
    apart: Cell<i32>,
    /// How far the wheel was turned since.
    turned: Cell<f64>,
}

impl Hand {
    pub(super) fn new(send: &Callback<Msg>) -> Hand {
        Hand {
            send: send.clone(),
            beside: Cell::default(),
            points: Cell::default(),
            press: RefCell::default(),
            holds: Cell::default(),
            apart: Cell::default(),
            turned: Cell::default(),
        }
    }

    /// A pointer goes down: what was begun before is over.
    pub(super) fn goes_down(&self, element: &Element) {
        self.beside.set(element.tag_name() == "DIALOG");
        self.points.set(true);
        self.apart.set(0);
        self.lets_go();
    }

    /// Whether a key means the page, though a button has the focus: Space, for somebody who clicked it. They want to
    /// play or pause, not to do the same again. From any other key on they go by key.
    pub(super) fn means_page(&self, key: &str) -> bool {
        let is_space = key == " ";
        self.points.set(self.points.get() && is_space);
        self.points.get()
    }

    /// Whether the pointer went down beside a dialog's content.
    pub(super) fn began_beside(&self) -> bool {
        self.beside.get()
    }

    /// A finger went down on something that can be dragged. If it rests, the menu opens as with any long press, and gives
    /// way when the finger moves on.
    pub(super) fn press(self: &Rc<Hand>, at: (i32, i32), what: Grabbed, touched: Msg) {
        let hand = Rc::clone(self);
        let held = Timeout::new(HOLD_MS, move || {
            hand.holds.set(true);
            hand.send.emit(Msg::Grab { what: Some(what), at });
            hand.send.emit(touched);
        });
        *self.press.borrow_mut() = Some((at, held));
    }

    /// The finger moves, or leaves.
    pub(super) fn goes_on(&self, kind: &str, at: (i32, i32)) -> Option<Msg> {
        let holds = self.holds.get();
        // It stays with what it touched, wherever it goes.
        let lane = || browser::attribute_at("data-lane", at);
        if kind == "pointermove" && holds {
            return Some(Msg::Drag { lane: lane(), at });
        }
        let rests = |from: (i32, i32)| (at.0 - from.0).abs().max((at.1 - from.1).abs()) < REST;
        let rests = self.press.borrow().as_ref().is_some_and(|(from, _)| rests(*from));
        if kind == "pointerup" || !rests {
            self.lets_go();
        }
        (kind == "pointerup" && holds).then(|| Msg::Release { lane: lane(), at })
    }

    /// Nothing is held, and nothing will be.
    pub(super) fn lets_go(&self) {
        self.holds.set(false);
        *self.press.borrow_mut() = None;
    }

    /// Whether a finger was held, and drags.
    pub(super) fn holds(&self) -> bool {
        self.holds.get()
    }

    /// Two fingers are so far apart: by how many steps the zoom follows them, if it does.
    pub(super) fn spreads(&self, (x, y): (i32, i32)) -> Option<i8> {
        let apart = (x * x + y * y).max(1);
        let before = self.apart.get();
        let by = match before {
            0 => 0,
            _ if apart >= before * SPREAD => 1,
            _ if apart * SPREAD <= before => -1,
            _ => return None,
        };
        self.apart.set(apart);
        (by != 0).then_some(by)
    }

    /// The wheel turns so far: by how many steps the zoom follows it, if it does.
    pub(super) fn turns(&self, by: f64) -> Option<i8> {
        let before = self.turned.get();
        // Whoever turns back begins anew.
        let turned = if before * by < 0.0 { by } else { before + by };
        let steps = turned.abs() >= TURN;
        self.turned.set(if steps { 0.0 } else { turned });
        steps.then_some(if turned < 0.0 { 1 } else { -1 })
    }
}
