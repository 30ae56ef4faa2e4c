//! Collections for what a checkpoint copies: a list that is cheap to copy however long it is, and
//! a map for few keys.
//!
//! Checkpoints copy whole worlds; logs and ghost histories are what grows in
//! them. A copy of a [`List`] shares all but the last chunk, so its cost hardly
//! depends on how long the run is.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde::{Serialize, Serializer};

/// Items in a full chunk.
const CHUNK: usize = 256;

/// A list in shared chunks: `push`, `truncate` and `get` are constant-time, `clone` nearly so.
#[derive(Clone, Debug)]
pub struct List<T> {
    /// Every chunk but the last is full; none is empty.
    chunks: Vec<Rc<Vec<T>>>,
    len: usize,
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List { chunks: Vec::new(), len: 0 }
    }
}

impl<T: Clone> List<T> {
    /// How many items there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The item at a position counted from 0.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// The last item.
    #[inline]
    pub fn last(&self) -> Option<&T> {
        self.chunks.last()?.last()
    }

    /// Adds an item at the end.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Rc::new(Vec::with_capacity(CHUNK)));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            let chunk = Rc::make_mut(chunk);
            // A chunk that was just copied has no room beyond its items.
            if chunk.capacity() < CHUNK {
                chunk.reserve_exact(CHUNK - chunk.len());
            }
            chunk.push(item);
            self.len += 1;
        }
    }

    /// Replaces the item at a position; says whether there was one.
    pub fn set(&mut self, index: usize, item: T) -> bool {
        let slot = self
            .chunks
            .get_mut(index / CHUNK)
            .and_then(|chunk| Rc::make_mut(chunk).get_mut(index % CHUNK));
        match slot {
            Some(slot) => {
                *slot = item;
                true
            }
            None => false,
        }
    }

    /// Keeps the first `len` items.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len {
            return;
        }
        self.chunks.truncate(len.div_ceil(CHUNK));
        self.len = len;
        if let (Some(chunk), false) = (self.chunks.last_mut(), len.is_multiple_of(CHUNK)) {
            Rc::make_mut(chunk).truncate(len % CHUNK);
        }
    }

    /// The items from a position on.
    pub fn iter_from(&self, start: usize) -> impl Iterator<Item = &T> {
        let chunks = self.chunks.get(start / CHUNK..).unwrap_or_default();
        chunks.iter().flat_map(|chunk| chunk.iter()).skip(start % CHUNK)
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(0)
    }
}

impl<T: Clone> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> List<T> {
        let mut list = List::default();
        for item in items {
            list.push(item);
        }
        list
    }
}

impl<T: Clone + PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &List<T>) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<T: Clone + Eq> Eq for List<T> {}

impl<T: Clone + Ord> PartialOrd for List<T> {
    fn partial_cmp(&self, other: &List<T>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Clone + Ord> Ord for List<T> {
    fn cmp(&self, other: &List<T>) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl<T: Clone + Hash> Hash for List<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len.hash(state);
        for item in self.iter() {
            item.hash(state);
        }
    }
}

/// A map for few keys: pairs in one vector, in the order of their keys.
///
/// The page pays for every pair of types a map of the standard library is used with, some three
/// kilobytes each; for this one it is a few hundred bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SmallMap<K, V> {
    pairs: Vec<(K, V)>,
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> SmallMap<K, V> {
        SmallMap { pairs: Vec::new() }
    }
}

impl<K: Ord, V> SmallMap<K, V> {
    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|at| &self.pairs[at].1)
    }

    /// The value of a key, to change it; a new key's is the default. Linear for a new key.
    pub fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.entry_or(key, V::default())
    }

    /// The value of a key, to change it; a new key's is this one. Linear for a new key that is not the last.
    pub fn entry_or(&mut self, key: K, value: V) -> &mut V {
        let at = self.find(&key).unwrap_or_else(|at| {
            self.pairs.insert(at, (key, value));
            at
        });
        &mut self.pairs[at].1
    }

    /// Gives a key a value, and gives back the one it had. Linear for a new key that is not the last.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.pairs[at].1, value)),
            Err(at) => {
                self.pairs.insert(at, (key, value));
                None
            }
        }
    }

    /// Whether the key is there.
    pub fn contains(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// Takes a key out. Linear.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|at| self.pairs.remove(at).1)
    }

    /// Takes the least key out. Linear.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        if self.pairs.is_empty() { None } else { Some(self.pairs.remove(0)) }
    }

    /// The pairs, by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &(K, V)> {
        self.pairs.iter()
    }

    /// Where the key is, or where it belongs.
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.pairs.binary_search_by(|(known, _)| known.borrow().cmp(key))
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for SmallMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> SmallMap<K, V> {
        let mut map = SmallMap::default();
        for (key, value) in pairs {
            map.insert(key, value);
        }
        map
    }
}

impl<K: Serialize, V: Serialize> Serialize for SmallMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.pairs.iter().map(|(key, value)| (key, value)))
    }
}

/// Sorts items by two numbers; those with the same numbers stay in their order.
///
/// One sort for all types: the standard library's is compiled for each, and the page pays for it.
pub fn sort_by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> [u64; 2]) {
    let mut order: Vec<([u64; 2], usize)> = items.iter().map(key).zip(0..).collect();
    order.sort_unstable();
    let mut old: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|(_, at)| old[at].take()));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{List, SmallMap, sort_by_key};

    #[test]
    fn a_small_map_is_a_map() {
        let (mut small, mut plain) = (SmallMap::default(), BTreeMap::new());
        for i in 0..200_u32 {
            let key = i * 37 % 61;
            *small.entry(key) += i;
            *plain.entry(key).or_insert(0) += i;
            if i % 5 == 0 {
                assert_eq!(small.pop_first(), plain.pop_first());
            }
            let other = i * 23 % 61;
            assert_eq!(small.contains(&other), plain.contains_key(&other));
            match i % 3 {
                0 => assert_eq!(small.remove(&other), plain.remove(&other)),
                _ => assert_eq!(small.entry_or(other, i), plain.entry(other).or_insert(i)),
            }
            assert!(small.iter().map(|(key, value)| (key, value)).eq(plain.iter()));
            assert_eq!(small.get(&(i % 61)), plain.get(&(i % 61)));
        }
    }

    #[test]
    fn sorts_by_both_numbers_and_keeps_the_order_of_equals() {
        let mut words =
            vec![(2, 1, "d"), (1, 9, "b"), (2, 1, "c"), (1, u64::MAX, "e"), (0, 9, "a")];
        sort_by_key(&mut words, |word| [word.0, word.1]);
        let words: String = words.into_iter().map(|word| word.2).collect();
        assert_eq!(words, "abedc");
    }

    #[test]
    fn behaves_like_a_vec_across_chunk_borders() {
        for len in [0, 1, 255, 256, 257, 511, 512, 700] {
            let mut list: List<usize> = (0..700).collect();
            let before = list.clone();
            list.truncate(len);
            let mut plain: Vec<usize> = (0..len).collect();
            assert_eq!(list.len(), len);
            list.push(9);
            plain.push(9);
            assert!(list.iter().eq(plain.iter()), "truncate to {len}, push");
            assert_eq!(list.last(), Some(&9));
            assert!(list.iter_from(len / 2).eq(plain[len / 2..].iter()));
            assert!(before.iter().copied().eq(0..700), "the copy is untouched");
        }
    }
}
