//! One value for a whole set.

use hmac_sha256::Hash;
use migrations_text::hex;

use crate::migration::Migration;

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
pub fn of<'a>(migrations: impl IntoIterator<Item = &'a Migration>) -> String {
    let hash = |migration: &Migration| {
        let line = format!("{} {}", migration.file_name.name, migration.checksum);
        Hash::hash(line.as_bytes())
    };
    let (count, together) =
        migrations.into_iter().map(hash).fold((0, [0; 16]), |(count, mut digest), hash| {
            digest.iter_mut().zip(hash).for_each(|(byte, other)| *byte ^= other);
            (count + 1, digest)
        });
    format!("{count:08x}{}", hex(&together))
}
