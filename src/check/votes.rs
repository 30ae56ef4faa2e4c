//! What the Paxos family promises, judged on the history of all votes ever cast.
//!
//! A value is chosen when a quorum voted for it in one ballot. Those votes need
//! not exist at the same time, and an acceptor that crashed has voted all the
//! same, so nothing here looks at the present state of anybody.

use crate::list::List;
use crate::trace::{Epoch, Event, EventId, EventKind, Fact, NodeId, NodeSet, Slot, ValueId};

use super::record::{Ascending, Values};
use super::{Falls, Invariant, Monitor, Watch};

const AGREEMENT: u8 = 0;
const VALIDITY: u8 = 1;
const INTEGRITY: u8 = 2;
const ONE_VALUE: u8 = 3;
const PROPOSED: u8 = 4;
const PROMISES: u8 = 5;
const SAFE_AT: u8 = 6;

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "Agreement",
        says: "No two different values are ever chosen or learned for one decision.",
        source: "Lamport & Massa, Cheap Paxos §2.1 (Consistency); Voting.tla, refinement of Consensus",
    },
    Invariant {
        name: "Validity",
        says: "What is chosen or learned was asked for by a client, or is a no-op where the \
               protocol has one.",
        source: "Lamport & Massa, Cheap Paxos §2.1 (Nontriviality)",
    },
    Invariant {
        name: "Integrity",
        says: "A node learns only a value that is chosen, and never changes its mind.",
        source: "Lamport & Massa, Cheap Paxos §2.1 (Conservatism)",
    },
    Invariant {
        name: "One Value per Ballot",
        says: "At most one value is ever proposed in a ballot.",
        source: "Paxos.tla, Inv; Voting.tla, OneValuePerBallot",
    },
    Invariant {
        name: "Votes Are Proposed",
        says: "An acceptor votes only for what was proposed in that ballot.",
        source: "Paxos.tla, Inv",
    },
    Invariant {
        name: "Promises Hold",
        says: "An acceptor's promise never goes down, and it votes in no ballot below its promise \
               or its last vote.",
        source: "Paxos.tla, Phase1b and Phase2b; maxBal >= maxVBal",
    },
    Invariant {
        name: "Safe At",
        says: "When a value is proposed in a ballot, no other value can be chosen in a lower one.",
        source: "Voting.tla, SafeAt and ShowsSafeAt",
    },
];

/// Watches all votes and promises of a Paxos-like protocol, slot by slot.
#[derive(Clone, Debug)]
pub struct Votes {
    acceptors: NodeSet,
    quorum: usize,
    noop: bool,
    invoked: Values,
    /// Per acceptor: the highest ballot it promised or voted in, and the event that says so.
    promised: Vec<Option<(Epoch, EventId)>>,
    /// Per owner of slots (nobody first, then the nodes) and index.
    decisions: Vec<Ascending<u32, Decision>>,
    /// All ballots in which something was proposed or accepted, in the order of their first event.
    ballots: List<Ballot>,
    /// Values learned against the first one learned in the slot.
    changed: Ascending<(Slot, NodeId), ValueId>,
}

/// A value in a ballot of a slot.
#[derive(Clone, Copy, Debug)]
struct Vote {
    slot: Slot,
    epoch: Epoch,
    value: ValueId,
}

/// What is known of one slot.
#[derive(Clone, Copy, Debug, Default)]
struct Decision {
    /// The slot's highest ballot; each names the next lower one.
    highest: Option<u32>,
    /// Ballots below this one can choose nothing any more, unless they have.
    open_from: Epoch,
    chosen: Option<Chosen>,
    learned: Option<Learned>,
}

/// The first choice.
#[derive(Clone, Copy, Debug)]
struct Chosen {
    value: ValueId,
    epoch: Epoch,
    event: EventId,
}

/// The first value learned, and who learned it.
#[derive(Clone, Copy, Debug)]
struct Learned {
    value: ValueId,
    by: NodeSet,
    event: EventId,
}

/// One value in one ballot of one slot.
#[derive(Clone, Copy, Debug)]
struct Ballot {
    epoch: Epoch,
    value: ValueId,
    proposed: Option<EventId>,
    voters: NodeSet,
    lower: Option<u32>,
}

