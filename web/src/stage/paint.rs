//! The painter: a scene becomes SVG elements, one for one.

use synod::diagram::{Arrow, Break, Label, Look, Mark, MarkKind, Px, Scene, Segment, Tick};
use synod::trace::{EventId, Tone};
use yew::prelude::*;

use crate::app::Shared;

/// Where the time axis ends and the lanes begin, in tenths of a pixel.
const AXIS: i32 = 540;

#[derive(Properties, PartialEq)]
pub(super) struct PictureProps {
    pub(super) scene: Shared<Scene>,
    pub(super) labels: Shared<Vec<String>>,
    pub(super) picked: Option<EventId>,
}

#[component]
pub(super) fn Picture(props: &PictureProps) -> Html {
    let scene = &*props.scene;
    let (width, height) = (Px(scene.width).to_string(), Px(scene.height).to_string());
    let end = scene.width;
    let picked = props.picked;
    let arrows = scene.arrows.iter().enumerate();
    let arrows = arrows.map(|(i, arrow)| arrow_lines(arrow, picked, props.labels.get(i)));
    html! {
        <svg class="synod" {width} {height} aria-hidden={props.labels.is_empty().then_some("true")}>
            <defs>
                <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <path d="M0 0V5" class="hatch-line" />
                </pattern>
            </defs>
            <g class="tick">{ for scene.ticks.iter().map(|t| tick(t, end)) }</g>
            <g>{ for scene.segments.iter().map(segment) }</g>
            <g>{ for scene.marks.iter().filter_map(|mark| across(mark, end)) }</g>
            <g>{ for arrows }</g>
            <g>{ for scene.breaks.iter().map(|stretch| fold(stretch, end)) }</g>
            <g>{ for scene.marks.iter().filter_map(|mark| glyph(mark, picked)) }</g>
            <g>{ for scene.arrows.iter().filter_map(arrow_label) }</g>
            <g>{ for scene.marks.iter().filter_map(mark_labels) }</g>
            { scene.now.map(|now| html! { <path class="now" d={format!("M{} {}H{}", Px(AXIS - 40), Px(now), Px(end))} /> }) }
        </svg>
    }
}

fn tick(tick: &Tick, end: i32) -> Html {
    let (x, y) = (Px(AXIS - 50).to_string(), Px(tick.y + 35).to_string());
    html! {
        <g key={tick.at.0}>
            <path d={format!("M{} {}H{}", Px(AXIS), Px(tick.y), Px(end))} />
            <text {x} {y}>{ &tick.text }</text>
        </g>
    }
}

fn segment(segment: &Segment) -> Html {
    let is_hollow = segment.look == Look::Up && segment.tone == Tone::Contend;
    // The outline of a hollow band lies inside its width.
    let half = segment.half_width() - if is_hollow { 7 } else { 0 };
    html! {
        <rect
            class={segment.class()}
            x={Px(segment.x - half).to_string()} y={Px(segment.y1).to_string()}
            width={Px(2 * half).to_string()} height={Px(segment.y2 - segment.y1).to_string()}
        />
    }
}

fn arrow_lines(arrow: &Arrow, picked: Option<EventId>, label: Option<&String>) -> Html {
    let way = arrow.path();
    let end = match arrow.end_path() {
        Some(path) => html! { <path class="end" d={path} /> },
        None => {
            html! { <circle class="tip-dot" cx={Px(arrow.x2).to_string()} cy={Px(arrow.y2).to_string()} r="3" /> }
        }
    };
    let class = picked_class(arrow.class(), arrow.sent, picked);
    html! {
        <g
            key={arrow.message.0} {class} data-event={arrow.sent.0.to_string()}
            role={label.map(|_| "img")} aria-label={label.cloned()}
        >
            <path class="hit" d={way.clone()} />
            <path class="way" d={way} />
            { end }
        </g>
    }
}

fn picked_class(mut class: String, event: EventId, picked: Option<EventId>) -> String {
    if picked == Some(event) {
        class.push_str(" picked");
    }
    class
}

fn arrow_label(arrow: &Arrow) -> Option<Html> {
    let label = arrow.label.as_ref()?;
    Some(html! {
        <g key={arrow.message.0} class={arrow.class()} data-event={arrow.sent.0.to_string()}>{ text(label) }</g>
    })
}

fn text(label: &Label) -> Html {
    if label.dir.1 == 0 {
        let (x, y) = (Px(label.x).to_string(), Px(label.y + 38).to_string());
        return html! { <text class="label" {x} {y}>{ &label.text }</text> };
    }
    let ((cos, sin), back) = (label.dir, -label.dir.1);
    // The direction is in thousandths.
    let (x, y) = (Px(label.x), Px(label.y));
    let transform = format!("translate({x} {y})scale(.001)matrix({cos} {sin} {back} {cos} 0 0)");
    html! { <text class="label" {transform} y="3.8">{ &label.text }</text> }
}

/// The line a command or a violation draws across the lanes.
fn across(mark: &Mark, end: i32) -> Option<Html> {
    let draws = matches!(mark.kind, MarkKind::Command | MarkKind::Violated);
    draws.then(|| {
        let d = format!("M{} {}H{}", Px(AXIS), Px(mark.y), Px(end));
        html! { <g key={mark.event.0} class={mark.class()}><path class="across" {d} /></g> }
    })
}

fn glyph(mark: &Mark, picked: Option<EventId>) -> Option<Html> {
    let d = mark.path();
    if d.is_empty() {
        return None;
    }
    let class = picked_class(mark.class(), mark.event, picked);
    let (cx, cy) = (Px(mark.x).to_string(), Px(mark.y).to_string());
    Some(html! {
        <g key={mark.event.0} {class} data-event={mark.event.0.to_string()}>
            <circle class="hit" {cx} {cy} r="9" />
            <path class="glyph" {d} />
        </g>
    })
}

fn mark_labels(mark: &Mark) -> Option<Html> {
    if mark.chip.is_none() && mark.label.is_none() {
        return None;
    }
    Some(html! {
        <g class={mark.class()} data-event={mark.event.0.to_string()}>
            { mark.chip.as_ref().map(chip) }
            { mark.label.as_ref().map(text) }
        </g>
    })
}

fn chip(chip: &Label) -> Html {
    let (w, h) = (chip.half_width - 10, chip.half_height - 5);
    html! {
        <g class="chip">
            <rect
                x={Px(chip.x - w).to_string()} y={Px(chip.y - h).to_string()}
                width={Px(2 * w).to_string()} height={Px(2 * h).to_string()} rx="3"
            />
            <text x={Px(chip.x).to_string()} y={Px(chip.y + 38).to_string()}>{ &chip.text }</text>
        </g>
    }
}

fn fold(stretch: &Break, end: i32) -> Html {
    let (y1, y2) = (Px(stretch.y1 + 60), Px(stretch.y2 - 60));
    let height = Px(stretch.y2 - stretch.y1 - 120).to_string();
    html! {
        <g class="break">
            <rect x={Px(AXIS).to_string()} y={y1.to_string()} width={Px(end - AXIS).to_string()} {height} />
            <path d={format!("M{} {y1}H{}M{} {y2}H{}", Px(AXIS), Px(end), Px(AXIS), Px(end))} />
            <text
                x={Px(i32::midpoint(AXIS, end)).to_string()}
                y={Px(i32::midpoint(stretch.y1, stretch.y2) + 35).to_string()}
            >{ &stretch.text }</text>
        </g>
    }
}
