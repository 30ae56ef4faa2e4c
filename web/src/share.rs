//! Links: what an address opens, and the link of a run.

use synod::scenario::{Opening, Presentation, Scenario, link, parse_url};
use synod::session::{Session, gallery, scenario_of};

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
    let (opening, presentation) = match parse_url(address) {
        Ok(known) => known,
        Err(error) => {
            let presentation = Presentation::as_far_as_readable(address);
            return Asked { scenario: Err(error.to_string()), presentation, situation: None };
        }
    };
    let situation = match &opening {
        Opening::Situation(id) => Some(id.clone()),
        _ => None,
    };
    let scenario = scenario_of(opening, USUAL_SEED).map_err(|error| error.to_string());
    Asked { scenario, presentation, situation }
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
    use super::read;

    #[test]
    fn a_bad_address_keeps_the_frame_that_was_asked_for() {
        let asked = read("?embed=1&view=foo");
        assert!(asked.presentation.embed);
        let refusal = asked.scenario.expect_err("it is bad");
        assert_eq!(refusal, "the parameter view: it is sequence, cluster, both or log");
        for address in ["https://example.org/", "https://example.org/?view=log#", "?utm_source=a"] {
            assert!(read(address).scenario.is_ok(), "{address}");
        }
    }
}
