//! The form of a scenario: which fields and variants there are, and what belongs where.
//!
//! Every type says this once, in a table ([`object`], [`variants`]); one reader that knows none of the types
//! fills them in, and one writer writes them down. The page is downloaded by everyone, and derived readers and
//! writers, one for each type, are several times as large: here the derived writers are for whoever uses the
//! package, and tests hold them and ours together. The messages speak of JSON, not of Rust: people write these
//! files by hand.

use std::fmt::{self, Display, Write as _};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::list::SmallMap;

use super::{ParamValue, limits};

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
            Leaf::Text(value) => write!(f, "string {value:?}"),
        }
    }
}

/// The way to what is being read. Where reading fails it stays as it is.
#[derive(Default)]
pub(super) struct Trail(Vec<Step>);

enum Step {
    Item(usize),
    Field(String),
}

/// `commands[3].do.crash`
impl Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, step) in self.0.iter().enumerate() {
            match step {
                Step::Item(at) => write!(f, "[{at}]")?,
                Step::Field(name) => {
                    let dot = if depth > 0 { "." } else { "" };
                    let name: String = name.chars().take(limits::NAME_MAX).collect();
                    write!(f, "{dot}{name}")?;
                }
            }
        }
        Ok(())
    }
}

/// Reads what belongs in a place.
pub(super) struct Reader<'a> {
    pub(super) form: &'a mut dyn Form,
    pub(super) trail: &'a mut Trail,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.form.shape().called())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        leaf(self.form, Leaf::Null).map_err(E::custom)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        leaf(self.form, Leaf::Bool(value)).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        leaf(self.form, Leaf::Number(value)).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        leaf(self.form, Leaf::Negative(value)).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        leaf(self.form, Leaf::Fraction).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        leaf(self.form, Leaf::Text(value)).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let list = opened(self.form);
        if !matches!(list.shape(), Shape::List | Shape::Anything) {
            return Err(A::Error::custom(unfit("type", &"list", list)));
        }
        for at in 0.. {
            self.trail.0.push(Step::Item(at));
            let item = Item { list, trail: self.trail };
            let more = items.next_element_seed(item)?.is_some();
            self.trail.0.pop();
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let form = opened(self.form);
        match form.shape() {
            Shape::Object(about) => read_fields(form, about, self.trail, &mut map),
            Shape::Anything => read_fields(form, Fields::NONE, self.trail, &mut map),
            Shape::Choice(about) => read_variant(form, about, self.trail, &mut map),
            _ => Err(M::Error::custom(unfit("type", &"object", form))),
        }
    }
}

/// Reads the next item of a list. Only when there is one does the list get a place for it.
struct Item<'a> {
    list: &'a mut dyn Form,
    trail: &'a mut Trail,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        Reader { form: self.list.part(0), trail: self.trail }.deserialize(from)
    }
}

/// What was left out so far gets its place.
fn opened(form: &mut dyn Form) -> &mut dyn Form {
    match form.shape() {
        Shape::Maybe => form.part(0),
        _ => form,
    }
}

fn unfit(what: &str, found: &dyn Display, form: &dyn Form) -> String {
    format!("invalid {what}: {found}, expected {}", form.shape().called())
}

fn leaf(form: &mut dyn Form, leaf: Leaf<'_>) -> Result<(), String> {
    if let (Shape::Maybe, Leaf::Null) = (form.shape(), leaf) {
        return Ok(());
    }
    let form = opened(form);
    if let (Shape::Choice(about), Leaf::Text(name)) = (form.shape(), leaf) {
        let at = about.find("variant", name)?;
        return match form.choose(at) {
            Content::Nothing => Ok(()),
            Content::One | Content::Fields(_) => {
                Err(format!("`{name}` alone says too little, expected {{\"{name}\": ...}}"))
            }
        };
    }
    match form.set(leaf) {
        Ok(()) => Ok(()),
        Err(Unfit::Type) => Err(unfit("type", &leaf, form)),
        Err(Unfit::Value) => Err(unfit("value", &leaf, form)),
    }
}

/// Reads fields, each at most once.
fn read_fields<'de, M: MapAccess<'de>>(
    form: &mut dyn Form,
    about: Fields,
    trail: &mut Trail,
    map: &mut M,
) -> Result<(), M::Error> {
    let mut seen = 0;
    while let Some(name) = map.next_key::<String>()? {
        let place = match about.find("field", &name) {
            Ok(at) if seen >> at & 1 == 1 => Err(duplicate(&name)),
            Ok(at) => {
                seen |= 1 << at;
                Ok(form.part(at))
            }
            Err(says) => form.entry(&name).ok_or(says),
        };
        trail.0.push(Step::Field(name));
        let form = place.map_err(M::Error::custom)?;
        map.next_value_seed(Reader { form, trail })?;
        trail.0.pop();
    }
    let missing = about.needed & !seen;
    match about.names.get(missing.trailing_zeros() as usize) {
        Some(name) => Err(M::Error::custom(format!("missing field `{name}`"))),
        None => Ok(()),
    }
}

