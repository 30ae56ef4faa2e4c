//! Pictures of a recorded run: what they must show, and what they must look like.

mod common;

use std::path::Path;

use common::Sample;
use synod::diagram::{Options, Scene, Theme, Window, layout, mermaid, svg, text};
use synod::trace::{Index, Source};

fn whole(sample: &Sample, options: &Options) -> Scene {
    layout(sample, &Index::of(sample.events()), &Window::until(sample.now()), options)
}

/// Compares with a file of the repository, or writes it when `UPDATE_GOLDEN` is set.
fn check_golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/diagram").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).expect("the golden file can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == found,
        "{name} differs from the golden file; look at the difference with UPDATE_GOLDEN=1 and `git diff`"
    );
}

#[test]
fn the_story_looks_as_it_did() {
    let sample = Sample::story();
    let window = Window::until(sample.now());
    check_golden("story.svg", &svg(&whole(&sample, &Options::default()), &sample, Theme::Light));
    check_golden("story.mmd", &mermaid(&sample, &window));
    check_golden("story.txt", &text(&sample, &window));
}
