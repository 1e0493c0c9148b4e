//! Random numbers for tests that look for the moment at which something breaks.

use std::time::SystemTime;

/// Numbers that can be had again: splitmix64.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Numbers from the seed in an environment variable, or else from the clock; the seed is printed.
    pub fn seeded(variable: &str) -> Random {
        let now = || SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_nanos().into();
        let seed = std::env::var(variable).map_or_else(|_| now(), |seed| seed.parse().unwrap());
        println!("{variable}={seed}");
        Random(seed)
    }

    /// The numbers of a seed.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A number from 0 up to, and without, `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}
