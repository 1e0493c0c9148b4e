//! A value that changes with a crate's own source: what an older one has found, a newer one does not believe.

/// The hash of `files` that follows that of others, which is `hash`: FNV-1a, in steps of eight bytes.
pub const fn hashed(mut hash: u64, files: &[&[u8]]) -> u64 {
    let mut at = 0;
    while at < files.len() {
        hash = hashed_bytes(hash, files[at]);
        at += 1;
    }
    hash
}

const fn hashed_bytes(mut hash: u64, mut bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x0100_0000_01b3;
    while let Some((eight, rest)) = bytes.split_first_chunk::<8>() {
        // Without the turn, high bits would never reach low ones.
        hash = (hash ^ u64::from_le_bytes(*eight)).wrapping_mul(PRIME).rotate_left(29);
        bytes = rest;
    }
    while let Some((byte, rest)) = bytes.split_first() {
        hash = (hash ^ *byte as u64).wrapping_mul(PRIME);
        bytes = rest;
    }
    hash
}

/// `FILES`: the sources of the crate that says so, as they are when it is compiled; a test compares the list with the folder.
#[macro_export]
#[doc(hidden)]
macro_rules! sources {
    ($($path:literal),* $(,)?) => {
        const FILES: &[&[u8]] = &[$(include_bytes!($path)),*];

        #[cfg(test)]
        #[test]
        fn every_source_file_is_listed() {
            let mut found = vec!["../Cargo.toml".to_owned()];
            let mut folders = vec![String::new()];
            while let Some(folder) = folders.pop() {
                for entry in std::fs::read_dir(format!("src/{folder}")).unwrap() {
                    let entry = entry.unwrap();
                    let path = format!("{folder}{}", entry.file_name().to_string_lossy());
                    if entry.file_type().unwrap().is_dir() {
                        folders.push(format!("{path}/"));
                    } else if path.ends_with(".rs") && !path.ends_with("tests.rs") && path != "fuzzing.rs" {
                        found.push(path);
                    }
                }
            }
            found.sort();
            assert_eq!([$($path),*][..], found, "list them in src/sources.rs");
        }
    };
}

/// The hash of this crate.
pub const HASH: u64 = hashed(0xcbf2_9ce4_8422_2325, FILES);

sources![
    "../Cargo.toml",
    "checksum.rs",
    "escapes.rs",
    "excerpt.rs",
    "level.rs",
    "lib.rs",
    "packed.rs",
    "printable.rs",
    "render.rs",
    "routine.rs",
    "sources.rs",
    "statement.rs",
    "step.rs",
    "text.rs",
    "token.rs",
    "transaction_control.rs",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_changes_the_hash() {
        let text = *b"sixteen bytes of text, and a few";
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut other = text;
                other[at] ^= 1 << bit;
                let [hash, changed] = [text, other].map(|text| hashed(1, &[&text[..29]]));
                assert_eq!(hash != changed, at < 29);
            }
        }
    }

    #[test]
    fn the_hash_goes_on_from_that_of_other_files() {
        let [one, two]: [&[u8]; 2] = [b"one", b"two"];
        assert_eq!(hashed(hashed(1, &[one]), &[two]), hashed(1, &[one, two]));
        assert_ne!(hashed(1, &[one, two]), hashed(1, &[two, one]));
    }
}
