//! Pictures of a recorded run: what they must show, and what they must look like.
#![allow(clippy::float_arithmetic, reason = "an independent check of the integer geometry")]

mod common;

use common::{Sample, check_golden, play};
use synod::diagram::{
    Arrow, Density, Fate, Label, Look, MarkKind, Options, Quiet, Routine, SHEET_HEIGHT, Scene,
    Theme, TimeScale, Window, arrow_text, carried, layout, mermaid, sheet_at, sheets, svg, text,
};
use synod::session::gallery;
use synod::trace::{Index, MessageId, MessageKind, NodeId, Place, Slot, Source, Step, Time};

fn whole(sample: &Sample, options: &Options) -> Scene {
    layout(sample, &Index::of(sample.events()), &Window::until(sample.now()), options)
}

fn slice(sample: &Sample, from: u64, to: u64) -> Scene {
    let window = Window { from: Time(from), to: Time(to) };
    layout(sample, &Index::of(sample.events()), &window, &Options::default())
}

#[test]
fn the_story_looks_as_it_did() {
    let sample = Sample::story();
    let window = Window::until(sample.now());
    check_golden(
        "diagram/story.svg",
        &svg(&whole(&sample, &Options::default()), &sample, Theme::Light),
    );
    check_golden("diagram/story.mmd", &mermaid(&sample, &window, &Options::default()));
    check_golden("diagram/story.txt", &text(&sample, &window));
}

#[test]
fn a_violation_and_a_folded_stretch_look_as_they_did() {
    let mut sample = Sample::idle();
    sample.violate();
    let mut options = Options { width_px: 720, ..Options::default() };
    Quiet::new(200_000).extend(&sample, &mut options);
    check_golden("diagram/idle.svg", &svg(&whole(&sample, &options), &sample, Theme::Dark));
}

/// Every label and chip of a scene.
fn labels(scene: &Scene) -> Vec<&Label> {
    let arrows = scene.arrows.iter().filter_map(|arrow| arrow.label.as_ref());
    let marks = scene.marks.iter().flat_map(|mark| [mark.chip.as_ref(), mark.label.as_ref()]);
    arrows.chain(marks.flatten()).collect()
}

/// The corners of a label's box.
fn corners(label: &Label) -> [(f64, f64); 4] {
    let (cos, sin) = (f64::from(label.dir.0) / 1e3, f64::from(label.dir.1) / 1e3);
    let (w, h) = (f64::from(label.half_width), f64::from(label.half_height));
    [(-w, -h), (w, -h), (w, h), (-w, h)].map(|(along, across)| {
        (
            f64::from(label.x) + cos * along - sin * across,
            f64::from(label.y) + sin * along + cos * across,
        )
    })
}

/// Whether some edge of `a` has all of `b` on its outer side.
fn is_beyond_an_edge(a: &[(f64, f64); 4], b: &[(f64, f64); 4]) -> bool {
    (0..4).any(|i| {
        let ((x1, y1), (x2, y2)) = (a[i], a[(i + 1) % 4]);
        b.iter().all(|(x, y)| (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) <= 300.0)
    })
}

#[test]
fn labels_never_collide() {
    for width_px in [360, 720, 1100, 2000] {
        for per_ms in [1, 3, 6, 20] {
            for sample in [Sample::story(), Sample::busy(400)] {
                let scale = TimeScale::pixels_per_ms(per_ms);
                let options = Options { width_px, scale, ..Options::default() };
                let scene = whole(&sample, &options);
                let boxes: Vec<_> = labels(&scene).into_iter().map(corners).collect();
                assert!(!boxes.is_empty());
                for (i, a) in boxes.iter().enumerate() {
                    let apart = |b| is_beyond_an_edge(a, b) || is_beyond_an_edge(b, a);
                    assert!(boxes[i + 1..].iter().all(apart), "{width_px} px, {per_ms} px/ms");
                }
            }
        }
    }
}

