//! How the page is put together inside somebody else's: the run, and little around it.

use yew::prelude::*;

use super::{App, Msg};
use crate::embed::{Embed, Look};
use crate::model::{Fall, Model, story};
use crate::panels::{self, BannerProps, Nodes};

impl App {
    /// A frame without chrome: what it is, the run, the transport, and the way to the whole page.
    pub(super) fn embedded(&self, model: &Model, embed: &Embed) -> Html {
        let session = model.session();
        let send = self.send.clone();
        let story = story(session);
        let fall = model.fallen().and_then(|position| Fall::of(session, position));
        let caption =
            session.captions().last().map(|caption| (caption.text.to_owned(), caption.event));
        let steps = session.steps().0.to_string();
        let shows = |looks: [Look; 2]| looks.contains(&embed.look);
        html! {
            <div class="app embed" data-state="run" data-look={embed.look.class()} data-steps={steps} data-digest={self.seen.digest.clone()}>
                <header class="top">
                    <h1>
                        <span class="protocol">{ story.protocol }</span>
                        if story.title != story.protocol { <span class="title">{ &story.title }</span> }
                    </h1>
                    <button class="button small" onclick={send.reform(|_: MouseEvent| Msg::OpenOutside)} title="Open this run, at this moment, in Synod">
                        { "Open in playground" }<span aria-hidden="true">{ " ↗" }</span>
                    </button>
                </header>
                <main class="main">
                    if shows([Look::Sequence, Look::Both]) {
                        <div class="stage-area">
                            { self.stage(model) }
                            <div class="over">
                                { self.back_to_now() }
                                { self.notices(model) }
                                if let Some(fall) = fall { { panels::banner(&BannerProps { fall, send: send.clone() }) } }
                            </div>
                        </div>
                    }
                    if shows([Look::Cluster, Look::Both]) {
                        <aside class="side" aria-label="Nodes">
                            <Nodes cards={self.seen.cards.clone()} cut={self.seen.cut} operation={self.operation.clone()} send={send} />
                        </aside>
                    }
                </main>
                <footer class="bottom">
                    { self.caption(model, caption) }
                    if embed.controls { { self.transport(model) } }
                </footer>
                { self.dialog() }
            </div>
        }
    }
}
