//! The handlers against the papers' sentences: what goes in, and the effects that come out, in order.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::*;
use crate::machine::{Op, Outcome};
use crate::node::{Effect, Input, Message as _, Rules, Timer as _, ValueId};
use crate::trace::{ClientId, Lane, ParamValue};

const ALL: u8 = duty::PROPOSER | duty::ACCEPTOR | duty::LEARNER;
/// The textbook picture: P1, P2, A1, A2, A3, L1.
const TEXTBOOK: [u8; 6] =
    [duty::PROPOSER, duty::PROPOSER, duty::ACCEPTOR, duty::ACCEPTOR, duty::ACCEPTOR, duty::LEARNER];
const P1: NodeId = NodeId(0);
const P2: NodeId = NodeId(1);
const A1: NodeId = NodeId(2);
const A2: NodeId = NodeId(3);
const A3: NodeId = NodeId(4);
const L1: NodeId = NodeId(5);

fn config(duties: &[u8], set: &[(&str, ParamValue)], broken: &[Rule]) -> Rc<Config<Params>> {
    let members = Membership { duties: duties.to_vec() };
    let set: BTreeMap<_, _> =
        set.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let params = Paxos::params(&ParamValues::new(&INFO, set), &members).expect("valid parameters");
    let broken = broken.iter().fold(Rules::NONE, |rules, rule| rules.and(rule.code()));
    Rc::new(Config { members, params, broken })
}

fn cast(duties: &[u8]) -> Cast {
    let mut counts = [0; 4];
    let lane = |duties: &u8| {
        let class = INFO.classes.iter().position(|class| class.duties == *duties).expect("a class");
        counts[class] += 1;
        Lane {
            name: format!("{}{}", INFO.classes[class].prefix, counts[class]),
            class: class as u8,
        }
    };
    Cast { nodes: duties.iter().map(lane).collect(), clients: vec!["C1".into(), "C2".into()] }
}

fn ballot(counter: u32, owner: NodeId) -> Ballot {
    Ballot { counter, owner: Some(owner) }
}

fn command(number: u32, word: &str) -> Command {
    let op = Op::Write(word.parse().expect("a word"));
    Command { value: ValueId(number), client: Some(ClientId((number - 1) as u8)), op }
}

fn v1() -> Command {
    command(1, "v1")
}

fn v2() -> Command {
    command(2, "v2")
}

fn proposal(ballot: Ballot, value: Command) -> Proposal {
    Proposal { ballot, value }
}

/// A node under test, and the effects of its last step in words.
struct Bench {
    node: Paxos,
    cast: Cast,
    disk: Stable,
    said: Vec<String>,
}

impl Bench {
    fn new(me: NodeId, config: &Rc<Config<Params>>) -> Bench {
        Bench::on_disk(me, config, Stable::default())
    }

    fn on_disk(me: NodeId, config: &Rc<Config<Params>>, disk: Stable) -> Bench {
        let mut fx = Effects::default();
        let node = Paxos::boot(me, config, disk, &mut fx);
        let cast = cast(&config.members.duties);
        let mut bench = Bench { node, cast, disk, said: Vec::new() };
        bench.note(&mut fx);
        bench
    }

    fn textbook(me: NodeId) -> Bench {
        Bench::new(me, &config(&TEXTBOOK, &[], &[]))
    }

    fn broken(me: NodeId, rule: Rule) -> Bench {
        Bench::new(me, &config(&TEXTBOOK, &[], &[rule]))
    }

    /// What survives: a restart on the same disk.
    fn restarted(self) -> Bench {
        Bench::on_disk(self.node.me, &Rc::clone(&self.node.config), self.disk)
    }

    fn hears(&mut self, from: NodeId, message: PaxosMessage) -> &[String] {
        self.step(Input::Message { from, message: &message })
    }

    fn is_asked(&mut self, request: Command) -> &[String] {
        self.step(Input::Request(request))
    }

    fn fires(&mut self, timer: PaxosTimer) -> &[String] {
        self.step(Input::Timer(timer))
    }

    fn step(&mut self, input: Input<'_, Paxos>) -> &[String] {
        let mut fx = Effects::default();
        self.node.step(input, &mut fx);
        self.note(&mut fx);
        &self.said
    }

