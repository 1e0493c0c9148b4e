//! Which faults happen.

use std::time::Duration;

use super::point::{Fault, Kind};

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    pub(super) kinds: Option<Vec<Kind>>,
    pub(super) only: Option<Fault>,
    /// One in so many, and the seed of the choice.
    pub(super) sample: Option<(u64, u64)>,
}

impl Selection {
    pub(super) fn has(&self, fault: &Fault) -> bool {
        if let Some(only) = &self.only {
            return only == fault;
        }
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&fault.point.kind()))
            && self.sample.is_none_or(|(every, seed)| {
                every <= 1 || Random::of(&fault.to_string(), seed).below(every) == 0
            })
    }
}

/// So many random moments, in microseconds, of something that takes so long; some of them are later than its end.
pub(super) fn moments(of: &str, (count, seed): (usize, u64), duration: Duration) -> Vec<u64> {
    let mut random = Random::of(of, seed);
    let end = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX).saturating_mul(5) / 4;
    (0..count).map(|_| random.below(end)).collect()
}

/// FNV-1a.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// Numbers that can be had again: splitmix64.
struct Random(u64);

impl Random {
    /// Other numbers for every text and every seed.
    fn of(text: &str, seed: u64) -> Random {
        Random(seed ^ digest(text))
    }

    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_about_one_in_so_many_and_is_the_same_again() {
        let faults: Vec<Fault> = (1..=1000)
            .map(|message| format!("001_create_shop/message {message}/before/close").parse().unwrap())
            .collect();
        let sample = |seed| {
            let selection = Selection { sample: Some((10, seed)), ..Selection::default() };
            faults.iter().filter(|fault| selection.has(fault)).cloned().collect::<Vec<_>>()
        };
        for seed in [0, 1, u64::MAX] {
            assert!((70..130).contains(&sample(seed).len()), "{}", sample(seed).len());
        }
        assert_eq!(sample(1), sample(1));
        assert_ne!(sample(1), sample(2));
    }

    #[test]
    fn one_fault_is_only_that_one() {
        let [one, other] = ["before", "after"].map(|at| format!("a/message 1/{at}/close").parse().unwrap());
        let selection = Selection { only: Some(one), sample: Some((1000, 0)), ..Selection::default() };
        assert!(selection.has(selection.only.as_ref().unwrap()) && !selection.has(&other));
    }

    #[test]
    fn random_moments_reach_a_little_behind_the_end() {
        let moments = |seed| moments("001_create_shop", (100, seed), Duration::from_secs(1));
        let (first, last) = (moments(1).into_iter().min().unwrap(), moments(1).into_iter().max().unwrap());
        assert!(first < 200_000 && (1_000_000..1_250_000).contains(&last), "{first}, {last}");
        assert_eq!((moments(1).len(), moments(1)), (100, moments(1)));
        assert_ne!(moments(1), moments(2));
    }

    #[test]
    fn numbers_and_digests_are_those_of_their_algorithms() {
        let digests = ["", "a", "foobar"].map(digest);
        assert_eq!(digests, [0xCBF2_9CE4_8422_2325, 0xAF63_DC4C_8601_EC8C, 0x8594_4171_F739_67E8]);
        let mut random = Random(1_234_567);
        let numbers = [(); 3].map(|()| random.below(u64::MAX));
        assert_eq!(
            numbers,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
        assert_eq!(Random(1).below(1), 0);
    }
}
