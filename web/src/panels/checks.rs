//! The invariants that every run must keep, and the goals this one must reach.

use crate::model::{GoalState, InvariantState};
use crate::ui::{El, link, of, panel, plain, said};

pub(crate) fn checks(invariants: &[InvariantState], goals: &[GoalState]) -> El {
    let fallen = invariants.iter().filter(|invariant| invariant.fell.is_some()).count();
    let summary = match fallen {
        0 => format!("all {} hold", invariants.len()),
        1 => "1 has fallen".to_owned(),
        many => format!("{many} have fallen"),
    };
    let count = if fallen > 0 { "count bad" } else { "count good" };
    let panel = panel("panel checks", "Checks")
        .add(plain("h2", "Invariants").add(said("span", count, summary)))
        .add(of("ul", "list").all(invariants.iter().map(invariant)));
    if goals.is_empty() {
        return panel;
    }
    panel.add(plain("h2", "Goals")).add(of("ul", "list").all(goals.iter().map(goal)))
}

fn invariant(state: &InvariantState) -> El {
    let title = format!("{} ({})", state.says, state.source);
    match state.fell {
        None => {
            row("", "state good", "holds", "✓").at("title", title).add(plain("span", state.name))
        }
        Some(event) => row("fallen", "state bad", "has fallen", "✕")
            .at("title", title)
            .add(plain("span", state.name))
            .add(link("show", format!("event {}", event.0))),
    }
}

fn goal(state: &GoalState) -> El {
    let name = plain("span", state.name.clone());
    match state.reached {
        None => row("open", "state", "not reached yet", "○").add(name),
        Some(event) => row("", "state good", "reached", "●")
            .add(name)
            .add(link("show", format!("event {}", event.0))),
    }
}

fn row(class: &'static str, state: &'static str, label: &'static str, sign: &'static str) -> El {
    of("li", class).add(said("i", state, sign).at("role", "img").at("aria-label", label))
}
