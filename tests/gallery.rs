//! The gallery, as a user relies on it: every situation is valid, reaches its goals, shows the
//! violations it promises, and is clean when nothing is broken.

mod common;

use common::play;
use synod::diagram::{Options, Theme, Window, layout, svg, text};
use synod::scenario::Scenario;
use synod::session::{Session, gallery, protocols};
use synod::trace::Index;

fn fallen(session: &Session) -> Vec<&str> {
    let name = |code: u8| session.invariants()[usize::from(code)].name;
    session.violations().iter().map(|violation| name(violation.invariant)).collect()
}

#[test]
fn every_situation_shows_what_it_promises() {
    for situation in gallery() {
        let expected = situation.scenario.expect.clone();
        let session = play(situation.scenario);
        for goal in session.goals() {
            assert!(
                goal.reached.is_some(),
                "{}: goal {:?} is not reached",
                situation.id,
                goal.name
            );
        }
        // One broken rule can bring several invariants down; the promised ones must be among them.
        let fallen = fallen(&session);
        assert_eq!(fallen.is_empty(), expected.is_empty(), "{}: {fallen:?}", situation.id);
        for name in &expected {
            assert!(fallen.contains(&name.as_str()), "{}: {name} holds", situation.id);
        }
        let captions = session.scenario().narration.len();
        assert_eq!(session.captions().len(), captions, "{}: every caption comes up", situation.id);
    }
}

#[test]
fn with_the_rules_kept_every_situation_is_clean() {
    for situation in gallery().filter(|situation| !situation.scenario.broken.is_empty()) {
        let kept = Scenario { broken: Vec::new(), expect: Vec::new(), ..situation.scenario };
        assert_eq!(fallen(&play(kept)), [""; 0], "{}", situation.id);
    }
}

/// A fall is told with the names that the diagram uses: lanes, the protocol's word for an epoch.
#[test]
fn falls_are_told_in_the_words_of_the_diagram() {
    let mut told = 0;
    for situation in gallery() {
        let session = play(situation.scenario);
        for fall in session.violations() {
            let detail = &fall.broken.detail;
            let names_a_lane = session.cast().nodes.iter().any(|lane| detail.contains(&lane.name));
            let names_an_epoch = detail.contains(&format!("{} ", session.info().epoch));
            assert!(names_a_lane || names_an_epoch, "{}: {detail}", situation.id);
            for number in ["node ", "request ", "slot ", "epoch ", "value "] {
                assert!(!detail.contains(number), "{}: {detail}", situation.id);
            }
            told += 1;
        }
    }
    assert!(told > 20, "the gallery shows {told} falls");
}

/// "Adopts a reported value 1" would name a value that nobody has asked for.
#[test]
fn a_remark_is_told_without_its_number() {
    let adopted = gallery().find(|situation| situation.id == "paxos-value-adopted");
    let session = play(adopted.expect("in the gallery").scenario);
    let told = text(session.source(), &Window::until(session.now()));
    let remark = told.lines().find(|line| line.contains("adopts a reported value"));
    assert_eq!(remark.map(|line| line.ends_with("value")), Some(true), "{remark:?}");
}

/// A value is chosen when the last vote of a quorum is cast; who counts the votes only learns it.
#[test]
fn a_learner_is_marked_as_one_who_learns() {
    let happy = gallery().find(|situation| situation.id == "paxos-happy-path");
    let session = play(happy.expect("in the gallery").scenario);
    let (source, window) = (session.source(), Window::until(session.now()));
    let scene = layout(source, &Index::of(source.events()), &window, &Options::default());
    let drawn = svg(&scene, source, Theme::Light);
    assert!(drawn.contains("learned v1") && !drawn.contains("chosen v1"), "{drawn}");
}

/// A rule that can be broken without a situation that shows what then happens teaches nothing: every
/// one is shown, and one that guards safety brings down the invariant it guards.
#[test]
fn every_rule_has_a_situation_that_shows_its_fall() {
    for info in protocols() {
        for rule in info.rules {
            let shown: Vec<Scenario> = gallery()
                .map(|situation| situation.scenario)
                .filter(|it| it.protocol == info.id && it.broken.iter().any(|id| id == rule.id))
                .collect();
            assert!(
                shown.iter().any(|it| !(it.expect.is_empty() && it.goals.is_empty())),
                "{}: {} is shown by no situation",
                info.id,
                rule.id
            );
            let falls = |it: &Scenario| it.expect.iter().any(|name| name == rule.guards);
            assert!(
                rule.guards == "Termination" || shown.iter().any(falls),
                "{}: {} must bring {} down",
                info.id,
                rule.id,
                rule.guards
            );
        }
    }
}

/// Identifiers are what links say.
#[test]
fn ids_are_unique_and_name_the_protocol() {
    for situation in gallery() {
        let protocol = format!("{}-", situation.scenario.protocol);
        assert!(situation.id.starts_with(&protocol), "{}", situation.id);
    }
    let mut ids: Vec<&str> = gallery().map(|situation| situation.id).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert!(count >= 20);
    for situation in gallery() {
        let Scenario { title, about, until_us, .. } = &situation.scenario;
        assert!(!title.is_empty() && !about.is_empty() && *until_us > 0, "{}", situation.id);
    }
}