    fn note(&mut self, fx: &mut Effects<Paxos>) {
        let effects: Vec<Effect<Paxos>> = fx.drain().collect();
        for effect in &effects {
            if let Effect::Persist(write) = effect {
                self.disk.apply(write);
            }
        }
        self.said = effects.iter().map(|effect| self.words(effect)).collect();
    }

    fn words(&self, effect: &Effect<Paxos>) -> String {
        let lane = |node: NodeId| self.cast.name(crate::trace::Place::Node(node)).to_owned();
        match effect {
            Effect::Send { to, message } => {
                format!("send {} {}", lane(*to), message.label(&self.cast))
            }
            Effect::Persist(write) => match write {
                Write::Promise(ballot) => format!("persist maxBal {ballot}"),
                Write::Vote { max_bal, vote } => {
                    format!("persist maxBal {}, vote {vote}", messages::shown(*max_bal))
                }
                Write::Counter(counter) => format!("persist counter {counter}"),
                Write::Proposal(proposal) => format!("persist proposal {proposal}"),
            },
            Effect::SetTimer { timer, min_us, max_us } => {
                format!(
                    "set {} {min_us}..{max_us}",
                    INFO.timers[usize::from(timer.to_ref().kind)].name
                )
            }
            Effect::CancelTimer(timer) => {
                format!("cancel {}", INFO.timers[usize::from(timer.to_ref().kind)].name)
            }
            Effect::Reply { to, outcome } => {
                let outcome = match outcome {
                    Outcome::Done(word) => messages::shown(*word),
                    Outcome::Redirect(node) => format!("ask {}", messages::shown(node.map(lane))),
                };
                format!("reply C{} {outcome}", to.client.0 + 1)
            }
            Effect::Fact(fact) => self.fact_words(fact),
        }
    }

    fn fact_words(&self, fact: &Fact) -> String {
        match fact {
            Fact::RoleChanged { role, epoch } => {
                format!("role {} {epoch}", INFO.roles[usize::from(*role)].name)
            }
            Fact::EpochChanged { epoch } => format!("epoch {epoch}"),
            Fact::Promised { epoch } => format!("promised {epoch}"),
            Fact::Proposed { epoch, value, .. } => format!("proposed {epoch} v{}", value.0),
            Fact::Accepted { epoch, value, .. } => format!("accepted {epoch} v{}", value.0),
            Fact::QuorumReached { of, epoch, members, .. } => {
                let lanes: Vec<&str> = members
                    .iter()
                    .map(|node| self.cast.name(crate::trace::Place::Node(node)))
                    .collect();
                format!(
                    "quorum {} {epoch} {}",
                    INFO.quorums[usize::from(*of)].name,
                    lanes.join(" ")
                )
            }
            Fact::Chosen { epoch, value, .. } => format!("chosen {epoch} v{}", value.0),
            Fact::Ignored { why } => format!("ignored: {}", INFO.refusals[usize::from(*why)].name),
            Fact::Note { what, number } => {
                format!("note: {} ({number})", INFO.notes[usize::from(*what)].name)
            }
            other => format!("{other:?}"),
        }
    }
}

/// "A proposer selects a proposal number n and sends a prepare request with number
/// n to a majority of acceptors" (PMS §2.2), and remembers it in stable storage first.
#[test]
fn a_request_begins_a_ballot_that_is_on_disk_before_it_is_sent() {
    let mut p1 = Bench::textbook(P1);
    assert_eq!(
        p1.is_asked(v1()),
        [
            "persist counter 1",
            "epoch 1.1",
            "role Preparing 1.1",
            "set Phase 100000..100000",
            "send A1 Prepare(1.1)",
            "send A2 Prepare(1.1)",
            "send A3 Prepare(1.1)",
        ]
    );
}

