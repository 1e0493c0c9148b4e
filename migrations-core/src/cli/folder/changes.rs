//! Changes to files that are made all together, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::CommandError;

#[cfg(test)]
mod tests;

/// What is to become of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The file as it is, relative to the folder; `None`: a new one.
    pub(crate) from: Option<String>,
    /// Where it is to lie.
    pub(crate) to: String,
    /// What is to stand in it.
    pub(crate) bytes: Vec<u8>,
}

impl Change {
    /// A new file.
    pub(crate) fn create(path: impl Into<String>, text: impl Into<Vec<u8>>) -> Change {
        Change { from: None, to: path.into(), bytes: text.into() }
    }

    /// Whether the file is to lie where no file may lie yet.
    fn is_new_place(&self) -> bool {
        self.from.as_deref() != Some(&*self.to)
    }
}

/// The bytes of a file that is to be changed, which must be a file of the folder itself.
pub(crate) fn read(root: &Path, path: &str) -> Result<Vec<u8>, CommandError> {
    let at = root.join(path);
    let is_link = fs::symlink_metadata(&at).is_ok_and(|metadata| metadata.is_symlink());
    if is_link {
        return Err(CommandError::new(format!("{} is a symbolic link", at.display()))
            .help("put the file itself here; what the link leads to is not changed"));
    }
    fs::read(&at).map_err(|error| CommandError::io(&at, "cannot be read", error))
}

/// Refuses to put a file where something lies already.
pub(crate) fn refuse_taken(root: &Path, change: &Change) -> Result<(), CommandError> {
    let to = root.join(&change.to);
    if change.is_new_place() && fs::symlink_metadata(&to).is_ok() {
        return Err(CommandError::new(format!("{} is there already", to.display()))
            .help("nothing is overwritten; move it away first"));
    }
    Ok(())
}

/// Makes all changes to the folder, or leaves it as it was.
///
/// Everything is written beside its place first, so that what a full disk or a read-only folder refuses is refused before
/// anything has changed. Then each file takes its place; if one cannot, those before it go back.
pub(crate) fn make(root: &Path, changes: &[Change]) -> Result<(), CommandError> {
    make_watched(root, changes, || Ok(()))
}

/// The same, asking before each step that changes a file of the folder.
fn make_watched(
    root: &Path,
    changes: &[Change],
    mut before: impl FnMut() -> io::Result<()>,
) -> Result<(), CommandError> {
    let mut work = Work { root, staged: Vec::new(), folders: Vec::new(), undo: Vec::new() };
    let made = work.stage(changes).and_then(|()| work.commit(&mut before));
    match made {
        Ok(()) => Ok(()),
        Err(error) => Err(work.take_back(error)),
    }
}

/// A file that is written, and waits beside its place.
struct Staged {
    temporary: PathBuf,
    from: Option<PathBuf>,
    to: PathBuf,
}

/// How one step is taken back.
enum Undo {
    /// Remove what was put there.
    Remove(PathBuf),
    /// Put these bytes back.
    Restore(PathBuf, Vec<u8>, fs::Permissions),
}

impl Staged {
    /// The new file comes before the old one goes: if the machine stops between, both are there and neither is lost.
    fn take_place(
        &self,
        undo: &mut Vec<Undo>,
        before: &mut impl FnMut() -> io::Result<()>,
    ) -> io::Result<()> {
        let old = self.from.as_ref().filter(|from| **from != self.to);
        before()?;
        match &self.from {
            Some(from) if old.is_none() => undo.push(Undo::restoring(from)?),
            _ => {
                reserve(&self.to)?;
                undo.push(Undo::Remove(self.to.clone()));
            }
        }
        fs::rename(&self.temporary, &self.to)?;
        if let Some(old) = old {
            before()?;
            undo.push(Undo::restoring(old)?);
            fs::remove_file(old)?;
        }
        Ok(())
    }
}

impl Undo {
    fn restoring(path: &Path) -> io::Result<Undo> {
        Ok(Undo::Restore(path.to_path_buf(), fs::read(path)?, fs::metadata(path)?.permissions()))
    }
}

struct Work<'r> {
    root: &'r Path,
    staged: Vec<Staged>,
    /// The folders that were made, outermost first.
    folders: Vec<PathBuf>,
    undo: Vec<Undo>,
}

impl Work<'_> {
    fn stage(&mut self, changes: &[Change]) -> Result<(), CommandError> {
        for (number, change) in changes.iter().enumerate() {
            let to = self.root.join(&change.to);
            refuse_taken(self.root, change)?;
            self.folder_of(&change.to)?;
            let temporary = to.with_file_name(format!(".migrations-{}-{number}.tmp", std::process::id()));
            let from = change.from.as_ref().map(|from| self.root.join(from));
            self.staged.push(Staged { temporary: temporary.clone(), from: from.clone(), to: to.clone() });
            write_new(&temporary, &change.bytes, from.as_deref())
                .map_err(|error| CommandError::io(&to, "cannot be written", error))?;
        }
        Ok(())
    }

    /// Makes the folders that a path leads through; none of them may be a link out of the folder.
    fn folder_of(&mut self, path: &str) -> Result<(), CommandError> {
        let mut at = self.root.to_path_buf();
        if fs::metadata(&at).is_err() {
            self.make_folder(&at)?;
        }
        for part in path.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev() {
            at.push(part);
            match fs::symlink_metadata(&at) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => {
                    return Err(CommandError::new(format!("{} is no folder", at.display()))
                        .help("make it one, or move it away"));
                }
                Err(_) => self.make_folder(&at)?,
            }
        }
        Ok(())
    }

    fn make_folder(&mut self, at: &Path) -> Result<(), CommandError> {
        fs::create_dir(at).map_err(|error| CommandError::io(at, "cannot be made", error))?;
        self.folders.push(at.to_path_buf());
        Ok(())
    }

    fn commit(&mut self, before: &mut impl FnMut() -> io::Result<()>) -> Result<(), CommandError> {
        for staged in &self.staged {
            staged
                .take_place(&mut self.undo, before)
                .map_err(|error| CommandError::io(&staged.to, "cannot be written", error))?;
        }
        Ok(())
    }

    /// Takes all steps back, the last first, and says in the error what could not be.
    fn take_back(self, mut error: CommandError) -> CommandError {
        let mut lost = false;
        for undo in self.undo.into_iter().rev() {
            let (path, outcome) = match undo {
                Undo::Remove(path) => (path.clone(), fs::remove_file(path)),
                Undo::Restore(path, bytes, permissions) => {
                    let outcome =
                        fs::write(&path, bytes).and_then(|()| fs::set_permissions(&path, permissions));
                    (path, outcome)
                }
            };
            if let Err(failed) = outcome {
                lost = true;
                error = error.help(format!("{} could not be put back: {failed}", path.display()));
            }
        }
        for staged in &self.staged {
            let _ = fs::remove_file(&staged.temporary);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
        if lost { error } else { error.help("nothing was changed") }
    }
}

/// Takes a place that no file has: renaming alone would overwrite what someone else has put there.
fn reserve(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path).map(drop)
}

/// Writes a new file, with the permissions of the one whose place it will take.
fn write_new(path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    match like {
        Some(like) => fs::set_permissions(path, fs::metadata(like)?.permissions()),
        None => Ok(()),
    }
}
