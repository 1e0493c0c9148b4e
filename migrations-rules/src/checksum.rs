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

/// The digest of a whole set: 40 hexadecimal digits, which change when any migration is added, removed, renamed or edited.
///
/// They are the number of the migrations and 128 bits of SHA-256 over each one's `name checksum`, put together by XOR, so that
/// their order does not count. The server computes the same from what it keeps with each row of its history.
///
/// ```
/// let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// let digest = migrations_rules::digest(&set.migrations);
/// assert_eq!(digest, migrations_rules::digest(set.migrations.iter().rev()), "the order does not count");
/// assert_ne!(digest, migrations_rules::digest(&set.migrations[1..]));
/// ```
pub fn digest<'a>(migrations: impl IntoIterator<Item = &'a Migration>) -> String {
    let hash = |migration: &Migration| {
        let line = format!("{} {}", migration.file_name.name, migration.checksum);
        hmac_sha256::Hash::hash(line.as_bytes())
    };
    let (count, together) =
        migrations.into_iter().map(hash).fold((0, [0; 16]), |(count, mut digest), hash| {
            digest.iter_mut().zip(hash).for_each(|(byte, other)| *byte ^= other);
            (count + 1, digest)
        });
    format!("{count:08x}{}", hex(&together))
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
