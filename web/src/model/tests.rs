//! The page without a browser: playing, stepping, acting in the past, sharing.

use std::rc::Rc;

use synod::diagram::{Options, Scene};
use synod::scenario::{Do, Scenario};
use synod::session::{Judged, gallery, protocols, scenario_of};
use synod::trace::{EventKind, Fact, NodeId, Slot, Time};

use super::*;

#[path = "../../../tests/common/lost_write.rs"]
mod lost_write;
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
fn acting_in_the_past_keeps_the_old_future() {
    let mut model = usual();
    play(&mut model, 120);
    let before = model.session().scenario().clone();
    model.step(-10);
    model.act(Do::Crash("S1".to_owned())).expect("S1 is up");
    let forked = model.forked().expect("the old future is kept");
    assert!(!node_cards(model.session())[0].up);
    model.sight(VIEW);
    model.return_to(forked.branch).expect("it is there");
    assert_eq!(model.session().scenario(), &before);
    assert!(node_cards(model.session())[0].up);
    model.sight(VIEW);
}

#[test]
fn an_act_that_makes_no_sense_is_refused_and_changes_nothing() {
    let mut model = usual();
    play(&mut model, 30);
    let digest = model.session().digest();
    let op = "three words here".to_owned();
    assert!(model.act(Do::Request { client: None, to: None, op }).is_err());
    assert!(model.act(Do::Crash("nobody".to_owned())).is_err());
    assert_eq!(model.session().digest(), digest);
}

