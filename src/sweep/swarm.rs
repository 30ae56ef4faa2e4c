//! From a seed to a scenario: who takes part, how, and on what network.

use crate::protocols;
use crate::scenario::draw::Draw;
use crate::scenario::faults::{self, Faults};
use crate::scenario::{
    Clients, Do, Latency, Members, Network, On, ParamValue, Preset, Problems, Ratio, Scenario,
};
use crate::session::resize;
use crate::trace::{Info, ParamKind};

use super::{PROGRESS_US, Plan};

/// How often a draw that does not go together is drawn again before everything is left as usual.
const TRIES: u32 = 24;
/// The goal that is the progress demanded.
const ANSWERED: &str = "a request after the faults is answered";

/// The scenario of a seed.
pub(super) fn draw(plan: &Plan, info: &'static Info, seed: u64) -> Result<Scenario, Problems> {
    let mut draw = Draw::new(seed);
    let mut scenario = members(plan, info, seed, &mut draw)?;
    scenario.title = format!("Sweep, seed {seed}, faults: {}", plan.faults);
    scenario.broken.clone_from(&plan.broken);
    scenario.network = network(plan.faults, &mut draw);
    scenario.clients = clients(info, &mut draw);
    let heal_us = 1_000 * draw.within(800, 2_500);
    let cast = scenario.cast(info);
    let time = (0, heal_us);
    scenario.commands = faults::storm(plan.faults, info, &cast, time, &benign(), &mut draw);
    demand_progress(&mut scenario, info, heal_us);
    scenario.check(info)?;
    Ok(scenario)
}

/// Draws cluster and parameters until they go together.
fn members(
    plan: &Plan,
    info: &'static Info,
    seed: u64,
    draw: &mut Draw,
) -> Result<Scenario, Problems> {
    for _ in 0..TRIES {
        let mut scenario = Scenario::new(info.id, seed);
        match plan.nodes {
            Some(nodes) => resize(&mut scenario, info, nodes)?,
            None => cluster(&mut scenario, info, draw),
        }
        parameters(&mut scenario, info, draw);
        if protocols::find(info.id)?.open(scenario.clone()).is_ok() {
            return Ok(scenario);
        }
    }
    let mut scenario = Scenario::new(info.id, seed);
    if let Some(nodes) = plan.nodes {
        resize(&mut scenario, info, nodes)?;
    }
    protocols::find(info.id)?.open(scenario.clone())?;
    Ok(scenario)
}

/// Some nodes of the usual class, mostly; else some of each of several classes.
fn cluster(scenario: &mut Scenario, info: &Info, draw: &mut Draw) {
    let mixed = info.classes.len() > 1 && draw.chance(1, 3);
    for class in info.classes {
        let count = match (mixed, class.usual) {
            (true, _) => draw.within(0, 3),
            (false, 0) => 0,
            (false, _) => *draw.pick(&[1, 2, 3, 3, 3, 4, 5, 5, 5, 6, 7]),
        };
        if count > 0 {
            scenario.cluster.push(Members { class: class.id.to_owned(), count: count as u8 });
        }
    }
}

/// Parameters near their defaults. Times all change by the same factor, because what matters
/// about them is how they compare.
fn parameters(scenario: &mut Scenario, info: &Info, draw: &mut Draw) {
    let (times, parts) = *draw.pick(&[(1, 2), (1, 1), (1, 1), (2, 1)]);
    for spec in info.params {
        let value = match spec.kind {
            ParamKind::Bool { default } => draw.chance(1, 3).then_some(ParamValue::Bool(!default)),
            ParamKind::Choice { options, .. } => {
                draw.chance(1, 2).then(|| ParamValue::Word((*draw.pick(options)).to_owned()))
            }
            ParamKind::Int { min, max, default, unit: "us" } => {
                (times != parts).then(|| ParamValue::Int((default * times / parts).clamp(min, max)))
            }
            ParamKind::Int { min, max, .. } => draw
                .chance(1, 3)
                .then(|| ParamValue::Int(draw.within(min, max.min(min.saturating_add(6))))),
        };
        if let Some(value) = value {
            scenario.set.insert(spec.key.to_owned(), value);
        }
    }
}

fn network(faults: Faults, draw: &mut Draw) -> Network {
    let preset = draw.pick(&Preset::all()).network.clone();
    let percent = |draw: &mut Draw, most| {
        if draw.chance(1, 2) { Ratio::percent(draw.within(0, most) as u32) } else { Ratio::NEVER }
    };
    let (loss, duplication) = match faults {
        Faults::None => (Ratio::NEVER, Ratio::NEVER),
        Faults::Light => (percent(draw, 3), percent(draw, 3)),
        Faults::Heavy => (percent(draw, 25), percent(draw, 20)),
    };
    Network { loss, duplication, fifo: draw.chance(1, 4), ..preset }
}

/// A few clients that ask a little and then are content.
fn clients(info: &Info, draw: &mut Draw) -> Clients {
    let is_single = info.slot.is_empty();
    Clients {
        count: draw.within(1, 3) as u8,
        operations: if is_single { draw.within(0, 2) } else { draw.within(0, 20) } as u32,
        window: draw.within(1, 3) as u32,
        start_us: 1_000 * draw.within(0, 400),
        think_us: 1_000 * draw.within(5, 150),
        timeout_us: 1_000 * draw.within(150, 700),
        reads_percent: draw.within(0, 50) as u8,
        keys: draw.within(1, 3) as u8,
    }
}

/// A client's request once everything is well again, and the goal that it is answered.
fn demand_progress(scenario: &mut Scenario, info: &Info, heal_us: u64) {
    let op = if info.slot.is_empty() { "after" } else { "k=after" };
    let request = Do::Request { client: Some("C1".to_owned()), to: None, op: op.to_owned() };
    let answered = On::event("returned").at("C1").value(op);
    let built = std::mem::replace(scenario, Scenario::new(info.id, 0));
    *scenario = built.at_us(heal_us + 1_000, request).goal(ANSWERED, answered);
    scenario.until_us = heal_us + PROGRESS_US;
    scenario.sort_commands();
}

/// The network after the faults: every message arrives within 12 ms.
fn benign() -> Network {
    Network { latency: Latency::Uniform { min_us: 8_000, max_us: 12_000 }, ..Network::default() }
}
