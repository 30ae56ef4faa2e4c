//! The one writer of everything that has a form, as JSON.

use std::fmt::Write as _;

use crate::trace::quoted;

use super::{Content, Fields, Form, Leaf, Said};

/// Writes what is in a place as JSON, without the fields that say nothing.
pub(in crate::scenario) fn write(form: &dyn Form, out: &mut String) {
    match form.says() {
        Said::Leaf(leaf) => out.push_str(&json(leaf)),
        Said::Object(about) => write_fields(form, about, out),
        Said::Entries(entries) => {
            let entries = entries.iter().map(|(name, value)| (&name[..], value as &dyn Form));
            write_object(entries, out);
        }
        Said::Variant(name, Content::Nothing) => out.push_str(&json(Leaf::Text(name))),
        Said::Variant(name, content) => {
            // A variant's name needs no escapes.
            let _ = write!(out, "{{\"{name}\":");
            match content {
                Content::Fields(about) => write_fields(form, about, out),
                Content::Nothing | Content::One => write(form.filled(0), out),
            }
            out.push('}');
        }
        Said::List(len) => {
            out.push('[');
            for at in 0..len {
                if at > 0 {
                    out.push(',');
                }
                write(form.filled(at), out);
            }
            out.push(']');
        }
        Said::Maybe(true) => write(form.filled(0), out),
        Said::Maybe(false) => out.push_str("null"),
    }
}

fn write_fields(form: &dyn Form, about: Fields, out: &mut String) {
    let fields = about.names.iter().enumerate().map(|(at, name)| (at, *name, form.filled(at)));
    let said = fields.filter(|(at, _, part)| about.silent >> at & 1 == 0 || !is_silent(*part));
    write_object(said.map(|(_, name, part)| (name, part)), out);
}

fn write_object<'a>(fields: impl Iterator<Item = (&'a str, &'a dyn Form)>, out: &mut String) {
    let mut between = '{';
    for (name, part) in fields {
        out.push(between);
        out.push_str(&json(Leaf::Text(name)));
        out.push(':');
        write(part, out);
        between = ',';
    }
    out.push_str(if between == '{' { "{}" } else { "}" });
}

/// Whether leaving it out says the same.
fn is_silent(form: &dyn Form) -> bool {
    match form.says() {
        Said::Leaf(leaf) => matches!(leaf, Leaf::Bool(false) | Leaf::Number(0) | Leaf::Text("")),
        Said::Object(_) => form.is_blank(),
        Said::Entries(entries) => entries.is_empty(),
        Said::Variant(..) => false,
        Said::List(len) => len == 0,
        Said::Maybe(is) => !is,
    }
}

fn json(leaf: Leaf<'_>) -> String {
    match leaf {
        Leaf::Null | Leaf::Fraction => "null".to_owned(),
        Leaf::Bool(value) => value.to_string(),
        Leaf::Number(value) => value.to_string(),
        Leaf::Negative(value) => value.to_string(),
        Leaf::Text(text) => quoted(text),
    }
}
