//! The paper's sentences, one test for a few of them: what a server does, effect by effect.

use super::super::{Durable, Role, Rule, Term};
use super::harness::*;

/// "When servers start up, they begin as followers." (§5.2) Term, vote and log are persistent state,
/// commitIndex and lastApplied are not (Figure 2).
#[test]
fn a_server_starts_as_a_follower_with_what_is_on_disk() {
    let server = Server::of(3, disk(4, Some(S3), &[1, 2, 4]));
    assert_eq!(server.raft.role, Role::Follower);
    assert_eq!(server.raft.current_term(), Term(4));
    assert_eq!(server.terms(), [1, 2, 4]);
    assert_eq!((server.raft.commit_index, server.raft.last_applied), (0, 0), "volatile");
}

/// "To begin an election, a follower increments its current term and transitions to candidate
/// state. It then votes for itself and issues RequestVote RPCs in parallel to each of the other
/// servers in the cluster." (§5.2) Term and vote are on disk before anybody hears of them.
#[test]
fn a_follower_begins_an_election() {
    let mut server = Server::of(3, disk(1, Some(S2), &[1, 1]));
    assert_eq!(
        server.times_out(),
        [
            "persist t2, vote S1",
            "term t2",
            "votes t2 S1",
            "Candidate t2",
            "set Election 150000..=300000",
            "to S2 RequestVote(t2, last 2/1)",
            "to S3 RequestVote(t2, last 2/1)",
        ]
    );
}

/// "each candidate will time out and start a new election by incrementing its term and initiating
/// another round of RequestVote RPCs" (§5.2)
#[test]
fn a_candidate_that_does_not_win_tries_again_in_a_new_term() {
    let mut server = Server::of(5, Durable::default());
    server.times_out();
    server.on(S2, vote(1, true));
    let again = server.times_out();
    assert_eq!(again[..4], ["persist t2, vote S1", "term t2", "votes t2 S1", "Candidate t2"]);
    assert!(server.on(S3, vote(2, true)).is_empty(), "the vote of term 1 is gone: two of five");
    assert_eq!(server.raft.role, Role::Candidate);
}

/// "A candidate wins an election if it receives votes from a majority of the servers in the full
/// cluster for the same term." "Once a candidate wins an election, it becomes leader. It then
/// sends heartbeat messages to all of the other servers" (§5.2)
#[test]
fn a_candidate_with_a_majority_leads_and_says_so() {
    let mut server = Server::of(5, Durable::default());
    server.times_out();
    assert!(server.on(S2, vote(1, true)).is_empty(), "two of five");
    assert!(server.on(S3, vote(1, false)).is_empty(), "a refusal");
    assert_eq!(server.on(S2, vote(1, true)), ["ignored: already counted"], "a duplicate");
    assert_eq!(
        server.on(S4, vote(1, true)),
        [
            "quorum election 0 of [1, 2, 4]",
            "Leader t1",
            "cancel Election",
            "to S2 AppendEntries(t1, prev 0/0, heartbeat)",
            "to S3 AppendEntries(t1, prev 0/0, heartbeat)",
            "to S4 AppendEntries(t1, prev 0/0, heartbeat)",
            "to S5 AppendEntries(t1, prev 0/0, heartbeat)",
            "set Heartbeat 50000..=50000",
        ]
    );
    assert_eq!(server.on(S3, vote(1, true)), ["ignored: election over"]);
}

/// "each leader commit a blank no-op entry into the log at the start of its term" (§8)
#[test]
fn a_leader_opens_its_term_with_a_no_op() {
    let mut server = Server::with(&config(3, params(true), &[]), disk(1, None, &[1]));
    server.times_out();
    assert_eq!(
        server.on(S2, vote(2, true))[3..],
        [
            "persist 2 after 1",
            "appended 2/2",
            "to S2 AppendEntries(t2, prev 1/1, 1 entry)",
            "to S3 AppendEntries(t2, prev 1/1, 1 entry)",
            "set Heartbeat 50000..=50000",
        ]
    );
}

/// A vote counts in the term it was given in, and only towards that election.
#[test]
fn a_late_vote_elects_nobody() {
    let mut server = Server::of(3, Durable::default());
    server.times_out();
    server.times_out();
    let before = server.raft.clone();
    assert_eq!(server.on(S2, vote(1, true)), ["ignored: stale term"]);
    assert_eq!(server.raft, before, "it is still a candidate, and nobody has voted for it");
}

