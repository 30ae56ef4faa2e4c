//! Acting, in the present and the past, and taking it back.

use super::super::*;
use super::*;

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
