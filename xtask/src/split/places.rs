//! Shortens what a program says about the places in which it may panic.
//!
//! There are hundreds, each with its file, line and column, and hardly compressible. A line of our own leads to the
//! mistake; a column, or a place in somebody else's files, adds little to it.

use anyhow::Result;
use wasmparser::{Data, DataKind, Operator};

/// A place in memory: the address and length of a file's name, a line and a column, four bytes each.
const PLACE: usize = 16;
/// How the names of our own files begin.
const OURS: [&str; 2] = ["src/", "web/src/"];
/// No file of ours is so long, and no line so wide, that it is no mistake to take something for a place.
const LINES_MAX: u32 = 20_000;
const COLUMNS_MAX: u32 = 400;
const NAME_MAX: usize = 200;

/// What stands for a place in a file that is not ours: no name, which begins where something could be, and no line.
const NOWHERE: [u8; PLACE] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// The bytes of each segment of data, without columns, and without the names and lines of files that are not ours.
pub(super) fn shortened(data: &[Data<'_>]) -> Result<Vec<Vec<u8>>> {
    let mut starts = Vec::new();
    for segment in data {
        let mut start = None;
        if let DataKind::Active { offset_expr, .. } = &segment.kind
            && let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
        {
            start = Some(value.cast_unsigned() as usize);
        }
        starts.push(start);
    }
    // The segment and the bytes in it.
    let found = |address: usize, len: usize| {
        starts.iter().enumerate().find_map(|(index, start)| {
            let from = address.checked_sub((*start)?)?;
            let bytes = from..from.checked_add(len)?;
            data[index].data.get(bytes.clone()).map(|_| (index, bytes))
        })
    };
    let mut segments: Vec<Vec<u8>> = data.iter().map(|segment| segment.data.to_vec()).collect();
    for (index, (start, segment)) in starts.iter().zip(data).enumerate() {
        // What the compiler lays out as words begins at a multiple of four.
        let mut at = start.map_or(segment.data.len(), |start| start.next_multiple_of(4) - start);
        while let Some(place) = segment.data.get(at..at + PLACE) {
            let word = |of: usize| {
                place[of..of + 4].iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
            };
            let (len, line, column) = (word(4) as usize, word(8), word(12));
            let bounds = (1..LINES_MAX).contains(&line) && (1..COLUMNS_MAX).contains(&column);
            if bounds
                && len < NAME_MAX
                && let Some((named, text)) = found(word(0) as usize, len)
                && let name = &data[named].data[text.clone()]
                && name.ends_with(b".rs")
            {
                if OURS.iter().any(|folder| name.starts_with(folder.as_bytes())) {
                    segments[index][at + 12..at + PLACE].fill(0);
                } else {
                    segments[index][at..at + PLACE].copy_from_slice(&NOWHERE);
                    segments[named][text].fill(0);
                }
            }
            at += 4;
        }
    }
    Ok(segments)
}
