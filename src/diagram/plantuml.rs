//! A run as a PlantUML sequence diagram.

use std::fmt::{self, Write};

use crate::trace::{Place, Source};

use super::outline::{End, Item, id, outline, places};
use super::{Options, Window};

/// Writes the window of a run as PlantUML text: the same as [`super::mermaid()`], in the same order.
pub fn plantuml(source: &dyn Source, range: &Window, options: &Options) -> String {
    let mut out = String::from("@startuml\nhide footbox\n");
    let all = places(source, &options.lanes);
    for place in &all {
        let kind = if place.node().is_some() { "participant" } else { "actor" };
        let name = Escaped(source.cast().name(*place));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{kind} \"{name}\" as {}", id(*place));
    }
    for item in outline(source, range, options, &all) {
        let _ = write_item(&mut out, &item, &all);
    }
    out.push_str("@enduml\n");
    out
}

fn write_item(out: &mut String, item: &Item, all: &[Place]) -> fmt::Result {
    match item {
        Item::Arrow { from, to, label, end } => {
            let (from, to, label) = (id(*from), id(*to), Escaped(label));
            match end {
                End::Delivered => writeln!(out, "{from} -> {to} : {label}"),
                End::Ignored(why) => {
                    writeln!(out, "{from} --> {to} : {label} (ignored, {})", Escaped(why))
                }
                End::Lost(why) => writeln!(out, "{from} ->x {to} : {label} ({})", Escaped(why)),
                End::InFlight => writeln!(out, "{from} ->> {to} : {label} (in flight)"),
            }
        }
        Item::Note { place: Place::World, text } => match all {
            [first, .., last] => {
                writeln!(out, "note over {}, {} : {}", id(*first), id(*last), Escaped(text))
            }
            [only] => writeln!(out, "note over {} : {}", id(*only), Escaped(text)),
            [] => Ok(()),
        },
        Item::Note { place, text } => writeln!(out, "note over {} : {}", id(*place), Escaped(text)),
    }
}

/// Text with everything that PlantUML might read as its own as code points: its escapes, its
/// preprocessor's variables and functions, and what its Creole sets in bold or in italics.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = None;
        for c in self.0.chars().filter(|c| !c.is_control()) {
            let is_doubled = before == Some(c) && "*/_-~=.^".contains(c);
            if is_doubled || "<>\"\\~%$#|[]{}&".contains(c) {
                write!(f, "<U+{:04X}>", u32::from(c))?;
            } else {
                f.write_char(c)?;
            }
            before = Some(c);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn nothing_in_a_text_is_plantuml() {
        let text = |text| Escaped(text).to_string();
        assert_eq!(text("AppendEntries(t2, prev 4/1)"), "AppendEntries(t2, prev 4/1)");
        assert_eq!(text("a\\nb"), "a<U+005C>nb");
        assert_eq!(text("**x** <b>"), "*<U+002A>x*<U+002A> <U+003C>b<U+003E>");
        assert_eq!(text("%date()\n@enduml"), "<U+0025>date()@enduml");
    }
}
