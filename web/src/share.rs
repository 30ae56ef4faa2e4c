//! Links: what an address opens, and the link of a run.

use synod::scenario::{Opening, Presentation, Quoted, Scenario, link, parse_url};
use synod::session::{Session, gallery, scenario_of};
use synod::trace::Info;

use crate::panels::words_of;

use crate::app::Look;

/// Longer links are cut by some mail programs and chats.
pub(crate) const LONG: usize = 2_000;

/// What an address asks for.
pub(crate) struct Asked {
    /// The scenario, or what is wrong with the address.
    pub(crate) scenario: Result<Scenario, String>,
    /// How it is to be shown.
    pub(crate) presentation: Presentation,
    /// The situation of the gallery it names.
    pub(crate) situation: Option<String>,
}

/// Reads an address. Where it names no seed, the usual run is the same for everyone.
pub(crate) fn read(address: &str) -> Asked {
    let known = parse_url(address).map_err(|error| error.to_string());
    match known.and_then(|(opening, look)| nothing_strange(address, opening, look)) {
        Err(says) => {
            Asked { scenario: Err(says), presentation: readable(address), situation: None }
        }
        Ok((opening, presentation)) => {
            let situation = match &opening {
                Opening::Situation(id) => Some(id.clone()),
                _ => None,
            };
            let scenario = scenario_of(opening, USUAL_SEED).map_err(|error| error.to_string());
            Asked { scenario, presentation, situation }
        }
    }
}

/// What a page of the core's would pass over, and this one knows to mean nothing.
fn nothing_strange(
    address: &str,
    opening: Opening,
    presentation: Presentation,
) -> Result<(Opening, Presentation), String> {
    let (_, fragment) = address.trim().split_once('#').unwrap_or_default();
    // The page has no places of its own to go to.
    if !fragment.is_empty() && !matches!(opening, Opening::Scenario(_)) {
        let fragment = Quoted(fragment);
        return Err(format!("{fragment} behind the # is no link to a run; one begins with v1:"));
    }
    match &presentation.view {
        Some(view) if Look::of(view).is_none() => {
            Err("the parameter view: it is sequence, cluster, both or log".to_owned())
        }
        _ => Ok((opening, presentation)),
    }
}

/// How a page with a bad address is to look: what is wrong is said in the frame that was asked for.
fn readable(address: &str) -> Presentation {
    let (before, _) = address.split_once('#').unwrap_or((address, ""));
    let (_, query) = before.split_once('?').unwrap_or_default();
    let mut good = String::from("?");
    for pair in query.split('&') {
        if parse_url(&format!("?{pair}")).is_ok() {
            good = good + pair + "&";
        }
    }
    parse_url(&good).map(|(_, presentation)| presentation).unwrap_or_default()
}

/// The seed of a run nobody asked a seed for.
const USUAL_SEED: u64 = 1;

/// The link to a run at its present moment.
pub(crate) fn link_of(page: &str, session: &Session) -> String {
    format!("{page}{}", link::encode(&session.share()))
}

/// The link to a scenario as it is.
pub(crate) fn address_of(page: &str, scenario: &Scenario) -> String {
    format!("{page}{}", link::encode(scenario))
}

/// A situation, as the gallery lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its id.
    pub(crate) id: &'static str,
    /// Its protocol's id.
    pub(crate) protocol: String,
    /// What people call it.
    pub(crate) title: String,
    /// What it shows.
    pub(crate) about: String,
    /// The rules that are broken in it.
    pub(crate) broken: Vec<String>,
}

impl Entry {
    /// Whether words are found in its title, its protocol's name or a rule that it breaks.
    pub(crate) fn has(&self, info: &Info, words: &str) -> bool {
        let words = words.trim().to_ascii_lowercase();
        let rules = self.broken.iter().map(|id| words_of(id));
        let titles = [self.title.clone(), info.name.to_owned()];
        titles.into_iter().chain(rules).any(|text| text.to_ascii_lowercase().contains(&words))
    }
}

/// Every situation, in order.
pub(crate) fn entries() -> Vec<Entry> {
    let entry = |situation: synod::scenario::Situation| Entry {
        id: situation.id,
        broken: situation.scenario.broken,
        protocol: situation.scenario.protocol,
        title: situation.scenario.title,
        about: situation.scenario.about,
    };
    gallery().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use synod::scenario::Theme;
    use synod::session::protocols;

    use super::*;

    #[test]
    fn an_address_that_means_nothing_says_so() {
        for (address, says) in [
            ("https://example.org/#v1", "\"v1\" behind the # is no link"),
            ("?protocol=raft#hello", "\"hello\" behind the # is no link"),
            ("?view=foo", "the parameter view: it is sequence, cluster, both or log"),
        ] {
            let refusal = read(address).scenario.expect_err("it is bad");
            assert!(refusal.starts_with(says), "{address}: {refusal}");
        }
        for address in ["https://example.org/", "https://example.org/?view=log#", "?utm_source=a"] {
            assert!(read(address).scenario.is_ok(), "{address}");
        }
    }

    #[test]
    fn what_is_wrong_with_an_embed_is_said_as_an_embed() {
        for address in [
            "?embed=1&t=never&theme=dark",
            "?view=foo&embed=1&theme=dark",
            "?embed&theme=dark#v1:%",
        ] {
            let asked = read(address);
            assert!(asked.scenario.is_err() && asked.presentation.embed, "{address}");
            assert_eq!(asked.presentation.theme, Some(Theme::Dark), "{address}");
        }
    }

    #[test]
    fn a_situation_is_found_by_its_title_its_protocol_and_the_rule_it_breaks() {
        let entries = entries();
        let count = |words: &str| {
            let found = protocols().map(|info| {
                let own = entries.iter().filter(|entry| entry.protocol == info.id);
                own.filter(|entry| entry.has(info, words)).count()
            });
            found.collect::<Vec<usize>>()
        };
        let all: usize = count("").iter().sum();
        assert_eq!(all, entries.len());
        for (i, info) in protocols().enumerate() {
            assert_eq!(count(&info.name.to_uppercase())[i], count("")[i], "{}", info.name);
        }
        assert!(count(" figure 8 ").iter().any(|count| *count > 0));
        assert!(count("persist vote").iter().any(|count| *count > 0));
        assert_eq!(count("no such words").iter().sum::<usize>(), 0);
    }
}
