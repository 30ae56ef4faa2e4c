//! What an election promises, judged on the history of all elections and votes.

use crate::trace::{Epoch, Event, EventId, EventKind, Fact, NODES_MAX, NodeId};

use super::record::Ascending;
use super::{Falls, Invariant, Monitor, Watch};

const ELECTION_SAFETY: u8 = 0;
const ONE_VOTE: u8 = 1;
const EPOCHS_GROW: u8 = 2;
const OWN_VOTE: u8 = 3;
const STAYS: u8 = 4;

/// The same name is judged by the logs as well, for the epochs of entries.
pub(super) const EPOCHS_GROW_INVARIANT: Invariant = Invariant {
    name: "Epochs Grow",
    says: "A node's {epoch} never goes down, not even across a crash; the {epoch}s in its log never \
           go down either, and none is above its own.",
    source: "Raft §5.1; LogCabin, RaftConsensusInvariants.cc",
};

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "Election Safety",
        says: "At most one leader is elected in {an epoch}.",
        source: "Raft §5.2, Figure 3",
    },
    Invariant {
        name: "One Vote per Epoch",
        says: "A node votes for at most one candidate in {an epoch}, crashes included.",
        source: "Raft §5.2",
    },
    EPOCHS_GROW_INVARIANT,
    Invariant {
        name: "Leader Has Its Own Vote",
        says: "Whoever is elected in {an epoch} has voted for itself in it.",
        source: "Raft §5.2; LogCabin, RaftConsensusInvariants.cc",
    },
    Invariant {
        name: "Leader Stays Leader",
        says: "A leader that does not crash stays leader until it is in a higher {epoch}.",
        source: "Raft §5.1, Figure 4; LogCabin, RaftConsensusInvariants.cc",
    },
];

/// Watches elections by majority vote.
#[derive(Clone, Debug)]
pub struct Elections {
    leader_role: u8,
    leaders: Ascending<Epoch, (NodeId, EventId)>,
    nodes: Vec<Voter>,
}

#[derive(Clone, Debug, Default)]
struct Voter {
    /// The highest epoch it was in, and the event that says so.
    epoch: Option<(Epoch, EventId)>,
    votes: Ascending<Epoch, (NodeId, EventId)>,
    /// Where it is leader since it last started, and the event that says so.
    leads: Option<(Epoch, EventId)>,
}

impl Elections {
    /// Watches elections to the role with this code.
    #[must_use]
    pub fn new(leader_role: u8) -> Elections {
        let nodes = vec![Voter::default(); NODES_MAX];
        Elections { leader_role, leaders: Ascending::default(), nodes }
    }

    fn on_role(&mut self, node: NodeId, is: (u8, Epoch), id: EventId, falls: &mut Falls<'_>) {
        let Some(voter) = self.nodes.get_mut(node.index()) else { return };
        let (role, epoch) = is;
        let led = voter.leads.take();
        if role == self.leader_role {
            voter.leads = Some((epoch, id));
            let vote = voter.votes.get(epoch);
            if vote.is_none_or(|(candidate, _)| candidate != node) {
                falls.report(OWN_VOTE, vote.map(|(_, event)| event), |words| {
                    let (node, epoch) = (words.node(node), words.epoch(epoch));
                    format!("{node} is elected in {epoch} and has not voted for itself")
                });
            }
            self.on_elected(node, epoch, id, falls);
        } else if let Some((was, event)) = led.filter(|(was, _)| *was >= epoch) {
            falls.report(STAYS, Some(event), |words| {
                let (node, epoch) = (words.node(node), words.epoch(was));
                format!("{node} is elected in {epoch} and gives up the lead before a higher one")
            });
        }
    }

    fn on_elected(&mut self, node: NodeId, epoch: Epoch, id: EventId, falls: &mut Falls<'_>) {
        match self.leaders.get(epoch) {
            None => self.leaders.set(epoch, (node, id)),
            Some((other, _)) if other == node => {}
            Some((other, event)) => falls.report(ELECTION_SAFETY, Some(event), |words| {
                let (one, other, epoch) = (words.node(other), words.node(node), words.epoch(epoch));
                format!("{one} and {other} are both elected in {epoch}")
            }),
        }
    }

    fn on_epoch(&mut self, node: NodeId, epoch: Epoch, id: EventId, falls: &mut Falls<'_>) {
        let Some(voter) = self.nodes.get_mut(node.index()) else { return };
        match voter.epoch {
            Some((before, event)) if epoch < before => {
                falls.report(EPOCHS_GROW, Some(event), |words| {
                    let (before, epoch) = (words.epoch(before), words.epoch(epoch));
                    format!("{} goes back from {before} to {epoch}", words.node(node))
                });
            }
            Some((before, _)) if epoch == before => {}
            Some(_) | None => voter.epoch = Some((epoch, id)),
        }
    }

