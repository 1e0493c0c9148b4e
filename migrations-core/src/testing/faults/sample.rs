//! Which faults happen.

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
                every <= 1 || Random::new(seed ^ digest(&fault.to_string())).below(every) == 0
            })
    }
}

/// FNV-1a.
pub(super) fn digest(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// Numbers that can be had again: splitmix64.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
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
        assert!((70..130).contains(&sample(1).len()), "{}", sample(1).len());
        assert_eq!(sample(1), sample(1));
        assert_ne!(sample(1), sample(2));
    }

    #[test]
    fn one_fault_is_only_that_one() {
        let [one, other] = ["before", "after"].map(|at| format!("a/message 1/{at}/close").parse().unwrap());
        let selection = Selection { only: Some(one), sample: Some((1000, 0)), ..Selection::default() };
        assert!(selection.has(selection.only.as_ref().unwrap()) && !selection.has(&other));
    }
}
