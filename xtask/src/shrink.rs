//! Makes what trunk built smaller, without changing what it does.
//!
//! trunk cannot minify the glue that wasm-bindgen writes. What costs most in it is not code but names: each
//! function that the program asks of the browser has a long one, with a hash that no compressor can shorten,
//! and it stands in the program too. And trunk leaves every style sheet a file of its own, to be asked for and
//! compressed alone.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_encoder::{EntityType, ExportSection, ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

use crate::tools::Toolbox;
use crate::{optimise, shell, site, size, split};

/// Optimises a site's program and cuts it in two, shortens the names between it and its glue, minifies its scripts, and
/// puts its style sheets and its policy into its page.
pub(crate) fn site(folder: &Path, toolbox: &Toolbox) -> Result<()> {
    let of = |ending: &str| {
        let mut files = site::files(folder)?;
        files.retain(|file| file.extension().is_some_and(|it| it == ending));
        anyhow::Ok(files)
    };
    for program in of("wasm")? {
        optimise::for_page(toolbox, &program, &site::linked_program())?;
        in_two_parts(&program, folder, toolbox)?;
    }
    for script in of("js")? {
        let mut minify = Command::new(&toolbox.esbuild);
        minify.args(["--minify", "--tree-shaking=true", "--log-level=warning"]).arg(&script);
        let text = shell::output_of(&mut minify)?;
        fs::write(script, text)?;
    }
    for page in of("html")? {
        let (text, sheets) = with_styles_inside(&fs::read_to_string(&page)?, folder)?;
        fs::write(page, with_policy(&text)?)?;
        for sheet in sheets {
            fs::remove_file(sheet)?;
        }
    }
    Ok(())
}

/// What the glue gets behind it, so that the second part can be fetched.
const LOADER: &str = include_str!("../../web/rest.js");

/// Cuts a program in two, and gives both parts, their glue and the page's words for them names by what is in them:
/// parts of different builds do not fit together.
fn in_two_parts(program: &Path, folder: &Path, toolbox: &Toolbox) -> Result<()> {
    let name = program.to_string_lossy();
    let stem = name.strip_suffix("_bg.wasm").context("a program is named by wasm-bindgen")?;
    let glue = PathBuf::from(format!("{stem}.js"));
    let whole = fs::read(program)?;
    let kept = size::named_program();
    fs::create_dir_all(kept.parent().context("a file lies in a folder")?)?;
    fs::write(kept, &whole)?;
    let mut parts = split::split(&whole)?;
    fs::write(program, &parts.rest)?;
    optimise::second_part(toolbox, program)?;
    parts.rest = fs::read(program)?;
    let text = with_loader(&fs::read_to_string(&glue)?)?;
    let (parts, text) = with_short_names(&[parts.first, parts.rest], &text)?;

    let mut hasher = DefaultHasher::new();
    (&parts, &text).hash(&mut hasher);
    let (path, _) = stem.rsplit_once('-').context("a program's name ends in a hash")?;
    let named = format!("{path}-{:016x}", hasher.finish());
    fs::remove_file(program)?;
    fs::remove_file(&glue)?;
    for (part, ending) in parts.iter().zip(["_bg.wasm", "_rest.wasm"]) {
        fs::write(format!("{named}{ending}"), part)?;
    }
    fs::write(format!("{named}.js"), text)?;
    let page = folder.join("index.html");
    let name_of = |path: &str| {
        let name = Path::new(path).file_name().context("a program has a name")?;
        anyhow::Ok(name.to_string_lossy().into_owned())
    };
    let text = fs::read_to_string(&page)?.replace(&name_of(stem)?, &name_of(&named)?);
    fs::write(page, with_rest(&text, &name_of(&named)?)?)?;
    Ok(())
}

/// A page whose script knows where the second part is.
fn with_rest(page: &str, stem: &str) -> Result<String> {
    let script = "<script ";
    ensure!(page.contains(script), "the page has no script to tell of its program's second part");
    Ok(page.replacen(script, &format!("{script}data-rest=./{stem}_rest.wasm "), 1))
}

/// The glue with what fetches the second part, and the function by which the program asks for it.
fn with_loader(glue: &str) -> Result<String> {
    let imports = "const import0 = {";
    ensure!(glue.contains(imports), "the glue gives its program no functions");
    // The page never starts its program in this way, and need not load the code for it.
    let glue = glue.replace("export { initSync, ", "export { ");
    let load = format!("{imports}\n{}: function() {{ loadRest(); }},", split::LOAD);
    Ok(glue.replacen(imports, &load, 1) + LOADER)
}

