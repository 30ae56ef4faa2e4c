//! Finding the browsers (Chromium with its driver, and Firefox), and installing them where that is one command.

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

/// Finds Chromium and its driver. On Debian, as root, missing ones are installed.
pub(crate) fn find() -> Result<Browser> {
    if let Some(browser) = installed()? {
        return Ok(browser);
    }
    install(&["chromium", "chromium-driver"])?;
    installed()?.with_context(|| format!("no Chromium with a driver was found: {ADVICE}"))
}

fn installed() -> Result<Option<Browser>> {
    let chromium = locate("CHROME", &CHROMIUM_NAMES, &CHROMIUM_APPS)?;
    let driver = locate("CHROMEDRIVER", &["chromedriver"], &[])?;
    Ok(chromium.zip(driver).map(|(chromium, driver)| Browser { chromium, driver }))
}

/// Debian's comes first: its `firefox-esr` is what this program can install.
const FIREFOX_NAMES: [&str; 2] = ["firefox-esr", "firefox"];
const FIREFOX_APPS: [&str; 1] = ["/Applications/Firefox.app/Contents/MacOS/firefox"];

const FIREFOX_ADVICE: &str = "install Firefox:
  Debian            apt-get install firefox-esr
  Ubuntu            apt-get install firefox, from packages.mozilla.org (the snap reads no profile of ours)
  Fedora, Arch      dnf install firefox, pacman -S firefox
  macOS             brew install --cask firefox
or name it in the variable FIREFOX";

/// Finds Firefox. On Debian, as root, a missing one is installed.
pub(crate) fn find_firefox() -> Result<PathBuf> {
    let locate = || locate("FIREFOX", &FIREFOX_NAMES, &FIREFOX_APPS);
    if let Some(firefox) = locate()? {
        return Ok(firefox);
    }
    install(&["firefox-esr"])?;
    locate()?.with_context(|| format!("no Firefox was found: {FIREFOX_ADVICE}"))
}

/// The program that a variable names, or else the one on PATH or among the applications.
fn locate(variable: &str, names: &[&str], apps: &[&str]) -> Result<Option<PathBuf>> {
    Ok(named_by(variable)?
        .or_else(|| shell::find_on_path(names))
        .or_else(|| apps.iter().map(PathBuf::from).find(|file| file.is_file())))
}

/// Installs Debian's packages where that can be done; elsewhere it does nothing.
fn install(packages: &[&str]) -> Result<()> {
    if !can_use_apt() {
        return Ok(());
    }
    println!("Installing {} with apt-get", packages.join(" and "));
    shell::run(Command::new("apt-get").arg("update"))?;
    shell::run(
        Command::new("apt-get")
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
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
