//! The invariants that every run must keep, and the goals this one must reach.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::Msg;
use crate::model::{GoalState, InvariantState};

#[derive(Properties, PartialEq)]
pub(crate) struct ChecksProps {
    pub(crate) invariants: Rc<Vec<InvariantState>>,
    pub(crate) goals: Rc<Vec<GoalState>>,
    pub(crate) send: Callback<Msg>,
}

#[component]
pub(crate) fn Checks(props: &ChecksProps) -> Html {
    let fallen = props.invariants.iter().filter(|invariant| invariant.fell.is_some()).count();
    let summary = match fallen {
        0 => format!("all {} hold", props.invariants.len()),
        1 => "1 has fallen".to_owned(),
        many => format!("{many} have fallen"),
    };
    html! {
        <section class="panel checks" aria-label="Checks">
            <h2>{ "Invariants" }<span class={if fallen > 0 { "count bad" } else { "count good" }}>{ summary }</span></h2>
            <ul class="list">{ for props.invariants.iter().map(|state| invariant(state, &props.send)) }</ul>
            if !props.goals.is_empty() {
                <h2>{ "Goals" }</h2>
                <ul class="list">{ for props.goals.iter().map(|state| goal(state, &props.send)) }</ul>
            }
        </section>
    }
}

fn invariant(state: &InvariantState, send: &Callback<Msg>) -> Html {
    let title = format!("{} ({})", state.says, state.source);
    match state.fell {
        None => html! {
            <li {title}><i class="state good" aria-label="holds">{ "✓" }</i><span>{ state.name }</span></li>
        },
        Some(event) => html! {
            <li class="fallen" {title}>
                <i class="state bad" aria-label="has fallen">{ "✕" }</i><span>{ state.name }</span>
                <button class="link" onclick={send.reform(move |_| Msg::SeekEvent(event))}>{ "show" }</button>
            </li>
        },
    }
}

fn goal(state: &GoalState, send: &Callback<Msg>) -> Html {
    match state.reached {
        None => html! {
            <li class="open"><i class="state" aria-label="not reached yet">{ "○" }</i><span>{ &state.name }</span></li>
        },
        Some(event) => html! {
            <li>
                <i class="state good" aria-label="reached">{ "●" }</i><span>{ &state.name }</span>
                <button class="link" onclick={send.reform(move |_| Msg::SeekEvent(event))}>{ "show" }</button>
            </li>
        },
    }
}
