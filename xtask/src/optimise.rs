//! Makes a program small: takes out what the page never does, and has wasm-opt do the rest.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use wasm_encoder::{CodeSection, Module, RawSection};
use wasmparser::{Parser, Payload, TypeRef};

use crate::tools::Toolbox;
use crate::{names, shell};

/// What the page never uses of its framework, because it has one listener for all (`web/src/listen.rs`) and builds
/// nothing but elements, texts and lists; and the words of a panic, with what they are made of: reaching it stops the
/// program, as the panic would have, and the page says so and gives back the run (`web/src/crash.rs`), which says the
/// rest in a build that is not optimised (`cargo xtask serve --dev`).
const UNUSED: &[&str] = &[
    "console_error_panic_hook::hook",
    "panicking::panic_bounds_check",
    "slice::index::slice_index_fail",
    "option::unwrap_failed",
    "result::unwrap_failed",
    "option::expect_failed",
    "panicking::panic_const::",
    "raw_vec::capacity_overflow",
    "panicking::assert_failed",
    "panicking::panic_fmt",
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
pub(crate) fn for_page(toolbox: &Toolbox, program: &Path) -> Result<()> {
    fs::write(program, without_unused(&fs::read(program)?)?)?;
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
/// what calls them, what they call, and what is only made for them.
fn without_unused(program: &[u8]) -> Result<Vec<u8>> {
    let names = names::of_functions(program)?;
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
        let is_unused = names.get(&function).is_some_and(|name| names::has_one(name, UNUSED));
        code.raw(if is_unused { &TRAP } else { body.as_bytes() });
    }
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(program) {
        let payload = payload?;
        if let Payload::CodeSectionStart { .. } = payload {
            module.section(&code);
        } else if let Some((id, range)) = payload.as_section() {
            let data = &program[range.start as usize..range.end as usize];
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        EntityType, Function, FunctionSection, ImportSection, NameMap, NameSection, TypeSection,
    };
    use wasmparser::{FunctionBody, Validator};

    use super::*;

    #[test]
    fn what_the_page_never_uses_stops_it() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("./glue.js", "tell", EntityType::Function(0));
        let (mut functions, mut code, mut names) =
            (FunctionSection::new(), CodeSection::new(), NameMap::new());
        let own = [
            "main",
            "yew::dom_bundle::braw::attach",
            "core::ptr::drop_in_place<yew::dom_bundle::braw::X>",
        ];
        for (index, name) in (1..).zip(own) {
            functions.function(0);
            let mut body = Function::new([]);
            body.instructions().call(0).end();
            code.function(&body);
            names.append(index, name);
        }
        let mut section = NameSection::new();
        section.functions(&names);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&code)
            .section(&section);
        let program = without_unused(&module.finish()).unwrap();
        Validator::new().validate_all(&program).unwrap();
        let bodies =
            Parser::new(0).parse_all(&program).filter_map(|payload| match payload.unwrap() {
                Payload::CodeSectionEntry(body) => Some(body),
                _ => None,
            });
        let stops = |body: FunctionBody<'_>| body.as_bytes() == TRAP;
        assert_eq!(bodies.map(stops).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(names::of_functions(&program).unwrap()[&2], own[1]);
    }

    #[test]
    fn a_program_without_names_is_refused() {
        assert!(without_unused(&Module::new().finish()).is_err());
    }
}
