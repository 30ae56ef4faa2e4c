//! What the run shows, and the lines of history that were left.

use synod::session::Branch;

use crate::model::{Story, span};
use crate::ui::{El, el, link, of, panel, plain, said};

pub(crate) fn story(story: &Story, branches: &[Branch]) -> El {
    let broken = |(says, instead): &(&'static str, &'static str)| {
        of("div", "broken")
            .add(plain("b", "Rule broken on purpose"))
            .add(said("p", "says", *says))
            .add(plain("p", "Instead: ").text(*instead))
    };
    let branch = |(i, branch): (usize, &Branch)| {
        let left = plain("span", format!("left at {}", span(branch.left_at)))
            .add(plain("em", branch.because.clone()));
        el("li").add(left).add(link("return", format!("return {i}")))
    };
    let setting = of("p", "setting")
        .add(plain("span", story.protocol))
        .add(plain("span", story.setting.clone()));
    let panel = panel("panel story", "Story")
        .add(said("h2", "title", story.title.clone()))
        .add(said("p", "about", story.about.clone()))
        .all(story.broken.iter().map(broken))
        .add(setting);
    if branches.is_empty() {
        return panel;
    }
    panel
        .add(plain("h2", "Other lines of history"))
        .add(of("ul", "list").all(branches.iter().enumerate().map(branch)))
}
