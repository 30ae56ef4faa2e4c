//! The rules that keep the protocol safe: what the paper says, and what happens without it.

use synod::session::Session;
use synod::trace::RuleInfo;

use crate::share::Entry;
use crate::ui::{El, el, of, panel, plain, said};

pub(crate) fn rules(session: &Session, entries: &[Entry]) -> El {
    let info = session.info();
    let broken = &session.scenario().broken;
    let summary = match broken.len() {
        0 => said("span", "count good", "all kept"),
        1 => said("span", "count bad", "1 broken"),
        many => said("span", "count bad", format!("{many} broken")),
    };
    let about = "Break one, and the run is played again without it. The invariants keep watching.";
    let is_broken = |rule: &RuleInfo| broken.iter().any(|id| *id == rule.id);
    let rows = |wanted: bool| {
        let rules = info.rules.iter().filter(move |rule| is_broken(rule) == wanted);
        rules.map(move |rule| rule_row(rule, wanted, entries))
    };
    panel("panel rules", "Rules")
        .add(plain("h2", format!("Rules of {}", info.name)).add(summary))
        .add(said("p", "about", about))
        .add(of("ul", "rule-list").all(rows(true)).all(rows(false)))
}

fn rule_row(rule: &RuleInfo, broken: bool, entries: &[Entry]) -> El {
    let switch = of("button", "switch")
        .at("type", "button")
        .at("role", "switch")
        .at("aria-checked", if broken { "false" } else { "true" })
        .at("aria-label", format!("{} is kept", words_of(rule.id)))
        .at("title", if broken { "Keep this rule again" } else { "Break this rule" })
        .act(format!("set rule {}", rule.id));
    let head = of("div", "rule-head")
        .add(switch)
        .add(plain("b", words_of(rule.id)))
        .add(plain("cite", rule.section));
    let shows = entries.iter().filter(|entry| entry.broken.iter().any(|id| *id == rule.id));
    let shows = shows.map(|entry| {
        let href = format!("?scenario={}", entry.id);
        el("a").act(format!("visit {href}")).at("href", href).text(entry.title.clone())
    });
    let instead = plain("p", "Broken: ").text(rule.broken);
    let may = match rule.guards {
        "Termination" => "Then it may never come to a decision.".to_owned(),
        guards => format!("Then {guards} may fall."),
    };
    let watch = of("p", "shows").add(plain("span", "See it: ")).all(shows);
    let more = of("details", "rule-more")
        .flag("open", broken)
        .add(plain("summary", "Without it"))
        .add(instead)
        .add(plain("p", may))
        .add(watch);
    of("li", if broken { "rule-card is-broken" } else { "rule-card" })
        .key(rule.id)
        .add(head)
        .add(said("p", "says", rule.says))
        .add(more)
}

/// `PersistVote` as people read it: `Persist vote`.
pub(crate) fn words_of(id: &str) -> String {
    let mut words = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
            words.push(letter.to_ascii_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}
