//! Play, pause, step, speed, and the timeline to scrub.

use synod::trace::Time;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::Msg;
use crate::model::{Mark, Speed, span};

/// The timeline counts in so many parts: a slider's numbers are doubles, but people see pixels.
const PARTS: u64 = 10_000;

/// How far along a timeline an instant is, of so many parts.
fn part(at: Time, extent: Time, parts: u64) -> u64 {
    at.0.saturating_mul(parts) / extent.0.max(1)
}

/// The same in percent.
fn percent(at: Time, extent: Time) -> String {
    let parts = part(at, extent, PARTS);
    format!("{}.{:02}%", parts / 100, parts % 100)
}

/// What the transport shows.
pub(crate) struct TransportProps {
    pub(crate) playing: bool,
    pub(crate) speed: Speed,
    pub(crate) now: Time,
    /// The end of what is recorded.
    pub(crate) recorded: Time,
    /// The end of the timeline.
    pub(crate) extent: Time,
    /// Steps taken, and steps recorded.
    pub(crate) steps: (u32, u32),
    pub(crate) marks: Vec<Mark>,
    pub(crate) send: Callback<Msg>,
}

pub(crate) fn transport(props: &TransportProps) -> Html {
    let on = |message: fn() -> Msg| props.send.reform(move |_: MouseEvent| message());
    let (play, label) = if props.playing { (PAUSE, "Pause") } else { (PLAY, "Play") };
    let at_start = props.steps.0 <= 1;
    html! {
        <div class="transport" role="group" aria-label="Playback">
            <div class="buttons">
                { button("Play again from the beginning (R)", RESTART, "", false, on(|| Msg::Restart)) }
                { button("Step back (←)", BACK, "", at_start, on(|| Msg::Step(-1))) }
                <button class="button primary play" aria-label={label} onclick={on(|| Msg::Toggle)} title={format!("{label} (Space)")}>
                    { icon(play) }<span>{ label }</span>
                </button>
                { button("Step forward (→)", FORWARD, "", false, on(|| Msg::Step(1))) }
                { button("To the next election, decision or fault (])", NEXT, "", false, on(|| Msg::Mark { back: false })) }
            </div>
            { timeline(props) }
            <div class="readout">
                <output class="now-text" title="Virtual time">{ span(props.now) }</output>
                <span class="steps">{ format!("step {}", props.steps.0) }</span>
            </div>
            { speed_menu(props) }
        </div>
    }
}

fn button(
    title: &'static str,
    path: &'static str,
    class: &str,
    disabled: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button class={format!("button icon {class}")} {title} aria-label={title} {disabled} {onclick}>{ icon(path) }</button>
    }
}

/// A small picture from a path in a box of 16 by 16.
pub(crate) fn icon(path: &'static str) -> Html {
    html! { <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d={path} /></svg> }
}

const PLAY: &str = "M4.5 2.6v10.8l9-5.4z";
const PAUSE: &str = "M4 3h3v10H4zM9 3h3v10H9z";
const BACK: &str = "M11.5 3v10l-7-5zM3 3h1.5v10H3z";
const FORWARD: &str = "M4.5 3v10l7-5zM11.5 3H13v10h-1.5z";
const NEXT: &str = "M2 3.4v9.2L7.2 8zM7.2 3.4v9.2L12.4 8zM12.6 3H14v10h-1.4z";
const RESTART: &str = "M8 3V.8L4.4 3.7 8 6.6V4.5a4 4 0 1 1-4 4H2.5A5.5 5.5 0 1 0 8 3z";

fn timeline(props: &TransportProps) -> Html {
    let extent = props.extent;
    let on_input = props.send.reform(move |event: InputEvent| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
        Msg::Seek(Time((value.max(0.0) as u64).saturating_mul(extent.0) / PARTS))
    });
    let mark = |mark: &Mark| {
        html! { <i key={mark.event.0} class={mark.kind.class()} style={format!("left:{}", percent(mark.at, extent))} /> }
    };
    html! {
        <div class="timeline">
            <div class="track">
                <div class="recorded" style={format!("width:{}", percent(props.recorded, extent))} />
                <div class="past" style={format!("width:{}", percent(props.now, extent))} />
                <div class="marks">{ for props.marks.iter().map(mark) }</div>
            </div>
            <input
                type="range" min="0" max={PARTS.to_string()} value={part(props.now, extent, PARTS).to_string()}
                aria-label="Timeline" aria-valuetext={span(props.now)} oninput={on_input}
            />
        </div>
    }
}

fn speed_menu(props: &TransportProps) -> Html {
    let on_change = props.send.reform(|event: Event| {
        let value = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
        let speed = value.parse().ok().and_then(Speed::of_slowdown);
        Msg::Speed(speed.unwrap_or(Speed::for_flight(10_000)))
    });
    let option = |speed: Speed| {
        html! {
            <option value={speed.slowdown().to_string()} selected={speed == props.speed}>{ speed.text() }</option>
        }
    };
    html! {
        <label class="speed" title="Virtual time against real time (, and .)">
            <span class="visually-hidden">{ "Speed" }</span>
            <select onchange={on_change}>{ for Speed::all().map(option) }</select>
        </label>
    }
}
