//! The page and the diagram share one palette.
#![cfg(not(target_arch = "wasm32"))]

use synod::diagram::{Theme, css};

/// `(name, colour)` of every custom property that the diagram's style sets first.
fn palette(theme: Theme) -> Vec<(String, String)> {
    let css = css(".diagram", theme);
    let (_, block) = css.split_once('{').expect("a block");
    let (block, _) = block.split_once('}').expect("its end");
    let pair = |line: &str| {
        let (name, colour) = line.split_once(':').expect("a property");
        (name.trim().to_owned(), colour.trim().to_owned())
    };
    block.split(';').filter(|line| !line.trim().is_empty()).map(pair).collect()
}

#[test]
fn the_page_has_the_colours_of_the_diagram() {
    let tokens = include_str!("../styles/tokens.css");
    let (light, dark) = (palette(Theme::Light), palette(Theme::Dark));
    assert!(light.len() >= 18, "{light:?}");
    assert_eq!(light.len(), dark.len());
    for ((name, light), (_, dark)) in light.iter().zip(&dark) {
        let line = format!("  {name}: light-dark({light}, {dark});\n");
        assert!(tokens.contains(&line), "tokens.css lacks {line:?}");
    }
}

/// The page leaves the palette out of the diagram's style, and the palette only.
#[test]
fn the_palette_is_the_first_two_lines_of_the_style() {
    let css = css(".diagram", Theme::Auto);
    let sets_colours = |line: &str| line.contains("--ground:");
    let lines: Vec<bool> = css.lines().map(sets_colours).collect();
    assert!(lines[..2].iter().all(|sets| *sets) && !lines[2..].contains(&true));
}
