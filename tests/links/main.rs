//! Links keep their meaning: literal links kept for ever, round trips, and bytes of any kind.
//!
//! A file of the corpus is a comment, a link, and what it comes to. A link that once worked is never
//! changed or removed; the words of a refusal may be, with `UPDATE_GOLDEN=1`.

mod generate;
mod schema;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use synod::protocols;
use synod::scenario::{Do, Scenario, link, parse_url};

/// The files of a folder of the corpus, in order.
fn corpus(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/links").join(folder);
    let entries = fs::read_dir(&folder).expect("the corpus is there");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} has files", folder.display());
    let text = |path: &PathBuf| fs::read_to_string(path).expect("a readable file");
    files.iter().map(|path| (path.clone(), text(path))).collect()
}

/// The comment, the link, and what it must come to.
fn parts(text: &str) -> (&str, &str, &str) {
    let (comment, rest) = text.split_once('\n').expect("a comment");
    assert!(comment.starts_with("// "), "a comment says what the file is for: {comment}");
    let (link, meaning) = rest.split_once('\n').expect("a link and what it means");
    (comment, link, meaning)
}

/// Numbers the kinds of command; a new one belongs into the corpus.
fn kind(act: &Do) -> u8 {
    match act {
        Do::Request { .. } => 0,
        Do::Crash(_) => 1,
        Do::CrashWithin { .. } => 2,
        Do::Restart(_) => 3,
        Do::Pause(_) => 4,
        Do::Resume(_) => 5,
        Do::Wipe(_) => 6,
        Do::Drift { .. } => 7,
        Do::Disk { .. } => 8,
        Do::Partition(_) => 9,
        Do::Heal => 10,
        Do::Cut { .. } => 11,
        Do::Mend { .. } => 12,
        Do::Network(_) => 13,
        Do::Link(_) => 14,
        Do::Deliver(_) => 15,
        Do::Drop(_) => 16,
        Do::Duplicate(_) => 17,
        Do::Delay { .. } => 18,
        Do::Intercept(_) => 19,
        Do::Fire { .. } => 20,
        Do::Postpone { .. } => 21,
        Do::Manual(_) => 22,
    }
}

/// The meanings spell out every field that the link leaves to its default, so a changed default
/// fails here.
#[test]
fn old_links_mean_what_they_meant() {
    let mut kinds = BTreeSet::new();
    for (path, text) in corpus("good") {
        let (_, link, meaning) = parts(&text);
        let shown = path.display();
        let scenario = link::decode(link).unwrap_or_else(|error| panic!("{shown}: {error}"));
        let meant = Scenario::from_json(meaning).unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(scenario, meant, "{shown}");
        kinds.extend(scenario.commands.iter().map(|command| kind(&command.act)));
    }
    assert!(kinds.into_iter().eq(0..=22), "the corpus has every kind of command");
}

#[test]
fn bad_links_are_refused_in_words() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    for (path, text) in corpus("bad") {
        let (comment, link, says) = parts(&text);
        let error = parse_url(link).expect_err("a bad link");
        if update {
            fs::write(&path, format!("{comment}\n{link}\n{error}\n")).expect("a writable file");
        } else {
            assert_eq!(format!("{error}\n"), says, "{}", path.display());
        }
    }
}

/// A busy hundred commands of a five-node run, at instants no clock rounds.
fn busy_hundred() -> Scenario {
    // A small generator of its own: the test must not change with a library.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut draw = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % bound
    };
    let mut scenario = Scenario::new("raft", 4_028_113_507_911).with("server", 5);
    let mut at_us = 0;
    for _ in 0..100 {
        at_us += draw(400_000);
        let node = format!("S{}", draw(5) + 1);
        let peer = format!("S{}", draw(5) + 1);
        let message = draw(5_000) as u32;
        let act = match draw(12) {
            0..3 => Do::Request {
                client: None,
                to: None,
                op: format!("{}={}", ["x", "y", "z"][draw(3) as usize], draw(100)),
            },
            3 => Do::Crash(node),
            4 => Do::Restart(node),
            5 => Do::Cut { from: node, to: peer },
            6 => Do::Partition(vec![vec![node, peer]]),
            7 => Do::Heal,
            8 => Do::Drop(message),
            9 => Do::Delay { message, until_us: at_us + draw(500_000) },
            10 => Do::Fire { node, timer: "Election".to_owned(), key: 0 },
            _ => Do::Pause(node),
        };
        scenario = scenario.at_us(at_us, act);
    }
    scenario
}

