//! Packing bytes as raw deflate (RFC 1951), in one block with codes of its own.
//!
//! Links are short texts made one at a time, so this is simple where a library is fast: an eighth
//! of the code, which every visitor downloads, for links of the same length.

/// The shortest and the longest repetition (RFC 1951, 3.2.5).
const MATCH: (usize, usize) = (3, 258);
/// How far back a repetition may reach.
const WINDOW: usize = 32_768;
/// How many earlier places are tried for a repetition.
const TRIES: usize = 256;
/// The symbol that ends a block; lengths follow it.
const END: usize = 256;
/// How many symbols there are for literals and lengths, for distances, and for lengths of codes.
const SYMBOLS: (usize, usize, usize) = (286, 30, 19);
/// The order in which the lengths of the codes for lengths of codes are sent (3.2.7).
const LENGTHS_ORDER: [usize; 19] =
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Packs bytes as strongly as deflate can without trying several ways.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let tokens = tokens(bytes);
    let (mut literal_counts, mut distance_counts) = (vec![0; SYMBOLS.0], vec![0; SYMBOLS.1]);
    for token in &tokens {
        literal_counts[token.symbol().code] += 1;
        if let Some(distance) = token.distance() {
            distance_counts[distance.code] += 1;
        }
    }
    let literals = Code::new(&literal_counts, 15);
    let distances = Code::new(&distance_counts, 15);
    let mut out = Bits::default();
    // The last block, with codes of its own.
    out.put(0b101, 3);
    write_codes(&mut out, &literals, &distances);
    for token in &tokens {
        out.put_coded(&literals, token.symbol());
        if let Some(distance) = token.distance() {
            out.put_coded(&distances, distance);
        }
    }
    out.bytes
}

/// What a block is made of.
#[derive(Clone, Copy)]
enum Token {
    Literal(u8),
    /// So many bytes from so far back again.
    Match {
        len: usize,
        back: usize,
    },
    End,
}

/// A symbol and the bits that follow it as they are.
#[derive(Clone, Copy)]
struct Symbol {
    code: usize,
    extra: usize,
    extra_bits: u32,
}

impl Token {
    fn symbol(self) -> Symbol {
        match self {
            Token::Literal(byte) => Symbol { code: byte.into(), extra: 0, extra_bits: 0 },
            Token::End => Symbol { code: END, extra: 0, extra_bits: 0 },
            // The longest has a symbol to itself.
            Token::Match { len: 258, .. } => Symbol { code: 285, extra: 0, extra_bits: 0 },
            Token::Match { len, .. } => {
                let Symbol { code, extra, extra_bits } = scaled(len - MATCH.0, 2);
                Symbol { code: END + 1 + code, extra, extra_bits }
            }
        }
    }

    fn distance(self) -> Option<Symbol> {
        match self {
            Token::Match { back, .. } => Some(scaled(back - 1, 1)),
            Token::Literal(_) | Token::End => None,
        }
    }
}

/// Lengths and distances are sent alike: the leading bits pick the symbol, `2^steps` for every
/// number of extra bits.
fn scaled(value: usize, steps: u32) -> Symbol {
    let extra_bits = (usize::BITS - value.leading_zeros()).saturating_sub(steps + 1);
    let code = ((extra_bits as usize) << steps) + (value >> extra_bits);
    Symbol { code, extra: value & ((1 << extra_bits) - 1), extra_bits }
}

/// Finds repetitions; of two that overlap the longer one is taken.
fn tokens(bytes: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut places = Places::new(bytes);
    let mut at = 0;
    let mut here = places.longest(0);
    while let Some(byte) = bytes.get(at) {
        let next = places.longest(at + 1);
        match here {
            Some((len, back)) if next.is_none_or(|(longer, _)| longer <= len) => {
                tokens.push(Token::Match { len, back });
                for passed in at + 2..at + len {
                    places.add(passed);
                }
                at += len;
                here = places.longest(at);
            }
            _ => {
                tokens.push(Token::Literal(*byte));
                at += 1;
                here = next;
            }
        }
    }
    tokens.push(Token::End);
    tokens
}

