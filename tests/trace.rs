//! What can be asked of a recorded run: its events in words, what led to an event, and
//! whether an event of some kind happened.

mod common;

use common::Sample;
use serde_json::json;
use synod::check::{Numbered, Pattern, Search, What};
use synod::trace::{
    Event, EventId, EventKind, Fact, MessageKind, NodeId, Place, Slot, Source, ValueId,
    future_cone, past_cone, quorum_messages, write_ndjson,
};

fn find(sample: &Sample, wanted: impl Fn(&Event) -> bool) -> EventId {
    let at = sample.events().iter().position(wanted).expect("the story has such an event");
    EventId(at as u32)
}

fn leader_elected(event: &Event) -> bool {
    matches!(event.kind, EventKind::Fact(Fact::RoleChanged { role: 2, .. }))
}

fn quorum_reached(event: &Event) -> bool {
    matches!(event.kind, EventKind::Fact(Fact::QuorumReached { .. }))
}

mod ndjson {
    use super::*;

    fn lines(sample: &Sample) -> Vec<serde_json::Value> {
        let mut text = String::new();
        write_ndjson(sample, 0..sample.events().len(), &mut text).expect("a string takes it all");
        text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }

    #[test]
    fn the_first_line_says_what_the_others_are_about() {
        let lines = lines(&Sample::idle());
        assert_eq!(
            lines[0].to_string(),
            r#"{"clients":["C1"],"invariants":["Election Safety"],"nodes":[{"class":"server","name":"S1"},{"class":"server","name":"S2"},{"class":"server","name":"S3"}],"protocol":"toy","v":1}"#
        );
    }

    /// Where a part of a run is asked for, and where more is asked for than there is.
    #[test]
    fn the_events_that_are_asked_for_are_written() {
        let sample = Sample::story();
        let count = sample.events().len();
        let ids = |range| {
            let mut text = String::new();
            write_ndjson(&sample, range, &mut text).expect("a string takes it all");
            let line = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON");
            text.lines().skip(1).map(|text| line(text)["id"].as_u64()).collect::<Vec<_>>()
        };
        assert_eq!(ids(2..4), [Some(2), Some(3)]);
        assert_eq!(ids(count - 1..count + 5), [Some(count as u64 - 1)]);
    }

    #[test]
    fn every_event_is_a_line_under_its_stable_name() {
        let mut sample = Sample::story();
        sample.violate();
        let lines = lines(&sample);
        assert_eq!(lines.len(), sample.events().len() + 1);
        for (at, (line, event)) in lines[1..].iter().zip(sample.events()).enumerate() {
            assert_eq!(line["v"], 1);
            assert_eq!(line["id"], at);
            assert_eq!(line["at_us"], event.at.0);
            assert_eq!(line["event"], event.kind.name());
            assert_eq!(line["place"], sample.cast().name(event.place));
            let cause = event.cause.map(|cause| cause.event().0);
            assert_eq!(line["cause"].as_u64(), cause.map(u64::from));
        }
    }

    /// The first such event without what every event has.
    fn line(sample: &Sample, wanted: impl Fn(&Event) -> bool) -> serde_json::Value {
        let mut value = lines(sample).swap_remove(find(sample, wanted).index() + 1);
        let fields = value.as_object_mut().expect("it is an object");
        fields.retain(|name, _| !["v", "id", "at_us", "cause"].contains(&name.as_str()));
        value
    }

    #[test]
    fn codes_are_turned_into_words() {
        let mut sample = Sample::story();
        sample.violate();
        let expect = |wanted: &dyn Fn(&Event) -> bool, expected: serde_json::Value| {
            assert_eq!(line(&sample, wanted), expected);
        };
        expect(
            &leader_elected,
            json!({"event": "role_changed", "place": "S2", "role": "Leader", "epoch": "1"}),
        );
        expect(
            &|event| matches!(event.kind, EventKind::TimerFired { .. }),
            json!({"event": "timer_fired", "place": "S2", "timer": sample.info().timers[0].name, "key": 0}),
        );
        expect(
            &|event| matches!(event.kind, EventKind::Command { .. }),
            json!({"event": "command", "place": "world", "index": 0, "command": "crash S2"}),
        );
        expect(
            &|event| matches!(event.kind, EventKind::Violated { .. }),
            json!({"event": "violated", "place": "world", "invariant": "Election Safety"}),
        );
        expect(
            &|event| {
                let EventKind::Fact(Fact::Applied { value, .. }) = event.kind else { return false };
                value == ValueId(2)
            },
            json!({"event": "applied", "place": "S2", "slot": "2", "epoch": "1", "value": "x=2",
                "request": 2}),
        );
    }

