//! Checksums: SHA-256 over text whose line ends are normalised.

use std::fmt::Write;

use crate::migration::Migration;

/// The checksum of a file's normalised text, as the ledger keeps it: `sha256:` and 64 hexadecimal digits.
///
/// ```
/// let checksum = migrations_rules::checksum("SELECT 1;\n");
/// assert!(checksum.starts_with("sha256:") && checksum.len() == 7 + 64);
/// ```
pub fn of(text: &str) -> String {
    format!("sha256:{}", hex(&hmac_sha256::Hash::hash(text.as_bytes())))
}

/// The digest of a whole set: one value that changes when any migration is added, removed, renamed or edited.
///
/// It is the SHA-256, in hexadecimal, over the number of the migrations and a line `name checksum` of each, sorted by name.
/// The server computes the same from its history.
///
/// ```
/// let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// let digest = migrations_rules::digest(&set.migrations);
/// assert_eq!(digest, migrations_rules::digest(set.migrations.iter().rev()), "the order does not count");
/// assert_ne!(digest, migrations_rules::digest(&set.migrations[1..]));
/// ```
pub fn digest<'a>(migrations: impl IntoIterator<Item = &'a Migration>) -> String {
    let mut rows: Vec<String> = migrations
        .into_iter()
        .map(|migration| format!("{} {}", migration.file_name.name, migration.checksum))
        .collect();
    rows.sort_unstable();
    let lines = format!("{}\n{}", rows.len(), rows.join("\n"));
    hex(&hmac_sha256::Hash::hash(lines.trim_end().as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_checksum_is_sha256_in_hexadecimal() {
        assert_eq!(
            super::of("abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
