//! What covers the page for a moment: the gallery, the keys, a link to copy by hand.

use synod::session::protocols;
use synod::trace::Info;

use super::rules::words_of;
use crate::acts::{KEYS, Known};
use crate::share::{Entry, LONG};
use crate::ui::{El, button, el, of, plain, said, small};

/// The browser's own modal dialog: it holds the focus and closes with Escape. The page opens it as soon as
/// it is there.
pub(super) fn frame(title: &'static str, class: &'static str) -> (El, El) {
    let close = button("button icon", "close").at("aria-label", "Close").text("✕");
    let body = of("div", "dialog-body").add(el("header").add(plain("h2", title)).add(close));
    (of("dialog", class).at("aria-label", title), body)
}

/// Every situation, by protocol, that of the run (`own`) first; only those that `words` are found in.
pub(crate) fn gallery(
    entries: &[Entry],
    open: Option<&str>,
    own: Option<&'static Info>,
    words: &str,
) -> El {
    // Links, so that they open in a new tab too; in this one nothing is loaded again.
    let visit = |query: String| el("a").act(format!("visit {query}")).at("href", query);
    let entry = |entry: &Entry| {
        let breaks = (!entry.broken.is_empty()).then(|| said("span", "breaks", "breaks a rule"));
        let current = (open == Some(entry.id)).then_some("true");
        let link = visit(format!("?scenario={}", entry.id))
            .class("entry")
            .at_some("aria-current", current)
            .add(plain("b", entry.title.clone()).maybe(breaks))
            .add(plain("span", entry.about.clone()));
        el("li").key(entry.id).add(link)
    };
    let group = |info: &'static Info| {
        let own = |entry: &&Entry| entry.protocol == info.id && has(entry, info, words);
        let mut own = entries.iter().filter(own).peekable();
        own.peek()?;
        let plain_run = visit(format!("?protocol={}", info.id)).text("open a plain run");
        let group = el("section")
            .key(info.id)
            .add(el("h3").add(plain("span", info.name)).add(plain_run))
            .add(said("p", "about", info.summary))
            .add(of("ul", "entries").all(own.map(entry)));
        Some(group)
    };
    let (dialog, body) = frame("Gallery", "dialog gallery");
    let file = of("p", "about open-file")
        .add(file_button("Open file"))
        .text("A scenario, a script or a recording: choose it, or drop it on the page.");
    let is_own = |info: &&'static Info| own.is_some_and(|own| own.id == info.id);
    let ordered = protocols().filter(is_own).chain(protocols().filter(|info| !is_own(info)));
    let groups: Vec<El> = ordered.filter_map(group).collect();
    let nothing = groups.is_empty().then(|| said("p", "about", "No situation has these words."));
    dialog.add(body.add(finder(words)).all(groups).maybe(nothing).add(file))
}

/// Whether words are found in a situation's title, its protocol's name or a rule that it breaks.
fn has(entry: &Entry, info: &Info, words: &str) -> bool {
    let words = words.trim().to_ascii_lowercase();
    let rules = entry.broken.iter().map(|id| words_of(id));
    let titles = [entry.title.clone(), info.name.to_owned()];
    titles.into_iter().chain(rules).any(|text| text.to_ascii_lowercase().contains(&words))
}

/// What is looked for in the gallery: a text, or all of one protocol.
fn finder(words: &str) -> El {
    let field = el("input")
        .at("type", "search")
        .at("placeholder", "Find: a title, a protocol, a rule")
        .at("aria-label", "Find a situation")
        .set("find")
        .value(words.to_owned());
    let chip = |info: &'static Info| {
        let is_on = words == info.name;
        button("chip-button", if is_on { "find".into() } else { format!("find {}", info.name) })
            .at("aria-pressed", if is_on { "true" } else { "false" })
            .text(info.name)
    };
    of("div", "finder").add(field).all(protocols().map(chip))
}

/// A button that lets the reader choose a file.
pub(crate) fn file_button(label: &'static str) -> El {
    let input = of("input", "visually-hidden").at("type", "file").at("accept", FILES);
    of("label", "button").text(label).add(input)
}

/// What is offered where files are chosen.
const FILES: &str = ".json,.synod,.txt,application/json,text/plain";

/// A file does not open: what is wrong with it.
pub(crate) fn bad_file(name: &str, says: &str) -> El {
    let (dialog, body) = frame("This file does not open", "dialog bad-file");
    let about = format!("{name}. Nothing is lost: what was open is still there.");
    let buttons = of("div", "banner-buttons").add(file_button("Open another file"));
    let says = plain("pre", says.to_owned()).at("role", "alert");
    dialog.add(body.add(said("p", "about", about)).add(says).add(buttons))
}

/// The table of keys.
pub(crate) fn keys() -> El {
    let row = |known: &Known| {
        let key = el("dt").add(plain("kbd", known.shown));
        el("div").add(key).add(plain("dd", known.does))
    };
    let (dialog, body) = frame("Keys", "dialog keys");
    let legend = small("Legend: lines, colours, marks", "open legend");
    dialog.add(body.add(legend).add(el("dl").all(KEYS.iter().map(row))))
}

/// The link, where the browser did not let the page copy it.
pub(crate) fn link(link: &str) -> El {
    let (dialog, body) = frame("Link to this moment", "dialog link-dialog");
    let long =
        if link.len() > LONG { ": some mail programs and chats cut links this long" } else { "" };
    let says = "The browser did not let the page copy it. Select it and copy it by hand.";
    let text = el("textarea")
        .flag("readonly", true)
        .at("rows", "6")
        .at("aria-label", "Link")
        .value(link.to_owned());
    let length = format!("{} characters{long}", link.len());
    dialog.add(body.add(said("p", "about", says)).add(text).add(said("p", "about", length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::entries;

    #[test]
    fn a_situation_is_found_by_its_title_its_protocol_and_the_rule_it_breaks() {
        let entries = entries();
        let count = |words: &str| {
            let found = protocols().map(|info| {
                let own = entries.iter().filter(|entry| entry.protocol == info.id);
                own.filter(|entry| has(entry, info, words)).count()
            });
            found.collect::<Vec<usize>>()
        };
        let all: usize = count("").iter().sum();
        assert_eq!(all, entries.len());
        for (i, info) in protocols().enumerate() {
            assert_eq!(count(&info.name.to_uppercase())[i], count("")[i], "{}", info.name);
        }
        assert!(count(" figure 8 ").iter().any(|count| *count > 0));
        assert!(count("persist vote").iter().any(|count| *count > 0));
        assert_eq!(count("no such words").iter().sum::<usize>(), 0);
    }
}
