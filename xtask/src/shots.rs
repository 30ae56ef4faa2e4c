//! `cargo xtask shots`, `pictures` and `figures`: the pictures of the page that the documents show, those that the
//! tests compare with, and how fast it is.

use anyhow::Result;

use crate::site::{self, LocalSite};
use crate::{npm, shell, test};

/// Builds the site and writes its pictures into docs/.
pub(crate) fn run() -> Result<()> {
    let site = LocalSite::start(&site::build()?)?;
    let folder = shell::workspace().join("docs");
    shell::run(test::end_to_end_node(&site)?.arg("shots.mjs").env("SYNOD_SHOTS", folder))
}

/// Builds the site and takes the pictures in tests/e2e/pictures anew, where they have changed.
pub(crate) fn keep_pictures() -> Result<()> {
    let site = LocalSite::start(&site::build()?)?;
    shell::run(test::end_to_end_node(&site)?.arg("keep-pictures.mjs"))
}

/// Builds the site and measures how it opens and scrolls, and how fast the engines of the npm package run.
pub(crate) fn figures() -> Result<()> {
    npm::build()?;
    let site = LocalSite::start(&site::build()?)?;
    shell::run(test::end_to_end_node(&site)?.arg("figures.mjs"))?;
    shell::run(test::end_to_end_node(&site)?.arg("speed.mjs"))
}
