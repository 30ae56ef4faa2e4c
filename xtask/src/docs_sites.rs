//! `cargo xtask docs-sites`: the pages of examples/docs-sites, built with the tools that documentation is
//! written in, and opened in Chromium with the playground beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::site::{self, LocalSite};
use crate::tools::{self, Unreachable};
use crate::{shell, test};

#[derive(Args)]
pub(crate) struct Options {
    /// A folder with the built playground, instead of building it
    #[arg(long, value_name = "FOLDER")]
    site: Option<PathBuf>,
}

/// What the examples name as the playground's address, for their reader to replace.
const ADDRESS: &str = "https://synod.example/";

/// A tool: builds the site in a folder and gives the folder of its pages.
type Build = fn(&Path) -> Result<PathBuf>;

const SITES: [(&str, Build); 3] =
    [("mdbook", mdbook), ("mkdocs", mkdocs), ("vitepress", vitepress)];

/// Builds every site and tries its pages. Without the registries that the tools come from there is
/// nothing to try: it says so, and that is no failure.
pub(crate) fn run(options: &Options) -> Result<()> {
    match try_pages(options) {
        Err(error) if error.is::<Unreachable>() => {
            println!("== docs-sites: SKIPPED, no page was tried: {error:#}");
            Ok(())
        }
        outcome => outcome,
    }
}

fn try_pages(options: &Options) -> Result<()> {
    let playground = match &options.site {
        Some(folder) => folder.clone(),
        None => site::build()?,
    };
    let playground = LocalSite::start(&playground)?;
    let root = shell::workspace().join("target/docs-sites");
    let mut test = test::end_to_end_node(&playground)?;
    for (name, build) in SITES {
        let folder = root.join(name);
        copy(name, &folder, playground.address())?;
        let pages =
            build(&folder).with_context(|| format!("building examples/docs-sites/{name}"))?;
        test.env(format!("SYNOD_{}", name.to_uppercase()), pages);
    }
    let shots = root.join("shots");
    test.args(["--test", "--test-reporter=spec", "../docs-sites/"]).env("SYNOD_SHOTS", &shots);
    shell::run(&mut test)?;
    println!("The pictures are in {}", shots.display());
    Ok(())
}

/// Copies an example as its author would write it, with the playground's real address.
fn copy(name: &str, to: &Path, address: &str) -> Result<()> {
    let from = shell::workspace().join("examples/docs-sites").join(name);
    for file in site::files(&from)? {
        let path = file.strip_prefix(&from)?;
        // What a tool leaves when somebody tries it in the folder itself.
        if path.iter().any(|part| part == "node_modules") {
            continue;
        }
        let text =
            fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        let target = to.join(path);
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::write(target, text.replace(ADDRESS, address))?;
    }
    Ok(())
}

fn mdbook(folder: &Path) -> Result<PathBuf> {
    shell::run(Command::new(tools::mdbook()?).arg("build").current_dir(folder))?;
    Ok(folder.join("book"))
}

fn mkdocs(folder: &Path) -> Result<PathBuf> {
    let program = tools::mkdocs(&folder.join("requirements.txt"))?;
    let mut build = Command::new(program);
    // Its makers' notice about a next version is not about this site.
    build.args(["build", "--strict", "--quiet"]).env("NO_MKDOCS_2_WARNING", "1");
    shell::run(build.current_dir(folder))?;
    Ok(folder.join("site"))
}

fn vitepress(folder: &Path) -> Result<PathBuf> {
    // It resolves itself from the site's own folder, so that is where it has to be.
    tools::npm_ci(folder)?;
    shell::run(Command::new(tools::npm()?).args(["run", "build"]).current_dir(folder))?;
    Ok(folder.join(".vitepress/dist"))
}
