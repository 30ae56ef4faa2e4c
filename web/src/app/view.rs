//! How the page is put together.

use synod::scenario::{Look, Theme};
use synod::session::{Verdict, protocols};
use synod::trace::{EventId, Info, Time};

use super::{App, Dialog, Tab};
use crate::later::later;
use crate::model::{
    Fall, Halted, Model, Sight, at_place, detail, drawn, kinds, offers, span, story, verdict_text,
};
use crate::panels;
use crate::share::{self, Entry, LONG};
use crate::stage::{Heads, Over, Tip, cluster, held, stage};
use crate::transport::Transport;
use crate::ui::{El, button, el, icon, link, of, plain, said};

impl App {
    /// The page.
    pub(crate) fn page(&self) -> El {
        let state = if self.model.is_ok() { "run" } else { "bad-link" };
        let steps = self.model.as_ref().ok().map(|model| model.session().steps().0.to_string());
        let class = if self.embed.is_some() { "app embed" } else { "app" };
        let page = of("div", class)
            .at("data-state", state)
            .at_some("data-steps", steps)
            .at_some("data-digest", self.seen.digest.clone());
        let page = match (&self.model, &self.embed) {
            (Ok(model), Some(embed)) => self.embedded(page, model, embed),
            (Ok(model), None) => self.run(page.add(self.header()), model),
            (Err(says), embed) => {
                let is_whole = embed.is_none();
                let header = is_whole.then(|| self.header());
                page.maybe(header).add(later(|| panels::bad_link(says, is_whole)))
            }
        };
        page.maybe(self.drag_note()).maybe(self.dialog())
    }