/// A page with its style sheets in it, in their order, in the place of the first; and their files.
fn with_styles_inside(page: &str, folder: &Path) -> Result<(String, Vec<PathBuf>)> {
    let (mut text, mut styles, mut place) = (String::new(), String::new(), None);
    let mut sheets = Vec::new();
    let mut rest = page;
    while let Some((before, behind)) = rest.split_once("<link ") {
        let (tag, after) = behind.split_once('>').context("a link ends")?;
        text += before;
        let words = || tag.split_ascii_whitespace().map(|word| word.replace('"', ""));
        if words().any(|word| word == "rel=stylesheet") {
            let name = words().find_map(|word| word.strip_prefix("href=./").map(str::to_owned));
            let sheet = folder.join(name.context("a style sheet has a relative address")?);
            styles += fs::read_to_string(&sheet)?.trim();
            sheets.push(sheet);
            place.get_or_insert(text.len());
        } else {
            text = text + "<link " + tag + ">";
        }
        rest = after;
    }
    text += rest;
    if let Some(place) = place {
        text.insert_str(place, &format!("<style>{styles}</style>"));
    }
    Ok((text, sheets))
}

/// A page that keeps to the site's policy also where its host sends none. It stands first, because it means nothing to
/// what stands before it. (A page that trunk serves reloads itself by an inline script, and has none.)
fn with_policy(page: &str) -> Result<String> {
    let first = "<meta charset=utf-8>";
    ensure!(page.contains(first), "the page does not begin with its charset");
    let policy = site::CONTENT_SECURITY_POLICY;
    let meta = format!("{first}<meta http-equiv=Content-Security-Policy content=\"{policy}\">");
    Ok(page.replacen(first, &meta, 1))
}

/// The parts of a program and their glue with short names for what each has of the others.
fn with_short_names(parts: &[Vec<u8>], glue: &str) -> Result<(Vec<Vec<u8>>, String)> {
    let (mut imports, mut exports) = (Names::new(), Names::new());
    let (mut glue, mut short) = (glue.to_owned(), Vec::new());
    for part in parts {
        let mut module = Module::new();
        for payload in Parser::new(0).parse_all(part) {
            match payload? {
                Payload::ImportSection(reader) => {
                    let mut section = ImportSection::new();
                    for import in reader.into_imports() {
                        let import = import?;
                        let ty = EntityType::try_from(import.ty)?;
                        if import.module == split::FIRST {
                            section.import(split::FIRST, shortened(&mut exports, import.name), ty);
                            continue;
                        }
                        // All else that a program imports is of its glue's object of functions.
                        let quoted = format!("\"{}\"", import.module);
                        glue = glue.replace(&quoted, &format!("\"{MODULE}\""));
                        section.import(MODULE, shortened(&mut imports, import.name), ty);
                    }
                    module.section(&section);
                }
                Payload::ExportSection(reader) => {
                    let mut section = ExportSection::new();
                    for export in reader {
                        let export = export?;
                        let name = shortened(&mut exports, export.name);
                        section.export(name, export.kind.into(), export.index);
                    }
                    module.section(&section);
                }
                other => {
                    if let Some((id, range)) = other.as_section() {
                        let data = &part[range.start as usize..range.end as usize];
                        module.section(&RawSection { id, data });
                    }
                }
            }
        }
        short.push(module.finish());
    }
    Ok((short, renamed(&without_unasked(&glue, &imports), &imports, &exports)?))
}

/// The glue without the functions that the program does not ask for, now that it is smaller than the one that the
/// glue was made for. Each stands in lines of its own, the last of which is `},` or, where what the browser throws is
/// handled, `}, arguments); },`.
fn without_unasked(glue: &str, imports: &Names) -> String {
    let (mut text, mut skips) = (String::new(), false);
    for line in glue.lines() {
        let name = line.trim_start().split_once(": function(").map(|(name, _)| name);
        skips = skips
            || name.is_some_and(|name| name.starts_with("__wb") && !imports.contains_key(name));
        if !skips {
            text = text + line + "\n";
        }
        skips = skips && !(line.starts_with("        }") && line.ends_with("},"));
    }
    text
}

/// What the glue's object of functions is called between the two.
const MODULE: &str = "g";

/// The short name of each long one.
type Names = BTreeMap<String, String>;

/// The short name of a long one: `a`, `b`, ..., `aa`, ...
fn shortened<'a>(names: &'a mut Names, long: &str) -> &'a str {
    let mut left = names.len();
    names.entry(long.to_owned()).or_insert_with(|| {
        let mut short = String::new();
        loop {
            short.insert(0, char::from(b'a' + (left % 26) as u8));
            if left < 26 {
                return short;
            }
            left = left / 26 - 1;
        }
    })
}

