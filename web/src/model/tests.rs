//! The page without a browser: playing, stepping, acting in the past, sharing.

use std::rc::Rc;

use synod::diagram::{Options, Scene};
use synod::scenario::{Do, Scenario};
use synod::session::{Judged, gallery, protocols, scenario_of};
use synod::trace::{EventKind, Fact, MessageKind, NodeId, Place, Slot, Time};

use super::*;

#[path = "../../../tests/common/lost_write.rs"]
mod lost_write;

mod acting;
mod looking;
mod steering;

/// Everything that a reader can open from the gallery.
fn situations() -> impl Iterator<Item = Scenario> {
    gallery().map(|situation| situation.scenario)
}

fn usual() -> Model {
    let scenario =
        scenario_of(synod::scenario::Opening::Nothing, 1).expect("it is the first of all");
    Model::open(scenario).expect("it opens")
}

/// Plays so many frames of a sixtieth of a second.
fn play(model: &mut Model, frames: u32) {
    model.play();
    for frame in 0..=frames {
        model.frame(f64::from(frame) * 1_000.0 / 60.0, || true);
    }
}

const VIEW: View = View { top: 0, width: 1_000, height: 700, follow: true, below_now: 30 };

#[test]
fn the_first_page_elects_a_leader_within_about_a_second() {
    let mut model = usual();
    play(&mut model, 72);
    let leads = node_cards(model.session()).iter().any(|card| card.tone == "lead");
    assert!(leads, "nobody leads at {}", model.session().now());
}

#[test]
fn stepping_back_and_forth_comes_to_the_same_run() {
    let mut model = usual();
    play(&mut model, 120);
    model.pause();
    let (steps, digest) = (model.session().steps().0, model.session().digest());
    model.step(-15);
    assert_eq!(model.session().steps().0, steps - 15);
    model.step(15);
    assert_eq!(model.session().digest(), digest);
    model.rewind();
    model.seek(model.session().recorded_until());
    assert_eq!(model.session().digest(), digest);
}

#[test]
fn a_wrong_answer_stops_the_run_as_any_fall_does() {
    let mut model = Model::open(lost_write::scenario()).expect("it opens");
    let mut names = Vec::new();
    while model.halted().is_none() && names.len() < 10 {
        play(&mut model, 3_600);
        if let Some(fall) = model.fallen().and_then(|at| Fall::of(model.session(), at)) {
            assert!(!model.is_playing());
            names.push((fall.name, fall.detail));
        }
    }
    let (_, detail) = names.iter().find(|(name, _)| *name == "Linearizability").expect("it falls");
    assert!(detail.starts_with("C1 asked for x and got nothing"), "{detail}");
    let fell = |model: &Model| {
        let states = invariants(model.session());
        states.iter().find(|state| state.name == "Linearizability").expect("it is judged").fell
    };
    let event = fell(&model).expect("the panel says so");
    model.seek_event(event);
    assert_eq!(fell(&model), Some(event));
    model.step(-1);
    assert_eq!(fell(&model), None, "before the answer nothing had fallen");
}

#[test]
fn an_invariant_that_has_fallen_stands_before_those_that_hold() {
    let broken = situations().filter(|it| !it.broken.is_empty()).take(8);
    let mut fallen = 0;
    for scenario in broken {
        let mut model = Model::open(scenario).expect("it opens");
        play(&mut model, 3_600);
        let states = invariants(model.session());
        let first = states.iter().take_while(|state| state.fell.is_some()).count();
        assert!(states[first..].iter().all(|state| state.fell.is_none()));
        fallen += first;
    }
    assert!(fallen > 0, "none fell");
}

#[test]
fn what_is_said_at_the_end_of_a_story_is_not_said_of_its_past() {
    let mut model = situations()
        .find(|it| it.until_us > 0)
        .map(Model::open)
        .expect("there is one")
        .expect("it opens");
    play(&mut model, 36_000);
    assert!(model.halted().is_some());
    model.step(-3);
    assert_eq!(model.halted(), None);
}