/// Reads a variant and what is in it: `{"crash": "S1"}`.
fn read_variant<'de, M: MapAccess<'de>>(
    form: &mut dyn Form,
    about: Fields,
    trail: &mut Trail,
    map: &mut M,
) -> Result<(), M::Error> {
    let Some(name) = map.next_key::<String>()? else {
        return Err(M::Error::custom(unfit("value", &"empty object", form)));
    };
    let at = about.find("variant", &name);
    trail.0.push(Step::Field(name));
    let form: &mut dyn Form = match form.choose(at.map_err(M::Error::custom)?) {
        Content::Nothing => &mut Nothing,
        Content::One => form.part(0),
        Content::Fields(about) => &mut Variant { form, about },
    };
    map.next_value_seed(Reader { form, trail })?;
    trail.0.pop();
    match map.next_key::<String>()? {
        Some(name) => Err(M::Error::custom(format!("`{name}` is one variant too many"))),
        None => Ok(()),
    }
}

/// Writes what is in a place as JSON, without the fields that say nothing.
pub(super) fn write(form: &dyn Form, out: &mut String) {
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
        // Any text can be written as JSON.
        Leaf::Text(text) => serde_json::to_string(text).unwrap_or_default(),
    }
}

/// The fields of the variant that was chosen.
struct Variant<'a> {
    form: &'a mut dyn Form,
    about: Fields,
}

impl Form for Variant<'_> {
    fn shape(&self) -> Shape {
        Shape::Object(self.about)
    }

    fn part(&mut self, at: usize) -> &mut dyn Form {
        self.form.part(at)
    }
}

/// The place of nothing: `{"heal": null}`.
struct Nothing;

impl Form for Nothing {
    fn shape(&self) -> Shape {
        Shape::Leaf("null, or the name alone")
    }

    fn set(&mut self, leaf: Leaf<'_>) -> Result<(), Unfit> {
        if let Leaf::Null = leaf { Ok(()) } else { Err(Unfit::Type) }
    }
}

/// Passes over whatever there is.
pub(super) struct Anything;

impl Form for Anything {
    fn shape(&self) -> Shape {
        Shape::Anything
    }

    fn set(&mut self, _: Leaf<'_>) -> Result<(), Unfit> {
        Ok(())
    }

    fn part(&mut self, _: usize) -> &mut dyn Form {
        self
    }

    fn entry(&mut self, _: &str) -> Option<&mut dyn Form> {
        Some(self)
    }
}

impl Form for bool {
    fn shape(&self) -> Shape {
        Shape::Leaf("a boolean")
    }

    fn set(&mut self, leaf: Leaf<'_>) -> Result<(), Unfit> {
        let Leaf::Bool(value) = leaf else { return Err(Unfit::Type) };
        *self = value;
        Ok(())
    }

    fn says(&self) -> Said<'_> {
        Said::Leaf(Leaf::Bool(*self))
    }
}

impl Form for String {
    fn shape(&self) -> Shape {
        Shape::Leaf("a string")
    }

    fn set(&mut self, leaf: Leaf<'_>) -> Result<(), Unfit> {
        let Leaf::Text(text) = leaf else { return Err(Unfit::Type) };
        text.clone_into(self);
        Ok(())
    }

    fn says(&self) -> Said<'_> {
        Said::Leaf(Leaf::Text(self))
    }
}

/// The value of a parameter, whose protocol says which kind it is.
impl Form for ParamValue {
    fn shape(&self) -> Shape {
        Shape::Leaf("true, false, a whole number from 0 or a word")
    }

    fn set(&mut self, leaf: Leaf<'_>) -> Result<(), Unfit> {
        *self = match leaf {
            Leaf::Bool(value) => ParamValue::Bool(value),
            Leaf::Number(value) => ParamValue::Int(value),
            Leaf::Text(word) => ParamValue::Word(word.to_owned()),
            Leaf::Null | Leaf::Negative(_) | Leaf::Fraction => return Err(Unfit::Type),
        };
        Ok(())
    }

    fn says(&self) -> Said<'_> {
        Said::Leaf(match self {
            ParamValue::Bool(value) => Leaf::Bool(*value),
            ParamValue::Int(value) => Leaf::Number(*value),
            ParamValue::Word(word) => Leaf::Text(word),
        })
    }
}

impl Form for SmallMap<String, ParamValue> {
    fn shape(&self) -> Shape {
        Shape::Object(Fields::NONE)
    }

