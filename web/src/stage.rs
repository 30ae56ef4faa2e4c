//! The stage: the live sequence diagram under its lanes' heads, in a view that scrolls.

mod paint;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use synod::diagram::Scene;
use synod::trace::EventId;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver, WheelEvent};
use yew::prelude::*;

use crate::app::{Msg, Shared};
use crate::browser;
use crate::model::NodeCard;

/// The height of the lanes' heads, in pixels; the styles give them this height.
pub(crate) const HEADS_PX: i32 = 64;
/// Of the room right of the last lane, so much can be done without, in pixels.
const SPARE_PX: i32 = 36;
/// A lane narrower than this shows letters instead of words, in tenths of a pixel.
const NARROW: i32 = 920;

/// What is said about what the pointer is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tip {
    /// Where, in pixels of the scene.
    pub(crate) x: i32,
    /// Where.
    pub(crate) y: i32,
    /// What it is.
    pub(crate) title: String,
    /// Its way and fate.
    pub(crate) line: String,
}

#[derive(Properties, PartialEq)]
pub(crate) struct StageProps {
    pub(crate) scene: Shared<Scene>,
    /// The scene's arrows in words; empty while the run moves.
    pub(crate) labels: Shared<Vec<String>>,
    pub(crate) cards: Shared<Vec<NodeCard>>,
    /// The width of the view, in pixels.
    pub(crate) width: i32,
    /// Where the scene stands, in pixels.
    pub(crate) top: i32,
    /// How tall everything is, in pixels.
    pub(crate) height: i32,
    /// How far to scroll.
    pub(crate) scroll: Option<i32>,
    pub(crate) picked: Option<EventId>,
    pub(crate) tip: Option<Tip>,
    pub(crate) send: Callback<Msg>,
}

#[component]
pub(crate) fn Stage(props: &StageProps) -> Html {
    let node = use_node_ref();
    // Where this component scrolled to itself: an event from there is not the reader's.
    let own = use_mut_ref(|| 0);
    {
        let (node, own) = (node.clone(), own.clone());
        use_effect(move_view(node, own, props.scroll));
    }
    {
        let (node, send) = (node.clone(), props.send.clone());
        use_effect_with((), move |()| watch_size(&node, send));
    }
    {
        let (node, send) = (node.clone(), props.send.clone());
        use_effect_with((), move |()| {
            let listeners =
                node.cast::<Element>().map(|element| watch_scroll(&element, own, &send));
            move || drop(listeners)
        });
    }
    let on_click =
        props.send.reform(|event: MouseEvent| Msg::Pick(browser::event_under(event.target())));
    let on_over =
        props.send.reform(|event: PointerEvent| Msg::Hover(browser::event_under(event.target())));
    let on_leave = props.send.reform(|_: PointerEvent| Msg::Hover(None));
    // The room right of the last lane may go where it is all that does not fit.
    let wide = props.scene.width / 10;
    let fits = wide - props.width <= SPARE_PX;
    let width = format!("width:{}px", if fits { wide.min(props.width) } else { wide });
    html! {
        <div
            class="stage" ref={node} tabindex="0" role="region"
            aria-label="Sequence diagram; time runs down"
            onclick={on_click} onpointerover={on_over} onpointerleave={on_leave}
        >
            <div class="stage-heads" style={width.clone()}>
                { heads(&props.scene, &props.cards) }
            </div>
            <div class="stage-run" style={format!("{width};height:{}px", props.height)}>
                <div class="stage-scene" style={format!("top:{}px", props.top)}>
                    <paint::Picture
                        scene={props.scene.clone()} labels={props.labels.clone()} picked={props.picked}
                    />
                    { props.tip.as_ref().map(tip) }
                </div>
            </div>
        </div>
    }
}

fn tip(tip: &Tip) -> Html {
    html! {
        <div class="tip" role="presentation" style={format!("left:{}px;top:{}px", tip.x, tip.y)}>
            <b>{ &tip.title }</b>
            <span>{ &tip.line }</span>
        </div>
    }
}

fn move_view(node: NodeRef, own: Rc<RefCell<i32>>, scroll: Option<i32>) -> impl FnOnce() {
    move || {
        let (Some(element), Some(top)) = (node.cast::<Element>(), scroll) else { return };
        if element.scroll_top() != top {
            element.set_scroll_top(top);
            // The browser may not have gone all the way.
            *own.borrow_mut() = element.scroll_top();
        }
    }
}

