//! The words of a line.

use std::fmt;
use std::str::FromStr;

use crate::scenario::{Quoted, Ratio, Span, json, limits};
use crate::trace::quoted;

/// Words that mean something where a name could stand; as names they are quoted.
const KEYWORDS: [&str; 30] = [
    "after",
    "at",
    "drop",
    "duplicate",
    "duplication",
    "epoch",
    "fifo",
    "from",
    "hide",
    "key",
    "lanes",
    "latency",
    "link",
    "loss",
    "nth",
    "off",
    "on",
    "peer",
    "play",
    "reordered",
    "skip",
    "slot",
    "step",
    "take",
    "taking",
    "times",
    "to",
    "until",
    "value",
    "what",
];

/// A name as a script writes it: plain where that is clear, else quoted.
pub(super) struct Word<'a>(pub(super) &'a str);

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0;
        let plain = !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_graphic())
            && !text.starts_with(['"', '#', '|'])
            && KEYWORDS.binary_search(&text).is_err();
        if plain { f.write_str(text) } else { Literal(text).fmt(f) }
    }
}

/// A text in quotes, whatever it is.
pub(super) struct Literal<'a>(pub(super) &'a str);

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(self.0))
    }
}

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    /// In quotes it is a name, never a word of the language.
    pub(super) quoted: bool,
}

impl Token {
    fn is(&self, keyword: &str) -> bool {
        !self.quoted && self.text == keyword
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.text.chars().take(limits::NAME_MAX).collect::<String>();
        Quoted(&shown).fmt(f)
    }
}

/// Reads the words of one line from left to right.
///
/// The first mistake is kept as a sentence for [`Words::done`]. It uses up the line, and whatever is asked
/// for after it is empty.
pub(super) struct Words {
    tokens: std::vec::IntoIter<Token>,
    mistake: Option<String>,
}

impl Words {
    /// Splits a line.
    pub(super) fn new(line: &str) -> Words {
        let mut tokens = Vec::new();
        match split(line, &mut tokens) {
            Ok(()) => Words { tokens: tokens.into_iter(), mistake: None },
            Err(says) => Words { tokens: Vec::new().into_iter(), mistake: Some(says) },
        }
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.as_slice().first()
    }

    /// Whether the line is used up.
    pub(super) fn is_done(&self) -> bool {
        self.peek().is_none()
    }

    /// The end of the line, or what is wrong with it.
    pub(super) fn done(&mut self) -> Result<(), String> {
        if let Some(token) = self.peek() {
            self.fail(format!("{token} is too much here"));
        }
        self.mistake.take().map_or(Ok(()), Err)
    }

    /// Says what is wrong, unless something was before.
    #[inline(never)]
    pub(super) fn fail(&mut self, says: String) {
        self.tokens = Vec::new().into_iter();
        self.mistake.get_or_insert(says);
    }

    #[inline(never)]
    pub(super) fn next(&mut self, what: &str) -> Token {
        self.tokens.next().unwrap_or_else(|| {
            self.fail(format!("{what} is missing"));
            Token { text: String::new(), quoted: true }
        })
    }

    /// Takes the keyword if it comes next.
    #[inline(never)]
    pub(super) fn take(&mut self, keyword: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is(keyword));
        if found {
            self.tokens.next();
        }
        found
    }

    #[inline(never)]
    pub(super) fn expect(&mut self, keyword: &str) {
        if !self.take(keyword) {
            self.fail(match self.peek() {
                Some(token) => format!("{token} stands where `{keyword}` belongs"),
                None => format!("`{keyword}` is missing"),
            });
        }
    }

    /// Whether a name comes next, not a word of the language or the end.
    pub(super) fn has_name(&self) -> bool {
        self.peek().is_some_and(is_name)
    }

    /// How many names come next, before a word of the language or the end.
    pub(super) fn names_ahead(&self) -> usize {
        self.tokens.as_slice().iter().take_while(|token| is_name(token)).count()
    }

    #[inline(never)]
    pub(super) fn name(&mut self, what: &str) -> String {
        let token = self.next(what);
        if !is_name(&token) {
            self.fail(format!(
                "{token} stands where {what} belongs; put it in quotes if it is a name"
            ));
        }
        token.text
    }

    pub(super) fn number<T: FromStr + Default>(&mut self, what: &str) -> T {
        let token = self.next(what);
        token.text.parse().unwrap_or_else(|_| {
            self.fail(format!("{token} is not {what}"));
            T::default()
        })
    }

    /// A number after its keyword, or 0 where the keyword is missing.
    pub(super) fn number_after(&mut self, keyword: &str, what: &str) -> u32 {
        if self.take(keyword) { self.number(what) } else { 0 }
    }

    /// A number with its unit attached: `20%`.
    pub(super) fn number_in<T: FromStr + Default>(&mut self, unit: &str, what: &str) -> T {
        let token = self.next(what);
        let number = token.text.strip_suffix(unit).and_then(|number| number.parse().ok());
        number.unwrap_or_else(|| {
            self.fail(format!("{token} is not {what}, a number followed by {unit}"));
            T::default()
        })
    }

    /// A time or duration, in microseconds.
    #[inline(never)]
    pub(super) fn span(&mut self) -> u64 {
        let token = self.next("a time");
        let Span(us) = token.text.parse().unwrap_or_else(|error| {
            self.fail(format!("{token} is not a time: {error}"));
            Span(0)
        });
        us
    }

    #[inline(never)]
    pub(super) fn ratio(&mut self) -> Ratio {
        let token = self.next("a ratio");
        let parts = token.text.split_once('/');
        let ratio = parts
            .and_then(|(of, per)| Some(Ratio { of: of.parse().ok()?, per: per.parse().ok()? }));
        ratio.unwrap_or_else(|| {
            self.fail(format!("{token} is not a ratio like 1/100"));
            Ratio::NEVER
        })
    }
}

/// The words of a line, up to a comment.
fn split(line: &str, tokens: &mut Vec<Token>) -> Result<(), String> {
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let quoted = rest.starts_with('"');
        let end = if quoted {
            string_end(rest).ok_or("the closing quote is missing")?
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at(end);
        let mut text = String::new();
        if quoted {
            json::read(word, &mut text)
                .map_err(|_| format!("{word} is not escaped as JSON texts are"))?;
        } else {
            word.clone_into(&mut text);
        }
        tokens.push(Token { text, quoted });
        rest = after.trim_start();
    }
    Ok(())
}

fn is_name(token: &Token) -> bool {
    token.quoted || (KEYWORDS.binary_search(&token.text.as_str()).is_err() && token.text != "|")
}

/// The length of a quoted text with both its quotes.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    let inner = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    Some(inner + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_for_the_search() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn words_survive_quoting() {
        for text in
            ["S1", "x=5", "", "to", "a b", "\"", "#1", "|", "é", "line\nbreak", "\\", "\u{2028}"]
        {
            let line = format!("{} next", Word(text));
            let mut words = Words::new(&line);
            assert_eq!(words.name("a name"), text, "{line}");
            assert_eq!(words.name("a name"), "next", "{line}");
            assert_eq!(words.done(), Ok(()));
        }
        assert_eq!(Word("x=5").to_string(), "x=5");
        assert_eq!(Word("to").to_string(), "\"to\"");
    }

    #[test]
    fn comments_end_a_line() {
        assert!(Words::new("  # all of it").is_done());
        let mut words = Words::new("heal # the network");
        assert!(words.take("heal"));
        assert!(words.is_done());
    }
}
