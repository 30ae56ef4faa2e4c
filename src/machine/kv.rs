//! A key-value store.

use crate::list::SmallMap;

use super::{Op, Word};

/// A key-value store, applied to in log order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Store {
    entries: SmallMap<Word, Word>,
}

impl Store {
    /// Executes one operation and returns what a client gets to see.
    pub fn apply(&mut self, op: &Op) -> Option<Word> {
        match *op {
            Op::Noop => None,
            Op::Write(word) => Some(word),
            Op::Put { key, value } => {
                *self.entries.entry(key) = value;
                Some(value)
            }
            Op::Get { key } => self.entries.get(&key).copied(),
        }
    }

    /// The pairs, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&Word, &Word)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }
}
