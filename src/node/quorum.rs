//! Quorum arithmetic, in one place.

use crate::trace::NodeSet;

/// The least number of nodes that is more than half of `n`: ⌊n/2⌋ + 1.
#[inline]
pub fn majority(n: usize) -> usize {
    n / 2 + 1
}

/// Whether `votes`, counting only members of `voters`, are at least `size` distinct nodes.
#[inline]
pub fn is_quorum(votes: NodeSet, voters: NodeSet, size: usize) -> bool {
    votes.intersect(voters).len() >= size
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two majorities of the same nodes always meet, and no smaller size has that property.
    #[test]
    fn majorities_meet_and_nothing_smaller_does() {
        let meets = |n: usize, size: usize| {
            let sets: Vec<NodeSet> = (0..1_u32 << n)
                .map(NodeSet)
                .filter(|set| is_quorum(*set, NodeSet::first(n), size))
                .collect();
            sets.iter().all(|a| sets.iter().all(|b| !a.intersect(*b).is_empty()))
        };
        for n in 1..=7 {
            assert!(meets(n, majority(n)), "majorities of {n} meet");
            assert!(!meets(n, majority(n) - 1), "{} of {n} need not meet", majority(n) - 1);
        }
    }
}
