//! `renumber`: numbers that stand twice after a merge, given to one file each.

mod plan;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

use migrations_rules::{Archived, FileName, Migration, Set};
use migrations_text::Text;

use self::plan::Rename;
use super::changes::{self, Change};
use super::error::CommandError;
use super::root::Root;
use super::trial;
use crate::cli::style::count;

/// What was renumbered, or would be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The files with another number now, each as it was and as it is called.
    pub(crate) renamed: Vec<(String, String)>,
    /// The files that name one of those, as they are called now.
    pub(crate) rewritten: Vec<String>,
    pub(crate) dry_run: bool,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.renamed.is_empty() {
            return writeln!(f, "no number stands twice");
        }
        for (from, to) in &self.renamed {
            writeln!(f, "{from} -> {to}")?;
        }
        for path in &self.rewritten {
            writeln!(f, "{path}: the number in its references")?;
        }
        let done = if self.dry_run { "would be renamed; nothing was changed" } else { "renamed" };
        writeln!(f, "{} {done}", count(self.renamed.len(), "file"))
    }
}

/// Where several files of a category have one number, gives all but one of them numbers of their own, and writes these
/// wherever the files are named. Names stay, so nothing runs again.
///
/// # Errors
/// When a file cannot be read or written, or the folder would have errors that it does not have; then nothing has changed.
pub(crate) fn renumber(root: &Root, dry_run: bool) -> Result<Outcome, CommandError> {
    let set = root.existing()?;
    let renames = plan::renames(&set, root);
    let changes = changes(root, &set, &renames)?;
    trial::refuse_worse(root, &set, &changes, "with other numbers")?;
    if !dry_run {
        changes::make(&root.path, &changes)?;
    }
    let is_renamed = |change: &Change| change.from.as_deref() != Some(&*change.to);
    let (renamed, rewritten): (Vec<&Change>, Vec<&Change>) =
        changes.iter().partition(|change| is_renamed(change));
    let from = |change: &Change| root.shown(change.from.as_deref().unwrap_or_default());
    Ok(Outcome {
        renamed: renamed.into_iter().map(|change| (from(change), root.shown(&change.to))).collect(),
        rewritten: rewritten.into_iter().map(|change| root.shown(&change.to)).collect(),
        dry_run,
    })
}

/// What becomes of every file that is renamed, or that names one.
fn changes(root: &Root, set: &Set, renames: &[Rename]) -> Result<Vec<Change>, CommandError> {
    let mut changes = Vec::new();
    for migration in &set.migrations {
        changes.extend(of_migration(root, migration, renames)?);
        if let Some(companion) = &migration.companion {
            changes.extend(rewritten(root, &companion.path, renames, |_| Ok(Vec::new()))?);
        }
    }
    for archived in &set.archived {
        changes.extend(rewritten(root, &archived.path, renames, |bytes| Ok(successor(bytes, renames)))?);
    }
    Ok(changes)
}

fn of_migration(
    root: &Root,
    migration: &Migration,
    renames: &[Rename],
) -> Result<Option<Change>, CommandError> {
    rewritten(root, &migration.path, renames, |bytes| {
        let mentions = migration.mentions();
        let named = mentions.iter().filter_map(|mention| {
            let new = new_name(renames, mention.category.as_deref(), &mention.file_name)?;
            Some((&mention.range, new))
        });
        named.map(|(range, new)| Ok((in_bytes(root, migration, range, bytes)?, new))).collect()
    })
}

/// A file with its edits, at its new place; `None` when nothing becomes of it.
fn rewritten(
    root: &Root,
    path: &str,
    renames: &[Rename],
    edits: impl FnOnce(&[u8]) -> Result<Vec<(Range<usize>, String)>, CommandError>,
) -> Result<Option<Change>, CommandError> {
    let to = renames.iter().flat_map(|rename| &rename.files).find(|(from, _)| from == path);
    let to = to.map_or(path, |(_, to)| to);
    // A link is refused only when it would have to be changed.
    let at = root.path.join(path);
    let old = std::fs::read(&at).map_err(|error| CommandError::io(&at, "cannot be read", error))?;
    let mut edits = edits(&old)?;
    if edits.is_empty() && to == path {
        return Ok(None);
    }
    let mut bytes = changes::read(&root.path, path)?;
    edits.sort_by_key(|(range, _)| range.start);
    for (range, new) in edits.into_iter().rev() {
        bytes.splice(range, new.into_bytes());
    }
    Ok(Some(Change { from: Some(path.to_owned()), to: to.to_owned(), bytes }))
}

/// What a file that is named so is called now, if it was renamed; a name without a number stays.
fn new_name(renames: &[Rename], category: Option<&str>, named: &FileName) -> Option<String> {
    let renamed = renames.iter().find(|rename| {
        rename.file_name.name == named.name
            && rename.file_name.number == named.number
            && category.is_none_or(|category| category == rename.category)
    });
    renamed.map(|rename| format!("{}_{}", rename.number, named.name))
}

fn successor(bytes: &[u8], renames: &[Rename]) -> Vec<(Range<usize>, String)> {
    let new = || {
        let range = Archived::successor_in(bytes)?;
        let named = FileName::parse(std::str::from_utf8(&bytes[range.clone()]).ok()?).ok()?;
        Some((range, new_name(renames, None, &named)?))
    };
    new().into_iter().collect()
}

/// Where a range of the normalised text lies in the bytes of the file.
fn in_bytes(
    root: &Root,
    migration: &Migration,
    range: &Range<usize>,
    bytes: &[u8],
) -> Result<Range<usize>, CommandError> {
    let start = offset_in(bytes, &migration.text, range.start);
    let found = start..start + range.len();
    if bytes.get(found.clone()) == Some(migration.text[range.clone()].as_bytes()) {
        return Ok(found);
    }
    Err(CommandError::new(format!("{} was changed while it was read", root.shown(&migration.path)))
        .help("nothing was changed; run the command again"))
}

fn offset_in(bytes: &[u8], text: &Text, offset: usize) -> usize {
    let line = text.position(offset).line;
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let before: usize =
        bytes[mark..].split_inclusive(|byte| *byte == b'\n').take(line - 1).map(<[u8]>::len).sum();
    mark + before + (offset - text.line_range(line).start)
}
