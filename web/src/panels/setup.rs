//! The settings: a form made of what the protocol says about itself.

use synod::scenario::limits::{CLIENTS_MAX, NODES_MAX, OPERATIONS_MAX};
use synod::scenario::{Do, Network, Preset, Scenario};
use synod::session::Session;
use synod::trace::{ClassInfo, Info, ParamKind, ParamSpec};

use super::faults::faults;
use crate::acts::doing;
use crate::model::setup;
use crate::ui::{El, el, of, panel, plain, said, small};

pub(crate) fn setup(session: &Session) -> El {
    let (scenario, info) = (session.scenario(), session.info());
    panel("panel setup", "Setup")
        .add(plain("h2", "Cluster"))
        .add(said(
            "p",
            "about",
            "A change plays the run again up to this moment, with what you did.",
        ))
        .add(cluster(scenario, info))
        .add(plain("h2", "Network"))
        .add(network(&scenario.network))
        .add(manual_mode(session.is_manual()))
        .add(plain("h2", "Faults"))
        .add(storm())
        .add(faults(session))
        .add(plain("h2", "Clients"))
        .add(clients(scenario))
        .add(plain("h2", format!("Parameters of {}", info.name)))
        .add(of("div", "form").all(info.params.iter().map(|spec| param(scenario, spec))))
}

/// A row of the form.
fn row(label: impl Into<yew::AttrValue>, about: &'static str, input: El, unit: &'static str) -> El {
    let label = label.into();
    // What explains the field is not its name.
    of("label", "row")
        .add(plain("span", label.clone()))
        .add(input.at("aria-label", label))
        .add(said("small", "unit", unit))
        .add(said("small", "means", about))
}

fn number(field: String, value: String, least: u64, most: String) -> El {
    el("input")
        .at("type", "number")
        .at("inputmode", "decimal")
        .at("min", least.to_string())
        .at("max", most)
        .at("step", "any")
        .at("data-change", field)
        .value(value)
}

fn check(field: String, on: bool) -> El {
    el("input").at("type", "checkbox").at("data-change", field).checked(on)
}

fn choice(
    field: String,
    options: impl IntoIterator<Item = (&'static str, &'static str)>,
    now: &str,
) -> El {
    let option = |(id, title): (&'static str, &'static str)| {
        plain("option", title).at("value", id).flag("selected", id == now)
    };
    el("select").at("data-change", field).all(options.into_iter().map(option))
}

fn cluster(scenario: &Scenario, info: &'static Info) -> El {
    let seed = of("div", "row")
        .add(plain("label", "Seed").at("for", "seed"))
        .add(
            number("set seed".into(), scenario.seed.to_string(), 0, String::new()).at("id", "seed"),
        )
        .add(small("New", "seed"));
    let classes = info.classes.iter();
    let class = |class: &'static ClassInfo| {
        let id = class.id;
        let least = u64::from(info.classes.len() == 1);
        let label = match (info.classes, id.split_at_checked(1)) {
            ([_, _, ..], Some((first, rest))) => format!("{}{rest}s", first.to_ascii_uppercase()),
            _ => "Nodes".to_owned(),
        };
        let count = setup::count_of(scenario, class).to_string();
        let most = NODES_MAX.to_string();
        row(label, class.doc, number(format!("set nodes {}", class.id), count, least, most), "")
    };
    of("div", "form").add(seed).all(classes.map(class))
}

fn network(network: &Network) -> El {
    let presets = || Preset::all().into_iter().map(|preset| (preset.id, preset.title));
    let known = setup::preset_of(network).map_or("", |preset| preset.id);
    let custom = (known.is_empty()).then_some(("", "As set below"));
    let (least, most) = setup::latency_range(network.latency);
    let time = |what: &str, us: u64| {
        number(format!("set net {what}"), setup::millis(us), 0, "600000".into())
    };
    let share = |what: &str, ratio| {
        number(format!("set net {what}"), setup::percent_text(ratio), 0, "100".into())
    };
    let now = choice("network-now".into(), [("", "no change")].into_iter().chain(presets()), "");
    of("div", "form")
        .add(row(
            "From the start",
            "How messages travel, from the beginning of the run",
            choice("set net preset".into(), custom.into_iter().chain(presets()), known),
            "",
        ))
        .add(row("From now on", "A change of the network at this moment", now, ""))
        .add(row("Fastest", "The least that a message takes", time("least", least), "ms"))
        .add(row("Slowest", "The most that a message takes", time("most", most), "ms"))
        .add(row("Lost", "How many of 100 messages never arrive", share("loss", network.loss), "%"))
        .add(row(
            "Doubled",
            "How many of 100 messages arrive twice",
            share("duplication", network.duplication),
            "%",
        ))
        .add(row(
            "In order",
            "Whether messages of one link keep their order",
            check("set net fifo".into(), network.fifo),
            "",
        ))
}

/// Faults drawn by chance.
fn storm() -> El {
    let levels = [("", "choose"), ("light", "a few"), ("heavy", "many at once")];
    of("div", "form").add(row(
        "By chance",
        "Crashes, pauses, cuts, slow disks and clocks in the next three seconds; then all is put right",
        choice("beset".into(), levels, ""),
        "",
    ))
}

/// Whether messages wait for the reader.
fn manual_mode(manual: bool) -> El {
    let (label, says) = if manual {
        ("Let messages travel", "Messages and timers wait for you: deliver them one by one.")
    } else {
        (
            "Hold all messages",
            "From now on messages and timers wait until you deliver or fire them.",
        )
    };
    of("p", "hold").add(small(label, doing(&Do::Manual(!manual)))).add(said("span", "about", says))
}

fn clients(scenario: &Scenario) -> El {
    let clients = &scenario.clients;
    let count = |what: &str, value: u64, most: u64| {
        number(format!("set client {what}"), value.to_string(), 0, most.to_string())
    };
    of("div", "form")
        .add(row(
            "Clients",
            "How many clients there are",
            count("count", clients.count.into(), CLIENTS_MAX),
            "",
        ))
        .add(row(
            "Requests each",
            "How many operations each client starts by itself",
            count("operations", clients.operations.into(), OPERATIONS_MAX),
            "",
        ))
        .add(row(
            "Pause between",
            "The mean pause between the operations of one client",
            number("set client think".into(), setup::millis(clients.think_us), 0, "600000".into()),
            "ms",
        ))
}

fn param(scenario: &Scenario, spec: &'static ParamSpec) -> El {
    let field = format!("set param {}", spec.key);
    let text = setup::param_text(scenario, spec);
    let own = text != setup::default_text(spec.kind);
    let (input, unit) = match spec.kind {
        ParamKind::Bool { .. } => (check(field, text == "true"), ""),
        ParamKind::Int { min, max, unit: "us", .. } => {
            (number(field, text, min / 1_000, setup::millis(max)), "ms")
        }
        ParamKind::Int { min, max, unit, .. } => (number(field, text, min, max.to_string()), unit),
        ParamKind::Choice { options, .. } => {
            (choice(field, options.iter().map(|word| (*word, *word)), &text), "")
        }
    };
    let row = row(spec.title, spec.doc, input, unit);
    if own {
        row.add(said("small", "was", format!("usually {}", setup::default_text(spec.kind))))
    } else {
        row
    }
}