/// "Each server will vote for at most one candidate in a given term, on a first-come-first-served
/// basis" (§5.2); a candidate that asks again gets the same answer.
#[test]
fn one_vote_in_a_term() {
    let mut server = Server::of(3, Durable::default());
    assert_eq!(
        server.on(S2, ask_vote(S2, 1, at(0, 0))),
        [
            "persist t1, vote S2",
            "term t1",
            "votes t1 S2",
            "set Election 150000..=300000",
            "to S2 RequestVoteResponse(t1, granted)",
        ]
    );
    assert_eq!(
        server.on(S3, ask_vote(S3, 1, at(0, 0))),
        ["ignored: already voted", "to S3 RequestVoteResponse(t1, refused)"]
    );
    assert_eq!(
        server.on(S2, ask_vote(S2, 1, at(0, 0))),
        ["set Election 150000..=300000", "to S2 RequestVoteResponse(t1, granted)"]
    );
}

/// "If the logs have last entries with different terms, then the log with the later term is more
/// up-to-date. If the logs end with the same term, then whichever log is longer is more
/// up-to-date." (§5.4.1)
#[test]
fn votes_go_to_logs_that_are_up_to_date() {
    let tests: [(&[u32], (u32, u32), bool); 7] = [
        (&[1], (1, 1), true),
        (&[1], (2, 1), true),
        (&[1, 1], (1, 1), false),
        (&[1], (1, 2), true),
        (&[1, 1], (1, 2), true),
        (&[2], (1, 1), false),
        (&[2], (2, 1), false),
    ];
    for (mine, (index, term), granted) in tests {
        let mut server = Server::of(3, disk(3, None, mine));
        let lines = server.on(S2, ask_vote(S2, 4, at(index, term)));
        let answer = if granted { "granted" } else { "refused" };
        assert_eq!(
            lines.last().map(String::as_str),
            Some(format!("to S2 RequestVoteResponse(t4, {answer})").as_str()),
            "{mine:?} against {index}/{term}"
        );
        let waits = lines.iter().any(|line| line.starts_with("set Election"));
        assert_eq!(waits, granted, "only a granted vote puts off the own candidacy");
    }
}

/// "If a server receives a request with a stale term number, it rejects the request." (§5.1)
#[test]
fn stale_requests_are_refused() {
    let mut server = Server::of(3, disk(3, None, &[1]));
    let before = server.raft.clone();
    assert_eq!(
        server.on(S2, ask_vote(S2, 2, at(9, 2))),
        ["ignored: stale term", "to S2 RequestVoteResponse(t3, refused)"]
    );
    assert_eq!(
        server.on(S2, append(2, at(1, 1), &[2], 2)),
        ["ignored: stale term", "to S2 AppendEntriesResponse(t3, stale term)"]
    );
    assert_eq!(server.raft, before);
}

/// "If a candidate or leader discovers that its term is out of date, it immediately reverts to
/// follower state." (§5.1)
#[test]
fn a_higher_term_makes_a_follower() {
    let refused = |term| vote(term, false);
    let mut candidate = Server::of(3, Durable::default());
    candidate.times_out();
    assert_eq!(
        candidate.on(S2, refused(5)),
        ["persist t5, no vote", "term t5", "Follower t5"],
        "its election timer goes on running"
    );
    let mut leader = Server::of(3, Durable::default()).elected();
    assert_eq!(
        leader.on(S2, matched(3, 0)),
        [
            "cancel Heartbeat",
            "set Election 150000..=300000",
            "persist t3, no vote",
            "term t3",
            "Follower t3",
        ]
    );
}

/// "If the leader's term (included in its RPC) is at least as large as the candidate's current
/// term, then the candidate recognizes the leader as legitimate and returns to follower state." (§5.2)
#[test]
fn a_candidate_yields_to_the_leader_of_its_term() {
    let mut server = Server::of(3, Durable::default());
    server.times_out();
    assert_eq!(
        server.on(S2, append(1, at(0, 0), &[], 0)),
        ["Follower t1", "set Election 150000..=300000", "to S2 AppendEntriesResponse(t1, match 0)",]
    );
    assert_eq!(server.raft.persistent.voted_for, Some(S1), "its vote of the term stays given");
}

