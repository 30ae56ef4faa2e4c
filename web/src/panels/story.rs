//! What the run shows, and the lines of history that were left.

use yew::prelude::*;

use crate::app::Msg;
use crate::model::Story as Text;

pub(crate) struct StoryProps {
    pub(crate) story: Text,
    /// Lines of history that were left: where, and what was done instead.
    pub(crate) branches: Vec<(String, String)>,
    pub(crate) send: Callback<Msg>,
}

pub(crate) fn story(props: &StoryProps) -> Html {
    let story = &props.story;
    let broken = |(says, instead): &(&'static str, &'static str)| {
        html! {
            <div class="broken">
                <b>{ "Rule broken on purpose" }</b>
                <p class="says">{ *says }</p>
                <p>{ "Instead: " }{ *instead }</p>
            </div>
        }
    };
    let branch = |(i, (left_at, because)): (usize, &(String, String))| {
        html! {
            <li>
                <span>{ format!("left at {left_at}") }<em>{ because }</em></span>
                <button class="link" onclick={props.send.reform(move |_| Msg::Return(i))}>{ "return" }</button>
            </li>
        }
    };
    html! {
        <section class="panel story" aria-label="Story">
            <h2 class="title">{ &story.title }</h2>
            <p class="about">{ &story.about }</p>
            { for story.broken.iter().map(broken) }
            <p class="setting"><span>{ story.protocol }</span><span>{ &story.setting }</span></p>
            if !props.branches.is_empty() {
                <h2>{ "Other lines of history" }</h2>
                <ul class="list">{ for props.branches.iter().enumerate().map(branch) }</ul>
            }
        </section>
    }
}
