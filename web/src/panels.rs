//! Everything beside the stage.

mod checks;
mod dialogs;
mod inspector;
mod nodes;
mod notices;
mod story;

pub(crate) use checks::Checks;
pub(crate) use dialogs::{gallery, keys, link};
pub(crate) use inspector::{InspectorProps, inspector};
pub(crate) use nodes::Nodes;
pub(crate) use notices::{BannerProps, bad_link, banner, notice};
pub(crate) use story::{StoryProps, story};
