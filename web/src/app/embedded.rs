//! How the page is put together inside somebody else's: the run, and little around it.

use super::App;
use super::view::caption_bar;
use crate::embed::{Embed, Look};
use crate::model::{Fall, Model, story};
use crate::panels;
use crate::ui::{El, el, of, said, small};

impl App {
    /// A frame without chrome: what it is, the run, the transport, and the way to the whole page.
    pub(super) fn embedded(&self, page: El, model: &Model, embed: &Embed) -> El {
        let session = model.session();
        let story = story(session);
        let fall = model.fallen().and_then(|position| Fall::of(session, position));
        let caption =
            session.captions().last().map(|caption| (caption.text.to_owned(), caption.event));
        let own = (story.title != story.protocol).then(|| said("span", "title", story.title));
        let top = of("header", "top")
            .add(el("h1").add(said("span", "protocol", story.protocol)).maybe(own))
            .add(small("Open in playground ↗", "outside"));
        let sequence = matches!(embed.look, Look::Sequence | Look::Both);
        let cluster = matches!(embed.look, Look::Cluster | Look::Both);
        let nodes = || panels::nodes(&self.seen.cards, self.seen.network.as_ref(), &self.operation);
        let bottom = of("footer", "bottom")
            .maybe(caption_bar(model, caption))
            .maybe(embed.controls.then(|| self.transport(model)));
        page.at("data-look", embed.look.class())
            .add(top)
            .maybe(sequence.then(|| self.stage_area(model, fall.as_ref())))
            .maybe(cluster.then(|| of("aside", "side").at("aria-label", "Nodes").add(nodes())))
            .add(bottom)
    }
}
