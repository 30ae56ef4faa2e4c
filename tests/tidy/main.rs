//! The rules of the sources that no compiler checks: which module may use which (the table in
//! `layers.rs`), what the engines and the page may not name, and the tidiness of the text.
//!
//! The sources are read as tokens, so comments and strings do not count as code. Each rule is a
//! function from a source to its breaches, with tests beside it that show it to bite.

mod layers;
mod source;
mod style;

use std::fs;
use std::path::{Path, PathBuf};

use source::Source;

/// One breach of a rule, at a line of the file under test.
#[derive(Debug, PartialEq, Eq)]
struct Breach {
    line: usize,
    what: String,
}

impl Breach {
    fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

/// Where Rust sources are kept; a folder that does not exist yet holds none.
const RUST_FOLDERS: [&str; 7] =
    ["src", "tests", "benches", "examples", "web/src", "web/tests", "xtask/src"];

/// Other text that people write, by folder and extension.
const TEXT_FOLDERS: [&str; 4] = ["tests/e2e", "web", "docs", ".ci"];
const TEXT_EXTENSIONS: [&str; 8] = ["css", "html", "js", "json", "md", "mjs", "toml", "txt"];

#[test]
fn modules_use_only_what_their_layer_allows() {
    let mut breaches = Breaches::default();
    let protocols = layers::protocol_words(&folder_names("src/protocols"));
    for (path, text) in rust_files(&["src", "web/src"]) {
        breaches.add_all(&path, layers::check(&read(&path, &text), &protocols));
    }
    breaches.fail_if_any();
}

#[test]
fn sources_are_tidy() {
    let mut breaches = Breaches::default();
    for (path, text) in rust_files(&RUST_FOLDERS) {
        breaches.add_all(&path, style::check_text(&text));
        breaches.add_all(&path, style::check_code(&read(&path, &text)));
        if path.starts_with("src/") || path.starts_with("web/src/") {
            breaches.add_all(&path, style::check_length(&text));
        }
    }
    for folder in TEXT_FOLDERS {
        for path in files_under(&root().join(folder), &TEXT_EXTENSIONS) {
            let text = fs::read_to_string(&path).expect("a text file is UTF-8");
            breaches.add_all(&relative(&path), style::check_text(&text));
        }
    }
    breaches.fail_if_any();
}

/// The breaches found in all files, each as the line that an editor can jump to.
#[derive(Default)]
struct Breaches(Vec<String>);

impl Breaches {
    fn add_all(&mut self, path: &str, breaches: Vec<Breach>) {
        self.0.extend(breaches.into_iter().map(|at| format!("{path}:{}: {}", at.line, at.what)));
    }

    fn fail_if_any(&self) {
        assert!(self.0.is_empty(), "{} breaches:\n{}", self.0.len(), self.0.join("\n"));
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str, text: &str) -> Source {
    Source::read(path, text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Rust sources under folders of the workspace, by path from its root.
fn rust_files(folders: &[&str]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in folders {
        for path in files_under(&root().join(folder), &["rs"]) {
            let text = fs::read_to_string(&path).expect("a source is UTF-8");
            files.push((relative(&path), text));
        }
    }
    assert!(
        !files.is_empty(),
        "no sources under {folders:?}: is the test looking in the right place?"
    );
    files
}

fn files_under(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let path = entry.expect("a folder that opens can be read").path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            // What package managers and builds leave there was not written by people.
            if name != "node_modules" && name != "target" {
                found.extend(files_under(&path, extensions));
            }
        } else if path
            .extension()
            .is_some_and(|extension| extensions.iter().any(|e| extension == *e))
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn folder_names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten();
    entries
        .map(|entry| entry.expect("a folder that opens can be read"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

fn relative(path: &Path) -> String {
    let relative = path.strip_prefix(root()).expect("found under the root");
    relative.to_string_lossy().replace('\\', "/")
}
