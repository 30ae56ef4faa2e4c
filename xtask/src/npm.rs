//! `cargo xtask npm`: the JavaScript API as an npm package in target/npm/.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::json;

use crate::tools::Toolbox;
use crate::{optimise, shell};

const NAME: &str = "synod-playground";

/// What stands in the package beside its package.json, by where it comes from.
const TEXTS: [(&str, &str); 3] = [
    ("docs/javascript-api.md", "README.md"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
];

/// Makes the package and gives its folder.
pub(crate) fn build() -> Result<PathBuf> {
    let toolbox = Toolbox::ready()?;
    let root = shell::workspace();
    let folder = root.join("target/npm");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    // The library without the page: nobody calls what shows it, so the linker leaves it out.
    let mut build = shell::cargo();
    build
        .args([
            "rustc",
            "--package",
            "synod-web",
            "--lib",
            "--crate-type",
            "cdylib",
            "--features",
            "npm",
        ])
        .args(["--target", "wasm32-unknown-unknown", "--profile", "wasm-release"]);
    shell::run(shell::locked_in_ci(&mut build))?;
    shell::run(
        Command::new(&toolbox.wasm_bindgen)
            .args(["--target", "web", "--out-name", "synod", "--out-dir"])
            .arg(&folder)
            .arg(root.join("target/wasm32-unknown-unknown/wasm-release/synod_web.wasm")),
    )?;
    let program = folder.join("synod_bg.wasm");
    optimise::for_package(&toolbox, &program)?;
    for (from, to) in TEXTS {
        fs::copy(root.join(from), folder.join(to)).with_context(|| format!("copying {from}"))?;
    }
    write_manifest(&folder)?;
    Ok(folder)
}

fn write_manifest(folder: &Path) -> Result<()> {
    let manifest = json!({
        "name": NAME,
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Consensus protocols on a deterministic simulated network: run, replay, break, inspect",
        "license": "MIT OR Apache-2.0",
        "keywords": ["consensus", "paxos", "raft", "simulation", "distributed-systems", "wasm"],
        "type": "module",
        "sideEffects": false,
        "main": "synod.js",
        "types": "synod.d.ts",
        "exports": {
            ".": { "types": "./synod.d.ts", "default": "./synod.js" },
            "./synod_bg.wasm": "./synod_bg.wasm",
            "./package.json": "./package.json",
        },
        "files": ["synod.js", "synod.d.ts", "synod_bg.wasm", "LICENSE-APACHE", "LICENSE-MIT"],
    });
    let text = serde_json::to_string_pretty(&manifest)? + "\n";
    fs::write(folder.join("package.json"), text)?;
    Ok(())
}
