//! The sentences of validation: ranges, names, texts.

use std::fmt::Write;
use std::ops::RangeInclusive;

use crate::scenario::problem::{Path, Problem, Problems};
use crate::scenario::{Latency, LinkRule, Network, Quoted, Ratio, limits};
use crate::trace::{Cast, Info, Place};

/// Collects problems against one protocol's words and one run's lanes.
pub(super) struct Checker<'a> {
    pub(super) info: &'a Info,
    pub(super) cast: &'a Cast,
    found: Vec<Problem>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(info: &'a Info, cast: &'a Cast) -> Checker<'a> {
        Checker { info, cast, found: Vec::new() }
    }

    pub(super) fn result(self) -> Result<(), Problems> {
        if self.found.is_empty() { Ok(()) } else { Err(Problems(self.found)) }
    }

    pub(super) fn say(&mut self, path: Path<'_>, says: String) {
        self.found.push(Problem { path: path.to_string(), says });
    }

    pub(super) fn int(
        &mut self,
        path: Path<'_>,
        value: u64,
        range: RangeInclusive<u64>,
        unit: &str,
    ) {
        if !range.contains(&value) {
            let space = if unit.is_empty() { "" } else { " " };
            let (min, max) = (range.start(), range.end());
            self.say(path, format!("{value} is out of range: from {min} to {max}{space}{unit}"));
        }
    }

    pub(super) fn time(&mut self, path: Path<'_>, us: u64) {
        self.int(path, us, 0..=limits::TIME_MAX_US, "us (24 hours)");
    }

    /// A latency, pause or delay.
    pub(super) fn span(&mut self, path: Path<'_>, us: u64) {
        self.int(path, us, 0..=limits::SPAN_MAX_US, "us (10 minutes)");
    }

    pub(super) fn count(&mut self, path: Path<'_>, len: usize, max: usize, what: &str) {
        if len > max {
            self.say(path, format!("{len} {what} are too many; at most {max}"));
        }
    }

    /// A text that may have several lines.
    pub(super) fn text(&mut self, path: Path<'_>, text: &str, max: usize) {
        let len = text.chars().count();
        if len > max {
            self.say(path, format!("{len} characters are too many; at most {max}"));
        }
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\n') {
            self.say(
                path,
                format!("the control character U+{:04X} cannot be shown; remove it", c as u32),
            );
        }
    }

    /// A text of one line.
    pub(super) fn line(&mut self, path: Path<'_>, text: &str, max: usize) {
        self.text(path, text, max);
        if text.contains('\n') {
            self.say(path, "it has to fit on one line".to_owned());
        }
    }

    /// A text of one line that says something.
    pub(super) fn some(&mut self, path: Path<'_>, text: &str, max: usize) {
        self.line(path, text, max);
        if text.trim().is_empty() {
            self.say(path, "it is empty".to_owned());
        }
    }

    /// Whether `name` is one of `known`; if not, says so and what was probably meant.
    pub(super) fn known<'n>(
        &mut self,
        path: Path<'_>,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) -> bool {
        self.is_among(path, what, name, &known.collect::<Vec<_>>())
    }

    fn is_among(&mut self, path: Path<'_>, what: &str, name: &str, known: &[&str]) -> bool {
        let found = known.contains(&name);
        if !found {
            self.say(path, unknown(what, name, known));
        }
        found
    }

    pub(super) fn node(&mut self, path: Path<'_>, name: &str) {
        let cast = self.cast;
        self.known(path, "node", name, cast.nodes.iter().map(|lane| lane.name.as_str()));
    }

    /// A node that takes requests.
    pub(super) fn server(&mut self, path: Path<'_>, name: &str) {
        self.node(path, name);
        let lane = self.cast.nodes.iter().find(|lane| lane.name == name);
        let class = lane.and_then(|lane| self.info.class_of(lane));
        if let Some(class) = class.filter(|class| !class.serves) {
            self.say(path, format!("{name} takes no requests: it is of the class {}", class.id));
        }
    }

    pub(super) fn client(&mut self, path: Path<'_>, name: &str) {
        let cast = self.cast;
        self.known(path, "client", name, cast.clients.iter().map(String::as_str));
    }

    /// A node or a client.
    pub(super) fn lane(&mut self, path: Path<'_>, name: &str) -> bool {
        let cast = self.cast;
        let nodes = cast.nodes.iter().map(|lane| lane.name.as_str());
        self.known(path, "lane", name, nodes.chain(cast.clients.iter().map(String::as_str)))
    }

    /// The two ends of a directed link.
    pub(super) fn ends(&mut self, path: Path<'_>, from: &str, to: &str) {
        let both = self.lane(path.field("from"), from) & self.lane(path.field("to"), to);
        if !both {
            return;
        }
        if from == to {
            self.say(path, format!("a link joins two lanes; {from} is at both ends"));
        } else if [from, to].iter().all(|end| self.is_client(end)) {
            self.say(path, "clients do not talk to each other; one end must be a node".to_owned());
        }
    }

    fn is_client(&self, name: &str) -> bool {
        matches!(self.cast.place(name), Some(Place::Client(_)))
    }

    pub(super) fn network(&mut self, network: &Network, path: Path<'_>) {
        self.latency(network.latency, path.field("latency"));
        self.ratio(network.loss, path.field("loss"));
        self.ratio(network.duplication, path.field("duplication"));
        let links = path.field("links");
        self.count(links, network.links.len(), limits::LINKS_MAX, "links");
        for (i, link) in network.links.iter().enumerate().take(limits::LINKS_MAX) {
            self.link(link, links.index(i));
            let same = |earlier: &&LinkRule| earlier.from == link.from && earlier.to == link.to;
            if network.links[..i].iter().find(same).is_some() {
                let says = format!("the link {} to {} is listed twice", link.from, link.to);
                self.say(links.index(i), says);
            }
        }
    }

    pub(super) fn link(&mut self, link: &LinkRule, path: Path<'_>) {
        self.ends(path, &link.from, &link.to);
        if let Some(latency) = link.latency {
            self.latency(latency, path.field("latency"));
        }
        if let Some(loss) = link.loss {
            self.ratio(loss, path.field("loss"));
        }
        if let Some(duplication) = link.duplication {
            self.ratio(duplication, path.field("duplication"));
        }
    }

    fn latency(&mut self, latency: Latency, path: Path<'_>) {
        match latency {
            Latency::Fixed { us } => self.span(path.field("fixed").field("us"), us),
            Latency::Uniform { min_us, max_us } => {
                let path = path.field("uniform");
                self.span(path.field("max_us"), max_us);
                if min_us > max_us {
                    let says =
                        format!("the least, {min_us} us, is more than the most, {max_us} us");
                    self.say(path.field("min_us"), says);
                }
            }
            Latency::LongTail { median_us } => {
                self.span(path.field("long_tail").field("median_us"), median_us);
            }
        }
    }

    fn ratio(&mut self, ratio: Ratio, path: Path<'_>) {
        if ratio.per == 0 {
            self.say(path.field("per"), "nothing is one in zero; at least 1".to_owned());
        } else if ratio.of > ratio.per {
            let Ratio { of, per } = ratio;
            self.say(path.field("of"), format!("{of} of {per} is more than always; at most {per}"));
        }
    }
}

