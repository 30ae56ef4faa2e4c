//! What has to be said at once: a fallen invariant, a bad link, a new line of history.

use synod::session::Refusal;

use crate::model::Fall;
use crate::ui::{El, button, el, labelled, of, plain, said};

/// An invariant fell and the run stands.
pub(crate) fn banner(fall: &Fall) -> El {
    let rule = |(instead, section): &(&'static str, &'static str)| {
        said("p", "rule", "A rule is broken on purpose: ")
            .text(*instead)
            .add(plain("cite", *section))
    };
    let why = if fall.expected {
        Some("To show this is what the scenario is for.")
    } else if fall.rules.is_empty() {
        Some(
            "No rule is broken in this scenario: the engine itself is at fault. The link replays it.",
        )
    } else {
        None
    };
    let show = |label: &'static str, event: synod::trace::EventId| {
        labelled(label, format!("event {}", event.0))
    };
    let head = el("h2")
        .add(said("span", "cross", "✕").at("aria-hidden", "true"))
        .text(format!("{} has fallen", fall.name))
        .add(plain("small", fall.when.clone()));
    let buttons = of("div", "banner-buttons")
        .add(show("Show", fall.event))
        .maybe(fall.against.map(|against| show("Show what it contradicts", against)))
        .add(labelled("Continue", "on"));
    of("div", "banner")
        .at("role", "alert")
        .add(head)
        .add(said("p", "detail", fall.detail.clone()))
        .add(said("p", "says", "It demands: ").text(fall.says.clone()))
        .all(fall.rules.iter().map(rule))
        .maybe(why.map(|why| said("p", "rule", why)))
        .add(buttons)
}

/// A line over the stage: `class` says how it is meant; buttons are added to it.
pub(crate) fn notice(text: impl Into<yew::AttrValue>, class: &'static str) -> El {
    of("div", class).at("role", "status").add(plain("span", text))
}

/// Why something cannot be done, without the field of the scenario that it would have become.
pub(crate) fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid(problems) => {
            let says: Vec<&str> = problems.0.iter().map(|problem| problem.says.as_str()).collect();
            says.join("\n")
        }
        Refusal::NoSuch(_) => refusal.to_string(),
    }
}

/// The address opens nothing: what is wrong with it, and, where the page `is_whole` and no embed, where else to go.
pub(crate) fn bad_link(says: &str, is_whole: bool) -> El {
    let buttons = || {
        of("div", "banner-buttons")
            .add(button("button primary", "open gallery").text("Open the gallery"))
            .add(super::dialogs::file_button("Open file"))
            .add(said("a", "button", "Start afresh").at("href", "?"))
    };
    of("div", "bad-link")
        .at("role", "alert")
        .add(plain("h2", "This link does not open"))
        .add(plain(
            "p",
            "Nothing is lost: the link only describes a run, and this one cannot be read.",
        ))
        .add(plain("pre", says.to_owned()))
        .maybe(is_whole.then(buttons))
}

#[cfg(test)]
mod tests {
    use synod::scenario::{Do, Scenario};
    use synod::session::Session;

    use super::refused;

    #[test]
    fn a_text_that_is_no_operation_is_refused_without_a_word_about_fields() {
        let mut session = Session::open(Scenario::new("raft", 1)).expect("the usual run opens");
        let request = Do::Request { client: None, to: None, op: "x = = 5".to_owned() };
        let says = refused(&session.act(request).expect_err("it is no operation"));
        assert!(says.starts_with("\"x = = 5\" is not an operation"), "{says}");
    }
}
