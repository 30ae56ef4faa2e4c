//! How a command ends.

use std::fmt;
use std::io;

use synod::scenario::Problems;
use synod::scenario::link::LinkError;

/// The most problems of a scenario that are listed.
const SHOWN: usize = 50;
/// The longest a problem is told, in characters: it may quote a name of any length.
const SAYS_MAX: usize = 1_000;

/// Whether what was asked for came out clean: exit status 0, otherwise 1.
pub(crate) struct Clean(pub(crate) bool);

/// A command's end.
pub(crate) type End = Result<Clean, Trouble>;

/// What was asked for makes no sense, or cannot be read or written: exit status 2.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The input is wrong: what about it, and what would be right.
    Input(String),
    /// The scenario is wrong, field by field.
    Scenario(Problems),
    /// Something cannot be read or written.
    Io {
        /// What was to be read or written.
        what: String,
        /// Why it failed.
        error: io::Error,
    },
}

impl Trouble {
    /// A failure to read or write `what`.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Trouble {
        move |error| Trouble::Io { what: what.into(), error }
    }

    /// Whether standard output was closed by its reader.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Trouble::Io { error, .. } if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// In the words of the argument parser's own errors.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Input(says) => write!(f, "error: {}", shown(says)),
            Trouble::Io { what, error } => write!(f, "error: {}: {error}", shown(what)),
            Trouble::Scenario(Problems(problems)) => {
                for (i, problem) in problems.iter().take(SHOWN).enumerate() {
                    let separator = if i == 0 { "" } else { "\n" };
                    write!(f, "{separator}error: {}", shown(&problem.to_string()))?;
                }
                match problems.len().saturating_sub(SHOWN) {
                    0 => Ok(()),
                    more => write!(f, "\nerror: and {more} more"),
                }
            }
        }
    }
}

/// A message that quotes what it was given: short, and without what a terminal would obey.
fn shown(says: &str) -> String {
    let mut shown = String::new();
    for c in says.chars().take(SAYS_MAX) {
        match c {
            '\n' => shown.push(c),
            c if c.is_control() => shown.extend(c.escape_debug()),
            c => shown.push(c),
        }
    }
    if says.chars().nth(SAYS_MAX).is_some() {
        shown.push_str("...");
    }
    shown
}

impl From<Problems> for Trouble {
    fn from(problems: Problems) -> Trouble {
        Trouble::Scenario(problems)
    }
}

impl From<LinkError> for Trouble {
    fn from(error: LinkError) -> Trouble {
        Trouble::Input(error.to_string())
    }
}

/// Only standard output fails without saying where.
impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::Io { what: "standard output".to_owned(), error }
    }
}
