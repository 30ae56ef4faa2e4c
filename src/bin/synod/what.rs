//! WHAT: from a word on the command line to a scenario.

use std::fs;
use std::io::Read;
use std::path::Path;

use clap::Args;
use synod::export::split_recording;
use synod::protocols;
use synod::scenario::{Opening, ParamValue, Scenario, Span, limits, link, parse_url};
use synod::session::{self, Session};
use synod::trace::{Info, ParamKind};

use crate::end::Trouble;

/// How long a run lasts that does not say so, in virtual microseconds.
const USUAL_US: u64 = 5_000_000;
/// The longest file that is read, in bytes: a recording is longer than its scenario.
const FILE_MAX: usize = 16 * limits::JSON_MAX;

/// What to run, and how it differs from what is written there.
#[derive(Args)]
pub(crate) struct What {
    /// A situation, a protocol, a scenario file (JSON, or a script), `-` for standard input, or a link
    #[arg(value_name = "WHAT")]
    pub(crate) name: String,
    /// The seed: the same seed gives the same run
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// How many nodes take part
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) nodes: Option<u8>,
    /// Sets a parameter (see `synod protocols --json`); times may have units: `heartbeat_us=50ms`
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Breaks a rule (see `synod rules`)
    #[arg(long = "break", value_name = "RULE")]
    pub(crate) broken: Vec<String>,
    /// How long to run in virtual time: 300us, 20ms, 5s
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) until: Option<Span>,
}

impl What {
    /// The scenario, with an end.
    pub(crate) fn scenario(&self) -> Result<Scenario, Trouble> {
        let mut scenario = read(&self.name)?;
        let info = protocols::find(&scenario.protocol)?.info;
        let before = scenario.clone();
        if let Some(seed) = self.seed {
            scenario.seed = seed;
        }
        if let Some(nodes) = self.nodes {
            session::resize(&mut scenario, info, nodes)?;
        }
        for set in &self.set {
            let (key, value) = setting(set, info)?;
            scenario.set.insert(key, value);
        }
        for rule in &self.broken {
            if !scenario.broken.contains(rule) {
                scenario.broken.push(rule.clone());
            }
        }
        if scenario != before {
            // It is another run now, and what was said about the first does not hold for it.
            scenario.digest = None;
        }
        if let Some(Span(until_us)) = self.until {
            scenario.until_us = until_us;
        }
        Ok(scenario)
    }

    /// The session, ready to run to its scenario's end.
    pub(crate) fn open(&self) -> Result<Session, Trouble> {
        let mut scenario = self.scenario()?;
        if scenario.until_us == 0 && self.until.is_none() {
            scenario.until_us = usual_end(&scenario);
        }
        Ok(Session::open(scenario)?)
    }
}

/// A run without an end goes on for a while after the last thing done to it, and at least as far
/// as whoever shared it had come.
fn usual_end(scenario: &Scenario) -> u64 {
    let shared_us = scenario.view.as_ref().map_or(0, |view| view.at_us);
    if scenario.digest.is_some() && shared_us > 0 {
        return shared_us;
    }
    let last_us = scenario.commands.iter().map(|command| command.at_us).max().unwrap_or_default();
    last_us.saturating_add(USUAL_US).min(limits::TIME_MAX_US)
}

/// Reads WHAT.
pub(crate) fn read(what: &str) -> Result<Scenario, Trouble> {
    if what == "-" {
        return scenario_in(&standard_input()?);
    }
    if looks_like_link(what) {
        return from_link(what);
    }
    if let Some(situation) = protocols::situation(what) {
        return Ok(situation.scenario);
    }
    if let Some(protocol) = protocols::ALL.iter().find(|protocol| protocol.info.id == what) {
        return Ok((protocol.usual)(0));
    }
    if Path::new(what).exists() {
        return scenario_in(&file(what)?);
    }
    let known = protocols::ALL.iter().map(|protocol| protocol.info.id);
    Err(Trouble::Input(format!(
        "{what:?} is no situation, protocol, file or link{} \
         (`synod scenarios` and `synod protocols` list what there is)",
        meant(what, known)
    )))
}

/// Everything on standard input, as far as a file can be long.
pub(crate) fn standard_input() -> Result<String, Trouble> {
    text("standard input", std::io::stdin().lock())
}

/// A file's text; a pipe that a shell gives a name is a file too.
pub(crate) fn file(name: &str) -> Result<String, Trouble> {
    if Path::new(name).is_dir() {
        return Err(Trouble::Input(format!("{name} is a folder; name a file in it")));
    }
    text(name, fs::File::open(name).map_err(Trouble::io(name))?)
}

