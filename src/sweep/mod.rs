//! Sweeps: runs drawn from seeds, each a swarm of its own, judged for safety and progress.
//!
//! From a seed come the cluster's size, the parameters, the network, the
//! clients and the faults. All of it is an ordinary scenario, so a run that
//! fails is a link that shows how.
//!
//! | phase | what happens |
//! |---|---|
//! | safety | clients ask, faults strike; every invariant is judged at every event, and what the clients were answered at the end |
//! | progress | everything is healed, restarted and put right; then a client asks once more and must be answered within [`PROGRESS_US`] |
//!
//! **Architecture invariant:** a run of a sweep depends on its plan and its seed
//! alone. No clock and no thread is here; whoever sweeps brings both.

mod draw;
mod faults;
mod swarm;

use crate::protocols;
use crate::scenario::{Problems, Scenario};
use crate::session::{Progress, Session, Violation};
use crate::trace::Time;

pub use faults::Faults;

/// How long the request that follows the healing may wait for its answer, in virtual microseconds.
///
/// Generous, because pauses that double with each failure (Paxos's, say) have grown
/// during the faults; a cluster that makes progress at all needs a fraction of it.
pub const PROGRESS_US: u64 = 30_000_000;

/// What to sweep.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The protocol's id.
    pub protocol: String,
    /// How many nodes; drawn from the seed when nothing is said.
    pub nodes: Option<u8>,
    /// How much goes wrong.
    pub faults: Faults,
    /// The rules to break, by id.
    pub broken: Vec<String>,
}

/// What came of one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// Events recorded.
    pub events: u64,
    /// Messages delivered.
    pub deliveries: u64,
    /// Slots decided.
    pub decided: u64,
    /// The names of the invariants that fell.
    pub violations: Vec<&'static str>,
    /// Whether the request after the faults was not answered in time.
    pub stalled: bool,
    /// The run up to where it failed, sealed with its digest; `None` when all went well.
    pub failing: Option<Box<Scenario>>,
}

impl Plan {
    /// The scenario of a seed.
    ///
    /// # Errors
    /// What is wrong with the plan: an unknown protocol or rule, or a number of nodes
    /// that the protocol cannot have.
    pub fn scenario(&self, seed: u64) -> Result<Scenario, Problems> {
        swarm::draw(self, protocols::find(&self.protocol)?.info, seed)
    }

    /// Runs a seed to its verdict.
    ///
    /// # Errors
    /// As [`Plan::scenario`].
    pub fn run(&self, seed: u64) -> Result<Outcome, Problems> {
        let mut session = Session::open(self.scenario(seed)?)?;
        let end = Time(session.scenario().until_us);
        let healed = end.0.saturating_sub(PROGRESS_US);
        let mut to = Time(healed);
        let stalled = loop {
            match session.advance(to, u32::MAX) {
                Progress::Violated => break false,
                // A run that reaches its bounds is busy with something else than progress.
                Progress::Halted => break true,
                Progress::Arrived | Progress::Quiet | Progress::Busy => {}
            }
            if is_answered(&session) {
                break false;
            }
            if to >= end {
                break true;
            }
            to = to.after(LOOK_US).min(end);
        };
        session.judge();
        Ok(outcome(&session, seed, stalled))
    }
}

/// Virtual time between two looks whether the answer is there, in microseconds.
const LOOK_US: u64 = 50_000;

/// The last goal of every scenario drawn here is the answer after the faults.
fn is_answered(session: &Session) -> bool {
    session.goals().last().is_some_and(|goal| goal.reached.is_some())
}

fn outcome(session: &Session, seed: u64, stalled: bool) -> Outcome {
    let name = |fallen: &Violation| session.invariants()[usize::from(fallen.invariant)].name;
    let fallen = session.violations().iter().map(name);
    let violations: Vec<&'static str> = fallen.collect();
    let failing = (stalled || !violations.is_empty()).then(|| {
        let mut scenario = session.share();
        scenario.until_us = session.now().0;
        Box::new(scenario)
    });
    Outcome {
        seed,
        events: session.source().reached() as u64,
        deliveries: session.deliveries(),
        decided: session.decided().len() as u64,
        violations,
        stalled,
        failing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(protocol: &str, faults: Faults) -> Plan {
        Plan { protocol: protocol.to_owned(), nodes: None, faults, broken: Vec::new() }
    }

    fn every_plan() -> impl Iterator<Item = Plan> {
        let faults = [Faults::None, Faults::Light, Faults::Heavy];
        let of = move |info: &crate::trace::Info| faults.map(|faults| plan(info.id, faults));
        crate::session::protocols().flat_map(of)
    }

    #[test]
    fn a_seed_is_a_run_and_no_two_are_alike() {
        for plan in every_plan() {
            let first = plan.run(1).expect("the plan is good");
            assert_eq!(plan.run(1), Ok(first.clone()));
            assert_ne!(plan.scenario(1), plan.scenario(2));
            assert!(first.deliveries > 0 && first.decided > 0, "{plan:?}: something happened");
        }
    }

    #[test]
    fn unbroken_protocols_are_safe_and_make_progress() {
        for plan in every_plan() {
            for seed in 0..100 {
                let Outcome { violations, stalled, .. } = plan.run(seed).expect("it runs");
                assert_eq!(violations, [""; 0], "{plan:?}, seed {seed}");
                assert!(!stalled, "{plan:?}, seed {seed} makes no progress");
            }
        }
    }

    #[test]
    fn a_failing_seed_is_a_scenario_that_fails_in_the_same_way() {
        let mut plan = plan("paxos", Faults::Heavy);
        plan.broken.push("AdoptReportedVote".to_owned());
        let found = (0..500).find_map(|seed| {
            let outcome = plan.run(seed).expect("it runs");
            Some((outcome.violations, *outcome.failing?))
        });
        let (violations, scenario) = found.expect("some seed shows the broken rule");
        let seal = scenario.digest.clone().expect("it is sealed");
        let mut session = Session::open(scenario).expect("it is valid");
        let end = Time(session.scenario().until_us);
        session.advance(end, u32::MAX);
        let fallen = &session.violations()[0];
        assert_eq!([session.invariants()[usize::from(fallen.invariant)].name], violations[..1]);
        assert_eq!(session.digest().to_string(), seal.hash);
    }

    #[test]
    fn a_plan_that_cannot_be_is_refused() {
        let mut bad = plan("raft", Faults::None);
        bad.broken.push("NoSuchRule".to_owned());
        assert_eq!(bad.scenario(1).expect_err("no such rule").0[0].path, "break[0]");
        let bad = Plan { nodes: Some(200), ..plan("raft", Faults::None) };
        assert_eq!(bad.scenario(1).expect_err("too many").0[0].path, "cluster");
        assert!(plan("no-such", Faults::None).run(1).is_err());
    }
}