/// "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs in
/// parallel to each of the other servers to replicate the entry. When the entry has been safely
/// replicated …, the leader applies the entry to its state machine and returns the result of that
/// execution to the client." (§5.3)
#[test]
fn a_leader_replicates_commits_applies_and_answers() {
    let mut server = Server::of(3, Durable::default()).elected();
    server.on(S2, matched(1, 0));
    server.on(S3, matched(1, 0));
    assert_eq!(
        server.asks(1),
        [
            "persist 1 after 0",
            "appended 1/1",
            "to S2 AppendEntries(t1, prev 0/0, 1 entry)",
            "to S3 AppendEntries(t1, prev 0/0, 1 entry)",
        ]
    );
    assert_eq!(
        server.on(S3, matched(1, 1)),
        ["quorum commit 1 of [1, 3]", "committed 1", "applied 1/1", "reply 1: 1"]
    );
    assert!(server.on(S2, matched(1, 1)).is_empty(), "committed already");
    assert_eq!(server.on(S3, matched(1, 0)), ["ignored: late answer"]);
}

/// "The leader keeps track of the highest index it knows to be committed, and it includes that
/// index in future AppendEntries RPCs (including heartbeats) so that the other servers eventually
/// find out." "Once a follower learns that a log entry is committed, it applies the entry to its
/// local state machine (in log order)." (§5.3)
#[test]
fn a_follower_applies_what_the_leader_says_is_committed() {
    let mut server = Server::of(3, Durable::default());
    assert_eq!(
        server.on(S2, append(1, at(0, 0), &[1, 1], 1)),
        [
            "persist t1, no vote",
            "term t1",
            "set Election 150000..=300000",
            "persist 1 1 after 0",
            "appended 1/1",
            "appended 2/1",
            "committed 1",
            "applied 1/1",
            "to S2 AppendEntriesResponse(t1, match 2)",
        ]
    );
    assert_eq!(
        server.on(S2, append(1, at(2, 1), &[], 2)),
        [
            "set Election 150000..=300000",
            "committed 2",
            "applied 2/1",
            "to S2 AppendEntriesResponse(t1, match 2)",
        ]
    );
}

/// "set commitIndex = min(leaderCommit, index of last new entry)" (Figure 2): what lies beyond
/// may be another leader's.
#[test]
fn commit_goes_no_further_than_what_was_vouched_for() {
    let mut server = Server::of(3, disk(1, None, &[1, 1, 1]));
    let lines = server.on(S2, append(2, at(1, 1), &[], 3));
    assert!(lines.contains(&"committed 1".to_owned()), "{lines:?}");
    assert_eq!(server.raft.commit_index, 1);
    server.on(S2, append(2, at(0, 0), &[], 0));
    assert_eq!(server.raft.commit_index, 1, "it never goes back");
}

/// "If the follower does not find an entry in its log with the same index and term, then it refuses
/// the new entries." (§5.3) The hint says where to try next: the last entry that can match.
#[test]
fn the_consistency_check() {
    let tests = [
        (at(0, 0), "match 0"),
        (at(1, 1), "match 1"),
        (at(2, 2), "match 2"),
        (at(2, 3), "no 2, try 2/2"),
        (at(2, 1), "no 2, try 1/1"),
        (at(3, 3), "no 3, try 2/2"),
        (at(9, 1), "no 9, try 1/1"),
    ];
    for (prev, answer) in tests {
        let mut server = Server::of(3, disk(4, None, &[1, 2]));
        let lines = server.on(S2, append(4, prev, &[], 0));
        let expected = format!("to S2 AppendEntriesResponse(t4, {answer})");
        assert_eq!(lines.last(), Some(&expected), "{prev}");
        assert_eq!(
            lines.contains(&"ignored: no matching previous entry".to_owned()),
            answer.starts_with("no")
        );
    }
}

