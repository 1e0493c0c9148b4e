//! A value that changes with this crate's own source: what an older one has found, a newer one does not believe.

/// The hash of everything that the outcome of a check depends on, besides the folder.
pub(crate) const HASH: u64 = {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < FILES.len() {
        hash = hashed(hash, FILES[at]);
        at += 1;
    }
    hash
};

/// FNV-1a, in steps of eight bytes.
const fn hashed(mut hash: u64, mut bytes: &[u8]) -> u64 {
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

macro_rules! sources {
    ($($path:literal),* $(,)?) => {
        const FILES: &[&[u8]] = &[$(include_bytes!($path)),*];
        #[cfg(test)]
        const PATHS: &[&str] = &[$($path),*];
    };
}

sources![
    "../Cargo.toml",
    "archived.rs",
    "cache.rs",
    "check.rs",
    "checksum.rs",
    "config.rs",
    "cores.rs",
    "directive.rs",
    "escapes.rs",
    "folder.rs",
    "found.rs",
    "header.rs",
    "lib.rs",
    "locks.rs",
    "locks/effect.rs",
    "locks/known.rs",
    "locks/mode.rs",
    "locks/name.rs",
    "locks/nodes.rs",
    "locks/query.rs",
    "locks/statement.rs",
    "locks/table.rs",
    "locks/volatility.rs",
    "locks/whole.rs",
    "mention.rs",
    "migration.rs",
    "name.rs",
    "order.rs",
    "packed.rs",
    "printable.rs",
    "problem.rs",
    "render.rs",
    "routine.rs",
    "rule.rs",
    "rules.rs",
    "rules/bad_config.rs",
    "rules/bad_file_name.rs",
    "rules/bad_runner.rs",
    "rules/data_loss.rs",
    "rules/dependency_cycle.rs",
    "rules/dependency_on_archived.rs",
    "rules/duplicate_name.rs",
    "rules/duplicate_number.rs",
    "rules/empty_migration.rs",
    "rules/file_too_long.rs",
    "rules/index_before_bulk.rs",
    "rules/irreversible_without_reason.rs",
    "rules/missing_header.rs",
    "rules/missing_rollback.rs",
    "rules/needless_no_transaction.rs",
    "rules/needs_no_transaction.rs",
    "rules/not_idempotent.rs",
    "rules/not_utf8.rs",
    "rules/psql_command.rs",
    "rules/session_setting.rs",
    "rules/syntax_error.rs",
    "rules/transaction_control.rs",
    "rules/unexpected_file.rs",
    "rules/unknown_category.rs",
    "rules/unknown_dependency.rs",
    "rules/unknown_directive.rs",
    "rules/unknown_replaced.rs",
    "rules/unused_allow.rs",
    "sources.rs",
    "statement.rs",
    "step.rs",
    "suggest.rs",
    "syntax.rs",
    "syntax/gaps.rs",
    "syntax/words.rs",
    "text.rs",
    "tree.rs",
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Every file of Rust below `folder`, relative to the folder of the sources.
    fn rust_below(folder: &Path, prefix: &str) -> Vec<String> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                paths.extend(rust_below(&entry.path(), &format!("{path}/")));
            } else if path.ends_with(".rs") {
                paths.push(path);
            }
        }
        paths
    }

    #[test]
    fn every_source_file_is_listed() {
        let mut found = rust_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "");
        let is_code = |path: &String| !path.ends_with("tests.rs") && path != "fuzzing.rs";
        found.retain(is_code);
        found.push("../Cargo.toml".to_owned());
        found.sort();
        assert_eq!(PATHS, found, "list them in src/sources.rs");
    }

    #[test]
    fn every_byte_changes_the_hash() {
        let text = *b"sixteen bytes of text, and a few";
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut other = text;
                other[at] ^= 1 << bit;
                assert_ne!(hashed(1, &text[..29]), hashed(1, &other[..29]).wrapping_add(u64::from(at >= 29)));
            }
        }
    }
}