    fn on_vote(&mut self, node: NodeId, vote: (Epoch, NodeId), id: EventId, falls: &mut Falls<'_>) {
        let Some(voter) = self.nodes.get_mut(node.index()) else { return };
        let (epoch, candidate) = vote;
        match voter.votes.get(epoch) {
            None => voter.votes.set(epoch, (candidate, id)),
            Some((other, _)) if other == candidate => {}
            Some((other, event)) => falls.report(ONE_VOTE, Some(event), |words| {
                let (voter, epoch) = (words.node(node), words.epoch(epoch));
                let (other, candidate) = (words.node(other), words.node(candidate));
                format!("{voter} votes for {candidate} in {epoch}, where it has voted for {other}")
            }),
        }
    }
}

impl Monitor for Elections {
    fn invariants(&self) -> &'static [Invariant] {
        INVARIANTS
    }

    fn watches(&self) -> Watch {
        Watch::ROLE | Watch::EPOCH | Watch::VOTED | Watch::CRASHED
    }

    fn on_event(&mut self, id: EventId, event: &Event, falls: &mut Falls<'_>) {
        let Some(node) = event.place.node() else { return };
        match event.kind {
            EventKind::Crashed => {
                if let Some(voter) = self.nodes.get_mut(node.index()) {
                    voter.leads = None;
                }
            }
            EventKind::Fact(Fact::RoleChanged { role, epoch }) => {
                self.on_epoch(node, epoch, id, falls);
                self.on_role(node, (role, epoch), id, falls);
            }
            EventKind::Fact(Fact::EpochChanged { epoch }) => self.on_epoch(node, epoch, id, falls),
            EventKind::Fact(Fact::VotedFor { epoch, candidate }) => {
                self.on_vote(node, (epoch, candidate), id, falls);
            }
            _ => {}
        }
    }

    fn copy(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Checks, script};
    use super::*;

    fn falls(script: &str) -> Vec<String> {
        script::play(Checks::new(vec![Box::new(Elections::new(script::LEADER))]), script)
    }

    #[test]
    fn two_leaders_of_one_epoch_need_not_be_in_office_at_once() {
        let script = "n1 voted_for 3 n1
            n1 leader 3
            n1 crashed
            n2 voted_for 3 n2
            n2 leader 3";
        assert_eq!(
            falls(script),
            ["4: Election Safety: S1 and S2 are both elected in term 3 (against 1)"]
        );
        let fine = "n1 voted_for 3 n1
            n1 leader 3
            n2 voted_for 4 n2
            n2 leader 4
            n1 follower 4
            n1 voted_for 5 n1
            n1 leader 5";
        assert!(falls(fine).is_empty(), "two leaders at once, of different epochs");
    }

    #[test]
    fn a_vote_is_remembered_across_a_crash() {
        let script = "n3 voted_for 2 n1
            n3 voted_for 4 n1
            n3 crashed
            n3 voted_for 2 n1
            n3 voted_for 2 n2";
        assert_eq!(
            falls(script),
            [
                "4: One Vote per Epoch: S3 votes for S2 in term 2, where it has voted for S1 (against 0)"
            ]
        );
        assert!(falls("n3 voted_for 2 n1\nn2 voted_for 2 n2\nn3 voted_for 3 n2").is_empty());
    }

    #[test]
    fn a_leader_has_voted_for_itself() {
        assert_eq!(
            falls("n1 leader 3"),
            ["0: Leader Has Its Own Vote: S1 is elected in term 3 and has not voted for itself"]
        );
        let script = "n1 voted_for 2 n1
            n1 voted_for 3 n2
            n1 leader 3";
        assert_eq!(
            falls(script),
            [
                "2: Leader Has Its Own Vote: S1 is elected in term 3 and has not voted for itself (against 1)"
            ]
        );
    }

    #[test]
    fn a_leader_leaves_office_in_a_higher_epoch_or_by_a_crash() {
        let elected = "n1 voted_for 3 n1\nn1 leader 3\n";
        assert_eq!(
            falls(&format!("{elected}n1 follower 3")),
            [
                "2: Leader Stays Leader: S1 is elected in term 3 and gives up the lead before a higher one (against 1)"
            ]
        );
        assert!(falls(&format!("{elected}n1 follower 4")).is_empty());
        assert!(falls(&format!("{elected}n1 crashed\nn1 restarted\nn1 follower 3")).is_empty());
    }

    #[test]
    fn an_epoch_never_goes_down() {
        let script = "n1 epoch_changed 3
            n1 crashed
            n1 restarted
            n1 epoch_changed 2";
        assert_eq!(
            falls(script),
            ["3: Epochs Grow: S1 goes back from term 3 to term 2 (against 0)"]
        );
        assert!(falls("n1 epoch_changed 3\nn2 epoch_changed 2\nn1 follower 3").is_empty());
    }
}
