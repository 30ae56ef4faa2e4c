//! What a run, its past and its other lines of history take: memory grows with what happened, not
//! with how often it was looked at or taken back.
//!
//! One test, so that nothing else allocates while it counts.

use peak_alloc::PeakAlloc;
use synod::scenario::{Do, Scenario, limits};
use synod::session::{Bookmark, Session};
use synod::trace::Time;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

fn request(number: u64) -> Do {
    Do::Request { client: None, to: None, op: format!("x={number}") }
}

/// A cluster that has elected its leader.
fn led() -> Session {
    let mut session = Session::open(Scenario::new("raft", 1).with("server", 5)).expect("it opens");
    session.advance(Time(500_000), u32::MAX);
    session
}

fn go_on(session: &mut Session, us: u64) {
    let to = session.now().after(us);
    session.advance(to, u32::MAX);
}

/// Runs something; gives the bytes that it holds on to, and what it made.
fn held<T>(make: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATED.current_usage();
    let made = make();
    (ALLOCATED.current_usage().saturating_sub(before), made)
}

#[test]
fn memory_grows_with_what_happened() {
    let (alone, mut session) = held(|| {
        let mut session = led();
        for number in 0..limits::COMMANDS_MAX as u64 - 100 {
            session.act(request(number)).expect("it is valid");
            go_on(&mut session, 1_000);
        }
        session
    });
    let events = session.source().events().len();
    assert!(events > 50_000, "{events} events");
    // An event takes 40 bytes, and room for as many again; the rest are the messages' bodies, and
    // the checkpoints, of which there are never more than a fixed number.
    assert!(alone < events * 350, "{alone} bytes for {events} events");

    // The same with a way back from every act.
    let (with_marks, marks) = held(|| {
        let mut session = led();
        let mut marks = Vec::new();
        for number in 0..limits::COMMANDS_MAX as u64 - 100 {
            marks.push(session.bookmark());
            session.act(request(number)).expect("it is valid");
            go_on(&mut session, 1_000);
        }
        (session, marks)
    });
    let each = with_marks.saturating_sub(alone) / marks.1.len();
    assert!(each < 4_000, "{each} bytes for each of {} ways back", marks.1.len());
    drop(marks);

    // Lines of history left in the middle of a long one, with ways back to all of them. The first
    // cuts the record off; those that follow leave it as long as it is.
    let middle = Time(session.now().0 / 2);
    let mut marks = Vec::new();
    let mut leave = |marks: &mut Vec<Bookmark>| {
        session.seek(middle, u32::MAX);
        marks.push(session.bookmark());
        session.act(Do::Crash("S1".to_owned())).expect("it is valid");
        go_on(&mut session, 1_000);
        session.branches().len()
    };
    leave(&mut marks);
    let (taken, lines) = held(|| (0..50).map(|_| leave(&mut marks)).last());
    assert_eq!(lines, Some(51));
    // Two pointers for each command behind the act, which is less than a tenth of the commands.
    let each = taken / 50;
    assert!((1..20_000).contains(&each), "{each} bytes for each line of history");
}
