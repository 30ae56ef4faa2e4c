//! Opening a file that was chosen, or dropped on the page.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::{App, Dialog, Msg, Tab};
use crate::files::{FILE_MAX, scenario_in};
use crate::model::Model;
use crate::{browser, share};

impl App {
    /// Reads a file.
    pub(super) fn read_file(&mut self, file: &File) {
        let name = file.name();
        if file.size() > FILE_MAX {
            self.refuse_file(name, "It is far longer than any scenario.".to_owned());
            return;
        }
        let (text, send) = (JsFuture::from(file.text()), self.send.clone());
        spawn_local(async move {
            let text = text.await.ok().and_then(|text| text.as_string());
            send.emit(Msg::FileRead(name, text));
        });
    }

    /// Opens what was read, or says what is wrong with it; what is open stays open then.
    pub(super) fn open_file(&mut self, name: String, text: Option<String>) {
        let text = text.ok_or_else(|| "The browser could not read it.".to_owned());
        let scenario = text.and_then(|text| scenario_in(&text));
        let opened = scenario
            .and_then(|scenario| Model::open(scenario).map_err(|problems| problems.to_string()));
        match opened {
            Ok(model) => {
                self.keep();
                browser::push_address(&share::address_of(&browser::page(), model.base()));
                let plays = plays_by_itself(&model);
                self.situation = None;
                self.tab = self.tab.map(|_| Tab::Run);
                self.show(Ok(model), None, plays);
            }
            Err(says) => self.refuse_file(name, says),
        }
    }

    fn refuse_file(&mut self, name: String, says: String) {
        self.bad_file = Some((name, says));
        self.dialog = Some(Dialog::BadFile);
        // What had it may have been in another dialog, in whose place this one comes.
        self.focus = Some("dialog button".to_owned());
    }
}

/// Whether a run goes on when it has been opened: not where it was shared at a moment.
pub(super) fn plays_by_itself(model: &Model) -> bool {
    let base = model.base();
    let asked_for = base.view.as_ref().is_none_or(|view| view.play);
    base.digest.is_none() && asked_for && !browser::prefers_stillness()
}
