//! The commands clients send.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::trace::{ClientId, ValueId};

/// A short text, up to eight bytes of printable ASCII without spaces: a key, a value, a colour.
///
/// Small and `Copy`, so that a log entry needs no allocation.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word([u8; 8]);

/// As the text it is, not as the bytes it is kept in.
impl Hash for Word {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|b| *b == 0).unwrap_or(self.0.len());
        str::from_utf8(&self.0[..len]).unwrap_or_default()
    }

    /// A word of one letter.
    pub fn letter(letter: u8) -> Word {
        let mut bytes = [0; 8];
        bytes[0] = letter;
        Word(bytes)
    }

    /// The word `letter` followed by a number, as generated workloads use; the
    /// number keeps its last seven digits.
    pub fn numbered(letter: u8, number: u32) -> Word {
        let mut bytes = [0; 8];
        bytes[0] = letter;
        let digits = (number % 10_000_000).to_string();
        bytes[1..=digits.len()].copy_from_slice(digits.as_bytes());
        Word(bytes)
    }
}

impl FromStr for Word {
    type Err = BadOp;

    fn from_str(text: &str) -> Result<Word, BadOp> {
        let fits = (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if !fits {
            return Err(BadOp::Word);
        }
        let mut bytes = [0; 8];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Word(bytes))
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// What a command does to the state machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// Nothing; leaders fill holes and open terms with it.
    #[default]
    Noop,
    /// Decide this value (a write-once register, single-decree protocols).
    Write(Word),
    /// Set a key.
    Put {
        /// The key.
        key: Word,
        /// Its new value.
        value: Word,
    },
    /// Read a key.
    Get {
        /// The key.
        key: Word,
    },
}

/// `v1`, `x=5`, `x?`, `no-op`.
impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Op::Noop => f.write_str("no-op"),
            Op::Write(word) => write!(f, "{word}"),
            Op::Put { key, value } => write!(f, "{key}={value}"),
            Op::Get { key } => write!(f, "{key}?"),
        }
    }
}

/// Why a text is not an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadOp {
    /// A key or value is not one to eight printable ASCII characters without spaces.
    Word,
}

impl fmt::Display for BadOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "write `x=5` to set a key, `x?` to read one, or a single word to propose it; \
             each word has 1 to 8 printable ASCII characters and no space",
        )
    }
}

/// Reads what [`Op`]'s `Display` writes.
impl FromStr for Op {
    type Err = BadOp;

    fn from_str(text: &str) -> Result<Op, BadOp> {
        if text == "no-op" {
            return Ok(Op::Noop);
        }
        if let Some((key, value)) = text.split_once('=') {
            return Ok(Op::Put { key: key.parse()?, value: value.parse()? });
        }
        if let Some(key) = text.strip_suffix('?') {
            return Ok(Op::Get { key: key.parse()? });
        }
        text.parse().map(Op::Write)
    }
}

/// Which operation a reply belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKey {
    /// Who asked.
    pub client: ClientId,
    /// The operation's number, the same at every retry.
    pub value: ValueId,
}

/// A client's operation on its way through a protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Command {
    /// Its number; [`ValueId::NOOP`] for what no client asked for.
    pub value: ValueId,
    /// Who asked; `None` for a no-op.
    pub client: Option<ClientId>,
    /// What to do.
    pub op: Op,
}

impl Command {
    /// The command that does nothing.
    pub const NOOP: Command = Command { value: ValueId::NOOP, client: None, op: Op::Noop };

    /// Where a reply to this command goes.
    pub fn key(&self) -> Option<RequestKey> {
        self.client.map(|client| RequestKey { client, value: self.value })
    }
}

/// What a node answers a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Done; the value read, or decided.
    Done(Option<Word>),
    /// Not the node to ask; the one to ask, if known.
    Redirect(Option<crate::trace::NodeId>),
}

#[cfg(test)]
mod tests {
    use super::Op;

    #[test]
    fn an_operation_is_a_word_or_a_pair() {
        for text in ["x=5", "x?", "blue", "no-op"] {
            assert_eq!(text.parse::<Op>().map(|op| op.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "x=", "=5", "far-too-long", "a b", "ü"] {
            assert!(text.parse::<Op>().is_err(), "{text:?}");
        }
    }
}