    #[test]
    fn messages_and_quorums_name_their_lanes() {
        let sample = Sample::story();
        let quorum = line(&sample, quorum_reached);
        assert_eq!(quorum["quorum"], sample.info().quorums[0].name);
        let EventKind::Fact(Fact::QuorumReached { members, .. }) =
            sample.events()[find(&sample, quorum_reached).index()].kind
        else {
            panic!("it is a quorum");
        };
        let names = quorum["members"].as_array().expect("a list");
        let expected: Vec<String> = members.iter().map(|node| format!("S{}", node.0 + 1)).collect();
        assert_eq!(names, &expected);
        assert!(names.contains(&"S2".into()), "the candidate voted for itself");
        assert_eq!(quorum.get("slot"), None, "it is about no slot");

        let is_lost = |event: &Event| matches!(event.kind, EventKind::Lost { .. });
        let lost = line(&sample, is_lost);
        let event = sample.events()[find(&sample, is_lost).index()];
        let EventKind::Lost { message, why } = event.kind else { panic!("it is lost") };
        let message_view = sample.message(message);
        let expected = json!({
            "event": "lost",
            "place": sample.cast().name(event.place),
            "why": why.text(),
            "message": message.0,
            "kind": message_view.kind,
            "label": message_view.label,
            "from": sample.cast().name(message_view.from),
            "to": sample.cast().name(message_view.to),
        });
        assert_eq!(lost, expected);
    }
}

mod causality {
    use std::collections::BTreeSet;

    use super::*;

    /// Happened-before by its definition: the transitive closure of causes and lane order.
    fn naive_past(events: &[Event], id: EventId) -> BTreeSet<usize> {
        let seen = |event: &Event| {
            !matches!(event.kind, EventKind::Lost { .. } | EventKind::Duplicated { .. })
        };
        let mut past = BTreeSet::from([id.index()]);
        let mut work = vec![id.index()];
        while let Some(at) = work.pop() {
            let event = &events[at];
            let cause = event.cause.map(|cause| cause.event().index());
            let lane = (0..at).filter(|earlier| {
                let earlier = &events[*earlier];
                let lane = event.place != Place::World && earlier.place == event.place;
                lane && seen(event) && seen(earlier)
            });
            for before in lane.chain(cause) {
                if past.insert(before) {
                    work.push(before);
                }
            }
        }
        past
    }

    fn positions(cone: &[EventId]) -> BTreeSet<usize> {
        cone.iter().map(|id| id.index()).collect()
    }

    #[test]
    fn the_past_is_what_the_definition_says() {
        let sample = Sample::story();
        let events = sample.events();
        for at in 0..events.len() {
            let id = EventId(at as u32);
            let cone = past_cone(events, id, 0..events.len());
            assert_eq!(positions(&cone), naive_past(events, id), "event {at}");
        }
    }

    #[test]
    fn the_future_is_the_past_seen_from_the_other_end() {
        let sample = Sample::story();
        let events = sample.events();
        let pasts: Vec<BTreeSet<usize>> =
            (0..events.len()).map(|at| naive_past(events, EventId(at as u32))).collect();
        for at in 0..events.len() {
            let cone = future_cone(events, EventId(at as u32), 0..events.len());
            let expected = (0..events.len()).filter(|later| pasts[*later].contains(&at)).collect();
            assert_eq!(positions(&cone), expected, "event {at}");
        }
    }

    #[test]
    fn a_window_bounds_what_is_given() {
        let sample = Sample::story();
        let events = sample.events();
        let elected = find(&sample, leader_elected);
        let window = 10..40;
        let past = past_cone(events, elected, window.clone());
        let all = past_cone(events, elected, 0..events.len());
        assert!(!past.is_empty() && past.len() < all.len());
        assert!(past.iter().all(|id| window.contains(&id.index()) && all.contains(id)));
        assert!(past_cone(events, EventId(u32::MAX), 0..10).is_empty());
        assert!(future_cone(events, EventId(u32::MAX), 0..10).is_empty());
    }

    #[test]
    fn a_quorum_is_made_of_one_delivery_from_each_member() {
        let sample = Sample::story();
        for (at, event) in sample.events().iter().enumerate() {
            let EventKind::Fact(Fact::QuorumReached { members, of, .. }) = event.kind else {
                assert!(quorum_messages(&sample, EventId(at as u32), 0).is_empty());
                continue;
            };
            let messages = quorum_messages(&sample, EventId(at as u32), 0);
            let mut senders = BTreeSet::new();
            for id in &messages {
                let delivered = sample.events()[id.index()];
                assert_eq!(delivered.place, event.place);
                let EventKind::Delivered { message, from: Place::Node(from) } = delivered.kind
                else {
                    panic!("a quorum is made of deliveries");
                };
                // Votes make the first kind of quorum, acknowledgements the second.
                assert_eq!(
                    sample.message_kind(message),
                    MessageKind::Protocol([1, 3][usize::from(of)])
                );
                senders.insert(Place::Node(from));
            }
            let others = members.iter().map(Place::Node).filter(|member| *member != event.place);
            assert_eq!(senders, others.collect(), "event {at}");
            assert_eq!(messages.len(), senders.len(), "one each");
        }
    }
}

