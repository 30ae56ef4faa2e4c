//! `synod render`: a run as a picture, a text or another tool's file.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::ValueEnum;
use synod::diagram::{self, Options, Quiet, Theme, Window};
use synod::export;
use synod::trace::{Index, NotASlot, Slot, write_ndjson};

use crate::end::{Clean, End, Trouble};
use crate::png::png;
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
    /// The colours of a picture; a PNG takes `auto` for light
    #[arg(long, value_enum, default_value = "light")]
    theme: Colours,
    /// Draws one slot of the log alone (svg, png, mermaid, plantuml): 4, or 2.4 for an instance of node 2
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
    /// The same in pixels, two for each of its own
    Png,
    /// One line of JSON an event, behind a header line (docs/schema/events.json)
    Ndjson,
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
    let is_picture =
        matches!(args.format, Format::Svg | Format::Png | Format::Mermaid | Format::Plantuml);
    if args.slot.is_some() && !is_picture {
        let says = "--slot is for --format svg, png, mermaid and plantuml; leave it out here";
        return Err(Trouble::Input(says.to_owned()));
    }
    let is_pixels = matches!(args.format, Format::Png);
    if is_pixels && args.output.is_none() && io::stdout().is_terminal() {
        return Err(Trouble::Input(
            "a PNG is no text: name a file for it with --output".to_owned(),
        ));
    }
    let mut session = args.what.open()?;
    to_end(&mut session)?;
    let source = session.source();
    let window = Window::until(session.now());
    let mut options = Options { lanes: session.lanes(), slot: args.slot, ..Options::default() };
    let text = match args.format {
        Format::Svg | Format::Png => {
            let index = Index::of(source.events());
            Quiet::new(QUIET_US).finish(source, &mut options);
            let scene = diagram::layout(source, &index, &window, &options);
            let theme = match args.theme {
                Colours::Auto if is_pixels => Theme::Light,
                theme => theme.into(),
            };
            diagram::svg(&scene, source, theme)
        }
        Format::Ndjson => {
            let mut lines = String::new();
            write_ndjson(source, 0..source.reached(), &mut lines).map_err(io::Error::other)?;
            lines
        }
        Format::Mermaid => diagram::mermaid(source, &window, &options),
        Format::Plantuml => diagram::plantuml(source, &window, &options),
        Format::Text => diagram::text(source, &window),
        Format::Shiviz => export::shiviz(source),
        Format::Perfetto => export::perfetto(source),
        Format::Script => export::recording(&session.share(), source),
    };
    let content = if is_pixels { png(&text)? } else { text.into_bytes() };
    match &args.output {
        Some(file) => {
            fs::write(file, content).map_err(Trouble::io(file.display().to_string()))?;
        }
        None => io::stdout().lock().write_all(&content)?,
    }
    Ok(Clean(true))
}
