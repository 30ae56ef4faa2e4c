//! What a reader should not have to meet: unfinished code, silent exceptions, endless files.

use crate::Breach;
use crate::source::Source;

/// Macros that mean "not finished".
const UNFINISHED: [&str; 3] = ["dbg", "todo", "unimplemented"];
/// A file longer than this holds more than one concern.
const MAX_LINES: usize = 900;

/// Breaches in the code of a file, its tests included.
pub(crate) fn check_code(source: &Source) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for at in source.macros.iter().filter(|at| UNFINISHED.contains(&at.text.as_str())) {
        breaches.push(Breach::new(at.line, format!("unfinished: `{}!`", at.text)));
    }
    for at in &source.attributes {
        let words: Vec<&str> = at.text.split(' ').collect();
        if words.first() == Some(&"ignore") {
            breaches.push(Breach::new(at.line, "a test that is ignored tests nothing"));
        }
        let excuses =
            words.windows(2).any(|pair| ["allow", "expect"].contains(&pair[0]) && pair[1] == "(");
        if excuses && !words.contains(&"reason") {
            breaches.push(Breach::new(at.line, "an exception needs its `reason = \"...\"`"));
        }
    }
    breaches
}

/// Breaches in the text of a file, whatever its language.
pub(crate) fn check_text(text: &str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (number, line) in (1..).zip(text.split('\n')) {
        if line.ends_with([' ', '\t', '\r']) {
            breaches.push(Breach::new(number, "white space at the end of the line"));
        }
        if line.contains('\t') {
            breaches.push(Breach::new(number, "a tab"));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        breaches.push(Breach::new(text.lines().count(), "no line break at the end of the file"));
    }
    breaches
}

/// The breach of a file that is too long.
pub(crate) fn check_length(text: &str) -> Vec<Breach> {
    let lines = text.lines().count();
    let what = format!("{lines} lines: split the file, {MAX_LINES} is the most");
    if lines > MAX_LINES { vec![Breach::new(lines, what)] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINES, check_code, check_length, check_text};
    use crate::source::Source;

    fn breaches_in(text: &str) -> usize {
        check_code(&Source::read("src/x.rs", text).expect("the test's source can be read")).len()
    }

    #[test]
    fn unfinished_code_is_refused() {
        assert_eq!(breaches_in("fn f() { todo!() }"), 1);
        assert_eq!(breaches_in("fn f() { std::unimplemented!(\"later\") }"), 1);
        assert_eq!(breaches_in("fn f() { g(|| dbg!(1)); }"), 1);
        assert_eq!(breaches_in("// todo!()\nfn todo() { todo(); g(\"todo!()\") }"), 0);
    }

    #[test]
    fn ignored_tests_are_refused() {
        assert_eq!(breaches_in("#[test]\n#[ignore]\nfn f() {}"), 1);
        assert_eq!(breaches_in("#[test]\n#[ignore = \"slow\"]\nfn f() {}"), 1);
        assert_eq!(breaches_in("#[cfg(test)] mod tests { #[ignore] fn f() {} }"), 1);
    }

    #[test]
    fn an_exception_has_a_reason() {
        assert_eq!(breaches_in("#[allow(dead_code)] fn f() {}"), 1);
        assert_eq!(breaches_in("#![allow(dead_code)]"), 1);
        assert_eq!(breaches_in("#[cfg_attr(test, allow(dead_code))] fn f() {}"), 1);
        assert_eq!(breaches_in("#[allow(dead_code, reason = \"why\")] fn f() {}"), 0);
        assert_eq!(breaches_in("#[derive(Clone)] struct Allow;"), 0);
    }

    #[test]
    fn text_ends_where_it_ends() {
        assert_eq!(check_text("a\nb\n").len(), 0);
        assert_eq!(check_text("a \nb").len(), 2);
        assert_eq!(check_text("\ta\n").len(), 1);
        assert_eq!(check_text("a\r\n").len(), 1);
    }

    #[test]
    fn a_long_file_is_refused() {
        assert_eq!(check_length(&"x\n".repeat(MAX_LINES)).len(), 0);
        assert_eq!(check_length(&"x\n".repeat(MAX_LINES + 1)).len(), 1);
    }
}
