//! How the page is put together.

use synod::trace::{EventId, Time};
use yew::prelude::*;

use super::{App, Dialog, Msg, Shared, Tab};
use crate::model::{Fall, Halted, Model, detail, drawn, span, story, verdict_text};
use crate::panels::{self, BannerProps, Checks, InspectorProps, Nodes, StoryProps};
use crate::share::LONG;
use crate::stage::{Stage, Tip};
use crate::transport::{TransportProps, transport};

impl App {
    /// The page.
    pub(super) fn page(&self) -> Html {
        let (body, state) = match &self.model {
            Ok(model) => match &self.embed {
                Some(embed) => return self.embedded(model, embed),
                None => (self.run(model), "run"),
            },
            Err(says) => (panels::bad_link(says, &self.send), "bad-link"),
        };
        let steps = self.model.as_ref().ok().map(|model| model.session().steps().0.to_string());
        html! {
            <div class="app" data-state={state} data-steps={steps} data-digest={self.seen.digest.clone()}>
                { self.header() }
                { body }
                { self.dialog() }
            </div>
        }
    }

    fn on(&self, message: fn() -> Msg) -> Callback<MouseEvent> {
        self.send.reform(move |_: MouseEvent| message())
    }

    fn header(&self) -> Html {
        let model = self.model.as_ref().ok();
        let story = model.map(|model| story(model.session()));
        let copied = self.link.as_ref().is_some_and(|(_, copied)| *copied);
        let long = self.link.as_ref().is_some_and(|(link, _)| link.len() > LONG);
        let copy = match (copied, long) {
            (false, _) => "Copy link",
            (true, false) => "Link copied",
            (true, true) => "Long link copied",
        };
        html! {
            <header class="top">
                <h1><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path class="logo" d={LOGO} /></svg>{ "Synod" }</h1>
                <button class="title-button" onclick={self.on(|| Msg::Open(Some(Dialog::Gallery)))} aria-haspopup="dialog" title="Open the gallery (G)">
                    if let Some(story) = &story {
                        <span class="protocol">{ story.protocol }</span>
                        if story.title != story.protocol { <span class="title">{ &story.title }</span> }
                    } else {
                        <span class="title">{ "Gallery" }</span>
                    }
                    <span class="caret" aria-hidden="true">{ "▾" }</span>
                </button>
                <nav aria-label="Run">
                    <button class="button gallery-button" onclick={self.on(|| Msg::Open(Some(Dialog::Gallery)))}>{ "Gallery" }</button>
                    if model.is_some() {
                        <button class="button seed-button" onclick={self.on(|| Msg::NewSeed)} title="The same scenario with other luck">{ "New seed" }</button>
                        <button class="button copy-button" onclick={self.on(|| Msg::Copy)} title="Copy the link to this run at this moment (C)">{ copy }</button>
                    }
                    <button class="button icon" onclick={self.on(|| Msg::Open(Some(Dialog::Keys)))} aria-label="Keys (?)" title="Keys (?)">{ "?" }</button>
                </nav>
            </header>
        }
    }

