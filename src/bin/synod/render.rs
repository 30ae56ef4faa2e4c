//! `synod render`: a run as a picture, a text or another tool's file.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::ValueEnum;
use synod::diagram::{self, Options, Quiet, Theme, Window};
use synod::export;
use synod::trace::{Index, NotASlot, Slot};

use crate::end::{Clean, End, Trouble};
use crate::run::to_end;
use crate::what::What;

/// A stretch this long in which nothing is worth a picture is folded, in virtual microseconds.
const QUIET_US: u64 = 60_000;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    what: What,
    /// What to make of it
    #[arg(long, value_enum)]
    format: Format,
    /// The colours of an SVG
    #[arg(long, value_enum, default_value = "light")]
    theme: Colours,
    /// Draws one slot of the log alone (svg, mermaid, plantuml): 4, or 2.4 for an instance of node 2
    #[arg(long, value_name = "SLOT", value_parser = slot)]
    slot: Option<Slot>,
    /// Where to write it; standard output when nothing is said
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn slot(text: &str) -> Result<Slot, &'static str> {
    text.parse().map_err(|NotASlot| "a slot is a number like 4, or 2.4 for an instance of node 2")
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A picture that stands alone
    Svg,
    /// A Mermaid sequence diagram
    Mermaid,
    /// A PlantUML sequence diagram
    Plantuml,
    /// One line a message or event
    Text,
    /// A log with vector clocks for ShiViz
    Shiviz,
    /// A trace for Perfetto, in the JSON of Chrome's trace viewer
    Perfetto,
    /// A test file: the causes as a script, and what happened
    Script,
}

#[derive(Clone, Copy, ValueEnum)]
enum Colours {
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
    /// The reader's own
    Auto,
}

impl From<Colours> for Theme {
    fn from(colours: Colours) -> Theme {
        match colours {
            Colours::Light => Theme::Light,
            Colours::Dark => Theme::Dark,
            Colours::Auto => Theme::Auto,
        }
    }
}

/// Runs WHAT to its end and draws it.
pub(crate) fn run(args: &Args) -> End {
    let is_picture = matches!(args.format, Format::Svg | Format::Mermaid | Format::Plantuml);
    if args.slot.is_some() && !is_picture {
        let says = "--slot is for --format svg, mermaid and plantuml; leave it out here".to_owned();
        return Err(Trouble::Input(says));
    }
    let mut session = args.what.open()?;
    to_end(&mut session)?;
    let source = session.source();
    let window = Window::until(session.now());
    let mut options = Options { lanes: session.lanes(), slot: args.slot, ..Options::default() };
    let text = match args.format {
        Format::Svg => {
            let index = Index::of(source.events());
            Quiet::new(QUIET_US).finish(source, &mut options);
            let scene = diagram::layout(source, &index, &window, &options);
            diagram::svg(&scene, source, args.theme.into())
        }
        Format::Mermaid => diagram::mermaid(source, &window, &options),
        Format::Plantuml => diagram::plantuml(source, &window, &options),
        Format::Text => diagram::text(source, &window),
        Format::Shiviz => export::shiviz(source),
        Format::Perfetto => export::perfetto(source),
        Format::Script => export::recording(&session.share(), source),
    };
    match &args.output {
        Some(file) => {
            fs::write(file, text).map_err(Trouble::io(file.display().to_string()))?;
        }
        None => io::stdout().lock().write_all(text.as_bytes())?,
    }
    Ok(Clean(true))
}