/// "If an existing entry conflicts with a new one (same index but different terms), delete the
/// existing entry and all that follow it. Append any new entries not already in the log." (Figure 2)
#[test]
fn conflicts_are_resolved_by_the_leaders_log() {
    // The previous entry, the entries, the log that results, and the write.
    type Case = ((u32, u32), &'static [u32], &'static [u32], Option<&'static str>);
    let tests: [Case; 8] = [
        ((2, 2), &[3], &[1, 2, 3], Some("persist 3 after 2")),
        ((1, 1), &[3, 4], &[1, 3, 4], Some("persist 3 4 after 1")),
        ((0, 0), &[1], &[1, 2], None),
        ((0, 0), &[1, 2], &[1, 2], None),
        ((0, 0), &[1, 2, 4], &[1, 2, 4], Some("persist 4 after 2")),
        ((0, 0), &[3], &[3], Some("persist 3 after 0")),
        ((1, 1), &[], &[1, 2], None),
        ((1, 1), &[2], &[1, 2], None),
    ];
    for ((index, term), sent, log, write) in tests {
        let mut server = Server::of(3, disk(4, None, &[1, 2]));
        let lines = server.on(S2, append(4, at(index, term), sent, 0));
        assert_eq!(server.terms(), log, "{sent:?} behind {index}/{term}");
        let written = lines.iter().find(|line| line.starts_with("persist"));
        assert_eq!(written.map(String::as_str), write, "{sent:?} behind {index}/{term}");
        let cut = lines.iter().any(|line| line.starts_with("truncated"));
        assert_eq!(cut, log.len() < 2 || log[1] != 2, "only a conflict removes entries");
    }
}

/// "After a rejection, the leader decrements nextIndex and retries the AppendEntries RPC. Eventually
/// nextIndex will reach a point where the leader and follower logs match." (§5.3) By whole terms.
#[test]
fn a_leader_finds_where_the_logs_agree() {
    // Figure 7 (f): the follower's entries of terms 2 and 3 take one refusal each side's term.
    let mut server = Server::of(3, disk(7, None, &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6]));
    server.times_out();
    let first = server.on(S2, vote(8, true));
    assert!(first.contains(&"to S2 AppendEntries(t8, prev 10/6, heartbeat)".to_owned()));
    assert_eq!(
        sends(&server.on(S2, mismatch(8, 10, at(10, 3)))),
        ["to S2 AppendEntries(t8, prev 3/1, 7 entries)"],
        "the leader's last entry of a term up to 3 is its third"
    );
    assert_eq!(
        server.on(S2, mismatch(8, 10, at(10, 3))),
        ["ignored: late answer"],
        "a copy of the refusal moves nothing"
    );
    assert!(server.on(S2, matched(8, 10)).is_empty());
    assert_eq!(server.raft.progress[1].match_index, 10);
}

/// "Only log entries from the leader's current term are committed by counting replicas; once an
/// entry from the current term has been committed in this way, then all prior entries are
/// committed indirectly" (§5.4.2).
#[test]
fn only_entries_of_the_current_term_are_committed_by_counting() {
    let mut server = Server::of(3, disk(2, None, &[1, 2])).elected();
    assert!(server.on(S2, matched(3, 2)).is_empty(), "on a majority, and of an earlier term");
    server.asks(3);
    assert_eq!(
        server.on(S2, matched(3, 3)),
        [
            "quorum commit 3 of [1, 2]",
            "committed 3",
            "applied 1/1",
            "applied 2/2",
            "applied 3/3",
            "reply 3: 3",
        ],
        "those who asked earlier leaders are not answered by this one"
    );
}

/// "If followers crash or run slowly, or if network packets are lost, the leader retries
/// AppendEntries RPCs indefinitely (even after it has responded to the client) until all followers
/// eventually store all log entries." (§5.3)
#[test]
fn what_is_not_acknowledged_is_sent_again() {
    let mut server = Server::of(3, Durable::default()).elected();
    server.on(S2, matched(1, 0));
    server.on(S3, matched(1, 0));
    server.asks(1);
    server.on(S2, matched(1, 1));
    let beat = ["set Heartbeat 50000..=50000", "to S2 AppendEntries(t1, prev 1/1, heartbeat)"];
    let first = server.beats();
    assert_eq!(first[..2], beat);
    assert_eq!(first[2], "to S3 AppendEntries(t1, prev 0/0, heartbeat)", "it may be on its way");
    for _ in 0..3 {
        let later = server.beats();
        assert_eq!(later[..2], beat);
        assert_eq!(later[2], "to S3 AppendEntries(t1, prev 0/0, 1 entry)", "it is lost");
    }
    assert!(server.asks(2).iter().all(|line| !line.starts_with("to S3")), "one probe at a time");
    assert_eq!(
        sends(&server.on(S3, matched(1, 1))),
        ["to S3 AppendEntries(t1, prev 1/1, 1 entry)"],
        "and on it goes"
    );
}

/// "If the client's first choice is not the leader, that server will reject the client's request
/// and supply information about the most recent leader it has heard from" (§8).
#[test]
fn only_the_leader_takes_requests() {
    let mut server = Server::of(3, Durable::default());
    assert_eq!(server.asks(1), ["ignored: not the leader", "reply 1: no leader"]);
    server.on(S2, append(1, at(0, 0), &[], 0));
    assert_eq!(server.asks(1), ["ignored: not the leader", "reply 1: ask S2"]);
    server.times_out();
    assert_eq!(server.asks(1), ["ignored: not the leader", "reply 1: no leader"]);
}