mod patterns {
    use super::*;

    fn count(sample: &Sample, pattern: &Pattern) -> usize {
        sample.events().iter().filter(|event| pattern.matches(event, sample)).count()
    }

    fn on(event: &str) -> Pattern {
        Pattern { event: event.to_owned(), ..Pattern::default() }
    }

    #[test]
    fn every_part_narrows_the_choice() {
        let sample = Sample::story();
        let s2 = Place::Node(NodeId(1));
        let acks = Pattern {
            what: Some(What::Message(MessageKind::Protocol(3))),
            at: Some(s2),
            peer: Some(Place::Node(NodeId(3))),
            ..on("delivered")
        };
        let by_hand = sample.events().iter().filter(|event| {
            let EventKind::Delivered { message, from } = event.kind else { return false };
            event.place == s2
                && from == Place::Node(NodeId(3))
                && sample.message_kind(message) == MessageKind::Protocol(3)
        });
        assert_eq!(count(&sample, &acks), by_hand.count());
        assert!(count(&sample, &acks) > 0);
        let nobody = Pattern { peer: Some(Place::Client(synod::trace::ClientId(0))), ..acks };
        assert_eq!(count(&sample, &nobody), 0);
    }

    #[test]
    fn epochs_slots_and_values_are_compared() {
        let sample = Sample::story();
        let number = |number| Some(Numbered { number, owner: None });
        let applied = |slot, value: &str| Pattern {
            slot: Some(Slot::at(slot)),
            value: Some(value.to_owned()),
            ..on("applied")
        };
        assert_eq!(count(&sample, &applied(2, "x=2")), 1);
        assert_eq!(count(&sample, &applied(2, "x=1")), 0);
        let elected = |epoch| Pattern {
            what: Some(What::Code(2)),
            epoch: number(epoch),
            ..on("role_changed")
        };
        assert_eq!(count(&sample, &elected(1)), 1);
        assert_eq!(count(&sample, &elected(9)), 0);
        let owned = Some(Numbered { number: 1, owner: Some(NodeId(0)) });
        assert_eq!(
            count(&sample, &Pattern { epoch: owned, ..elected(1) }),
            0,
            "terms have no owner"
        );
    }

    #[test]
    fn committed_means_at_least_this_far() {
        let sample = Sample::story();
        let committed = |slot| Pattern { slot: Some(Slot::at(slot)), ..on("committed") };
        let by_hand = |slot| {
            let far_enough = |event: &&Event| match event.kind {
                EventKind::Fact(Fact::Committed { upto, .. }) => upto.index >= slot,
                _ => false,
            };
            sample.events().iter().filter(far_enough).count()
        };
        assert!(by_hand(1) > by_hand(3) && by_hand(3) > 0, "the story commits step by step");
        for slot in 1..=5 {
            assert_eq!(count(&sample, &committed(slot)), by_hand(slot), "slot {slot}");
        }
    }

    #[test]
    fn the_peer_of_a_lost_message_is_the_end_where_it_was_not_lost() {
        let sample = Sample::story();
        let lost = find(&sample, |event| matches!(event.kind, EventKind::Lost { .. }));
        let event = &sample.events()[lost.index()];
        let EventKind::Lost { message, .. } = event.kind else { panic!("it is lost") };
        let message = sample.message(message);
        let other = if event.place == message.from { message.to } else { message.from };
        let peer = |place| Pattern { peer: Some(place), ..on("lost") };
        assert!(peer(other).matches(event, &sample));
        assert!(!peer(event.place).matches(event, &sample));
    }

    #[test]
    fn a_search_goes_on_where_it_stopped_and_forgets_what_was_cut() {
        let mut sample = Sample::story();
        let mut third = Search::new(on("violated"), 3);
        assert_eq!(third.advance(&sample), None);
        sample.violate();
        sample.violate();
        let len = sample.events().len();
        assert_eq!(third.advance(&sample), None);
        sample.violate();
        assert_eq!(third.advance(&sample), Some(EventId(len as u32)));
        third.forget_from(len);
        assert_eq!(third.advance(&Sample::story()), None, "the three are gone");
        let mut first = Search::new(on("started"), 0);
        assert_eq!(first.advance(&sample), Some(EventId(0)));
    }
}
