//! `cargo xtask test`: every suite, each where it can run.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::Value;

use crate::browser::{self, Browser};
use crate::site::{self, LocalSite};
use crate::{npm, shell, tools};

#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "a flag each for suites that are chosen freely")]
pub(crate) struct Options {
    /// Only what runs on this machine itself
    #[arg(long)]
    native: bool,
    /// Only what runs as WebAssembly in headless Chromium
    #[arg(long)]
    wasm: bool,
    /// Only what drives the built site as a person would
    #[arg(long)]
    e2e: bool,
    /// Only what tries the npm package: its types, and the example that uses it
    #[arg(long)]
    npm: bool,
    /// Passed on to the one suite chosen (cargo test, or node --test)
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// A suite, given the arguments to pass on.
type Suite = fn(&[String]) -> Result<()>;

/// Runs the chosen suites, all of them when none is named, and fails when one of them did.
pub(crate) fn run(options: &Options) -> Result<()> {
    let chosen = [options.native, options.wasm, options.e2e, options.npm];
    let count = chosen.iter().filter(|&&is_chosen| is_chosen).count();
    ensure!(
        options.arguments.is_empty() || count == 1,
        "arguments are passed on to one suite: choose --native, --wasm, --e2e or --npm"
    );
    let suites: [(&str, Suite); 4] =
        [("native", native), ("wasm", wasm), ("e2e", end_to_end), ("npm", npm_package)];

    // A suite that fails does not hide what the others have to say.
    let mut failed = Vec::new();
    for ((name, suite), is_chosen) in suites.into_iter().zip(chosen) {
        if count > 0 && !is_chosen {
            continue;
        }
        let start = Instant::now();
        match suite(&options.arguments) {
            Ok(()) => eprintln!("== {name}: passed in {}", seconds(start.elapsed())),
            Err(error) => {
                eprintln!("== {name}: failed after {}: {error:#}", seconds(start.elapsed()));
                failed.push(name);
            }
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn native(arguments: &[String]) -> Result<()> {
    let mut command = shell::cargo();
    command.args(["test", "--workspace", "--all-features"]);
    shell::run(shell::locked_in_ci(&mut command).args(arguments))
}

fn wasm(arguments: &[String]) -> Result<()> {
    let runner = tools::wasm_test_runner()?;
    let browser = browser::find()?;
    let mut command = shell::cargo();
    command
        .args(["test", "--package", "synod-web", "--features", "npm"])
        .args(["--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", webdriver_settings(&browser)?)
        .env("CHROMEDRIVER", &browser.driver);
    shell::run(shell::locked_in_ci(&mut command).args(arguments))
}

/// web/webdriver.json with the browser that was found named in it.
fn webdriver_settings(browser: &Browser) -> Result<PathBuf> {
    let source = shell::workspace().join("web/webdriver.json");
    let text =
        fs::read_to_string(&source).with_context(|| format!("reading {}", source.display()))?;
    let mut settings: Value = serde_json::from_str(&text)?;
    settings["goog:chromeOptions"]["binary"] = browser.chromium.to_string_lossy().into();
    let target = shell::workspace().join("target/webdriver.json");
    fs::write(&target, settings.to_string())?;
    Ok(target)
}

fn end_to_end(arguments: &[String]) -> Result<()> {
    let dist = site::build()?;
    let site = LocalSite::start(&dist)?;
    let mut command = end_to_end_node(&site)?;
    command.env("FIREFOX", browser::find_firefox()?);
    // The reporter is named because node chooses another when nobody watches.
    shell::run(command.args(["--test", "--test-reporter=spec"]).args(arguments))
}

fn npm_package(arguments: &[String]) -> Result<()> {
    let package = npm::build()?;
    let folder = shell::workspace().join("target/npm-try");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let tests = shell::workspace().join("tests/npm");
    tools::npm_ci(&tests)?;
    let site = LocalSite::start(&folder)?;
    let mut command = end_to_end_node(&site)?;
    command.env("SYNOD_PACKAGE", package).env("SYNOD_TRY", folder).current_dir(tests);
    shell::run(command.args(["--test", "--test-reporter=spec"]).args(arguments))
}

/// Node in the folder of the end-to-end tests, with what they need installed and named.
pub(crate) fn end_to_end_node(site: &LocalSite) -> Result<Command> {
    let browser = browser::find()?;
    let folder = shell::workspace().join("tests/e2e");
    tools::npm_ci(&folder)?;
    let node = shell::find_on_path(&["node"])
        .context("node is not on PATH: install Node.js 20 or later")?;
    let mut command = Command::new(node);
    command.current_dir(folder).env("SYNOD_URL", site.address()).env("CHROME", browser.chromium);
    Ok(command)
}

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs())
}
