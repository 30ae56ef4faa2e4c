//! The rules that keep Raft safe and live; a scenario can break each.
//!
//! Rows that need a feature this engine does not have are absent: membership
//! changes, snapshots, PreVote, reads that bypass the log, sessions. A heartbeat
//! with the leader's raw commit index (R31) cannot be broken here, because a
//! heartbeat is an `AppendEntries` and makes the consistency check. A lost disk
//! (R30) is a fault, not a rule: a scenario wipes the disk.

use crate::node::RuleInfo;

/// A rule, by the name scenarios break it under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Rule {
    /// R1: a candidate needs the votes of a majority.
    ElectByMajority,
    /// R2: a vote counts in the term it was given in.
    CountVotesOfThisTerm,
    /// R3: a server votes once in a term.
    VoteOncePerTerm,
    /// R4: the vote survives a crash.
    PersistVote,
    /// R5: the term survives a crash.
    PersistTerm,
    /// R6: only a new term gives a new vote.
    KeepVoteWithinTerm,
    /// R7: votes go to candidates whose log is up to date.
    VoteForUpToDate,
    /// R8: of two logs, the later last term wins.
    CompareLastTerm,
    /// R9: of two logs with the same last term, the longer wins.
    CompareLength,
    /// R10: a candidate yields to the leader of its term.
    CandidateStepsDown,
    /// R11: a conflict removes all that follows.
    TruncateWholeSuffix,
    /// R12: only a conflict removes entries.
    TruncateOnlyOnConflict,
    /// R13: entries are accepted only where the logs agree before them.
    CheckPrevLog,
    /// R13: entries are accepted when the logs agree before them.
    AcceptAtEnd,
    /// R14: only entries of the current term are committed by counting replicas.
    OnlyCommitCurrentTerm,
    /// R15: a follower commits no further than what the leader vouched for.
    CommitUpToLastNew,
    /// R16: a follower has what it says it has.
    MatchWhatIsAcknowledged,
    /// R17: an entry is committed on a majority.
    CommitByMajority,
    /// R18: a new leader knows nothing of the others' logs.
    ResetMatchIndex,
    /// R20: entries are on disk before they are acknowledged.
    PersistLog,
    /// R28: only a granted vote puts off an election.
    ResetTimerOnGrantOnly,
    /// R28: election timeouts are random.
    RandomizeTimeouts,
    /// R32: an outdated refusal does not move `nextIndex`.
    IgnoreStaleRefusal,
    /// R33: a response with a higher term deposes.
    StepDownOnResponse,
}