#[test]
fn labels_stay_in_the_picture_and_beside_the_time_axis() {
    let scene = whole(&Sample::story(), &Options::default());
    for (x, _) in labels(&scene).into_iter().flat_map(corners) {
        assert!((600.0..f64::from(scene.width)).contains(&x), "{x}");
    }
}

#[test]
fn fewer_labels_name_no_messages() {
    let options = Options { labels: Density::Few, ..Options::default() };
    let scene = whole(&Sample::story(), &options);
    assert!(scene.arrows.iter().all(|arrow| arrow.label.is_none()));
    let chip = |text: &str| {
        let chips = scene.marks.iter().filter_map(|mark| mark.chip.as_ref());
        chips.filter(|chip| chip.text == text).count()
    };
    assert_eq!((chip("Leader · term 1"), chip("Leader · term 2")), (1, 1));
}

#[test]
fn time_runs_down_and_arrows_stay_between_the_lanes() {
    let sample = Sample::story();
    let scene = whole(&sample, &Options::default());
    let lanes: Vec<i32> = scene.columns.iter().map(|column| column.x).collect();
    assert!(lanes.is_sorted());
    for arrow in &scene.arrows {
        assert!(arrow.y1 <= arrow.y2, "{arrow:?} goes back in time");
        assert!((0..=scene.height).contains(&arrow.y1) && arrow.y2 <= scene.height, "{arrow:?}");
        for x in [arrow.x1, arrow.x2] {
            assert!((lanes[0]..=lanes[5]).contains(&x), "{arrow:?}");
        }
    }
}

#[test]
fn heights_are_proportional_to_time() {
    let sample = Sample::story();
    let scene = whole(&sample, &Options::default());
    for arrow in scene.arrows.iter().filter(|arrow| arrow.fate == Fate::Delivered) {
        let at = |id: synod::trace::EventId| sample.events()[id.index()].at.0;
        let sent_us = at(arrow.sent);
        let ended_us = at(arrow.ended.expect("delivered messages have arrived"));
        assert_eq!(arrow.y1, (sent_us * 60 / 1_000) as i32);
        assert_eq!(arrow.y2, (ended_us * 60 / 1_000) as i32);
    }
}

#[test]
fn every_fate_is_drawn_as_what_it_is() {
    let sample = Sample::story();
    let scene = whole(&sample, &Options::default());
    let count = |is: fn(&Arrow) -> bool| scene.arrows.iter().filter(|arrow| is(arrow)).count();
    assert!(count(|arrow| matches!(arrow.fate, Fate::Lost(_))) > 3);
    assert!(count(|arrow| arrow.fate == Fate::InFlight) > 1);
    assert!(count(|arrow| arrow.copy) > 2);
    assert!(count(|arrow| arrow.routine) > 5);
    let now = scene.now.expect("the present is in the window");
    for arrow in &scene.arrows {
        let (from, to) =
            (&scene.columns[usize::from(arrow.from)], &scene.columns[usize::from(arrow.to)]);
        let way = (to.x - from.x).abs();
        let made = (arrow.x2 - from.x).abs();
        match arrow.fate {
            Fate::Delivered | Fate::Ignored(_) => assert_eq!(way - made, 45, "{arrow:?}"),
            Fate::Lost(_) => assert!(made < way - 45, "a lost message stops short: {arrow:?}"),
            Fate::InFlight => assert_eq!(arrow.y2, now, "what is under way ends at now: {arrow:?}"),
        }
    }
}

/// The arrows without their labels, which depend on the neighbourhood, at absolute heights.
fn lines(scene: &Scene) -> Vec<(MessageId, [i64; 4], Fate)> {
    let top = |y: i32| scene.top + i64::from(y);
    scene
        .arrows
        .iter()
        .map(|arrow| {
            let ends = [arrow.x1.into(), top(arrow.y1), arrow.x2.into(), top(arrow.y2)];
            (arrow.message, ends, arrow.fate)
        })
        .collect()
}