/// "If an acceptor receives a prepare request with number n greater than that of any
/// prepare request to which it has already responded, then it responds to the
/// request with a promise ... and with the highest-numbered proposal (if any) that it
/// has accepted" (PMS §2.2).
#[test]
fn an_acceptor_promises_higher_ballots_and_reports_its_vote() {
    let mut a1 = Bench::textbook(A1);
    assert_eq!(
        a1.hears(P1, PaxosMessage::Prepare { ballot: ballot(1, P1) }),
        ["persist maxBal 1.1", "promised 1.1", "epoch 1.1", "send P1 Promise(1.1, no vote)"]
    );
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(proposal(ballot(1, P1), v1()))),
        [
            "persist maxBal 1.1, vote 1.1:v1",
            "accepted 1.1 v1",
            "send P1 Accepted(1.1, v1)",
            "send L1 Accepted(1.1, v1)",
        ]
    );
    assert_eq!(
        a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(1, P2) }),
        ["persist maxBal 1.2", "promised 1.2", "epoch 1.2", "send P2 Promise(1.2, voted 1.1:v1)"]
    );
    assert_eq!(
        a1.hears(P1, PaxosMessage::Prepare { ballot: ballot(1, P1) }),
        ["send P1 Nack(1.1 < 1.2)", "ignored: a higher ballot is promised"]
    );
}

/// "It accepts the proposal unless it has already responded to a prepare request
/// having a number greater than n" (PMS §2.2): also without having promised n itself.
#[test]
fn an_acceptor_votes_unless_it_has_promised_more() {
    let mut a1 = Bench::textbook(A1);
    a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(2, P2) });
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(proposal(ballot(2, P1), v1()))),
        ["send P1 Nack(2.1 < 2.2)", "ignored: a higher ballot is promised"]
    );
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(proposal(ballot(3, P1), v1()))),
        [
            "persist maxBal 3.1, vote 3.1:v1",
            "accepted 3.1 v1",
            "epoch 3.1",
            "send P1 Accepted(3.1, v1)",
            "send L1 Accepted(3.1, v1)",
        ]
    );
}

/// Messages are duplicated: a copy gets the same answer and changes nothing on disk.
#[test]
fn a_copy_of_a_request_is_answered_again() {
    let mut a1 = Bench::textbook(A1);
    let prepare = PaxosMessage::Prepare { ballot: ballot(1, P1) };
    let accept = PaxosMessage::Accept(proposal(ballot(1, P1), v1()));
    a1.hears(P1, prepare);
    assert_eq!(a1.hears(P1, prepare), ["promised 1.1", "send P1 Promise(1.1, no vote)"]);
    a1.hears(P1, accept);
    assert_eq!(
        a1.hears(P1, accept),
        ["accepted 1.1 v1", "send P1 Accepted(1.1, v1)", "send L1 Accepted(1.1, v1)"]
    );
}

/// Without Nacks a refusal is silent; the proposer's time-out must do.
#[test]
fn nacks_are_optional() {
    let config = config(&TEXTBOOK, &[("nack", ParamValue::Bool(false))], &[]);
    let mut a1 = Bench::new(A1, &config);
    a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(2, P2) });
    assert_eq!(
        a1.hears(P1, PaxosMessage::Prepare { ballot: ballot(1, P1) }),
        ["ignored: a higher ballot is promised"]
    );
}

/// P1 with ballot 1.1 under way and v1 as its own value.
fn preparing() -> Bench {
    let mut p1 = Bench::textbook(P1);
    p1.is_asked(v1());
    p1
}

fn promise(ballot: Ballot, vote: Option<Proposal>) -> PaxosMessage {
    PaxosMessage::Promise { ballot, vote }
}

/// "... or is any value if the responses reported no proposals" (PMS §2.2, Phase 2(a)).
#[test]
fn with_no_vote_reported_the_proposer_asks_for_its_own_value() {
    let mut p1 = preparing();
    let mine = ballot(1, P1);
    assert_eq!(p1.hears(A1, promise(mine, None)), [""; 0]);
    assert_eq!(p1.hears(A1, promise(mine, None)), ["ignored: already counted"]);
    assert_eq!(
        p1.hears(A3, promise(mine, None)),
        [
            "quorum phase1 1.1 A1 A3",
            "note: is free to choose (0)",
            "persist proposal 1.1:v1",
            "proposed 1.1 v1",
            "role Proposing 1.1",
            "set Phase 100000..100000",
            "send A1 Accept(1.1, v1)",
            "send A2 Accept(1.1, v1)",
            "send A3 Accept(1.1, v1)",
        ]
    );
    assert_eq!(p1.hears(A2, promise(mine, None)), ["ignored: that phase is over"]);
}