impl Votes {
    /// Watches votes of `acceptors`, of which `quorum` choose a value (the phase-2
    /// quorum); `noop` says whether the protocol may decide to do nothing.
    #[must_use]
    pub fn new(acceptors: NodeSet, quorum: usize, noop: bool) -> Votes {
        let owners = crate::trace::NODES_MAX + 1;
        Votes {
            acceptors,
            quorum,
            noop,
            invoked: Values::default(),
            promised: vec![None; crate::trace::NODES_MAX],
            decisions: vec![Ascending::default(); owners],
            ballots: List::default(),
            changed: Ascending::default(),
        }
    }

    fn decision(&self, slot: Slot) -> Decision {
        let owner = slot.owner.map_or(0, |owner| owner.index() + 1);
        let known = self.decisions.get(owner).and_then(|slots| slots.get(slot.index));
        known.unwrap_or_default()
    }

    fn set_decision(&mut self, slot: Slot, decision: Decision) {
        let owner = slot.owner.map_or(0, |owner| owner.index() + 1);
        if let Some(slots) = self.decisions.get_mut(owner) {
            slots.set(slot.index, decision);
        }
    }

    /// The ballots of a slot from the highest down, with their positions.
    fn descending(&self, decision: &Decision) -> impl Iterator<Item = (u32, Ballot)> {
        let at = |position: Option<u32>| {
            position.and_then(|at| self.ballots.get(at as usize).map(|ballot| (at, *ballot)))
        };
        std::iter::successors(at(decision.highest), move |(_, ballot)| at(ballot.lower))
    }

    /// Where this value of this ballot is recorded; a new record if nowhere.
    fn ballot(&mut self, vote: Vote) -> (u32, Ballot) {
        let Vote { slot, epoch, value } = vote;
        let mut decision = self.decision(slot);
        let mut above = None;
        for (at, ballot) in self.descending(&decision) {
            if ballot.epoch == epoch && ballot.value == value {
                return (at, ballot);
            }
            if ballot.epoch < epoch {
                break;
            }
            above = Some((at, ballot));
        }
        let at = self.ballots.len() as u32;
        let lower = above.map_or(decision.highest, |(_, ballot)| ballot.lower);
        let ballot = Ballot { epoch, value, proposed: None, voters: NodeSet::EMPTY, lower };
        self.ballots.push(ballot);
        if let Some((above, ballot)) = above {
            self.ballots.set(above as usize, Ballot { lower: Some(at), ..ballot });
        } else {
            decision.highest = Some(at);
        }
        decision.open_from = decision.open_from.min(epoch);
        self.set_decision(slot, decision);
        (at, ballot)
    }

    /// Whether a quorum voted for the ballot's value, or still can.
    fn choosable(&self, ballot: &Ballot) -> bool {
        let can_vote = |acceptor: &NodeId| {
            let promise = self.promised.get(acceptor.index()).copied().flatten();
            ballot.voters.contains(*acceptor) || promise.is_none_or(|(to, _)| to <= ballot.epoch)
        };
        self.acceptors.iter().filter(can_vote).count() >= self.quorum
    }

    fn is_chosen(&self, ballot: &Ballot) -> bool {
        ballot.voters.len() >= self.quorum
    }

    fn on_promised(&mut self, node: NodeId, epoch: Epoch, id: EventId, falls: &mut Falls<'_>) {
        let Some(promise) = self.promised.get_mut(node.index()) else { return };
        match *promise {
            Some((before, event)) if epoch < before => {
                falls.report(PROMISES, Some(event), |words| {
                    let (epoch, before) = (words.epoch(epoch), words.epoch(before));
                    format!("{} promises {epoch} after it promised {before}", words.node(node))
                });
            }
            Some((before, _)) if epoch == before => {}
            Some(_) | None => *promise = Some((epoch, id)),
        }
    }