#[test]
fn nodes_are_cut_off_one_by_one_and_reconnected() {
    let mut model = usual();
    let apart = |model: &Model| -> Vec<bool> {
        node_cards(model.session()).iter().map(|card| card.apart).collect()
    };
    let toggle = |model: &mut Model, node: u8| {
        let session = model.session();
        let act = isolation(session.cast(), NodeId(node), |from, to| session.is_cut(from, to));
        model.act(act).expect("it is a valid command");
    };
    toggle(&mut model, 1);
    toggle(&mut model, 3);
    assert_eq!(apart(&model), [false, true, false, true, false]);
    toggle(&mut model, 1);
    assert_eq!(apart(&model), [false, false, false, true, false]);
    toggle(&mut model, 3);
    assert!(!has_cuts(model.session()));
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

#[test]
fn the_present_is_in_view_in_the_lowest_stage() {
    let mut model = usual();
    play(&mut model, 120);
    for (height, below_now) in [(3, 30), (24, 30), (85, 30), (85, 68), (140, 46), (700, 30)] {
        let sight = model.sight(View { height, below_now, ..VIEW });
        assert!(sight.seen.contains(&sight.now), "{} in {:?}", sight.now, sight.seen);
        let let_go = View { follow: false, top: sight.followed, ..VIEW };
        assert_eq!(model.sight(View { height, below_now, ..let_go }).now_off, 0, "{height}");
    }
}

#[test]
fn the_picture_is_kept_while_nothing_changes() {
    let mut model = usual();
    play(&mut model, 60);
    model.pause();
    let shown = |model: &mut Model, view| model.sight(view).scenes;
    let kept = |before: &[Rc<Scene>], after: &[Rc<Scene>]| {
        let kept = before.iter().filter(|scene| after.iter().any(|other| Rc::ptr_eq(scene, other)));
        kept.count()
    };
    let first = shown(&mut model, VIEW);
    assert_eq!(kept(&first, &shown(&mut model, VIEW)), first.len());
    let top = model.sight(VIEW).scroll.expect("the view follows");
    let scrolled = View { follow: false, top: top - 3, ..VIEW };
    assert_eq!(kept(&first, &shown(&mut model, scrolled)), first.len(), "a few pixels are nothing");
    model.step(-1);
    let second = shown(&mut model, VIEW);
    assert!(kept(&first, &second) < first.len());
}

#[test]
fn sheets_that_were_kept_are_as_if_drawn_anew() {
    let mut kept = 0;
    for (number, scenario) in situations().enumerate() {
        let mut model = Model::open(scenario).expect("it opens");
        if number % 2 == 0 {
            model.draw("heartbeats");
        }
        let mut state = number as u64;
        let mut next = move |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut before: Vec<Rc<Scene>> = Vec::new();
        for round in 0..25 {
            match next(4) {
                0 => model.step(-(next(40) as i32) - 1),
                1 => model.step(next(40) as i32 + 1),
                2 => play(&mut model, next(40) as u32),
                _ => model.seek(Time(next(model.extent().max(Time(1)).0))),
            }
            model.pause();
            let view = View { follow: next(2) == 0, top: next(3_000) as i32, ..VIEW };
            let seen = model.sight(view).scenes;
            kept +=
                seen.iter().filter(|scene| before.iter().any(|old| Rc::ptr_eq(scene, old))).count();
            // Everything that is kept goes.
            model.generation += 1;
            let anew = model.sight(view).scenes;
            assert!(seen == anew, "situation {number}, round {round}");
            before = anew;
        }
    }
    assert!(kept > 100, "only {kept} were kept");
}

#[test]
fn waiting_is_folded_at_once_and_never_again_otherwise() {
    let mut model = usual();
    let due = model.session.next_at().expect("an election timer runs");
    let height = model.axis().y(due);
    assert!(height < 1_000, "the first wait takes {height} tenths of a pixel");
    play(&mut model, 200);
    assert_eq!(model.axis().y(due), height, "what has been seen does not move");
}

#[test]
fn hidden_heartbeats_fold_with_their_number_and_what_is_seen_stays() {
    let mut model = usual();
    play(&mut model, 600);
    model.pause();
    let (now, tall) = (model.session().now(), model.axis().y(model.session().now()));
    let counted = |model: &Model| -> u32 {
        model.axis().scale().folds().iter().map(|fold| fold.messages).sum()
    };
    assert_eq!(counted(&model), 0, "whatever is drawn is not folded");
    model.draw("heartbeats");
    assert!(counted(&model) >= 8 && model.axis().y(now) < tall);
    let sight = model.sight(View { follow: false, top: 0, height: 3_000, ..VIEW });
    let breaks = sight.scenes.iter().flat_map(|scene| &scene.breaks);
    assert!(breaks.into_iter().any(|fold| fold.text.ends_with(" messages")));
    // While nothing else happens the present stays where it is.
    let idle: Vec<i64> = (0..80)
        .map(|_| {
            play(&mut model, 1);
            model.axis().y(model.session().now())
        })
        .collect();
    assert!(idle.windows(2).filter(|pair| pair[0] == pair[1]).count() > 10, "{idle:?}");
    model.draw("heartbeats");
    assert_eq!(counted(&model), 0);
}

#[test]
fn picking_goes_through_the_messages_and_survives_a_cut() {
    let mut model = usual();
    play(&mut model, 150);
    model.pause();
    model.pick_next(true);
    let last = model.picked().expect("messages were sent");
    let is_sent = |model: &Model, event: EventId| {
        matches!(model.session().source().events()[event.index()].kind, EventKind::Sent { .. })
    };
    assert!(is_sent(&model, last));
    model.pick_next(false);
    assert_eq!(model.picked(), Some(last), "there is none after the last");
    model.seek(Time(1_000));
    model.act(Do::Crash("S1".to_owned())).expect("S1 is up");
    assert_eq!(model.picked(), None, "what was picked never happened");
    model.pick(Some(EventId(u32::MAX)));
    assert_eq!(model.picked(), None);
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
fn every_offer_of_every_lane_and_message_can_be_taken_and_taken_back() {
    let mut model = usual();
    play(&mut model, 150);
    model.pause();
    let (digest, steps) = (model.session().digest(), model.session().steps());
    let events = model.session().source().events();
    let sent = (0..events.len()).rev().map(|i| EventId(i as u32));
    let mut touched: Vec<Touched> =
        sent.filter_map(|event| Touched::event(model.session(), event)).take(60).collect();
    for node in 0..model.session().cast().nodes.len() as u8 {
        let place = Place::Node(NodeId(node));
        touched.push(Touched::lane(model.session(), place, None));
        touched.push(Touched::lane(model.session(), place, Some(Time(200_000))));
    }
    let mut taken = 0;
    for touched in touched {
        let offers = offers(model.session(), model.index(), touched, "x=7");
        assert!(!offers.title.is_empty() && !offers.offers.is_empty());
        for (label, acts) in commands(&offers) {
            let moment = moment_of(model.session(), touched);
            model.act_together(moment, acts).unwrap_or_else(|error| panic!("{label}: {error}"));
            let command = model.session().source().reached();
            assert!(command > 0, "{label}");
            model.undo(false);
            assert_eq!(model.session().digest(), digest, "{label} is taken back");
            assert_eq!(model.session().steps(), steps, "{label}: the future is known again");
            assert!(model.session().branches().is_empty(), "{label}");
            taken += 1;
        }
    }
    assert!(taken > 100);
    model.undo(true);
    assert_ne!(model.session().scenario().commands.len(), 0, "the last one is done again");
}

#[test]
fn groups_are_made_in_the_present_alone() {
    let mut model = usual();
    play(&mut model, 150);
    model.pause();
    let offered = |at: Option<Time>| {
        let touched = Touched::lane(model.session(), Place::Node(NodeId(0)), at);
        let menu = offers(model.session(), model.index(), touched, "");
        menu.offers.iter().any(|offer| offer.act == "open partition")
    };
    assert!(offered(None), "at the head of a lane");
    assert!(!offered(Some(Time(1_000))), "in the past");
}

#[test]
fn a_message_that_arrived_long_ago_is_dropped_in_another_line_of_history() {
    let mut model = usual();
    play(&mut model, 150);
    model.pause();
    model.pick_next(true);
    for _ in 0..20 {
        model.pick_next(true);
    }
    let sent = model.picked().expect("messages were sent");
    let touched = Touched::event(model.session(), sent).expect("it is there");
    let drop = commands(&offers(model.session(), model.index(), touched, "")).remove(0).1;
    model.act_together(moment_of(model.session(), touched), drop).expect("it can be dropped");
    assert!(model.forked().is_some());
    let last = model.session().source().events().last().map(|event| event.kind);
    assert!(matches!(last, Some(EventKind::Lost { .. })), "{last:?}");
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
fn a_message_is_delayed_as_long_as_was_chosen() {
    let mut model = usual();
    play(&mut model, 150);
    model.pause();
    model.pick_next(false);
    let sent = model.picked().expect("messages were sent");
    let touched = Touched::event(model.session(), sent).expect("it is there");
    let offers = offers(model.session(), model.index(), touched, "");
    let delays: Vec<&Offer> =
        offers.offers.iter().filter(|offer| offer.group == "Delay it").collect();
    assert_eq!(delays.len(), 4);
    for (label, acts) in commands(&offers).into_iter().skip(3) {
        let Do::Delay { until_us, .. } = acts[0] else { panic!("{label}") };
        model.act_together(moment_of(model.session(), touched), acts).expect("it can be delayed");
        model.seek(Time(until_us + 1));
        play_to_target(&mut model);
        let source = model.session().source();
        let EventKind::Sent { message, .. } = source.events()[sent.index()].kind else { panic!() };
        let ended = source.flight(message).ended.expect("it has arrived");
        assert_eq!(source.events()[ended.index()].at, Time(until_us), "{label}");
        model.undo(false);
    }
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
fn a_command_is_switched_off_and_on() {
    let mut model = usual();
    play(&mut model, 60);
    model.act(Do::Crash("S3".to_owned())).expect("S3 is up");
    play(&mut model, 60);
    model.pause();
    let own = model.session().scenario().commands.iter();
    let own = own.clone().position(|command| matches!(command.act, Do::Crash(_)));
    let digest = model.session().digest();
    model.switch(own.expect("it is in the list")).expect("it is there");
    assert!(node_cards(model.session())[2].up);
    model.switch(own.expect("it is in the list")).expect("it is there");
    assert_eq!(model.session().digest(), digest);
}

#[test]
fn the_list_finds_folds_and_leaves_out() {
    let mut model = usual();
    play(&mut model, 240);
    model.pause();
    let all = |model: &Model, words: &str| {
        listing(model.session(), words, false, None, |event| model.shows(event))
    };
    let plain = all(&model, "");
    assert!(plain.rows.windows(2).all(|pair| pair[0].at >= pair[1].at), "newest first");
    assert!(plain.rows.iter().any(|row| row.class == "beats"), "heartbeats are folded");
    let place = plain.rows.iter().find(|row| row.place.starts_with('S')).expect("nodes act");
    let (name, lane) = (place.place.clone(), model.session().cast().place(&place.place));
    assert!(
        all(&model, &name).rows.iter().all(|row| row.place == name || row.text.contains(&name))
    );
    assert!(all(&model, "no such words").rows.is_empty());
    let index = |number: &str| all(&model, &format!("index {number}")).rows;
    let names_index_1 = |row: &Row| {
        row.text.split("index 1").skip(1).any(|on| !on.starts_with(|c: char| c.is_ascii_digit()))
    };
    assert!(
        !index("1").is_empty() && index("1").iter().all(names_index_1),
        "index 1 is not index 10"
    );
    let lane = lane.expect("it is a lane");
    model.hide_lane(lane);
    assert!(model.is_hidden(lane) && all(&model, "").rows.iter().all(|row| row.place != name));
    assert_eq!(model.sight(VIEW).columns().len(), model.session().cast().nodes.len());
    model.hide_lane(lane);
    assert_eq!(model.options().lanes, model.session().cast().places());
    model.show_slot(Some(Slot::at(1)));
    let alone = all(&model, "");
    assert!(!alone.rows.is_empty() && alone.rows.len() < plain.rows.len());
    for row in &alone.rows {
        let first = Options { slot: Some(Slot::at(1)), ..Options::default() };
        assert!(first.shows_event(model.session().source(), row.event), "{}", row.text);
    }
    assert!(model.sight(VIEW).happened().iter().all(|event| model.shows(*event)));
    model.show_slot(None);
    let kind = MessageKind::Protocol(0);
    model.hide_kind(kind);
    let source = model.session().source();
    let shown = all(&model, "").rows;
    assert!(!shown.is_empty());
    for row in shown.iter().filter(|row| row.class != "beats") {
        if let EventKind::Sent { message, .. } = source.events()[row.event.index()].kind {
            assert_ne!(source.message_kind(message), kind);
        }
    }
}

#[test]
fn only_messages_that_are_drawn_are_picked_one_after_another() {
    let mut model = usual();
    play(&mut model, 240);
    model.pause();
    let place = Place::Node(NodeId(3));
    model.hide_lane(place);
    model.draw("heartbeats");
    let mut picked = Vec::new();
    model.pick_next(true);
    while model.picked() != picked.last().copied() {
        picked.extend(model.picked());
        model.pick_next(true);
    }
    let height = 100_000;
    let drawn = model.sight(View { height, ..VIEW }).happened();
    assert!(picked.len() > 10);
    assert!(picked.iter().all(|event| drawn.contains(event)));
}

#[test]
fn messages_that_wait_are_delivered_in_any_order() {
    let mut model = usual();
    play(&mut model, 100);
    model.pause();
    model.act(Do::Manual(true)).expect("it is a command");
    assert_eq!(model.waiting(0), None);
    let fire = Do::Fire { node: "S2".to_owned(), timer: timer_of(&model), key: 0 };
    model.act(fire).expect("the timer exists");
    let second = model.waiting(2).expect("messages wait");
    model.act(Do::Deliver(second)).expect("it waits");
    assert!((1..20).filter_map(|at| model.waiting(at)).all(|message| message != second));
}

/// The first timer that is set at the second node.
fn timer_of(model: &Model) -> String {
    let status = model.session().status(NodeId(1)).expect("it is there");
    let timer = status.timers.first().expect("it has a timer").timer;
    model.session().info().timers[usize::from(timer.kind)].name.to_owned()
}

fn names(model: &Model, lanes: &[Place]) -> String {
    let cast = model.session().cast();
    let names: Vec<&str> = lanes.iter().map(|lane| cast.name(*lane)).collect();
    names.join(" ")
}

#[test]
fn lanes_are_moved_and_hidden_and_keep_to_their_places() {
    let mut model = usual();
    let place =
        |model: &Model, name: &str| model.session().cast().place(name).expect("it is there");
    let drawn = |model: &Model| names(model, &model.options().lanes);
    assert_eq!(drawn(&model), "C1 S1 S2 S3 S4 S5");
    let s4 = place(&model, "S4");
    model.move_lane(s4, 1);
    assert_eq!(drawn(&model), "C1 S4 S1 S2 S3 S5");
    model.hide_lane(place(&model, "S1"));
    model.shift_lane(s4, 1);
    assert_eq!(drawn(&model), "C1 S2 S4 S3 S5");
    model.shift_lane(s4, 9);
    model.shift_lane(place(&model, "C1"), -1);
    assert_eq!(drawn(&model), "C1 S2 S3 S5 S4");
    model.hide_lane(place(&model, "S1"));
    assert_eq!(drawn(&model), "C1 S1 S2 S3 S5 S4");

    let mut smaller = model.session().scenario().clone();
    setup::change(&mut smaller, model.session().info(), "nodes server", "3").expect("a number");
    model.set(smaller, Time::ZERO).expect("it opens");
    assert_eq!(drawn(&model), "C1 S1 S2 S3", "what is not there has no place");
    model.undo(false);
    for lane in model.session().cast().places() {
        model.hide_lane(lane);
    }
    assert_eq!(model.options().lanes.len(), 1, "the last one stays");
    model.usual_lanes();
    assert_eq!(drawn(&model), "C1 S1 S2 S3 S4 S5");
}

#[test]
fn settings_and_the_seed_are_taken_back_and_done_again() {
    let mut model = usual();
    play(&mut model, 120);
    model.act(Do::Crash("S1".to_owned())).expect("S1 is up");
    let before = model.session().digest();
    let mut wide = model.session().scenario().clone();
    setup::change(&mut wide, model.session().info(), "net preset", "wan").expect("it exists");
    let flight = model.axis().flight_us();
    model.set(wide, model.session().now()).expect("it opens");
    assert!(model.axis().flight_us() > flight, "the axis is that of the new network");
    model.pause();
    let seeded = model.reseeded(7);
    model.set(seeded, Time::ZERO).expect("it opens");
    assert_eq!(model.session().scenario().seed, 7);
    assert!(model.session().scenario().commands.is_empty(), "without what the reader did");
    assert_eq!(model.base().seed, 7);
    model.undo(false);
    assert_eq!(
        (model.session().scenario().seed, model.session().scenario().commands.len()),
        (1, 1)
    );
    model.undo(false);
    assert_eq!((model.session().digest(), model.axis().flight_us()), (before, flight));
    assert!(model.base().commands.is_empty());
    model.undo(true);
    assert!(model.axis().flight_us() > flight);
}

#[test]
fn a_partition_is_made_of_groups_and_read_back_from_the_network() {
    let mut model = usual();
    play(&mut model, 120);
    model.pause();
    let place =
        |model: &Model, name: &str| model.session().cast().place(name).expect("it is there");
    let groups = |model: &Model, parting: &Parting| -> Vec<String> {
        let group = |group| names(model, &parting.members(group).collect::<Vec<_>>());
        (0..=GROUPS).map(group).collect()
    };
    let mut parting = Parting::of(model.session());
    let proposed: Vec<usize> = (0..=GROUPS).map(|group| parting.members(group).count()).collect();
    assert_eq!(proposed, [2, 3, 0, 1], "a minority is apart, and the client reaches everyone");
    for name in ["S1", "S2", "S3", "S4", "S5"] {
        parting.put(place(&model, name), Some(0), false);
        parting.put(place(&model, name), Some(EVERYONE), false);
    }
    assert_eq!(parting.act(model.session()), None);
    parting.put(place(&model, "S5"), None, true);
    parting.put(place(&model, "S4"), None, false);
    parting.put(place(&model, "C1"), None, false);
    assert_eq!(groups(&model, &parting), ["S1 S2 S3 C1", "S4", "S5", ""]);
    let quorum = model.health().quorum.expect("somebody was elected");
    let side = |group| parting.side(model.session(), group, &quorum);
    assert_eq!((side(0), side(1)), (Side { up: 3, quorum: 3 }, Side { up: 1, quorum: 3 }));
    let act = parting.act(model.session()).expect("it separates");
    model.act(act).expect("it is a command");
    assert_eq!(groups(&model, &Parting::of(model.session())), ["S1 S2 S3 C1", "S4", "S5", ""]);
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
