//! A scene as an SVG file that stands alone.

use std::fmt::{self, Write as _};

use crate::trace::{Source, Tone};

use super::scene::{Arrow, Break, Label, Look, Mark, MarkKind, Px, Scene, Segment};
use super::style::{Theme, css};
use super::{layout::GUTTER, words};

/// The height of the head, in tenths of a pixel.
const HEAD: i32 = 520;
/// Room below the last instant.
const FOOT: i32 = 160;

/// Paints a scene. `source` must be the one it was laid out from; it gives the texts
/// that are read aloud or shown on pointing.
///
/// Everything that is not a number is escaped, so that nothing a scenario says
/// is taken for markup.
pub fn svg(scene: &Scene, source: &dyn Source, theme: Theme) -> String {
    let mut out = String::with_capacity(4_096 + scene.arrows.len() * 480);
    // Writing to a string cannot fail.
    let _ = paint(&mut out, scene, source, theme);
    out
}

fn paint(out: &mut String, scene: &Scene, source: &dyn Source, theme: Theme) -> fmt::Result {
    let (width, height) = (Px(scene.width), Px(scene.height + HEAD + FOOT));
    let title = format!(
        "{}: {} lanes, {} messages, {} to {}",
        source.info().name,
        scene.columns.len(),
        scene.arrows.len(),
        scene.window.from,
        source.now().min(scene.window.to)
    );
    write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"synod\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n<style>\n",
        title = Escaped(&title)
    )?;
    out.push_str(&css(".synod", theme));
    write!(
        out,
        "</style>\n<defs><pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><path d=\"M0 0V5\" stroke=\"var(--danger)\" stroke-width=\"2\" \
         stroke-opacity=\".55\"/></pattern>\
         <clipPath id=\"window\"><rect y=\"-14\" width=\"{width}\" height=\"{}\"/></clipPath></defs>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"var(--ground)\"/>\n",
        Px(scene.height + 280)
    )?;
    head(out, scene)?;
    writeln!(out, "<g transform=\"translate(0 {})\"><g clip-path=\"url(#window)\">", Px(HEAD))?;
    axis(out, scene)?;
    scene.segments.iter().try_for_each(|segment| segment_rect(out, segment))?;
    scene.marks.iter().try_for_each(|mark| across(out, scene, mark))?;
    scene.arrows.iter().try_for_each(|arrow| arrow_lines(out, source, arrow))?;
    scene.breaks.iter().try_for_each(|stretch| break_lines(out, scene, stretch))?;
    scene.marks.iter().try_for_each(|mark| mark_glyph(out, source, mark))?;
    if let Some(now) = scene.now {
        let (x, y) = (Px(GUTTER - 100), Px(now));
        writeln!(out, "<path class=\"now\" d=\"M{x} {y}H{width}\"/>")?;
    }
    scene.arrows.iter().try_for_each(|arrow| arrow_label(out, arrow))?;
    scene.marks.iter().try_for_each(|mark| mark_labels(out, mark))?;
    out.push_str("</g></g>\n</svg>\n");
    Ok(())
}

fn head(out: &mut String, scene: &Scene) -> fmt::Result {
    for column in &scene.columns {
        let x = Px(column.x);
        let y = if column.class.is_empty() { 30 } else { 22 };
        writeln!(out, "<text class=\"name\" x=\"{x}\" y=\"{y}\">{}</text>", Escaped(&column.name))?;
        if !column.class.is_empty() {
            let class = Escaped(column.class);
            writeln!(out, "<text class=\"class\" x=\"{x}\" y=\"36\">{class}</text>")?;
        }
    }
    Ok(())
}

fn axis(out: &mut String, scene: &Scene) -> fmt::Result {
    out.push_str("<g class=\"tick\">\n");
    for tick in &scene.ticks {
        let (y, x, end) = (Px(tick.y), Px(GUTTER - 60), Px(scene.width));
        writeln!(
            out,
            "<path d=\"M{x} {y}H{end}\"/><text x=\"{}\" y=\"{}\">{}</text>",
            Px(GUTTER - 110),
            Px(tick.y + 35),
            Escaped(&tick.text)
        )?;
    }
    out.push_str("</g>\n");
    Ok(())
}

fn segment_rect(out: &mut String, segment: &Segment) -> fmt::Result {
    let half = segment.half_width();
    let is_band = half >= 20;
    let is_hollow = segment.look == Look::Up && segment.tone == Tone::Contend;
    // The outline of a hollow band lies inside its width.
    let half = if is_hollow { half - 7 } else { half };
    writeln!(
        out,
        "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>",
        segment.class(),
        Px(segment.x - half),
        Px(segment.y1),
        Px(2 * half),
        Px(segment.y2 - segment.y1),
        if is_band { " rx=\"1\"" } else { "" }
    )
}

