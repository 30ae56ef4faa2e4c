//! Makes what trunk built smaller, without changing what it does.
//!
//! trunk cannot minify the glue that wasm-bindgen writes. What costs most in it is not code: comments, and
//! the hash at the end of every import's name, which no compressor can shorten and which stands in the
//! program too. And it leaves every style sheet a file of its own, to be asked for and compressed alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::site;

/// Takes the comments out of every script of a site, and numbers the imports of its program.
pub(crate) fn site(folder: &Path) -> Result<()> {
    let files = site::files(folder)?;
    let of = |ending: &str| {
        let ending = ending.to_owned();
        files.iter().filter(move |file| file.extension().is_some_and(|it| *it == *ending))
    };
    let mut numbers = BTreeMap::new();
    for script in of("js") {
        let mut text = without_comments(&fs::read_to_string(script)?).into_bytes();
        for at in hashes(&text) {
            let next = format!("{:016}", numbers.len());
            numbers.entry(text[at..at + HASH].to_vec()).or_insert(next);
        }
        renumber(&mut text, &numbers);
        fs::write(script, text)?;
    }
    for program in of("wasm") {
        let mut bytes = fs::read(program)?;
        renumber(&mut bytes, &numbers);
        fs::write(program, bytes)?;
    }
    for page in of("html") {
        let (text, sheets) = with_styles_inside(&fs::read_to_string(page)?, folder)?;
        fs::write(page, text)?;
        for sheet in sheets {
            fs::remove_file(sheet)?;
        }
    }
    Ok(())
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

/// The digits of a hash.
const HASH: usize = 16;

/// Where hashes begin: sixteen hexadecimal digits behind a `_` that end a name.
fn hashes(text: &[u8]) -> Vec<usize> {
    let is_hash = |at: &usize| {
        let digits = text.get(*at..*at + HASH);
        let ends = text.get(*at + HASH).is_none_or(|next| !next.is_ascii_alphanumeric());
        ends && digits.is_some_and(|digits| {
            digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        })
    };
    let behind = text.iter().enumerate().filter(|(_, byte)| **byte == b'_').map(|(at, _)| at + 1);
    behind.filter(is_hash).collect()
}

/// Writes a number in place of each hash that has one. Both are equally long, so nothing moves.
fn renumber(text: &mut [u8], numbers: &BTreeMap<Vec<u8>, String>) {
    for at in hashes(text) {
        if let Some(number) = numbers.get(&text[at..at + HASH]) {
            text[at..at + HASH].copy_from_slice(number.as_bytes());
        }
    }
}

/// A script without lines that are comments, and without indentation.
fn without_comments(script: &str) -> String {
    let mut kept = String::new();
    let mut in_comment = false;
    for line in script.lines().map(str::trim_start) {
        in_comment |= line.starts_with("/**");
        let is_comment = in_comment || line.starts_with("//");
        in_comment &= !line.trim_end().ends_with("*/");
        if !is_comment && !line.is_empty() {
            kept += line;
            kept += "\n";
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_code_stays() {
        let script =
            "// a\n/**\n * b\n */\nfunction f() {\n    /** c */\n    return g; // d\n}\n\n";
        assert_eq!(without_comments(script), "function f() {\nreturn g; // d\n}\n");
    }

    #[test]
    fn style_sheets_go_into_the_page_in_their_order() {
        let folder = crate::shell::workspace().join("target/tests/shrink-styles");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.css"), "a{}\n").unwrap();
        fs::write(folder.join("b.css"), "b{}").unwrap();
        let page = "<link rel=icon href=./i.svg><link href=./a.css rel=stylesheet><p><link rel=\"stylesheet\" href=\"./b.css\">x";
        let (text, sheets) = with_styles_inside(page, &folder).unwrap();
        assert_eq!(text, "<link rel=icon href=./i.svg><style>a{}b{}</style><p>x");
        assert_eq!(sheets, [folder.join("a.css"), folder.join("b.css")]);
    }

    #[test]
    fn imports_are_numbered_alike_in_both_files() {
        let folder = crate::shell::workspace().join("target/tests/shrink");
        fs::create_dir_all(&folder).unwrap();
        let name = "__wbg_now_0123456789abcdef";
        fs::write(folder.join("a.js"), format!("{name}: f, __wbg_x_fedcba9876543210: g")).unwrap();
        let program = format!("\0asm{name}\0_00112233445566778_0123456789abcdeg");
        fs::write(folder.join("a.wasm"), &program).unwrap();
        site(&folder).unwrap();
        let glue = fs::read_to_string(folder.join("a.js")).unwrap();
        assert_eq!(glue, "__wbg_now_0000000000000000: f, __wbg_x_0000000000000001: g\n");
        let numbered = program.replace("0123456789abcdef", "0000000000000000");
        assert_eq!(fs::read_to_string(folder.join("a.wasm")).unwrap(), numbered);
    }
}
