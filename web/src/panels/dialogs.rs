//! What covers the page for a moment: the gallery, the keys, a link to copy by hand.

use synod::session::protocols;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::app::Msg;
use crate::keys::{KEYS, Key};
use crate::share::{Entry, LONG};

#[derive(Properties, PartialEq)]
struct FrameProps {
    title: &'static str,
    class: &'static str,
    send: Callback<Msg>,
    children: Html,
}

/// The browser's own modal dialog: it holds the focus and closes with Escape.
#[component]
fn Frame(props: &FrameProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>()
                && !dialog.open()
            {
                // It is refused only where the element is not in the page.
                let _ = dialog.show_modal();
            }
        });
    }
    let close = props.send.reform(|_: Event| Msg::Open(None));
    let on_click = {
        let (send, node) = (props.send.clone(), node.clone());
        // A click beside the content is a click on the dialog itself.
        Callback::from(move |event: MouseEvent| {
            let beside =
                node.get().is_some_and(|dialog| event.target().as_ref() == Some(dialog.as_ref()));
            if beside {
                send.emit(Msg::Open(None));
            }
        })
    };
    html! {
        <dialog ref={node} class={format!("dialog {}", props.class)} aria-label={props.title} onclose={close} onclick={on_click}>
            <div class="dialog-body">
                <header>
                    <h2>{ props.title }</h2>
                    <button class="button icon" aria-label="Close" onclick={props.send.reform(|_| Msg::Open(None))}>{ "✕" }</button>
                </header>
                { props.children.clone() }
            </div>
        </dialog>
    }
}

/// Every situation, by protocol.
pub(crate) fn gallery(entries: &[Entry], open: Option<&str>, send: &Callback<Msg>) -> Html {
    // Links, so that they open in a new tab too; in this one nothing is loaded again.
    let visit = |query: &str| {
        let query = query.to_owned();
        send.reform(move |event: MouseEvent| {
            event.prevent_default();
            Msg::Visit(query.clone())
        })
    };
    let entry = |entry: &Entry| {
        let is_open = open == Some(entry.id);
        let href = format!("?scenario={}", entry.id);
        let onclick = visit(&href);
        html! {
            <li key={entry.id}>
                <a class="entry" {href} {onclick} aria-current={is_open.then_some("true")}>
                    <b>{ &entry.title }if entry.breaks { <span class="breaks">{ "breaks a rule" }</span> }</b>
                    <span>{ &entry.about }</span>
                </a>
            </li>
        }
    };
    let group = |info: &'static synod::trace::Info| {
        let href = format!("?protocol={}", info.id);
        let onclick = visit(&href);
        let own: Vec<&Entry> = entries.iter().filter(|entry| entry.protocol == info.id).collect();
        html! {
            <section key={info.id}>
                <h3>
                    <span>{ info.name }</span>
                    <a {href} {onclick}>{ "open a plain run" }</a>
                </h3>
                <p class="about">{ info.summary }</p>
                <ul class="entries">{ for own.into_iter().map(entry) }</ul>
            </section>
        }
    };
    html! {
        <Frame title="Gallery" class="gallery" send={send.clone()}>{ for protocols().map(group) }</Frame>
    }
}

/// The table of keys.
pub(crate) fn keys(send: &Callback<Msg>) -> Html {
    let row =
        |key: &Key| html! { <div><dt><kbd>{ key.shown }</kbd></dt><dd>{ key.does }</dd></div> };
    html! {
        <Frame title="Keys" class="keys" send={send.clone()}><dl>{ for KEYS.iter().map(row) }</dl></Frame>
    }
}

/// The link, where the browser did not let the page copy it.
pub(crate) fn link(link: &str, send: &Callback<Msg>) -> Html {
    let length = link.len();
    html! {
        <Frame title="Link to this moment" class="link-dialog" send={send.clone()}>
            <p class="about">{ "The browser did not let the page copy it. Select it and copy it by hand." }</p>
            <textarea readonly=true rows="6" aria-label="Link" value={link.to_owned()} />
            <p class="about">
                { format!("{length} characters") }
                if length > LONG { { ": some mail programs and chats cut links this long" } }
            </p>
        </Frame>
    }
}
