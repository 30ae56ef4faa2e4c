//! Clients: they ask, wait, follow redirects, lose patience and try again.

use std::collections::VecDeque;

use crate::machine::{Command, Op, Outcome, Word};
use crate::scenario::Clients as Workload;
use crate::trace::{ClientId, ClientPolicy, NodeId, NodeSet, Time, ValueId};

use super::random::{Luck, Purpose};

/// How clients of one run behave.
#[derive(Clone, Debug)]
pub struct Habits {
    /// How they reach the cluster.
    pub policy: ClientPolicy,
    /// The nodes that take requests, in order.
    pub serving: Vec<NodeId>,
    /// What they do by themselves.
    pub workload: Workload,
    /// Whether the protocol decides a single value rather than a log.
    pub single: bool,
}

/// An operation a client waits for.
#[derive(Clone, Debug)]
struct Open {
    value: ValueId,
    command: Command,
    /// Counts the times it was sent.
    attempt: u32,
    /// Whom it was sent to last.
    asked: NodeId,
    /// Who answered what, while more than one answer is needed.
    answers: Vec<(NodeId, Option<Word>)>,
    /// Whether it is one of the workload's own, so that another follows.
    own: bool,
}

/// One client.
#[derive(Clone, Debug)]
pub struct Client {
    id: ClientId,
    open: Vec<Open>,
    /// When its patience ends, the soonest first. Most are over before they come
    /// up, so only the first of them stands in the world's queue.
    deadlines: VecDeque<Deadline>,
    /// The entry in the world's queue that is meant.
    queued: Option<(Time, u32)>,
    /// Whom it asks first.
    believed: Option<NodeId>,
    /// Operations of the workload started so far.
    started: u32,
    /// Pauses drawn so far.
    thoughts: u32,
}

/// When a client's patience with an attempt ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Deadline {
    at: Time,
    seq: u32,
    value: ValueId,
    attempt: u32,
}

/// What a client does about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// The operation ended.
    Returned {
        /// With this result.
        result: Option<Word>,
        /// Whether the workload's next operation may follow.
        own: bool,
    },
    /// It asks again.
    Ask(Attempt),
    /// It waits before asking again; the attempt that then ends.
    Wait(u32),
    /// Nothing: an answer to what is over, or one of several needed.
    Nothing,
}

/// A request to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What.
    pub command: Command,
    /// Which attempt at it, counted from 1.
    pub nth: u32,
    /// To whom.
    pub to: NodeSet,
}

impl Client {
    /// A client that has not done anything yet.
    pub fn new(id: ClientId) -> Client {
        Client {
            id,
            open: Vec::new(),
            deadlines: VecDeque::new(),
            queued: None,
            believed: None,
            started: 0,
            thoughts: 0,
        }
    }

    /// The next operation of its own, if the workload has one.
    pub fn next_operation(&mut self, habits: &Habits, luck: Luck) -> Option<Op> {
        let workload = &habits.workload;
        let busy = self.open.iter().filter(|open| open.own).count() as u32;
        if self.started >= workload.operations || busy >= workload.window.max(1) {
            return None;
        }
        self.started += 1;
        let (whose, nth) = (u64::from(self.id.0), self.started);
        if habits.single {
            return Some(Op::Write(Word::numbered(b'a' + self.id.0 % 26, nth)));
        }
        let keys = u64::from(workload.keys.clamp(1, 26));
        let letter = luck.within(Purpose::Key, whose, nth, 0, keys - 1) as u8;
        let key = Word::letter((b'x' - b'a' + letter) % 26 + b'a');
        let reads = u32::from(workload.reads_percent);
        Some(if luck.chance(Purpose::Read, whose, nth, reads, 100) {
            Op::Get { key }
        } else {
            Op::Put { key, value: Word::numbered(b'a' + self.id.0 % 26, nth) }
        })
    }

    /// How long it pauses before the next operation, in microseconds: around the mean.
    pub fn think_us(&mut self, habits: &Habits, luck: Luck) -> u64 {
        self.thoughts += 1;
        let mean = habits.workload.think_us;
        luck.within(Purpose::Think, u64::from(self.id.0), self.thoughts, mean / 2, mean + mean / 2)
    }

