//! The one reader of everything that has a form: it fills in what it finds, and knows on which way it is.

use std::fmt::{self, Display};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::scenario::limits;

use super::{Content, Fields, Form, Leaf, Shape, Unfit, duplicate};

/// The way to what is being read. Where reading fails it stays as it is.
#[derive(Default)]
pub(in crate::scenario) struct Trail {
    steps: Vec<Step>,
    /// Why what stands there does not fit.
    pub(in crate::scenario) misfit: Option<String>,
}

enum Step {
    Item(usize),
    Field(String),
}

/// `commands[3].do.crash`
impl Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, step) in self.steps.iter().enumerate() {
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

impl Trail {
    /// What the parser is told; the reason is kept here.
    fn refuse<E: Error>(&mut self, misfit: String) -> E {
        self.misfit = Some(misfit);
        E::custom("")
    }
}

/// Reads what belongs in a place.
pub(in crate::scenario) struct Reader<'a> {
    pub(in crate::scenario) form: &'a mut dyn Form,
    pub(in crate::scenario) trail: &'a mut Trail,
}

impl Reader<'_> {
    fn leaf<E: Error>(self, value: Leaf<'_>) -> Result<(), E> {
        leaf(self.form, value).map_err(|says| self.trail.refuse(says))
    }
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
        self.leaf(Leaf::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.leaf(Leaf::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.leaf(Leaf::Number(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.leaf(Leaf::Negative(value))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.leaf(Leaf::Fraction)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.leaf(Leaf::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let list = opened(self.form);
        if !matches!(list.shape(), Shape::List | Shape::Anything) {
            return Err(self.trail.refuse(unfit("type", &"list", list)));
        }
        for at in 0.. {
            self.trail.steps.push(Step::Item(at));
            let item = Item { list, trail: self.trail };
            let more = items.next_element_seed(item)?.is_some();
            self.trail.steps.pop();
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
            _ => Err(self.trail.refuse(unfit("type", &"object", form))),
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
        trail.steps.push(Step::Field(name));
        let form = place.map_err(|says| trail.refuse(says))?;
        map.next_value_seed(Reader { form, trail })?;
        trail.steps.pop();
    }
    let missing = about.needed & !seen;
    match about.names.get(missing.trailing_zeros() as usize) {
        Some(name) => Err(trail.refuse(format!("missing field `{name}`"))),
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
        return Err(trail.refuse(unfit("value", &"empty object", form)));
    };
    let at = about.find("variant", &name);
    trail.steps.push(Step::Field(name));
    let form: &mut dyn Form = match form.choose(at.map_err(|says| trail.refuse(says))?) {
        Content::Nothing => &mut Nothing,
        Content::One => form.part(0),
        Content::Fields(about) => &mut Variant { form, about },
    };
    map.next_value_seed(Reader { form, trail })?;
    trail.steps.pop();
    match map.next_key::<String>()? {
        Some(name) => Err(trail.refuse(format!("`{name}` is one variant too many"))),
        None => Ok(()),
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
pub(in crate::scenario) struct Anything;

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
