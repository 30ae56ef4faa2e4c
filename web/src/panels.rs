//! Everything beside the stage.

mod checks;
mod dialogs;
mod inspector;
mod nodes;
mod notices;
mod story;

pub(crate) use checks::Checks;
pub(crate) use dialogs::{Gallery, Keys, Link};
pub(crate) use inspector::Inspector;
pub(crate) use nodes::Nodes;
pub(crate) use notices::{BadLink, Banner, Notice};
pub(crate) use story::Story;
