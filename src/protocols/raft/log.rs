//! The log: entries counted from 1, and the comparisons of §5.3 and §5.4.1.

use std::fmt;

use crate::list::List;
use crate::machine::Command;

/// A term: a period of arbitrary length with at most one leader (§5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub u32);

impl Term {
    /// The term after this one.
    #[must_use]
    pub fn next(self) -> Term {
        Term(self.0.saturating_add(1))
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A log entry: a command for the state machine, and the term in which a leader received it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// The term in which a leader made the entry.
    pub term: Term,
    /// What it asks the state machine to do.
    pub command: Command,
}

/// An entry, named by term and index, which name it uniquely (Log Matching, §5.3).
///
/// The order is that of §5.4.1: "If the logs have last entries with different
/// terms, then the log with the later term is more up-to-date. If the logs end
/// with the same term, then whichever log is longer is more up-to-date."
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The entry's term; 0 before the first entry.
    pub term: Term,
    /// The entry's index; 0 before the first entry.
    pub index: u32,
}

/// `4/1`: index 4, of term 1.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.term)
    }
}

/// The log of one server, its first index 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Log {
    entries: List<Entry>,
}

impl Log {
    /// The index of the last entry, 0 if there is none.
    #[inline]
    pub fn last_index(&self) -> u32 {
        self.entries.len() as u32
    }

    /// The last entry's position, 0/0 if there is none.
    #[inline]
    pub fn last(&self) -> Position {
        let term = self.entries.last().map_or(Term(0), |entry| entry.term);
        Position { term, index: self.last_index() }
    }

    /// The entry at an index.
    #[inline]
    pub fn get(&self, index: u32) -> Option<&Entry> {
        self.entries.get((index as usize).checked_sub(1)?)
    }

    /// The term of the entry at an index: 0 before the first entry, `None` past the last.
    #[inline]
    pub fn term_at(&self, index: u32) -> Option<Term> {
        if index == 0 { Some(Term(0)) } else { self.get(index).map(|entry| entry.term) }
    }

    /// Whether the log has the entry that `position` names; every log has 0/0.
    #[inline]
    pub fn has(&self, position: Position) -> bool {
        self.term_at(position.index) == Some(position.term)
    }

    /// How many of `entries`, meant to follow index `prev`, are already there with the same terms.
    ///
    /// The next of them, if there is one, conflicts with an existing entry or is new (§5.3).
    pub fn count_present(&self, prev: u32, entries: &[Entry]) -> usize {
        if prev >= self.last_index() {
            return 0;
        }
        let existing = self.entries.iter_from(prev as usize);
        existing.zip(entries).take_while(|(mine, theirs)| mine.term == theirs.term).count()
    }

    /// The last entry at or before `hint.index` whose term is at most `hint.term`.
    ///
    /// Leader and follower both skip with it what cannot match: of the entries up
    /// to a refused one, only those of a term the other side can have there are
    /// worth a probe (§5.3, the last paragraphs; etcd's `findConflictByTerm`).
    pub fn last_not_after(&self, hint: Position) -> Position {
        let mut index = hint.index.min(self.last_index());
        // Terms never decrease along a log, so the walk can stop at the first that fits.
        while let Some(term) = self.term_at(index) {
            if term <= hint.term || index == 0 {
                return Position { term, index };
            }
            index -= 1;
        }
        Position::default()
    }

    /// Keeps the first `after` entries and appends `entries`.
    pub fn append(&mut self, after: u32, entries: &[Entry]) {
        self.entries.truncate(after as usize);
        for entry in entries {
            self.entries.push(*entry);
        }
    }

    /// The entries from an index on.
    pub fn iter_from(&self, index: u32) -> impl Iterator<Item = &Entry> {
        self.entries.iter_from((index as usize).saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Log, Position, Term};

    fn log(terms: &[u32]) -> Log {
        let entries: Vec<Entry> =
            terms.iter().map(|t| Entry { term: Term(*t), ..Entry::default() }).collect();
        let mut log = Log::default();
        log.append(0, &entries);
        log
    }

    fn at(index: u32, term: u32) -> Position {
        Position { term: Term(term), index }
    }

    /// "If the logs have last entries with different terms, then the log with the later term is
    /// more up-to-date. If the logs end with the same term, then whichever log is longer is more
    /// up-to-date." (§5.4.1)
    #[test]
    fn up_to_date_compares_the_last_term_then_the_length() {
        assert!(at(1, 3) > at(9, 2));
        assert!(at(3, 2) > at(2, 2));
        assert!(log(&[1, 1, 2]).last() > log(&[1, 1, 1, 1]).last());
        assert_eq!(log(&[]).last(), at(0, 0));
    }

    #[test]
    fn counts_what_is_already_there() {
        let mine = log(&[1, 1, 2, 2]);
        let theirs = |terms: &[u32]| -> Vec<Entry> { log(terms).iter_from(1).copied().collect() };
        assert_eq!(mine.count_present(0, &theirs(&[1, 1, 2, 2, 3])), 4, "only the last is new");
        assert_eq!(mine.count_present(1, &theirs(&[1, 3])), 1, "the second conflicts");
        assert_eq!(mine.count_present(4, &theirs(&[3])), 0, "all are new");
        assert_eq!(mine.count_present(2, &[]), 0, "a heartbeat brings nothing");
    }

    /// Against the definition, for every log of up to four entries and every hint.
    #[test]
    fn the_hint_is_the_last_entry_of_a_term_that_can_match() {
        let mut logs = vec![vec![]];
        for _ in 0..4 {
            let longer: Vec<Vec<u32>> = logs
                .iter()
                .flat_map(|log: &Vec<u32>| {
                    let low = log.last().copied().unwrap_or(1);
                    (low..=4).map(|t| [log.as_slice(), &[t]].concat())
                })
                .collect();
            logs.extend(longer);
        }
        for terms in &logs {
            for index in 0..6_u32 {
                for term in 0..6_u32 {
                    let dumb = (1..=index.min(terms.len() as u32))
                        .rev()
                        .find(|i| terms[*i as usize - 1] <= term)
                        .map_or(at(0, 0), |i| at(i, terms[i as usize - 1]));
                    assert_eq!(log(terms).last_not_after(at(index, term)), dumb, "{terms:?}");
                }
            }
        }
    }
}
