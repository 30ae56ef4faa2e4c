//! Steering which timer runs out when, and cutting links in the past.

use synod::scenario::Do;
use synod::trace::{EventKind, NodeId, Place, Time};

use super::super::*;
use super::{commands, play_to_target, usual};

/// Before anybody has timed out, when every node waits for the same kind of timer.
fn waiting_to_elect() -> Model {
    let mut model = usual();
    model.seek(Time(20_000));
    play_to_target(&mut model);
    model
}

fn offer_of(model: &Model, node: u8, at: Option<Time>, label: &str) -> Option<(Touched, Vec<Do>)> {
    let touched = Touched::lane(model.session(), Place::Node(NodeId(node)), at);
    let offers = commands(&offers(model.session(), model.index(), touched, ""));
    let (_, acts) = offers.into_iter().find(|(own, _)| own == label)?;
    Some((touched, acts))
}

/// Who timed out from here on, and when.
fn fired(model: &mut Model) -> Vec<(Place, Time)> {
    let from = model.session().source().reached();
    model.seek(Time(600_000));
    play_to_target(model);
    let fired = model.session().source().events()[from..].iter();
    let fired = fired.filter(|event| matches!(event.kind, EventKind::TimerFired { .. }));
    fired.map(|event| (event.place, event.at)).collect()
}

const NEXT: &str = "Let its election timer be next";
const ALIGN: &str = "Align election timers";

#[test]
fn any_node_but_the_next_can_be_made_the_next_to_time_out() {
    let first = fired(&mut waiting_to_elect())[0].0;
    let mut offered = 0;
    for node in 0..5 {
        let mut model = waiting_to_elect();
        let place = Place::Node(NodeId(node));
        let Some((touched, acts)) = offer_of(&model, node, None, NEXT) else {
            assert_eq!(place, first, "the next needs no help");
            continue;
        };
        assert_ne!(place, first);
        model.act_together(touched.moment, acts).expect("it can be done");
        assert!(offer_of(&model, node, None, NEXT).is_none(), "it is the next already");
        let next = first.node().expect("a node").0;
        assert!(offer_of(&model, next, None, NEXT).is_some(), "the one before is not");
        assert_eq!(fired(&mut model)[0].0, place);
        offered += 1;
    }
    assert_eq!(offered, 4);
}

#[test]
fn a_node_is_made_the_next_in_the_past() {
    let mut model = waiting_to_elect();
    let first = fired(&mut model)[0];
    let node = u8::from(first.0 == Place::Node(NodeId(0)));
    let (touched, acts) = offer_of(&model, node, Some(Time(30_000)), NEXT).expect("it is offered");
    assert_eq!(touched.moment, Moment::At(Time(30_000)));
    model.act_together(touched.moment, acts).expect("it can be done");
    assert!(model.forked().is_some());
    let next = fired(&mut model)[0];
    assert!(next.0 == Place::Node(NodeId(node)) && next.1 < first.1);
}

#[test]
fn timers_of_a_kind_are_aligned_by_one_act() {
    let mut model = waiting_to_elect();
    let before = model.session().digest();
    let (touched, acts) = offer_of(&model, 1, None, ALIGN).expect("they differ");
    assert_eq!(acts.len(), 4, "the latest stays");
    model.act_together(touched.moment, acts).expect("it can be done");
    assert!(offer_of(&model, 1, None, ALIGN).is_none(), "they are aligned");
    let fired = fired(&mut model);
    let at = fired[0].1;
    assert_eq!(fired.iter().filter(|(_, other)| *other == at).count(), 5, "{fired:?}");
    model.undo(false);
    assert_eq!(model.session().digest(), before, "all of it is taken back");
    assert!(model.session().scenario().commands.is_empty());
}

#[test]
fn acts_of_which_one_is_refused_do_nothing() {
    let mut model = waiting_to_elect();
    let before = model.session().digest();
    let acts = vec![Do::Crash("S1".to_owned()), Do::Crash("S9".to_owned())];
    model.act_together(Moment::At(Time(10_000)), acts).expect_err("there is no S9");
    assert_eq!(model.session().digest(), before);
    assert!(model.session().scenario().commands.is_empty() && !model.can_undo().0);
}

#[test]
fn a_link_is_cut_in_the_past_whatever_it_is_now() {
    let mut model = waiting_to_elect();
    let (one, other) = (Place::Node(NodeId(0)), Place::Node(NodeId(2)));
    model.act(Do::Cut { from: "S1".to_owned(), to: "S3".to_owned() }).expect("it is a link");
    let was = |moment| was_cut(model.session(), one, other, moment);
    assert!(was(Moment::Now) && !was(Moment::At(Time(10_000))));
    assert!(!was_cut(model.session(), other, one, Moment::Now));
    let labels = |at| -> Vec<String> {
        let touched = Touched::lane(model.session(), one, at);
        let offers = offers(model.session(), model.index(), touched, "");
        offers.offers.into_iter().map(|offer| offer.label).collect()
    };
    assert!(labels(None).contains(&"mend S1 → S3".to_owned()));
    assert!(labels(Some(Time(10_000))).contains(&"cut S1 → S3".to_owned()));
}

#[test]
fn a_node_that_is_cut_off_now_can_be_cut_off_in_the_past() {
    let mut model = waiting_to_elect();
    model.act(Do::Partition(vec![vec!["S1".to_owned()]])).expect("it is a node");
    let offered = |at, label: &str| {
        let touched = Touched::lane(model.session(), Place::Node(NodeId(0)), at);
        let offers = offers(model.session(), model.index(), touched, "");
        offers.offers.into_iter().find(|offer| offer.label == label).map(|offer| offer.act)
    };
    let past = Some(Time(10_000));
    assert!(offered(None, "Rejoin").is_some_and(|act| act.contains("heal")));
    assert!(offered(past, "Cut off").is_some_and(|act| act.contains("partition")));
    assert_eq!((offered(None, "Cut off"), offered(past, "Rejoin")), (None, None));
}
