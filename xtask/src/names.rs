//! What the functions of a program are called in the sources.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use rustc_demangle::Demangle;
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// Code that several types share is named after one of them: these names say nothing.
const SHARED: &[&str] = &["core::cmp::", "core::ptr::drop_in_place"];

/// The names of a program's functions by their numbers: as in the sources, and a hash that tells apart what has the same
/// name there.
///
/// # Errors
/// Where it is no program, or does not say them.
pub(crate) fn with_hashes(program: &[u8]) -> Result<BTreeMap<u32, String>> {
    read(program, |name| name.to_string())
}

/// The same without the hashes.
///
/// # Errors
/// As there.
pub(crate) fn of_functions(program: &[u8]) -> Result<BTreeMap<u32, String>> {
    read(program, |name| format!("{name:#}"))
}

fn read(program: &[u8], say: impl Fn(Demangle<'_>) -> String) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(program) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Name(reader) = section.as_known() else { continue };
        for name in reader {
            let Name::Function(functions) = name? else { continue };
            for naming in functions {
                let naming = naming?;
                names.insert(naming.index, say(rustc_demangle::demangle(naming.name)));
            }
        }
    }
    ensure!(!names.is_empty(), "the program does not say what its functions are called");
    Ok(names)
}

/// Whether a function's name has one of these parts, and is its own.
pub(crate) fn has_one(name: &str, parts: &[&str]) -> bool {
    let has = |part: &&str| name.contains(part);
    parts.iter().any(has) && !SHARED.iter().any(has)
}