/// "v is the value of the highest-numbered proposal among the responses" (PMS §2.2),
/// in whatever order they come.
#[test]
fn the_highest_numbered_vote_decides_what_is_proposed() {
    let config = config(&[ALL, ALL, ALL, ALL, ALL], &[], &[]);
    let low = proposal(ballot(1, NodeId(1)), v1());
    let high = proposal(ballot(2, NodeId(2)), v2());
    for votes in [[low, high], [high, low]] {
        let mut s5 = Bench::new(NodeId(4), &config);
        s5.is_asked(command(3, "v3"));
        s5.hears(NodeId(0), promise(ballot(1, NodeId(4)), Some(votes[0])));
        let said = s5.hears(NodeId(1), promise(ballot(1, NodeId(4)), Some(votes[1])));
        assert!(said.contains(&"proposed 1.5 v2".to_owned()), "{said:?}");
    }
}

/// A promise counts only for the ballot it was made for.
#[test]
fn promises_of_an_earlier_ballot_do_not_count() {
    let mut p1 = preparing();
    p1.fires(PaxosTimer::Phase);
    p1.fires(PaxosTimer::Retry);
    assert_eq!(p1.hears(A1, promise(ballot(1, P1), None)), ["ignored: it answers another ballot"]);
    assert_eq!(p1.hears(A1, promise(ballot(2, P1), None)), [""; 0]);
}

/// "To learn that a value has been chosen, a learner must find out that a proposal has
/// been accepted by a majority of acceptors" (PMS §2.3): distinct acceptors, one ballot.
#[test]
fn a_learner_counts_distinct_votes_of_one_ballot() {
    let mut l1 = Bench::textbook(L1);
    let (low, high) = (proposal(ballot(1, P1), v1()), proposal(ballot(1, P2), v1()));
    assert_eq!(l1.hears(A1, PaxosMessage::Accepted(low)), [""; 0]);
    assert_eq!(l1.hears(A1, PaxosMessage::Accepted(low)), ["ignored: already counted"]);
    assert_eq!(l1.hears(A2, PaxosMessage::Accepted(high)), [""; 0]);
    assert_eq!(
        l1.hears(A3, PaxosMessage::Accepted(low)),
        ["quorum learn 1.1 A1 A3", "chosen 1.1 v1", "epoch 1.1", "role Decided 1.1"]
    );
    assert_eq!(
        l1.hears(A3, PaxosMessage::Accepted(high)),
        ["ignored: the value is already learned"]
    );
}

/// P1 with ballot 1.1 in Phase 2.
fn proposing(config: &Rc<Config<Params>>) -> Bench {
    let mut p1 = Bench::new(P1, config);
    p1.is_asked(v1());
    p1.hears(A1, promise(ballot(1, P1), None));
    p1.hears(A2, promise(ballot(1, P1), None));
    p1
}

/// Every client that waits is told what was decided, whosever value it is.
#[test]
fn the_proposer_answers_all_its_clients_with_the_value_decided() {
    let mut p1 = proposing(&config(&TEXTBOOK, &[], &[]));
    assert_eq!(p1.is_asked(v2()), [""; 0]);
    assert_eq!(p1.is_asked(v2()), ["ignored: the request is already waiting"]);
    let vote = PaxosMessage::Accepted(proposal(ballot(1, P1), v1()));
    p1.hears(A1, vote);
    assert_eq!(
        p1.hears(A2, vote),
        [
            "quorum phase2 1.1 A1 A2",
            "chosen 1.1 v1",
            "cancel Phase",
            "role Decided 1.1",
            "reply C1 v1",
            "reply C2 v1",
        ]
    );
    assert_eq!(p1.is_asked(command(3, "v3")), ["reply C3 v1"]);
}

