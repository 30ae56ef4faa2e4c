//! Reading objects and variants: what `#[derive(Deserialize)]` does, in a third of the code.
//!
//! The page is downloaded by everyone, and derived code reads every struct in two ways, by position
//! and by name, and looks each name up by itself. Here a struct is an object and nothing else, and
//! all of them share one lookup. The messages are the same.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, VariantAccess, Visitor,
};

/// Finds a name in a list: the name of a field, or of a variant.
pub(super) struct Name {
    pub(super) names: &'static [&'static str],
    pub(super) of_variant: bool,
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<usize, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.of_variant { "variant identifier" } else { "field identifier" })
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let found = self.names.iter().position(|known| *known == name);
        found.ok_or_else(|| {
            if self.of_variant {
                E::unknown_variant(name, self.names)
            } else {
                E::unknown_field(name, self.names)
            }
        })
    }
}

/// The fields of one object, each at most once.
pub(super) struct Fields {
    names: &'static [&'static str],
    /// A bit for every field that was there.
    seen: u32,
}

impl Fields {
    pub(super) fn new(names: &'static [&'static str]) -> Fields {
        Fields { names, seen: 0 }
    }

    /// The place of the next field's name in the list.
    #[inline(never)]
    pub(super) fn next<'de, M: MapAccess<'de>>(
        &mut self,
        map: &mut M,
    ) -> Result<Option<usize>, M::Error> {
        let name = Name { names: self.names, of_variant: false };
        let Some(at) = map.next_key_seed(name)? else { return Ok(None) };
        if self.seen >> at & 1 == 1 {
            return Err(M::Error::duplicate_field(self.names[at]));
        }
        self.seen |= 1 << at;
        Ok(Some(at))
    }
}

/// The only value of a variant. One function for all variants with the same type of value.
#[inline(never)]
pub(super) fn only<'de, T: Deserialize<'de>, A: VariantAccess<'de>>(
    access: A,
) -> Result<T, A::Error> {
    access.newtype_variant()
}

/// A visitor that reads an object: `visitor!(Type, "struct Type", [Type], { field, ... })`.
///
/// `field = value` may be left out and is `value` then; `field as "name"` has another name.
macro_rules! visitor {
    (
        $type:ident, $expected:expr, [$($path:tt)+],
        { $($field:ident $(as $name:literal)? $(= $default:expr)?),* $(,)? }
    ) => {{
        struct Object;
        impl<'de> serde::de::Visitor<'de> for Object {
            type Value = $type;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($expected)
            }

            fn visit_map<M: serde::de::MapAccess<'de>>(
                self,
                mut map: M,
            ) -> Result<$type, M::Error> {
                #[allow(non_camel_case_types, reason = "a field's place is named as the field is")]
                enum At { $($field),* }
                let mut fields = $crate::scenario::object::Fields::new(&[
                    $($crate::scenario::object::name!($field $($name)?)),*
                ]);
                $(let mut $field = None;)*
                while let Some(at) = fields.next(&mut map)? {
                    $(if at == At::$field as usize {
                        $field = Some(map.next_value()?);
                    })*
                }
                Ok($($path)+ {
                    $($field: match $field {
                        Some(value) => value,
                        None => $crate::scenario::object::absent!(
                            $crate::scenario::object::name!($field $($name)?) $(, $default)?
                        ),
                    }),*
                })
            }
        }
        Object
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

/// What a field is that was left out.
macro_rules! absent {
    ($name:expr) => {
        return Err(serde::de::Error::missing_field($name))
    };
    ($name:expr, $default:expr) => {
        $default
    };
}

/// Implements `Deserialize` for a struct; see [`visitor`] for its fields.
macro_rules! object {
    ($type:ident $fields:tt) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                from.deserialize_map($crate::scenario::object::visitor!(
                    $type,
                    concat!("struct ", stringify!($type)),
                    [$type],
                    $fields
                ))
            }
        }
    };
}

/// Implements `Deserialize` for an enum: `"name" Variant ()` has nothing in it,
/// `"name" Variant (_)` one value, and `"name" Variant { field, ... }` fields.
macro_rules! variants {
    ($type:ident { $($name:literal $variant:ident $content:tt),* $(,)? }) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                const NAMES: &[&str] = &[$($name),*];
                enum At { $($variant),* }
                struct Variants;
                impl<'de> serde::de::Visitor<'de> for Variants {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("enum ", stringify!($type)))
                    }

                    fn visit_enum<A: serde::de::EnumAccess<'de>>(
                        self,
                        data: A,
                    ) -> Result<$type, A::Error> {
                        let name = $crate::scenario::object::Name { names: NAMES, of_variant: true };
                        let (at, access) = data.variant_seed(name)?;
                        $(if at == At::$variant as usize {
                            return $crate::scenario::object::content!(
                                access, $type, $variant, $content
                            );
                        })*
                        unreachable!("a name's place is within the list")
                    }
                }
                from.deserialize_enum(stringify!($type), NAMES, Variants)
            }
        }
    };
}

/// Reads what is in a variant.
macro_rules! content {
    ($access:expr, $type:ident, $variant:ident, ()) => {{
        serde::de::VariantAccess::unit_variant($access)?;
        Ok($type::$variant)
    }};
    ($access:expr, $type:ident, $variant:ident, (_)) => {
        $crate::scenario::object::only($access).map($type::$variant)
    };
    ($access:expr, $type:ident, $variant:ident, $fields:tt) => {
        serde::de::VariantAccess::struct_variant(
            $access,
            &[],
            $crate::scenario::object::visitor!(
                $type,
                concat!("struct variant ", stringify!($type), "::", stringify!($variant)),
                [$type::$variant],
                $fields
            ),
        )
    };
}

pub(super) use {absent, content, name, object, variants, visitor};
