//! The tools that turn the sources into a page, each at the version this project is built with.
//!
//! A tool of the right version on PATH is used as it is. Otherwise it is installed, once, into the
//! folder [`cache_folder`], one sub-folder a version: nothing outside that folder is changed.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::MetadataCommand;

use crate::shell;

const TRUNK: &str = "0.21.14";
/// Newer trunks need a newer Rust; older releases of wasm-opt do not know what rustc emits.
const BINARYEN: &str = "132";
const ESBUILD: &str = "0.28.2";
const MDBOOK: &str = "0.5.4";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Where the tools are.
pub(crate) struct Toolbox {
    pub(crate) trunk: PathBuf,
    pub(crate) wasm_bindgen: PathBuf,
    pub(crate) wasm_opt: PathBuf,
    pub(crate) esbuild: PathBuf,
}

impl Toolbox {
    /// Finds every tool for building the page, installing what is missing.
    pub(crate) fn ready() -> Result<Self> {
        ensure_wasm_target()?;
        Ok(Self {
            trunk: trunk()?,
            wasm_bindgen: wasm_bindgen_tool("wasm-bindgen")?,
            wasm_opt: npm_tool("wasm-opt", "binaryen", BINARYEN, &format!("{BINARYEN}.0.0"))?,
            esbuild: npm_tool("esbuild", "esbuild", ESBUILD, ESBUILD)?,
        })
    }

    /// Trunk, finding the other tools first on its PATH: it would download its own otherwise.
    pub(crate) fn trunk_command(&self) -> Result<Command> {
        let mut command = Command::new(&self.trunk);
        command
            .current_dir(shell::workspace())
            .env("PATH", self.path()?)
            // trunk 0.21 reads NO_COLOR=1 as a flag with a bad value and stops.
            .env_remove("NO_COLOR");
        Ok(command)
    }

    fn path(&self) -> Result<OsString> {
        let folders: Vec<PathBuf> = [&self.trunk, &self.wasm_bindgen, &self.wasm_opt]
            .into_iter()
            .filter_map(|tool| tool.parent().map(Path::to_path_buf))
            .collect();
        shell::path_with(&folders)
    }
}

/// The runner of wasm tests, of the version that web/Cargo.toml pins.
pub(crate) fn wasm_test_runner() -> Result<PathBuf> {
    ensure_wasm_target()?;
    wasm_bindgen_tool("wasm-bindgen-test-runner")
}

/// npm, or what to do about its absence.
pub(crate) fn npm() -> Result<PathBuf> {
    shell::find_on_path(&["npm"])
        .context("npm is not on PATH: install Node.js 20 or later, which brings it")
}

fn ensure_wasm_target() -> Result<()> {
    let sysroot = shell::output_of(Command::new("rustc").args(["--print", "sysroot"]))?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).join("lib");
    if library.is_dir() {
        return Ok(());
    }
    println!("Adding Rust's WebAssembly target (a download of some 20 MB, once)");
    shell::run(Command::new("rustup").args(["target", "add", WASM_TARGET])).context(
        "the target wasm32-unknown-unknown is missing and rustup could not add it; \
         a Rust that rustup does not manage must bring that target itself",
    )
}

fn trunk() -> Result<PathBuf> {
    cargo_tool(&CargoTool {
        program: "trunk",
        package: "trunk",
        version: TRUNK.to_owned(),
        folder: format!("trunk-{TRUNK}"),
        // Its own lock file is the set of versions that it was released with.
        locked: true,
        arguments: &[],
        minutes: 10,
    })
}

fn wasm_bindgen_tool(program: &str) -> Result<PathBuf> {
    let version = wasm_bindgen_version()?;
    cargo_tool(&CargoTool {
        program,
        package: "wasm-bindgen-cli",
        folder: format!("wasm-bindgen-{version}"),
        version,
        // Its lock file names a version that was withdrawn since.
        locked: false,
        arguments: &[],
        minutes: 4,
    })
}

/// mdBook, without its server and its search: a site is only built.
pub(crate) fn mdbook() -> Result<PathBuf> {
    let tool = CargoTool {
        program: "mdbook",
        package: "mdbook",
        version: MDBOOK.to_owned(),
        folder: format!("mdbook-{MDBOOK}"),
        locked: true,
        arguments: &["--no-default-features"],
        minutes: 5,
    };
    cargo_tool(&tool).map_err(|error| {
        let mut probe = shell::cargo();
        probe.args(["info", &format!("mdbook@{MDBOOK}")]);
        blame("crates.io", shell::output_of(&mut probe).is_ok(), error)
    })
}

