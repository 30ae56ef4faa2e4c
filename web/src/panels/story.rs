//! What the run shows.

use crate::model::Story;
use crate::ui::{El, of, panel, plain, said};

pub(crate) fn story(story: &Story) -> El {
    let broken = |(says, instead): &(&'static str, &'static str)| {
        of("div", "broken")
            .add(plain("b", "Rule broken on purpose"))
            .add(said("p", "says", *says))
            .add(plain("p", "Instead: ").text(*instead))
    };
    let setting = of("p", "setting")
        .add(plain("span", story.protocol))
        .add(plain("span", story.setting.clone()));
    panel("panel story", "Story")
        .add(said("h2", "title", story.title.clone()))
        .add(said("p", "about", story.about.clone()))
        .all(story.broken.iter().map(broken))
        .add(setting)
        .add(simplified(story))
}

fn simplified(story: &Story) -> El {
    let items = story.simplified.iter().map(|item| plain("li", *item));
    of("details", "simplified")
        .add(plain("summary", "What we simplified"))
        .add(said("p", "about", "It follows ").text(story.paper).text("."))
        .add(of("ul", "").all(items))
}