/// Tells where the reader scrolls to, and that they begin to.
fn watch_scroll(
    stage: &Element,
    own: Rc<RefCell<i32>>,
    send: &Callback<Msg>,
) -> [EventListener; 3] {
    let tell = {
        let (stage, own, send) = (stage.clone(), Rc::clone(&own), send.clone());
        move || {
            let top = stage.scroll_top();
            *own.borrow_mut() = top;
            send.emit(Msg::Scrolled(top));
        }
    };
    // A view that follows the present would undo the first pixels of a smooth scroll, over and over.
    let on_wheel = {
        let tell = tell.clone();
        EventListener::new(stage, "wheel", move |event| {
            if event.dyn_ref::<WheelEvent>().is_some_and(|event| event.delta_y() < 0.0) {
                tell();
            }
        })
    };
    let on_touch = {
        let tell = tell.clone();
        EventListener::new(stage, "touchmove", move |_| tell())
    };
    let on_scroll = {
        let stage = stage.clone();
        EventListener::new(&stage.clone(), "scroll", move |_| {
            if (stage.scroll_top() - *own.borrow()).abs() > 1 {
                tell();
            }
        })
    };
    [on_wheel, on_touch, on_scroll]
}

/// Tells the size of the stage, now and whenever it changes.
fn watch_size(node: &NodeRef, send: Callback<Msg>) -> impl FnOnce() + use<> {
    let watching = node.cast::<Element>().and_then(|element| {
        let stage = element.clone();
        let tell = Closure::<dyn FnMut()>::new(move || {
            send.emit(Msg::Sized(stage.client_width(), (stage.client_height() - HEADS_PX).max(0)));
        });
        let observer = ResizeObserver::new(tell.as_ref().unchecked_ref()).ok()?;
        observer.observe(&element);
        Some((observer, tell))
    });
    move || {
        if let Some((observer, _)) = &watching {
            observer.disconnect();
        }
    }
}

/// Who lives where: name, role, epoch, whether it is up.
fn heads(scene: &Scene, cards: &[NodeCard]) -> Html {
    let columns = &scene.columns;
    let gaps = columns.windows(2).map(|pair| pair[1].x - pair[0].x);
    let least = gaps.min().unwrap_or(i32::MAX);
    let head = |column: &synod::diagram::Column| {
        let card = column.place.node().and_then(|node| cards.get(node.index()));
        let (look, role, epoch) = match card {
            None => ("client", Html::default(), Html::default()),
            Some(card) => {
                let look = if !card.up {
                    "down"
                } else if card.paused {
                    "paused"
                } else {
                    card.tone
                };
                let role = match look {
                    "down" => "crashed",
                    _ if least < NARROW => card.role_short,
                    _ => card.role,
                };
                (
                    look,
                    html! { <span class="role">{ role }</span> },
                    epoch_badge(card, least < NARROW),
                )
            }
        };
        let hue = card.map_or(0, |card| card.hue);
        let style = format!("left:{}px", column.x / 10);
        html! {
            <div key={column.name.clone()} class={format!("head {look} hue-{hue}")} {style} title={column.class}>
                <b class="head-name">{ &column.name }</b>
                { role }
                { if card.is_none() { html! { <span class="role">{ "client" }</span> } } else { epoch } }
            </div>
        }
    };
    let class = if least < NARROW { "heads narrow" } else { "heads" };
    html! { <div {class}>{ for columns.iter().map(head) }</div> }
}

fn epoch_badge(card: &NodeCard, narrow: bool) -> Html {
    if card.epoch.is_empty() {
        return Html::default();
    }
    // `term 3` is `t3` where there is no room.
    let text = match (narrow, card.epoch.split_once(' ')) {
        (true, Some((word, number))) => format!("{}{number}", &word[..word.len().min(1)]),
        _ => card.epoch.clone(),
    };
    let state = if card.paused {
        " · paused"
    } else if card.apart {
        " · cut off"
    } else {
        ""
    };
    let state = if narrow { "" } else { state };
    html! { <span class="epoch">{ text }{ state }</span> }
}