/// Reads what may have no end.
fn text(name: &str, from: impl Read) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    let most = FILE_MAX as u64 + 1;
    from.take(most).read_to_end(&mut bytes).map_err(Trouble::io(name))?;
    if bytes.len() > FILE_MAX {
        let says = format!("{name}: more than {FILE_MAX} bytes are too many for a scenario");
        return Err(Trouble::Input(says));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Trouble::Input(format!("{name}: byte {at} is not UTF-8 text"))
    })?;
    // Some editors begin every text with a mark.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The scenario that a text holds: in JSON, as a link, or as a script.
pub(crate) fn scenario_in(text: &str) -> Result<Scenario, Trouble> {
    let text = text.trim();
    if text.starts_with('{') {
        return Ok(Scenario::from_json(text)?);
    }
    // A script can begin with a comment, but it has more than one word.
    if looks_like_link(text) && !text.contains(char::is_whitespace) {
        return from_link(text);
    }
    let (script, _) = split_recording(text);
    Scenario::from_script(script).map_err(|error| Trouble::Input(format!("the script: {error}")))
}

fn looks_like_link(what: &str) -> bool {
    ["#", "?", "v1:", "http://", "https://"].iter().any(|start| what.starts_with(start))
        || what.contains("#v1")
}

/// A fragment or its payload, a URL with one, or a URL's short form.
pub(crate) fn from_link(text: &str) -> Result<Scenario, Trouble> {
    let opening = match text.trim().strip_prefix("v1:") {
        Some(payload) => Opening::Scenario(Box::new(link::decode(payload)?)),
        None => parse_url(text)?.0,
    };
    match opening {
        Opening::Nothing => Err(Trouble::Input(
            "the link holds no run: one ends in `#v1:...`, or has `?scenario=ID` or `?protocol=ID`"
                .to_owned(),
        )),
        Opening::Situation(id) if protocols::situation(&id).is_none() => {
            let meant = meant(&id, [].into_iter());
            Err(Trouble::Input(format!("scenario: the gallery has no situation {id:?}{meant}")))
        }
        opening => Ok(session::scenario_of(opening, 0)?),
    }
}

/// What was probably meant: a situation, or one of `others`.
fn meant<'a>(what: &str, others: impl Iterator<Item = &'a str>) -> String {
    let situations: Vec<&str> = protocols::gallery().map(|situation| situation.id).collect();
    let near = nearest(what, others.chain(situations));
    near.map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

/// `key=value`, read as the parameter's kind asks for.
fn setting(text: &str, info: &Info) -> Result<(String, ParamValue), Trouble> {
    let Some((key, value)) = text.split_once('=') else {
        let says = format!("--set {text}: write key=value, as in --set {text}=...");
        return Err(Trouble::Input(says));
    };
    let kind = info.param(key).map(|spec| spec.kind);
    let value = match kind {
        Some(ParamKind::Int { unit: "us", .. }) => match value.parse::<Span>() {
            Ok(Span(us)) => ParamValue::Int(us),
            Err(_) => plain(value),
        },
        Some(ParamKind::Choice { .. }) => ParamValue::Word(value.to_owned()),
        Some(ParamKind::Int { .. } | ParamKind::Bool { .. }) | None => plain(value),
    };
    Ok((key.to_owned(), value))
}

/// A value by its looks.
fn plain(value: &str) -> ParamValue {
    match (value, value.parse()) {
        ("true", _) => ParamValue::Bool(true),
        ("false", _) => ParamValue::Bool(false),
        (_, Ok(number)) => ParamValue::Int(number),
        (_, Err(_)) => ParamValue::Word(value.to_owned()),
    }
}

/// The known name that differs least, if it differs little: by how many of three letters in a row
/// the two have in common.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let triples = |text: &str| -> Vec<Vec<char>> {
        let padded: Vec<char> = format!("  {} ", text.to_lowercase()).chars().collect();
        padded.windows(3).map(<[char]>::to_vec).collect()
    };
    let wanted = triples(name);
    let score = |candidate: &str| {
        let found = triples(candidate);
        let common = wanted.iter().filter(|triple| found.contains(triple)).count();
        200 * common / (wanted.len() + found.len())
    };
    known.map(|name| (score(name), name)).filter(|(score, _)| *score >= 40).max().map(|(_, n)| n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_was_probably_meant() {
        let known = || ["raft", "paxos", "raft-figure-8", "raft-split-vote"].into_iter();
        assert_eq!(nearest("raftt", known()), Some("raft"));
        assert_eq!(nearest("raft-fig-8", known()), Some("raft-figure-8"));
        assert_eq!(nearest("zebra", known()), None);
    }

    #[test]
    fn settings_are_read_as_their_kind_asks() {
        let info = protocols::ALL.iter().find(|p| p.info.id == "raft").expect("Raft is here").info;
        let read = |text| setting(text, info).expect("it is a setting").1;
        assert_eq!(read("heartbeat_us=50ms"), ParamValue::Int(50_000));
        assert_eq!(read("heartbeat_us=50000"), ParamValue::Int(50_000));
        assert_eq!(read("noop=false"), ParamValue::Bool(false));
        assert!(setting("noop", info).is_err());
    }
}