#[test]
fn a_slice_agrees_with_the_whole() {
    let sample = Sample::story();
    let all = whole(&sample, &Options::default());
    for (from, to) in [(0, 50_000), (20_000, 21_000), (60_000, 120_000), (113_000, 170_000)] {
        let part = slice(&sample, from, to);
        let (top, bottom) = (part.top, part.top + i64::from(part.height));
        // What lies inside, and what crosses the border, is the same arrow.
        let is_in = |[_, y1, _, y2]: [i64; 4]| y1 < bottom && y2 >= top;
        let expected: Vec<_> =
            lines(&all).into_iter().filter(|(_, ends, _)| is_in(*ends)).collect();
        let found: Vec<_> = lines(&part).into_iter().filter(|(_, ends, _)| is_in(*ends)).collect();
        assert_eq!(found, expected, "{from}..{to}");
        for segment in &part.segments {
            let middle = part.top + i64::from(i32::midpoint(segment.y1, segment.y2));
            let there = all.segments.iter().find(|other| {
                let range = i64::from(other.y1)..i64::from(other.y2);
                other.column == segment.column && range.contains(&middle)
            });
            let same = there.map(|other| (other.look, other.role, other.epoch));
            assert_eq!(same, Some((segment.look, segment.role, segment.epoch)));
        }
    }
}

#[test]
fn lifelines_have_no_gaps_and_show_roles_and_crashes() {
    let sample = Sample::story();
    let scene = slice(&sample, 100_000, 230_000);
    for column in 0..scene.columns.len() as u16 {
        let pieces: Vec<_> = scene.segments.iter().filter(|s| s.column == column).collect();
        assert_eq!((pieces[0].y1, pieces[pieces.len() - 1].y2), (0, scene.height));
        assert!(pieces.windows(2).all(|pair| pair[0].y2 == pair[1].y1));
        assert_eq!(pieces[pieces.len() - 1].look, Look::Ahead);
    }
    let s2 = scene.columns.iter().position(|column| column.name == "S2").expect("S2 is there");
    let looks: Vec<Look> =
        scene.segments.iter().filter(|s| usize::from(s.column) == s2).map(|s| s.look).collect();
    assert_eq!(looks, [Look::Up, Look::Down, Look::Up, Look::Up, Look::Ahead]);
}

#[test]
fn lanes_can_be_chosen_and_ordered() {
    let sample = Sample::story();
    let lanes = [3, 1].map(|node| Place::Node(NodeId(node))).to_vec();
    let scene = whole(&sample, &Options { lanes, ..Options::default() });
    let names: Vec<&str> = scene.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["S4", "S2"]);
    assert!(!scene.arrows.is_empty() && scene.arrows.iter().all(|arrow| arrow.from != arrow.to));
}

#[test]
fn kinds_and_heartbeats_can_be_left_out() {
    let sample = Sample::story();
    let hidden = vec![MessageKind::Protocol(3)];
    let scene = whole(&sample, &Options { hidden, ..Options::default() });
    assert!(
        scene.arrows.iter().all(|a| sample.message_kind(a.message) != MessageKind::Protocol(3))
    );
    let faint = whole(&sample, &Options::default());
    let hide = whole(&sample, &Options { routine: Routine::Hide, ..Options::default() });
    let beats = faint.arrows.iter().filter(|arrow| arrow.routine).count();
    assert_eq!(hide.arrows.len(), faint.arrows.len() - beats);
    let kept = hide.arrows.iter().any(|a| sample.message(a.message).label.contains("1 entry"));
    assert!(kept, "entries are no heartbeats");
}

#[test]
fn the_known_future_is_drawn_only_when_asked_for() {
    let mut sample = Sample::story();
    sample.now = Time(60_000);
    let past = whole(&sample, &Options::default());
    assert!(past.arrows.iter().all(|arrow| !arrow.ahead && arrow.y1 <= 3_600));
    let window = Window { from: Time(0), to: Time(200_000) };
    let options = Options { future: true, ..Options::default() };
    let both = layout(&sample, &Index::of(sample.events()), &window, &options);
    assert!(both.arrows.iter().any(|arrow| arrow.ahead));
    assert!(both.arrows.iter().all(|arrow| arrow.ahead == (arrow.y1 > 3_600)));
}

