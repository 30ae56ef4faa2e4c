//! Is a history of a key-value store linearizable?
//!
//! Each operation must appear to take effect at one instant between its invocation
//! and its return (Herlihy & Wing 1990). The search is that of Wing & Gong (1993)
//! with the states it has seen remembered (Lowe 2017), one key at a time, because
//! linearizability is local. An operation without a return may have taken effect
//! at any time after its invocation, or never.

use crate::list::{SmallMap, sort_by_key};
use crate::trace::EventId;

/// A prime, so that states that differ a little stand apart.
const SHELVES: usize = 1021;

/// What an operation did to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access<V> {
    /// Set it to this value.
    Put(V),
    /// Read it: the value returned, `None` where nothing was there yet.
    Get(Option<V>),
}

/// An operation of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation<K, V> {
    /// The key.
    pub key: K,
    /// What it did; what a read without a return would have seen does not matter.
    pub access: Access<V>,
    /// The event at which it began.
    pub invoked: EventId,
    /// The event at which it ended, if it has.
    pub returned: Option<EventId>,
}

/// What the search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linearizability {
    /// There is an order that explains every answer.
    Holds,
    /// There is none. Without this operation, by its position, a longer part of the
    /// history could be explained than with it.
    Fails {
        /// The operation that fits nowhere in the most promising order.
        operation: usize,
    },
    /// The search was given up.
    Unknown,
}

/// Judges a history, visiting at most `budget` states.
pub fn linearizability<K: Ord, V: Clone + Ord>(
    history: &[Operation<K, V>],
    budget: u64,
) -> Linearizability {
    let mut keys: SmallMap<&K, Vec<usize>> = SmallMap::default();
    for (position, operation) in history.iter().enumerate() {
        keys.entry(&operation.key).push(position);
    }
    let mut left = budget;
    let mut verdict = Linearizability::Holds;
    for (_, positions) in keys.iter() {
        match Register::new(history, positions.clone()).search(&mut left) {
            Linearizability::Holds => {}
            Linearizability::Unknown => verdict = Linearizability::Unknown,
            fails @ Linearizability::Fails { .. } => return fails,
        }
    }
    verdict
}

/// When a history that cannot be explained first could not be: at this return.
///
/// What can be explained stays so when its end is cut off, so the first return
/// that cannot be is found by halving. Each look visits at most `budget` states.
pub fn first_fall<K: Clone + Ord, V: Clone + Ord>(
    history: &[Operation<K, V>],
    budget: u64,
) -> Option<EventId> {
    let fails = |upto: EventId| {
        let cut = until(history, upto);
        matches!(linearizability(&cut, budget), Linearizability::Fails { .. })
    };
    let mut returns: Vec<EventId> = history.iter().filter_map(|o| o.returned).collect();
    sort_by_key(&mut returns, |event| [event.0.into(), 0]);
    let last = returns.len().checked_sub(1).filter(|last| fails(returns[*last]))?;
    let (mut holds_before, mut fails_at) = (0, last);
    while holds_before < fails_at {
        let middle = holds_before.midpoint(fails_at);
        if fails(returns[middle]) {
            fails_at = middle;
        } else {
            holds_before = middle + 1;
        }
    }
    Some(returns[fails_at])
}

/// The history as it stood at an event.
fn until<K: Clone, V: Clone>(history: &[Operation<K, V>], upto: EventId) -> Vec<Operation<K, V>> {
    let begun = history.iter().filter(|operation| operation.invoked <= upto);
    let cut = |operation: &Operation<K, V>| Operation {
        returned: operation.returned.filter(|returned| *returned <= upto),
        ..operation.clone()
    };
    begun.map(cut).collect()
}

/// The operations on one key, by the order of their invocations.
struct Register<V> {
    done: Vec<Done<V>>,
    /// Writes that never returned, if some read returned their value.
    open: Vec<(EventId, V)>,
}

/// An operation that returned.
struct Done<V> {
    position: usize,
    access: Access<V>,
    invoked: EventId,
    returned: EventId,
}

