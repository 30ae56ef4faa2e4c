//! How many bytes a message takes on a wire.
//!
//! The encoding is a compact one without names, the same for every protocol and that of the
//! [postcard](https://postcard.jamesmunns.com/wire-format) crate: the fields of a message one after
//! the other, where
//!
//! | what | takes |
//! |---|---|
//! | a whole number | a byte for each seven bits, at least one (a *varint*) |
//! | a node, a client, a truth value | one byte |
//! | which kind of message, or which of several forms a field has | one byte |
//! | a field that may be absent | one byte that says so, and itself if it is there |
//! | a text | its length as a number, and its bytes |
//! | a list | its length as a number, and its items |
//!
//! What carries a message (addresses, checksums, the framing) is not counted.

use std::hash::{Hash, Hasher};

/// The size of a message in bytes.
///
/// A message shows its fields to whoever hashes it, so a derived [`Hash`] is all that a protocol
/// has to have for this.
pub fn wire_bytes(message: &(impl Hash + ?Sized)) -> u32 {
    let mut size = Size(0);
    message.hash(&mut size);
    size.0
}

/// Hashes nothing: adds up what everything takes.
struct Size(u32);

impl Size {
    fn number(&mut self, number: u64) {
        self.0 += (u64::BITS - (number | 1).leading_zeros()).div_ceil(7);
    }
}

impl Hasher for Size {
    fn finish(&self) -> u64 {
        self.0.into()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 += bytes.len() as u32;
    }

    fn write_u8(&mut self, _: u8) {
        self.0 += 1;
    }

    fn write_u16(&mut self, number: u16) {
        self.number(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.number(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.number(number);
    }

    /// The length of a list.
    fn write_usize(&mut self, number: usize) {
        self.number(number as u64);
    }

    /// Which variant of an enum.
    fn write_isize(&mut self, _: isize) {
        self.0 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Command, Op, Word};
    use crate::trace::{ClientId, ValueId};

    #[test]
    fn sizes_are_those_that_can_be_added_up_by_hand() {
        let numbers = [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (u32::MAX, 5)];
        for (number, bytes) in numbers {
            assert_eq!(wire_bytes(&number), bytes, "{number}");
        }
        assert_eq!(wire_bytes(&u64::MAX), 10);
        assert_eq!(wire_bytes(&None::<u32>), 1);
        assert_eq!(wire_bytes(&Some(300_u32)), 3);
        assert_eq!(wire_bytes(&[(1_u32, true), (2, false)][..]), 5);

        let word = |text: &str| -> Word { text.parse().expect("a word") };
        assert_eq!(wire_bytes(&word("x")), 2);
        assert_eq!(wire_bytes(&word("colour")), 7);
        // Its number 200; there is a client; a put, x, 5.
        let op = Op::Put { key: word("x"), value: word("5") };
        let command = Command { value: ValueId(200), client: Some(ClientId(0)), op };
        assert_eq!(wire_bytes(&command), 2 + (1 + 1) + (1 + 2 + 2));
    }
}
