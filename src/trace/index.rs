//! What was true just before an event, without reading the run from its start.

use super::{ClientId, Epoch, Event, EventKind, Fact, MessageId, NodeId, Place, Time};

/// Events between two snapshots: what [`Index::state_at`] reads at most.
const STRIDE: usize = 256;
/// The most open flights a snapshot names, the latest sent first to stay.
const OPEN_MAX: usize = 256;
/// So many deliveries tell how long a message usually takes: what is drawn by it then stays as it is.
const TYPICAL_OF: u32 = 64;

/// Whether a node takes steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It has not started yet.
    #[default]
    Absent,
    /// It runs.
    Up,
    /// It is up and takes no steps.
    Paused,
    /// It crashed.
    Down,
}

/// A node as its lifeline shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeState {
    /// The highest epoch it has entered or promised to.
    pub epoch: Epoch,
    /// The epoch in which it holds its role: a proposer's own ballot, say.
    pub role_epoch: Epoch,
    /// An index into [`super::Info::roles`].
    pub role: u8,
    /// Whether it takes steps.
    pub status: Status,
}

impl NodeState {
    /// The state after an event at this node.
    pub fn apply(&mut self, kind: &EventKind) {
        match *kind {
            EventKind::Started | EventKind::Restarted => {
                self.status = Status::Up;
                self.role = 0;
            }
            EventKind::Resumed => self.status = Status::Up,
            EventKind::Paused => self.status = Status::Paused,
            EventKind::Crashed => self.status = Status::Down,
            EventKind::Fact(Fact::RoleChanged { role, epoch }) => {
                self.role = role;
                self.role_epoch = epoch;
                self.epoch = self.epoch.max(epoch);
            }
            EventKind::Fact(Fact::EpochChanged { epoch } | Fact::Promised { epoch }) => {
                self.epoch = epoch;
            }
            EventKind::DiskLost => self.epoch = Epoch::default(),
            _ => {}
        }
    }
}

/// What was true at a position of the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Per node; nodes that have done nothing yet may be missing at the end.
    pub nodes: Vec<NodeState>,
    /// Messages sent and not yet delivered or lost, ascending.
    pub open: Vec<MessageId>,
    /// Per client: how many operations wait for their answer.
    waiting: Vec<u16>,
    /// How long the first deliveries took together, in microseconds.
    delivered_us: u64,
    /// How many there were.
    deliveries: u32,
}

impl State {
    /// A node's state.
    pub fn node(&self, node: NodeId) -> NodeState {
        self.nodes.get(node.index()).copied().unwrap_or_default()
    }

    /// How many of a client's operations wait for their answer.
    pub fn waiting(&self, client: ClientId) -> u16 {
        self.waiting.get(client.index()).copied().unwrap_or_default()
    }

    /// Takes in the next event; `before` are those that precede it.
    fn apply(&mut self, event: &Event, before: &[Event]) {
        match event.kind {
            EventKind::Sent { message, .. } | EventKind::Duplicated { message, .. } => {
                if let Err(i) = self.open.binary_search(&message) {
                    self.open.insert(i, message);
                }
            }
            EventKind::Delivered { message, .. } => {
                self.close(message);
                let sent = event.cause.and_then(|cause| before.get(cause.event().index()));
                if let Some(sent) = sent.filter(|_| self.deliveries < TYPICAL_OF) {
                    self.delivered_us += event.at.since(sent.at);
                    self.deliveries += 1;
                }
            }
            EventKind::Lost { message, .. } => self.close(message),
            _ => {}
        }
        match event.place {
            Place::World => {}
            Place::Node(node) => entry(&mut self.nodes, node.index()).apply(&event.kind),
            Place::Client(client) => {
                let waiting = entry(&mut self.waiting, client.index());
                match event.kind {
                    EventKind::Invoked { .. } => *waiting = waiting.saturating_add(1),
                    EventKind::Returned { .. } => *waiting = waiting.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }

    fn close(&mut self, message: MessageId) {
        if let Ok(i) = self.open.binary_search(&message) {
            self.open.remove(i);
        }
    }

    /// The same, small enough to be kept.
    fn snapshot(&self) -> State {
        let late = self.open.len().saturating_sub(OPEN_MAX);
        State {
            nodes: self.nodes.clone(),
            open: self.open[late..].to_vec(),
            waiting: self.waiting.clone(),
            ..*self
        }
    }
}

/// The value at a position, after making room for it.
fn entry<T: Clone + Default>(values: &mut Vec<T>, index: usize) -> &mut T {
    if values.len() <= index {
        values.resize(index + 1, T::default());
    }
    &mut values[index]
}

/// Snapshots of a run, so that any moment of it is a few events away.
///
/// It grows with the run ([`Index::extend`]) and is cut where a run is forked
/// ([`Index::truncate`]). It takes well under 10 bytes an event.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The state before event `i * STRIDE`, for `i` from 0.
    snapshots: Vec<State>,
    /// The state after `read` events.
    last: State,
    read: usize,
}

impl Index {
    /// The index of a whole run.
    pub fn of(events: &[Event]) -> Index {
        let mut index = Index::default();
        index.extend(events);
        index
    }

    /// How many events it has read.
    pub fn len(&self) -> usize {
        self.read
    }

    /// Whether it has read none.
    pub fn is_empty(&self) -> bool {
        self.read == 0
    }

    /// How long a message usually takes in this run, in microseconds: the mean of its first 64
    /// deliveries; `None` before the first.
    pub fn typical_us(&self) -> Option<u64> {
        self.last.delivered_us.checked_div(self.last.deliveries.into())
    }

    /// Reads what the run recorded since the last call; `events` is the whole run.
    pub fn extend(&mut self, events: &[Event]) {
        for (i, event) in events.iter().enumerate().skip(self.read) {
            if i == self.snapshots.len() * STRIDE {
                self.snapshots.push(self.last.snapshot());
            }
            self.last.apply(event, &events[..i]);
        }
        self.read = self.read.max(events.len());
    }

    /// Forgets what came after the first `len` events, because the run was cut there.
    /// The next [`Index::extend`] reads a few of them again.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.read {
            return;
        }
        self.snapshots.truncate(len / STRIDE + 1);
        self.last = self.snapshots.pop().unwrap_or_default();
        self.read = self.snapshots.len() * STRIDE;
    }

    /// What was true just before the event at `position`; `events` is the whole run.
    pub fn state_at(&self, events: &[Event], position: usize) -> State {
        let position = position.min(events.len());
        let nearest = (position / STRIDE).min(self.snapshots.len().saturating_sub(1));
        let mut state = self.snapshots.get(nearest).cloned().unwrap_or_default();
        for (i, event) in events.iter().enumerate().take(position).skip(nearest * STRIDE) {
            state.apply(event, &events[..i]);
        }
        state
    }

    /// What was true at the beginning of an instant.
    pub fn state_before(&self, events: &[Event], at: Time) -> State {
        self.state_at(events, events.partition_point(|event| event.at < at))
    }

    /// What it takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let states = self.snapshots.iter().chain([&self.last]);
        states
            .map(|state| {
                size_of::<State>()
                    + size_of_val(state.nodes.as_slice())
                    + size_of_val(state.open.as_slice())
                    + size_of_val(state.waiting.as_slice())
            })
            .sum()
    }
}
