//! What will happen, in order of (time, sequence), and the messages under way.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use crate::list::sort_by_key;
use crate::trace::{ClientId, EventId, MessageId, NodeId, Place, Time};

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: Time,
    /// Breaks ties: what was asked for first happens first.
    pub seq: u32,
    /// What.
    pub what: What,
}

/// What can be due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The flight in this place of the slab lands.
    Arrive(u32),
    /// A timer of a node may fire.
    Timer {
        /// Whose.
        node: NodeId,
        /// Its place among the node's timers.
        slot: u32,
    },
    /// A write of a node reaches the disk, if the node still lives that life.
    Disk {
        /// Whose.
        node: NodeId,
        /// Which life.
        life: u32,
    },
    /// A client starts its next operation.
    Think(ClientId),
    /// The first of a client's deadlines passes.
    Patience(ClientId),
}

impl Ord for Due {
    /// Reversed, because the standard heap gives the greatest first.
    fn cmp(&self, other: &Due) -> Ordering {
        (other.at, other.seq).cmp(&(self.at, self.seq))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Due) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Everything that is due, the soonest first.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// Messages that land in the order in which they were sent, as most do: in a line it costs
    /// nothing to keep them in order.
    line: VecDeque<Due>,
    /// Everything else.
    heap: BinaryHeap<Due>,
    seq: u32,
}

impl Queue {
    /// The next sequence number.
    #[inline]
    pub fn ticket(&mut self) -> u32 {
        self.seq += 1;
        self.seq
    }

    /// Adds something under a ticket taken earlier.
    #[inline]
    pub fn push(&mut self, due: Due) {
        self.heap.push(due);
    }

    /// Adds the landing of a message.
    #[inline]
    pub fn push_landing(&mut self, due: Due) {
        // The order is reversed: what is due later is less.
        if self.line.back().is_none_or(|last| due < *last) {
            self.line.push_back(due);
        } else {
            self.heap.push(due);
        }
    }

    /// Adds something under a new ticket, which it returns.
    #[inline]
    pub fn add(&mut self, at: Time, what: What) -> u32 {
        let seq = self.ticket();
        self.push(Due { at, seq, what });
        seq
    }

    /// What is due first.
    #[inline]
    pub fn peek(&self) -> Option<&Due> {
        self.line.front().max(self.heap.peek())
    }

    /// Takes what is due first.
    #[inline]
    pub fn pop(&mut self) -> Option<Due> {
        if self.line.front() > self.heap.peek() { self.line.pop_front() } else { self.heap.pop() }
    }
}

/// A message under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flying {
    /// The transmission.
    pub message: MessageId,
    /// Its sender.
    pub from: Place,
    /// Its receiver.
    pub to: Place,
    /// The event that sent it.
    pub sent: EventId,
    /// When it lands, unless somebody interferes.
    pub due: Time,
    /// The queue's entry that is still meant; older entries are stale.
    pub seq: u32,
}

/// The messages under way, each at a place that does not move.
#[derive(Clone, Debug, Default)]
pub struct Flights {
    places: Vec<Option<Flying>>,
    free: Vec<u32>,
}

impl Flights {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Adds one; returns its place.
    #[inline]
    pub fn add(&mut self, flying: Flying) -> u32 {
        if let Some(place) = self.free.pop() {
            self.places[place as usize] = Some(flying);
            return place;
        }
        self.places.push(Some(flying));
        (self.places.len() - 1) as u32
    }

    /// The flight at a place.
    #[inline]
    pub fn get(&self, place: u32) -> Option<&Flying> {
        self.places.get(place as usize)?.as_ref()
    }

    /// Whether there still is the flight at a place that an entry of the queue was made for.
    pub fn is_meant(&self, place: u32, seq: u32) -> bool {
        self.get(place).is_some_and(|flying| flying.seq == seq)
    }

    /// The flight at a place, to change it.
    pub fn get_mut(&mut self, place: u32) -> Option<&mut Flying> {
        self.places.get_mut(place as usize)?.as_mut()
    }

    /// Takes the flight at a place.
    #[inline]
    pub fn take(&mut self, place: u32) -> Option<Flying> {
        let flying = self.places.get_mut(place as usize)?.take()?;
        self.free.push(place);
        Some(flying)
    }

    /// The place of a message. Linear, because only people ask.
    pub fn find(&self, message: MessageId) -> Option<u32> {
        self.places
            .iter()
            .position(|place| place.is_some_and(|flying| flying.message == message))
            .map(|place| place as u32)
    }

    /// All flights, by message.
    pub fn all(&self) -> Vec<Flying> {
        let mut all: Vec<Flying> = self.places.iter().flatten().copied().collect();
        sort_by_key(&mut all, |flying| [flying.message.0.into(), 0]);
        all
    }
}
