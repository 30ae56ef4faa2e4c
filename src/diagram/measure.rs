//! How wide a text is, near enough to keep labels apart.

/// The height of a line of label text, in tenths of a pixel.
pub(super) const LINE: i32 = 130;
/// The size of label text, in pixels.
const SIZE: i32 = 11;

/// Advance widths of ` ` to `~` in a plain sans-serif, in thousandths of the text size.
/// Fonts differ by a few percent; a margin is added on top.
const ADVANCE: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278,
    278, // ' '..'/'
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584,
    556, // '0'..'?'
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722,
    778, // '@'..'O'
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, // 'P'..'_'
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556,
    556, // '`'..'o'
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, // 'p'..'~'
];

/// The width of a label, in tenths of a pixel.
pub(super) fn width(text: &str) -> i32 {
    let thousandths: i32 = text.chars().map(advance).sum();
    // Size times thousandths gives thousandths of a pixel; one part in twelve is margin.
    (thousandths + thousandths / 12) * SIZE / 100
}

fn advance(letter: char) -> i32 {
    let index = (letter as usize).wrapping_sub(' ' as usize);
    let wide = if letter.is_ascii() { 556 } else { 800 };
    ADVANCE.get(index).map_or(wide, |advance| (*advance).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_texts_and_wider_letters_take_more_room() {
        assert!(width("AppendEntries") > width("Append"));
        assert!(width("WWW") > width("iii"));
        assert!((650..900).contains(&width("AppendEntries")), "{}", width("AppendEntries"));
        assert_eq!(width(""), 0);
    }
}
