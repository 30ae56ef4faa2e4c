//! Closed vocabularies: an enum and its table of words, written once.

/// Defines an enum whose variants index a table of [`NameInfo`](crate::trace::NameInfo).
///
/// ```text
/// vocabulary! {
///     /// Why a node disregards its input.
///     pub enum Why {
///         /// The sender is behind.
///         StaleTerm = "stale term",
///     }
/// }
/// ```
/// gives `Why::StaleTerm`, `Why::StaleTerm.code()` and `Why::TABLE`.
macro_rules! vocabulary {
    (
        $(#[doc = $about:literal])*
        $vis:vis enum $name:ident {
            $( $(#[doc = $doc:literal])+ $variant:ident = $word:literal, )+
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        $vis enum $name {
            $( $(#[doc = $doc])+ $variant, )+
        }

        impl $name {
            /// The words, by code.
            $vis const TABLE: &'static [$crate::trace::NameInfo] = &[
                $( $crate::trace::NameInfo { name: $word, doc: concat!($($doc),+) }, )+
            ];

            /// The position in the table.
            #[inline]
            $vis const fn code(self) -> u8 {
                self as u8
            }
        }
    };
}

pub(crate) use vocabulary;
