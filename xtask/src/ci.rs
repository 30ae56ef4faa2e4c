//! `cargo xtask ci`: what must hold beyond the tests.

use anyhow::{Result, bail};

use crate::{licences, shell, size};

type Check = fn() -> Result<()>;

/// Runs every check, and fails when one of them did.
pub(crate) fn run() -> Result<()> {
    let checks: [(&str, Check); 6] = [
        ("format", format),
        ("lints", lints),
        ("lints of the page as wasm", lints_of_wasm),
        ("documentation", documentation),
        ("licences", licences::run),
        ("size", size::run),
    ];
    // One that fails does not hide what the others have to say.
    let mut failed = Vec::new();
    for (name, check) in checks {
        eprintln!("== {name}");
        if let Err(error) = check() {
            eprintln!("== {name}: {error:#}");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn format() -> Result<()> {
    shell::run(shell::cargo().args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    let mut command = shell::cargo();
    command.args(["clippy", "--workspace", "--all-targets", "--all-features"]);
    shell::run(shell::locked_in_ci(&mut command).args(["--", "--deny", "warnings"]))
}

fn lints_of_wasm() -> Result<()> {
    let mut command = shell::cargo();
    command.args(["clippy", "--package", "synod-web", "--all-targets"]);
    command.args(["--target", "wasm32-unknown-unknown"]);
    shell::run(shell::locked_in_ci(&mut command).args(["--", "--deny", "warnings"]))
}

fn documentation() -> Result<()> {
    let mut command = shell::cargo();
    command.args(["doc", "--workspace", "--no-deps", "--all-features"]);
    command.arg("--document-private-items");
    shell::run(shell::locked_in_ci(&mut command).env("RUSTDOCFLAGS", "--deny warnings"))
}