    fn entry(&mut self, name: &str) -> Option<&mut dyn Form> {
        if self.get(name).is_some() {
            return None;
        }
        Some(self.entry_or(name.to_owned(), ParamValue::Bool(false)))
    }

    fn says(&self) -> Said<'_> {
        Said::Entries(self)
    }
}

impl<T: Blank> Form for Vec<T> {
    fn shape(&self) -> Shape {
        Shape::List
    }

    fn part(&mut self, _: usize) -> &mut dyn Form {
        self.push_mut(T::blank())
    }

    fn says(&self) -> Said<'_> {
        Said::List(self.len())
    }

    fn filled(&self, at: usize) -> &dyn Form {
        &self[at]
    }
}

impl<T: Blank> Form for Option<T> {
    fn shape(&self) -> Shape {
        Shape::Maybe
    }

    fn part(&mut self, _: usize) -> &mut dyn Form {
        self.insert(T::blank())
    }

    fn says(&self) -> Said<'_> {
        Said::Maybe(self.is_some())
    }

    fn filled(&self, _: usize) -> &dyn Form {
        let Some(part) = self else { no_part() };
        part
    }
}

impl<T: Blank> Blank for Vec<T> {
    fn blank() -> Vec<T> {
        Vec::new()
    }
}

impl<T: Blank> Blank for Option<T> {
    fn blank() -> Option<T> {
        None
    }
}

/// Implements [`Blank`] for types that begin with nothing.
macro_rules! begin_empty {
    ($($type:ty),*) => {$(
        impl Blank for $type {
            fn blank() -> $type {
                <$type>::default()
            }
        }
    )*};
}

begin_empty!(bool, u8, u16, u32, u64, i32, String, SmallMap<String, ParamValue>);

/// Implements [`Form`] for kinds of whole number.
macro_rules! numbers {
    ($($type:ident $kind:ident $called:literal,)*) => {$(
        impl Form for $type {
            fn shape(&self) -> Shape {
                Shape::Leaf($called)
            }

            fn set(&mut self, leaf: Leaf<'_>) -> Result<(), Unfit> {
                let value = match leaf {
                    Leaf::Number(value) => value.try_into().ok(),
                    Leaf::Negative(value) => value.try_into().ok(),
                    _ => return Err(Unfit::Type),
                };
                value.map(|value| *self = value).ok_or(Unfit::Value)
            }

            fn says(&self) -> Said<'_> {
                Said::Leaf(Leaf::$kind((*self).into()))
            }
        }
    )*};
}

numbers! {
    u8 Number "a whole number up to 255",
    u16 Number "a whole number up to 65535",
    u32 Number "a whole number up to 4294967295",
    u64 Number "a whole number from 0",
    i32 Negative "a whole number",
}

/// Nothing is asked for a part that its shape does not promise.
#[cold]
pub(super) fn no_part() -> ! {
    unreachable!("a part that its shape does not have")
}

/// The table of a struct: `object!(Type { field, ... })`, or `object!(Type = blank, { field, ... })`
/// where it does not begin with blank fields, or is not written while it is blank.
///
/// A field `= default` may be left out and is then as in [`Blank`]; `= written` may be left out and never is when
/// it is written; `field as "name"` has another name.
macro_rules! object {
    ($type:ident $fields:tt) => {
        $crate::scenario::form::object!(
            @ $type = $crate::scenario::form::blank!([$type] $fields), $fields, {}
        );
    };
    ($type:ident = $blank:expr, $fields:tt) => {
        $crate::scenario::form::object!(@ $type = $blank, $fields, {
            fn is_blank(&self) -> bool {
                *self == $blank
            }
        });
    };
    (@ $type:ident = $blank:expr, $fields:tt, { $($is_blank:tt)* }) => {
        impl $crate::scenario::form::Form for $type {
            fn shape(&self) -> $crate::scenario::form::Shape {
                const FIELDS: $crate::scenario::form::Fields =
                    $crate::scenario::form::fields!($fields);
                $crate::scenario::form::Shape::Object(FIELDS)
            }

            fn part(&mut self, at: usize) -> &mut dyn $crate::scenario::form::Form {
                $crate::scenario::form::part!(at, [$type], self, $fields);
                $crate::scenario::form::no_part()
            }

            fn says(&self) -> $crate::scenario::form::Said<'_> {
                const FIELDS: $crate::scenario::form::Fields =
                    $crate::scenario::form::fields!($fields);
                $crate::scenario::form::Said::Object(FIELDS)
            }

            fn filled(&self, at: usize) -> &dyn $crate::scenario::form::Form {
                $crate::scenario::form::part!(at, [$type], self, $fields);
                $crate::scenario::form::no_part()
            }

            $($is_blank)*
        }

        impl $crate::scenario::form::Blank for $type {
            fn blank() -> $type {
                $blank
            }
        }
    };
}

