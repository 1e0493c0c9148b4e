//! `archive`: a migration that is not to run any more, kept to be read.

#[cfg(test)]
mod tests;

use std::fmt;

use migrations_rules::{Kind, Migration, Set};

use super::changes::{self, Change};
use super::error::CommandError;
use super::root::{self, Root};
use super::trial;

/// What was moved, and what that means for databases.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The files, each as it was and as it is called now.
    pub(crate) moved: Vec<(String, String)>,
    pub(crate) notes: Vec<String>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.moved.iter().try_for_each(|(from, to)| writeln!(f, "{from} -> {to}"))?;
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))
    }
}

/// Moves a migration and its companion into the archive. `superseded_by` says what took its place.
///
/// # Errors
/// When there is no such migration, others depend on it, or the files cannot be moved; then nothing has changed.
pub(crate) fn archive(root: &Root, name: &str, superseded_by: Option<&str>) -> Result<Outcome, CommandError> {
    let set = root.existing()?;
    let migration = root::find(&set, name)?;
    refuse_dependents(&set, migration)?;
    let successor = superseded_by.map(|name| successor(&set, migration, name)).transpose()?;
    let changes = changes(root, migration, successor)?;
    trial::refuse_worse(root, &set, &changes, "without that migration")?;
    changes::make(&root.path, &changes)?;
    let moved =
        |change: &Change| (root.shown(change.from.as_deref().unwrap_or_default()), root.shown(&change.to));
    Ok(Outcome { moved: changes.iter().map(moved).collect(), notes: notes(&set, migration) })
}

fn refuse_dependents(set: &Set, migration: &Migration) -> Result<(), CommandError> {
    let at = set.migrations.iter().position(|other| other.path == migration.path);
    let needs_it = |other: &&Migration| at.is_some_and(|at| other.dependencies.contains(&at));
    let dependents: Vec<String> =
        set.migrations.iter().filter(needs_it).map(|other| format!("`{}`", other.file_name.stem())).collect();
    if dependents.is_empty() {
        return Ok(());
    }
    let stem = migration.file_name.stem();
    Err(CommandError::new(format!("other migrations depend on `{stem}`: {}", dependents.join(", ")))
        .help("let them depend on what takes its place first, or archive them before it"))
}

fn successor<'s>(set: &'s Set, migration: &Migration, name: &str) -> Result<&'s Migration, CommandError> {
    let found = root::find(set, name)?;
    if found.path == migration.path {
        return Err(CommandError::new(format!("`{}` cannot supersede itself", migration.file_name.stem()))
            .help("name the migration that took its place"));
    }
    Ok(found)
}

fn changes(
    root: &Root,
    migration: &Migration,
    successor: Option<&Migration>,
) -> Result<Vec<Change>, CommandError> {
    let mut bytes = changes::read(&root.path, &migration.path)?;
    if let Some(successor) = successor {
        insert_successor(&mut bytes, migration.kind, &successor.file_name.stem());
    }
    let is_own_folder = root.path.join("archive/sql").is_dir();
    let folder = match (migration.category.as_str(), migration.kind) {
        (_, Kind::Runner) => "archive/runners".to_owned(),
        ("", _) => "archive".to_owned(),
        (category, _) if is_own_folder => format!("archive/sql/{category}"),
        (category, _) => format!("archive/{category}"),
    };
    let mut changes = vec![moved(&migration.path, &folder, bytes)];
    if let Some(companion) = &migration.companion {
        let bytes = changes::read(&root.path, &companion.path)?;
        changes.push(moved(&companion.path, "archive/runners", bytes));
    }
    Ok(changes)
}

fn moved(path: &str, folder: &str, bytes: Vec<u8>) -> Change {
    let file = path.rsplit('/').next().unwrap_or(path);
    Change { from: Some(path.to_owned()), to: format!("{folder}/{file}"), bytes }
}

/// Writes who took its place under the header, with the line ends of the file.
fn insert_successor(bytes: &mut Vec<u8>, kind: Kind, stem: &str) {
    let comment = if kind == Kind::Sql { "--" } else { "//!" };
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let lines = bytes[mark..].split_inclusive(|byte| *byte == b'\n');
    let header = lines.take_while(|line| line.starts_with(comment.as_bytes()));
    let at = mark + header.map(<[u8]>::len).sum::<usize>();
    let end = if bytes.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let before = if at > mark && bytes[at - 1] != b'\n' { end } else { "" };
    let line = format!("{before}{comment} Superseded-by: {stem}{end}");
    bytes.splice(at..at, line.into_bytes());
}

/// What happens to databases, of which this folder knows nothing.
fn notes(set: &Set, migration: &Migration) -> Vec<String> {
    let stem = migration.file_name.stem();
    let replaces =
        |other: &&Migration| other.replaces().iter().any(|names| names.contains(&migration.file_name.name));
    let applied = match set.migrations.iter().find(replaces) {
        Some(other) => format!(
            "where `{stem}` is applied, with all others that `{other}` replaces, the next run enters `{other}` in their place \
             and runs nothing; where only some are, it ends with an error",
            other = other.file_name.stem()
        ),
        None => format!(
            "where `{stem}` is applied, the next run ends with an error, because the build does not know it any more; \
             to prevent that, write `-- @replaces {stem}` into a migration that does the same and is applied nowhere yet \
             (squashing, docs/adoption.md), or accept it with `allow_unknown`"
        ),
    };
    vec![applied, format!("where `{stem}` is not applied yet, it never will be")]
}