#[test]
fn a_hundred_commands_fit_in_two_thousand_characters() {
    let link = link::encode(&busy_hundred());
    assert!(link.len() <= 2_000, "{} characters", link.len());
}

/// What the gallery ships is possible, and every form of it brings it back.
#[test]
fn the_gallery_can_be_shared() {
    for situation in protocols::gallery() {
        let (id, scenario) = (situation.id, situation.scenario);
        let protocol = protocols::find(&scenario.protocol).expect("a registered protocol");
        scenario.check(protocol.info).unwrap_or_else(|problems| panic!("{id}: {problems}"));
        assert_eq!(link::decode(&link::encode(&scenario)).as_ref(), Ok(&scenario), "{id}");
        assert_eq!(Scenario::from_script(&scenario.to_script()).as_ref(), Ok(&scenario), "{id}");
    }
}

proptest! {
    #[test]
    fn every_scenario_is_possible_or_has_problems(scenario in generate::scenario()) {
        for protocol in protocols::ALL {
            if let Err(problems) = scenario.check(protocol.info) {
                prop_assert!(problems.0.iter().all(|problem| !problem.says.is_empty()));
                prop_assert!(!problems.0.is_empty());
            }
        }
    }

    #[test]
    fn every_scenario_comes_back_from_its_link(scenario in generate::scenario()) {
        prop_assert_eq!(link::decode(&link::encode(&scenario)), Ok(scenario));
    }

    #[test]
    fn every_scenario_comes_back_from_its_file(scenario in generate::scenario()) {
        prop_assert_eq!(Scenario::from_json(&scenario.to_json_pretty()), Ok(scenario));
    }

    #[test]
    fn a_scenario_is_written_as_its_derived_writer_does(scenario in generate::scenario()) {
        let derived = serde_json::to_string(&scenario).expect("it is plain data");
        prop_assert_eq!(scenario.to_json(), derived);
    }

    #[test]
    fn every_scenario_comes_back_from_its_script(scenario in generate::scenario()) {
        let script = scenario.to_script();
        prop_assert_eq!(Scenario::from_script(&script), Ok(scenario), "{}", script);
    }

    #[test]
    fn every_command_comes_back_from_its_text(act in generate::act()) {
        let derived = serde_json::to_string(&act).expect("it is plain data");
        prop_assert_eq!(act.to_json(), derived);
        prop_assert_eq!(act.to_string().parse(), Ok(act));
    }

    #[test]
    fn any_text_is_a_link_or_a_refusal(text in any::<String>()) {
        let _ = link::decode(&text);
        let _ = parse_url(&text);
        let _ = Scenario::from_json(&text);
        let _ = Scenario::from_script(&text);
    }

    #[test]
    fn any_payload_is_a_scenario_or_a_refusal(payload in "[A-Za-z0-9_-]{1,200}") {
        if let Err(error) = link::decode(&payload) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    /// Damage close to a good link reaches deeper than noise does.
    #[test]
    fn a_damaged_link_is_a_scenario_or_a_refusal(
        scenario in generate::scenario(),
        place in any::<prop::sample::Index>(),
        letter in "[A-Za-z0-9_-]",
    ) {
        let mut link = link::encode(&scenario);
        let place = 4 + place.index(link.len() - 4);
        link.replace_range(place..=place, &letter);
        if let Ok(scenario) = link::decode(&link) {
            prop_assert_eq!(link::decode(&link::encode(&scenario)), Ok(scenario));
        }
    }

    /// The same for the layer below: JSON that nearly is a scenario.
    #[test]
    fn damaged_json_is_a_scenario_or_a_refusal(
        scenario in generate::scenario(),
        place in any::<prop::sample::Index>(),
        letter in "[\\[\\]{}:,\"0-9a-z\\\\-]",
    ) {
        let mut json = scenario.to_json();
        let place = place.index(json.len());
        if json.is_char_boundary(place) && json.is_char_boundary(place + 1) {
            json.replace_range(place..=place, &letter);
        }
        let _ = Scenario::from_json(&json);
    }
}
