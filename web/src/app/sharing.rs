//! Taking a run away: links, snippets, files.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use synod::session::Session;
use wasm_bindgen_futures::spawn_local;

use super::{App, Dialog, Msg};
use crate::files::{form_of, name_of, text_of};
use crate::model::{span, story};
use crate::panels::Offer;
use crate::{browser, share};

/// How long the word stands that a link was copied, in milliseconds.
const COPIED_MS: u32 = 2_500;
/// What is said where the browser keeps the page from writing to the clipboard.
const BY_HAND: &str = "The browser did not let the page copy: select the text and copy it by hand.";
/// What is said where it keeps the page from drawing a picture, or the picture has no end.
const NO_PNG: &str =
    "The browser did not draw this as a PNG, perhaps because it is too long: take the SVG.";

impl App {
    pub(super) fn open_outside(&mut self) {
        let Ok(model) = &self.model else { return };
        let link: Rc<str> = share::link_of(&browser::page(), model.session()).into();
        if !browser::open_outside(&link) {
            self.link = Some((link, false));
            self.offer_link();
        }
    }

    /// The link is to be copied by hand. The word about one that was copied before may stand, and must not take this
    /// one with it when it goes.
    fn offer_link(&mut self) {
        self.copied = None;
        self.dialog = Some(Dialog::Link);
    }

    pub(super) fn copy(&mut self) {
        let Ok(model) = &self.model else { return };
        let link: Rc<str> = share::link_of(&browser::page(), model.session()).into();
        self.link = Some((Rc::clone(&link), false));
        self.copy_text(link.to_string(), None);
    }

    pub(super) fn on_copied(&mut self, done: bool) {
        if !done {
            return self.offer_link();
        }
        if let Some((_, copied)) = &mut self.link {
            *copied = true;
        }
        let send = self.send.clone();
        self.copied = Some(Timeout::new(COPIED_MS, move || send.emit(Msg::CopiedSeen)));
    }

    /// Opens a dialog, or closes it. A run that is shared stands: the moment is part of what is shared.
    pub(super) fn open(&mut self, dialog: Option<Dialog>) {
        if dialog == Some(Dialog::Share) {
            let Ok(model) = &mut self.model else { return };
            model.pause();
            self.offer = Some(offer(model.session()));
        }
        if dialog == Some(Dialog::Partition) {
            self.begin_parting();
        } else {
            self.end_parting();
        }
        if dialog.is_none() {
            browser::close_dialogs();
        }
        (self.dialog, self.shown) = (dialog, None);
    }

    /// Copies one of the texts that are offered.
    pub(super) fn take(&self, at: usize) {
        let text = self.offer.as_ref().and_then(|offer| offer.texts.get(at));
        if let Some((_, text)) = text {
            self.copy_text(text.to_string(), Some(at));
        }
    }

    /// Copies a text, and says so: `taken` is its place among those that are offered.
    pub(super) fn copy_text(&self, text: String, taken: Option<usize>) {
        let send = self.send.clone();
        spawn_local(async move {
            let done = browser::copy(text).await;
            send.emit(match taken {
                None => Msg::Copied(done),
                Some(at) => Msg::Taken(at, done),
            });
        });
    }

    /// One of the texts was copied, or not.
    pub(super) fn on_taken(&mut self, at: usize, done: bool) {
        if let Some(offer) = &mut self.offer {
            offer.taken = done.then_some(at);
            offer.word = if done { String::new() } else { BY_HAND.to_owned() };
        }
    }

    /// Saves the run as a file.
    pub(super) fn save(&mut self, ending: &str) {
        let (Ok(model), Some(form)) = (&self.model, form_of(ending)) else { return };
        let name = name_of(model.session(), self.situation.as_deref(), ending);
        let text = text_of(form, model, self.theme);
        if form.ending == "png" {
            let send = self.send.clone();
            spawn_local(async move {
                let word = match browser::png(&text).await {
                    Some(blob) => saved(&name, browser::save_blob(&name, &blob)),
                    None => NO_PNG.to_owned(),
                };
                send.emit(Msg::Word(word));
            });
            return;
        }
        let done = browser::save(&name, form.mime, &text);
        self.on_word(saved(&name, done));
    }

    /// Something is to be said about what was asked for in the dialog.
    pub(super) fn on_word(&mut self, word: String) {
        if let Some(offer) = &mut self.offer {
            offer.word = word;
        }
    }
}

/// How saving went. A frame whose host forbids downloads is not told that nothing came of it.
fn saved(name: &str, done: bool) -> String {
    if !done {
        return format!("The browser did not let the page save {name}.");
    }
    let framed = if browser::is_framed() {
        " If it does not appear there, the page around this one forbids downloads: open the run in a tab of \
         its own."
    } else {
        ""
    };
    format!("{name} is in your downloads.{framed}")
}

/// Everything that is offered for copying.
fn offer(session: &Session) -> Offer {
    let page = browser::page();
    let link = share::link_of(&page, session);
    let fragment = &link[page.len()..];
    let folder = page.rfind('/').map_or("", |end| &page[..=end]);
    let story = story(session);
    let title = if story.title == story.protocol {
        story.title
    } else {
        format!("{}: {}", story.protocol, story.title)
    };
    let moment = span(session.now());
    let markdown =
        format!("[{} at {moment}]({link})", escaped(&title, "[]\\", |c| format!("\\{c}")));
    let quoted = escaped(&title, "&\"<>", |c| format!("&#{};", c as u32));
    let iframe = format!(
        "<iframe src=\"{page}?embed=1{fragment}\" title=\"{quoted}\" width=\"100%\" height=\"480\" \
         loading=\"lazy\"></iframe>"
    );
    let element = format!(
        "<script src=\"{folder}embed.js\" defer></script> <synod-playground scenario=\"{fragment}\" \
         height=\"480\"></synod-playground>"
    );
    Offer {
        texts: [
            ("Link", link.as_str().into()),
            ("Markdown", markdown.into()),
            ("Frame (iframe)", iframe.into()),
            ("Custom element", element.into()),
        ],
        moment: format!("{moment}, step {}", session.steps().0),
        digest: session.digest().to_string(),
        taken: None,
        word: String::new(),
    }
}

/// A text with some of its characters written otherwise.
fn escaped(text: &str, which: &str, how: fn(char) -> String) -> String {
    let letter = |c: char| if which.contains(c) { how(c) } else { c.to_string() };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_title_stays_a_title_inside_markup() {
        let quoted = escaped("a \"b\" <i>", "&\"<>", |c| format!("&#{};", c as u32));
        assert_eq!(quoted, "a &#34;b&#34; &#60;i&#62;");
        assert_eq!(escaped("x [1]", "[]\\", |c| format!("\\{c}")), "x \\[1\\]");
    }
}
