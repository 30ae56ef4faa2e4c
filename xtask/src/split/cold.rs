//! Which functions the page does without until somebody acts in it.

use std::collections::BTreeSet;

use super::program::Program;
use crate::names;

/// Parts of the names of functions for the second part: what a visitor who only watches, plays and pauses, steps,
/// scrolls and points does not need.
///
/// Whatever only these call goes with them. A mistake costs time and breaks nothing: a cold function that is called
/// early brings the second part at once, and `tests/e2e/parts.test.mjs` tells.
const COLD: &[&str] = &[
    // What the page itself marks, and what it takes in but seldom.
    "synod_web::later::",
    "App>::by_hand",
    "App>::act",
    "synod_web::listen::touched",
    "synod_web::model::menu",
    "synod_web::panels::events",
    // Scenarios that are not the usual one: the gallery's, links, files.
    "synod::protocols::gallery",
    "synod::scenario::link::unpack",
    "synod::scenario::script::",
    "miniz_oxide::inflate",
    // What is done to a run, and made of it.
    "synod::session::Session::flights",
    "synod::session::Session::fork",
    "synod::session::size",
    "synod::session::undo",
    "synod::diagram::mermaid",
    "synod::diagram::svg",
    "synod::export::",
    "synod::trace::ndjson",
];

/// A function of fewer bytes takes no more room than what has to stand in its place.
const SMALL: u64 = 24;

/// The functions of the second part.
pub(super) fn cold(program: &Program<'_>) -> BTreeSet<u32> {
    let exported: BTreeSet<u32> = program.exported().collect();
    let mut chosen: BTreeSet<u32> = program
        .own()
        .filter(|function| !exported.contains(function))
        .filter(|function| names::has_one(program.name(*function), COLD))
        .collect();
    let mut used = reached(program, &BTreeSet::new());
    used.retain(|function| program.body(*function).is_some());
    loop {
        let hot = reached(program, &chosen);
        let cold: BTreeSet<u32> = used.difference(&hot).copied().collect();
        let entered = entries(program, &cold);
        let count = chosen.len();
        chosen.retain(|function| !(entered.contains(function) && program.size(*function) < SMALL));
        // Without the small ones others may be called by hot functions alone.
        if chosen.len() == count {
            return cold;
        }
    }
}

/// The functions that can be called, without those that only the chosen ones can call.
pub(super) fn reached(program: &Program<'_>, chosen: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut reached = BTreeSet::new();
    let mut left: Vec<u32> = program.exported().chain(program.slots.values().copied()).collect();
    while let Some(function) = left.pop() {
        if !chosen.contains(&function) && reached.insert(function) {
            left.extend(program.calls_of(function));
        }
    }
    reached
}

/// The cold functions that can be called from outside: by hot ones, and through the table.
pub(super) fn entries(program: &Program<'_>, cold: &BTreeSet<u32>) -> BTreeSet<u32> {
    let hot = reached(program, cold);
    let called = hot.iter().flat_map(|function| program.calls_of(*function));
    called.chain(program.slots.values().copied()).filter(|it| cold.contains(it)).collect()
}
