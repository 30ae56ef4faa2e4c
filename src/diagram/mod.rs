//! Runs as pictures: a pure layout, a scene of plain geometry, and painters.
//!
//! ```text
//! Source + Index + Window + Options --layout--> Scene --svg--> a standalone SVG
//!                                                  \---------> the page's own SVG
//! Source + Window + Options --mermaid--> Mermaid text     Source + Window --text--> a listing
//!                           --plantuml-> PlantUML text
//! ```
//!
//! Time runs down on a real axis ([`TimeScale`]): a delayed message is a long
//! slanted arrow, a reordered pair crosses, a lost one ends in a cross, one
//! under way ends at the present. The cost is proportional to what is in the
//! window, not to the run. A view that scrolls asks for [`sheets()`], slices of
//! equal height, and keeps each while it [`Lasts`]; together they are the whole
//! picture, label for label.
//!
//! **Architecture invariant:** nothing here knows a protocol or a simulator;
//! everything is read through [`Source`](crate::trace::Source). A scene leaves
//! nothing to decide: painters only write down positions, classes and texts.

mod about;
mod arrows;
mod board;
mod labels;
mod layout;
mod lifelines;
mod marks;
mod measure;
mod mermaid;
mod options;
mod outline;
mod plantuml;
mod quiet;
mod scale;
mod scene;
mod sheets;
mod step;
mod style;
mod svg;
mod text;
mod words;

pub use layout::layout;
pub use mermaid::mermaid;
pub use options::{Density, Options, Routine, Window};
pub use plantuml::plantuml;
pub use quiet::{Quiet, is_notable};
pub use scale::{FOLD_HEIGHT, Fold, TimeScale};
pub use scene::{
    Arrow, Break, Column, Fate, HUES, Label, Look, Mark, MarkKind, Px, Scene, Segment, Tick, hue,
    step_class, tone_class,
};
pub use sheets::{Lasts, SHEET_HEIGHT, Sheet, carried, sheet_at, sheets};
pub use step::is_routine;
pub use style::{Theme, css};
pub use svg::svg;
pub use text::text;
pub use words::{arrow_text, event_text, message_text};