/// What has taken effect, and what that leaves in the register.
#[derive(Clone, PartialEq, Eq)]
struct State<V> {
    /// All of `done` before this one have, ...
    first: usize,
    /// ... and these after it, ascending, ...
    ahead: Vec<usize>,
    /// ... and these of `open`, ascending.
    opened: Vec<usize>,
    value: Option<V>,
}

/// The states that were visited, on shelves by what has taken effect in them.
struct Seen<V>(Vec<Vec<State<V>>>);

impl<V> Default for Seen<V> {
    fn default() -> Seen<V> {
        Seen((0..SHELVES).map(|_| Vec::new()).collect())
    }
}

impl<V: Clone + Eq> Seen<V> {
    /// Says whether the state is new.
    fn insert(&mut self, state: &State<V>) -> bool {
        let mut mixed = state.first;
        for at in state.ahead.iter().chain(&state.opened) {
            mixed = mixed.wrapping_mul(31).wrapping_add(at + 1);
        }
        let shelf = &mut self.0[mixed % SHELVES];
        let is_new = !shelf.contains(state);
        if is_new {
            shelf.push(state.clone());
        }
        is_new
    }
}

impl<V: Clone + Ord> Register<V> {
    fn new<K>(history: &[Operation<K, V>], mut positions: Vec<usize>) -> Register<V> {
        if !positions.is_sorted_by_key(|position| history[*position].invoked) {
            sort_by_key(&mut positions, |position| [history[*position].invoked.0.into(), 0]);
        }
        let mut register = Register { done: Vec::new(), open: Vec::new() };
        for position in positions {
            let Operation { access, invoked, returned, .. } = &history[position];
            let (access, invoked) = (access.clone(), *invoked);
            match (returned, access) {
                (Some(returned), access) => {
                    let returned = *returned;
                    register.done.push(Done { position, access, invoked, returned });
                }
                (None, Access::Put(value)) => register.open.push((invoked, value)),
                // Nobody knows what it saw.
                (None, Access::Get(_)) => {}
            }
        }
        register.keep_open_that_are_read();
        register
    }

    fn keep_open_that_are_read(&mut self) {
        let mut is_read: SmallMap<V, bool> = SmallMap::default();
        for (_, value) in &self.open {
            is_read.entry(value.clone());
        }
        if is_read.is_empty() {
            return;
        }
        for operation in &self.done {
            if let Access::Get(Some(value)) = &operation.access
                && is_read.contains(value)
            {
                *is_read.entry(value.clone()) = true;
            }
        }
        self.open.retain(|(_, value)| is_read.get(value) == Some(&true));
    }

    /// Whether the likeliest order explains everything: operations take effect in the order of
    /// their returns, except that a read does so as soon as it fits, and a write as soon as a read
    /// cannot return without it. No choice is taken back and no state remembered; nearly all
    /// histories that hold need no more.
    fn is_explained_at_once(&self) -> bool {
        let mut value = None;
        let mut open: Vec<&(EventId, V)> = self.open.iter().collect();
        let mut later = self.done.iter().peekable();
        // What has begun before the first of them returns. What begins later cannot return before
        // any of them began, so all of these can take effect next.
        let mut waiting: Vec<&Done<V>> = Vec::new();
        loop {
            let mut first = waiting.iter().map(|operation| operation.returned).min();
            while let Some(next) =
                later.next_if(|next| first.is_none_or(|first| next.invoked < first))
            {
                first = Some(first.map_or(next.returned, |first| first.min(next.returned)));
                waiting.push(next);
            }
            let Some(first) = first else { return true };
            if let Some(at) = likeliest(&waiting, value, first) {
                if let Access::Put(written) = &waiting.swap_remove(at).access {
                    value = Some(written);
                }
            } else if let Some(at) = seen_by_first(&open, &waiting, first) {
                value = Some(&open.swap_remove(at).1);
            } else {
                return false;
            }
        }
    }