    /// Begins an operation: the first attempt, at `to` if it is given.
    pub fn begin(
        &mut self,
        habits: &Habits,
        command: Command,
        to: Option<NodeId>,
        own: bool,
    ) -> Attempt {
        let home = habits.serving.get(self.id.index() % habits.serving.len().max(1)).copied();
        let first = match habits.policy {
            ClientPolicy::Home => to.or(home),
            ClientPolicy::OneNode | ClientPolicy::Everyone | ClientPolicy::Matching => {
                to.or(self.believed).or(home)
            }
        };
        let asked = first.unwrap_or(NodeId(0));
        let everyone = habits.policy == ClientPolicy::Everyone && to.is_none();
        let targets = if everyone { habits.everyone() } else { [asked].into_iter().collect() };
        let value = command.value;
        self.open.push(Open { value, command, attempt: 1, asked, answers: Vec::new(), own });
        Attempt { command, nth: 1, to: targets }
    }

    /// Sets a deadline for an attempt.
    pub fn set_deadline(&mut self, at: Time, seq: u32, value: ValueId, attempt: u32) {
        let earlier = |deadline: &Deadline| (deadline.at, deadline.seq) < (at, seq);
        let place = self.deadlines.partition_point(earlier);
        self.deadlines.insert(place, Deadline { at, seq, value, attempt });
    }

    /// The deadline that has to be put into the world's queue, if it is not there.
    pub fn queue_next(&mut self) -> Option<(Time, u32)> {
        let first = self.first_deadline()?;
        if self.queued.is_some_and(|queued| queued <= first) {
            return None;
        }
        self.queued = Some(first);
        self.queued
    }

    /// The queue's entry comes up; says whether it still means something.
    pub fn is_due(&mut self, at: Time, seq: u32) -> bool {
        if self.queued != Some((at, seq)) {
            return false;
        }
        self.queued = None;
        self.first_deadline() == Some((at, seq))
    }

    fn first_deadline(&mut self) -> Option<(Time, u32)> {
        while let Some(first) = self.deadlines.front() {
            if self.is_waiting(first.value, first.attempt) {
                return Some((first.at, first.seq));
            }
            self.deadlines.pop_front();
        }
        None
    }

    /// The first deadline passes: the operation it is about, and the next attempt at it.
    pub fn impatient(&mut self, habits: &Habits) -> Option<Attempt> {
        let Deadline { value, attempt, .. } = self.deadlines.pop_front()?;
        let open =
            self.open.iter_mut().find(|open| open.value == value && open.attempt == attempt)?;
        open.attempt += 1;
        open.asked = habits.after(open.asked);
        let to = match habits.policy {
            ClientPolicy::Everyone | ClientPolicy::Matching => habits.everyone(),
            ClientPolicy::OneNode | ClientPolicy::Home => [open.asked].into_iter().collect(),
        };
        Some(Attempt { command: open.command, nth: open.attempt, to })
    }

    /// A node answered.
    pub fn answered(
        &mut self,
        habits: &Habits,
        from: NodeId,
        value: ValueId,
        outcome: Outcome,
    ) -> Reaction {
        let Some(at) = self.open.iter().position(|open| open.value == value) else {
            return Reaction::Nothing;
        };
        let open = &mut self.open[at];
        match outcome {
            Outcome::Done(result) => {
                if !open.answers.iter().any(|(node, _)| *node == from) {
                    open.answers.push((from, result));
                }
                let alike = open.answers.iter().filter(|(_, other)| *other == result).count();
                if alike < habits.answers_needed() {
                    return Reaction::Nothing;
                }
                // Where all answer, whoever completes the count is no better than the others.
                let asked = open.asked;
                let first = if habits.policy == ClientPolicy::Matching { asked } else { from };
                self.believed = Some(first);
                let own = self.open.remove(at).own;
                Reaction::Returned { result, own }
            }
            // Only the node asked last may send it elsewhere: a late redirect would start a second chase.
            Outcome::Redirect(_) if open.asked != from => Reaction::Nothing,
            Outcome::Redirect(Some(to)) if to != from => {
                open.attempt += 1;
                open.asked = to;
                let to = [to].into_iter().collect();
                Reaction::Ask(Attempt { command: open.command, nth: open.attempt, to })
            }
            Outcome::Redirect(_) => {
                self.believed = None;
                Reaction::Wait(open.attempt)
            }
        }
    }

