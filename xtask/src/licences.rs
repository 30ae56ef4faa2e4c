//! `cargo xtask licences`: every dependency may be used under a licence that this project accepts.

use std::fs;

use anyhow::{Context, Result, bail};
use cargo_metadata::{CargoOpt, MetadataCommand};
use serde_json::Value;
use spdx::{Expression, ParseMode};

use crate::shell;

/// Licences that ask for no more than their text to be kept, which suits a page that anyone may copy.
const ACCEPTED: [&str; 11] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

/// What the tests alone use and what ships nowhere: a tool under a licence that only asks for changes to it to
/// be published, and a font that is drawn with and not changed.
const TOOLS: [(&str, &str); 2] = [("axe-core", "MPL-2.0"), ("@fontsource/dejavu-sans", "OFL-1.1")];

/// Checks the dependencies in Cargo.lock and in the lock file of the end-to-end tests.
pub(crate) fn run() -> Result<()> {
    let mut dependencies = rust_dependencies()?;
    dependencies.extend(node_dependencies()?);
    let refused: Vec<String> = dependencies
        .iter()
        .filter_map(|(name, licence)| Some(format!("{name}: {}", objection(licence.as_deref())?)))
        .collect();
    if !refused.is_empty() {
        bail!("licences to look at:\n  {}", refused.join("\n  "));
    }
    println!("Licences of {} dependencies: all accepted", dependencies.len());
    Ok(())
}

type Dependency = (String, Option<String>);

fn rust_dependencies() -> Result<Vec<Dependency>> {
    // The lock file names packages of every platform; their manifests are fetched here, and what is
    // judged is read without a network.
    shell::run(shell::cargo().args(["fetch", "--locked", "--quiet"]))?;
    let metadata = MetadataCommand::new()
        .current_dir(shell::workspace())
        .features(CargoOpt::AllFeatures)
        .other_options(["--locked".to_owned(), "--offline".to_owned()])
        .exec()
        .context("could not read the dependencies; does Cargo.lock fit the manifests?")?;
    Ok(metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
        .map(|package| (format!("{} {}", package.name, package.version), package.license.clone()))
        .collect())
}

fn node_dependencies() -> Result<Vec<Dependency>> {
    let file = shell::workspace().join("tests/e2e/package-lock.json");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let lock: Value = serde_json::from_str(&text)?;
    let packages = lock["packages"].as_object().context("package-lock.json lists no packages")?;
    Ok(packages
        .iter()
        .filter(|(path, _)| !path.is_empty())
        .map(|(path, package)| (path.clone(), package["license"].as_str().map(str::to_owned)))
        .filter(|(path, licence)| !is_tool(path, licence.as_deref()))
        .collect())
}

fn is_tool(path: &str, licence: Option<&str>) -> bool {
    TOOLS
        .iter()
        .any(|(tool, its)| path.strip_prefix("node_modules/") == Some(tool) && licence == Some(its))
}

/// Why a licence is not accepted, or nothing.
fn objection(licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else {
        return Some("names no licence".to_owned());
    };
    // Old packages write MIT/Apache-2.0, which the lax mode reads as "or".
    let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
        return Some(format!("`{licence}` is no licence expression"));
    };
    let is_accepted = expression.evaluate(|requirement| {
        requirement.license.id().is_some_and(|id| ACCEPTED.contains(&id.name))
    });
    (!is_accepted).then(|| format!("`{licence}` is not accepted"))
}

#[cfg(test)]
mod tests {
    use super::{is_tool, objection};

    #[test]
    fn a_tool_is_one_by_its_name_and_its_licence() {
        assert!(is_tool("node_modules/axe-core", Some("MPL-2.0")));
        assert!(!is_tool("node_modules/axe-core", Some("GPL-3.0-only")));
        assert!(!is_tool("node_modules/other", Some("MPL-2.0")));
    }

    #[test]
    fn one_accepted_choice_is_enough() {
        for licence in
            ["MIT", "MIT OR GPL-3.0-only", "MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0"]
        {
            assert_eq!(objection(Some(licence)), None);
        }
    }

    #[test]
    fn what_is_not_accepted_is_said() {
        for licence in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "MPL-2.0", "Freeware"] {
            assert!(objection(Some(licence)).unwrap().contains(licence));
        }
        assert!(objection(None).is_some());
    }
}