/// Where in a text the same three bytes stood before.
struct Places<'a> {
    bytes: &'a [u8],
    /// By a hash of three bytes: the latest place, plus one.
    latest: Vec<usize>,
    /// By place: the one before it with the same hash, plus one.
    before: Vec<usize>,
}

impl Places<'_> {
    fn new(bytes: &[u8]) -> Places<'_> {
        Places { bytes, latest: vec![0; 1 << 12], before: vec![0; bytes.len()] }
    }

    fn slot(&self, at: usize) -> Option<usize> {
        let three = self.bytes.get(at..at + MATCH.0)?;
        Some(three.iter().fold(0, |hash, byte| (hash << 4 ^ usize::from(*byte)) & 0xfff))
    }

    fn add(&mut self, at: usize) {
        if let Some(slot) = self.slot(at) {
            self.before[at] = std::mem::replace(&mut self.latest[slot], at + 1);
        }
    }

    /// The longest repetition at a place and how far back it is; adds the place.
    fn longest(&mut self, at: usize) -> Option<(usize, usize)> {
        let mut candidate = self.latest[self.slot(at)?];
        self.add(at);
        let mut best = None;
        for _ in 0..TRIES {
            let Some(place) = candidate.checked_sub(1).filter(|place| at - place <= WINDOW) else {
                break;
            };
            let (here, there) = (&self.bytes[at..], &self.bytes[place..]);
            let same = here.iter().zip(there).take(MATCH.1).take_while(|(a, b)| a == b).count();
            if same >= MATCH.0 && best.is_none_or(|(len, _)| same > len) {
                best = Some((same, at - place));
            }
            candidate = self.before[place];
        }
        best
    }
}

/// A Huffman code: by symbol, how many bits it has (0 if it is not used) and which.
struct Code {
    lengths: Vec<u32>,
    bits: Vec<usize>,
}

impl Code {
    /// The best code for symbols that occur so often, with at most so many bits each.
    fn new(counts: &[usize], most: u32) -> Code {
        let mut counts = counts.to_vec();
        let mut lengths = lengths(&counts);
        // Counts that are closer to each other make a flatter tree.
        while lengths.iter().any(|length| *length > most) {
            for count in &mut counts {
                *count = count.div_ceil(2);
            }
            lengths = self::lengths(&counts);
        }
        // Codes of one length follow each other in the order of the symbols (3.2.2).
        let mut bits = vec![0; lengths.len()];
        let mut next = 0;
        for length in 1..=most {
            next <<= 1;
            for (symbol, bits) in bits.iter_mut().enumerate() {
                if lengths[symbol] == length {
                    *bits = next;
                    next += 1;
                }
            }
        }
        Code { lengths, bits }
    }
}

/// How many bits each symbol has in Huffman's tree.
fn lengths(counts: &[usize]) -> Vec<u32> {
    let mut lengths = vec![0; counts.len()];
    // Each tree: how often it occurs, and the symbols at its leaves.
    let leaves = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let mut trees: Vec<(usize, Vec<usize>)> =
        leaves.map(|(symbol, count)| (*count, vec![symbol])).collect();
    if let [(_, only)] = trees.as_slice() {
        lengths[only[0]] = 1;
    }
    while trees.len() > 1 {
        let (count, mut symbols) = take_rarest(&mut trees);
        let (other_count, others) = take_rarest(&mut trees);
        symbols.extend(others);
        for symbol in &symbols {
            lengths[*symbol] += 1;
        }
        trees.push((count + other_count, symbols));
    }
    lengths
}

fn take_rarest(trees: &mut Vec<(usize, Vec<usize>)>) -> (usize, Vec<usize>) {
    let rarest = trees.iter().enumerate().min_by_key(|(_, (count, _))| *count);
    let at = rarest.map_or(0, |(at, _)| at);
    trees.swap_remove(at)
}

