//! The words of a line.

use std::fmt;
use std::str::FromStr;

use crate::scenario::{Ratio, Span, limits};

/// Words that mean something where a name could stand; as names they are quoted.
const KEYWORDS: [&str; 28] = [
    "after",
    "at",
    "drop",
    "duplicate",
    "duplication",
    "epoch",
    "fifo",
    "from",
    "key",
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
        if plain { f.write_str(text) } else { Quoted(text).fmt(f) }
    }
}

/// A text in quotes, whatever it is.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self.0).map_err(|_| fmt::Error)?)
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
        write!(f, "{shown:?}")
    }
}

/// Reads the words of one line from left to right. Errors are sentences.
pub(super) struct Words {
    tokens: std::vec::IntoIter<Token>,
}

impl Words {
    /// Splits a line.
    pub(super) fn new(line: &str) -> Result<Words, String> {
        let mut tokens = Vec::new();
        let mut rest = line.trim_start();
        while !rest.is_empty() && !rest.starts_with('#') {
            let quoted = rest.starts_with('"');
            let end = if quoted {
                string_end(rest).ok_or("the closing quote is missing")?
            } else {
                rest.find(char::is_whitespace).unwrap_or(rest.len())
            };
            let (word, after) = rest.split_at(end);
            let text = if quoted {
                serde_json::from_str(word)
                    .map_err(|_| format!("{word} is not escaped as JSON texts are"))?
            } else {
                word.to_owned()
            };
            tokens.push(Token { text, quoted });
            rest = after.trim_start();
        }
        Ok(Words { tokens: tokens.into_iter() })
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.as_slice().first()
    }

    /// Whether the line is used up.
    pub(super) fn is_done(&self) -> bool {
        self.peek().is_none()
    }

    pub(super) fn done(&self) -> Result<(), String> {
        match self.peek() {
            None => Ok(()),
            Some(token) => Err(format!("{token} is too much here")),
        }
    }

    pub(super) fn next(&mut self, what: &str) -> Result<Token, String> {
        self.tokens.next().ok_or_else(|| format!("{what} is missing"))
    }

    /// Takes the keyword if it comes next.
    pub(super) fn take(&mut self, keyword: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is(keyword));
        if found {
            self.tokens.next();
        }
        found
    }

    pub(super) fn expect(&mut self, keyword: &str) -> Result<(), String> {
        match self.peek() {
            Some(token) if token.is(keyword) => {
                self.tokens.next();
                Ok(())
            }
            Some(token) => Err(format!("{token} stands where `{keyword}` belongs")),
            None => Err(format!("`{keyword}` is missing")),
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

    pub(super) fn name(&mut self, what: &str) -> Result<String, String> {
        let token = self.next(what)?;
        if is_name(&token) {
            Ok(token.text)
        } else {
            Err(format!("{token} stands where {what} belongs; put it in quotes if it is a name"))
        }
    }

    pub(super) fn number<T: FromStr>(&mut self, what: &str) -> Result<T, String> {
        let token = self.next(what)?;
        token.text.parse().map_err(|_| format!("{token} is not {what}"))
    }

    /// A number with its unit attached: `20%`.
    pub(super) fn number_in<T: FromStr>(&mut self, unit: &str, what: &str) -> Result<T, String> {
        let token = self.next(what)?;
        let number = token.text.strip_suffix(unit).and_then(|number| number.parse().ok());
        number.ok_or_else(|| format!("{token} is not {what}, a number followed by {unit}"))
    }

    /// A time or duration, in microseconds.
    pub(super) fn span(&mut self) -> Result<u64, String> {
        let token = self.next("a time")?;
        let Span(us) = token.text.parse().map_err(|e| format!("{token} is not a time: {e}"))?;
        Ok(us)
    }

    pub(super) fn ratio(&mut self) -> Result<Ratio, String> {
        let token = self.next("a ratio")?;
        let parts = token.text.split_once('/');
        let ratio = parts
            .and_then(|(of, per)| Some(Ratio { of: of.parse().ok()?, per: per.parse().ok()? }));
        ratio.ok_or_else(|| format!("{token} is not a ratio like 1/100"))
    }
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
            let mut words = Words::new(&line).expect("it was written by us");
            assert_eq!(words.name("a name").as_deref(), Ok(text), "{line}");
            assert_eq!(words.name("a name").as_deref(), Ok("next"), "{line}");
            assert_eq!(words.done(), Ok(()));
        }
        assert_eq!(Word("x=5").to_string(), "x=5");
        assert_eq!(Word("to").to_string(), "\"to\"");
    }

    #[test]
    fn comments_end_a_line() {
        assert!(Words::new("  # all of it").expect("a comment").is_done());
        let mut words = Words::new("heal # the network").expect("a word and a comment");
        assert!(words.take("heal"));
        assert!(words.is_done());
    }
}