    fn run(&self, model: &Model) -> Html {
        let session = model.session();
        let send = self.send.clone();
        let fall = model.fallen().and_then(|position| Fall::of(session, position));
        let caption =
            session.captions().last().map(|caption| (caption.text.to_owned(), caption.event));
        let branches = session.branches().iter();
        let branches: Vec<(String, String)> =
            branches.map(|branch| (span(branch.left_at), branch.because.clone())).collect();
        let picked = model.picked().and_then(|event| detail(session, event));
        let tab = self.tab.map_or("none", Tab::class);
        let spoken = fall.as_ref().map(|fall| format!("{} has fallen. {}", fall.name, fall.detail));
        let spoken = spoken.or_else(|| caption.as_ref().map(|(text, _)| text.clone()));
        html! {
            <>
                <main class="main" data-tab={tab}>
                    <div class="stage-area">
                        { self.stage(model) }
                        <div class="over">
                            { self.back_to_now() }
                            { self.notices(model) }
                            if let Some(fall) = fall { { panels::banner(&BannerProps { fall, send: send.clone() }) } }
                        </div>
                        <div class="zoom" role="group" aria-label="Zoom">
                            <button class="button icon" onclick={self.on(|| Msg::Zoom(1))} aria-label="Stretch time (+)" title="Stretch time (+)">{ "+" }</button>
                            <button class="button icon" onclick={self.on(|| Msg::Zoom(-1))} aria-label="Compress time (−)" title="Compress time (−)">{ "−" }</button>
                        </div>
                    </div>
                    <aside class="side" aria-label="Details">
                        if picked.is_some() || self.tab == Some(Tab::Event) { { panels::inspector(&InspectorProps { detail: picked, send: send.clone() }) } }
                        { panels::story(&StoryProps { story: story(session), branches, send: send.clone() }) }
                        <Nodes cards={self.seen.cards.clone()} cut={self.seen.cut} operation={self.operation.clone()} send={send.clone()} />
                        <Checks invariants={self.seen.invariants.clone()} goals={self.seen.goals.clone()} send={send.clone()} />
                    </aside>
                </main>
                <footer class="bottom">
                    { self.caption(model, caption) }
                    { self.transport(model) }
                    { self.tabs() }
                </footer>
                <div class="visually-hidden" aria-live="polite">{ spoken }</div>
            </>
        }
    }

    pub(super) fn transport(&self, model: &Model) -> Html {
        let session = model.session();
        transport(&TransportProps {
            playing: model.is_playing(),
            speed: model.speed(),
            now: session.now(),
            recorded: session.recorded_until(),
            extent: model.extent().max(Time(1)),
            steps: session.steps(),
            marks: drawn(model.marks(), model.extent()),
            send: self.send.clone(),
        })
    }

    /// The latest caption; its place is kept from the beginning, so that nothing moves when one comes.
    pub(super) fn caption(&self, model: &Model, caption: Option<(String, EventId)>) -> Html {
        match caption {
            Some((text, event)) => html! {
                <button class="caption" onclick={self.send.reform(move |_| Msg::SeekEvent(event))} title="Go to where this was said">
                    <span>{ text }</span>
                </button>
            },
            None if model.base().narration.is_empty() => Html::default(),
            None => {
                html! { <button class="caption" disabled=true aria-hidden="true"><span>{ "\u{a0}" }</span></button> }
            }
        }
    }

    pub(super) fn stage(&self, model: &Model) -> Html {
        let Some(sight) = &self.seen.sight else { return Html::default() };
        let labels = self.seen.labels.as_ref().map(|(_, labels)| labels.clone());
        html! {
            <Stage
                scene={Shared(sight.scene.clone())} labels={labels.unwrap_or_default()} cards={self.seen.cards.clone()}
                width={self.view.width} top={sight.top} height={sight.height} scroll={sight.scroll}
                picked={model.picked()} tip={self.tip(model)} send={self.send.clone()}
            />
        }
    }

    fn tip(&self, model: &Model) -> Option<Tip> {
        let event = self.hover?;
        let scene = &self.seen.sight.as_ref()?.scene;
        let detail = detail(model.session(), event)?;
        let (x, y) = match scene.arrows.iter().find(|arrow| arrow.sent == event) {
            Some(arrow) => (i32::midpoint(arrow.x1, arrow.x2), i32::midpoint(arrow.y1, arrow.y2)),
            None => {
                scene.marks.iter().find(|mark| mark.event == event).map(|mark| (mark.x, mark.y))?
            }
        };
        let rows = detail.rows.iter().filter(|(name, _)| !matches!(*name, "from" | "at"));
        let line: Vec<String> = rows.map(|(name, value)| format!("{name} {value}")).collect();
        let refused = detail.effects.iter().find(|(event, _)| is_refusal(model, *event));
        let line =
            line.join(" · ") + &refused.map_or_else(String::new, |(_, text)| format!(" · {text}"));
        let margin = 1_300.min(scene.width / 2);
        Some(Tip {
            x: x.clamp(margin, scene.width - margin) / 10,
            y: y / 10,
            title: detail.title,
            line,
        })
    }

