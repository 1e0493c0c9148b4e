//! A tree of files in one text: `=== path` begins a file, whose content follows; `=== path/` is a folder, and
//! `=== path -> target` a symbolic link.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A tree on disk, which is removed when it is dropped.
pub(super) struct Tree(PathBuf);

const MOST_ENTRIES: usize = 64;

impl Tree {
    /// Writes what can be written of a tree.
    pub(super) fn new(data: &[u8]) -> Tree {
        let tree = Tree(unused_path());
        fs::create_dir_all(tree.root()).expect("a folder for temporary files");
        let mut links = Vec::new();
        for (head, content) in entries(data).into_iter().take(MOST_ENTRIES) {
            match split_once(head, b" -> ") {
                Some((path, target)) => links.push((path, target)),
                None => tree.write(head, content),
            }
        }
        // Behind all files, so that none is written through one.
        links.into_iter().for_each(|(path, target)| tree.link(path, target));
        tree
    }

    pub(super) fn root(&self) -> &Path {
        &self.0
    }

    /// What a file holds, if it is one.
    pub(super) fn read(&self, path: &str) -> Option<Vec<u8>> {
        let at = fs::canonicalize(self.0.join(path)).ok()?;
        if at.starts_with(&self.0) && at.is_file() { fs::read(at).ok() } else { None }
    }

    fn write(&self, path: &[u8], content: &[u8]) {
        let Some(at) = self.at(path) else { return };
        let _ = match (path.ends_with(b"/"), at.parent()) {
            (false, Some(parent)) => fs::create_dir_all(parent).and_then(|()| fs::write(&at, content)),
            _ => fs::create_dir_all(&at),
        };
    }

    fn link(&self, path: &[u8], target: &[u8]) {
        let Some(at) = self.at(path) else { return };
        let parent = at.parent().and_then(|parent| fs::canonicalize(parent).ok());
        if parent.is_some_and(|parent| parent.starts_with(&self.0)) && !target.contains(&0) {
            let _ = symlink(OsStr::from_bytes(target), at);
        }
    }

    /// The place of a path that does not lead out of the tree.
    fn at(&self, path: &[u8]) -> Option<PathBuf> {
        let path = Path::new(OsStr::from_bytes(path));
        let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let is_new = path.components().next().is_some() && path.components().count() < 8;
        (is_inside && is_new && !path.as_os_str().as_bytes().contains(&0)).then(|| self.0.join(path))
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn unused_path() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let folder = fs::canonicalize(&folder).unwrap_or(folder);
    folder.join(format!("migrations-fuzz-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// The heads of the entries, each with what follows it.
fn entries(data: &[u8]) -> Vec<(&[u8], &[u8])> {
    const MARK: &[u8] = b"=== ";
    let mut entries = Vec::new();
    let mut rest = data.strip_prefix(MARK);
    while let Some(entry) = rest {
        let (head, content) = split_once(entry, b"\n").unwrap_or((entry, b""));
        let end = content.windows(MARK.len() + 1).position(|window| window == b"\n=== ");
        let (own, next) = match end {
            _ if content.starts_with(MARK) => (&content[..0], Some(&content[MARK.len()..])),
            Some(end) => (&content[..=end], Some(&content[end + 1 + MARK.len()..])),
            None => (content, None),
        };
        entries.push((head, own));
        rest = next;
    }
    entries
}

fn split_once<'a>(text: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(separator.len()).position(|window| window == separator)?;
    Some((&text[..at], &text[at + separator.len()..]))
}
