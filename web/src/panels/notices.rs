//! What has to be said at once: a fallen invariant, a bad link, a new line of history.

use yew::prelude::*;

use crate::app::{Dialog, Msg};
use crate::model::Fall;

pub(crate) struct BannerProps {
    pub(crate) fall: Fall,
    pub(crate) send: Callback<Msg>,
}

/// An invariant fell and the run stands.
pub(crate) fn banner(props: &BannerProps) -> Html {
    let fall = &props.fall;
    let event = fall.event;
    let rule = |(instead, section): &(&'static str, &'static str)| {
        html! { <p class="rule">{ "A rule is broken on purpose: " }{ *instead }<cite>{ *section }</cite></p> }
    };
    html! {
        <div class="banner" role="alert">
            <h2><span class="cross" aria-hidden="true">{ "✕" }</span>{ format!("{} has fallen", fall.name) }<small>{ &fall.when }</small></h2>
            <p class="detail">{ &fall.detail }</p>
            <p class="says">{ "It demands: " }{ fall.says }</p>
            { for fall.rules.iter().map(rule) }
            if fall.expected {
                <p class="rule">{ "To show this is what the scenario is for." }</p>
            } else if fall.rules.is_empty() {
                <p class="rule">{ "No rule is broken in this scenario: the engine itself is at fault. The link replays it." }</p>
            }
            <div class="banner-buttons">
                <button class="button" onclick={props.send.reform(move |_| Msg::SeekEvent(event))}>{ "Show" }</button>
                if let Some(against) = fall.against {
                    <button class="button" onclick={props.send.reform(move |_| Msg::SeekEvent(against))}>{ "Show what it contradicts" }</button>
                }
                <button class="button" onclick={props.send.reform(|_| Msg::GoOn)}>{ "Continue" }</button>
            </div>
        </div>
    }
}

/// A line over the stage: `class` is `good`, `bad` or empty; `buttons` stand at its end.
pub(crate) fn notice(text: &str, class: &'static str, buttons: Html) -> Html {
    html! { <div class={format!("notice {class}")} role="status"><span>{ text.to_owned() }</span>{ buttons }</div> }
}

/// The address opens nothing: what is wrong with it, and where else to go.
pub(crate) fn bad_link(says: &str, send: &Callback<Msg>) -> Html {
    html! {
        <div class="bad-link" role="alert">
            <h2>{ "This link does not open" }</h2>
            <p>{ "Nothing is lost: the link only describes a run, and this one cannot be read." }</p>
            <pre>{ says.to_owned() }</pre>
            <div class="banner-buttons">
                <button class="button primary" onclick={send.reform(|_| Msg::Open(Some(Dialog::Gallery)))}>{ "Open the gallery" }</button>
                <a class="button" href="?">{ "Start afresh" }</a>
            </div>
        </div>
    }
}
