//! The nodes of one protocol. Nothing else in the simulator is compiled for each engine.

use std::rc::Rc;

use crate::node::{
    Cast, Config, Durable, Effect, Effects, Engine, Field, Input, Message as _, NodeId, NodeView,
    Parcel, Parcels, Slots, Timer as _, TimerRef, wire_bytes,
};

use super::nodes::{Given, Nodes, Saved};

/// A cluster that runs one engine.
pub struct Cluster<E: Engine> {
    config: Rc<Config<E::Params>>,
    present: Moment<E>,
    /// The effects of the step that is being taken.
    effects: Effects<E>,
    /// All messages, by number; none is forgotten while it can be asked for.
    messages: Kept<E::Message>,
    /// All writes, by number.
    writes: Kept<<E::Durable as Durable>::Write>,
}

/// What changes from step to step.
#[derive(Clone)]
struct Moment<E: Engine> {
    /// The nodes; `None` while one is down.
    nodes: Vec<Option<E>>,
    disks: Vec<E::Durable>,
}

/// A moment, and how many messages and writes there were before it.
struct Checkpoint<E: Engine> {
    moment: Moment<E>,
    messages: usize,
    writes: usize,
}

impl<E: Engine> Cluster<E> {
    /// Nodes that have not booted yet, with empty disks.
    pub fn new(config: Config<E::Params>) -> Cluster<E> {
        let count = config.members.len();
        let present =
            Moment { nodes: vec![None; count], disks: vec![E::Durable::default(); count] };
        Cluster {
            config: Rc::new(config),
            present,
            effects: Effects::default(),
            messages: Kept::new(),
            writes: Kept::new(),
        }
    }

    /// Ends a step: hands its effects to the world and keeps what they send and write.
    #[inline]
    fn hand_over(&mut self, effects: &mut Vec<Effect>) -> bool {
        std::mem::swap(&mut self.effects.list, effects);
        let messages = self.messages.keep(&mut self.effects.messages);
        let writes = self.writes.keep(&mut self.effects.writes);
        messages && writes
    }
}

impl<E: Engine> Nodes for Cluster<E> {
    fn boot(&mut self, node: NodeId, effects: &mut Vec<Effect>) -> bool {
        let disk = self.present.disks[node.index()].clone();
        let booted = E::boot(node, &self.config, disk, &mut self.effects);
        self.present.nodes[node.index()] = Some(booted);
        self.hand_over(effects)
    }

    fn step(&mut self, node: NodeId, given: Given, effects: &mut Vec<Effect>) -> bool {
        let input = match given {
            Given::Message { from, message } => {
                let message = self.messages.get(message);
                message.map(|message| Input::Message { from, message })
            }
            Given::Timer(timer) => E::Timer::from_ref(timer).map(Input::Timer),
            Given::Request(command) => Some(Input::Request(command)),
        };
        let engine = self.present.nodes[node.index()].as_mut();
        let Some((engine, input)) = engine.zip(input) else { return true };
        engine.step(input, &mut self.effects);
        self.hand_over(effects)
    }

    fn crash(&mut self, node: NodeId) {
        self.present.nodes[node.index()] = None;
    }

    fn wipe(&mut self, node: NodeId) {
        self.present.disks[node.index()] = E::Durable::default();
    }

    fn persist(&mut self, node: NodeId, write: Parcel) {
        if let Some(write) = self.writes.get(write) {
            self.present.disks[node.index()].apply(write);
        }
    }

    fn has_timer(&self, timer: TimerRef) -> bool {
        E::Timer::from_ref(timer).is_some()
    }

    fn view(&self, node: NodeId, cast: &Cast) -> Option<NodeView> {
        self.present.nodes[node.index()].as_ref().map(|engine| engine.view(cast))
    }

    fn message(&self, message: Parcel, cast: &Cast) -> (String, Vec<Field>) {
        let message = self.messages.get(message);
        message.map(|message| (message.label(cast), message.fields(cast))).unwrap_or_default()
    }

    fn message_slots(&self, message: Parcel) -> Option<Slots> {
        self.messages.get(message).and_then(E::Message::slots)
    }

    fn message_bytes(&self, message: Parcel) -> u32 {
        self.messages.get(message).map_or(0, wire_bytes)
    }

