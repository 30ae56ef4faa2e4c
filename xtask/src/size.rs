//! `cargo xtask size`: what a visitor downloads, what each part of it costs, and the limits.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use wasmparser::{Parser, Payload};

use crate::site;
use crate::tools::Toolbox;
use crate::{names, shell};

/// What the page may cost until it is complete and runs, compressed as a static host would, ...
const START_BYTES: usize = 250_000;
/// ... and what everything may cost that it ever loads, the second part of its program included.
const ALL_BYTES: usize = 300 * 1024;
/// How the name of that part ends.
const REST: &str = "_rest.wasm";
/// What other people's pages load for an embed, which the page itself does not ...
const EMBED: &str = "embed.js";
/// ... and what it may cost, before compression.
const EMBED_BYTES: usize = 4 * 1024;
/// Parts smaller than this share of the code are summed up as one line.
const SMALLEST_SHARE: u64 = 200;

/// Builds the site, prints the report, and fails above the budget.
pub(crate) fn run() -> Result<()> {
    let toolbox = Toolbox::ready()?;
    let dist = site::build_with(&toolbox)?;

    println!("{:>9}  {:>9}  file", "bytes", "brotli");
    let (mut start, mut later, mut embed) = (Cost::default(), Cost::default(), 0);
    for file in site::files(&dist)? {
        let content = fs::read(&file)?;
        let cost = Cost { raw: content.len(), packed: packed_len(&content)? };
        let name = file.strip_prefix(&dist).unwrap_or(&file);
        let of = if name == Path::new(EMBED) {
            embed = content.len();
            None
        } else if name.to_string_lossy().ends_with(REST) {
            Some(&mut later)
        } else {
            Some(&mut start)
        };
        if let Some(sum) = of {
            (sum.raw, sum.packed) = (sum.raw + cost.raw, sum.packed + cost.packed);
        }
        println!("{cost}  {}", name.display());
    }
    let all = Cost { raw: start.raw + later.raw, packed: start.packed + later.packed };
    println!("{start}  until the page runs; at most {START_BYTES} brotli bytes");
    println!("{all}  in all (without {EMBED}); at most {ALL_BYTES} brotli bytes");

    let named = fs::read(named_program())?;
    println!("\n{:>9}  part of the WebAssembly program, before compression", "bytes");
    for (part, bytes) in parts(&named)? {
        println!("{bytes:>9}  {part}");
    }

    ensure!(
        (1..EMBED_BYTES).contains(&embed),
        "{EMBED} has {embed} bytes, and is to have fewer than {EMBED_BYTES}"
    );
    for (cost, what, limit) in
        [(start, "the page costs", START_BYTES), (all, "all of it costs", ALL_BYTES)]
    {
        let packed = cost.packed;
        ensure!(packed <= limit, "{what} {packed} brotli bytes, {} too many", packed - limit);
    }
    Ok(())
}

/// Bytes as they are, and compressed.
#[derive(Clone, Copy, Default)]
struct Cost {
    raw: usize,
    packed: usize,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>9}  {:>9}", self.raw, self.packed)
    }
}

/// Where the build keeps the program as it was before it was cut in two and lost its functions' names.
pub(crate) fn named_program() -> PathBuf {
    shell::workspace().join("target/size/named.wasm")
}

fn packed_len(content: &[u8]) -> Result<usize> {
    // Quality 11 and a window of 4 MB are what hosts use for files compressed in advance.
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(content)?;
    Ok(writer.into_inner().len())
}

/// The bytes of each part of a program, largest first: code by crate, then data and the rest.
fn parts(wasm: &[u8]) -> Result<Vec<(String, u64)>> {
    let mut bodies = Vec::new();
    let mut imported: u32 = 0;
    let names = names::of_functions(wasm)?;
    let mut sections: BTreeMap<&str, u64> = BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::CodeSectionEntry(body) => bodies.push(length(&body.range())),
            Payload::ImportSection(reader) => {
                *sections.entry("imports").or_default() += length(&reader.range());
                for import in reader.into_imports() {
                    if matches!(import?.ty, wasmparser::TypeRef::Func(_)) {
                        imported += 1;
                    }
                }
            }
            Payload::DataSection(reader) => {
                *sections.entry("data (text, tables)").or_default() += length(&reader.range());
            }
            Payload::ElementSection(reader) => {
                *sections.entry("function tables").or_default() += length(&reader.range());
            }
            _ => {}
        }
    }
    let mut crates: BTreeMap<String, u64> = BTreeMap::new();
    for (index, bytes) in (imported..).zip(&bodies) {
        let name = names.get(&index).map_or("", String::as_str);
        *crates.entry(crate_of(name)).or_default() += bytes;
    }
    let code: u64 = bodies.iter().sum();
    let mut report = vec![(format!("code: {} functions", bodies.len()), code)];
    let mut shares: Vec<(String, u64)> = crates.into_iter().collect();
    shares.sort_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), name.clone()));
    let (large, small): (Vec<_>, Vec<_>) =
        shares.into_iter().partition(|(_, bytes)| bytes * SMALLEST_SHARE >= code);
    report.extend(large.into_iter().map(|(name, bytes)| (format!("  {name}"), bytes)));
    report.push((
        format!("  {} smaller crates", small.len()),
        small.iter().map(|(_, bytes)| bytes).sum(),
    ));
    report.extend(sections.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)));
    Ok(report)
}

fn length(range: &Range<u64>) -> u64 {
    range.end - range.start
}

/// The crate that a function comes from, by its name. Code made for a type (a drop, a method of a
/// trait) counts for the type's crate: that is where it can be saved.
fn crate_of(name: &str) -> String {
    let mut rest = name;
    for wrapper in ["core::ptr::drop_in_place<", "<"] {
        rest = rest.strip_prefix(wrapper).unwrap_or(rest);
    }
    let rest = rest.trim_start_matches(['&', '*', '[', '(', '<']);
    let rest = rest.strip_prefix("mut ").or(rest.strip_prefix("dyn ")).unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    if rest[end..].starts_with("::") || rest[end..].starts_with('[') {
        rest[..end].to_owned()
    } else {
        "(no crate: glue, allocator, memory functions)".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{crate_of, packed_len};

    #[test]
    fn a_function_belongs_to_the_crate_of_its_type() {
        assert_eq!(crate_of("synod::sim::World::step"), "synod");
        assert_eq!(crate_of("<yew::Scope<T> as core::clone::Clone>::clone"), "yew");
        assert_eq!(crate_of("core::ptr::drop_in_place<synod::trace::Event>"), "synod");
        assert!(crate_of("memcpy").starts_with("(no crate"));
    }

    #[test]
    fn repetition_compresses() {
        assert!(packed_len(&[b'a'; 10_000]).unwrap() < 100);
    }
}
