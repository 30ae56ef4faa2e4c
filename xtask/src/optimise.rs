//! Makes a program small: takes out what the page never does, and has wasm-opt do the rest.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use wasm_encoder::{CodeSection, ConstExpr, DataSection, Module, RawSection};
use wasmparser::{DataSectionReader, Parser, Payload, TypeRef};

use crate::reach::{self, Unreached};
use crate::tools::Toolbox;
use crate::{names, shell};

/// Parts of the names of functions that the page never calls: of its framework, because it has one listener for all
/// (`web/src/listen.rs`) and builds nothing but elements, texts and lists; and what finds the words of a panic.
///
/// A panic stops the program without them, too, and the page says so and gives back the run (`web/src/crash.rs`); that
/// run says the words in a build that is not optimised (`cargo xtask serve --dev`).
const UNUSED: &[&str] = &[
    "console_error_panic_hook::hook",
    "slice::index::slice_index_fail",
    "option::unwrap_failed",
    "result::unwrap_failed",
    "option::expect_failed",
    "raw_vec::capacity_overflow",
    "assert_failed",
    "len_mismatch_fail",
    "wasm_bindgen::__rt::borrow_fail",
    "wasm_bindgen::throw_str",
    "panicking::panic",
    "fmt::Debug>::fmt",
    "fmt::builders::",
    "str::slice_error_fail_rt",
    "yew::dom_bundle::braw::",
    "yew::dom_bundle::bportal::",
    "yew::dom_bundle::bsuspense::",
    "yew::dom_bundle::btag::listeners::",
    "yew::dom_bundle::subtree_root::BSubtree::ensure_handled",
    "yew::dom_bundle::subtree_root::EventDescriptor",
    "yew::dom_bundle::subtree_root::SubtreeData",
];

/// A body that stops the program: no locals, `unreachable`, `end`.
const TRAP: [u8; 3] = [0x00, 0x00, 0x0b];

/// What wasm-opt is to do, in this order, in two runs. What counts is the size of the compressed program, found by
/// trying.
const PASSES: [&[&str]; 2] = [
    &[
        "-Oz",
        "--low-memory-unused",
        "--generate-global-effects",
        "--flatten",
        "--rereloop",
        "-Oz",
        "--generate-global-effects",
        "-Oz",
        "--generate-global-effects",
        "-Oz",
        "--one-caller-inline-max-function-size=0",
        "--dae-optimizing",
        "--coalesce-locals-learning",
        "--code-folding",
        "--reorder-functions-by-name",
    ],
    &["-Oz", "--low-memory-unused", "--one-caller-inline-max-function-size=0"],
];

/// What every browser has that can run the page, and the compiler uses.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Makes the page's program smaller, in its place. Its functions keep their names.
///
/// `linked` is the program as the linker made it, which says what refers to what.
pub(crate) fn for_page(toolbox: &Toolbox, program: &Path, linked: &Path) -> Result<()> {
    fs::write(program, without_unused(&fs::read(program)?, &fs::read(linked)?)?)?;
    wasm_opt(toolbox, program, &["--debuginfo"])
}

/// Makes a package's program smaller, in its place: a package is used in other ways than the page, and says all that it
/// has to say.
pub(crate) fn for_package(toolbox: &Toolbox, program: &Path) -> Result<()> {
    wasm_opt(toolbox, program, &[])
}

/// Makes the second part of the page's program smaller, in its place: what it alone uses can be put where it is used.
/// (The first part only grows by that.)
pub(crate) fn second_part(toolbox: &Toolbox, program: &Path) -> Result<()> {
    let passes = ["-Oz", "--low-memory-unused", "--one-caller-inline-max-function-size=40"];
    run(toolbox, program, &passes, &[])
}

fn wasm_opt(toolbox: &Toolbox, program: &Path, more: &[&str]) -> Result<()> {
    PASSES.iter().try_for_each(|passes| run(toolbox, program, passes, more))
}

fn run(toolbox: &Toolbox, program: &Path, passes: &[&str], more: &[&str]) -> Result<()> {
    let mut command = Command::new(&toolbox.wasm_opt);
    command.args(passes).args(FEATURES).args(more);
    shell::run(command.arg("--output").arg(program).arg(program))
}

