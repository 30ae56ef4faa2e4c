//! Everything beside the stage.

mod checks;
mod dialogs;
mod events;
mod faults;
mod health;
mod history;
mod inspector;
mod legend;
mod menu;
mod node;
mod nodes;
mod notices;
mod partition;
mod rules;
mod setup;
mod share;
mod story;
mod waiting;

pub(crate) use checks::checks;
pub(crate) use dialogs::{bad_file, gallery, keys, link};
pub(crate) use events::events;
pub(crate) use health::health;
pub(crate) use history::history;
pub(crate) use inspector::inspector;
pub(crate) use legend::legend;
pub(crate) use menu::{Spot, menu};
pub(crate) use node::node;
pub(crate) use nodes::{epoch_short, look, nodes};
pub(crate) use notices::{bad_link, banner, notice, refused};
pub(crate) use partition::{Carried, partition};
pub(crate) use rules::{rules, words_of};
pub(crate) use setup::setup;
pub(crate) use share::{Offer, share};
pub(crate) use story::story;
pub(crate) use waiting::waiting;
