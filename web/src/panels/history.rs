//! What was done to the run, each act with a switch, and the lines of history that were left.

use synod::scenario::Command;
use synod::trace::Time;

use crate::acts::title;
use crate::model::{Line, Model, lines, span};
use crate::ui::{El, el, link, of, panel, plain, said, small};

pub(crate) fn history(model: &Model) -> El {
    let session = model.session();
    let (undo, redo) = model.can_undo();
    let buttons = of("span", "panel-buttons")
        .add(small("Undo", "undo").flag("disabled", !undo))
        .add(small("Redo", "redo").flag("disabled", !redo));
    let head = plain("h2", "What is done to the run").add(buttons);
    let panel = panel("panel history", "History").add(head);
    let commands = &session.scenario().commands;
    let panel = if commands.is_empty() {
        let says = "Nothing yet. Touch an arrow, a lane or a node: what you do is listed here, and can be \
                    switched off again.";
        panel.add(said("p", "about", says))
    } else {
        let row = |(i, command): (usize, &Command)| {
            act(i, command, session.describe(&command.act), model.is_own(command), session.now())
        };
        panel.add(of("ul", "list acts").all(commands.iter().enumerate().map(row)))
    };
    let tree = lines(session);
    if tree.len() < 2 {
        let says = "Acting in the past begins another line of history; the old one is kept here.";
        return panel.add(plain("h2", "Lines of history")).add(said("p", "about", says));
    }
    panel.add(plain("h2", "Lines of history")).add(of("ul", "tree").all(tree.iter().map(line)))
}

fn act(index: usize, command: &Command, words: String, own: bool, now: Time) -> El {
    let at = Time(command.at_us);
    let class = match (command.off, at > now) {
        (true, _) => "off",
        (false, true) => "open",
        (false, false) => "",
    };
    let switch = of("button", "switch")
        .at("type", "button")
        .at("role", "switch")
        .at("aria-checked", if command.off { "false" } else { "true" })
        .at("aria-label", format!("{words} at {}", span(at)))
        .at_some("title", title("switch"))
        .act(format!("switch {index}"));
    of("li", class)
        .add(switch)
        .add(said("span", "when", span(at)))
        .add(plain("span", words))
        .maybe((!own).then(|| said("span", "given", "scenario")))
}

fn line(line: &Line) -> El {
    let indent = format!("--depth:{}", line.depth);
    let row = el("li").at("style", indent).class(if line.branch.is_none() { "here" } else { "" });
    match line.branch {
        None => row.add(plain("b", "this run")).add(said("span", "when", line.text.clone())),
        Some(branch) => row
            .add(said("span", "when", span(line.forked_at)))
            .add(plain("span", line.text.clone()))
            .add(link("return", format!("return {branch}"))),
    }
}
