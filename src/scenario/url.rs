//! What a page is asked to open, and how it is asked to look.

use std::str::FromStr;

use super::link::{self, LinkError};
use super::{Scenario, Span, limits};

/// What a URL asks to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The scenario the link carries.
    Scenario(Box<Scenario>),
    /// A situation of the gallery, by id: `?scenario=raft-first-election`.
    Situation(String),
    /// A protocol as it usually is: `?protocol=raft&nodes=5&seed=42`.
    Protocol {
        /// The protocol's id.
        id: String,
        /// How many nodes, where that differs from the usual number.
        nodes: Option<u8>,
        /// The seed, where one is given.
        seed: Option<u64>,
    },
    /// Nothing in particular.
    Nothing,
}

/// How a page is asked to look; what is `None` was not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presentation {
    /// `embed`: the page sits in someone else's.
    pub embed: bool,
    /// `theme`: `light`, `dark`, or `auto` for the reader's own.
    pub theme: Option<Theme>,
    /// `view`: what the page shows of the run.
    pub view: Option<Look>,
    /// `t`: the instant to open at, in microseconds; written `1.5s`, `20ms`, or a bare number of milliseconds.
    pub at_us: Option<u64>,
    /// `autoplay`: whether it starts playing by itself.
    pub autoplay: Option<bool>,
    /// `controls`: whether the transport is shown.
    pub controls: Option<bool>,
    /// `height`: how tall an embed is, in CSS pixels.
    pub height: Option<u32>,
}

/// What a page shows of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The sequence diagram.
    Sequence,
    /// The cluster as a ring.
    Cluster,
    /// Both, beside each other.
    Both,
    /// The list of events.
    Log,
}

impl Look {
    /// The look of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Look> {
        let all = [Look::Sequence, Look::Cluster, Look::Both, Look::Log];
        all.into_iter().find(|look| look.name() == name)
    }

    /// The name in links.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Look::Sequence => "sequence",
            Look::Cluster => "cluster",
            Look::Both => "both",
            Look::Log => "log",
        }
    }
}

/// Which colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// The reader's own.
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The theme of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Theme> {
        [Theme::Auto, Theme::Light, Theme::Dark].into_iter().find(|theme| theme.name() == name)
    }

    /// The name in links.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// Reads a URL, or only its query and fragment: `?protocol=raft`, `#v1:...`.
///
/// A scenario in the fragment comes before `scenario` in the query, and that
/// before `protocol`. Parameters that mean nothing here belong to someone else
/// and are passed over.
///
/// # Errors
/// A link that cannot be read, or a parameter with a value that makes no sense.
pub fn parse_url(url: &str) -> Result<(Opening, Presentation), LinkError> {
    link::bounded(url)?;
    let mut presentation = Presentation::default();
    let mut short = Short::default();
    let (query, fragment) = query_and_fragment(url);
    for (name, value) in parameters(query) {
        read(name, value, &mut presentation, &mut short)
            .map_err(|says| LinkError::Parameter { name: name.to_owned(), says })?;
    }
    let opening = match link::fragment(fragment) {
        Some(scenario) => Opening::Scenario(Box::new(scenario?)),
        None if fragment.is_empty() => short.opening(),
        // A page has no places of its own to go to.
        None => return Err(LinkError::Fragment { found: fragment.to_owned() }),
    };
    Ok((opening, presentation))
}

impl Presentation {
    /// What can be read of it in a URL that may be bad: what is wrong with a link is said in the frame that was asked
    /// for.
    #[must_use]
    pub fn as_far_as_readable(url: &str) -> Presentation {
        let mut presentation = Presentation::default();
        for (name, value) in parameters(query_and_fragment(url).0) {
            let _ = read(name, value, &mut presentation, &mut Short::default());
        }
        presentation
    }
}

fn query_and_fragment(url: &str) -> (&str, &str) {
    let (before, fragment) = url.trim().split_once('#').unwrap_or((url.trim(), ""));
    (before.split_once('?').map_or("", |(_, query)| query), fragment)
}

fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The query's short forms.
#[derive(Default)]
struct Short {
    scenario: Option<String>,
    protocol: Option<String>,
    nodes: Option<u8>,
    seed: Option<u64>,
}

impl Short {
    fn opening(self) -> Opening {
        match (self.scenario, self.protocol) {
            (Some(id), _) => Opening::Situation(id),
            (None, Some(id)) => Opening::Protocol { id, nodes: self.nodes, seed: self.seed },
            (None, None) => Opening::Nothing,
        }
    }
}

/// Reads one parameter; on error says what is wrong with its value.
fn read(
    name: &str,
    value: &str,
    presentation: &mut Presentation,
    short: &mut Short,
) -> Result<(), String> {
    match name {
        "scenario" => short.scenario = Some(id(value)?),
        "protocol" => short.protocol = Some(id(value)?),
        "nodes" => short.nodes = Some(number(value, 1, limits::NODES_MAX)?),
        "seed" => short.seed = Some(number(value, 0, limits::SEED_MAX)?),
        "embed" => presentation.embed = flag(value)?,
        "theme" => presentation.theme = Some(theme(value)?),
        "view" => presentation.view = Some(look(value)?),
        "t" => presentation.at_us = Some(instant(value)?),
        "autoplay" => presentation.autoplay = Some(flag(value)?),
        "controls" => presentation.controls = Some(flag(value)?),
        "height" => presentation.height = Some(number(value, 120, 4_000)?),
        _ => {}
    }
    Ok(())
}