fn arrow_lines(out: &mut String, source: &dyn Source, arrow: &Arrow) -> fmt::Result {
    let text = words::arrow_text(source, arrow);
    write!(
        out,
        "<g class=\"{}\" data-message=\"{}\"><title>{}</title><path class=\"way\" d=\"{}\"/>",
        arrow.class(),
        arrow.message.0,
        Escaped(&text),
        arrow.path()
    )?;
    if let Some(path) = arrow.end_path() {
        write!(out, "<path class=\"end\" d=\"{path}\"/>")?;
    } else {
        let (x, y) = (Px(arrow.x2), Px(arrow.y2));
        write!(out, "<circle class=\"tip\" cx=\"{x}\" cy=\"{y}\" r=\"2.8\"/>")?;
    }
    out.push_str("</g>\n");
    Ok(())
}

fn arrow_label(out: &mut String, arrow: &Arrow) -> fmt::Result {
    let Some(label) = &arrow.label else { return Ok(()) };
    write!(out, "<g class=\"{}\">", arrow.class())?;
    text(out, label)?;
    out.push_str("</g>\n");
    Ok(())
}

fn text(out: &mut String, label: &Label) -> fmt::Result {
    let (x, y) = (Px(label.x), Px(label.y));
    if label.dir.1 == 0 {
        let y = Px(label.y + 38);
        return write!(
            out,
            "<text class=\"label\" x=\"{x}\" y=\"{y}\">{}</text>",
            Escaped(&label.text)
        );
    }
    let (cos, sin) = (Thousandths(label.dir.0), Thousandths(label.dir.1));
    let back = Thousandths(-label.dir.1);
    write!(
        out,
        "<text class=\"label\" transform=\"matrix({cos} {sin} {back} {cos} {x} {y})\" y=\"3.8\">{}</text>",
        Escaped(&label.text)
    )
}

/// The line a command or a violation draws across the lanes.
fn across(out: &mut String, scene: &Scene, mark: &Mark) -> fmt::Result {
    let is_wide = mark.kind == MarkKind::Command && mark.label.is_some();
    if !is_wide && mark.kind != MarkKind::Violated {
        return Ok(());
    }
    let (x, y, end) = (Px(GUTTER - 60), Px(mark.y), Px(scene.width));
    writeln!(out, "<g class=\"{}\"><path class=\"across\" d=\"M{x} {y}H{end}\"/></g>", mark.class())
}

fn mark_glyph(out: &mut String, source: &dyn Source, mark: &Mark) -> fmt::Result {
    let path = mark.path();
    if path.is_empty() {
        return Ok(());
    }
    let text = words::event_text(source, mark.event);
    writeln!(
        out,
        "<g class=\"{}\" data-event=\"{}\"><title>{}</title><path class=\"glyph\" d=\"{path}\"/></g>",
        mark.class(),
        mark.event.0,
        Escaped(&text)
    )
}

fn mark_labels(out: &mut String, mark: &Mark) -> fmt::Result {
    if mark.chip.is_none() && mark.label.is_none() {
        return Ok(());
    }
    write!(out, "<g class=\"{}\">", mark.class())?;
    if let Some(chip) = &mark.chip {
        let (w, h) = (chip.half_width - 10, chip.half_height - 5);
        write!(
            out,
            "<g class=\"chip\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\"/>\
             <text x=\"{}\" y=\"{}\">{}</text></g>",
            Px(chip.x - w),
            Px(chip.y - h),
            Px(2 * w),
            Px(2 * h),
            Px(chip.x),
            Px(chip.y + 38),
            Escaped(&chip.text)
        )?;
    }
    if let Some(label) = &mark.label {
        text(out, label)?;
    }
    out.push_str("</g>\n");
    Ok(())
}

fn break_lines(out: &mut String, scene: &Scene, stretch: &Break) -> fmt::Result {
    let (x, end) = (Px(GUTTER - 60), Px(scene.width));
    let (y1, y2) = (Px(stretch.y1 + 60), Px(stretch.y2 - 60));
    let height = Px(stretch.y2 - stretch.y1 - 120);
    let middle = i32::midpoint(stretch.y1, stretch.y2);
    writeln!(
        out,
        "<g class=\"break\"><rect x=\"{x}\" y=\"{y1}\" width=\"{end}\" height=\"{height}\"/>\
         <path d=\"M{x} {y1}H{end}M{x} {y2}H{end}\"/><text x=\"{}\" y=\"{}\">{}</text></g>",
        Px(i32::midpoint(GUTTER, scene.width)),
        Px(middle + 35),
        Escaped(&stretch.text)
    )
}

/// A number of thousandths as a decimal.
struct Thousandths(i32);

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}.{part:03}")
    }
}

/// Text in which nothing is markup.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'') || c.is_control();
        let mut rest = self.0;
        while let Some((i, special)) = rest.char_indices().find(|(_, c)| is_special(*c)) {
            f.write_str(&rest[..i])?;
            f.write_str(match special {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                // XML allows no control characters at all.
                _ => "",
            })?;
            rest = &rest[i + special.len_utf8()..];
        }
        f.write_str(rest)
    }
}