/// `MkDocs` with what a requirements file pins, in a virtual environment of its own.
pub(crate) fn mkdocs(requirements: &Path) -> Result<PathBuf> {
    let wanted = fs::read_to_string(requirements)?;
    let version = wanted
        .lines()
        .find_map(|line| line.strip_prefix("mkdocs-material=="))
        .context("the requirements do not pin mkdocs-material")?;
    let root = cache_folder()?.join(format!("mkdocs-material-{version}"));
    let programs = root.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let program = || shell::candidates(&programs, "mkdocs").into_iter().find(|file| file.is_file());
    // Written last, so that what was interrupted is done again.
    let stamp = root.join("requirements.txt");
    if let Some(found) =
        program().filter(|_| fs::read_to_string(&stamp).is_ok_and(|is| is == wanted))
    {
        return Ok(found);
    }
    let python = shell::find_on_path(&["python3", "python"])
        .context("python3 is not on PATH: install Python 3.9 or later, with its venv module")?;
    println!("Installing MkDocs Material {version} into {} (a download, once)", root.display());
    shell::run(Command::new(&python).args(["-m", "venv"]).arg(&root))?;
    let pip = || {
        let mut pip = Command::new(programs.join("python"));
        pip.args(["-m", "pip", "--disable-pip-version-check"]);
        pip
    };
    shell::run(pip().args(["install", "--quiet", "--requirement"]).arg(requirements)).map_err(
        |error| {
            let mut probe = pip();
            probe.args(["download", "--quiet", "--no-deps", "--retries=0", "--dest"]);
            probe.arg(root.join("probe")).arg(format!("mkdocs-material=={version}"));
            blame("PyPI", shell::output_of(&mut probe).is_ok(), error)
        },
    )?;
    fs::write(&stamp, &wanted)?;
    program().context("MkDocs was installed, but is not where it should be")
}

/// Installs what a folder's package-lock.json names, unless that has been done.
pub(crate) fn npm_ci(folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))?;
    // By content: a file that was copied is always younger.
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|is| is == lock) {
        return Ok(());
    }
    let mut install = Command::new(npm()?);
    install.args(["ci", "--no-audit", "--no-fund"]).current_dir(folder);
    shell::run(&mut install).map_err(|error| {
        let mut probe = Command::new(install.get_program());
        probe.args(["ping", "--fetch-retries=0", "--fetch-timeout=15000"]);
        blame("the npm registry", shell::output_of(&mut probe).is_ok(), error)
    })?;
    fs::write(stamp, lock)?;
    Ok(())
}

/// A registry that packages come from does not answer.
#[derive(Debug)]
pub(crate) struct Unreachable(&'static str);

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be reached", self.0)
    }
}

impl std::error::Error for Unreachable {}

/// Why an installation failed: the registry, where a look at it fails too, or else what it said itself.
fn blame(registry: &'static str, answers: bool, error: anyhow::Error) -> anyhow::Error {
    if answers { error } else { error.context(Unreachable(registry)) }
}

/// The exact version that web/Cargo.toml pins: the tool refuses a program made with another.
fn wasm_bindgen_version() -> Result<String> {
    let metadata = MetadataCommand::new()
        .current_dir(shell::workspace())
        .no_deps()
        .exec()
        .context("could not read the workspace's manifests")?;
    let requirement = metadata
        .packages
        .iter()
        .filter(|package| package.name.as_str() == "synod-web")
        .flat_map(|package| &package.dependencies)
        .find(|dependency| dependency.name == "wasm-bindgen")
        .map(|dependency| dependency.req.to_string())
        .context("web/Cargo.toml does not depend on wasm-bindgen")?;
    requirement.strip_prefix('=').map(str::to_owned).with_context(|| {
        format!("web/Cargo.toml must pin wasm-bindgen exactly, not `{requirement}`")
    })
}

/// A tool that cargo can install.
struct CargoTool<'a> {
    program: &'a str,
    package: &'a str,
    version: String,
    folder: String,
    locked: bool,
    /// Further arguments of `cargo install`.
    arguments: &'a [&'a str],
    minutes: u32,
}