/// The page's program, with functions that stop it in place of those that it never calls: wasm-opt can then leave out
/// what calls them, what they call, and what is only made for them. What only they led to is taken out here.
fn without_unused(program: &[u8], linked: &[u8]) -> Result<Vec<u8>> {
    let is_unused = |(number, name): (u32, String)| names::has_one(&name, UNUSED).then_some(number);
    let stops = names::of_functions(linked)?.into_iter().filter_map(is_unused).collect();
    let Unreached { functions, data } = reach::unreached(linked, &stops)?;
    // The tool between gives the functions other numbers; it leaves their names and the memory as they are. What shares
    // its name with something that is needed stays.
    let names = names::with_hashes(linked)?;
    let is_gone = |number: &u32| stops.contains(number) || functions.contains(number);
    let (gone, needed): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|(number, _)| is_gone(number));
    let mut gone: BTreeSet<String> = gone.into_iter().map(|(_, name)| name).collect();
    for (_, name) in needed {
        gone.remove(&name);
    }
    let names = names::with_hashes(program)?;
    let mut bodies = Vec::new();
    let mut imported = 0;
    for payload in Parser::new(0).parse_all(program) {
        match payload? {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body),
            _ => {}
        }
    }
    let mut code = CodeSection::new();
    for (function, body) in (imported..).zip(&bodies) {
        let is_gone = names.get(&function).is_some_and(|name| gone.contains(name));
        code.raw(if is_gone { &TRAP } else { body.as_bytes() });
    }
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(program) {
        match payload? {
            Payload::CodeSectionStart { .. } => {
                module.section(&code);
            }
            Payload::DataSection(reader) => {
                module.section(&without(&data, reader)?);
            }
            // The linker's record is of the program as it was.
            Payload::CustomSection(section)
                if section.name() == "linking" || section.name().starts_with("reloc.") => {}
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    let data = &program[range.start as usize..range.end as usize];
                    module.section(&RawSection { id, data });
                }
            }
        }
    }
    Ok(module.finish())
}

/// The memory that a program begins with, with zeros at these addresses: they are not stored.
fn without(unreached: &[Range<usize>], memory: DataSectionReader<'_>) -> Result<DataSection> {
    let mut section = DataSection::new();
    for segment in memory {
        let segment = segment?;
        let start = reach::address_of(&segment).context("a segment has an address")?;
        let mut bytes = segment.data.to_vec();
        for range in unreached {
            let from = range.start.clamp(start, start + bytes.len()) - start;
            let to = range.end.clamp(start, start + bytes.len()) - start;
            bytes[from..to].fill(0);
        }
        section.active(0, &ConstExpr::i32_const(u32::try_from(start)?.cast_signed()), bytes);
    }
    Ok(section)
}

#[cfg(test)]
mod tests {
    use wasmparser::{FunctionBody, KnownCustom};

    use super::*;
    use crate::reach::tests::{AT, MEMORY, NAMES, linked};

    #[test]
    fn what_the_page_never_uses_is_taken_out() {
        let linked = linked();
        let program = without_unused(&linked, &linked).unwrap();
        let stops = |body: FunctionBody<'_>| body.as_bytes() == TRAP;
        let (mut stopped, mut memory) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(&program) {
            match payload.unwrap() {
                Payload::CodeSectionEntry(body) => stopped.push(stops(body)),
                Payload::DataSection(reader) => {
                    for segment in reader {
                        let segment = segment.unwrap();
                        memory.push((reach::address_of(&segment), segment.data.to_vec()));
                    }
                }
                Payload::CustomSection(section) => {
                    assert!(matches!(section.as_known(), KnownCustom::Name(_)), "{section:?}");
                }
                _ => {}
            }
        }
        assert_eq!(stopped, [false, true, false, true]);
        let mut kept = MEMORY.to_vec();
        kept[4..].fill(0);
        assert_eq!(memory, [(Some(AT), kept)]);
        assert_eq!(names::of_functions(&program).unwrap()[&2], NAMES[1]);
    }

    #[test]
    fn a_program_without_names_is_refused() {
        let empty = Module::new().finish();
        assert!(without_unused(&empty, &empty).is_err());
    }
}