    fn on_proposed(&mut self, vote: Vote, id: EventId, falls: &mut Falls<'_>) {
        let Vote { slot, epoch, value } = vote;
        let (at, mut own) = self.ballot(vote);
        if own.proposed.is_none() {
            own.proposed = Some(id);
            self.ballots.set(at as usize, own);
        }
        let decision = self.decision(slot);
        let rival = self
            .descending(&decision)
            .skip_while(|(_, other)| other.epoch > epoch)
            .take_while(|(_, other)| other.epoch == epoch)
            .find(|(_, other)| other.value != value && other.proposed.is_some());
        if let Some((_, rival)) = rival {
            falls.report(ONE_VALUE, rival.proposed, |words| {
                let (one, other) = (words.value(rival.value), words.value(value));
                let (epoch, at) = (words.epoch(epoch), words.at(slot));
                format!("{one} and {other} are both proposed in {epoch}{at}")
            });
        }
        self.check_safe_at(slot, decision, &own, falls);
        let open_from = self.open_from(&decision);
        self.set_decision(slot, Decision { open_from, ..decision });
    }

    /// `SafeAt(b, v)`: no other value can be chosen below `b`.
    fn check_safe_at(&self, slot: Slot, decision: Decision, own: &Ballot, falls: &mut Falls<'_>) {
        let against_choice = decision.chosen.filter(|chosen| {
            // A choice may lie below the ballots that are still open.
            chosen.value != own.value && chosen.epoch < own.epoch
        });
        let against_open = || {
            self.descending(&decision)
                .take_while(|(_, other)| other.epoch >= decision.open_from)
                .filter(|(_, other)| other.value != own.value && other.epoch != own.epoch)
                .filter(|(_, other)| other.proposed.is_some())
                .find(|(_, other)| {
                    self.choosable(if other.epoch < own.epoch { other } else { own })
                })
        };
        let (rival, event) = match against_choice {
            Some(chosen) => ((chosen.epoch, chosen.value), Some(chosen.event)),
            None => match against_open() {
                Some((_, other)) => ((other.epoch, other.value), other.proposed),
                None => return,
            },
        };
        falls.report(SAFE_AT, event, |words| {
            let own = (own.epoch, own.value);
            let (low, high) = (rival.min(own), rival.max(own));
            let (value, epoch, at) = (words.value(high.1), words.epoch(high.0), words.at(slot));
            let (other, lower) = (words.value(low.1), words.epoch(low.0));
            format!(
                "{value} is proposed in {epoch}{at}, but {other} is chosen or can still be chosen \
                 in {lower}"
            )
        });
    }

    /// The lowest ballot that can still choose something and has not. Votes only add
    /// up and promises only grow, so what lies below need not be looked at again.
    fn open_from(&self, decision: &Decision) -> Epoch {
        let mut lowest = None;
        for (_, ballot) in self.descending(decision) {
            if ballot.epoch < decision.open_from {
                break;
            }
            let open = self.choosable(&ballot) && !self.is_chosen(&ballot);
            if open || lowest.is_none() {
                lowest = Some(ballot.epoch);
            }
        }
        lowest.unwrap_or_default()
    }

    fn on_accepted(&mut self, node: NodeId, vote: Vote, id: EventId, falls: &mut Falls<'_>) {
        let Vote { slot, epoch, value } = vote;
        let Some(promise) = self.promised.get_mut(node.index()) else { return };
        match *promise {
            Some((before, event)) if epoch < before => {
                falls.report(PROMISES, Some(event), |words| {
                    let (epoch, before) = (words.epoch(epoch), words.epoch(before));
                    format!("{} votes in {epoch} after it went on to {before}", words.node(node))
                });
            }
            Some((before, _)) if epoch == before => {}
            // Voting in a ballot raises the promise to it (Phase2b).
            Some(_) | None => *promise = Some((epoch, id)),
        }
        let (at, mut ballot) = self.ballot(vote);
        if ballot.proposed.is_none() {
            falls.report(PROPOSED, None, |words| {
                let (node, value) = (words.node(node), words.value(value));
                let (epoch, at) = (words.epoch(epoch), words.at(slot));
                format!("{node} votes for {value}{at}, which was never proposed in {epoch}")
            });
        }
        let counts = self.acceptors.contains(node) && ballot.voters.insert(node);
        if counts {
            self.ballots.set(at as usize, ballot);
        }
        if counts && ballot.voters.len() == self.quorum {
            self.on_choice(vote, id, falls);
        }
    }

