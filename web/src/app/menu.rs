//! The menu of what was touched: where it opens, and what has the focus when it closes.

use synod::trace::EventId;

use super::{App, Menu};
use crate::browser;
use crate::model::{Touched, stage_time};
use crate::panels::Spot;

/// What has the focus when a menu has closed that nothing else with the focus has opened.
pub(super) const STAGE: &str = ".stage";
/// What has the focus, unless that is a menu or nothing at all.
pub(super) const FOCUSED: &str = ":focus:not(body, .menu *)";

impl App {
    /// Opens the menu of what was touched.
    pub(super) fn touch(
        &mut self,
        event: Option<EventId>,
        lane: Option<&str>,
        below: Option<i32>,
        at: (i32, i32),
    ) {
        let Ok(model) = &self.model else { return };
        let session = model.session();
        let touched = match (event, lane.and_then(|lane| session.cast().place(lane))) {
            (Some(event), _) => Touched::event(session, event),
            (None, Some(place)) => {
                let at = below.map(|below| stage_time(model.axis(), below));
                Some(Touched::lane(session, place, at))
            }
            (None, None) => None,
        };
        self.pick(event);
        self.open_menu(touched, at);
    }

    /// Opens the menu of what is picked.
    pub(super) fn touch_picked(&mut self) -> bool {
        let Ok(model) = &self.model else { return false };
        let Some(event) = model.picked() else { return false };
        let touched = Touched::event(model.session(), event);
        let at = browser::middle_of(".picked").unwrap_or((200, 200));
        self.open_menu(touched, at);
        self.enter_menu(true);
        true
    }

    /// Opens a menu at a place of the window.
    pub(super) fn open_menu(&mut self, touched: Option<Touched>, (x, y): (i32, i32)) {
        let up = y > browser::window_height() / 2;
        self.hover = None;
        // From one menu to the next the way back stays the same, unless that is opened from elsewhere.
        let before = self.menu.take().and_then(|menu| menu.opener);
        let opener = browser::find(FOCUSED).or(before);
        self.menu = touched.map(|touched| Menu { touched, spot: Spot { x, y, up }, opener });
    }

    /// Who opened the menu by key goes on in it by key.
    pub(super) fn enter_menu(&mut self, by_key: bool) {
        if by_key && self.menu.is_some() {
            self.focus = Some(".menu button".to_owned());
        }
    }

    /// Says whether there was one. Where it had the focus, that goes back to what had it before.
    pub(super) fn close_menu(&mut self) -> bool {
        let Some(menu) = self.menu.take() else { return false };
        if browser::find(FOCUSED).is_none() {
            let opener = menu.opener.filter(|opener| opener.is_connected());
            browser::focus(opener.or_else(|| browser::find(STAGE)));
        }
        true
    }
}
