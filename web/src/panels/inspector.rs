//! What is picked on the stage: an event or a message, with everything there is to know about it.

use synod::trace::EventId;
use yew::prelude::*;

use crate::app::Msg;
use crate::model::Detail;

pub(crate) struct InspectorProps {
    pub(crate) detail: Option<Detail>,
    pub(crate) send: Callback<Msg>,
}

pub(crate) fn inspector(props: &InspectorProps) -> Html {
    let Some(detail) = &props.detail else {
        return html! {
            <section class="panel event empty" aria-label="Event">
                <p>{ "Choose an arrow or a mark on the diagram to see what it says, what caused it and what it did." }</p>
            </section>
        };
    };
    let event = detail.event;
    let row = |(name, value): (&str, &str)| html! { <div><dt>{ name.to_owned() }</dt><dd>{ value.to_owned() }</dd></div> };
    let link = |(event, text): &(EventId, String)| {
        let event = *event;
        html! { <li><button class="link" onclick={props.send.reform(move |_| Msg::Pick(Some(event)))}>{ text }</button></li> }
    };
    html! {
        <section class="panel event" aria-label="Event">
            <h2>
                <span class={format!("kind {}", detail.step)}>{ &detail.kind }</span>
                <span class="panel-buttons">
                    <button class="button small" onclick={props.send.reform(move |_| Msg::SeekEvent(event))} title="Go to this moment">{ "Go there" }</button>
                    <button class="button small" onclick={props.send.reform(|_| Msg::Pick(None))} aria-label="Close">{ "✕" }</button>
                </span>
            </h2>
            <p class="label-text">{ &detail.title }</p>
            if !detail.doc.is_empty() { <p class="about">{ detail.doc }</p> }
            <dl class="fields">
                { for detail.rows.iter().map(|(name, value)| row((name, value))) }
                { for detail.fields.iter().map(|field| row((field.name, &field.value))) }
            </dl>
            if let Some(cause) = &detail.cause { <h3>{ "Because" }</h3><ul class="chain">{ link(cause) }</ul> }
            if !detail.effects.is_empty() {
                <h3>{ "So" }</h3><ul class="chain">{ for detail.effects.iter().map(link) }</ul>
            }
        </section>
    }
}