    /// A quorum has now voted for the value in the ballot.
    fn on_choice(&mut self, vote: Vote, id: EventId, falls: &mut Falls<'_>) {
        let Vote { slot, epoch, value } = vote;
        self.check_valid(slot, value, falls);
        let mut decision = self.decision(slot);
        match decision.chosen {
            None => {
                decision.chosen = Some(Chosen { value, epoch, event: id });
                self.set_decision(slot, decision);
            }
            Some(first) if first.value != value => {
                falls.report(AGREEMENT, Some(first.event), |words| {
                    let (one, other) = (words.value(first.value), words.value(value));
                    let (before, epoch) = (words.epoch(first.epoch), words.epoch(epoch));
                    let at = words.at(slot);
                    format!("{other} is chosen in {epoch}{at}, but {one} was chosen in {before}")
                });
            }
            Some(_) => {}
        }
    }

    fn on_learned(&mut self, node: NodeId, vote: Vote, id: EventId, falls: &mut Falls<'_>) {
        let Vote { slot, value, .. } = vote;
        self.check_valid(slot, value, falls);
        let mut decision = self.decision(slot);
        let first_choice = decision.chosen.is_some_and(|chosen| chosen.value == value);
        let is_choice = |b: &Ballot| b.value == value && self.is_chosen(b);
        if !first_choice && !self.descending(&decision).any(|(_, ballot)| is_choice(&ballot)) {
            falls.report(INTEGRITY, None, |words| {
                let (node, value, at) = (words.node(node), words.value(value), words.at(slot));
                format!("{node} learns {value}{at}, which is not chosen")
            });
        }
        let Some(mut first) = decision.learned else {
            let by = [node].into_iter().collect();
            decision.learned = Some(Learned { value, by, event: id });
            self.set_decision(slot, decision);
            return;
        };
        let knew_first = first.by.contains(node).then_some(first.value);
        let knew = knew_first.or_else(|| self.changed.get((slot, node)));
        if let Some(knew) = knew.filter(|knew| *knew != value) {
            falls.report(INTEGRITY, Some(first.event), |words| {
                let (old, new) = (words.value(knew), words.value(value));
                format!("{} learned {old}{} and now learns {new}", words.node(node), words.at(slot))
            });
        }
        if first.value != value {
            self.changed.set((slot, node), value);
            falls.report(AGREEMENT, Some(first.event), |words| {
                let (old, new) = (words.value(first.value), words.value(value));
                let (node, at) = (words.node(node), words.at(slot));
                format!("{node} learns {new}{at}, but {old} was learned before")
            });
        } else if first.by.insert(node) {
            decision.learned = Some(first);
            self.set_decision(slot, decision);
        }
    }

    fn check_valid(&self, slot: Slot, value: ValueId, falls: &mut Falls<'_>) {
        let valid = if value == ValueId::NOOP { self.noop } else { self.invoked.contains(value) };
        if !valid {
            falls.report(VALIDITY, None, |words| {
                let (value, at) = (words.value(value), words.at(slot));
                format!("{value} is chosen or learned{at}, and no client asked for it")
            });
        }
    }
}

impl Monitor for Votes {
    fn invariants(&self) -> &'static [Invariant] {
        INVARIANTS
    }

    fn watches(&self) -> Watch {
        Watch::INVOKED | Watch::PROMISED | Watch::PROPOSED | Watch::ACCEPTED | Watch::CHOSEN
    }

    fn on_event(&mut self, id: EventId, event: &Event, falls: &mut Falls<'_>) {
        let fact = match event.kind {
            EventKind::Invoked { value } => return self.invoked.insert(value),
            EventKind::Fact(fact) => fact,
            _ => return,
        };
        let Some(node) = event.place.node() else { return };
        match fact {
            Fact::Promised { epoch } => self.on_promised(node, epoch, id, falls),
            Fact::Proposed { slot, epoch, value } => {
                self.on_proposed(Vote { slot, epoch, value }, id, falls);
            }
            Fact::Accepted { slot, epoch, value } => {
                self.on_accepted(node, Vote { slot, epoch, value }, id, falls);
            }
            Fact::Chosen { slot, epoch, value } => {
                self.on_learned(node, Vote { slot, epoch, value }, id, falls);
            }
            _ => {}
        }
    }

    fn copy(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests;
