//! `synod link encode` and `synod link decode`.

use std::io::{self, Write as _};

use clap::Subcommand;
use synod::protocols;
use synod::scenario::link;

use crate::end::{Clean, End};
use crate::what;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Makes the link of a scenario
    Encode {
        /// A file with a scenario (JSON, or a script), or `-` for standard input
        file: String,
    },
    /// Prints the scenario that a link holds, in JSON
    Decode {
        /// The link: a URL, its fragment `#v1:...` or its query `?scenario=...`, or `-` for one on
        /// standard input
        link: String,
    },
}

/// Makes or reads a link.
pub(crate) fn run(command: &Command) -> End {
    let mut out = io::stdout().lock();
    match command {
        Command::Encode { file } => {
            let text = if file == "-" { what::standard_input()? } else { what::file(file)? };
            let scenario = what::scenario_in(&text)?;
            // A link that nobody could open helps nobody.
            scenario.check(protocols::find(&scenario.protocol)?.info)?;
            writeln!(out, "{}", link::encode(&scenario))?;
        }
        Command::Decode { link } => {
            let text = if link == "-" { what::standard_input()? } else { link.clone() };
            write!(out, "{}", what::from_link(&text)?.to_json_pretty())?;
        }
    }
    Ok(Clean(true))
}
