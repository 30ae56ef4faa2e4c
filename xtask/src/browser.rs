//! Finding Chromium and its driver, and installing them where that is one command.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell;

/// A Chromium and the driver of its version.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

const CHROMIUM_NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
/// Where macOS keeps it: applications are not on PATH there.
const CHROMIUM_APPS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const ADVICE: &str = "install Chromium (or Chrome) and the ChromeDriver of the same version:
  Debian, Ubuntu    apt-get install chromium chromium-driver
  Fedora            dnf install chromium chromedriver
  Arch              pacman -S chromium
  macOS             brew install --cask google-chrome chromedriver
or name them in the variables CHROME and CHROMEDRIVER";

/// Finds the browser. On Debian, as root, a missing one is installed.
pub(crate) fn find() -> Result<Browser> {
    if let Some(browser) = installed()? {
        return Ok(browser);
    }
    if can_use_apt() {
        println!("Installing Chromium and its driver with apt-get");
        shell::run(Command::new("apt-get").arg("update"))?;
        shell::run(
            Command::new("apt-get")
                .args(["install", "--yes", "--no-install-recommends"])
                .args(["chromium", "chromium-driver"])
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )?;
    }
    installed()?.with_context(|| format!("no Chromium with a driver was found: {ADVICE}"))
}

fn installed() -> Result<Option<Browser>> {
    let chromium = match named_by("CHROME")? {
        Some(file) => Some(file),
        None => shell::find_on_path(&CHROMIUM_NAMES)
            .or_else(|| CHROMIUM_APPS.iter().map(PathBuf::from).find(|file| file.is_file())),
    };
    let driver = match named_by("CHROMEDRIVER")? {
        Some(file) => Some(file),
        None => shell::find_on_path(&["chromedriver"]),
    };
    Ok(chromium.zip(driver).map(|(chromium, driver)| Browser { chromium, driver }))
}

/// The file that a variable names, which must then exist.
fn named_by(variable: &str) -> Result<Option<PathBuf>> {
    let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let file = PathBuf::from(value);
    if !file.is_file() {
        bail!("{variable} names {}, which is no file", file.display());
    }
    Ok(Some(file))
}

fn can_use_apt() -> bool {
    let is_root =
        || shell::output_of(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0");
    Path::new("/etc/debian_version").exists()
        && shell::find_on_path(&["apt-get"]).is_some()
        && is_root()
}