#[test]
fn a_quiet_stretch_folds_and_says_what_it_leaves_out() {
    let sample = Sample::idle();
    let mut options = Options::default();
    let plain = whole(&sample, &options).height;
    Quiet::new(200_000).extend(&sample, &mut options);
    let scene = whole(&sample, &options);
    assert!(scene.height < plain / 5, "{} of {plain}", scene.height);
    assert_eq!(scene.breaks.len(), 1);
    assert!(scene.breaks[0].text.ends_with(" messages"), "{}", scene.breaks[0].text);
    let decided = scene.marks.iter().filter(|mark| mark.kind == MarkKind::Decided).count();
    assert_eq!(decided, 2);
    // Folding as the run grows comes to the same.
    let mut grown = Options::default();
    let mut quiet = Quiet::new(200_000);
    let mut other = Sample::idle();
    for now in (0..=2_100_000).step_by(70_000) {
        other.now = Time(now);
        quiet.extend(&other, &mut grown);
    }
    assert_eq!(grown.scale, options.scale);
    quiet.truncate(&other, 20, &mut grown);
    assert!(grown.scale.folds().is_empty());
    quiet.extend(&other, &mut grown);
    assert_eq!(grown.scale, options.scale);
}

#[test]
fn an_arrow_has_a_text_for_those_who_cannot_see_it() {
    let sample = Sample::story();
    let scene = whole(&sample, &Options::default());
    let texts: Vec<String> = scene.arrows.iter().map(|arrow| arrow_text(&sample, arrow)).collect();
    assert_eq!(texts[0], "RequestVote(t1) from S2 to S1, sent 6 ms, delivered 14 ms");
    assert!(texts.iter().any(|text| text.ends_with("the receiver is down")));
    assert!(texts.iter().any(|text| text.ends_with("in flight")));
}

#[test]
fn nothing_a_scenario_says_becomes_markup() {
    let mut sample = Sample::story();
    sample.rename_client("<script>alert('1')</script> & \"co\"");
    let picture = svg(&whole(&sample, &Options::default()), &sample, Theme::Auto);
    assert!(!picture.contains("<script"));
    assert!(
        picture.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;co&quot;")
    );
}

#[test]
fn the_state_at_any_event_is_the_one_reached_by_reading_from_the_start() {
    let sample = Sample::busy(900);
    let events = sample.events();
    let index = Index::of(events);
    assert!(
        index.bytes() < events.len() * 10,
        "{} bytes for {} events",
        index.bytes(),
        events.len()
    );
    let plain = Index::default();
    for position in (0..=events.len()).step_by(37) {
        assert_eq!(
            index.state_at(events, position),
            plain.state_at(events, position),
            "{position}"
        );
    }
}

#[test]
fn an_index_grows_with_the_run_and_is_cut_with_it() {
    let sample = Sample::busy(600);
    let events = sample.events();
    let whole = Index::of(events);
    let mut index = Index::default();
    for len in [0, 1, 255, 256, 257, 700, events.len()] {
        index.extend(&events[..len]);
        assert_eq!(index.len(), len);
    }
    for len in [events.len(), 1_000, 513, 512, 511, 1, 0] {
        index.truncate(len);
        index.extend(events);
        for position in [0, 300, 512, 1_100, events.len()] {
            assert_eq!(index.state_at(events, position), whole.state_at(events, position));
        }
        assert_eq!(index.typical_us(), whole.typical_us());
    }
}

#[test]
fn five_servers_and_a_client_fit_on_a_phone() {
    let sample = Sample::story();
    let scene = whole(&sample, &Options { width_px: 360, ..Options::default() });
    assert_eq!(scene.width, 3_600);
}

#[test]
fn a_run_that_is_over_folds_its_quiet_end() {
    let mut sample = Sample::story();
    sample.now = Time(9_000_000);
    let mut options = Options::default();
    Quiet::new(200_000).finish(&sample, &mut options);
    let scene = whole(&sample, &options);
    assert_eq!(scene.breaks.len(), 1);
    assert!(scene.height < 15_000, "{}", scene.height);
}

