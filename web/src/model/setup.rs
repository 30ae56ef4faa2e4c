//! The settings of a run: what a form's field changes in its scenario.

use synod::scenario::limits::{CLIENTS_MAX, NODES_MAX, OPERATIONS_MAX, SEED_MAX};
use synod::scenario::{Latency, Members, Network, Preset, Ratio, Scenario};
use synod::trace::{ClassInfo, Info, ParamKind, ParamSpec, ParamValue};

/// How many nodes of a class take part.
pub fn count_of(scenario: &Scenario, class: &ClassInfo) -> u8 {
    if scenario.cluster.is_empty() {
        return class.usual;
    }
    let members = scenario.cluster.iter().find(|members| members.class == class.id);
    members.map_or(0, |members| members.count)
}

/// A parameter as a form shows it; times are in milliseconds.
pub fn param_text(scenario: &Scenario, spec: &ParamSpec) -> String {
    match (scenario.set.get(spec.key), spec.kind) {
        (Some(ParamValue::Bool(value)), _) => value.to_string(),
        (Some(ParamValue::Word(word)), _) => word.clone(),
        (Some(ParamValue::Int(value)), ParamKind::Int { unit: "us", .. }) => millis(*value),
        (Some(ParamValue::Int(value)), _) => value.to_string(),
        (None, kind) => default_text(kind),
    }
}

/// What a parameter is when nothing is said.
pub fn default_text(kind: ParamKind) -> String {
    match kind {
        ParamKind::Bool { default } => default.to_string(),
        ParamKind::Int { default, unit: "us", .. } => millis(default),
        ParamKind::Int { default, .. } => default.to_string(),
        ParamKind::Choice { default, .. } => default.to_owned(),
    }
}