/// A name as this project gives them. It needs no percent-decoding: none of its letters is ever escaped.
fn id(value: &str) -> Result<String, String> {
    let fits = (1..=limits::NAME_MAX).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if fits {
        Ok(value.to_owned())
    } else {
        Err(format!("a name has 1 to {} letters, digits, - and _", limits::NAME_MAX))
    }
}

fn number<T>(value: &str, min: u64, max: u64) -> Result<T, String>
where
    T: TryFrom<u64>,
{
    let digits = value.bytes().all(|b| b.is_ascii_digit());
    let number = u64::from_str(value).ok().filter(|n| digits && (min..=max).contains(n));
    number
        .and_then(|n| T::try_from(n).ok())
        .ok_or_else(|| format!("it is a whole number from {min} to {max}"))
}

/// `?embed` alone means yes.
fn flag(value: &str) -> Result<bool, String> {
    match value {
        "" | "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("it is 1 or 0".to_owned()),
    }
}

fn theme(value: &str) -> Result<Theme, String> {
    Theme::named(value).ok_or_else(|| "it is auto, light or dark".to_owned())
}

fn look(value: &str) -> Result<Look, String> {
    Look::named(value).ok_or_else(|| "it is sequence, cluster, both or log".to_owned())
}

fn instant(value: &str) -> Result<u64, String> {
    let bare = value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let time: Result<Span, _> = if bare { format!("{value}ms").parse() } else { value.parse() };
    match time {
        Ok(Span(us)) if us <= limits::TIME_MAX_US => Ok(us),
        _ => Err("it is a time up to a day, such as 1.5s, 20ms or 300us".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(url: &str) -> Opening {
        parse_url(url).expect("the link is good").0
    }

    fn refusal(url: &str) -> String {
        parse_url(url).expect_err("the link is bad").to_string()
    }

    #[test]
    fn short_forms_open_situations_and_protocols() {
        let raft = |nodes, seed| Opening::Protocol { id: "raft".to_owned(), nodes, seed };
        assert_eq!(opening("https://example.org/synod/"), Opening::Nothing);
        assert_eq!(opening(""), Opening::Nothing);
        assert_eq!(opening("?protocol=raft"), raft(None, None));
        assert_eq!(opening("/x?protocol=raft&nodes=5&seed=42"), raft(Some(5), Some(42)));
        assert_eq!(
            opening("?protocol=raft&scenario=raft-first-election&utm_source=a%20b"),
            Opening::Situation("raft-first-election".to_owned())
        );
    }

    #[test]
    fn the_fragment_comes_first() {
        let scenario = Scenario::new("paxos", 7);
        let url = format!("https://example.org/?scenario=other&embed{}", link::encode(&scenario));
        let (opened, presentation) = parse_url(&url).expect("the link is good");
        assert_eq!(opened, Opening::Scenario(Box::new(scenario)));
        assert_eq!(presentation, Presentation { embed: true, ..Presentation::default() });
        assert!(refusal("?protocol=raft#v1:%%%").contains("character \"%\" at position 0"));
        assert!(refusal("#v2:abc").contains("\"v2\" is not known"));
        for url in ["https://example.org/#v1", "?protocol=raft#v1", "/x?utm_source=a#v1 "] {
            let says = "\"v1\" behind the # is no link to a run; one begins with v1:";
            assert_eq!(refusal(url), says);
        }
        assert_eq!(opening("?protocol=raft&nodes=5#"), opening("?protocol=raft&nodes=5"));
    }

    #[test]
    fn how_a_bad_link_is_to_look_is_read_as_far_as_it_goes() {
        for url in [
            "?embed=1&t=never&theme=dark",
            "?view=foo&embed=1&theme=dark",
            "?embed&theme=dark#v1:%",
            "?embed&theme=dark#elsewhere",
        ] {
            assert!(parse_url(url).is_err(), "{url}");
            let known = Presentation::as_far_as_readable(url);
            assert_eq!((known.embed, known.theme), (true, Some(Theme::Dark)), "{url}");
        }
    }

    #[test]
    fn presentation_is_read_and_checked() {
        let query = "?embed=1&theme=dark&view=log&t=1.5s&autoplay=0&controls=false&height=300";
        let (_, presentation) = parse_url(query).expect("the link is good");
        assert_eq!(
            presentation,
            Presentation {
                embed: true,
                theme: Some(Theme::Dark),
                view: Some(Look::Log),
                at_us: Some(1_500_000),
                autoplay: Some(false),
                controls: Some(false),
                height: Some(300),
            }
        );
        let (_, bare) = parse_url("?t=12.5").expect("milliseconds");
        assert_eq!(bare.at_us, Some(12_500));
        for (url, says) in [
            ("?nodes=0", "the parameter nodes: it is a whole number from 1 to 15"),
            ("?nodes=300", "the parameter nodes: it is a whole number from 1 to 15"),
            ("?seed=-1", "the parameter seed: it is a whole number from 0 to 9007199254740991"),
            ("?theme=pink", "the parameter theme: it is auto, light or dark"),
            ("?view=foo", "the parameter view: it is sequence, cluster, both or log"),
            ("?autoplay=maybe", "the parameter autoplay: it is 1 or 0"),
            ("?t=25h", "the parameter t: it is a time up to a day, such as 1.5s, 20ms or 300us"),
            (
                "?scenario=%3Cscript%3E",
                "the parameter scenario: a name has 1 to 64 letters, digits, - and _",
            ),
        ] {
            assert_eq!(refusal(url), says);
        }
    }
}
