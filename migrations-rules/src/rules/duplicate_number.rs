use std::collections::HashMap;

use migrations_text::Level;

use crate::archived::Archived;
use crate::folder::Folder;
use crate::name::FileName;
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "duplicate-number",
    level: Level::Deny,
    fixed: false,
    summary: "a number stands once in a category, the archive included",
    problem: "Two files with one number are two people who did not see each other's work. Which of them runs first \
              is then decided by chance, and differently in every copy of the folder.",
    solution: "Give the later file the next free number; its name stays its identity, so nothing runs twice. An archived \
               file shares its number with the migration that its line `-- Superseded-by:` names.",
    bad: &[
        Example::Files(&[
            ("sql/schema/021_add_client_id.sql", HEADER),
            ("sql/schema/21_create_games.sql", HEADER),
        ]),
        Example::Files(&[("archive/schema/021_old.sql", b""), ("sql/schema/021_create_games.sql", HEADER)]),
    ],
    ok: &[Example::Files(&[
        ("sql/cleanup/021_drop_games.sql", HEADER),
        ("sql/schema/021_add_client_id.sql", HEADER),
        ("sql/schema/022_create_games.sql", HEADER),
        ("archive/schema/022_create_games_stepwise.sql", b"-- Superseded-by: 022_create_games\n"),
    ])],
    check: Check::Folder(check),
};

const HEADER: &[u8] =
    b"-- Migration: x.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n";

/// A file with its category, as far as it has one.
type Numbered<'f> = (&'f str, &'f FileName, &'f str);

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    let mut files = numbered(folder);
    files.sort_by_key(|(category, name, path)| {
        (*category, name.number.as_ref().map(crate::name::Number::value), *path)
    });
    let mut first: HashMap<(&str, u64), &str> = HashMap::new();
    let mut next_free: HashMap<&str, u64> = HashMap::new();
    for (category, name, path) in &files {
        let Some(number) = &name.number else { continue };
        let Some(other) = first.insert((category, number.value()), path) else { continue };
        first.insert((category, number.value()), other);
        let free = next_free.entry(category).or_insert_with(|| largest(&files, category));
        *free = free.saturating_add(1);
        let message = format!("number {number} stands twice in {}", shown_category(category));
        let other = findings.shown(other);
        let help = format!(
            "{other} has it; the next free number is {free}: rename this file to `{free}_{}.sql`",
            name.name,
            free = number.like(*free)
        );
        match folder.migrations.iter().find(|migration| migration.path == *path) {
            Some(migration) => findings.whole(&RULE, migration, message).help(help),
            None => findings.file(&RULE, path, message).help(help),
        };
    }
}

fn numbered(folder: &Folder) -> Vec<Numbered<'_>> {
    let migrations = folder.migrations.iter().map(|m| (m.category.as_str(), &m.file_name, m.path.as_str()));
    let shares = |archived: &Archived| {
        archived.superseded_by.as_ref().is_some_and(|by| by.number == archived.file_name.number)
    };
    let reserved = folder.archived.iter().filter(|archived| !shares(archived));
    let archived = reserved.filter_map(|archived| {
        Some((archived.category.as_deref()?, &archived.file_name, archived.path.as_str()))
    });
    archived.chain(migrations).collect()
}

fn largest(files: &[Numbered<'_>], category: &str) -> u64 {
    let of_category = files.iter().filter(|(other, ..)| *other == category);
    of_category
        .filter_map(|(_, name, _)| name.number.as_ref())
        .map(crate::name::Number::value)
        .max()
        .unwrap_or(0)
}

fn shown_category(category: &str) -> String {
    if category.is_empty() { "the folder".to_owned() } else { format!("category `{category}`") }
}