/// The glue with its program's imports (`name: function ...`) and exports (`wasm.name`) renamed.
fn renamed(glue: &str, imports: &Names, exports: &Names) -> Result<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let (mut text, mut rest, mut given) = (String::new(), glue, 0);
    while let Some(start) = rest.find(is_part) {
        let (between, behind) = rest.split_at(start);
        text += between;
        let (word, after) = behind.split_at(behind.find(|c| !is_part(c)).unwrap_or(behind.len()));
        let short = if text.ends_with("wasm.") {
            exports.get(word)
        } else if after.starts_with(": function") {
            given += usize::from(imports.contains_key(word));
            imports.get(word)
        } else {
            None
        };
        text += short.map_or(word, String::as_str);
        rest = after;
    }
    ensure!(
        given == imports.len(),
        "the glue gives {given} of the {} functions that its program asks for",
        imports.len()
    );
    Ok(text + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_go_into_the_page_in_their_order() {
        let folder = shell::workspace().join("target/tests/shrink-styles");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.css"), "a{}\n").unwrap();
        fs::write(folder.join("b.css"), "b{}").unwrap();
        let page = "<link rel=icon href=./i.svg><link href=./a.css rel=stylesheet><p><link rel=\"stylesheet\" href=\"./b.css\">x";
        let (text, sheets) = with_styles_inside(page, &folder).unwrap();
        assert_eq!(text, "<link rel=icon href=./i.svg><style>a{}b{}</style><p>x");
        assert_eq!(sheets, [folder.join("a.css"), folder.join("b.css")]);
    }

    #[test]
    fn the_policy_stands_before_all_that_it_is_about() {
        let page =
            with_policy("<!doctype html><meta charset=utf-8><script src=a.js></script>").unwrap();
        let (before, after) = page.split_once(site::CONTENT_SECURITY_POLICY).unwrap();
        assert!(
            before.ends_with("<meta http-equiv=Content-Security-Policy content=\""),
            "{before}"
        );
        assert_eq!(after, "\"><script src=a.js></script>");
        assert!(!site::CONTENT_SECURITY_POLICY.contains('"'));
        assert!(with_policy("<p>").is_err());
    }

    #[test]
    fn names_are_short_and_alike_on_both_sides() {
        let (mut imports, mut exports) = (ImportSection::new(), ExportSection::new());
        let name = "__wbg_now_0123456789abcdef";
        imports.import("./synod_bg.js", name, EntityType::Function(0));
        imports.import("./synod_bg.js", "__wbg_x_fedcba9876543210", EntityType::Function(0));
        exports.export("playground_new", wasm_encoder::ExportKind::Func, 1);
        let mut types = wasm_encoder::TypeSection::new();
        types.ty().function([], []);
        let program = Module::new().section(&types).section(&imports).section(&exports).clone();
        let glue = "const g = { \"./synod_bg.js\": i };\nconst i = {\n\
            __wbg_now_0123456789abcdef: function() { wasm.playground_new(); },\n\
            __wbg_x_fedcba9876543210: function(playground_new) {} };";
        let (short, text) = with_short_names(&[program.finish()], glue).unwrap();
        assert_eq!(
            text,
            "const g = { \"g\": i };\nconst i = {\na: function() { wasm.a(); },\n\
            b: function(playground_new) {} };\n"
        );
        let fields = |payload| match payload {
            Ok(Payload::ImportSection(reader)) => reader
                .into_imports()
                .map(|import| import.unwrap())
                .map(|import| format!("{}.{}", import.module, import.name))
                .collect(),
            Ok(Payload::ExportSection(reader)) => {
                reader.into_iter().map(|export| export.unwrap().name.to_owned()).collect()
            }
            _ => Vec::new(),
        };
        let names: Vec<String> = Parser::new(0).parse_all(&short[0]).flat_map(fields).collect();
        assert_eq!(names, ["g.a", "g.b", "a"]);
    }

    #[test]
    fn the_glue_loses_the_functions_that_nobody_asks_for() {
        let names = Names::from([("__wbg_now_01".to_owned(), "a".to_owned())]);
        let glue = |between: &str| {
            format!(
                "{between}        __wbg_now_01: function() {{\n            return 1;\n        }},\n{between}    }};\n"
            )
        };
        let other =
            "        __wbg_of_02: function(a) {\n            if (a) {\n            }\n        },\n";
        let handled = "        __wbg_to_03: function() { return handleError(function (a) {\n            \
                       a.to();\n        }, arguments); },\n";
        assert_eq!(without_unasked(&glue(other), &names), glue(""));
        assert_eq!(without_unasked(&glue(handled), &names), glue(""));
    }

    #[test]
    fn the_page_and_the_glue_learn_of_the_second_part() {
        let page = "<p><script data-js=./a-1.js type=module></script>";
        let told = "<p><script data-rest=./a-1_rest.wasm data-js=./a-1.js type=module></script>";
        assert_eq!(with_rest(page, "a-1").unwrap(), told);
        assert!(with_rest("<p>", "a-1").is_err());
        let glue =
            with_loader("const import0 = {\n};\nexport { initSync, __wbg_init as default };")
                .unwrap();
        assert!(glue.starts_with("const import0 = {\nload_rest: function() { loadRest(); },\n};"));
        assert!(glue.contains("export { __wbg_init as default };"));
        assert!(with_loader("something else").is_err());
    }

    #[test]
    fn an_import_that_the_glue_does_not_give_is_an_error() {
        let names = Names::from([("__wbg_now_0123456789abcdef".to_owned(), "a".to_owned())]);
        assert!(renamed("const i = { f: function() {} }", &names, &Names::new()).is_err());
    }

    #[test]
    fn many_names_stay_distinct() {
        let mut names = Names::new();
        for number in 0..1_000 {
            shortened(&mut names, &number.to_string());
        }
        let short: std::collections::BTreeSet<_> = names.values().collect();
        assert_eq!(short.len(), names.len());
        assert_eq!(names["25"], "z");
        assert_eq!(names["26"], "aa");
    }
}