impl Rule {
    /// The position in [`Rule::TABLE`].
    #[inline]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What each rule says and what breaking it does, by code.
    pub const TABLE: &'static [RuleInfo] = &[
        RuleInfo {
            id: "ElectByMajority",
            row: "R1",
            says: "A candidate wins an election if it receives votes from a majority of the \
                   servers in the full cluster for the same term.",
            broken: "⌊n/2⌋ votes suffice, the candidate's own included: one of three, two of five.",
            section: "§5.2",
            guards: "Election Safety",
            shortest: Some(2),
        },
        RuleInfo {
            id: "CountVotesOfThisTerm",
            row: "R2",
            says: "A candidate wins an election if it receives votes from a majority of the \
                   servers in the full cluster for the same term.",
            broken: "Votes are kept when a new election begins, and late grants of earlier terms \
                     count.",
            section: "§5.2",
            guards: "Election Safety",
            shortest: Some(8),
        },
        RuleInfo {
            id: "VoteOncePerTerm",
            row: "R3",
            says: "Each server will vote for at most one candidate in a given term, on a \
                   first-come-first-served basis.",
            broken: "votedFor is not looked at: every candidate of the term gets the vote.",
            section: "§5.2",
            guards: "Election Safety",
            shortest: Some(4),
        },
        RuleInfo {
            id: "PersistVote",
            row: "R4",
            says: "votedFor is updated on stable storage before responding to RPCs.",
            broken: "The vote is kept in memory only.",
            section: "Figure 2",
            guards: "Election Safety",
            shortest: Some(5),
        },
        RuleInfo {
            id: "PersistTerm",
            row: "R5",
            says: "currentTerm is updated on stable storage before responding to RPCs.",
            broken: "The term is kept in memory only; a restart begins again at term 0.",
            section: "Figure 2",
            guards: "Election Safety",
            shortest: Some(5),
        },
        RuleInfo {
            id: "KeepVoteWithinTerm",
            row: "R6",
            says: "votedFor: candidateId that received vote in current term (or null if none).",
            broken: "An AppendEntries of the current term clears votedFor as one of a new term \
                     would.",
            section: "Figure 2",
            guards: "Election Safety",
            shortest: Some(5),
        },
        RuleInfo {
            id: "VoteForUpToDate",
            row: "R7",
            says: "The voter denies its vote if its own log is more up-to-date than that of the \
                   candidate.",
            broken: "The logs are not compared at all.",
            section: "§5.4.1",
            guards: "Leader Completeness",
            shortest: Some(7),
        },
        RuleInfo {
            id: "CompareLastTerm",
            row: "R8",
            says: "If the logs have last entries with different terms, then the log with the \
                   later term is more up-to-date.",
            broken: "Only the lengths of the logs are compared.",
            section: "§5.4.1",
            guards: "State Machine Safety",
            shortest: Some(14),
        },
        RuleInfo {
            id: "CompareLength",
            row: "R9",
            says: "If the logs end with the same term, then whichever log is longer is more \
                   up-to-date.",
            broken: "Only the terms of the last entries are compared.",
            section: "§5.4.1",
            guards: "State Machine Safety",
            shortest: Some(12),
        },
        RuleInfo {
            id: "CandidateStepsDown",
            row: "R10",
            says: "If the leader's term … is at least as large as the candidate's current term, \
                   then the candidate recognizes the leader as legitimate and returns to \
                   follower state.",
            broken: "A candidate disregards AppendEntries of its own term, and deposes the leader \
                     when it times out.",
            section: "§5.2",
            guards: "Termination",
            shortest: None,
        },
        RuleInfo {
            id: "TruncateWholeSuffix",
            row: "R11",
            says: "If an existing entry conflicts with a new one (same index but different \
                   terms), delete the existing entry and all that follow it.",
            broken: "Conflicting entries are overwritten; what follows them stays.",
            section: "§5.3, Figure 2",
            guards: "Log Matching",
            shortest: Some(8),
        },
        RuleInfo {
            id: "TruncateOnlyOnConflict",
            row: "R12",
            says: "Append any new entries not already in the log.",
            broken: "Every AppendEntries, a heartbeat too, cuts the log after prevLogIndex first.",
            section: "§5.3, Figure 2",
            guards: "Leader Completeness",
            shortest: Some(8),
        },
        RuleInfo {
            id: "CheckPrevLog",
            row: "R13",
            says: "If the follower does not find an entry in its log with the same index and \
                   term, then it refuses the new entries.",
            broken: "The follower takes the entries whatever its log holds before them.",
            section: "§5.3",
            guards: "Log Matching",
            shortest: Some(8),
        },
        RuleInfo {
            id: "AcceptAtEnd",
            row: "R13",
            says: "Reply false if log doesn't contain an entry at prevLogIndex whose term matches \
                   prevLogTerm.",
            broken: "Off by one: the follower also refuses when prevLogIndex is its last entry.",
            section: "§5.3, Figure 2",
            guards: "Termination",
            shortest: None,
        },
        RuleInfo {
            id: "OnlyCommitCurrentTerm",
            row: "R14",
            says: "Only log entries from the leader's current term are committed by counting \
                   replicas.",
            broken: "Any entry on a majority of the servers is committed.",
            section: "§5.4.2, Figure 8",
            guards: "State Machine Safety",
            shortest: Some(16),
        },
        RuleInfo {
            id: "CommitUpToLastNew",
            row: "R15",
            says: "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of \
                   last new entry).",
            broken: "commitIndex goes up to leaderCommit as far as the follower's own log reaches.",
            section: "Figure 2",
            guards: "State Machine Safety",
            shortest: Some(9),
        },
        RuleInfo {
            id: "MatchWhatIsAcknowledged",
            row: "R16",
            says: "matchIndex[]: for each server, index of highest log entry known to be \
                   replicated on server.",
            broken: "On any success the leader believes that the follower has its whole log.",
            section: "Figure 2",
            guards: "State Machine Safety",
            shortest: Some(10),
        },
        RuleInfo {
            id: "CommitByMajority",
            row: "R17",
            says: "A log entry is committed once the leader that created the entry has \
                   replicated it on a majority of the servers.",
            broken: "⌊n/2⌋ servers suffice, the leader included: one of three, two of five.",
            section: "§5.3",
            guards: "State Machine Safety",
            shortest: Some(8),
        },
        RuleInfo {
            id: "ResetMatchIndex",
            row: "R18",
            says: "nextIndex[] and matchIndex[] are reinitialized after election.",
            broken: "A new leader goes on with the matchIndex of its last time in office.",
            section: "Figure 2",
            guards: "State Machine Safety",
            shortest: None,
        },
        RuleInfo {
            id: "PersistLog",
            row: "R20",
            says: "log[] is updated on stable storage before responding to RPCs.",
            broken: "The log is kept in memory only.",
            section: "Figure 2",
            guards: "State Machine Safety",
            shortest: Some(11),
        },
        RuleInfo {
            id: "ResetTimerOnGrantOnly",
            row: "R28",
            says: "If election timeout elapses without receiving AppendEntries RPC from current \
                   leader or granting vote to candidate: convert to candidate.",
            broken: "Any RequestVote resets the election timer, even one that is refused.",
            section: "§5.2, Figure 2",
            guards: "Termination",
            shortest: None,
        },
        RuleInfo {
            id: "RandomizeTimeouts",
            row: "R28",
            says: "Raft uses randomized election timeouts to ensure that split votes are rare and \
                   that they are resolved quickly.",
            broken: "Every server waits exactly the least election timeout.",
            section: "§5.2",
            guards: "Termination",
            shortest: None,
        },
        RuleInfo {
            id: "IgnoreStaleRefusal",
            row: "R32",
            says: "After a rejection, the leader decrements nextIndex and retries the \
                   AppendEntries RPC.",
            broken: "A refusal that arrives late or twice moves nextIndex as well, even to or \
                     below matchIndex.",
            section: "§5.3",
            guards: "Termination",
            shortest: None,
        },
        RuleInfo {
            id: "StepDownOnResponse",
            row: "R33",
            says: "If RPC request or response contains term T > currentTerm: set currentTerm = T, \
                   convert to follower.",
            broken: "A higher term in a response is disregarded; a deposed leader goes on.",
            section: "§5.1, Figure 2",
            guards: "Termination",
            shortest: None,
        },
    ];
}