    fn search(&self, left: &mut u64) -> Linearizability {
        if self.is_explained_at_once() {
            return Linearizability::Holds;
        }
        let start = State { first: 0, ahead: Vec::new(), opened: Vec::new(), value: None };
        let mut seen = Seen::default();
        let mut work = vec![start];
        let mut furthest = (0, 0);
        while let Some(mut state) = work.pop() {
            self.take_reads(&mut state);
            if state.first == self.done.len() {
                return Linearizability::Holds;
            }
            if !seen.insert(&state) {
                continue;
            }
            if *left == 0 {
                return Linearizability::Unknown;
            }
            *left -= 1;
            let (candidates, deadline) = self.candidates(&state);
            let taken = state.first + state.ahead.len();
            if taken >= furthest.0 {
                furthest = (taken, self.blocking(&state, deadline));
            }
            // The last pushed is tried first: the order of invocation is the likeliest.
            for at in self.wanted(&state, &candidates, deadline).into_iter().rev() {
                let mut next = State { value: Some(self.open[at].1.clone()), ..state.clone() };
                let place = next.opened.partition_point(|before| *before < at);
                next.opened.insert(place, at);
                work.push(next);
            }
            for at in candidates.into_iter().rev() {
                if let Access::Put(value) = &self.done[at].access {
                    let mut next = State { value: Some(value.clone()), ..state.clone() };
                    next.take(at);
                    work.push(next);
                }
            }
        }
        Linearizability::Fails { operation: furthest.1 }
    }

    /// The operations that can take effect next: those invoked before any other that
    /// still has to take effect returned. And when the first of them returned.
    fn candidates(&self, state: &State<V>) -> (Vec<usize>, EventId) {
        let mut deadline = EventId(u32::MAX);
        let mut candidates = Vec::new();
        for (at, operation) in self.done.iter().enumerate().skip(state.first) {
            if operation.invoked > deadline {
                break;
            }
            if state.ahead.binary_search(&at).is_err() {
                deadline = deadline.min(operation.returned);
                candidates.push(at);
            }
        }
        candidates.retain(|at| self.done[*at].invoked < deadline);
        (candidates, deadline)
    }

    /// The writes without a return that are worth a try: those whose value a read waits for that
    /// can take effect next. An unseen write may as well not take effect, and a seen one may as well
    /// do so right before the first read of it; of equal ones the earliest will do.
    fn wanted(&self, state: &State<V>, candidates: &[usize], deadline: EventId) -> Vec<usize> {
        let mut wanted = SmallMap::default();
        for at in candidates {
            if let Access::Get(Some(value)) = &self.done[*at].access {
                wanted.entry(value);
            }
        }
        let open = self.open.iter().enumerate();
        let possible = open.filter(|(at, (invoked, _))| {
            *invoked < deadline && state.opened.binary_search(at).is_err()
        });
        possible
            .filter(|(_, (_, value))| wanted.remove(&value) == Some(()))
            .map(|(at, _)| at)
            .collect()
    }

    /// A read that fits now may as well take effect now: it changes nothing.
    fn take_reads(&self, state: &mut State<V>) {
        loop {
            let (candidates, _) = self.candidates(state);
            let fits = |at: &usize| match &self.done[*at].access {
                Access::Get(value) => *value == state.value,
                Access::Put(_) => false,
            };
            let Some(at) = candidates.into_iter().find(fits) else { return };
            state.take(at);
        }
    }

    /// The operation that must take effect before any other can return.
    fn blocking(&self, state: &State<V>, deadline: EventId) -> usize {
        let left = &self.done[state.first..];
        let blocking = left.iter().find(|operation| operation.returned == deadline);
        blocking.map_or(0, |operation| operation.position)
    }
}

/// Of what can take effect next: a read that fits, or the write that the operation that returns
/// first is or waits for.
fn likeliest<V: Ord>(waiting: &[&Done<V>], value: Option<&V>, first: EventId) -> Option<usize> {
    let fits = |operation: &&Done<V>| match &operation.access {
        Access::Get(seen) => seen.as_ref() == value,
        Access::Put(_) => false,
    };
    if let Some(at) = waiting.iter().position(fits) {
        return Some(at);
    }
    let at = waiting.iter().position(|operation| operation.returned == first)?;
    let Access::Get(seen) = &waiting[at].access else { return Some(at) };
    waiting.iter().position(|operation| match &operation.access {
        Access::Put(written) => Some(written) == seen.as_ref(),
        Access::Get(_) => false,
    })
}

