//! A copy of a folder in which changes are tried before they are made.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use migrations_rules::{Problem, Set};

use super::changes::{self, Change};
use super::error::CommandError;
use super::root::Root;

/// A folder of its own in the temporary folder, gone when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    fn empty() -> io::Result<Folder> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("migrations-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        // Fails where someone else has put something.
        fs::create_dir(&path)?;
        Ok(Folder(path))
    }

    /// A folder of these files.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> io::Result<Folder> {
        let folder = Folder::empty()?;
        for (path, text) in files {
            folder.put(path, text.as_bytes())?;
        }
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.0.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, bytes)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Refuses changes after which the folder would break a rule more often than it does now: `what` says of which kind they are.
pub(crate) fn refuse_worse(
    root: &Root,
    set: &Set,
    changes: &[Change],
    what: &str,
) -> Result<(), CommandError> {
    if changes.is_empty() {
        return Ok(());
    }
    changes.iter().try_for_each(|change| changes::refuse_taken(&root.path, change))?;
    let problems = worse(root, set, changes)?;
    if problems.is_empty() {
        return Ok(());
    }
    let error = CommandError::new(format!("{what} the folder would have errors that it does not have now"));
    let error = problems.iter().fold(error, |error, problem| error.help(problem.to_string()));
    Err(error.help("nothing was changed"))
}

/// The errors that the folder would have, of the rules that it would break more often.
fn worse(root: &Root, set: &Set, changes: &[Change]) -> Result<Vec<Problem>, CommandError> {
    let copied = copy(&root.path, set);
    let folder =
        copied.map_err(|error| CommandError::io(&std::env::temp_dir(), "cannot hold a copy", error))?;
    changes::make(folder.path(), changes)?;
    let mut after = Root { path: folder.path().to_path_buf(), name: root.name.clone() }.check().problems;
    after.retain(Problem::is_error);
    let count =
        |problems: &[Problem], rule: &str| problems.iter().filter(|problem| problem.rule == rule).count();
    let is_worse = |problem: &&Problem| count(&after, &problem.rule) > count(&set.problems, &problem.rule);
    Ok(after.iter().filter(is_worse).cloned().collect())
}

fn copy(root: &Path, set: &Set) -> io::Result<Folder> {
    let folder = Folder::empty()?;
    for path in &set.files {
        folder.put(path, &fs::read(root.join(path))?)?;
    }
    Ok(folder)
}