/// "The acceptors respond to a distinguished learner, which in turn informs the other
/// learners when a value has been chosen" (PMS §2.3).
#[test]
fn the_proposer_can_be_the_one_who_tells_the_learners() {
    let config = config(&TEXTBOOK, &[("learn", ParamValue::Word("proposer".into()))], &[]);
    let vote = proposal(ballot(1, P1), v1());
    let mut a1 = Bench::new(A1, &config);
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(vote)).last().map(String::as_str),
        Some("send P1 Accepted(1.1, v1)")
    );
    let mut p1 = proposing(&config);
    p1.hears(A1, PaxosMessage::Accepted(vote));
    let said = p1.hears(A3, PaxosMessage::Accepted(vote));
    assert_eq!(said[said.len() - 2..], ["send P2 Decided(v1)", "send L1 Decided(v1)"]);
    let mut l1 = Bench::new(L1, &config);
    assert_eq!(
        l1.hears(P1, PaxosMessage::Decided(vote)),
        ["chosen 1.1 v1", "epoch 1.1", "role Decided 1.1"]
    );
    assert_eq!(
        l1.hears(P1, PaxosMessage::Decided(vote)),
        ["ignored: the value is already learned"]
    );
}

/// "The proposer should then abandon its proposal" (PMS §2.2), and "must use either
/// randomness or real time" (§2.4) before the next, which is above all it has heard of.
#[test]
fn a_nack_ends_the_ballot_and_the_next_is_higher_after_a_random_pause() {
    let mut p1 = preparing();
    let nack = PaxosMessage::Nack { ballot: ballot(1, P1), promised: ballot(7, P2) };
    assert_eq!(
        p1.hears(A1, nack),
        ["role Backing off 1.1", "cancel Phase", "set Retry 30000..60000"]
    );
    assert_eq!(p1.hears(A2, nack), ["ignored: that phase is over"]);
    let said = p1.fires(PaxosTimer::Retry);
    assert_eq!(said[..3], ["persist counter 8", "epoch 8.1", "role Preparing 8.1"]);
    assert_eq!(said[3], "set Phase 200000..200000", "patience doubles with each failure");
    assert_eq!(p1.hears(A1, nack), ["ignored: it answers another ballot"]);
}

/// Lost messages: the time-out abandons the ballot, and a timer with nothing to end does nothing.
#[test]
fn a_phase_that_takes_too_long_is_abandoned() {
    let mut p1 = preparing();
    assert_eq!(
        p1.fires(PaxosTimer::Phase),
        ["role Backing off 1.1", "cancel Phase", "set Retry 30000..60000"]
    );
    assert_eq!(p1.fires(PaxosTimer::Phase), ["ignored: no ballot is under way"]);
    let mut p2 = Bench::textbook(P2);
    assert_eq!(p2.fires(PaxosTimer::Retry), ["ignored: there is nothing to propose"]);
}

/// Votes of an abandoned ballot still choose: only its proposer stopped waiting.
#[test]
fn late_votes_of_an_abandoned_ballot_count() {
    let mut p1 = proposing(&config(&TEXTBOOK, &[], &[]));
    p1.fires(PaxosTimer::Phase);
    let vote = PaxosMessage::Accepted(proposal(ballot(1, P1), v1()));
    p1.hears(A1, vote);
    let said = p1.hears(A2, vote);
    assert_eq!(said[..2], ["quorum learn 1.1 A1 A2", "chosen 1.1 v1"]);
    assert!(said.contains(&"cancel Retry".to_owned()), "{said:?}");
}

/// "An acceptor must remember this information even if it fails and then restarts"
/// (PMS §2.2).
#[test]
fn a_restarted_acceptor_keeps_its_promise_and_its_vote() {
    let mut a1 = Bench::textbook(A1);
    a1.hears(P1, PaxosMessage::Accept(proposal(ballot(1, P1), v1())));
    a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(2, P2) });
    let mut a1 = a1.restarted();
    assert_eq!(a1.said, ["role Acceptor 2.2"]);
    assert_eq!(
        a1.hears(P1, PaxosMessage::Accept(proposal(ballot(2, P1), v1()))),
        ["send P1 Nack(2.1 < 2.2)", "ignored: a higher ballot is promised"]
    );
    assert_eq!(
        a1.hears(P2, PaxosMessage::Prepare { ballot: ballot(3, P2) }).last().map(String::as_str),
        Some("send P2 Promise(3.2, voted 1.1:v1)")
    );
}

