//! What ghost records are made of: things that grow and are cheap to copy.

use crate::list::List;
use crate::trace::ValueId;

/// A map whose keys mostly arrive in ascending order.
///
/// Then an insertion is a push; a late key costs a rebuilding.
#[derive(Clone, Debug)]
pub(super) struct Ascending<K, V> {
    items: List<(K, V)>,
}

impl<K, V> Default for Ascending<K, V> {
    fn default() -> Ascending<K, V> {
        Ascending { items: List::default() }
    }
}

impl<K: Copy + Ord, V: Copy> Ascending<K, V> {
    /// The value of a key.
    #[inline]
    pub(super) fn get(&self, key: K) -> Option<V> {
        self.find(key).ok().and_then(|at| self.items.get(at)).map(|(_, value)| *value)
    }

    /// Sets the value of a key.
    pub(super) fn set(&mut self, key: K, value: V) {
        match self.find(key) {
            Ok(at) => {
                self.items.set(at, (key, value));
            }
            Err(at) if at == self.items.len() => self.items.push((key, value)),
            Err(at) => {
                let after: Vec<(K, V)> = self.items.iter_from(at).copied().collect();
                self.items.truncate(at);
                self.items.push((key, value));
                for item in after {
                    self.items.push(item);
                }
            }
        }
    }

    /// Where the key is, or where it belongs.
    fn find(&self, key: K) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.items.len());
        match self.items.last() {
            None => return Err(0),
            Some((last, _)) if *last == key => return Ok(high - 1),
            Some((last, _)) if *last < key => return Err(high),
            Some(_) => {}
        }
        while low < high {
            let middle = low.midpoint(high);
            match self.items.get(middle) {
                Some((found, _)) if *found == key => return Ok(middle),
                Some((found, _)) if *found < key => low = middle + 1,
                Some(_) | None => high = middle,
            }
        }
        Err(low)
    }
}

/// A set of values, one bit each.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    words: List<u64>,
}

impl Values {
    /// Adds a value. The world numbers them from 1 without gaps, so the set stays dense.
    pub(super) fn insert(&mut self, value: ValueId) {
        let (word, bit) = (value.0 as usize / 64, 1 << (value.0 % 64));
        while self.words.len() <= word {
            self.words.push(0);
        }
        let before = self.words.get(word).copied().unwrap_or_default();
        self.words.set(word, before | bit);
    }

    /// Whether a value is in the set.
    #[inline]
    pub(super) fn contains(&self, value: ValueId) -> bool {
        let word = self.words.get(value.0 as usize / 64).copied().unwrap_or_default();
        word >> (value.0 % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn ascending_is_a_map_whatever_the_order() {
        // 37 and 0..101 are coprime, so this visits every key once, out of order.
        let keys = (0..101_u32).map(|i| i * 37 % 101).chain(50..60);
        let (mut map, mut plain) = (Ascending::default(), BTreeMap::new());
        for (value, key) in keys.enumerate() {
            assert_eq!(map.get(key), plain.get(&key).copied());
            map.set(key, value);
            plain.insert(key, value);
        }
        assert!((0..102).all(|key| map.get(key) == plain.get(&key).copied()));
        assert!(map.items.iter().copied().eq(plain));
    }

    #[test]
    fn values_are_a_set() {
        let mut values = Values::default();
        for value in [1, 64, 200] {
            values.insert(ValueId(value));
        }
        let inside: Vec<u32> = (0..300).filter(|v| values.contains(ValueId(*v))).collect();
        assert_eq!(inside, [1, 64, 200]);
    }
}
