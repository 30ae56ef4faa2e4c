//! Everything a run can be taken away as: a link, a snippet for a page, a file.

use std::rc::Rc;

use crate::files::{FORMS, Form};
use crate::share::LONG;
use crate::ui::{El, button, el, of, plain, said};

/// What the dialog offers, made when it was opened: the run stands as long as it is open.
pub(crate) struct Offer {
    /// The link, and snippets around it, each with its name; they are copied by their positions.
    pub(crate) texts: [(&'static str, Rc<str>); 4],
    /// `412 ms, step 57`
    pub(crate) moment: String,
    /// The digest that is checked when the link is opened.
    pub(crate) digest: String,
    /// What was just copied.
    pub(crate) taken: Option<usize>,
    /// How the last wish was met.
    pub(crate) word: String,
}

pub(crate) fn share(offer: &Offer) -> El {
    let (dialog, body) = super::dialogs::frame("Share this run", "dialog share");
    let length = offer.texts[0].1.len();
    let about = format!(
        "{length} characters. Opens at {}, and checks that it is the same run: digest {}.",
        offer.moment, offer.digest
    );
    let long = (length > LONG).then(|| {
        let says = "Some mail programs and chats cut links over 2,000 characters: send the scenario file instead.";
        said("p", "long", says)
    });
    let snippets = offer.texts.iter().enumerate().skip(1).map(|(at, _)| text(offer, at));
    let body = body
        .add(text(offer, 0))
        .add(said("p", "about", about))
        .maybe(long)
        .add(plain("h3", "In a page of yours"))
        .all(snippets)
        .add(plain("h3", "As a file"))
        .all(FORMS.iter().map(|(name, forms)| group(name, forms)))
        .add(said("p", "word", offer.word.clone()).at("role", "status"));
    dialog.add(body)
}

fn text(offer: &Offer, at: usize) -> El {
    let (name, text) = &offer.texts[at];
    let label = if offer.taken == Some(at) { "Copied" } else { "Copy" };
    let field = el("input")
        .at("type", "text")
        .flag("readonly", true)
        .at("aria-label", *name)
        .value(Rc::clone(text));
    let copy = button(if at == 0 { "button primary" } else { "button" }, format!("take {at}"))
        .at("aria-label", format!("{label}: {name}"))
        .text(label);
    of("div", "take").add(plain("span", *name)).add(field).add(copy)
}

fn group(name: &'static str, forms: &'static [Form]) -> El {
    let file = |form: &Form| {
        button("file", format!("save {}", form.ending))
            .add(plain("b", form.label))
            .add(plain("span", form.about))
    };
    of("div", "files")
        .at("role", "group")
        .at("aria-label", name)
        .add(said("span", "unit", name))
        .add(el("div").all(forms.iter().map(file)))
}
