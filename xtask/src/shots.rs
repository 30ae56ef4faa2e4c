//! `cargo xtask shots`: the pictures of the page that the documents show.

use anyhow::Result;

use crate::site::{self, LocalSite};
use crate::{shell, test};

/// Builds the site and writes its pictures into docs/.
pub(crate) fn run() -> Result<()> {
    let site = LocalSite::start(&site::build()?)?;
    let folder = shell::workspace().join("docs");
    shell::run(test::end_to_end_node(&site)?.arg("shots.mjs").env("SYNOD_SHOTS", folder))
}
