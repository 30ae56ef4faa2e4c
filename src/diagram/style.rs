//! One look for every painter: the classes of a scene, in CSS.

use std::fmt::Write as _;

/// Light, dark, as the reader's system has it, or as what is around the picture has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// No colours of its own: the page around it sets the custom properties.
    Surroundings,
}

/// The colours by name: light, dark. Contrast against the ground is at least 4.5 in both for what words are
/// written in, or on: all but rules and guides.
const COLOURS: [(&str, &str, &str); 20] = [
    ("ground", "#ffffff", "#14171c"),
    ("ink", "#1d2129", "#e6e9ee"),
    ("muted", "#626a76", "#99a2b0"),
    ("rule", "#e3e6ea", "#2a2f38"),
    ("guide", "#b9c0ca", "#4a5260"),
    ("danger", "#c4242b", "#ff7a76"),
    ("client", "#596474", "#a5afbf"),
    ("elect", "#a84600", "#f2a24e"),
    ("replicate", "#1a5fb4", "#7cb4ff"),
    ("learn", "#147043", "#5fd093"),
    ("refuse", "#b3263c", "#ff8a93"),
    ("upkeep", "#6c7584", "#808b9c"),
    ("hue-0", "#697689", "#788398"),
    ("hue-1", "#7865ce", "#8f7fe0"),
    ("hue-2", "#1a827e", "#2fa39e"),
    ("hue-3", "#bd4898", "#c9609f"),
    ("hue-4", "#8c721a", "#b3952f"),
    ("hue-5", "#5075b3", "#6187c4"),
    ("hue-6", "#a0607a", "#b06d88"),
    ("hue-7", "#6b7c2b", "#8ba03c"),
];

