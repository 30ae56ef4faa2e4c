//! Makes what trunk built smaller, without changing what it does.
//!
//! trunk cannot minify the glue that wasm-bindgen writes. What costs most in it is not code: comments, and
//! the hash at the end of every import's name, which no compressor can shorten and which stands in the
//! program too.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

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
    Ok(())
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
