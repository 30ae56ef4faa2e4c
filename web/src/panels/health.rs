//! How the cluster does, at a glance: decisions, latency, traffic, leadership, lag, and how many more may fail.

use synod::session::{Latency, STEPS, Session, Summary};
use synod::trace::{NodeId, Time, Tone};

use crate::model::{messages_of, span};
use crate::ui::{El, el, of, panel, plain};

pub(crate) fn health(session: &Session, health: &Summary) -> El {
    let learns = health.lag.iter().any(Option::is_some);
    let gauges = of("div", "gauges")
        .add(decisions(session, health))
        .add(messages(session, health))
        .add(latency(
            "Commit latency, median",
            ["proposal", "decided"],
            &health.commits,
            times(health, &health.over_time.commits),
        ))
        .add(latency(
            "Clients wait, median",
            ["request", "answered"],
            &health.answers,
            times(health, &health.over_time.answers),
        ))
        .maybe(elections(session, health))
        .maybe(leadership(session, health))
        .maybe(quorum(health))
        .maybe((health.decided > 0 && learns).then(|| lag(session, health)));
    panel("panel health", "Health")
        .add(plain("h2", "Health, from the beginning to now"))
        .add(gauges)
}

fn gauge(
    class: &'static str,
    name: impl Into<yew::AttrValue>,
    value: impl Into<yew::AttrValue>,
) -> El {
    of("div", class).add(plain("h3", name)).add(plain("b", value))
}

fn decisions(session: &Session, health: &Summary) -> El {
    let rate = u64::from(health.decided) * 10_000_000 / session.now().0.max(1);
    gauge("gauge", "Decisions", health.decided.to_string())
        .add(plain("p", format!("{}.{} a second", rate / 10, rate % 10)))
        .add(counts(health, &health.over_time.decisions))
}

fn messages(session: &Session, health: &Summary) -> El {
    let traffic = &health.traffic;
    let each = match traffic.per_decision_hundredths {
        Some(each) => format!("{}.{} a decision", each / 100, each % 100 / 10),
        None => "nothing decided yet".to_owned(),
    };
    let bytes = match traffic.bytes_per_decision {
        Some(each) => format!("{} bytes, {each} a decision", traffic.bytes),
        None => format!("{} bytes", traffic.bytes),
    };
    let lost = if traffic.lost > 0 { format!(", {} lost", traffic.lost) } else { String::new() };
    let parts = || STEPS.into_iter().zip(traffic.by_step).filter(|(_, count)| *count > 0);
    let part = |(step, count)| {
        of("i", format!("kind {}", synod::diagram::step_class(step)))
            .at("style", format!("flex:{count}"))
    };
    let name = |(step, count)| {
        let class = synod::diagram::step_class(step);
        let names = messages_of(session.info(), step);
        of("span", format!("kind {class}")).text(format!("{names}: {count}"))
    };
    gauge("gauge", "Messages between nodes", traffic.messages.to_string())
        .add(plain("p", each + &lost))
        .add(plain("p", bytes))
        .add(counts(health, &health.over_time.messages))
        .add(of("div", "parts").at("aria-hidden", "true").all(parts().map(part)))
        .add(of("div", "legend").all(parts().map(name)))
}

/// `what` says what is counted, and what became of it.
fn latency(name: &'static str, [what, done]: [&'static str; 2], latency: &Latency, plot: El) -> El {
    let time = |us: u64| span(Time(us)).replace(' ', "\u{a0}");
    if latency.count == 0 {
        return gauge("gauge", name, "–").add(plain("p", format!("no {what} {done} yet")));
    }
    let s = if latency.count == 1 { "" } else { "s" };
    let slow = format!(
        "90\u{a0}%: {} · 99\u{a0}%: {} · longest {}",
        time(latency.p90_us),
        time(latency.p99_us),
        time(latency.max_us)
    );
    gauge("gauge", name, time(latency.p50_us))
        .add(plain("p", slow))
        .add(plain("p", format!("{} {what}{s} {done}", latency.count)))
        .add(plot)
}

/// What the protocol calls a role of this prominence.
fn role(session: &Session, tone: Tone) -> Option<&'static str> {
    session.info().roles.iter().find(|role| role.tone == tone).map(|role| role.name)
}

