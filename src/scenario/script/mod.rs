//! Scenarios as text that people read, write and compare: one line a fact, one line a command.
//!
//! ```text
//! protocol raft
//! seed 42
//! cluster server 5
//! set noop false
//! break OnlyCommitCurrentTerm
//! at 1.5ms request C1 x=5 to S2
//! at 20ms partition S1 S2 | S3 S4 S5
//! at 0 intercept from S1 to S2 AppendEntries skip 1 drop
//! goal "a leader is elected" on role_changed what Leader
//! until 5s
//! ```
//!
//! Times are `300us`, `12.5ms` or `1s`. A name that is not a plain word, or that
//! is one of the words of this language, stands in double quotes, escaped as in
//! JSON. `#` begins a comment. Lines may stand in any order; commands, goals and
//! the like keep theirs. `docs/scenarios.md` lists every word a line may begin with.

mod read;
mod token;
mod write;

use std::fmt;

use super::Scenario;

/// Why a script cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub says: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.says)
    }
}

impl std::error::Error for ScriptError {}

impl Scenario {
    /// The scenario as a script; [`Scenario::from_script`] reads it back.
    #[must_use]
    pub fn to_script(&self) -> String {
        write::Script(self).to_string()
    }

    /// Reads a script.
    ///
    /// It is well-formed then, but not yet possible: [`Scenario::check`] judges that.
    ///
    /// # Errors
    /// The first line that cannot be read, and why.
    pub fn from_script(text: &str) -> Result<Scenario, ScriptError> {
        read::scenario(text)
    }
}

#[cfg(test)]
mod tests;