/// A name from outside as a message shows it: quoted, escaped, and not for ever.
pub(super) fn shown(name: &str) -> String {
    const SHOWN_MAX: usize = 40;
    let mut start = name.chars();
    let head: String = start.by_ref().take(SHOWN_MAX).collect();
    let more = if start.next().is_some() { "..." } else { "" };
    format!("{}{more}", Quoted(&head))
}

/// `there is no node "S6"; did you mean S5? Known: S1, S2, S3, S4, S5`
fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let mut says = format!("there is no {what} {}", shown(name));
    let near = known.iter().map(|candidate| (distance(name, candidate), candidate)).min();
    if let Some((distance, candidate)) = near
        && distance * 3 <= candidate.len().max(3)
    {
        let _ = write!(says, "; did you mean {candidate}?");
    } else {
        says.push(';');
    }
    if known.is_empty() {
        says.push_str(" there are none here");
    } else {
        let _ = write!(says, " Known: {}", known.join(", "));
    }
    says
}

/// How many characters must be changed, added or removed; case does not count.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > limits::NAME_MAX {
        return usize::MAX / 3;
    }
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(!x.eq_ignore_ascii_case(y));
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, unknown};

    #[test]
    fn suggests_what_was_probably_meant() {
        assert_eq!(distance("Electon", "Election"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("HEARTBEAT", "heartbeat"), 0);
        let timers = ["Election", "Heartbeat"];
        assert_eq!(
            unknown("timer", "electon", &timers),
            "there is no timer \"electon\"; did you mean Election? Known: Election, Heartbeat"
        );
        assert_eq!(
            unknown("timer", "Retry", &timers),
            "there is no timer \"Retry\"; Known: Election, Heartbeat"
        );
        assert_eq!(unknown("rule", "x", &[]), "there is no rule \"x\"; there are none here");
    }
}
