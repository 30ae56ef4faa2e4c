//! A smoke test of the fuzz targets: their bodies hold for the golden corpus, for what is near it, and
//! for noise.

#[path = "../fuzz/bodies.rs"]
mod bodies;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use synod::scenario::link;
use synod::session::gallery;

/// A target by its name, and what it does with bytes.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 3] =
    [("link", bodies::link), ("scenario", bodies::scenario), ("run", bodies::run)];

/// Links good and bad, their JSON, scripts and recordings.
fn corpus() -> Vec<Vec<u8>> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = ["links/good", "links/bad", "recordings"].map(|folder| golden.join(folder));
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("the corpus is there"))
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for file in files {
        let bytes = fs::read(file).expect("a readable file");
        let lines = bytes.split(|byte| *byte == b'\n');
        // A file of links is a comment, the link, and what it comes to.
        let parts: Vec<&[u8]> = lines.collect();
        if let [comment, link, ..] = parts[..]
            && comment.starts_with(b"// ")
        {
            seeds.push(link.to_vec());
            seeds.push(parts[2..].join(&b'\n'));
        } else {
            seeds.push(bytes);
        }
    }
    for situation in gallery().step_by(5) {
        seeds.push(link::encode(&situation.scenario).into_bytes());
        seeds.push(situation.scenario.to_json().into_bytes());
        seeds.push(situation.scenario.to_script().into_bytes());
    }
    seeds
}

#[test]
fn the_corpus_holds() {
    for seed in corpus() {
        for (_, body) in TARGETS {
            body(&seed);
        }
    }
}

/// Each target of the fuzzing package is one of those called here.
#[test]
fn every_target_is_called_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let entries = fs::read_dir(folder).expect("the targets are there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a readable entry").path())
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut called = TARGETS.map(|(name, _)| name);
    called.sort_unstable();
    assert_eq!(names, called);
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("the manifest is there");
    for (name, body) in names.iter().zip(called) {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        let target = format!("fuzz/fuzz_targets/{name}.rs");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(target);
        let source = fs::read_to_string(source).expect("the target is there");
        assert!(source.contains(&format!("bodies::{body}(bytes)")), "{name} calls its body");
    }
}

proptest! {
    #[test]
    fn noise_holds(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for (_, body) in TARGETS {
            body(&bytes);
        }
    }

    /// Damage close to what is good reaches deeper than noise does.
    #[test]
    fn what_is_near_the_corpus_holds(
        which in any::<prop::sample::Index>(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let mut corpus = corpus();
        let mut bytes = corpus.swap_remove(which.index(corpus.len()));
        for (place, byte, kind) in damage {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes[at] = b"0123456789,:{}[]\" "[usize::from(byte) % 18],
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        for (_, body) in TARGETS {
            body(&bytes);
        }
    }
}
