//! One value for a whole set.

use hmac_sha256::Hash;

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
    let (count, together) = migrations.into_iter().fold((0, 0), |(count, together), migration| {
        let hash = Hash::hash(format!("{} {}", migration.file_name.name, migration.checksum()).as_bytes());
        let half = hash.first_chunk().map_or(0, |half| u128::from_be_bytes(*half));
        (count + 1, together ^ half)
    });
    format!("{count:08x}{together:032x}")
}