#[test]
fn an_arrival_is_picked_as_its_message() {
    let mut model = usual();
    play(&mut model, 120);
    let events = model.session().source().events();
    let found = events.iter().enumerate().find_map(|(i, event)| match event.kind {
        EventKind::Delivered { message, .. } => Some((EventId(i as u32), message)),
        _ => None,
    });
    let (arrival, message) = found.expect("something has arrived");
    let sent = model.session().source().flight(message).sent;
    model.pick(Some(arrival));
    assert_eq!(model.picked(), Some(sent));
}

#[test]
fn a_fold_stays_where_the_reader_goes_back_a_step() {
    let mut model = usual();
    model.show_slot(Some(Slot::at(1)));
    model.seek(Time(3_000_000));
    while model.session().now() < Time(3_000_000) {
        model.frame(0.0, || true);
    }
    let height = |model: &mut Model| model.sight(VIEW).height;
    let before = height(&mut model);
    model.step(-1);
    let after = height(&mut model);
    assert!((after - before).abs() < 200, "{before} becomes {after}");
}

#[test]
fn whoever_stands_still_sees_all_answers_judged() {
    let mut model = usual();
    model.set_speed(Speed::all().min_by_key(|speed| speed.slowdown()).expect("there are some"));
    play(&mut model, 600);
    model.pause();
    assert!(invariants(model.session()).iter().all(|state| state.judged == Judged::All));
}

#[test]
fn a_broken_rule_stops_the_run_and_says_why() {
    let scenario =
        situations().find(|scenario| !scenario.expect.is_empty()).expect("there are such");
    let mut model = Model::open(scenario).expect("it opens");
    model.set_speed(Speed::of_slowdown(1).expect("it is a speed"));
    let mut frame = 0;
    model.play();
    while model.is_playing() && frame < 10_000 {
        frame += 1;
        model.frame(f64::from(frame) * 16.0, || true);
    }
    let fall =
        Fall::of(model.session(), model.fallen().expect("an invariant fell")).expect("it is said");
    assert!(fall.expected && !fall.rules.is_empty() && !fall.detail.is_empty());
    model.play();
    assert_eq!(model.fallen(), None, "the reader has gone on");
}

#[test]
fn a_shared_run_arrives_at_its_moment_and_is_the_same() {
    let mut model = usual();
    play(&mut model, 90);
    model.act(Do::Crash("S2".to_owned())).expect("S2 is up");
    play(&mut model, 60);
    let mut opened = Model::open(model.session().share()).expect("it opens");
    assert!(opened.is_busy());
    opened.frame(0.0, || true);
    assert!(!opened.is_busy());
    assert_eq!(opened.session().digest(), model.session().digest());
    assert_eq!(opened.session().now(), model.session().now());
    assert_eq!(verdict_text(opened.session().verdict()).map(|(well, _)| well), Some(true));
}

#[test]
fn a_shared_run_opens_at_another_moment_where_the_address_asks_for_one() {
    let mut model = usual();
    play(&mut model, 90);
    let now = model.session().now();
    for (at, plays) in
        [(Time(now.0 / 2), false), (Time(now.0 / 2), true), (now.after(5_000), false)]
    {
        let mut opened = Model::open(model.session().share()).expect("it opens");
        opened.begin(Some(at), plays);
        play_to_target(&mut opened);
        assert_eq!((opened.session().now(), opened.is_playing()), (at, plays));
        assert_eq!(verdict_text(opened.session().verdict()).map(|(well, _)| well), Some(true));
    }
}

#[test]
fn every_situation_plays_is_drawn_and_described() {
    for scenario in situations().chain(protocols().map(|info| Scenario::new(info.id, 3))) {
        let title = scenario.title.clone();
        let mut model = Model::open(scenario).expect("it opens");
        model.set_speed(Speed::of_slowdown(2).expect("it is a speed"));
        for _ in 0..4 {
            play(&mut model, 20);
            model.pause();
            let sight = model.sight(VIEW);
            assert!(sight.height >= VIEW.height, "{title}");
        }
        assert!(!story(model.session()).title.is_empty());
        for event in 0..model.session().source().events().len().min(400) {
            let event = EventId(event as u32);
            assert!(detail(model.session(), event).is_some(), "{title}: {event:?}");
        }
    }
}

