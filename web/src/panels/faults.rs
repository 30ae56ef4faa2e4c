//! What is wrong with each node from now on, to be chosen from what is common.

use synod::scenario::Do;
use synod::session::{Session, Status};
use synod::trace::{NodeId, Place};

use crate::model::{is_apart, isolation, setup};
use crate::ui::{El, el, of, plain};

/// How long a write to a disk commonly takes, in microseconds.
const DISKS_US: [u64; 4] = [0, 10_000, 50_000, 500_000];
/// How far a clock commonly goes wrong, in millionths.
const CLOCKS_PPM: [i32; 5] = [0, 100_000, -100_000, 500_000, -500_000];

/// A line for each node, with a choice for each thing that may be wrong with it.
pub(super) fn faults(session: &Session) -> El {
    let columns = ["Node", "State", "Links", "Disk", "Clock"];
    let head = el("tr").all(columns.map(|name| plain("th", name).at("scope", "col")));
    let nodes = (0..session.cast().nodes.len()).map(|i| NodeId(i as u8));
    let lines = nodes.filter_map(|node| Some(line(session, node, &session.status(node)?)));
    of("table", "faults").add(el("thead").add(head)).add(el("tbody").all(lines))
}

/// What may be wrong in one respect: acts by what they bring about, and which of these is so.
struct Choice {
    respect: &'static str,
    acts: Vec<(String, Do)>,
    now: usize,
}

fn line(session: &Session, node: NodeId, status: &Status) -> El {
    let name = session.cast().name(Place::Node(node));
    let choice = |Choice { respect, acts, now }: Choice| {
        let option = |(i, (says, act)): (usize, (String, Do))| {
            plain("option", says).at("value", act.to_json()).flag("selected", i == now)
        };
        let options = acts.into_iter().enumerate().map(option);
        let label = format!("{name}: {respect}");
        el("td").add(el("select").at("data-change", "choose").at("aria-label", label).all(options))
    };
    let choices = choices(session, node, status);
    el("tr").add(plain("th", name.to_owned()).at("scope", "row")).all(choices.map(choice))
}

fn choices(session: &Session, node: NodeId, status: &Status) -> impl Iterator<Item = Choice> {
    let cast = session.cast();
    let own = || cast.name(Place::Node(node)).to_owned();
    let named = |(says, act): (&str, Do)| (says.to_owned(), act);
    let up = if status.paused { Do::Resume(own()) } else { Do::Restart(own()) };
    let states = [
        ("up", up),
        ("paused", Do::Pause(own())),
        ("down", Do::Crash(own())),
        ("disk lost", Do::Wipe(own())),
    ];
    let state = if status.up { usize::from(status.paused) } else { 2 };
    let is_cut = |from, to| session.is_cut(from, to);
    let links = ["whole", "cut off"].map(|says| (says, isolation(cast, node, is_cut)));
    let (delays, delay) = common(&DISKS_US, status.disk_delay_us);
    let disk = |us| (format!("{} ms", setup::millis(us)), Do::Disk { node: own(), delay_us: us });
    let (drifts, drift) = common(&CLOCKS_PPM, status.drift_ppm);
    let clock = |ppm| {
        let says = match (ppm / 10_000, ppm % 10_000) {
            (0, 0) => "0 %".to_owned(),
            (percent, 0) => format!("{percent:+} %"),
            _ => format!("{ppm:+} ppm"),
        };
        (says, Do::Drift { node: own(), ppm })
    };
    [
        Choice { respect: "state", acts: states.map(named).into(), now: state },
        Choice {
            respect: "links",
            acts: links.map(named).into(),
            now: usize::from(is_apart(cast, node, is_cut)),
        },
        Choice { respect: "disk", acts: delays.into_iter().map(disk).collect(), now: delay },
        Choice { respect: "clock", acts: drifts.into_iter().map(clock).collect(), now: drift },
    ]
    .into_iter()
}

/// What is common, behind it what is in force where that is something else, and the place of that.
fn common<T: Copy + PartialEq>(common: &[T], now: T) -> (Vec<T>, usize) {
    let mut all = common.to_vec();
    let at = common.iter().position(|value| *value == now).unwrap_or_else(|| {
        all.push(now);
        common.len()
    });
    (all, at)
}
