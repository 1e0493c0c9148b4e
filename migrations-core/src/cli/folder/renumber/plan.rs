//! Which of the files with one number keeps it, and what the others get.

use std::collections::BTreeMap;

use migrations_rules::{Archived, FileName, Migration, Set};

use crate::cli::folder::root::Root;

const RULE: &str = "duplicate-number";

/// A migration that gets another number.
#[derive(Debug)]
pub(super) struct Rename {
    pub(super) category: String,
    pub(super) file_name: FileName,
    /// The new number, with as many digits as the old one.
    pub(super) number: String,
    /// Its files, each with its new place.
    pub(super) files: Vec<(String, String)>,
}

/// A file that takes a number in a category.
#[derive(Clone, Copy)]
struct Numbered<'s> {
    file_name: &'s FileName,
    path: &'s str,
    /// Its place in the order of execution, unless it lies in the archive.
    migration: Option<(usize, &'s Migration)>,
}

/// What has to be renamed so that every number stands once in its category.
pub(super) fn renames(set: &Set, root: &Root) -> Vec<Rename> {
    let reported = |file: &Numbered<'_>| {
        let path = root.shown(file.path);
        set.problems.iter().any(|problem| problem.rule == RULE && problem.path == path)
    };
    let mut largest: BTreeMap<&str, u64> = BTreeMap::new();
    let mut renames = Vec::new();
    for ((category, _), mut files) in by_number(set) {
        if !files.iter().any(reported) {
            continue;
        }
        files.sort_by_key(|file| claim(set, file));
        let others = files.into_iter().skip(1).filter(|file| !is_allowed(file));
        for file in others {
            let next = largest.entry(category).or_insert_with(|| largest_in(set, category));
            *next = next.saturating_add(1);
            renames.extend(rename(category, file, *next));
        }
    }
    renames
}

/// The files that have a number, by category and number, without those of the archive that share it with their successor.
fn by_number(set: &Set) -> BTreeMap<(&str, u64), Vec<Numbered<'_>>> {
    let migrations = set.migrations.iter().enumerate().map(|(at, migration)| {
        let file = Numbered {
            file_name: &migration.file_name,
            path: &migration.path,
            migration: Some((at, migration)),
        };
        (migration.category.as_str(), file)
    });
    let archived = set.archived.iter().filter(|archived| !shares(archived)).filter_map(|archived| {
        let file = Numbered { file_name: &archived.file_name, path: &archived.path, migration: None };
        Some((archived.category.as_deref()?, file))
    });
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (category, file) in archived.chain(migrations) {
        if let Some(number) = &file.file_name.number {
            groups.entry((category, number.value())).or_default().push(file);
        }
    }
    groups
}

fn shares(archived: &Archived) -> bool {
    archived.superseded_by.as_ref().is_some_and(|by| by.number == archived.file_name.number)
}

/// Who has the better claim to a number comes first: the archive, which is history; whoever says that it may stand twice; the
/// successor of an archived file with this number; what others depend on; what runs first.
fn claim(set: &Set, file: &Numbered<'_>) -> (u8, usize) {
    let Some((at, migration)) = file.migration else { return (0, 0) };
    let succeeds = set
        .archived
        .iter()
        .filter(|archived| shares(archived))
        .any(|archived| archived.superseded_by.as_ref().is_some_and(|by| by == file.file_name));
    let is_needed = || set.migrations.iter().any(|other| other.dependencies.contains(&at));
    let rank = match migration {
        _ if is_allowed(file) => 1,
        _ if succeeds => 2,
        _ if is_needed() => 3,
        _ => 4,
    };
    (rank, at)
}

fn is_allowed(file: &Numbered<'_>) -> bool {
    file.migration.is_some_and(|(_, migration)| migration.allowed().any(|(rule, _)| rule == RULE))
}

fn largest_in(set: &Set, category: &str) -> u64 {
    let migrations =
        set.migrations.iter().map(|migration| (migration.category.as_str(), &migration.file_name));
    let archived =
        set.archived.iter().map(|archived| (archived.category.as_deref().unwrap_or(""), &archived.file_name));
    let numbers = migrations.chain(archived).filter(|(other, _)| *other == category);
    numbers
        .filter_map(|(_, name)| name.number.as_ref())
        .map(migrations_rules::Number::value)
        .max()
        .unwrap_or(0)
}

fn rename(category: &str, file: Numbered<'_>, number: u64) -> Option<Rename> {
    let number = file.file_name.number.as_ref()?.like(number);
    let companion = file.migration.and_then(|(_, migration)| migration.companion.as_ref());
    let paths = [Some(file.path), companion.map(|companion| companion.path.as_str())];
    let moved = |path: &str| (path.to_owned(), renamed(path, &number, &file.file_name.name));
    Some(Rename {
        category: category.to_owned(),
        file_name: file.file_name.clone(),
        files: paths.into_iter().flatten().map(moved).collect(),
        number,
    })
}

/// The path with another number in the file's name.
fn renamed(path: &str, number: &str, name: &str) -> String {
    let (folder, file) = path.rsplit_once('/').map_or((None, path), |(folder, file)| (Some(folder), file));
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let folder = folder.map(|folder| format!("{folder}/")).unwrap_or_default();
    format!("{folder}{number}_{name}.{extension}")
}