/// The offers of a menu that carry commands, with those commands.
fn commands(offers: &Offers) -> Vec<(String, Vec<Do>)> {
    let read = |offer: &Offer| {
        let acts = offer.act.strip_prefix("menu ")?.lines();
        let acts = acts.map(|act| Do::from_json(act).expect("it is a command"));
        Some((offer.label.clone(), acts.collect()))
    };
    offers.offers.iter().filter_map(read).collect()
}

#[test]
fn a_caption_says_nothing_of_what_the_reader_made_of_the_run() {
    let mut model = usual();
    play(&mut model, 200);
    model.pause();
    assert!(model.caption().is_some());
    model.act(Do::Crash("S1".to_owned())).expect("S1 is up");
    assert_eq!(model.caption(), None);
    model.undo(false);
    assert!(model.caption().is_some());
}

#[test]
fn the_marks_of_the_timeline_are_counted_by_kind() {
    let mut model = usual();
    play(&mut model, 150);
    model.act(Do::Crash("S3".to_owned())).expect("S3 is up");
    let kinds = kinds(model.marks());
    assert!(kinds.iter().all(|(_, count)| *count > 0));
    assert!(kinds.contains(&(MarkKind::Lead, 1)) && kinds.contains(&(MarkKind::Fault, 1)));
    assert!(!kinds.iter().any(|(kind, _)| *kind == MarkKind::Violation));
}

#[test]
fn the_timeline_marks_each_decision_once_and_each_change_of_links() {
    let at = |model: &Model, kind| -> Vec<EventId> {
        model.marks().iter().filter(|mark| mark.kind == kind).map(|mark| mark.event).collect()
    };
    for scenario in situations() {
        let title = scenario.title.clone();
        let mut model = Model::open(scenario).expect("it opens");
        model.seek(Time(2_000_000));
        play_to_target(&mut model);
        // In both protocols slots are decided in order.
        let mut known = 0;
        let mut first = Vec::new();
        for (i, event) in model.session().source().events().iter().enumerate() {
            let EventKind::Fact(
                Fact::Chosen { slot, .. }
                | Fact::Applied { slot, .. }
                | Fact::Committed { upto: slot, .. },
            ) = event.kind
            else {
                continue;
            };
            if slot.index > known {
                known = slot.index;
                first.push(EventId(i as u32));
            }
        }
        assert_eq!(at(&model, MarkKind::Decision), first, "{title}");
        assert_eq!(model.health().decided, known, "{title}: health counts the same");
    }
    let mut model = usual();
    model.seek(Time(4_000_000));
    play_to_target(&mut model);
    let before = at(&model, MarkKind::Decision);
    assert!(before.len() > 1, "entries are committed");
    assert!(at(&model, MarkKind::Fault).is_empty());
    model.seek_event(before[1]);
    let act = splitting(model.session());
    model.act(act).expect("it is a command");
    assert_eq!(at(&model, MarkKind::Fault).len(), 1, "many links are cut at one instant");
    play(&mut model, 60);
    model.act(Do::Heal).expect("it is a command");
    assert_eq!(at(&model, MarkKind::Fault).len(), 2);
    let marks = model.marks().to_vec();
    model.undo(false);
    model.undo(true);
    assert_eq!(model.marks(), marks);
    assert!(at(&model, MarkKind::Decision).starts_with(&before[..2]), "the past stays");
    model.rewind();
    model.seek_mark(false);
    assert_eq!(model.instant_of(model.marks()[0].event), model.session().now());
}

/// Runs to the instant that was asked for.
fn play_to_target(model: &mut Model) {
    while model.is_busy() {
        model.frame(0.0, || true);
    }
}

fn names(model: &Model, lanes: &[Place]) -> String {
    let cast = model.session().cast();
    let names: Vec<&str> = lanes.iter().map(|lane| cast.name(*lane)).collect();
    names.join(" ")
}