    pub(super) fn back_to_now(&self) -> Html {
        let Some(sight) = &self.seen.sight else { return Html::default() };
        if self.view.follow || sight.now_off == 0 {
            return Html::default();
        }
        let arrow = if sight.now_off > 0 { "↓" } else { "↑" };
        html! { <button class="pill" onclick={self.on(|| Msg::Follow)}>{ arrow }{ " Back to now" }</button> }
    }

    pub(super) fn notices(&self, model: &Model) -> Html {
        let verdict = verdict_text(model.session().verdict());
        let halted = model.halted().map(|why| match why {
            Halted::Quiet => {
                "Nothing more will happen by itself. Send a request, crash a node, or step back."
            }
            Halted::Story => "The story ends here. Play goes on with the run.",
            Halted::Bound => "The run has reached the most events it may record, and stops here.",
        });
        // That all is well is worth a word at the moment that was shared, not for ever.
        let arrived = model.session().branches().is_empty() && !model.is_playing();
        let dismiss = |message: fn() -> Msg| {
            html! { <button class="link" onclick={self.on(message)}>{ "dismiss" }</button> }
        };
        let mut notices = Vec::new();
        if let Some((well, text)) = verdict.filter(|(well, _)| arrived || !well) {
            notices.push(panels::notice(&text, if well { "good" } else { "bad" }, Html::default()));
        }
        if let Some(text) = &self.refusal {
            notices.push(panels::notice(text, "bad", dismiss(|| Msg::DismissRefusal)));
        }
        if let Some(forked) = model.forked() {
            let text = "You acted in the past, so history branches here. The old future is kept.";
            let back = self.send.reform(move |_: MouseEvent| Msg::Return(forked.branch));
            let back = html! { <button class="link" onclick={back}>{ "return to it" }</button> };
            let buttons = html! { <>{ back }{ dismiss(|| Msg::DismissFork) }</> };
            notices.push(panels::notice(text, "", buttons));
        }
        if let Some(text) = halted {
            notices.push(panels::notice(text, "", Html::default()));
        }
        notices.into_iter().collect()
    }

    fn tabs(&self) -> Html {
        let tab = |(tab, name): (Tab, &'static str)| {
            let is_open = self.tab == Some(tab);
            let cards = &self.seen.invariants;
            let alarm = tab == Tab::Checks && cards.iter().any(|state| state.fell.is_some());
            html! {
                <button class={if alarm { "tab alarm" } else { "tab" }} aria-pressed={is_open.to_string()} onclick={self.send.reform(move |_| Msg::Tab(Some(tab)))}>{ name }</button>
            }
        };
        html! { <div class="tabs" role="group" aria-label="Panels">{ for Tab::ALL.into_iter().map(tab) }</div> }
    }

    pub(super) fn dialog(&self) -> Html {
        let send = &self.send;
        match self.dialog {
            None => Html::default(),
            Some(Dialog::Gallery) => {
                panels::gallery(&self.gallery, self.situation.as_deref(), send)
            }
            Some(Dialog::Keys) => panels::keys(send),
            Some(Dialog::Link) => {
                panels::link(self.link.as_ref().map_or("", |(link, _)| &**link), send)
            }
        }
    }
}

fn is_refusal(model: &Model, event: EventId) -> bool {
    use synod::trace::{EventKind, Fact};
    let event = model.session().source().events().get(event.index());
    event.is_some_and(|event| matches!(event.kind, EventKind::Fact(Fact::Ignored { .. })))
}

/// Three chairs around a table.
const LOGO: &str = "M12 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM5.5 13a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM18.5 13a4 4 0 1 1 0 8 4 4 0 0 1 0-8z";
