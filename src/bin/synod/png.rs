//! A diagram as a PNG.

use std::collections::BTreeMap;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::end::Trouble;

/// Pixels for each of the picture's own, as on most screens now.
const SCALE: u8 = 2;
/// What a picture may have of them in each direction, because what shows pictures often takes no more, ...
const SIDE_MAX: u32 = 32_767;
/// ... and in all: half a gigabyte of memory while it is drawn.
const PIXELS_MAX: u64 = 1 << 27;
/// What the diagram is written with, if the machine has none of the fonts that it asks for.
const FONTS: [&str; 4] = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial"];

/// Draws an SVG of the diagram's.
pub(crate) fn png(svg: &str) -> Result<Vec<u8>, Trouble> {
    let mut options = Options::default();
    fonts(options.fontdb_mut())?;
    let tree = Tree::from_str(&without_variables(svg), &options).map_err(|error| failed(&error))?;
    let own = tree.size().to_int_size();
    let [width, height] = [own.width(), own.height()].map(|own| own.saturating_mul(SCALE.into()));
    if width.max(height) > SIDE_MAX || u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(Trouble::Input(format!(
            "the picture would have {width} x {height} pixels, too many for a PNG; \
             use --format svg, or end the run earlier"
        )));
    }
    let mut pixels = Pixmap::new(width, height)
        .ok_or_else(|| Trouble::Input("there is nothing to draw".to_owned()))?;
    let scale = Transform::from_scale(SCALE.into(), SCALE.into());
    resvg::render(&tree, scale, &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> Trouble {
    Trouble::Input(format!("the picture cannot be drawn as a PNG: {error}; use --format svg"))
}

/// The fonts of this machine.
fn fonts(known: &mut fontdb::Database) -> Result<(), Trouble> {
    known.load_system_fonts();
    let has = |name: &&&str| {
        known.faces().any(|face| face.families.iter().any(|(family, _)| family == **name))
    };
    let usual = FONTS.iter().find(has).map(|name| (*name).to_owned());
    let first = || known.faces().find_map(|face| Some(face.families.first()?.0.clone()));
    let Some(family) = usual.or_else(first) else {
        let says =
            "this machine has no font to write the diagram with; install one, or use --format svg";
        return Err(Trouble::Input(says.to_owned()));
    };
    known.set_sans_serif_family(family);
    Ok(())
}

/// The same picture without what only browsers know in its style: a variable that holds for everything is replaced by
/// its value, one that depends on a class by a rule for each such class, and `font` by what it is short for.
fn without_variables(svg: &str) -> String {
    let Some((before, (style, after))) = svg
        .split_once("<style>")
        .and_then(|(before, rest)| Some((before, rest.split_once("</style>")?)))
    else {
        return svg.to_owned();
    };
    let rules = style.split('}').filter_map(|rule| rule.split_once('{'));
    let rules: Vec<(&str, &str)> = rules.map(|(of, body)| (of.trim(), body)).collect();
    // `--ink` and its value, and `--hue` with the classes that give it one.
    let mut values: BTreeMap<&str, &str> = BTreeMap::new();
    let mut by_class: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (of, body) in &rules {
        for (name, value) in body.split(';').filter_map(|part| part.trim().split_once(':')) {
            match of.strip_prefix(".synod ") {
                None if name.starts_with("--") => drop(values.insert(name, value)),
                Some(class) if name.starts_with("--") => {
                    by_class.entry(name).or_default().push((class, value));
                }
                _ => {}
            }
        }
    }
    let valued = |text: &str| {
        let replace = |text: String, (name, value): (&&str, &&str)| {
            text.replace(&format!("var({name})"), value)
        };
        values.iter().fold(in_full(text), replace)
    };
    let mut plain = String::new();
    for (of, body) in rules.iter().filter(|(_, body)| !body.starts_with("--")) {
        let varies = by_class.iter().find(|(name, _)| body.contains(&format!("var({name})")));
        let Some((name, classes)) = varies else {
            plain = plain + of + "{" + &valued(body) + "}\n";
            continue;
        };
        for (class, value) in classes {
            let of: Vec<String> = of.split(',').map(|of| within(of.trim(), class)).collect();
            let body = body.replace(&format!("var({name})"), value);
            plain = plain + &of.join(",") + "{" + &valued(&body) + "}\n";
        }
    }
    format!("{before}<style>\n{plain}</style>{}", valued(after))
}

/// What a rule is about, where that has a class, too, or stands in what has it: `.synod .arrow .way` with `.arrow.lost`
/// is `.synod .arrow.lost .way`.
fn within(rule: &str, class: &str) -> String {
    let Some(about) = rule.strip_prefix(".synod ") else { return rule.to_owned() };
    let (first, rest) = about.split_at(about.find(' ').unwrap_or(about.len()));
    let (base, more) = class.split_at(class[1..].find('.').map_or(class.len(), |at| at + 1));
    if first == base || first.starts_with(&format!("{base}.")) {
        return format!(".synod {first}{more}{rest}");
    }
    format!(".synod {first}{class}{rest},.synod {class} {about}")
}

/// The body of a rule with `font:11px/1 Arial` in full; the height of a line is none of a picture's.
fn in_full(body: &str) -> String {
    let Some((before, font)) = body.split_once("font:") else { return body.to_owned() };
    let (font, after) = font.split_once(';').unwrap_or((font, ""));
    let (size, family) = font.split_once(' ').unwrap_or((font, "sans-serif"));
    let size = size.split('/').next().unwrap_or_default();
    format!("{before}font-size:{size};font-family:{family};{after}")
}

#[cfg(test)]
mod tests {
    use super::without_variables;

    #[test]
    fn variables_become_values_and_classes_rules() {
        let svg = "<svg><style>\n.synod{--ink:#111;--hue-1:#abc;--red:#f00;}\n.synod .hue-1{--hue:var(--hue-1)}\n\
                   .synod .arrow{--c:var(--ink)}\n.synod .arrow.lost{--c:var(--red)}\n\
                   .synod .line.up,.synod .line.down{fill:var(--hue)}\n.synod .arrow .way{stroke:var(--c);fill:none}\n\
                   .synod text{font:11px/1 Arial,serif;fill:var(--ink)}\n</style><path stroke=\"var(--red)\"/></svg>";
        assert_eq!(
            without_variables(svg),
            "<svg><style>\n.synod .line.up.hue-1,.synod .hue-1 .line.up,\
             .synod .line.down.hue-1,.synod .hue-1 .line.down{fill:#abc}\n\
             .synod .arrow .way{stroke:#111;fill:none}\n.synod .arrow.lost .way{stroke:#f00;fill:none}\n\
             .synod text{font-size:11px;font-family:Arial,serif;fill:#111}\n</style><path stroke=\"#f00\"/></svg>"
        );
    }
}