#[test]
fn any_window_can_be_asked_for() {
    let mut sample = Sample::story();
    for (from, to) in [(0, 0), (70_000, 60_000), (u64::MAX, u64::MAX), (200_000, 20_000_000_000)] {
        slice(&sample, from, to);
    }
    // What has waited for days is still under way.
    sample.now = Time(300_000_000_000);
    let index = Index::of(sample.events());
    let window = Window { from: Time(299_999_900_000), to: Time(300_000_000_001) };
    let scene = layout(&sample, &index, &window, &Options::default());
    assert!(scene.arrows.iter().any(|arrow| arrow.fate == Fate::InFlight && arrow.y1 < 0));
    let scene =
        layout(&sample, &Index::default(), &Window::until(Time(9_000)), &Options::default());
    assert!(scene.arrows.iter().all(|arrow| arrow.step == Step::Elect), "an index may be behind");
}

#[test]
fn a_hidden_lane_takes_its_messages_with_it_and_leaves_a_violation() {
    let mut sample = Sample::idle();
    sample.violate();
    let all = sample.cast().places();
    let culprit = whole(&sample, &Options::default()).marks.into_iter();
    let culprit = culprit.filter(|mark| mark.kind == MarkKind::Violated).find_map(|m| m.column);
    let hidden = all[usize::from(culprit.expect("it is on a lane"))];
    let lanes: Vec<Place> = all.into_iter().rev().filter(|place| *place != hidden).collect();
    let options = Options { lanes: lanes.clone(), ..Options::default() };
    let scene = whole(&sample, &options);
    let drawn: Vec<Place> = scene.columns.iter().map(|column| column.place).collect();
    assert_eq!(drawn, lanes, "in the order that was asked for");
    let violated = scene.marks.iter().find(|mark| mark.kind == MarkKind::Violated);
    assert_eq!(violated.expect("it is still drawn").column, None);

    let window = Window::until(sample.now());
    let (text, name) = (mermaid(&sample, &window, &options), sample.cast().name(hidden));
    assert!(mermaid(&sample, &window, &Options::default()).contains(&format!("as {name}\n")));
    assert!(!text.contains(&format!("as {name}\n")));
    let participants: Vec<&str> =
        text.lines().filter_map(|line| line.split_once(" as ")).map(|(_, n)| n).collect();
    let names: Vec<&str> = lanes.iter().map(|place| sample.cast().name(*place)).collect();
    assert_eq!(participants, names);
}

/// What begins in a scene, each with its height on the scale of the whole run.
fn drawn(scene: &Scene) -> Vec<(i64, String)> {
    let at = |y: i32| scene.top + i64::from(y);
    let label = |label: &Option<Label>| {
        label.as_ref().map(|label| (label.text.clone(), label.x, at(label.y), label.dir))
    };
    let arrows = scene.arrows.iter().map(|arrow| {
        let (message, label) = (arrow.message, label(&arrow.label));
        (at(arrow.y1), format!("{message:?} {} {} {} {label:?}", arrow.x1, arrow.x2, at(arrow.y2)))
    });
    let marks = scene.marks.iter().map(|mark| {
        let (chip, words) = (label(&mark.chip), label(&mark.label));
        (at(mark.y), format!("{:?} {} {chip:?} {words:?}", mark.event, mark.x))
    });
    let ticks = scene.ticks.iter().map(|tick| (at(tick.y), tick.text.clone()));
    let breaks = scene.breaks.iter().map(|stretch| (at(stretch.y1), stretch.text.clone()));
    let mut all: Vec<_> = arrows.chain(marks).chain(ticks).chain(breaks).collect();
    all.sort();
    all
}