/// The two codes, as the lengths of their symbols, which have a code themselves (3.2.7).
fn write_codes(out: &mut Bits, literals: &Code, distances: &Code) {
    let used = |code: &Code, least: usize| {
        code.lengths.iter().rposition(|length| *length > 0).map_or(least, |at| least.max(at + 1))
    };
    let (literals_used, distances_used) = (used(literals, 257), used(distances, 1));
    let mut lengths = literals.lengths[..literals_used].to_vec();
    lengths.extend(&distances.lengths[..distances_used]);
    let runs = runs(&lengths);
    let mut counts = vec![0; SYMBOLS.2];
    for run in &runs {
        counts[run.code] += 1;
    }
    let code = Code::new(&counts, 7);
    let sent = LENGTHS_ORDER.iter().rposition(|symbol| code.lengths[*symbol] > 0);
    let sent = sent.map_or(4, |at| (at + 1).max(4));
    out.put(literals_used - 257, 5);
    out.put(distances_used - 1, 5);
    out.put(sent - 4, 4);
    for symbol in &LENGTHS_ORDER[..sent] {
        out.put(code.lengths[*symbol] as usize, 3);
    }
    for run in runs {
        out.put_coded(&code, run);
    }
}

/// Lengths, with runs of the same one shortened.
fn runs(lengths: &[u32]) -> Vec<Symbol> {
    let mut runs = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let plain = Symbol { code: run[0] as usize, extra: 0, extra_bits: 0 };
        let mut left = run.len();
        if run[0] > 0 {
            runs.push(plain);
            left -= 1;
        }
        while left > 0 {
            let (code, least, extra_bits) = match (run[0], left) {
                (_, 1..3) => (run[0] as usize, 1, 0),
                (0, 3..11) => (17, 3, 3),
                (0, _) => (18, 11, 7),
                (_, _) => (16, 3, 2),
            };
            let extra = (left - least).min((1 << extra_bits) - 1);
            runs.push(Symbol { code, extra, extra_bits });
            left -= least + extra;
        }
    }
    runs
}

/// Bits, the first one lowest.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    /// How many bits of the last byte are taken, from 1 to 8; of none, 0.
    taken: u32,
}

impl Bits {
    fn put(&mut self, value: usize, bits: u32) {
        for at in 0..bits {
            if self.taken.is_multiple_of(8) {
                self.bytes.push(0);
                self.taken = 0;
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> at & 1) as u8) << self.taken;
            }
            self.taken += 1;
        }
    }

    fn put_coded(&mut self, code: &Code, symbol: Symbol) {
        // A code's own bits stand the other way round.
        let (bits, length) = (code.bits[symbol.code], code.lengths[symbol.code]);
        for at in (0..length).rev() {
            self.put(bits >> at, 1);
        }
        self.put(symbol.extra, symbol.extra_bits);
    }
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec;
    use miniz_oxide::inflate::decompress_to_vec;
    use proptest::prelude::*;

    use super::deflate;

    fn assert_unpacks(bytes: &[u8]) {
        let unpacked = decompress_to_vec(&deflate(bytes));
        assert_eq!(unpacked.ok().as_deref(), Some(bytes));
    }

    #[test]
    fn anything_unpacks_again() {
        let far = [b"the same words".as_slice(), &vec![0; 32_754], b"the same words"].concat();
        // Fibonacci's numbers make the deepest tree, deeper than codes may be.
        let (mut skewed, mut counts) = (Vec::new(), (1, 1));
        for byte in 0..24 {
            skewed.extend(std::iter::repeat_n(byte, counts.0));
            counts = (counts.1, counts.0 + counts.1);
        }
        let all: Vec<u8> = (0..=255).collect();
        for bytes in [b"".as_slice(), b"a", b"aa", b"abcabcabc", &[7; 1_000], &far, &skewed, &all] {
            assert_unpacks(bytes);
        }
    }

    proptest! {
        #[test]
        fn words_and_noise_unpack_again(
            words in prop::collection::vec("[a-c]{1,9}|\\PC{0,3}", 0..400),
            noise in prop::collection::vec(any::<u8>(), 0..2_000),
        ) {
            assert_unpacks(words.concat().as_bytes());
            assert_unpacks(&noise);
        }
    }

    #[test]
    fn links_are_as_short_as_with_a_library() {
        let (mut ours, mut theirs) = (0, 0);
        for situation in crate::protocols::gallery() {
            let json = situation.scenario.to_json();
            ours += deflate(json.as_bytes()).len();
            theirs += compress_to_vec(json.as_bytes(), 10).len();
        }
        assert!(ours * 100 <= theirs * 101, "{ours} bytes, {theirs} with a library");
    }
}
