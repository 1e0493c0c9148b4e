//! What was found in the files that had no problem, so that they are not parsed again while they stay as they are.
//!
//! The cache holds the texts themselves: a file is taken for known when it is, byte for byte, the one that was checked. To
//! compare two texts is cheaper than to hash one, above all where macros run, in which nothing is optimised. The cache of
//! another version of these rules, or under another configuration, is not believed, nor is one that is damaged.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use migrations_text::Text;
use migrations_text::packed::{Packer, Unpacker};

use crate::found::Found;
use crate::migration::Migration;
use crate::sources;

/// A file that keeps what was found in a folder from one check to the next. It need not be there, and may be removed.
#[derive(Debug, Clone)]
pub struct Cache {
    path: PathBuf,
}

/// What a cache knows, by the paths of the files.
#[derive(Debug, Default)]
pub(crate) struct Known<'c> {
    files: HashMap<&'c str, Entry<'c>>,
}

#[derive(Debug, Clone, Copy)]
struct Entry<'c> {
    text: &'c str,
    memo: &'c str,
    hash: u64,
}

/// What is to be known of a file the next time: packed, or as it was known before. `None`: nothing, it has a problem.
pub(crate) type Memo<'c> = Option<Cow<'c, str>>;

impl Cache {
    /// The cache in a file, for one folder.
    pub fn in_file(path: impl Into<PathBuf>) -> Cache {
        Cache { path: path.into() }
    }

    /// The content of the file; nothing when it cannot be read.
    pub(crate) fn content(&self) -> String {
        fs::read(&self.path).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Puts another file in its place, which is there as a whole or not at all. It is no loss if that fails.
    pub(crate) fn replace(&self, content: &str) {
        static WRITTEN: AtomicUsize = AtomicUsize::new(0);
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.{}", process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed)));
        let new = self.path.with_file_name(name);
        if fs::write(&new, content).and_then(|()| fs::rename(&new, &self.path)).is_err() {
            let _ = fs::remove_file(&new);
        }
    }
}

impl<'c> Known<'c> {
    /// What the content of a cache says under a configuration, given as its text.
    pub(crate) fn read(content: &'c str, config: &Text) -> Known<'c> {
        let mut unpacker = Unpacker::new(content);
        let is_ours = unpacker.text() == Some(&version()) && unpacker.text() == Some(config.as_str());
        let files = if is_ours { unpacker.list(file) } else { None };
        Known { files: files.unwrap_or_default().into_iter().collect() }
    }

    /// What was found in a file, if it has not changed since, and its memo.
    pub(crate) fn found(&self, path: &str, text: &Text) -> Option<(Found, &'c str)> {
        let Entry { memo, hash, .. } = *self.files.get(path).filter(|entry| entry.text == text.as_str())?;
        let found = if hash == hash_of(memo) { Found::unpacked(memo, text.as_str()) } else { None };
        found.map(|found| (found, memo))
    }

    /// Whether nothing else than this was known already.
    pub(crate) fn is(&self, memos: &[Memo<'_>]) -> bool {
        let known = memos.iter().filter(|memo| memo.is_some()).count();
        known == self.files.len() && !memos.iter().any(|memo| matches!(memo, Some(Cow::Owned(_))))
    }
}

/// The content of a cache of these migrations, each of which has its memo.
pub(crate) fn content(config: &Text, migrations: &[Migration], memos: &[Memo<'_>]) -> String {
    let known = migrations.iter().zip(memos);
    let known: Vec<_> = known.filter_map(|(migration, memo)| Some((migration, memo.as_ref()?))).collect();
    let mut packer = Packer::default();
    packer.text(&version());
    packer.text(config.as_str());
    packer.list(known, |packer, (migration, memo)| {
        packer.text(&migration.path);
        packer.text(migration.text.as_str());
        packer.text(memo);
        packer.number(hash_of(memo));
    });
    packer.into_string()
}

fn file<'c>(unpacker: &mut Unpacker<'c>) -> Option<(&'c str, Entry<'c>)> {
    let path = unpacker.text()?;
    let entry = Entry { text: unpacker.text()?, memo: unpacker.text()?, hash: unpacker.number()? };
    Some((path, entry))
}

fn version() -> String {
    format!("migrations-rules {} {:x}", env!("CARGO_PKG_VERSION"), sources::HASH)
}

/// The library may change it with the compiler's version, which makes a cache one of another version, no more.
fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::{env, thread};

    use super::*;
    use crate::check::{check, check_with};

    const SQL: &str = "-- Migration: an example.\n-- Dependencies: none\n-- Rollback: nothing is left to undo.\n\n\
                       SELECT 1;\n\n-- @rollback\nSELECT 1;\n";
    const KNOWN: &str = "sha256:what the cache says";

    /// A folder of one file, with a cache that says something about it that no check would find.
    fn folder(name: &str) -> (PathBuf, Cache) {
        let root = env::temp_dir().join(format!("migrations-rules-cache-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("sql/schema")).unwrap();
        fs::write(root.join("sql/schema/001_example.sql"), SQL).unwrap();
        let cache = Cache::in_file(root.join(".cache"));
        let mut migrations = check(&root, "").migrations;
        migrations[0].checksum = KNOWN.to_owned().into();
        let memo = Found::packed(&migrations[0], &[]).unwrap();
        cache.replace(&content(&Text::default(), &migrations, &[Some(memo.into())]));
        (root, cache)
    }

    fn is_believed(root: &Path, cache: &Cache) -> bool {
        check_with(root, "", Some(cache)).migrations[0].checksum() == KNOWN
    }

    #[test]
    fn a_file_that_has_not_changed_is_not_read_again() {
        let (root, cache) = folder("same");
        assert!(is_believed(&root, &cache) && is_believed(&root, &cache));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_file_that_has_changed_is() {
        let (root, cache) = folder("changed");
        fs::write(root.join("sql/schema/001_example.sql"), SQL.replace("an", "on")).unwrap();
        assert!(!is_believed(&root, &cache));
        fs::write(root.join("sql/schema/001_example.sql"), SQL).unwrap();
        assert!(!is_believed(&root, &cache), "what was known of it earlier is dropped");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn another_name_configuration_or_version_is_another_file() {
        let (root, cache) = folder("renamed");
        let sql = root.join("sql/schema");
        fs::rename(sql.join("001_example.sql"), sql.join("002_example.sql")).unwrap();
        assert!(!is_believed(&root, &cache));
        fs::remove_dir_all(root).unwrap();

        let (root, cache) = folder("configured");
        fs::write(root.join("migrations.toml"), "max_lines = 100\n").unwrap();
        assert!(!is_believed(&root, &cache));
        fs::remove_dir_all(root).unwrap();

        let (root, cache) = folder("older");
        let other =
            cache.content().replace(&format!("{:x}", sources::HASH), &format!("{:x}", !sources::HASH));
        cache.replace(&other);
        assert!(!is_believed(&root, &cache));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn several_builds_at_once_leave_a_whole_cache() {
        let (root, cache) = folder("concurrent");
        let contents = ["a", "b"].map(|letter| letter.repeat(300_000));
        thread::scope(|scope| {
            for content in &contents {
                scope.spawn(|| cache.replace(content));
            }
            for _ in 0..50 {
                let found = cache.content();
                let is_whole = contents.contains(&found) || found.contains("migrations-rules");
                assert!(is_whole, "{} bytes", found.len());
            }
        });
        fs::remove_dir_all(root).unwrap();
    }
}
