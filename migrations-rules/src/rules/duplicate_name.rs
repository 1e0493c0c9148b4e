use std::collections::HashMap;

use migrations_text::Level;

use crate::folder::Folder;
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "duplicate-name",
    level: Level::Deny,
    fixed: true,
    summary: "names are unique in the whole set, whatever the number and the category",
    problem: "The name is the identity of a migration: the ledger, dependencies and the enum know it by name, so that \
              a file can be renumbered or moved without running again.",
    solution: "Say in the name what this migration does that the other one does not.",
    bad: &[Example::Files(&[("sql/cleanup/002_users.sql", HEADER), ("sql/schema/001_users.sql", HEADER)])],
    ok: &[Example::Files(&[
        ("sql/cleanup/002_drop_users.sql", HEADER),
        ("sql/schema/001_create_users.sql", HEADER),
    ])],
    check: Check::Folder(check),
};

const HEADER: &[u8] =
    b"-- Migration: users.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n";

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let migrations = folder.migrations.iter().map(|migration| (&migration.file_name, &migration.path));
    let archived = folder.archived.iter().map(|archived| (&archived.file_name, &archived.path));
    let mut all: Vec<_> = archived.chain(migrations).collect();
    all.sort_by_key(|(_, path)| *path);
    for (file_name, path) in all {
        let Some(first) = seen.insert(&file_name.name, path) else { continue };
        let first = findings.shown(first);
        findings
            .file(&RULE, path, format!("the name `{}` is taken already", file_name.name))
            .help(format!("it is the name of {first}; give this file a name of its own"));
    }
}
