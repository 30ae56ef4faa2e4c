//! The form of a scenario: which fields and variants there are, and what belongs where.
//!
//! Every type says this once, in a table ([`object`], [`variants`]); one reader that knows none of the types
//! fills them in, and one writer writes them down. The page is downloaded by everyone, and derived readers and
//! writers, one for each type, are several times as large: here the derived writers are for whoever uses the
//! package, and tests hold them and ours together. The messages speak of JSON, not of Rust: people write these
//! files by hand.

mod read;
mod table;
mod value;
mod write;

use std::fmt::{self, Display};

use crate::list::SmallMap;

use super::{ParamValue, Quoted};

pub(super) use read::{Anything, Reader, Trail};
pub(super) use table::{blank, content, fields, name, needed, object, part, silent, variants};
pub(super) use write::write;

/// Something a scenario is made of, to be filled in and written down.
pub(super) trait Form {
    /// What belongs here.
    fn shape(&self) -> Shape;

    /// Takes a single value.
    fn set(&mut self, _: Leaf<'_>) -> Result<(), Unfit> {
        Err(Unfit::Type)
    }

    /// The place of a field or a variant's content, by position; of a list's next item; of what was left out.
    fn part(&mut self, _at: usize) -> &mut dyn Form {
        no_part()
    }

    /// The place of a field that is not among the names.
    fn entry(&mut self, _name: &str) -> Option<&mut dyn Form> {
        None
    }

    /// Becomes a variant, by its position among the names, and says what is in it.
    fn choose(&mut self, _at: usize) -> Content {
        Content::Nothing
    }

    /// What is here; what is only read says nothing.
    fn says(&self) -> Said<'_> {
        Said::Leaf(Leaf::Null)
    }

    /// What is at the place of a field or a variant's content, by position; an item of a list; what was not left out.
    fn filled(&self, _at: usize) -> &dyn Form {
        no_part()
    }

    /// Whether an object is as it begins.
    fn is_blank(&self) -> bool {
        false
    }
}

/// What there is before anything is read; fields that are left out stay like this.
pub(super) trait Blank: Form + Sized {
    fn blank() -> Self;
}

/// What belongs in a place, and what a message calls it.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// A single value.
    Leaf(&'static str),
    /// Fields under names.
    Object(Fields),
    /// One of several variants.
    Choice(Fields),
    /// Items in a row.
    List,
    /// Nothing, or what its only part is.
    Maybe,
    /// Whatever there is.
    Anything,
}

/// The fields of an object, or the variants of a choice.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub(super) names: &'static [&'static str],
    /// A bit for every field that must be there.
    pub(super) needed: u32,
    /// A bit for every field that is not written while it is blank.
    pub(super) silent: u32,
}

/// What is in a variant.
pub(super) enum Content {
    /// Only its name.
    Nothing,
    /// Its first part.
    One,
    /// Its parts, under names.
    Fields(Fields),
}

/// What there is in a place.
pub(super) enum Said<'a> {
    /// A single value.
    Leaf(Leaf<'a>),
    /// Fields under names.
    Object(Fields),
    /// Values under names of their own.
    Entries(&'a SmallMap<String, ParamValue>),
    /// A variant of this name, with this in it.
    Variant(&'static str, Content),
    /// So many items.
    List(usize),
    /// Its only part, or nothing.
    Maybe(bool),
}

/// A single value as JSON has it.
#[derive(Clone, Copy)]
pub(super) enum Leaf<'a> {
    Null,
    Bool(bool),
    Number(u64),
    Negative(i64),
    /// Nothing here takes one.
    Fraction,
    Text(&'a str),
}

/// Why a value is not taken.
pub(super) enum Unfit {
    Type,
    Value,
}

impl Shape {
    fn called(self) -> &'static str {
        match self {
            Shape::Leaf(called) => called,
            Shape::Object(_) => "an object",
            Shape::Choice(_) => "a name, or an object with one field",
            Shape::List => "a list",
            Shape::Maybe | Shape::Anything => "anything",
        }
    }
}

impl Fields {
    /// Nothing is known of them: any name goes, once.
    pub(super) const NONE: Fields = Fields { names: &[], needed: 0, silent: 0 };

    fn find(&self, what: &str, name: &str) -> Result<usize, String> {
        self.names.iter().position(|known| *known == name).ok_or_else(|| {
            let known: Vec<String> = self.names.iter().map(|known| format!("`{known}`")).collect();
            let known = match &known[..] {
                [] => return duplicate(name),
                [one] => one.clone(),
                [one, other] => format!("{one} or {other}"),
                all => format!("one of {}", all.join(", ")),
            };
            format!("unknown {what} `{name}`, expected {known}")
        })
    }
}

fn duplicate(name: &str) -> String {
    format!("duplicate field `{name}`")
}

impl Display for Leaf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Leaf::Null => f.write_str("null"),
            Leaf::Bool(value) => write!(f, "boolean `{value}`"),
            Leaf::Number(value) => write!(f, "integer `{value}`"),
            Leaf::Negative(value) => write!(f, "integer `{value}`"),
            // Writing it out would bring the printing of fractions into the page, for this alone.
            Leaf::Fraction => f.write_str("floating point number"),
            Leaf::Text(value) => write!(f, "string {}", Quoted(value)),
        }
    }
}

/// Nothing is asked for a part that its shape does not promise.
#[cold]
pub(super) fn no_part() -> ! {
    unreachable!("a part that its shape does not have")
}
