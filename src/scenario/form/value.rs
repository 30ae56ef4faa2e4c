//! The forms of plain values, of lists and of what may be left out.

use crate::list::SmallMap;
use crate::scenario::ParamValue;

use super::{Blank, Fields, Form, Leaf, Said, Shape, Unfit, no_part};

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
