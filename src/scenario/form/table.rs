//! The tables in which types say their form.

/// The table of a struct: `object!(Type { field, ... })`, or `object!(Type = blank, { field, ... })`
/// where it does not begin with blank fields, or is not written while it is blank.
///
/// A field `= default` may be left out and is then as in [`super::Blank`]; `= written` may be left out and never is when
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

pub(in crate::scenario) use {
    blank, content, fields, name, needed, object, part, silent, variants,
};
