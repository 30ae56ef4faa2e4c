//! What a scenario can set, and what goes together.

use crate::node::{Membership, ParamKind, ParamSpec, ParamValues, majority};

use super::duty;

/// The parameters, as scenarios and forms know them.
pub(super) const SPECS: &[ParamSpec] = &[
    ParamSpec {
        key: "learn",
        title: "Learners hear from",
        doc: "Acceptors send each vote to every learner, or only to the proposer, which then \
              tells the learners (PMS §2.3 describes both).",
        kind: ParamKind::Choice { options: &["acceptors", "proposer"], default: "acceptors" },
    },
    ParamSpec {
        key: "nack",
        title: "Refusals are answered",
        doc: "An acceptor tells a proposer that it is refused; otherwise the proposer waits for \
              its time-out.",
        kind: ParamKind::Bool { default: true },
    },
    ParamSpec {
        key: "backoff",
        title: "Pause before the next ballot",
        doc: "Randomised: a random pause, and pause and patience double with each ballot that \
              failed. Fixed: always the same pause.",
        kind: ParamKind::Choice { options: &["randomised", "fixed"], default: "randomised" },
    },
    ParamSpec {
        key: "backoff_us",
        title: "Length of the pause",
        doc: "The fixed pause, or the least random one.",
        kind: ParamKind::Int { min: 1_000, max: 60_000_000, default: 30_000, unit: "us" },
    },
    ParamSpec {
        key: "phase_us",
        title: "Patience in a phase",
        doc: "How long a proposer waits for a quorum before it abandons the ballot.",
        kind: ParamKind::Int { min: 1_000, max: 60_000_000, default: 100_000, unit: "us" },
    },
    ParamSpec {
        key: "phase1_quorum",
        title: "Phase 1 quorum",
        doc: "How many promises a proposer needs; 0 means a majority of the acceptors.",
        kind: ParamKind::Int { min: 0, max: 32, default: 0, unit: "acceptors" },
    },
    ParamSpec {
        key: "phase2_quorum",
        title: "Phase 2 quorum",
        doc: "How many votes choose a value; 0 means a majority of the acceptors.",
        kind: ParamKind::Int { min: 0, max: 32, default: 0, unit: "acceptors" },
    },
];

/// Who tells the learners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Learn {
    /// Each acceptor sends its vote to every learner.
    Acceptors,
    /// The proposer, a distinguished learner, counts the votes and informs the others.
    Proposer,
}

/// What a proposer does before its next ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Backoff {
    /// It waits a random time, from a range that doubles with each failure.
    Randomised,
    /// It waits a fixed time.
    Fixed,
}

/// The parameters of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Params {
    /// Who tells the learners.
    pub learn: Learn,
    /// Whether refusals are answered.
    pub nack: bool,
    /// What happens before the next ballot.
    pub backoff: Backoff,
    /// The pause before the next ballot, in microseconds.
    pub backoff_us: u64,
    /// How long a phase may take, in microseconds.
    pub phase_us: u64,
    /// How many promises make a Phase 1 quorum; `None` for a majority.
    pub phase1_quorum: Option<usize>,
    /// How many votes make a Phase 2 quorum; `None` for a majority.
    pub phase2_quorum: Option<usize>,
}

/// The most failed ballots that still double pause and patience.
const DOUBLINGS_MAX: u32 = 6;

impl Params {
    /// Reads a scenario's values.
    ///
    /// # Errors
    /// When nobody proposes or accepts, a quorum is larger than the acceptors, or
    /// some Phase 1 quorum would miss some Phase 2 quorum.
    pub fn read(
        values: &ParamValues,
        members: &Membership,
    ) -> Result<Params, (&'static str, String)> {
        let acceptors = members.with(duty::ACCEPTOR).len();
        if acceptors == 0 || members.with(duty::PROPOSER).is_empty() {
            let text = "Paxos needs at least one proposer and one acceptor; add a `server`, which \
                        is both";
            return Err(("cluster", text.to_owned()));
        }
        let size = |key| usize::try_from(values.int(key)).ok().filter(|size| *size > 0);
        let params = Params {
            learn: match values.choice("learn") {
                "proposer" => Learn::Proposer,
                _ => Learn::Acceptors,
            },
            nack: values.bool("nack"),
            backoff: match values.choice("backoff") {
                "fixed" => Backoff::Fixed,
                _ => Backoff::Randomised,
            },
            backoff_us: values.int("backoff_us"),
            phase_us: values.int("phase_us"),
            phase1_quorum: size("phase1_quorum"),
            phase2_quorum: size("phase2_quorum"),
        };
        let (phase1, phase2) = (params.phase1_size(acceptors), params.phase2_size(acceptors));
        for (key, quorum) in [("phase1_quorum", phase1), ("phase2_quorum", phase2)] {
            if quorum > acceptors {
                let text = format!("{quorum} of {acceptors} acceptors is more than there are");
                return Err((key, text));
            }
        }
        // Flexible Paxos (Howard, Malkhi and Spiegelman 2016): only quorums of different phases must meet.
        if phase1 + phase2 <= acceptors {
            let text = format!(
                "with {acceptors} acceptors, a Phase 1 quorum of {phase1} can miss a Phase 2 \
                 quorum of {phase2}; together they must be more than {acceptors}"
            );
            let key =
                if params.phase1_quorum.is_some() { "phase1_quorum" } else { "phase2_quorum" };
            return Err((key, text));
        }
        Ok(params)
    }

    /// How many of so many acceptors make a Phase 1 quorum.
    #[must_use]
    pub fn phase1_size(&self, acceptors: usize) -> usize {
        self.phase1_quorum.unwrap_or_else(|| majority(acceptors))
    }

    /// How many of so many acceptors make a Phase 2 quorum.
    #[must_use]
    pub fn phase2_size(&self, acceptors: usize) -> usize {
        self.phase2_quorum.unwrap_or_else(|| majority(acceptors))
    }

    /// How long a phase may take after so many failed ballots, in microseconds.
    ///
    /// It grows, so that a network slower than `phase_us` only delays the decision.
    pub(super) fn patience_us(&self, failures: u32) -> u64 {
        match self.backoff {
            Backoff::Randomised => self.phase_us << failures.min(DOUBLINGS_MAX),
            Backoff::Fixed => self.phase_us,
        }
    }

    /// The range of the pause after so many failed ballots, in microseconds.
    pub(super) fn pause_us(&self, failures: u32) -> std::ops::RangeInclusive<u64> {
        match self.backoff {
            Backoff::Randomised => {
                self.backoff_us..=self.backoff_us << failures.clamp(1, DOUBLINGS_MAX)
            }
            Backoff::Fixed => self.backoff_us..=self.backoff_us,
        }
    }
}