/// "Each proposer remembers (in stable storage) the highest-numbered proposal it has
/// tried to issue, and begins phase 1 with a higher proposal number" (PMS §2.5); what
/// it asked for in Phase 2a it can only ask for again.
#[test]
fn a_restarted_proposer_takes_up_its_ballot_with_the_same_value() {
    let p1 = proposing(&config(&TEXTBOOK, &[], &[]));
    let mut p1 = p1.restarted();
    assert_eq!(
        p1.said,
        [
            "role Proposer 1.1",
            "note: takes up its ballot again (1)",
            "proposed 1.1 v1",
            "role Proposing 1.1",
            "set Phase 100000..100000",
            "send A1 Accept(1.1, v1)",
            "send A2 Accept(1.1, v1)",
            "send A3 Accept(1.1, v1)",
        ]
    );
    assert_eq!(p1.is_asked(v2()), [""; 0], "the ballot keeps its value");
    p1.fires(PaxosTimer::Phase);
    assert_eq!(p1.fires(PaxosTimer::Retry)[0], "persist counter 2");

    let mut p1 = preparing().restarted();
    assert_eq!(p1.said, ["role Proposer 0"], "Phase 1 alone binds it to nothing");
    assert_eq!(p1.is_asked(v2())[0], "persist counter 2");
}

/// A server hands its own messages to itself; to the others first, so that its disk delays nobody.
#[test]
fn a_server_is_its_own_acceptor_and_learner() {
    let config = config(&[ALL, ALL, ALL], &[], &[]);
    let (s1, s2) = (NodeId(0), NodeId(1));
    let mut node = Bench::new(s1, &config);
    assert_eq!(
        node.is_asked(v1()),
        [
            "persist counter 1",
            "epoch 1.1",
            "role Preparing 1.1",
            "set Phase 100000..100000",
            "send S2 Prepare(1.1)",
            "send S3 Prepare(1.1)",
            "persist maxBal 1.1",
            "promised 1.1",
        ]
    );
    assert_eq!(
        node.hears(s2, promise(ballot(1, s1), None)),
        [
            "quorum phase1 1.1 S1 S2",
            "note: is free to choose (0)",
            "persist proposal 1.1:v1",
            "proposed 1.1 v1",
            "role Proposing 1.1",
            "set Phase 100000..100000",
            "send S2 Accept(1.1, v1)",
            "send S3 Accept(1.1, v1)",
            "persist maxBal 1.1, vote 1.1:v1",
            "accepted 1.1 v1",
            "send S2 Accepted(1.1, v1)",
            "send S3 Accepted(1.1, v1)",
        ]
    );
    let said = node.hears(s2, PaxosMessage::Accepted(proposal(ballot(1, s1), v1())));
    assert_eq!(said[..2], ["quorum phase2 1.1 S1 S2", "chosen 1.1 v1"]);
}

/// A cluster of one decides within the step that brings the request.
#[test]
fn one_server_decides_alone() {
    let mut node = Bench::new(NodeId(0), &config(&[ALL], &[], &[]));
    let said = node.is_asked(v1());
    assert!(said.contains(&"chosen 1.1 v1".to_owned()), "{said:?}");
    assert_eq!(said.last().map(String::as_str), Some("reply C1 v1"));
}

/// A server whose own acceptor has promised more gives its ballot up without asking anybody.
#[test]
fn a_server_that_promised_more_meanwhile_backs_off() {
    let config = config(&[ALL, ALL, ALL], &[], &[]);
    let (s1, s2, s3) = (NodeId(0), NodeId(1), NodeId(2));
    let mut node = Bench::new(s1, &config);
    node.is_asked(v1());
    node.hears(s2, PaxosMessage::Prepare { ballot: ballot(1, s2) });
    let said = node.hears(s3, promise(ballot(1, s1), None));
    assert_eq!(said.last().map(String::as_str), Some("set Retry 30000..60000"));
    assert_eq!(node.fires(PaxosTimer::Retry)[0], "persist counter 2");
}

