//! The rules that keep it safe and live. Each can be broken by a scenario.

use crate::node::RuleInfo;

/// A rule of the protocol; the code of each is its position here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Rule {
    /// PX1.
    RefuseBelowPromise,
    /// PX2.
    AdoptReportedVote,
    /// PX3.
    ReportVote,
    /// PX4, across proposers.
    OwnBallots,
    /// PX4, across restarts.
    PersistBallot,
    /// PX5.
    CountThisBallot,
    /// PX6, promises.
    PersistPromise,
    /// PX6, votes.
    PersistVote,
    /// PX7.
    VoteRaisesPromise,
    /// PX8.
    AdoptHighestVote,
    /// PX9.
    LearnFromOneBallot,
    /// PX10.
    MajorityQuorum,
    /// PX11, counting.
    NackIsNoAnswer,
    /// PX11, adopting.
    NewBallotNewPhase1,
    /// PX12.
    BackOff,
    /// PX13.
    OneValuePerBallot,
}

impl Rule {
    /// The position in the table, as scenarios' rule sets count.
    #[inline]
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What there is to say about each, by code.
    pub const TABLE: &'static [RuleInfo] = &[
        RuleInfo {
            id: "RefuseBelowPromise",
            row: "PX1",
            says: "An acceptor can accept a proposal numbered n iff it has not responded to a \
                   prepare request having a number greater than n.",
            broken: "An acceptor votes although it has promised a higher ballot.",
            section: "PMS §2.2, P1a",
            guards: "Agreement",
            shortest: Some(12),
        },
        RuleInfo {
            id: "AdoptReportedVote",
            row: "PX2",
            says: "v is the value of the highest-numbered proposal among the responses, or is any \
                   value if the responses reported no proposals.",
            broken: "A proposer always asks for its own value, whatever the promises report.",
            section: "PMS §2.2, Phase 2(a)",
            guards: "Agreement",
            shortest: Some(12),
        },
        RuleInfo {
            id: "ReportVote",
            row: "PX3",
            says: "It responds … with the highest-numbered proposal (if any) that it has accepted.",
            broken: "A promise says nothing about the acceptor's vote.",
            section: "PMS §2.2, Phase 1(b)",
            guards: "Agreement",
            shortest: Some(12),
        },
        RuleInfo {
            id: "OwnBallots",
            row: "PX4",
            says: "Different proposers choose their numbers from disjoint sets of numbers, so two \
                   different proposers never issue a proposal with the same number.",
            broken: "A ballot is a bare counter, so two proposers can use the same one.",
            section: "PMS §2.5",
            guards: "Agreement",
            shortest: Some(9),
        },
        RuleInfo {
            id: "PersistBallot",
            row: "PX4",
            says: "Each proposer remembers (in stable storage) the highest-numbered proposal it \
                   has tried to issue, and begins phase 1 with a higher proposal number than any \
                   it has already used.",
            broken: "A proposer that restarts counts its ballots from 1 again.",
            section: "PMS §2.5",
            guards: "Agreement",
            shortest: Some(9),
        },
        RuleInfo {
            id: "CountThisBallot",
            row: "PX5",
            says: "If the proposer receives a response to its prepare requests (numbered n) from a \
                   majority of acceptors, then it sends an accept request … for a proposal numbered n.",
            broken: "Promises for an earlier ballot count towards the present one.",
            section: "PMS §2.2, Phase 2(a)",
            guards: "Agreement",
            shortest: Some(10),
        },
        RuleInfo {
            id: "PersistPromise",
            row: "PX6",
            says: "An acceptor records its intended response in stable storage before actually \
                   sending the response.",
            broken: "An acceptor forgets at a restart what it promised.",
            section: "PMS §2.5",
            guards: "Agreement",
            shortest: Some(13),
        },
        RuleInfo {
            id: "PersistVote",
            row: "PX6",
            says: "An acceptor must remember this information even if it fails and then restarts.",
            broken: "An acceptor forgets at a restart how it voted.",
            section: "PMS §2.2",
            guards: "Agreement",
            shortest: Some(13),
        },
        RuleInfo {
            id: "VoteRaisesPromise",
            row: "PX7",
            says: "Phase 2b sets all three: maxBal, maxVBal and maxVal.",
            broken: "A vote leaves the promise where it was, so that a later vote can be for a \
                     lower ballot.",
            section: "PTP Paxos.tla, Phase2b",
            guards: "Agreement",
            shortest: Some(17),
        },
        RuleInfo {
            id: "AdoptHighestVote",
            row: "PX8",
            says: "v is the value of the highest-numbered proposal among the responses.",
            broken: "A proposer takes the first value that is reported to it.",
            section: "PMS §2.2, Phase 2(a)",
            guards: "Agreement",
            shortest: Some(17),
        },
        RuleInfo {
            id: "LearnFromOneBallot",
            row: "PX9",
            says: "To learn that a value has been chosen, a learner must find out that a proposal \
                   [one number, one value] has been accepted by a majority of acceptors.",
            broken: "A learner adds up votes for the same value in different ballots.",
            section: "PMS §2.3",
            guards: "Agreement",
            shortest: Some(20),
        },
        RuleInfo {
            id: "MajorityQuorum",
            row: "PX10",
            says: "Any two majorities have at least one acceptor in common: ⌊n/2⌋ + 1 of n.",
            broken: "Half of the acceptors, n/2 rounded down, pass for a quorum.",
            section: "PMS §2.2",
            guards: "Agreement",
            shortest: None,
        },
        RuleInfo {
            id: "NackIsNoAnswer",
            row: "PX11",
            says: "Informing the proposer of a refusal is a performance optimization that does not \
                   affect correctness.",
            broken: "A Nack counts as a promise in Phase 1 and as a vote in Phase 2.",
            section: "PMS §2.2",
            guards: "Agreement",
            shortest: None,
        },
        RuleInfo {
            id: "NewBallotNewPhase1",
            row: "PX11",
            says: "Each proposer … begins phase 1 with a higher proposal number than any it has \
                   already used.",
            broken: "A proposer takes the ballot named in a Nack for its own and goes on with \
                     Phase 2.",
            section: "PMS §2.5",
            guards: "Agreement",
            shortest: None,
        },
        RuleInfo {
            id: "BackOff",
            row: "PX12",
            says: "A reliable algorithm for electing a proposer must use either randomness or real \
                   time.",
            broken: "A refused proposer begins its next ballot at once.",
            section: "PMS §2.4",
            guards: "Termination",
            shortest: None,
        },
        RuleInfo {
            id: "OneValuePerBallot",
            row: "PX13",
            says: "Phase 2a happens once in a ballot: no other value is ever asked for in it.",
            broken: "A new request makes the proposer ask for its value in the ballot under way.",
            section: "PTP Paxos.tla, Phase2a",
            guards: "Agreement",
            shortest: Some(9),
        },
    ];
}
