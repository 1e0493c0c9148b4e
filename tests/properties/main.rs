//! What the fuzz targets in `fuzz/` look for, in seconds: every seed, and what is close to one, has the properties that
//! hold for every input.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

#[path = "../../fuzz/src/properties/mod.rs"]
#[allow(unreachable_pub, clippy::expect_used, clippy::panic)]
mod properties;

/// A fuzz target: its name, what holds for its inputs, and how many texts are made of each of its seeds.
type Target = (&'static str, fn(&[u8]), usize);

mod renamed {
    migrations_core::embed_migrations!("sets/renamed_after");
}
mod squashed {
    migrations_core::embed_migrations!("sets/squashed_after");
}

const TARGETS: [Target; 8] = [
    ("folder", properties::folder, 12),
    ("header", properties::header, 200),
    ("statements", properties::statements, 60),
    ("syntax", properties::syntax, 60),
    ("config", properties::config, 200),
    ("runner", properties::runner, 20),
    ("ledger", properties::ledger::<renamed::Migration>, 200),
    ("ledger", properties::ledger::<squashed::Migration>, 200),
];

/// Words that change what follows them.
const WORDS: [&[u8]; 18] = [
    b"'",
    b"\"",
    b"$$",
    b"/*",
    b"*/",
    b"--",
    b";",
    b"\n-- @verify\n",
    b"\\i x\n",
    b"(",
    b")",
    b" BEGIN ATOMIC ",
    b" END ",
    b"\0",
    b"\xff",
    "\u{feff}".as_bytes(),
    "\u{202e}é".as_bytes(),
    b"\r\n",
];

fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = fs::read_dir(root.join("../fuzz/seeds").join(target)).unwrap();
    let corpus = (target == "statements").then(|| fs::read_dir(root.join("corpus")).unwrap());
    let mut seeds: Vec<(String, Vec<u8>)> = own
        .chain(corpus.into_iter().flatten())
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()))
        .collect();
    seeds.sort();
    assert!(seeds.len() > 3, "{target} has {} seeds", seeds.len());
    seeds
}

/// Says which input it was, when a property does not hold.
struct Input<'a> {
    name: &'a str,
    bytes: &'a [u8],
}

impl Drop for Input<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{} as b\"{}\"", self.name, self.bytes.escape_ascii());
        }
    }
}

#[test]
fn every_seed_has_the_properties_of_its_target() {
    for (target, property, _) in TARGETS {
        for (name, bytes) in seeds(target) {
            let _input = Input { name: &name, bytes: &bytes };
            property(&bytes);
        }
    }
}

#[test]
fn what_is_close_to_a_seed_has_them_too() {
    let started = Instant::now();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for (target, property, count) in TARGETS {
        let seeds = seeds(target);
        for (name, bytes) in &seeds {
            for _ in 0..count {
                let mut bytes = bytes.clone();
                for _ in 0..=random.below(3) {
                    random.change(&mut bytes, &seeds);
                }
                let _input = Input { name, bytes: &bytes };
                property(&bytes);
            }
        }
    }
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }

    fn part(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len() + 1);
        start..start + self.below((bytes.len() - start + 1).min(80))
    }

    fn change(&mut self, bytes: &mut Vec<u8>, seeds: &[(String, Vec<u8>)]) {
        let part = self.part(bytes);
        match self.below(5) {
            0 => bytes.truncate(part.start),
            1 => drop(bytes.drain(part)),
            2 => {
                let word = WORDS[self.below(WORDS.len())];
                bytes.splice(part.start..part.start, word.iter().copied());
            }
            3 => {
                let copy = bytes[part].to_vec();
                let at = self.below(bytes.len() + 1);
                bytes.splice(at..at, copy);
            }
            _ => {
                let other = &seeds[self.below(seeds.len())].1;
                let foreign = other[self.part(other)].to_vec();
                bytes.splice(part, foreign);
            }
        }
    }
}