    fn save(&self) -> Saved {
        Saved(Box::new(Checkpoint {
            moment: self.present.clone(),
            messages: self.effects.messages.before,
            writes: self.effects.writes.before,
        }))
    }

    fn restore(&mut self, saved: &Saved) {
        if let Some(checkpoint) = saved.0.downcast_ref::<Checkpoint<E>>() {
            self.present = checkpoint.moment.clone();
            self.effects.messages.before = checkpoint.messages;
            self.effects.writes.before = checkpoint.writes;
        }
    }

    fn forget_future(&mut self) {
        self.messages.truncate(self.effects.messages.before);
        self.writes.truncate(self.effects.writes.before);
    }
}

/// Items in a full chunk.
const CHUNK: usize = 1024;

/// What steps put into parcels, each item at its number.
///
/// In chunks, so that nothing is copied to make room for more.
struct Kept<T> {
    /// Every chunk but the last is full.
    chunks: Vec<Vec<T>>,
}

impl<T: PartialEq> Kept<T> {
    fn new() -> Kept<T> {
        Kept { chunks: Vec::new() }
    }

    fn at(&self, number: usize) -> Option<&T> {
        self.chunks.get(number / CHUNK)?.get(number % CHUNK)
    }

    #[inline]
    fn get(&self, parcel: Parcel) -> Option<&T> {
        self.at(parcel.number as usize)
    }

    /// Keeps the items of a step, or finds them here from the first time the step was taken; says
    /// whether they are the same then.
    #[inline]
    fn keep(&mut self, parcels: &mut Parcels<T>) -> bool {
        let (before, count) = (parcels.before, parcels.items.len());
        // Nearly always the items are few and new, and the last chunk has room for them.
        if let Some(chunk) = self.chunks.get_mut(before / CHUNK)
            && chunk.len() == before % CHUNK
            && chunk.len() + count <= CHUNK
        {
            chunk.append(&mut parcels.items);
            parcels.before += count;
            return true;
        }
        self.keep_carefully(parcels)
    }

    fn keep_carefully(&mut self, parcels: &mut Parcels<T>) -> bool {
        let mut same = true;
        for item in parcels.items.drain(..) {
            if let Some(known) = self.at(parcels.before) {
                same &= *known == item;
            } else {
                if parcels.before.is_multiple_of(CHUNK) {
                    self.chunks.push(Vec::with_capacity(CHUNK));
                }
                if let Some(chunk) = self.chunks.last_mut() {
                    chunk.push(item);
                }
            }
            parcels.before += 1;
        }
        same
    }

    /// Forgets what has a number of `count` or more.
    fn truncate(&mut self, count: usize) {
        self.chunks.truncate(count.div_ceil(CHUNK));
        if let Some(chunk) = self.chunks.get_mut(count / CHUNK) {
            chunk.truncate(count % CHUNK);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps one step's items; gives their verdict.
    fn step(kept: &mut Kept<u32>, parcels: &mut Parcels<u32>, items: &[u32]) -> bool {
        parcels.items.extend(items);
        kept.keep(parcels)
    }

    #[test]
    fn what_is_said_again_is_compared_and_what_is_forgotten_is_new() {
        for forgotten_from in [CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
            let (mut kept, mut parcels) = (Kept::new(), Parcels::default());
            let items: Vec<u32> = (0..3 * CHUNK as u32 - 5).collect();
            assert!(items.chunks(7).all(|some| step(&mut kept, &mut parcels, some)));
            parcels.before = 0;
            assert!(items.chunks(11).all(|some| step(&mut kept, &mut parcels, some)));
            parcels.before = CHUNK - 2;
            assert!(!step(&mut kept, &mut parcels, &[9]), "it was another the first time");

            kept.truncate(forgotten_from);
            parcels.before = forgotten_from;
            assert!(step(&mut kept, &mut parcels, &[7, 8]), "nothing is known of it any more");
            let last = [forgotten_from - 1, forgotten_from, forgotten_from + 1];
            let expected = [forgotten_from as u32 - 1, 7, 8];
            assert_eq!(last.map(|number| kept.at(number).copied()), expected.map(Some));
            assert_eq!(kept.at(forgotten_from + 2), None);
        }
    }
}