fn cargo_tool(tool: &CargoTool<'_>) -> Result<PathBuf> {
    let root = cache_folder()?.join(&tool.folder);
    if let Some(found) = usable(tool.program, &root.join("bin"), &tool.version) {
        return Ok(found);
    }
    let wanted = format!("{}@{}", tool.package, tool.version);
    if has_binstall() {
        println!("Installing {} {} into {}", tool.package, tool.version, root.display());
        let mut binstall = shell::cargo();
        binstall.args(["binstall", "--no-confirm", "--root"]).arg(&root).arg(&wanted);
        if let Err(error) = shell::run(&mut binstall) {
            println!("No ready-made program could be had ({error:#}); building it instead");
        }
    }
    if usable(tool.program, &root.join("bin"), &tool.version).is_none() {
        println!(
            "Building {} {} into {}\n(about {} minutes on two cores, once: every later run, of any \
             clone, finds it there)",
            tool.package,
            tool.version,
            root.display(),
            tool.minutes
        );
        let mut install = shell::cargo();
        install.arg("install").arg(&wanted).arg("--root").arg(&root).args(tool.arguments);
        if tool.locked {
            install.arg("--locked");
        }
        shell::run(&mut install)?;
    }
    usable(tool.program, &root.join("bin"), &tool.version)
        .with_context(|| format!("{wanted} was installed, but {} does not run", tool.program))
}

fn has_binstall() -> bool {
    shell::output_of(shell::cargo().args(["binstall", "-V"])).is_ok()
}

/// A tool that npm can install: `version` is what the program says, `release` the package's.
fn npm_tool(program: &str, package: &str, version: &str, release: &str) -> Result<PathBuf> {
    let root = cache_folder()?.join(format!("{package}-{version}"));
    let folder = root.join("node_modules").join(".bin");
    if let Some(found) = usable(program, &folder, version) {
        return Ok(found);
    }
    println!("Installing {program} {version} into {} (a download, once)", root.display());
    fs::create_dir_all(&root)?;
    let mut install = Command::new(npm()?);
    install
        .args(["install", "--no-audit", "--no-fund", "--prefix"])
        .arg(&root)
        .arg(format!("{package}@{release}"));
    shell::run(&mut install)?;
    usable(program, &folder, version)
        .with_context(|| format!("{package} was installed, but {program} does not run"))
}

/// The program of this version, on PATH or else in a folder of the cache.
fn usable(program: &str, folder: &Path, version: &str) -> Option<PathBuf> {
    let cached = shell::candidates(folder, program).into_iter().find(|file| file.is_file());
    shell::find_on_path(&[program])
        .into_iter()
        .chain(cached)
        .find(|file| has_version(file, version))
}

fn has_version(program: &Path, version: &str) -> bool {
    shell::output_of(Command::new(program).arg("--version").env_remove("NO_COLOR"))
        .is_ok_and(|text| says_version(&text, version))
}

/// Whether a program's `--version` names this version as a word of its own, `v0.5.4` included.
fn says_version(text: &str, version: &str) -> bool {
    text.split_whitespace().any(|word| word.strip_prefix('v').unwrap_or(word) == version)
}

/// The per-user folder in which the tools are kept; `SYNOD_CACHE` names another.
fn cache_folder() -> Result<PathBuf> {
    if let Some(folder) = non_empty("SYNOD_CACHE") {
        let folder = PathBuf::from(folder);
        ensure!(folder.is_absolute(), "SYNOD_CACHE must be an absolute path");
        return Ok(folder);
    }
    let home =
        || env::home_dir().context("no home folder: set SYNOD_CACHE to a folder for the tools");
    let base = if let Some(folder) = non_empty("XDG_CACHE_HOME") {
        PathBuf::from(folder)
    } else if cfg!(windows) {
        non_empty("LOCALAPPDATA").map_or_else(home, |folder| Ok(PathBuf::from(folder)))?
    } else if cfg!(target_os = "macos") {
        home()?.join("Library/Caches")
    } else {
        home()?.join(".cache")
    };
    if !base.is_absolute() {
        bail!("the cache folder {} is not an absolute path: set SYNOD_CACHE", base.display());
    }
    Ok(base.join("synod"))
}

fn non_empty(variable: &str) -> Option<OsString> {
    env::var_os(variable).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{says_version, wasm_bindgen_version};

    #[test]
    fn a_version_is_a_whole_word() {
        assert!(says_version("trunk 0.21.14\n", "0.21.14"));
        assert!(says_version("mdbook v0.5.4", "0.5.4"));
        assert!(says_version("wasm-opt version 132 (version_132)", "132"));
        assert!(!says_version("trunk 0.21.140", "0.21.14"));
        assert!(!says_version("wasm-opt version 108", "132"));
    }

    #[test]
    fn the_page_pins_wasm_bindgen() {
        let version = wasm_bindgen_version().unwrap();
        assert_eq!(version.split('.').count(), 3, "{version}");
    }
}
