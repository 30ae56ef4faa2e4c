//! Keyed luck: every draw is a function of the seed, what it is for, and whose it is.
//!
//! Nothing is a stream, so a changed dial, an added command or a dropped message
//! never shifts the luck of what it does not concern.

/// What a draw decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// How long a message takes.
    Latency = 1,
    /// Whether a message is lost.
    Loss = 2,
    /// Whether a message is doubled.
    Duplication = 3,
    /// How long the copy takes.
    CopyLatency = 4,
    /// How long a timer runs.
    Timer = 5,
    /// How long a client thinks.
    Think = 6,
    /// Whether a client reads or writes.
    Read = 7,
    /// Which key a client uses.
    Key = 8,
}

/// The luck of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Luck {
    seed: u64,
}

impl Luck {
    /// The luck that belongs to a seed.
    pub fn new(seed: u64) -> Luck {
        Luck { seed }
    }

    /// 64 even bits for the `nth` draw of `whose` for `purpose`.
    #[inline]
    pub fn bits(self, purpose: Purpose, whose: u64, nth: u32) -> u64 {
        let key = mix(self.seed ^ (purpose as u64).wrapping_mul(0xd6e8_feb8_6659_fd93));
        let stream = mix(key ^ whose);
        mix(stream.wrapping_add((u64::from(nth) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A whole number in `min..=max`, evenly.
    #[inline]
    pub fn within(self, purpose: Purpose, whose: u64, nth: u32, min: u64, max: u64) -> u64 {
        let span = max.saturating_sub(min).saturating_add(1);
        let bits = self.bits(purpose, whose, nth);
        // The bias of either method is below 2^-32: far below what anyone can see.
        match u32::try_from(span) {
            Ok(span) => min + (((bits >> 32) * u64::from(span)) >> 32),
            Err(_) => min + bits % span,
        }
    }

    /// True `of` times in `per`.
    #[inline]
    pub fn chance(self, purpose: Purpose, whose: u64, nth: u32, of: u32, per: u32) -> bool {
        of > 0 && self.within(purpose, whose, nth, 0, u64::from(per.max(1)) - 1) < u64::from(of)
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014; variant 13 of Stafford).
#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links depend on these numbers for ever.
    #[test]
    fn known_answers() {
        let luck = Luck::new(42);
        assert_eq!(mix(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf, "SplitMix64's first output");
        let draws = [
            luck.bits(Purpose::Latency, 0, 0),
            luck.bits(Purpose::Latency, 0, 1),
            luck.bits(Purpose::Latency, 1, 0),
            luck.bits(Purpose::Loss, 0, 0),
        ];
        let hex: Vec<String> = draws.iter().map(|draw| format!("{draw:016x}")).collect();
        assert_eq!(hex, KNOWN);
    }

    const KNOWN: [&str; 4] =
        ["c9c789c2f0db50d1", "5910639c23629e18", "c4e7ff640edd1e15", "50a41bae9d530404"];

    #[test]
    fn draws_are_even() {
        let luck = Luck::new(7);
        let mut buckets = [0_u32; 10];
        for whose in 0..100 {
            for nth in 0..1_000 {
                buckets[luck.within(Purpose::Timer, whose, nth, 0, 9) as usize] += 1;
            }
        }
        assert!(buckets.iter().all(|count| (9_700..10_300).contains(count)), "{buckets:?}");
        let hits = (0..100_000).filter(|n| luck.chance(Purpose::Loss, 3, *n, 1, 20)).count();
        assert!((4_700..5_300).contains(&hits), "5 % of 100,000: {hits}");
    }

    #[test]
    fn wide_ranges_stay_inside() {
        let luck = Luck::new(1);
        let (min, max) = (10, 10 + (1 << 40));
        assert!(
            (0..1_000)
                .all(|n| { (min..=max).contains(&luck.within(Purpose::Timer, 0, n, min, max)) })
        );
        assert_eq!(luck.within(Purpose::Timer, 0, 0, 5, 5), 5);
    }
}
