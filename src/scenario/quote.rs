//! Words from outside, as messages show them.

use std::fmt::{self, Display, Write as _};

/// A text in quotes, with escapes in place of what cannot be seen or turns the words around it.
///
/// Much as `{:?}` writes it, without the tables of what can be printed: everyone downloads those with the page,
/// so no code of the page writes texts with `{:?}`.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c.is_control() || is_unseen(c) => write!(f, "\\u{{{:x}}}", c as u32)?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// Separators of lines, what turns the direction of writing, and what has no width.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::Quoted;

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        for (text, quoted) in [
            ("S6", r#""S6""#),
            ("", r#""""#),
            ("żółw 龜", r#""żółw 龜""#),
            ("a \"b\" \\", r#""a \"b\" \\""#),
            ("a\nb\u{7f}\u{85}", r#""a\u{a}b\u{7f}\u{85}""#),
            ("\u{202e}txt\u{2028}\u{feff}", r#""\u{202e}txt\u{2028}\u{feff}""#),
        ] {
            assert_eq!(Quoted(text).to_string(), quoted);
        }
    }
}
