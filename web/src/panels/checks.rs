//! The invariants that every run must keep, and the goals this one must reach.

use synod::session::Judged;

use crate::model::{GoalState, InvariantState};
use crate::ui::{El, el, link, of, panel, plain, said};

pub(crate) fn checks(invariants: &[InvariantState], goals: &[GoalState]) -> El {
    let fallen = invariants.iter().filter(|invariant| invariant.fell.is_some()).count();
    let unknown = invariants.iter().filter(|invariant| invariant.judged == Judged::Unknown).count();
    let summary = match (fallen, unknown) {
        (0, 0) => format!("all {} hold", invariants.len()),
        (0, _) => format!("{} hold", invariants.len() - unknown),
        (1, _) => "1 has fallen".to_owned(),
        (many, _) => format!("{many} have fallen"),
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
    let (class, sign, label, mark) = match (state.fell, state.judged) {
        (Some(_), _) => ("fallen", "state bad", "has fallen", "✕"),
        (None, Judged::Unknown) => ("", "state", "not known", "?"),
        (None, Judged::All | Judged::Upto(_)) => ("", "state good", "holds", "✓"),
    };
    let demands = said("p", "about", state.says.clone()).add(plain("cite", state.source));
    let details = el("details")
        .flag("open", state.fell.is_some())
        .add(of("summary", "card-name").add(self::sign(sign, label, mark)).text(state.name))
        .add(demands);
    let row = of("li", class).key(state.name).add(details);
    match (state.fell, state.judged) {
        (Some(event), _) => row.add(link("show", format!("event {}", event.0))),
        (None, Judged::All) => row,
        (None, Judged::Upto(Some(event))) => {
            row.add(plain("small", format!("held up to event {}", event.0)))
        }
        (None, Judged::Upto(None)) => row.add(plain("small", "not judged yet")),
        (None, Judged::Unknown) => row.add(plain("small", "too much at once to say")),
    }
}

fn goal(state: &GoalState) -> El {
    let (class, sign) = match state.reached {
        None => ("open", sign("state", "not reached yet", "○")),
        Some(_) => ("", sign("state good", "reached", "●")),
    };
    let on = said("p", "about", format!("Reached on: {}.", state.on));
    let details = el("details")
        .add(of("summary", "card-name").add(sign).text(state.name.clone()))
        .add(on.add(plain("cite", "from the scenario")));
    let show = state.reached.map(|event| link("show", format!("event {}", event.0)));
    of("li", class).add(details).maybe(show)
}

fn sign(state: &'static str, label: &'static str, sign: &'static str) -> El {
    said("i", state, sign).at("role", "img").at("aria-label", label)
}
