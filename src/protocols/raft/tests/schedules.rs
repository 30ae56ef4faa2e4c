//! Random schedules of bare servers, with every piece of their state in view after every step.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::{
    Answer, Durable, Entry, Message, Params, Raft, RequestVoteResponse, Role, Term, Timer,
};
use super::harness::{command, config, params};
use crate::node::{Config, Durable as _, Effect, Effects, Engine, Input, NodeId};

/// A small generator (xorshift64*); a test needs luck, not quality.
struct Luck(u64);

impl Luck {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }
}

/// Servers, disks, and a wire that loses, doubles and reorders.
struct Cluster {
    config: Rc<Config<Params>>,
    nodes: Vec<Option<Raft>>,
    disks: Vec<Durable>,
    wire: Vec<(NodeId, NodeId, Message)>,
    luck: Luck,
    asked: u32,
    /// Who led each term, over history.
    leaders: BTreeMap<Term, NodeId>,
    /// What was ever applied at each index, over history.
    applied: BTreeMap<u32, Entry>,
}

impl Cluster {
    fn new(servers: usize, seed: u64) -> Cluster {
        let mut luck = Luck(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let params = Params {
            batch_max: 1 + luck.below(4) as u32,
            pipeline_max: 1 + luck.below(4) as u8,
            replicate_at_once: luck.below(2) == 0,
            ..params(luck.below(2) == 0)
        };
        let mut cluster = Cluster {
            config: config(servers, params, &[]),
            nodes: vec![None; servers],
            disks: vec![Durable::default(); servers],
            wire: Vec::new(),
            luck,
            asked: 0,
            leaders: BTreeMap::new(),
            applied: BTreeMap::new(),
        };
        for server in 0..servers {
            cluster.boot(server);
        }
        cluster
    }

    fn boot(&mut self, server: usize) {
        let mut fx = Effects::default();
        let disk = self.disks[server].clone();
        self.nodes[server] = Some(Raft::boot(NodeId(server as u8), &self.config, disk, &mut fx));
    }

    /// One random thing happens.
    fn turn(&mut self) {
        let server = self.luck.below(self.nodes.len());
        match self.luck.below(100) {
            0..70 => self.deliver(),
            70..78 => self.step(server, Input::Timer(Timer::Heartbeat)),
            78..82 => self.step(server, Input::Timer(Timer::Election)),
            82..94 => {
                self.asked += 1;
                self.step(server, Input::Request(command(self.asked)));
            }
            94..96 => self.nodes[server] = None,
            _ if self.nodes[server].is_none() => self.boot(server),
            _ => {}
        }
    }

    /// A message arrives, perhaps out of order, and perhaps stays on the wire to arrive again.
    fn deliver(&mut self) {
        if self.wire.is_empty() {
            return;
        }
        // Mostly the oldest, or nothing would ever come of anything.
        let reach = if self.luck.below(4) == 0 { self.wire.len() } else { 3.min(self.wire.len()) };
        let at = self.luck.below(reach);
        let fate = self.luck.below(20);
        let (from, to, message) =
            if fate == 0 { self.wire[at].clone() } else { self.wire.remove(at) };
        if fate != 1 {
            self.step(to.index(), Input::Message { from, message: &message });
        }
    }

    /// A step; one in twenty crashes after some of its effects.
    fn step(&mut self, server: usize, input: Input<'_, Raft>) {
        let Some(raft) = &mut self.nodes[server] else { return };
        let mut fx: Effects<Raft> = Effects::default();
        raft.step(input, &mut fx);
        let all = fx.list.len();
        let crash = self.luck.below(20) == 0;
        let until = if crash { self.luck.below(all + 1) } else { all };
        let me = NodeId(server as u8);
        for effect in &fx.list[..until] {
            match effect {
                Effect::Persist(write) => {
                    let write = fx.writes.get(*write).expect("a write of this step");
                    self.disks[server].apply(write);
                }
                Effect::Send { to, message } => {
                    let message = fx.messages.get(*message).expect("a message of this step");
                    self.check_backed_by_disk(server, *to, message);
                    self.wire.push((me, *to, message.clone()));
                }
                _ => {}
            }
        }
        if crash {
            self.nodes[server] = None;
        } else {
            self.check(server);
        }
    }

    /// "Updated on stable storage before responding to RPCs" (Figure 2): what a message vouches
    /// for is on disk when it leaves.
    fn check_backed_by_disk(&self, server: usize, to: NodeId, message: &Message) {
        let disk = &self.disks[server];
        assert_eq!(disk.current_term, message.term(), "{message:?}");
        match message {
            Message::RequestVote(m) => assert_eq!(disk.voted_for, Some(m.candidate_id)),
            Message::RequestVoteResponse(RequestVoteResponse { vote_granted: true, .. }) => {
                assert_eq!(disk.voted_for, Some(to));
            }
            Message::AppendEntries(m) => {
                assert!(disk.log.has(m.prev_log));
                let sent = m.entries.iter();
                assert!(sent.eq(disk.log.iter_from(m.prev_log.index + 1).take(m.entries.len())));
            }
            Message::AppendEntriesResponse(m) => {
                if let Answer::Success { match_index } = m.answer {
                    assert!(match_index <= disk.log.last_index());
                }
            }
            Message::RequestVoteResponse(_) => {}
        }
    }

    /// What holds of a server between any two steps.
    fn check(&mut self, server: usize) {
        let me = NodeId(server as u8);
        let Some(raft) = &self.nodes[server] else { return };
        assert_eq!(raft.persistent, self.disks[server], "memory and disk agree");
        let (last, term) = (raft.log().last_index(), raft.current_term());
        assert!(raft.last_applied == raft.commit_index && raft.commit_index <= last);
        assert!(raft.log().last().term <= term);
        if raft.role == Role::Leader {
            assert_eq!(*self.leaders.entry(term).or_insert(me), me, "Election Safety");
            assert_eq!((raft.leader, raft.persistent.voted_for), (Some(me), Some(me)));
            for peer in raft.peers() {
                let progress = &raft.progress[peer.index()];
                assert!(progress.match_index < progress.next_index);
                assert!(progress.next_index <= last + 1);
            }
        }
        for index in 1..=raft.last_applied {
            let entry = *raft.log().get(index).expect("it is applied");
            let known = self.applied.entry(index).or_insert(entry);
            assert_eq!(*known, entry, "State Machine Safety at index {index}");
        }
    }
}

#[test]
fn nothing_false_happens_under_random_schedules() {
    let mut decided = 0;
    for seed in 0..400 {
        let mut cluster = Cluster::new(1 + seed as usize % 5, seed);
        for _ in 0..1_500 {
            cluster.turn();
        }
        decided += cluster.applied.len();
    }
    assert!(decided > 4_000, "only {decided} entries were decided");
}