/// The write without a return whose value the operation that returns first has read.
fn seen_by_first<V: Ord>(
    open: &[&(EventId, V)],
    waiting: &[&Done<V>],
    first: EventId,
) -> Option<usize> {
    let first = waiting.iter().find(|operation| operation.returned == first)?;
    let Access::Get(Some(seen)) = &first.access else { return None };
    open.iter().position(|(invoked, value)| *invoked < first.returned && value == seen)
}

impl<V> State<V> {
    /// Lets one more of `done` take effect.
    fn take(&mut self, at: usize) {
        if let Err(place) = self.ahead.binary_search(&at) {
            self.ahead.insert(place, at);
        }
        let together = self.ahead.iter().zip(self.first..).take_while(|(at, next)| *at == next);
        let count = together.count();
        self.ahead.drain(..count);
        self.first += count;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    type Plain = Operation<char, u8>;

    /// `x: 1..4 put 5`, `x: 2..3 get 5`, `x: 2.. put 7` (never returned), `x: 2..3 get -`.
    fn history(text: &str) -> Vec<Plain> {
        let operation = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (invoked, returned) = words[1].split_once("..").expect("an interval");
            let id = |text: &str| EventId(text.parse().expect("an event"));
            let value = words[3].parse().ok();
            let access = match words[2] {
                "put" => Access::Put(value.expect("a value")),
                _ => Access::Get(value),
            };
            let returned = (!returned.is_empty()).then(|| id(returned));
            let key = words[0].chars().next().expect("a key");
            Operation { key, access, invoked: id(invoked), returned }
        };
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(operation).collect()
    }

    fn judge(text: &str) -> Linearizability {
        linearizability(&history(text), 10_000)
    }

    #[test]
    fn a_read_sees_the_write_that_ended_before_it() {
        let stale = "x: 1..2 put 1
            x: 3..4 put 2
            x: 5..6 get 1";
        assert_eq!(judge(stale), Linearizability::Fails { operation: 2 });
        assert_eq!(judge(&stale.replace("3..4", "3..7")), Linearizability::Holds);
        assert_eq!(judge(&stale.replace("x: 3", "y: 3")), Linearizability::Holds);
    }

    #[test]
    fn the_first_fall_is_the_return_that_nothing_explains() {
        let text = "x: 1..2 put 1
            x: 3..4 put 2
            y: 4..9 get -
            x: 5..6 get 1
            x: 7..8 get 1
            x: 8..10 get 2";
        assert_eq!(first_fall(&history(text), 10_000), Some(EventId(6)));
        assert_eq!(first_fall(&history(&text.replace("get 1", "get 2")), 10_000), None);
        // A write without an answer explains the read, until its answer comes too late for it.
        let acknowledged = "x: 1..2 get 5\nx: 3..4 put 5";
        assert_eq!(first_fall(&history(acknowledged), 10_000), Some(EventId(2)));
        assert_eq!(first_fall(&history(""), 10_000), None);
    }

    #[test]
    fn two_reads_agree_on_the_order_of_two_writes() {
        let text = "x: 1..10 put 1
            x: 2..11 put 2
            x: 3..4 get 1
            x: 5..6 get 2
            x: 7..8 get 1";
        assert_eq!(judge(text), Linearizability::Fails { operation: 4 });
        assert_eq!(judge(&text.replace("7..8 get 1", "7..8 get 2")), Linearizability::Holds);
    }

    #[test]
    fn a_write_that_never_returned_may_take_effect_late_or_never() {
        let late = "x: 1.. put 1
            x: 2..3 put 2
            x: 4..5 get 2
            x: 6..7 get 1";
        assert_eq!(judge(late), Linearizability::Holds);
        let twice = format!("{late}\nx: 8..9 get 2");
        assert_eq!(judge(&twice), Linearizability::Fails { operation: 4 });
        let never = "x: 1.. put 1\nx: 2..3 get -\nx: 4.. get 9";
        assert_eq!(judge(never), Linearizability::Holds);
        let early = "x: 1..2 get 1\nx: 3.. put 1";
        assert_eq!(judge(early), Linearizability::Fails { operation: 0 });
    }

