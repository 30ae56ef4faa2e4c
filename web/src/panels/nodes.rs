//! The nodes: what they are, what they hold, and what can be done to them.

use synod::scenario::Do;
use synod::trace::Field;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::{Msg, Shared};
use crate::model::{Cell, NodeCard};

#[derive(Properties, PartialEq)]
pub(crate) struct NodesProps {
    pub(crate) cards: Shared<Vec<NodeCard>>,
    /// Whether some link between nodes is cut.
    pub(crate) cut: bool,
    /// The operation of the next request.
    pub(crate) operation: AttrValue,
    pub(crate) send: Callback<Msg>,
}

#[component]
pub(crate) fn Nodes(props: &NodesProps) -> Html {
    let on_input = props.send.reform(|event: InputEvent| {
        Msg::Operation(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    html! {
        <section class="panel nodes" aria-label="Nodes">
            <h2>
                { "Nodes" }
                <label class="operation">
                    <span>{ "request" }</span>
                    <input
                        type="text" size="7" maxlength="17" spellcheck="false" autocapitalize="off" autocomplete="off"
                        value={props.operation.clone()} oninput={on_input}
                        title="What the next request asks for: x=5 sets a key, x? reads one, a single word proposes it"
                    />
                </label>
                if props.cut {
                    <button class="button small" onclick={props.send.reform(|_| Msg::Act(Do::Heal))} title="Every link carries messages again">{ "Heal network" }</button>
                } else if props.cards.len() > 2 {
                    <button class="button small" onclick={props.send.reform(|_| Msg::Split)} title="Cut a minority, with whoever leads, off from the majority">{ "Partition" }</button>
                }
            </h2>
            <ul class="cards">
                { for props.cards.iter().map(|card| html! {
                    <Card key={card.node.0} card={card.clone()} send={props.send.clone()} />
                }) }
            </ul>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct CardProps {
    card: NodeCard,
    send: Callback<Msg>,
}

#[component]
fn Card(props: &CardProps) -> Html {
    let card = &props.card;
    let state = match (card.up, card.paused) {
        (false, _) => "crashed",
        (true, true) => "paused",
        (true, false) => card.role,
    };
    let class = format!(
        "card {} hue-{}",
        if !card.up {
            "down"
        } else if card.paused {
            "paused"
        } else {
            card.tone
        },
        card.hue
    );
    html! {
        <li {class}>
            <details>
                <summary class="card-name" title="Show the node's state">
                    <b>{ &card.name }</b><span class="role">{ state }</span>
                    if !card.epoch.is_empty() { <span class="epoch">{ &card.epoch }</span> }
                    if card.apart { <span class="apart">{ "cut off" }</span> }
                </summary>
                <dl class="fields">{ for card.fields.iter().map(field) }</dl>
            </details>
            { actions(card, &props.send) }
            if let Some(log) = &card.log {
                <div class="log" aria-label="Log">
                    if card.log_before > 0 { <span class="before">{ format!("{} before", card.log_before) }</span> }
                    { for log.iter().map(cell) }
                    if log.is_empty() { <span class="before">{ "log empty" }</span> }
                </div>
            }
        </li>
    }
}

fn field(field: &Field) -> Html {
    let value = if field.value.is_empty() { "–" } else { &field.value };
    html! {
        <div>
            <dt>
                { field.name }
                if field.durable { <span class="durable" title="On disk: it survives a crash">{ "disk" }</span> }
            </dt>
            <dd>{ value.to_owned() }</dd>
        </div>
    }
}

fn cell(cell: &Cell) -> Html {
    let (class, state) = match (cell.applied, cell.committed) {
        (true, _) => ("applied", "committed and applied"),
        (_, true) => ("committed", "committed"),
        _ => ("pending", "not committed"),
    };
    let title = format!("{} at {}, {}, {state}", cell.value, cell.slot, cell.epoch);
    html! { <span class={format!("cell {class} hue-{}", cell.hue)} {title}>{ &cell.value }</span> }
}

/// What can be done to a node as it stands.
fn actions(card: &NodeCard, send: &Callback<Msg>) -> Html {
    let node = card.node;
    let button = |label: &'static str,
                  title: String,
                  class: &'static str,
                  onclick: Callback<MouseEvent>| {
        html! { <button class={format!("button small {class}")} aria-label={format!("{label} {}", card.name)} {title} {onclick}>{ label }</button> }
    };
    let act = |act: fn(String) -> Do| {
        let name = card.name.clone();
        send.reform(move |_: MouseEvent| Msg::Act(act(name.clone())))
    };
    html! {
        <div class="actions">
            if card.up && card.serves {
                { button("Request", format!("A client sends the request to {}", card.name), "", send.reform(move |_| Msg::Request(node))) }
            }
            if card.up && !card.paused {
                { button("Pause", format!("{} stops taking steps, as in a long garbage collection", card.name), "", act(Do::Pause)) }
            }
            if card.paused {
                { button("Resume", format!("{} goes on", card.name), "", act(Do::Resume)) }
            }
            if card.apart {
                { button("Reconnect", format!("{} reaches the others again", card.name), "", send.reform(move |_| Msg::Isolate(node, false))) }
            } else {
                { button("Cut off", format!("{} reaches no other node", card.name), "", send.reform(move |_| Msg::Isolate(node, true))) }
            }
            if card.up {
                { button("Crash", format!("{} loses everything but its disk", card.name), "danger", act(Do::Crash)) }
            } else {
                { button("Restart", format!("{} boots from its disk", card.name), "good", act(Do::Restart)) }
            }
        </div>
    }
}