/// A node that is no proposer sends clients to one; other roles' messages are refused aloud.
#[test]
fn duties_are_kept_apart() {
    let mut a1 = Bench::textbook(A1);
    assert_eq!(a1.is_asked(v1()), ["reply C1 ask P1"]);
    assert_eq!(
        a1.hears(A2, PaxosMessage::Accepted(proposal(ballot(1, P1), v1()))),
        ["ignored: not this node's role"]
    );
    let mut l1 = Bench::textbook(L1);
    assert_eq!(
        l1.hears(P1, PaxosMessage::Prepare { ballot: ballot(1, P1) }),
        ["ignored: not this node's role"]
    );
}

/// Flexible Paxos: every Phase 1 quorum must meet every Phase 2 quorum, and no more than that.
#[test]
fn quorums_of_the_two_phases_must_meet() {
    let read = |duties: &[u8], phase1: u64, phase2: u64| {
        let set = [("phase1_quorum", phase1), ("phase2_quorum", phase2)];
        let set = set.map(|(key, size)| (key.to_owned(), ParamValue::Int(size)));
        let members = Membership { duties: duties.to_vec() };
        Paxos::params(&ParamValues::new(&INFO, set.into()), &members)
    };
    let five = [ALL; 5];
    assert!(read(&five, 4, 2).is_ok());
    assert!(read(&five, 5, 1).is_ok());
    assert!(read(&five, 0, 0).is_ok());
    assert!(read(&five, 4, 0).is_ok());
    for (phase1, phase2, key) in
        [(3, 2, "phase1_quorum"), (0, 2, "phase2_quorum"), (6, 1, "phase1_quorum")]
    {
        let (found, text) = read(&five, phase1, phase2).expect_err("refused");
        assert_eq!(found, key, "{phase1} and {phase2}: {text}");
    }
    assert_eq!(read(&[duty::PROPOSER], 0, 0).expect_err("no acceptor").0, "cluster");
    assert_eq!(read(&[duty::ACCEPTOR], 0, 0).expect_err("no proposer").0, "cluster");
}

/// Flexible quorums count as they are set.
#[test]
fn a_larger_phase_one_buys_a_smaller_phase_two() {
    let set = [("phase1_quorum", ParamValue::Int(3)), ("phase2_quorum", ParamValue::Int(1))];
    let mut p1 = proposing(&config(&TEXTBOOK, &set, &[]));
    assert!(p1.node.proposer.phase.ballot().is_some());
    assert_eq!(p1.said, [""; 0], "two promises are not enough");
    let said = p1.hears(A3, promise(ballot(1, P1), None));
    assert!(said.contains(&"proposed 1.1 v1".to_owned()), "{said:?}");
    let said = p1.hears(A3, PaxosMessage::Accepted(proposal(ballot(1, P1), v1())));
    assert_eq!(said[0], "quorum phase2 1.1 A3");
}

/// Codes index tables: each table says what its enum says, in the same order.
#[test]
fn tables_agree_with_their_enums() {
    let rules = [
        Rule::RefuseBelowPromise,
        Rule::AdoptReportedVote,
        Rule::ReportVote,
        Rule::OwnBallots,
        Rule::PersistBallot,
        Rule::CountThisBallot,
        Rule::PersistPromise,
        Rule::PersistVote,
        Rule::VoteRaisesPromise,
        Rule::AdoptHighestVote,
        Rule::LearnFromOneBallot,
        Rule::MajorityQuorum,
        Rule::NackIsNoAnswer,
        Rule::NewBallotNewPhase1,
        Rule::BackOff,
        Rule::OneValuePerBallot,
    ];
    assert_eq!(rules.len(), Rule::TABLE.len());
    for rule in rules {
        assert_eq!(Rule::TABLE[usize::from(rule.code())].id, format!("{rule:?}"));
    }
    let vote = proposal(ballot(1, P1), v1());
    let (ballot, promised) = (ballot(1, P1), ballot(2, P1));
    let messages = [
        PaxosMessage::Prepare { ballot },
        PaxosMessage::Promise { ballot, vote: None },
        PaxosMessage::Nack { ballot, promised },
        PaxosMessage::Accept(vote),
        PaxosMessage::Accepted(vote),
        PaxosMessage::Decided(vote),
    ];
    for message in messages {
        let name = PaxosMessage::TABLE[usize::from(message.kind())].name;
        assert!(message.label(&Cast::default()).starts_with(&format!("{name}(")), "{name}");
    }
    for (index, timer) in [PaxosTimer::Phase, PaxosTimer::Retry].into_iter().enumerate() {
        assert_eq!(PaxosTimer::TABLE[index].name, format!("{timer:?}"));
        assert_eq!(PaxosTimer::from_ref(timer.to_ref()), Some(timer));
    }
    for role in [Role::Acceptor, Role::Preparing, Role::Proposing, Role::Decided] {
        assert_eq!(Role::TABLE[usize::from(role.code())].name, format!("{role:?}"));
    }
}

