//! A run as a Mermaid sequence diagram.

use std::fmt::Write;

use crate::trace::{Place, Source};

use super::outline::{End, Item, id, outline, places};
use super::{Options, Window};

/// Writes the window of a run as Mermaid text, with the [lanes](Options::lanes) and without the
/// [kinds of message](Options::hidden) and [slots](Options::slot) that a picture would leave out.
///
/// Mermaid has no time axis: messages are in the order in which they arrive (or are
/// known to be lost), with those in flight last.
pub fn mermaid(source: &dyn Source, range: &Window, options: &Options) -> String {
    let mut out = String::from("sequenceDiagram\n");
    let all = places(source, &options.lanes);
    for place in &all {
        // Writing to a string cannot fail.
        let name = Escaped(source.cast().name(*place));
        let _ = writeln!(out, "    participant {} as {name}", id(*place));
    }
    for item in outline(source, range, options, &all) {
        let _ = write_item(&mut out, &item, &all);
    }
    out
}

fn write_item(out: &mut String, item: &Item, all: &[Place]) -> std::fmt::Result {
    match item {
        Item::Arrow { from, to, label, end } => {
            let (from, to, label) = (id(*from), id(*to), Escaped(label));
            match end {
                End::Delivered => writeln!(out, "    {from}->>{to}: {label}"),
                End::Ignored(why) => {
                    writeln!(out, "    {from}-->>{to}: {label} (ignored, {})", Escaped(why))
                }
                End::Lost(why) => writeln!(out, "    {from}-x{to}: {label} ({})", Escaped(why)),
                End::InFlight => writeln!(out, "    {from}-){to}: {label} (in flight)"),
            }
        }
        Item::Note { place: Place::World, text } => match all {
            [first, .., last] => {
                writeln!(out, "    Note over {},{}: {}", id(*first), id(*last), Escaped(text))
            }
            [only] => writeln!(out, "    Note over {}: {}", id(*only), Escaped(text)),
            [] => Ok(()),
        },
        Item::Note { place, text } => {
            writeln!(out, "    Note over {}: {}", id(*place), Escaped(text))
        }
    }
}

/// Text with everything that Mermaid might read as its own as entity codes.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The word `end` closes a block wherever it stands.
        for (i, word) in self.0.split(' ').enumerate() {
            if i > 0 {
                f.write_char(' ')?;
            }
            if word.eq_ignore_ascii_case("end") {
                write!(f, "#{};{}", u32::from(word.as_bytes()[0]), &word[1..])?;
                continue;
            }
            word.chars().try_for_each(|c| match c {
                c if c.is_control() => Ok(()),
                '#' | ';' | '%' | '<' | '>' | '"' | '&' | '\\' | '`' => {
                    write!(f, "#{};", u32::from(c))
                }
                c => f.write_char(c),
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn nothing_in_a_text_is_mermaid() {
        let text = |text| Escaped(text).to_string();
        assert_eq!(text("a;b#c"), "a#59;b#35;c");
        assert_eq!(text("the end"), "the #101;nd");
        assert_eq!(text("endless"), "endless");
        assert_eq!(text("x=1\nNote over n0: hi"), "x=1Note over n0: hi");
    }
}