/// The table of an enum: `"name" Variant ()` has nothing in it, `"name" Variant (_)` one value, and
/// `"name" Variant { field, ... }` fields. It begins as `= blank`.
macro_rules! variants {
    ($type:ident = $blank:expr, { $($name:literal $variant:ident $content:tt),* $(,)? }) => {
        impl $crate::scenario::form::Blank for $type {
            fn blank() -> $type {
                $blank
            }
        }

        impl $crate::scenario::form::Form for $type {
            fn shape(&self) -> $crate::scenario::form::Shape {
                $crate::scenario::form::Shape::Choice($crate::scenario::form::Fields {
                    names: &[$($name),*],
                    needed: 0,
                    silent: 0,
                })
            }

            fn part(&mut self, at: usize) -> &mut dyn $crate::scenario::form::Form {
                $($crate::scenario::form::part!(at, [$type::$variant], self, $content);)*
                $crate::scenario::form::no_part()
            }

            fn says(&self) -> $crate::scenario::form::Said<'_> {
                match self {
                    $($type::$variant { .. } => $crate::scenario::form::Said::Variant(
                        $name,
                        $crate::scenario::form::content!($content),
                    ),)*
                }
            }

            fn filled(&self, at: usize) -> &dyn $crate::scenario::form::Form {
                $($crate::scenario::form::part!(at, [$type::$variant], self, $content);)*
                $crate::scenario::form::no_part()
            }

            fn choose(&mut self, at: usize) -> $crate::scenario::form::Content {
                enum At { $($variant),* }
                $(if at == At::$variant as usize {
                    *self = $crate::scenario::form::blank!([$type::$variant] $content);
                    return $crate::scenario::form::content!($content);
                })*
                $crate::scenario::form::no_part()
            }
        }
    };
}

/// The names of fields, and which must be there.
macro_rules! fields {
    ({ $($field:ident $(as $name:literal)? $(= $default:ident)?),* $(,)? }) => {{
        #[allow(non_camel_case_types, reason = "a field's place is named as the field is")]
        enum At { $($field),* }
        $crate::scenario::form::Fields {
            names: &[$($crate::scenario::form::name!($field $($name)?)),*],
            needed: 0 $(| $crate::scenario::form::needed!($($default)?) << At::$field as u32)*,
            silent: 0 $(| $crate::scenario::form::silent!($($default)?) << At::$field as u32)*,
        }
    }};
}

/// A field's name in JSON.
macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

/// The bit that says whether a field must be there.
macro_rules! needed {
    () => {
        1
    };
    ($default:ident) => {
        0
    };
}

/// The bit that says whether a field is not written while it is blank.
macro_rules! silent {
    (default) => {
        1
    };
    ($($written:ident)?) => {
        0
    };
}

/// What is in a variant.
macro_rules! content {
    (()) => {
        $crate::scenario::form::Content::Nothing
    };
    ((_)) => {
        $crate::scenario::form::Content::One
    };
    ($fields:tt) => {{
        const FIELDS: $crate::scenario::form::Fields = $crate::scenario::form::fields!($fields);
        $crate::scenario::form::Content::Fields(FIELDS)
    }};
}

/// Returns the part at a position, if `$whole` is a struct or variant of that path.
macro_rules! part {
    ($at:ident, [$($path:tt)+], $whole:ident, ()) => {};
    ($at:ident, [$($path:tt)+], $whole:ident, (_)) => {
        if $at == 0
            && let $($path)+(value) = $whole
        {
            return value;
        }
    };
    (
        $at:ident, [$($path:tt)+], $whole:ident,
        { $($field:ident $(as $name:literal)? $(= $default:ident)?),* $(,)? }
    ) => {
        #[allow(irrefutable_let_patterns, reason = "a struct has this form only, an enum others")]
        if let $($path)+ { $($field),* } = $whole {
            #[allow(non_camel_case_types, reason = "a field's place is named as the field is")]
            enum At { $($field),* }
            $(if $at == At::$field as usize {
                return $field;
            })*
            $crate::scenario::form::no_part()
        }
    };
}

/// A struct or variant of a path, with blank content.
macro_rules! blank {
    ([$($path:tt)+] ()) => {
        $($path)+
    };
    ([$($path:tt)+] (_)) => {
        $($path)+($crate::scenario::form::Blank::blank())
    };
    (
        [$($path:tt)+]
        { $($field:ident $(as $name:literal)? $(= $default:ident)?),* $(,)? }
    ) => {
        $($path)+ { $($field: $crate::scenario::form::Blank::blank()),* }
    };
}

pub(super) use {blank, content, fields, name, needed, object, part, silent, variants};