#[test]
fn sheets_are_the_picture_label_for_label() {
    let mut quiet = Sample::idle();
    quiet.violate();
    for (sample, per_ms) in [
        (Sample::story(), 6),
        (Sample::story(), 40),
        (Sample::busy(400), 6),
        (Sample::busy(400), 60),
        (quiet, 6),
    ] {
        let scale = TimeScale::pixels_per_ms(per_ms);
        let mut options = Options { width_px: 900, scale, future: true, ..Options::default() };
        Quiet::new(200_000).extend(&sample, &mut options);
        let index = Index::of(sample.events());
        let last = sheet_at(options.scale.y(sample.now()));
        // The picture goes on below the last sheet, as far as the labels of that one depend on it.
        let to = options.scale.time(i64::from(last + 3) * SHEET_HEIGHT);
        let whole = layout(&sample, &index, &Window { from: Time(0), to }, &options);
        let mut expected = drawn(&whole);
        expected.retain(|(y, _)| *y < i64::from(last + 1) * SHEET_HEIGHT);
        for step in 1..=last.min(4) + 1 {
            let mut found = Vec::new();
            for from in (0..=last).step_by(step as usize) {
                let range = from..(from + step).min(last + 1);
                for sheet in sheets(&sample, &index, range, &options).iter().rev() {
                    found.extend(drawn(&sheet.scene));
                }
            }
            assert!(found == expected, "{per_ms} px/ms, {step} at once");
        }
    }
}

#[test]
fn what_comes_into_a_sheet_from_above_is_carried_there() {
    let (sample, options) = (Sample::busy(400), Options::default());
    let index = Index::of(sample.events());
    let whole = whole(&sample, &options);
    for sheet in 0..sheet_at(options.scale.y(sample.now())) {
        let top = i32::try_from(i64::from(sheet) * SHEET_HEIGHT).expect("it is low");
        let crossing = whole.arrows.iter().filter(|arrow| arrow.y1 < top && top <= arrow.y2);
        let crossing: Vec<_> = crossing.map(|arrow| (arrow.message, arrow.y1, arrow.y2)).collect();
        let carried = carried(&sample, &index, sheet, &options);
        let carried: Vec<_> = carried
            .arrows
            .iter()
            .map(|arrow| (arrow.message, arrow.y1 + top, arrow.y2 + top))
            .filter(|(_, _, y2)| top <= *y2)
            .collect();
        assert_eq!(carried, crossing, "sheet {sheet}");
    }
}

#[test]
fn one_slot_alone_tells_how_its_entry_came_about() {
    let found = gallery().find(|found| found.id == "raft-replication").expect("it is there");
    let session = play(found.scenario);
    let source = session.source();
    let drawn = |slot: Option<Slot>| -> Vec<String> {
        let options = Options { slot, routine: Routine::Show, ..Options::default() };
        let window = Window::until(session.now());
        let scene = layout(source, &Index::of(source.events()), &window, &options);
        let arrow = |arrow: &Arrow| {
            let message = source.message(arrow.message);
            let ends = (source.cast().name(message.from), source.cast().name(message.to));
            format!("{} -> {} {}", ends.0, ends.1, message.label)
        };
        scene.arrows.iter().map(arrow).collect()
    };
    let all = drawn(None);
    let mut alone = drawn(Some(Slot::at(2)));
    assert!(alone.iter().all(|arrow| all.contains(arrow)), "a part of the picture");
    let mut expected = vec!["C1 -> S1 Request(x=1)".to_owned()];
    for follower in 2..=5 {
        expected.push(format!("S1 -> S{follower} AppendEntries(t1, prev 1/1, 1 entry)"));
        // The next message says that it is committed.
        expected.push(format!("S1 -> S{follower} AppendEntries(t1, prev 2/1, heartbeat)"));
        let answer = format!("S{follower} -> S1 AppendEntriesResponse(t1, match 2)");
        expected.extend([answer.clone(), answer]);
    }
    expected.push("S1 -> C1 Reply(1)".to_owned());
    expected.sort();
    alone.sort();
    assert_eq!(alone, expected);
    assert!(drawn(Some(Slot::at(900))).is_empty());
}
