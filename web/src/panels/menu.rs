//! What can be done to what was touched on the diagram.

use crate::model::{Offer, Offers};
use crate::ui::{El, el, of, plain, said};

/// Where a menu opens, in pixels of the window, and whether there is more room above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) up: bool,
}

pub(crate) fn menu(offers: &Offers, spot: Spot) -> El {
    let class = if spot.up { "menu up" } else { "menu" };
    let head = el("header")
        .add(plain("b", offers.title.clone()))
        .maybe((!offers.line.is_empty()).then(|| plain("span", offers.line.clone())));
    // To who hears it, a menu holds items and groups of them; its title and headings are names.
    let mut menu = el("div").at("role", "menu").at("aria-label", offers.title.clone());
    for group in ["", "Delay it", "Lane", "Timers", "Links"] {
        let own: Vec<&Offer> = offers.offers.iter().filter(|offer| offer.group == group).collect();
        if own.is_empty() {
            continue;
        }
        if !group.is_empty() {
            menu = menu.add(plain("h4", group).at("aria-hidden", "true"));
        }
        let class = if group.is_empty() { "offers" } else { "offers chips" };
        let items = of("div", class).at("role", "group").all(own.into_iter().map(button));
        menu = menu.add(items.at_some("aria-label", (!group.is_empty()).then_some(group)));
    }
    of("div", class).at("style", format!("--x:{}px;--y:{}px", spot.x, spot.y)).add(head).add(menu)
}

fn button(offer: &Offer) -> El {
    let button = of("button", "offer")
        .at("type", "button")
        .at("role", "menuitem")
        .act(offer.act.clone())
        .add(plain("b", offer.label.clone()));
    match (offer.says, offer.group) {
        ("", _) => button,
        (says, "") => button.add(said("span", "says", says)),
        (says, _) => button.at("title", says),
    }
}
