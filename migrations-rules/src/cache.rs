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

use crate::found::Found;
use crate::migration::Migration;
use crate::packed::{Packer, Unpacker};
use crate::sources;
use crate::text::Text;

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
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", process::id()));
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