/// A leader that was deposed says nothing about what it was asked: it cannot know the outcome.
#[test]
fn a_deposed_leader_leaves_requests_unanswered() {
    let mut server = Server::of(3, Durable::default()).elected();
    server.asks(1);
    let mut update = append(2, at(1, 1), &[2], 2);
    update.entries = entries(&[2], 2);
    let lines = server.on(S2, update);
    assert!(
        lines.contains(&"applied 1/1".to_owned()),
        "its entry was committed by the next leader"
    );
    assert!(lines.iter().all(|line| !line.starts_with("reply")), "{lines:?}");
}

/// A timer may fire when its role is over; nothing comes of it.
#[test]
fn a_timer_of_another_role_does_nothing() {
    let mut server = Server::of(3, Durable::default());
    let before = server.raft.clone();
    assert_eq!(server.beats(), ["ignored: timer of another role"]);
    assert_eq!(server.raft, before);
    let mut server = server.elected();
    let before = server.raft.clone();
    assert_eq!(server.times_out(), ["ignored: timer of another role"]);
    assert_eq!(server.raft, before);
}

/// "at most one leader can be elected in a given term" (§5.2): a second one is not followed.
#[test]
fn a_leader_does_not_follow_another_of_its_term() {
    let mut server = Server::of(3, Durable::default()).elected();
    let before = server.raft.clone();
    let lines = server.on(S2, append(1, at(0, 0), &[1], 1));
    assert_eq!(lines, ["ignored: second leader in the term"]);
    assert_eq!(server.raft, before);
}

/// A cluster of one is a majority of one: it elects itself and commits what it has written.
#[test]
fn a_server_alone_decides_alone() {
    let mut server = Server::of(1, Durable::default());
    let lines = server.times_out();
    assert_eq!(
        lines,
        [
            "persist t1, vote S1",
            "term t1",
            "votes t1 S1",
            "Candidate t1",
            "set Election 150000..=300000",
            "quorum election 0 of [1]",
            "Leader t1",
            "cancel Election",
            "set Heartbeat 50000..=50000",
        ]
    );
    assert_eq!(
        server.asks(1),
        [
            "persist 1 after 0",
            "appended 1/1",
            "quorum commit 1 of [1]",
            "committed 1",
            "applied 1/1",
            "reply 1: 1",
        ]
    );
}

/// Majorities of even and odd clusters, for elections and for commitment; the median of an even
/// number of servers is one too few.
#[test]
fn a_majority_is_more_than_half() {
    for servers in 1..=7_u8 {
        let mut server = Server::of(usize::from(servers), Durable::default());
        server.times_out();
        let needed = servers / 2 + 1;
        for voters in 2..=servers {
            server.on(crate::node::NodeId(voters - 1), vote(1, true));
            let leads = server.raft.role == Role::Leader;
            assert_eq!(leads, voters >= needed, "{voters} votes of {servers}");
        }
        server.asks(1);
        for holders in 2..=servers {
            server.on(crate::node::NodeId(holders - 1), matched(1, 1));
            let committed = server.raft.commit_index == 1;
            assert_eq!(committed, holders >= needed, "{holders} copies of {servers}");
        }
    }
}

/// A broken rule that writes less writes exactly what it says.
#[test]
fn what_is_not_persisted_is_not_written() {
    let written = |rule: Rule| {
        let mut server = Server::with(&config(3, params(false), &[rule]), Durable::default());
        server.on(S2, ask_vote(S2, 1, at(0, 0)));
        let lines = server.on(S2, append(1, at(0, 0), &[1], 0));
        let first = Server::with(&config(3, params(false), &[rule]), Durable::default())
            .on(S2, ask_vote(S2, 1, at(0, 0)));
        let writes = first.into_iter().chain(lines).filter(|line| line.starts_with("persist"));
        writes.collect::<Vec<String>>()
    };
    assert_eq!(written(Rule::PersistVote), ["persist t1, no vote", "persist 1 after 0"]);
    assert_eq!(written(Rule::PersistTerm), ["persist t0, vote S2", "persist 1 after 0"]);
    assert_eq!(written(Rule::PersistLog), ["persist t1, vote S2"]);
}
