//! What is picked on the stage: an event or a message, with everything there is to know about it.

use synod::trace::EventId;

use super::node::shown;
use crate::model::Detail;
use crate::ui::{El, el, field, link, of, panel, plain, said, small};

pub(crate) fn inspector(detail: &Detail) -> El {
    let chain = |(event, text): &(EventId, String)| {
        el("li").add(link(text.clone(), format!("pick {}", event.0)))
    };
    let rows = detail.rows.iter().map(|(name, value)| field(*name, value.clone()));
    let fields = detail.fields.iter().map(|item| field(item.name, shown(&item.value)));
    let buttons = of("span", "panel-buttons")
        .add(small("Act on it", "touch"))
        .add(
            small("Go there", format!("event {}", detail.event.0)).at("title", "Go to this moment"),
        )
        .add(small("✕", "pick").at("aria-label", "Close"));
    let head = el("h2")
        .add(of("span", format!("kind {}", detail.step)).text(detail.kind.clone()))
        .add(buttons);
    let mut panel =
        panel("panel event", "Event")
            .add(head)
            .add(said("p", "label-text", detail.title.clone()))
            .maybe(detail.ignored.map(|(word, doc)| {
                said("p", "ignored-why", format!("Ignored: {word}. ")).text(doc)
            }))
            .maybe((!detail.doc.is_empty()).then(|| said("p", "about", detail.doc)))
            .add(of("dl", "fields").all(rows.chain(fields)));
    if let Some(cause) = &detail.cause {
        panel = panel.add(plain("h3", "Because")).add(of("ul", "chain").add(chain(cause)));
    }
    if !detail.effects.is_empty() {
        panel = panel
            .add(plain("h3", "So"))
            .add(of("ul", "chain").all(detail.effects.iter().map(chain)));
    }
    panel
}
