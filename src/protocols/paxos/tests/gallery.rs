//! What Paxos's situations show beyond their goals, which `tests/gallery.rs` plays.

use super::super::super::played::{fallen, played};
use super::super::situations;
use crate::scenario::On;
use crate::session::Session;

/// How many events there are of a kind.
fn count(session: &Session, name: &str) -> usize {
    session.source().events().iter().filter(|event| event.kind.name() == name).count()
}

/// The endless duel decides nothing, however long it is watched, and back-off ends it.
#[test]
fn a_duel_without_back_off_never_ends() {
    let find = |id| situations::all().into_iter().find(|it| it.id == id).expect("in the gallery");
    let mut duel = find("paxos-duel").scenario;
    duel.until_us = 20_000_000;
    let bids = On::event("role_changed").what("Preparing");
    let session = played(&duel.clone().goal_times("ballots begin for ever", bids, 1_000));
    assert_eq!(count(&session, "chosen"), 0);
    assert!(session.goals().iter().all(|goal| goal.reached.is_some()));
    duel.broken.clear();
    for seed in 0..200 {
        duel.seed = seed;
        let session = played(&duel);
        assert_eq!(count(&session, "returned"), 2, "seed {seed}");
    }
}

/// What the page opens shows something within its first tenth of a second, and ends well.
#[test]
fn the_usual_cluster_decides() {
    for seed in 0..50 {
        let mut usual = situations::usual(seed);
        usual.until_us = 2_000_000;
        let session = played(&usual);
        assert_eq!(count(&session, "returned"), 2, "seed {seed}");
        assert_eq!(count(&session, "chosen"), 5, "seed {seed}");
        assert!(fallen(&session).is_empty());
    }
}
