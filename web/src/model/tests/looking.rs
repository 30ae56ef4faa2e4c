//! What is in view: folds, sheets, picks, kinds of message and lanes.

use super::super::*;
use super::*;

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
