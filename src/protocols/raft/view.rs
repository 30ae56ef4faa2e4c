//! A server as a reader sees it.

use crate::node::{Cast, Epoch, Field, LogCell, LogView, NodeId, NodeView, PeerView, Slot};
use crate::trace::Place;

use super::{Raft, Role};

/// The state under the names of Figure 2.
pub(super) fn node(raft: &Raft, cast: &Cast) -> NodeView {
    let name = |node: Option<NodeId>| {
        node.map_or_else(|| "none".to_owned(), |node| cast.name(Place::Node(node)).to_owned())
    };
    let mut fields = vec![
        Field::durable("currentTerm", raft.current_term()),
        Field::durable("votedFor", name(raft.persistent.voted_for)),
        Field::new("leader", name(raft.leader)),
        Field::new("commitIndex", raft.commit_index),
        Field::new("lastApplied", raft.last_applied),
    ];
    if raft.role == Role::Candidate {
        let votes: Vec<String> = raft.votes.iter().map(|node| name(Some(node))).collect();
        fields.push(Field::new("votes", votes.join(", ")));
    }
    let pairs: Vec<String> = raft.store.iter().map(|(k, v)| format!("{k}={v}")).collect();
    fields.push(Field::new("state machine", pairs.join(", ")));
    NodeView {
        role: raft.role.code(),
        epoch: raft.epoch(),
        fields,
        log: Some(log(raft)),
        peers: if raft.role == Role::Leader { peers(raft) } else { Vec::new() },
    }
}

fn log(raft: &Raft) -> LogView {
    let cell = |(index, entry): (u32, &super::Entry)| LogCell {
        slot: Slot::at(index),
        epoch: Epoch::plain(entry.term.0),
        value: entry.command.value,
    };
    LogView {
        entries: (1..).zip(raft.log().iter_from(1)).map(cell).collect(),
        committed: raft.commit_index,
        applied: raft.last_applied,
    }
}

fn peers(raft: &Raft) -> Vec<PeerView> {
    let view = |node: NodeId| {
        let progress = &raft.progress[node.index()];
        PeerView { node, matched: progress.match_index, next: progress.next_index }
    };
    raft.peers().map(view).collect()
}
