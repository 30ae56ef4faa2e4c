//! The nodes: what they are, what they hold, and what can be done to them.

use synod::scenario::Do;
use synod::trace::NodeId;

use crate::acts::doing;
use crate::model::NodeCard;
use crate::ui::{El, el, of, panel, plain, said, small};

/// `cut` says whether the network is divided, `operation` what the next request asks for, and `chosen` is the node
/// that is looked at.
pub(crate) fn nodes(cards: &[NodeCard], cut: bool, operation: &str, chosen: Option<NodeId>) -> El {
    let asked = operation;
    // Without a button the request goes to who is looked at, else to the first that takes any.
    let takes = |card: &&NodeCard| card.up && card.serves;
    let looked_at = cards.iter().filter(|card| Some(card.node) == chosen).find(takes);
    let first = looked_at.or_else(|| cards.iter().find(takes));
    let input = el("input")
        .at("type", "text")
        .at("size", "7")
        .at("maxlength", "17")
        .at("spellcheck", "false")
        .at("autocapitalize", "off")
        .at("autocomplete", "off")
        .at("title", "What the next request asks for: x=5 sets a key, x? reads one, a single word proposes it")
        .set("operation")
        .at_some("data-enter", first.map(|card| request(card, asked)))
        .value(operation.to_owned());
    let partition = (cards.len() > 1).then(|| small("Partition…", "open partition"));
    let heal = cut.then(|| {
        small("Heal network", doing(&Do::Heal)).at("title", "Every link carries messages again")
    });
    let operation = of("label", "operation").add(plain("span", "request")).add(input);
    panel("panel nodes", "Nodes")
        .add(plain("h2", "Nodes").add(operation).maybe(heal).maybe(partition))
        .add(of("ul", "cards").all(cards.iter().map(|node| card(node, asked))))
}

/// The style class of a node as it stands: how prominent its role is, or that it is not there.
pub(crate) fn look(card: &NodeCard) -> &'static str {
    match (card.up, card.paused) {
        (false, _) => "down",
        (true, true) => "paused",
        (true, false) => card.tone,
    }
}

/// `t3` instead of `term 3`, where there is little room.
pub(crate) fn epoch_short(card: &NodeCard) -> String {
    match card.epoch.split_once(' ') {
        Some((word, number)) => format!("{}{number}", &word[..word.len().min(1)]),
        None => card.epoch.clone(),
    }
}

fn card(card: &NodeCard, operation: &str) -> El {
    let state = match (card.up, card.paused) {
        (false, _) => "crashed",
        (true, true) => "paused",
        (true, false) => card.role,
    };
    let epoch = if card.apart { epoch_short(card) } else { card.epoch.clone() };
    let summary = of("summary", "card-name")
        .at("title", "Show the node's state")
        .add(plain("b", card.name.clone()))
        .add(said("span", "role", state))
        .maybe((!card.epoch.is_empty()).then(|| said("span", "epoch", epoch)))
        .maybe(card.apart.then(|| said("span", "apart", "cut off")));
    let fields = super::node::fields(&card.fields, card.changed);
    of("li", format!("card {} hue-{}", look(card), card.hue))
        .key(card.name.as_str())
        .add(el("details").add(summary).add(fields))
        .add(actions(card, operation))
        .maybe(card.log.as_ref().map(|cells| super::node::log(cells, card.log_before)))
}

fn request(card: &NodeCard, operation: &str) -> String {
    let (to, op) = (Some(card.name.clone()), operation.to_owned());
    doing(&Do::Request { client: None, to, op })
}

/// What can be done to a node as it stands.
fn actions(card: &NodeCard, operation: &str) -> El {
    let name = &card.name;
    let mut row = of("div", "actions");
    let mut button =
        |shown: bool, label: &'static str, class: &'static str, does: &str, act: String| {
            if shown {
                let button = of("button", class)
                    .at("type", "button")
                    .at("aria-label", format!("{label} {name}"))
                    .at("title", format!("{name} {does}"))
                    .act(act)
                    .text(label);
                row = std::mem::replace(&mut row, el("i")).add(button);
            }
        };
    let usual = "button small";
    button(
        card.up && card.serves,
        "Request",
        usual,
        "is sent the request by a client",
        request(card, operation),
    );
    button(
        card.up && !card.paused,
        "Pause",
        usual,
        "stops taking steps, as in a long garbage collection",
        doing(&Do::Pause(name.clone())),
    );
    button(card.paused, "Resume", usual, "goes on", doing(&Do::Resume(name.clone())));
    button(card.apart, "Rejoin", usual, "reaches the others again", doing(&card.isolation));
    button(!card.apart, "Cut off", usual, "reaches no other node", doing(&card.isolation));
    button(
        card.up,
        "Crash",
        "button small danger",
        "loses everything but its disk",
        doing(&Do::Crash(name.clone())),
    );
    button(
        !card.up,
        "Restart",
        "button small good",
        "boots from its disk",
        doing(&Do::Restart(name.clone())),
    );
    row
}