    fn header(&self) -> El {
        let model = self.model.as_ref().ok();
        let copy = match &self.link {
            Some((link, true)) if link.len() > LONG => "Long link copied",
            Some((_, true)) => "Link copied",
            _ => "Share",
        };
        let logo = of("svg", "")
            .at("viewBox", "0 0 24 24")
            .at("width", "20")
            .at("height", "20")
            .at("aria-hidden", "true")
            .add(of("path", "logo").at("d", LOGO));
        let title = button("title-button", "open gallery").at("aria-haspopup", "dialog");
        let name = match model.map(|model| story(model.session())) {
            None => "Gallery".to_owned(),
            Some(story) if story.title == story.protocol => "A plain run".to_owned(),
            Some(story) => story.title,
        };
        let title = title.add(said("span", "title", name));
        let own = |class: &'static str, label: &'static str, act: &'static str| {
            model.map(|_| button(class, act).text(label))
        };
        let (can_undo, can_redo) = model.map_or((false, false), Model::can_undo);
        let history = |title: &'static str, path: &'static str, act: &'static str, can: bool| {
            let class = "button icon undo-button";
            model.map(|_| {
                button(class, act).at("aria-label", title).flag("disabled", !can).add(icon(path))
            })
        };
        let (theme, sign) = match self.theme {
            Theme::Auto => ("Theme: as the system has it", HALF),
            Theme::Dark => ("Theme: dark", MOON),
            Theme::Light => ("Theme: light", SUN),
        };
        let nav = el("nav")
            .at("aria-label", "Run")
            .add(button("button gallery-button", "open gallery").text("Gallery"))
            .maybe(history("Undo", UNDO, "undo", can_undo))
            .maybe(history("Redo", REDO, "redo", can_redo))
            .maybe(own("button seed-button", "New seed", "seed"))
            .maybe(own("button copy-button", copy, "open share"))
            .add(
                button("button icon theme-button", "theme").at("aria-label", theme).add(icon(sign)),
            )
            .add(button("button icon", "open keys").at("aria-label", "Keys (?)").text("?"));
        of("header", "top")
            .add(el("h1").add(logo).text("Synod"))
            .maybe(model.map(|model| protocol_choice(model.session().info())))
            .add(title.add(said("span", "caret", "▾").at("aria-hidden", "true")))
            .add(nav)
    }

    fn run(&self, page: El, model: &Model) -> El {
        let session = model.session();
        let fall = model.fallen().and_then(|position| Fall::of(session, position));
        let caption = model.caption();
        let spoken = self.spoken(model, fall.as_ref(), caption.as_ref());
        let bottom = || {
            let caption = caption_bar(model, caption);
            of("footer", "bottom").maybe(caption).add(Self::transport(model)).into()
        };
        let aloud = said("div", "visually-hidden", spoken).at("aria-live", "polite");
        let side = self.side.get_or_init(|| self.side(model).into());
        page.add(self.stage_area(model, fall.as_ref()))
            .add(self.tabs())
            // Another tab is another element: it begins at its top.
            .add_node(side.node(self.tab.unwrap_or(Tab::Run).class()))
            .add_node(self.bottom.get_or_init(bottom).node("bottom"))
            .add(aloud)
            .maybe(self.menu(model))
    }

    /// What is read aloud: what is picked, else what happened last. While the run moves it is what its author says,
    /// and what fell: nobody could follow more.
    fn spoken(
        &self,
        model: &Model,
        fall: Option<&Fall>,
        caption: Option<&(String, EventId)>,
    ) -> String {
        let session = model.session();
        let last = || session.source().reached().checked_sub(1).map(|at| EventId(at as u32));
        let still = self.seen.digest.is_some();
        let event = model.picked().or_else(last).filter(|_| still);
        let says = |of: EventId| {
            !still || (model.picked().is_none() && model.instant_of(of) == session.now())
        };
        match (fall, caption) {
            (Some(fall), _) if says(fall.event) => {
                format!("{} has fallen. {}", fall.name, fall.detail)
            }
            (_, Some((text, event))) if says(*event) => text.clone(),
            _ => event.map_or_else(String::new, |event| {
                format!("{}: {}", span(model.instant_of(event)), at_place(session, event))
            }),
        }
    }

    pub(super) fn transport(model: &Model) -> El {
        let session = model.session();
        let transport = Transport {
            playing: model.is_playing(),
            speed: model.speed(),
            now: session.now(),
            recorded: session.recorded_until(),
            extent: model.extent().max(Time(1)),
            steps: session.steps().0,
            marks: drawn(model.marks(), model.extent()),
            kinds: kinds(model.marks()),
        };
        transport.view()
    }

    pub(super) fn stage_area(&self, model: &Model, fall: Option<&Fall>) -> El {
        let stage = self.seen.sight.as_ref().map(|sight| {
            let numbers = held(model.session(), sight);
            let over = Over { cone: self.seen.cone, held: numbers, tip: self.tip(model, sight) };
            let heads = Heads {
                cards: &self.seen.cards,
                hidden: model.session().cast().places().len() - model.options().lanes.len(),
                lifted: self.lifted(),
            };
            stage(&self.stage, sight, &self.seen.sheets, &heads, self.view.width, over)
        });
        let over = of("div", "over")
            .maybe(self.back_to_now())
            .add(of("div", "notices").all(self.notices(model)))
            .maybe(fall.map(|fall| later(|| panels::banner(fall))));
        // The ring has no time axis.
        let still = self.look == Look::Cluster;
        let zoom = |label: &'static str, sign: &'static str, act: &'static str| {
            button("button icon", act).at("aria-label", label).flag("disabled", still).text(sign)
        };
        let legend = self.embed.is_none().then(|| {
            button("button legend-button", "open legend")
                .at("aria-haspopup", "dialog")
                .text("Legend")
        });
        let look =
            button("button icon look-button", "view").at("aria-label", "Look").add(icon(RING));
        let zooms = of("div", "zoom")
            .at("role", "group")
            .at("aria-label", "Look and zoom")
            .maybe(legend)
            .add(look)
            .add(zoom("Stretch time (+)", "+", "zoom 1"))
            .add(zoom("Compress time (−)", "−", "zoom -1"));
        let ring = (self.look != Look::Sequence).then(|| {
            let picked = model.picked().map(|event| event.0);
            cluster(model.session(), &self.seen.cards, picked)
        });
        of("main", "stage-area")
            .at("data-look", self.look.name())
            .maybe(stage)
            .maybe(ring)
            .add(over)
            .add(zooms)
    }

    /// What can be done to what was touched.
    pub(super) fn menu(&self, model: &Model) -> Option<El> {
        let menu = self.menu.as_ref()?;
        Some(later(|| {
            let offers = offers(model.session(), model.index(), menu.touched, &self.operation);
            panels::menu(&offers, menu.spot)
        }))
    }

    fn side(&self, model: &Model) -> El {
        let (session, seen) = (model.session(), &self.seen);
        let picked = model.picked().and_then(|event| detail(session, event));
        let inspected = self.inspected.and_then(|node| seen.cards.get(node.index()));
        let side = of("aside", "side")
            .at("aria-label", "Details")
            // What scrolls is scrolled by keys, too.
            .at("tabindex", "0")
            .flag("data-closed", self.tab.is_none())
            .maybe(picked.as_ref().map(|picked| later(|| panels::inspector(picked))))
            .maybe(inspected.map(|card| later(|| panels::node(card, session.now()))));
        match self.tab {
            None | Some(Tab::Run) => side
                .maybe(panels::waiting(session))
                .add(panels::story(&story(session)))
                .add(panels::nodes(&seen.cards, seen.cut, &self.operation, self.inspected))
                .add(panels::checks(&seen.invariants, &seen.goals)),
            Some(tab) => later(|| self.other_tab(side, tab, model)),
        }
    }

    /// What stands beside the stage where it is not the run.
    fn other_tab(&self, side: El, tab: Tab, model: &Model) -> El {
        let (session, seen) = (model.session(), &self.seen);
        match tab {
            Tab::Run => side,
            Tab::Events => side.add(panels::events(model, &self.words, self.earlier())),
            Tab::Rules => side.add(panels::rules(session, self.gallery())),
            Tab::Setup => side.add(panels::setup(session)),
            Tab::History => side.add(panels::history(model)),
            Tab::Health => {
                side.maybe(seen.health.as_ref().map(|health| panels::health(session, health)))
            }
        }
    }

    /// Where the list of events begins, if that was chosen for the run as it stands.
    pub(super) fn earlier(&self) -> Option<EventId> {
        self.earlier.filter(|(of, _)| *of == self.seen.key).map(|(_, event)| event)
    }

    /// Every situation, as the gallery lists them.
    fn gallery(&self) -> &[Entry] {
        self.gallery.get_or_init(share::entries)
    }

    fn tip(&self, model: &Model, sight: &Sight) -> Option<Tip> {
        let event = self.hover?;
        let detail = detail(model.session(), event)?;
        let (x, y) = sight.place_of(event)?;
        let rows = detail.rows.iter().filter(|(name, _)| !matches!(*name, "from" | "at"));
        let mut line: Vec<String> = rows.map(|(name, value)| format!("{name} {value}")).collect();
        line.extend(detail.ignored.map(|(word, _)| format!("ignored: {word}")));
        let width = sight.width() / 10;
        let margin = 130.min(width / 2);
        let x = x.clamp(margin, width - margin);
        let seen_at = y - sight.scroll.unwrap_or(self.view.top);
        let below = seen_at < TIP_ROOM;
        Some(Tip { x, y, title: detail.title, line: line.join(" · "), below })
    }

    fn back_to_now(&self) -> Option<El> {
        let sight = self.seen.sight.as_ref()?;
        if self.view.follow || sight.now_off == 0 {
            return None;
        }
        let label = if sight.now_off > 0 { "↓ Back to now" } else { "↑ Back to now" };
        Some(button("pill", "follow").text(label))
    }

    fn notices(&self, model: &Model) -> Vec<El> {
        let verdict = model.session().verdict();
        // Who stopped it on its way need not be told that it is on its way.
        let verdict =
            verdict_text(verdict).filter(|_| *verdict != Verdict::Pending || model.is_busy());
        let halted = model.halted().map(|why| match why {
            Halted::Quiet if model.session().is_manual() => {
                "Messages and timers wait for you: deliver or fire them, or let them travel again."
            }
            Halted::Quiet => {
                "Nothing more will happen by itself. Send a request, crash a node, or step back."
            }
            Halted::Story => "The story ends here. Play goes on with the run.",
            Halted::Bound => "The run has reached the most events it may record, and stops here.",
        });
        // That all is well is worth a word at the moment that was shared, not for ever.
        let arrived = model.session().branches().is_empty() && !model.is_playing() && !self.is_own;
        let mut notices = Vec::new();
        if let Some((well, text)) = verdict.filter(|(well, _)| arrived || !well) {
            notices.push(panels::notice(text, if well { "notice good" } else { "notice bad" }));
        }
        if let Some(text) = &self.refusal {
            let notice = panels::notice(text.clone(), "notice bad");
            notices.push(notice.add(link("dismiss", "dismiss")));
        }
        if let Some(text) = &self.word {
            let notice = panels::notice(text.clone(), "notice");
            notices.push(notice.add(link("dismiss", "dismiss")));
        }
        if let Some(forked) = model.forked() {
            let says = "You acted in the past, so history branches here. The old future is kept.";
            let back = link("return to it", format!("return {}", forked.branch));
            notices.push(panels::notice(says, "notice").add(back).add(link("dismiss", "dismiss")));
        }
        if let Some(slot) = model.options().slot {
            let name = model.session().info().slot;
            let notice = panels::notice(format!("Only {name} {slot} is shown."), "notice");
            notices.push(notice.add(link("show all", format!("slot {name}"))));
        }
        notices.extend(halted.map(|text| panels::notice(text, "notice")));
        notices
    }

    fn tabs(&self) -> El {
        let fallen = self.seen.invariants.iter().any(|state| state.fell.is_some());
        let tab = |(tab, name): (Tab, &'static str)| {
            let class = if tab == Tab::Run && fallen { "tab alarm" } else { "tab" };
            let open = match self.tab {
                None if tab == Tab::Run => "maybe",
                open => {
                    if open == Some(tab) {
                        "true"
                    } else {
                        "false"
                    }
                }
            };
            let pressed = if open == "true" { "true" } else { "false" };
            button(class, format!("tab {}", tab.class()))
                .at("aria-pressed", pressed)
                .at("data-open", open)
                .text(name)
        };
        of("nav", "tabs").at("aria-label", "Panels").all(Tab::ALL.into_iter().map(tab))
    }

    fn dialog(&self) -> Option<El> {
        let dialog = self.dialog?;
        later(|| self.open_dialog(dialog))
    }

    fn open_dialog(&self, dialog: Dialog) -> Option<El> {
        Some(match dialog {
            Dialog::Gallery => {
                let own = self.model.as_ref().ok().map(|model| model.session().info());
                panels::gallery(self.gallery(), self.situation.as_deref(), own, &self.wanted)
            }
            Dialog::Keys => panels::keys(),
            Dialog::Legend => panels::legend(self.model.as_ref().ok()?.session().info()),
            Dialog::BadFile => {
                let (name, says) = self.bad_file.as_ref()?;
                panels::bad_file(name, says)
            }
            Dialog::Share => panels::share(self.offer.as_ref()?),
            Dialog::Partition => self.partition(self.model.as_ref().ok()?)?,
            Dialog::Link => panels::link(self.link.as_ref().map_or("", |(link, _)| link)),
        })
    }
}

