//! Determinism is the product: the same scenario gives the same events, bit for bit, however one
//! gets there.

use std::fmt::Write;

use synod::scenario::{Command, Do, Opening, Scenario, link};
use synod::session::{Progress, Session, Verdict, gallery, protocols, scenario_of};
use synod::trace::{Digest, Time};

/// How long a scenario without an end is played, in microseconds.
const USUAL_US: u64 = 1_500_000;

fn end_of(scenario: &Scenario) -> Time {
    Time(if scenario.until_us == 0 { USUAL_US } else { scenario.until_us })
}

fn open(scenario: &Scenario) -> Session {
    Session::open(scenario.clone()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn to_end(session: &mut Session, end: Time) {
    while session.advance(end, u32::MAX) == Progress::Violated {}
}

/// The gallery, and what each protocol opens with.
fn scenarios() -> Vec<(String, Scenario)> {
    let usual = protocols().map(|info| {
        let opening = Opening::Protocol { id: info.id.to_owned(), nodes: None, seed: Some(3) };
        let scenario = scenario_of(opening, 3).expect("the protocol is registered");
        (format!("{}-usual", info.id), scenario)
    });
    gallery().map(|found| (found.id.to_owned(), found.scenario)).chain(usual).collect()
}

/// Native digests, pinned in a file that the tests in the browser read too.
#[test]
fn digests_are_those_on_file() {
    let mut text = String::new();
    for (id, scenario) in scenarios() {
        let mut session = open(&scenario);
        to_end(&mut session, end_of(&scenario));
        writeln!(text, "{id} {}", session.digest()).expect("a string takes everything");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/digests.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &text).expect("the golden folder is there");
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(text, golden, "run with UPDATE_GOLDEN=1 if the runs were meant to change");
}

#[test]
fn a_run_is_the_same_in_small_pieces() {
    for (id, scenario) in scenarios() {
        let end = end_of(&scenario);
        let mut at_once = open(&scenario);
        to_end(&mut at_once, end);
        let mut in_pieces = open(&scenario);
        for us in (0..=end.0).step_by(700) {
            to_end(&mut in_pieces, Time(us));
        }
        to_end(&mut in_pieces, end);
        assert_eq!(at_once.digest(), in_pieces.digest(), "{id}");
    }
}

#[test]
fn seeking_gives_the_digest_of_every_moment() {
    for (id, scenario) in scenarios() {
        let mut session = open(&scenario);
        let mut digests: Vec<Digest> = vec![session.digest()];
        let end = end_of(&scenario);
        while session.next_at().is_some_and(|at| at <= end) && session.step() {
            let steps = session.steps().0 as usize;
            if steps > digests.len() {
                digests.push(session.digest());
            }
        }
        for steps in (1..=digests.len()).rev().step_by(5) {
            session.seek_step(steps as u32);
            assert_eq!(session.digest(), digests[steps - 1], "{id} after {steps} steps");
        }
        assert_eq!(session.diverged(), None, "{id}");
    }
}

/// What is added late changes nothing that came before it.
#[test]
fn a_later_command_leaves_the_earlier_part_alone() {
    for (id, scenario) in scenarios() {
        let half = Time(end_of(&scenario).0 / 2);
        let mut plain = open(&scenario);
        to_end(&mut plain, half);
        let mut with = scenario.clone();
        let node = plain.cast().nodes[0].name.clone();
        with.commands.push(Command { at_us: half.0 + 1, sub: 0, off: false, act: Do::Crash(node) });
        let mut with = open(&with);
        to_end(&mut with, half);
        assert_eq!(plain.digest(), with.digest(), "{id}");
    }
}

#[test]
fn a_link_reproduces_the_run_and_says_so() {
    for (id, scenario) in scenarios() {
        let mut session = open(&scenario);
        to_end(&mut session, Time(end_of(&scenario).0 * 2 / 3));
        let node = session.cast().nodes[0].name.clone();
        session.act(Do::Crash(node)).unwrap_or_else(|refusal| panic!("{id}: {refusal}"));
        let shared = link::encode(&session.share());
        let mut opened = open(&link::decode(&shared).expect("a link made here opens here"));
        assert!(opened.run_to_seal(u32::MAX), "{id}");
        assert_eq!(opened.verdict(), &Verdict::Same, "{id}");
        assert_eq!(opened.digest(), session.digest(), "{id}");
    }
}

#[test]
fn acting_in_the_past_keeps_the_old_future() {
    let (_, scenario) = scenarios().swap_remove(0);
    let mut session = open(&scenario);
    to_end(&mut session, end_of(&scenario));
    let (digest, now) = (session.digest(), session.now());
    let past = Time(now.0 / 2);
    session.seek(past, u32::MAX);
    let node = session.cast().nodes[1].name.clone();
    session.act(Do::Crash(node)).expect("the node is there");
    assert_eq!(session.branches().len(), 1);
    to_end(&mut session, now);
    assert_ne!(session.digest(), digest, "the new line of history is another one");

    session.return_to(0, u32::MAX).expect("the branch is there");
    to_end(&mut session, now);
    assert_eq!(session.digest(), digest, "the old one is as it was");

    let commands = session.scenario().commands.len();
    if commands > 0 {
        session.toggle(0, u32::MAX).expect("there is a command");
        session.toggle(0, u32::MAX).expect("there is a command");
        to_end(&mut session, now);
        assert_eq!(session.digest(), digest, "off and on again changes nothing");
    }
}
