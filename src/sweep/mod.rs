//! Sweeps: runs drawn from seeds, each a swarm of its own, judged for safety and progress.
//!
//! From a seed come the cluster's size, the parameters, the network, the
//! clients and the faults. All of it is an ordinary scenario, so a run that
//! fails is a link that shows how.
//!
//! | phase | what happens |
//! |---|---|
//! | safety | clients ask, faults strike; every invariant is judged at every event, and what the clients were answered at the end; the run goes on when one falls, so that each gets its verdict |
//! | progress | everything is healed, restarted and put right; then a client asks once more and must be answered within [`PROGRESS_US`] |
//!
//! **Architecture invariant:** a run of a sweep depends on its plan and its seed
//! alone. No clock and no thread is here; whoever sweeps brings both.

mod swarm;

use crate::protocols;
use crate::scenario::{Problems, Scenario};
use crate::session::{Progress, Session};
use crate::trace::Time;

pub use crate::scenario::Faults;

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
    /// The invariants that fell, in the order of their falls.
    pub violations: Vec<Failure>,
    /// The run in which the request after the faults was not answered in time.
    pub stall: Option<Box<Scenario>>,
}

/// An invariant that fell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub invariant: &'static str,
    /// The run up to its fall, sealed with its digest.
    pub scenario: Box<Scenario>,
}

impl Outcome {
    /// Whether nothing fell and nothing stalled.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty() && self.stall.is_none()
    }
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
                // Another invariant may fall later, most of all what the clients were answered.
                Progress::Violated => {
                    while session.advance(Time(healed), u32::MAX) == Progress::Violated {}
                    break false;
                }
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
        Ok(outcome(session, seed, stalled))
    }
}

/// Virtual time between two looks whether the answer is there, in microseconds.
const LOOK_US: u64 = 50_000;

/// The last goal of every scenario drawn here is the answer after the faults.
fn is_answered(session: &Session) -> bool {
    session.goals().last().is_some_and(|goal| goal.reached.is_some())
}

fn outcome(mut session: Session, seed: u64, stalled: bool) -> Outcome {
    let mut outcome = Outcome {
        seed,
        events: session.source().reached() as u64,
        deliveries: session.deliveries(),
        decided: session.decided().len() as u64,
        violations: Vec::new(),
        stall: stalled.then(|| Box::new(as_it_stands(&session))),
    };
    let mut fallen = session.violations().to_vec();
    fallen.sort_by_key(|violation| violation.event);
    for violation in fallen {
        session.seek_event(violation.event);
        outcome.violations.push(Failure {
            invariant: session.invariants()[usize::from(violation.invariant)].name,
            scenario: Box::new(as_it_stands(&session)),
        });
    }
    outcome
}

/// The run up to this moment.
fn as_it_stands(session: &Session) -> Scenario {
    let mut scenario = session.share();
    scenario.until_us = session.now().0;
    scenario
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Verdict, Violation};

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
                let Outcome { violations, stall, .. } = plan.run(seed).expect("it runs");
                assert_eq!(violations, [], "{plan:?}, seed {seed}");
                assert_eq!(stall, None, "{plan:?}, seed {seed} makes no progress");
            }
        }
    }

    /// The outcome of the first seed in which this invariant falls, and not alone.
    fn fall(protocol: &str, rule: &str, invariant: &str) -> Outcome {
        let mut plan = plan(protocol, Faults::Heavy);
        plan.broken.push(rule.to_owned());
        let mut outcomes = (0..500).map(|seed| plan.run(seed).expect("it runs"));
        let found = outcomes.find(|outcome| {
            let is_it = |failure: &Failure| failure.invariant == invariant;
            outcome.violations.len() > 1 && outcome.violations.iter().any(is_it)
        });
        found.unwrap_or_else(|| panic!("{invariant} falls with others when {rule} is broken"))
    }

    /// Every invariant has its verdict, whatever fell before it; what the clients were answered too.
    #[test]
    fn each_fall_of_a_seed_is_a_scenario_that_ends_with_it() {
        for outcome in [
            fall("paxos", "AdoptReportedVote", "Agreement"),
            fall("raft", "CommitByMajority", "Linearizability"),
        ] {
            for Failure { invariant, scenario } in outcome.violations {
                let mut session = Session::open(*scenario).expect("it is valid");
                assert!(session.run_to_seal(u32::MAX));
                assert_eq!(*session.verdict(), Verdict::Same);
                assert!(session.now().0 <= session.scenario().until_us);
                session.judge();
                let fallen = session.violations().iter();
                let name =
                    |fall: &Violation| session.invariants()[usize::from(fall.invariant)].name;
                assert!(fallen.map(name).any(|name| name == invariant), "{invariant} falls");
            }
        }
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