/// How many that wanted to be in charge came to be so.
fn elections(session: &Session, health: &Summary) -> Option<El> {
    let (wants, leads) = (role(session, Tone::Contend)?, role(session, Tone::Lead)?);
    let count = health.elections;
    let gauge = gauge("gauge", format!("{wants} to {leads}"), format!("{} won", count.won));
    let gauge = gauge.add(plain("p", format!("of {} begun", count.begun)));
    Some(gauge.add(counts(health, &health.over_time.elections)))
}

/// Who is in charge, where somebody is to be for longer than one decision.
fn leadership(session: &Session, health: &Summary) -> Option<El> {
    let leads = role(session, Tone::Lead).filter(|_| !session.info().slot.is_empty())?;
    let led = &health.leadership;
    let name = led.leader.and_then(|node| session.cast().nodes.get(node.index()));
    let since = led.since.map(|since| format!("since {}, ", span(since))).unwrap_or_default();
    let leader = name.map_or_else(|| "nobody".to_owned(), |node| node.name.clone());
    let share = format!(
        "{since}led {}.{}\u{a0}% of the time; longest without: {}",
        led.led_permille / 10,
        led.led_permille % 10,
        span(Time(led.longest_gap_us))
    );
    let two = (led.contested_us > 0)
        .then(|| plain("p", format!("two at once for {}", span(Time(led.contested_us)))));
    Some(gauge("gauge", leads, leader).add(plain("p", share)).maybe(two))
}

/// How many more may fail before there is no quorum.
fn quorum(health: &Summary) -> Option<El> {
    let quorum = health.quorum?;
    let margin = quorum.margin();
    let (class, value) = match margin {
        ..0 => ("bad", format!("{} too few", margin.unsigned_abs())),
        0 => ("", "none to spare".to_owned()),
        _ => ("", format!("{margin} may fail")),
    };
    let kind = quorum.kind.map_or(String::new(), |kind| format!(" ({kind})"));
    let says = format!("{} reach each other; a quorum{kind} is {}", quorum.available, quorum.size);
    let head = of("div", "gauge").add(plain("h3", "Quorum margin"));
    Some(head.add(of("b", class).text(value)).add(plain("p", says)))
}

/// How far each node is behind, as a bar against the one that is behind the most.
fn lag(session: &Session, health: &Summary) -> El {
    let most = health.lag.iter().flatten().map(|lag| lag.known).max().unwrap_or_default().max(1);
    let nodes = session.cast().nodes.iter().zip(&health.lag).enumerate();
    let rows = nodes.filter_map(|(i, (node, lag))| {
        let lag = lag.as_ref()?;
        let status = session.status(NodeId(i as u8));
        let says = match (lag.known, lag.log) {
            // What it knew of decisions need not be on its disk.
            _ if status.is_some_and(|status| !status.up) => "down".to_owned(),
            (0, _) => "knows all".to_owned(),
            (known, 0) => format!("{known} not known decided"),
            (known, log) => format!("{known} not known decided, {log} missing"),
        };
        let part = of("i", "").at("style", format!("width:{}%", lag.known * 100 / most));
        let row = of("div", "behind")
            .add(plain("b", node.name.clone()))
            .add(of("span", "bar").add(part))
            .add(plain("span", says));
        Some(row)
    });
    of("div", "gauge wide")
        .add(plain("h3", "Behind what is decided"))
        .add(counts(health, &health.over_time.lag))
        .all(rows)
}

fn counts(health: &Summary, series: &[u32]) -> El {
    spark(health, series, |count| count.to_string())
}

fn times(health: &Summary, series: &[u32]) -> El {
    spark(health, series, |us| span(Time(us.into())))
}

/// Numbers over time as steps; `says` tells one.
fn spark(health: &Summary, series: &[u32], says: fn(u32) -> String) -> El {
    let most = series.iter().max().copied().unwrap_or_default();
    let height = |value: u32| u64::from(value) * 18 / u64::from(most.max(1));
    let steps: Vec<String> =
        series.iter().map(|value| format!("V{}h1", 20 - height(*value))).collect();
    let stretch = span(Time(health.over_time.stretch_us));
    of("svg", "spark")
        .at("viewBox", format!("0 0 {} 20", series.len()))
        .at("preserveAspectRatio", "none")
        .at("role", "img")
        .add(plain(
            "title",
            format!("over time, in stretches of {stretch}: at most {}", says(most)),
        ))
        .add(el("path").at("d", format!("M0 20{}V20z", steps.concat())))
}
