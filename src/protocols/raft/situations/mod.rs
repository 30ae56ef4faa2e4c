//! The gallery: runs worth watching, and one at least for every rule that can be broken.

mod commits;
mod elections;
mod figures;
mod liveness;
mod logs;
mod replication;
mod script;

#[cfg(test)]
pub(super) use figures::figure_7_logs;

use crate::scenario::{On, Scenario, Situation};

/// What a new scenario starts with: five servers, and a client that begins to ask when they are
/// likely to have a leader, so that the first second shows all of the protocol.
#[must_use]
pub fn usual(seed: u64) -> Scenario {
    let mut scenario = Scenario::new("raft", seed)
        .with("server", 5)
        .titled(
            "A leader, and a log that everyone shares",
            "The servers elect a leader; it writes each request of the client into its log and has \
             the others copy it. What is on a majority of the servers is committed: only then is \
             it executed and answered, and no crash of a minority can take it back.",
        )
        .goal("a leader is elected", On::event("role_changed").what("Leader"))
        .goal("an entry is committed", On::event("quorum_reached").what("commit"))
        .goal("the client is answered", On::event("returned"))
        .caption(
            On::event("role_changed").what("Candidate"),
            "The first server whose random election timeout elapses votes for itself and asks the \
             others for their votes.",
        )
        .caption(
            On::event("role_changed").what("Leader"),
            "A majority voted for it: it leads this term. Its first entry is a no-op, and its \
             heartbeats keep the others from standing.",
        )
        .caption(
            On::event("invoked"),
            "The client asks the server it knows. One that does not lead names the leader.",
        )
        .caption(
            On::event("returned"),
            "The entry is on a majority, so it is committed; the leader has executed it and \
             answers. The others learn it with the next message.",
        );
    scenario.clients.operations = 1_000;
    scenario.clients.start_us = 220_000;
    scenario.clients.think_us = 120_000;
    scenario
}

/// All situations, in the order of the gallery: what the protocol does, what it survives, and
/// what each rule is for.
#[must_use]
pub fn all() -> Vec<Situation> {
    let rooms: [fn() -> Vec<Situation>; 6] =
        [replication::all, figures::all, elections::all, logs::all, commits::all, liveness::all];
    rooms.iter().flat_map(|room| room()).collect()
}
