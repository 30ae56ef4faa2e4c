//! What a seed draws, one number after the other.

/// `SplitMix64` (Steele, Lea, Flood 2014): the same numbers for ever.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    state: u64,
}

impl Draw {
    /// The numbers of a seed.
    pub(crate) fn new(seed: u64) -> Draw {
        Draw { state: seed }
    }

    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `min..=max`; the bias is far below what a sweep can see.
    pub(crate) fn within(&mut self, min: u64, max: u64) -> u64 {
        let span = max.saturating_sub(min).saturating_add(1);
        min + self.bits() % span
    }

    /// True `of` times in `per`.
    pub(crate) fn chance(&mut self, of: u64, per: u64) -> bool {
        self.within(1, per) <= of
    }

    /// One of several; there must be one.
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let at = self.within(0, among.len() as u64 - 1);
        &among[at as usize]
    }

    /// All of them in another order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let at = self.within(0, last as u64) as usize;
            items.swap(at, last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Draw;

    /// Seeds in reports mean these numbers.
    #[test]
    fn the_numbers_never_change() {
        let mut draw = Draw::new(1_234_567);
        let known = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(known.map(|_| draw.bits()), known);
    }

    #[test]
    fn every_number_of_a_range_comes_up() {
        let mut draw = Draw::new(1);
        let mut seen = [0_u32; 5];
        for _ in 0..1_000 {
            seen[draw.within(3, 7) as usize - 3] += 1;
        }
        assert!(seen.iter().all(|times| (150..250).contains(times)), "{seen:?}");
    }
}