/// What the classes of a scene look like, in terms of custom properties.
const RULES: &str = "\
text{font:11px/1 Inter,'Helvetica Neue',Helvetica,Arial,'Liberation Sans',system-ui,sans-serif;fill:var(--ink)}
.name{font-size:13px;font-weight:600;text-anchor:middle}
.class{font-size:10px;fill:var(--muted);text-anchor:middle}
.tick text{font-size:10px;fill:var(--muted);text-anchor:end;font-variant-numeric:tabular-nums}
.tick path{stroke:var(--rule);stroke-width:1}
.break path{stroke:var(--guide);stroke-width:1;fill:none}
.break rect{fill:var(--ground)}
.break text{font-size:10px;fill:var(--muted);text-anchor:middle;font-style:italic}
.now{stroke:var(--danger);stroke-width:1;opacity:.7}
.line{fill:var(--guide)}
.line.up,.line.paused{fill:var(--hue)}
.line.up.rest{opacity:.55}
.line.up.aside{opacity:.5}
.line.up.contend{fill:var(--ground);stroke:var(--hue);stroke-width:1.5}
.line.paused{opacity:.3}
.line.down{fill:url(#hatch)}
.line.busy{fill:var(--client);opacity:.45}
.line.absent,.line.ahead{opacity:.5}
.arrow{--c:var(--upkeep)}
.arrow.client{--c:var(--client)}.arrow.elect{--c:var(--elect)}.arrow.replicate{--c:var(--replicate)}
.arrow.learn{--c:var(--learn)}.arrow.refuse{--c:var(--refuse)}
.arrow .way{fill:none;stroke:var(--c);stroke-width:1.35}
.arrow .end{fill:var(--c);stroke:var(--c);stroke-width:1;stroke-linejoin:round}
.arrow.reply .way{stroke-width:1}
.arrow.reply .end,.arrow.ignored .end,.arrow.lost .end,.arrow .end.open{fill:none;stroke-width:1.2}
.arrow.lost .end{stroke:var(--danger);stroke-width:1.8}
.arrow.copy .way{stroke-dasharray:5 3}
.arrow.ignored{--c:var(--upkeep)}
.arrow.ignored .way{stroke-width:1;opacity:.75}
.arrow.routine{opacity:.3}
.arrow.ahead,.mark.ahead{opacity:.3}
.arrow .tip{fill:var(--c)}
.label{fill:var(--ink);text-anchor:middle;paint-order:stroke;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round}
.arrow .label{fill:var(--c)}
.mark .label{fill:var(--muted);stroke-width:5px}
.mark .glyph{fill:var(--ground);stroke:var(--ink);stroke-width:1.3;stroke-linejoin:round}
.mark.decided .glyph,.mark.written .glyph{fill:var(--ink)}
.mark.written .glyph{stroke:none;opacity:.55}
.mark.timer .glyph,.mark.timed-out .glyph{fill:var(--muted);stroke:none}
.mark.role .glyph{fill:var(--hue);stroke:var(--ground)}
.mark.epoch .glyph{stroke:var(--hue);stroke-width:2}
.mark.invoked .glyph{stroke:var(--client)}.mark.returned .glyph{fill:var(--client);stroke:var(--client)}
.mark.command .glyph{fill:var(--ink)}
.mark.command .across{stroke:var(--muted);stroke-dasharray:1 4;fill:none}
.mark.truncated .glyph,.mark.crashed .glyph,.mark.disk-lost .glyph,.mark.halted .glyph{stroke:var(--danger);stroke-width:2;fill:none}
.mark.crashed .label,.mark.disk-lost .label,.mark.truncated .label{fill:var(--danger)}
.mark.decided .label{fill:var(--ink);font-weight:600}
.mark.violated .glyph{fill:var(--ground);stroke:var(--danger);stroke-width:2.4}
.mark.violated .label{fill:var(--danger);font-weight:700;font-size:12px}
.mark.violated .across{stroke:var(--danger);opacity:.5;fill:none}
.mark.ignored .label,.mark.note .label{font-style:italic}
.chip rect{fill:var(--ground);stroke:var(--hue);stroke-width:1.2}
.chip text{text-anchor:middle;font-weight:600}
.mark.lead .chip rect{fill:var(--hue)}
.mark.lead .chip text{fill:var(--ground)}
";

/// The style of a scene. Everything is scoped to `root`, a selector such as `.synod`.
pub fn css(root: &str, theme: Theme) -> String {
    let mut css = String::new();
    let palette = |dark: bool| {
        COLOURS.iter().fold(String::new(), |mut list, (name, light, dark_colour)| {
            let colour = if dark { dark_colour } else { light };
            let _ = write!(list, "--{name}:{colour};");
            list
        })
    };
    if theme != Theme::Surroundings {
        let _ = writeln!(css, "{root}{{{}}}", palette(theme == Theme::Dark));
    }
    if theme == Theme::Auto {
        let dark = palette(true);
        let _ = writeln!(css, "@media(prefers-color-scheme:dark){{{root}{{{dark}}}}}");
    }
    for hue in 0..super::HUES {
        let _ = write!(css, "{root} .hue-{hue}{{--hue:var(--hue-{hue})}}");
    }
    css.push('\n');
    for rule in RULES.lines() {
        scope(&mut css, root, rule);
    }
    css
}

/// Writes a line of rules with every selector under `root`.
fn scope(css: &mut String, root: &str, line: &str) {
    for rule in line.split_inclusive('}') {
        let (selectors, body) = rule.split_once('{').unwrap_or((rule, ""));
        let scoped: Vec<String> =
            selectors.split(',').map(|selector| format!("{root} {selector}")).collect();
        let _ = write!(css, "{}{{{body}", scoped.join(","));
    }
    css.push('\n');
}

#[cfg(test)]
mod tests {
    use super::COLOURS;

    /// The relative luminance of WCAG, of a colour written as `#1d2129`.
    #[allow(clippy::float_arithmetic, reason = "what WCAG asks for is said in such numbers")]
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let part = u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour in hex");
            let part = f64::from(part) / 255.0;
            if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn words_can_be_read_in_every_colour_and_on_every_tag() {
        let (_, light, dark) = COLOURS[0];
        for (name, on_light, on_dark) in &COLOURS[1..] {
            for (ground, colour) in [(light, on_light), (dark, on_dark)] {
                let (a, b) = (luminance(ground), luminance(colour));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(matches!(*name, "rule" | "guide") || contrast >= 4.5, "{name}: {contrast}");
            }
        }
    }
}
