//! The network being divided: groups, and who is in them.

use synod::scenario::Do;
use synod::session::{QuorumMargin, Session};
use synod::trace::Place;

use super::dialogs::frame;
use super::nodes::look;
use crate::acts::doing;
use crate::model::{EVERYONE, GROUPS, NodeCard, Parting};
use crate::ui::{El, button, labelled, of, plain, said};

/// What the groups are called.
const NAMES: [&str; GROUPS + 1] = ["Group A", "Group B", "Group C", "Reaches everyone"];

/// What is dragged at the moment: who, how far, and the group under it.
pub(crate) struct Carried<'a> {
    pub(crate) name: &'a str,
    pub(crate) by: (i32, i32),
    pub(crate) over: Option<usize>,
}

/// `cut` says whether the network is divided already, `quorum` what it takes to decide, where that is known.
pub(crate) fn partition(
    session: &Session,
    parting: &Parting,
    cards: &[NodeCard],
    cut: bool,
    quorum: Option<&QuorumMargin>,
    carried: Option<&Carried<'_>>,
) -> El {
    let group = |group: usize| {
        let side = quorum.filter(|_| group < EVERYONE).map(|quorum| {
            let side = parting.side(session, group, quorum);
            if side.up >= side.quorum {
                said("span", "count good", format!("quorum: {} of {}", side.up, side.quorum))
            } else {
                said("span", "count", format!("no quorum: {} of {}", side.up, side.quorum))
            }
        });
        let some = parting.members(group).next().is_some();
        let over = carried.is_some_and(|carried| carried.over == Some(group));
        of("section", if over { "group aimed" } else { "group" })
            .at("data-group", group.to_string())
            .at("aria-label", NAMES[group])
            .add(plain("h3", NAMES[group]).maybe(side.filter(|_| some)))
            .all(parting.members(group).map(|place| member(session, place, cards, carried)))
    };
    let (dialog, body) = frame("Partition the network", "dialog partition");
    let about = "Drag everyone into a group, or press to move on to the next. Nodes reach only those of their \
                 group.";
    let count = if parting.has_clients() { GROUPS + 1 } else { GROUPS };
    let act = parting.act(session);
    let says = act.as_ref().map_or("This separates nobody.".to_owned(), Do::to_string);
    let buttons = of("div", "banner-buttons")
        .add(button("button primary", "split").flag("disabled", act.is_none()).text("Partition"))
        .maybe(cut.then(|| labelled("Heal network", doing(&Do::Heal))));
    dialog.add(
        body.add(said("p", "about", about))
            .add(of("div", "groups").all((0..count).map(group)))
            .add(said("code", "says", says))
            .add(buttons),
    )
}

fn member(
    session: &Session,
    place: Place,
    cards: &[NodeCard],
    carried: Option<&Carried<'_>>,
) -> El {
    let name = session.cast().name(place);
    let card = place.node().and_then(|node| cards.get(node.index()));
    let (look, hue) = card.map_or(("client", 0), |card| (look(card), card.hue));
    let role = match (card, look) {
        (None, _) => "client",
        (_, "down") => "crashed",
        (Some(card), _) => card.role,
    };
    let by = carried.filter(|carried| carried.name == name).map(|carried| carried.by);
    of("button", format!("member {look} hue-{hue}"))
        .at("type", "button")
        .act(format!("member {name}"))
        .at("data-member", name.to_owned())
        .at_some(
            "style",
            by.map(|(x, y)| format!("translate:{x}px {y}px;z-index:1;pointer-events:none")),
        )
        .add(plain("b", name.to_owned()))
        .add(said("span", "role", role))
}