    #[test]
    fn a_search_that_costs_too_much_is_given_up() {
        // Twelve writes at once, then a read of what nobody wrote: every order must be tried.
        let mut all: Vec<Plain> = (0..12)
            .map(|i| Operation {
                key: 'x',
                access: Access::Put(i),
                invoked: EventId(i.into()),
                returned: Some(EventId(100 + u32::from(i))),
            })
            .collect();
        let (invoked, returned) = (EventId(200), Some(EventId(201)));
        all.push(Operation { key: 'x', access: Access::Get(Some(99)), invoked, returned });
        assert_eq!(linearizability(&all, 1_000), Linearizability::Unknown);
        assert_eq!(linearizability(&all, 100_000), Linearizability::Fails { operation: 12 });
    }

    #[test]
    fn a_long_history_of_few_clients_is_cheap() {
        // Three clients take turns for a long time, always overlapping.
        let operation = |i: u32| {
            let value = |i: u32| (i % 200) as u8;
            // Every third reads what the one before it wrote.
            let access = match i % 3 {
                2 => Access::Get(Some(value(i - 1))),
                _ => Access::Put(value(i)),
            };
            let (invoked, returned) = (EventId(i * 10), Some(EventId(i * 10 + 11)));
            Operation { key: 'x', access, invoked, returned }
        };
        let all: Vec<Plain> = (0..3_000).map(operation).collect();
        assert_eq!(linearizability(&all, 20_000), Linearizability::Holds);
    }

    /// By definition: some order of all that returned and some of the rest, in which
    /// nothing precedes what returned before it began, and every read sees the last write.
    fn by_definition(history: &[Plain]) -> bool {
        fn go(left: &[Plain], values: &mut BTreeMap<char, u8>) -> bool {
            if left.iter().all(|operation| operation.returned.is_none()) {
                return true;
            }
            (0..left.len()).any(|at| {
                let next = left[at];
                let too_early =
                    left.iter().any(|other| other.returned.is_some_and(|end| end < next.invoked));
                if too_early {
                    return false;
                }
                let mut values = values.clone();
                match next.access {
                    Access::Put(value) => drop(values.insert(next.key, value)),
                    Access::Get(value) if next.returned.is_some() => {
                        if values.get(&next.key).copied() != value {
                            return false;
                        }
                    }
                    Access::Get(_) => {}
                }
                let mut rest = left.to_vec();
                rest.remove(at);
                go(&rest, &mut values)
            })
        }
        go(history, &mut BTreeMap::new())
    }

    /// Up to six operations of three clients on two keys, in random places.
    fn random_history(seed: u64) -> Vec<Plain> {
        let mut luck = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut draw = move |below: u64| {
            luck = luck
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (luck >> 33) % below
        };
        let count = 2 + draw(5);
        let mut free = [0_u64; 3];
        let operation = |_| {
            let client = draw(3) as usize;
            let invoked = free[client] + 1 + draw(4);
            let returned = invoked + 1 + draw(6);
            free[client] = returned;
            let returned = (draw(5) > 0).then_some(EventId((returned * 3) as u32 + client as u32));
            let value = draw(3) as u8;
            let access = match draw(2) {
                0 => Access::Put(value),
                _ => Access::Get(value.checked_sub(1)),
            };
            let key = if draw(4) == 0 { 'y' } else { 'x' };
            Operation {
                key,
                access,
                invoked: EventId((invoked * 3) as u32 + client as u32),
                returned,
            }
        };
        (0..count).map(operation).collect()
    }

    #[test]
    fn agrees_with_the_definition_on_random_histories() {
        let mut held = 0;
        for seed in 0..20_000 {
            let history = random_history(seed);
            let holds = by_definition(&history);
            held += u32::from(holds);
            let found = linearizability(&history, 100_000);
            assert_eq!(found == Linearizability::Holds, holds, "seed {seed}: {history:#?}");
            assert_ne!(found, Linearizability::Unknown);
        }
        assert!((2_000..18_000).contains(&held), "{held} of 20000 hold: both sides are tried");
    }
}