    /// Its number.
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// Whether the workload has further operations for it.
    pub fn has_more(&self, habits: &Habits) -> bool {
        self.started < habits.workload.operations
    }

    /// Whether it still waits for an answer to this attempt.
    fn is_waiting(&self, value: ValueId, attempt: u32) -> bool {
        self.open.iter().any(|open| open.value == value && open.attempt == attempt)
    }
}

impl Habits {
    /// When the first operations start.
    pub fn start(&self) -> Time {
        Time(self.workload.start_us)
    }

    fn everyone(&self) -> NodeSet {
        self.serving.iter().copied().collect()
    }

    fn after(&self, node: NodeId) -> NodeId {
        let at = self.serving.iter().position(|other| *other == node);
        let next = at.map_or(0, |at| (at + 1) % self.serving.len());
        self.serving.get(next).copied().unwrap_or(node)
    }

    /// How many nodes must say the same: f + 1 of 3f + 1 where some may lie.
    fn answers_needed(&self) -> usize {
        match self.policy {
            ClientPolicy::Matching => self.serving.len().saturating_sub(1) / 3 + 1,
            ClientPolicy::OneNode | ClientPolicy::Everyone | ClientPolicy::Home => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: ClientId = ClientId(0);

    fn habits(policy: ClientPolicy) -> Habits {
        let serving = (0..4).map(NodeId).collect();
        Habits { policy, serving, workload: Workload::default(), single: false }
    }

    fn command(value: u32) -> Command {
        let op = Op::Get { key: Word::letter(b'x') };
        Command { value: ValueId(value), client: Some(CLIENT), op }
    }

    /// Four nodes, of which one may lie: two must say the same.
    #[test]
    fn matching_answers_are_needed_from_f_plus_one() {
        let habits = habits(ClientPolicy::Matching);
        let (truth, lie) = (Word::letter(b't'), Word::letter(b'l'));
        let mut client = Client::new(CLIENT);
        let says = |client: &mut Client, node, value, word| {
            client.answered(&habits, NodeId(node), ValueId(value), Outcome::Done(Some(word)))
        };
        let first = client.begin(&habits, command(1), None, true);
        assert!(first.to.iter().eq([NodeId(0)]), "one is asked");
        client.set_deadline(Time(500_000), 1, ValueId(1), 1);
        let second = client.impatient(&habits).expect("it waits");
        assert_eq!((second.nth, second.to), (2, NodeSet::first(4)), "then everyone");
        assert_eq!(says(&mut client, 2, 1, lie), Reaction::Nothing);
        assert_eq!(says(&mut client, 2, 1, lie), Reaction::Nothing, "one node is one voice");
        assert_eq!(says(&mut client, 3, 1, truth), Reaction::Nothing);
        let returned = Reaction::Returned { result: Some(truth), own: true };
        assert_eq!(says(&mut client, 0, 1, truth), returned);
        assert_eq!(says(&mut client, 1, 1, truth), Reaction::Nothing, "it is over");

        // The first node was silent, as a primary that is replaced by the next would be.
        for value in 2..4 {
            let next = client.begin(&habits, command(value), None, true);
            assert!(next.to.iter().eq([NodeId(1)]), "whoever answers last is not the one to ask");
            assert_eq!(says(&mut client, 0, value, truth), Reaction::Nothing);
            assert_eq!(says(&mut client, 3, value, truth), returned);
        }
    }

    #[test]
    fn a_client_keeps_to_whoever_answered_or_to_its_home() {
        for (policy, next) in [(ClientPolicy::OneNode, NodeId(2)), (ClientPolicy::Home, NodeId(0))]
        {
            let habits = habits(policy);
            let mut client = Client::new(CLIENT);
            let first = client.begin(&habits, command(1), None, true);
            assert!(first.to.iter().eq([NodeId(0)]));
            let redirect = Outcome::Redirect(Some(NodeId(2)));
            let again = client.answered(&habits, NodeId(0), ValueId(1), redirect);
            assert!(matches!(again, Reaction::Ask(Attempt { nth: 2, .. })), "{again:?}");
            client.answered(&habits, NodeId(2), ValueId(1), Outcome::Done(None));
            let second = client.begin(&habits, command(2), None, true);
            assert!(second.to.iter().eq([next]), "{policy:?}");
        }
    }
}