/// Each broken rule makes the one difference it names.
#[test]
fn a_broken_rule_changes_what_it_says() {
    let accept = |ballot| PaxosMessage::Accept(proposal(ballot, v1()));
    let high = PaxosMessage::Prepare { ballot: ballot(2, P2) };

    let mut a1 = Bench::broken(A1, Rule::RefuseBelowPromise);
    a1.hears(P2, high);
    assert_eq!(a1.hears(P1, accept(ballot(1, P1)))[0], "persist maxBal 2.2, vote 1.1:v1");

    let mut a1 = Bench::broken(A1, Rule::ReportVote);
    a1.hears(P1, accept(ballot(1, P1)));
    assert_eq!(
        a1.hears(P2, high).last().map(String::as_str),
        Some("send P2 Promise(2.2, no vote)")
    );

    let mut a1 = Bench::broken(A1, Rule::VoteRaisesPromise);
    assert_eq!(a1.hears(P1, accept(ballot(1, P1)))[0], "persist maxBal –, vote 1.1:v1");

    let mut a1 = Bench::broken(A1, Rule::PersistPromise);
    assert_eq!(a1.hears(P2, high)[0], "promised 2.2");
    let mut a1 = Bench::broken(A1, Rule::PersistVote);
    assert_eq!(a1.hears(P1, accept(ballot(1, P1)))[0], "accepted 1.1 v1");

    let mut p1 = Bench::broken(P1, Rule::OwnBallots);
    assert_eq!(p1.is_asked(v1()).last().map(String::as_str), Some("send A3 Prepare(1)"));

    let mut p1 = Bench::broken(P1, Rule::PersistBallot);
    p1.is_asked(v1());
    let mut p1 = p1.restarted();
    assert!(p1.is_asked(v2()).contains(&"send A1 Prepare(1.1)".to_owned()), "{:?}", p1.said);

    let old = proposal(ballot(1, P2), v2());
    let older = proposal(ballot(0, P2), command(3, "v3"));
    for (rule, votes, value) in [
        (Rule::AdoptReportedVote, [Some(old), None], "v1"),
        (Rule::AdoptHighestVote, [Some(older), Some(old)], "v3"),
    ] {
        let mut p1 = Bench::broken(P1, rule);
        p1.is_asked(v1());
        p1.hears(A1, promise(ballot(1, P1), votes[0]));
        let said = p1.hears(A2, promise(ballot(1, P1), votes[1]));
        assert!(said.contains(&format!("proposed 1.1 {value}")), "{rule:?}: {said:?}");
    }

    let mut p1 = Bench::broken(P1, Rule::BackOff);
    p1.is_asked(v1());
    let nack = PaxosMessage::Nack { ballot: ballot(1, P1), promised: ballot(3, P2) };
    assert_eq!(p1.hears(A1, nack)[0], "persist counter 4");

    let mut p1 = proposing(&config(&TEXTBOOK, &[], &[Rule::NewBallotNewPhase1]));
    assert_eq!(p1.hears(A1, nack)[1], "proposed 3.2 v1");

    let mut p1 = proposing(&config(&TEXTBOOK, &[], &[Rule::OneValuePerBallot]));
    assert_eq!(p1.is_asked(v2())[1], "proposed 1.1 v2");
}