/// The protocol of the run; another one opens its usual run.
fn protocol_choice(own: &'static Info) -> El {
    let option = |info: &'static Info| {
        plain("option", info.name).at("value", info.id).flag("selected", info.id == own.id)
    };
    of("select", "protocol")
        .at("aria-label", "Protocol")
        .at("data-change", "protocol")
        .all(protocols().map(option))
}

/// The latest caption; its place is kept from the beginning, so that nothing moves when one comes.
pub(super) fn caption_bar(model: &Model, caption: Option<(String, EventId)>) -> Option<El> {
    match caption {
        Some((text, event)) => {
            let bar = button("caption", format!("event {}", event.0));
            Some(bar.at("title", "Go to where this was said").add(plain("span", text)))
        }
        None if model.base().narration.is_empty() => None,
        None => {
            let bar = of("button", "caption").flag("disabled", true).at("aria-hidden", "true");
            Some(bar.add(plain("span", "\u{a0}")))
        }
    }
}

/// What is said about something stands above it where the view has so much room, in pixels.
const TIP_ROOM: i32 = 90;
/// Three chairs around a table.
const LOGO: &str = "M12 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM5.5 13a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM18.5 13a4 4 0 1 1 0 8 4 4 0 0 1 0-8z";
/// Arrows that turn back and forth.
const UNDO: &str = "M6.5 2v3H10a4.5 4.5 0 0 1 0 9H5v-1.6h5a2.9 2.9 0 0 0 0-5.8H6.5v3L2 5.8z";
const REDO: &str = "M9.5 2v3H6a4.5 4.5 0 0 0 0 9h5v-1.6H6a2.9 2.9 0 0 1 0-5.8h3.5v3L14 5.8z";
/// A disc, half of it dark; a crescent; a disc with rays.
const HALF: &str = "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 1.5v11a5.5 5.5 0 0 0 0-11z";
const MOON: &str = "M6.2 1.3a5.6 5.6 0 0 0 8.5 8.5A7 7 0 1 1 6.2 1.3z";
const SUN: &str = "M8 4.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8zM7.2.6h1.6v2.6H7.2zm0 12.2h1.6v2.6H7.2zM.6 7.2h2.6v1.6H.6zm12.2 0h2.6v1.6h-2.6zM2.2 3.3l1.1-1.1L5.2 4 4 5.2zm8.6 8.7 1.2-1.2 1.8 1.9-1.1 1.1zm-8.6.7L4 10.8 5.2 12l-1.9 1.8zM10.8 4l1.9-1.8 1.1 1.1L12 5.2z";
/// Five discs in a ring.
const RING: &str = "M8 .8a1.9 1.9 0 1 1 0 3.8A1.9 1.9 0 0 1 8 .8zM2.7 4.7a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8zm10.6 0a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8zM4.8 10.9a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8zm6.4 0a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8z";