/// Microseconds in milliseconds: `150`, `0.5`.
pub fn millis(us: u64) -> String {
    let text = format!("{}.{:03}", us / 1_000, us % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A decimal number in thousandths: `2.5` is 2,500; what lies beyond is left out. (The library's own
/// reader of such numbers brings 10 KB of tables.)
fn thousandths(text: &str) -> Option<u64> {
    let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    if !rest.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits = rest.bytes().chain("000".bytes()).take(3);
    let rest = digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    whole.checked_mul(1_000)?.checked_add(rest)
}

/// Milliseconds in microseconds.
fn micros(text: &str) -> Option<u64> {
    thousandths(text)
}

/// The named network that this is, if it is one.
pub fn preset_of(network: &Network) -> Option<Preset> {
    Preset::all().into_iter().find(|preset| preset.network == *network)
}

/// Changes a scenario as a field of the form says: `seed`, `nodes <class>`, `param <key>`,
/// `net <what>`, `client <what>`, `rule <id>`; `None` where the value means nothing there.
pub fn change(scenario: &mut Scenario, info: &Info, field: &str, value: &str) -> Option<()> {
    let (field, about) = field.split_once(' ').unwrap_or((field, ""));
    let value = value.trim();
    match field {
        "seed" => scenario.seed = value.parse().ok()?,
        "nodes" => set_count(scenario, info, about, value.parse().ok()?)?,
        "param" => {
            let spec = info.param(about)?;
            if value == default_text(spec.kind) {
                scenario.set.remove(about);
            } else {
                scenario.set.insert(about.to_owned(), param(spec.kind, value)?);
            }
        }
        "net" => change_network(&mut scenario.network, about, value)?,
        "client" => {
            let clients = &mut scenario.clients;
            match about {
                "count" => clients.count = value.parse().ok()?,
                "operations" => clients.operations = value.parse().ok()?,
                "think" => clients.think_us = micros(value)?,
                _ => return None,
            }
        }
        "manual" => scenario.manual = value == "true",
        "rule" => {
            let rule = info.rules.iter().find(|rule| rule.id == about)?;
            let before = scenario.broken.len();
            scenario.broken.retain(|id| id != rule.id);
            if scenario.broken.len() == before {
                scenario.broken.push(rule.id.to_owned());
            }
        }
        _ => return None,
    }
    Some(())
}

/// What a field of the form takes, in words.
pub fn allowed(info: &Info, field: &str) -> String {
    let (field, about) = field.split_once(' ').unwrap_or((field, ""));
    let (least, most) = match (field, about) {
        ("nodes", _) => (0, NODES_MAX),
        ("client", "count") => (0, CLIENTS_MAX),
        ("client", "operations") => (0, OPERATIONS_MAX),
        ("client", _) | ("net", "least" | "most") => {
            return "a time in milliseconds, such as 12.5".to_owned();
        }
        ("net", _) => return "a share from 0 to 100".to_owned(),
        ("param", key) => match info.param(key).map(|spec| spec.kind) {
            Some(ParamKind::Int { min, max, unit: "us", .. }) => {
                return format!("a time from {} to {} ms", millis(min), millis(max));
            }
            Some(ParamKind::Int { min, max, .. }) => (min, max),
            _ => return "one of those listed".to_owned(),
        },
        _ => (0, SEED_MAX),
    };
    format!("a whole number from {least} to {most}")
}

fn set_count(scenario: &mut Scenario, info: &Info, class: &str, count: u8) -> Option<()> {
    if scenario.cluster.is_empty() {
        let usual = info.classes.iter().filter(|class| class.usual > 0);
        scenario.cluster =
            usual.map(|class| Members { class: class.id.to_owned(), count: class.usual }).collect();
    }
    match scenario.cluster.iter_mut().find(|members| members.class == class) {
        Some(members) => members.count = count,
        None => scenario.cluster.push(Members { class: class.to_owned(), count }),
    }
    scenario.cluster.retain(|members| members.count > 0);
    // Nobody at all would be read as the usual cluster.
    (!scenario.cluster.is_empty()).then_some(())
}

fn param(kind: ParamKind, value: &str) -> Option<ParamValue> {
    Some(match kind {
        ParamKind::Bool { .. } => ParamValue::Bool(value == "true"),
        ParamKind::Int { unit: "us", .. } => ParamValue::Int(micros(value)?),
        ParamKind::Int { .. } => ParamValue::Int(value.parse().ok()?),
        ParamKind::Choice { .. } => ParamValue::Word(value.to_owned()),
    })
}

fn change_network(network: &mut Network, about: &str, value: &str) -> Option<()> {
    match about {
        "preset" => {
            let preset = Preset::all().into_iter().find(|preset| preset.id == value)?;
            let links = std::mem::take(&mut network.links);
            *network = Network { links, ..preset.network };
        }
        "least" => {
            let us = micros(value)?;
            let most = latency_range(network.latency).1.max(us);
            network.latency = latency(us, most);
        }
        "most" => {
            let us = micros(value)?;
            let least = latency_range(network.latency).0.min(us);
            network.latency = latency(least, us);
        }
        "loss" => network.loss = percent(value)?,
        "duplication" => network.duplication = percent(value)?,
        "fifo" => network.fifo = value == "true",
        _ => return None,
    }
    Some(())
}

fn latency(min_us: u64, max_us: u64) -> Latency {
    if min_us == max_us {
        Latency::Fixed { us: min_us }
    } else {
        Latency::Uniform { min_us, max_us }
    }
}

/// The least and the most that a message usually takes, in microseconds.
pub fn latency_range(latency: Latency) -> (u64, u64) {
    match latency {
        Latency::Fixed { us } => (us, us),
        Latency::Uniform { min_us, max_us } => (min_us, max_us),
        Latency::LongTail { median_us } => (median_us, median_us),
    }
}

/// A share in percent, to a tenth.
fn percent(value: &str) -> Option<Ratio> {
    let of = u32::try_from(thousandths(value)? / 100).ok()?;
    (of <= 1_000).then_some(match of {
        0 => Ratio::NEVER,
        of if of % 10 == 0 => Ratio::percent(of / 10),
        of => Ratio { of, per: 1_000 },
    })
}

/// A share in percent, to a tenth.
pub fn percent_text(ratio: Ratio) -> String {
    let tenths = u64::from(ratio.of) * 1_000 / u64::from(ratio.per.max(1));
    format!("{}.{}", tenths / 10, tenths % 10).trim_end_matches(".0").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use synod::session::{Session, protocols};

    #[test]
    fn every_parameter_of_every_protocol_takes_its_own_text() {
        for info in protocols() {
            let mut scenario = Scenario::new(info.id, 1);
            for spec in info.params {
                let field = format!("param {}", spec.key);
                let other = match spec.kind {
                    ParamKind::Bool { default } => (!default).to_string(),
                    ParamKind::Int { max, unit: "us", .. } => millis(max),
                    ParamKind::Int { max, .. } => max.to_string(),
                    ParamKind::Choice { options, .. } => {
                        options.last().map_or("", |word| word).to_owned()
                    }
                };
                change(&mut scenario, info, &field, &other).expect("the value fits");
                assert_eq!(param_text(&scenario, spec), other, "{field}");
                let usual = default_text(spec.kind);
                change(&mut scenario, info, &field, &usual).expect("the default fits");
                assert!(scenario.set.is_empty(), "a default is not written down");
                if matches!(spec.kind, ParamKind::Int { .. }) {
                    assert!(change(&mut scenario, info, &field, "many").is_none());
                }
            }
        }
    }

    #[test]
    fn every_rule_can_be_broken_and_kept_again() {
        for info in protocols() {
            let mut scenario = Scenario::new(info.id, 1);
            for rule in info.rules {
                change(&mut scenario, info, &format!("rule {}", rule.id), "").expect("it exists");
            }
            assert_eq!(scenario.broken.len(), info.rules.len());
            Session::open(scenario.clone()).expect("a run without rules opens");
            change(&mut scenario, info, &format!("rule {}", info.rules[0].id), "")
                .expect("it exists");
            assert_eq!(scenario.broken.len(), info.rules.len() - 1);
            assert!(change(&mut scenario, info, "rule Nonsense", "").is_none());
        }
    }

    #[test]
    fn networks_and_clusters_change_field_by_field() {
        for info in protocols() {
            let mut scenario = Scenario::new(info.id, 1);
            for preset in Preset::all() {
                change(&mut scenario, info, "net preset", preset.id).expect("it exists");
                assert_eq!(preset_of(&scenario.network).map(|found| found.id), Some(preset.id));
            }
            change(&mut scenario, info, "net loss", "2.5").expect("it is a share");
            assert_eq!(percent_text(scenario.network.loss), "2.5");
            change(&mut scenario, info, "net least", "3").expect("it is a time");
            change(&mut scenario, info, "net most", "1").expect("it is a time");
            assert_eq!(scenario.network.latency, Latency::Fixed { us: 1_000 });
            for nonsense in ["101", "-1", "1.x", "1e3", "NaN"] {
                assert!(change(&mut scenario, info, "net loss", nonsense).is_none(), "{nonsense}");
            }
            let class = &info.classes[0];
            change(&mut scenario, info, &format!("nodes {}", class.id), "4").expect("a number");
            assert_eq!(count_of(&scenario, class), 4);
            let mut nobody = scenario.clone();
            assert!(change(&mut nobody, info, &format!("nodes {}", class.id), "0").is_none());
            assert!(change(&mut scenario, info, "seed", "-1").is_none());
            assert_eq!(allowed(info, "net loss"), "a share from 0 to 100");
            for spec in info.params {
                let says = allowed(info, &format!("param {}", spec.key));
                assert!(says.contains(" from ") || says == "one of those listed", "{says}");
            }
        }
    }
}
