use migrations_text::Level;

use crate::header::Key;
use crate::migration::{Migration, Source};
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "missing-header",
    level: Level::Deny,
    fixed: false,
    summary: "a file begins with `Migration`, `Dependencies` and `Rollback`, each once",
    problem: "Without them nobody knows what a file is for, what must have run before it and how it is undone, \
              and the order of execution is left to the numbers.",
    solution: "Begin the file with the three comment lines; `Dependencies: none` when there are none.",
    bad: &[
        Example::Files(&[("sql/schema/001_a.sql", b"SELECT 1;\n-- @rollback\nSELECT 1;\n")]),
        Example::Files(&[(
            "sql/schema/001_a.sql",
            b"-- Migration: a.\n-- Depends: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        )]),
    ],
    ok: &[Example::Files(&[(
        "sql/schema/001_a.sql",
        b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
    )])],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    let migration = &source.migration;
    absent(migration, findings);
    for key in Key::ALL {
        let mut entries = migration.header.entries.iter().filter(|entry| entry.key == key);
        if let Some(entry) = entries.next().filter(|entry| entry.lines.is_empty()) {
            findings
                .at(&RULE, migration, entry.key_range.clone(), format!("`{}` has no value", key.name()))
                .help(format!("write {}", wanted(key, migration)));
        }
        for again in entries {
            findings
                .at(&RULE, migration, again.key_range.clone(), format!("`{}` stands twice", key.name()))
                .help("keep one; a value goes on in lines that are indented under it");
        }
    }
}

/// Reports the keys that are mistyped, each where it stands, and together those that are not there at all.
fn absent(migration: &Migration, findings: &mut Findings<'_>) {
    let mut missing = Vec::new();
    for key in Key::ALL.into_iter().filter(|key| migration.header.entry(*key).is_none()) {
        match migration.header.near_misses.iter().find(|(_, meant)| *meant == key) {
            None => missing.push(key),
            Some((place, _)) => {
                findings
                    .at(&RULE, migration, place.clone(), format!("the header has no `{}`", key.name()))
                    .help(format!("did you mean `{}`?", key.name()));
            }
        }
    }
    if missing.is_empty() {
        return;
    }
    let names: Vec<String> = missing.iter().map(|key| format!("no `{}`", key.name())).collect();
    let report = findings.at(&RULE, migration, 0..0, format!("the header has {}", names.join(", ")));
    missing.into_iter().fold(report, |report, key| {
        report.help(format!("at the top of the file write {}", wanted(key, migration)))
    });
}

fn wanted(key: Key, migration: &Migration) -> String {
    let in_sql = match key {
        Key::Migration => "`-- Migration: <what it is for>`",
        Key::Dependencies => {
            "`-- Dependencies: none`, or the migrations that must have run before, as `-- Dependencies: 001_a, 002_b`"
        }
        Key::Rollback => "`-- Rollback: <how it is undone>`, or `-- Rollback: irreversible: <reason>`",
    };
    in_sql.replace("--", migration.comment())
}
