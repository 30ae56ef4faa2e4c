//! How the page is put together inside somebody else's: the run, and little around it.

use super::view::caption_bar;
use synod::scenario::Look;

use super::App;
use crate::embed::Embed;
use crate::later::later;
use crate::model::{Fall, Model, story};
use crate::panels;
use crate::ui::{El, el, of, said, small};

impl App {
    /// A frame without chrome: what it is, the run, the transport, and the way to the whole page.
    pub(super) fn embedded(&self, page: El, model: &Model, embed: &Embed) -> El {
        let session = model.session();
        let story = story(session);
        let fall = model.fallen().and_then(|position| Fall::of(session, position));
        let caption = model.caption();
        let own = (story.title != story.protocol).then(|| said("span", "title", story.title));
        let top = of("header", "top")
            .add(el("h1").add(said("span", "protocol", story.protocol)).maybe(own))
            .add(small("Open in playground ↗", "outside"));
        let events = (self.look == Look::Log).then(|| {
            let events = later(|| panels::events(model, &self.words, self.earlier()));
            of("aside", "side").at("aria-label", "Events").add(events)
        });
        let stage = events.is_none().then(|| self.stage_area(model, fall.as_ref()));
        let bottom = of("footer", "bottom")
            .maybe(caption_bar(model, caption))
            .maybe(embed.controls.then(|| Self::transport(model)));
        page.add(top).maybe(stage).maybe(events).add(bottom).maybe(self.menu(model))
    }
}
