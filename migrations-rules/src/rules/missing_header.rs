use crate::header::Key;
use crate::migration::Source;
use crate::problem::Level;
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
    for key in Key::ALL {
        let mut entries = migration.header.entries.iter().filter(|entry| entry.key == key);
        match entries.next() {
            None => absent(source, key, findings),
            Some(entry) if entry.lines.is_empty() => {
                findings
                    .at(&RULE, migration, entry.key_range.clone(), format!("`{}` has no value", key.name()))
                    .help(format!("write {}", wanted(key)));
            }
            Some(_) => {}
        }
        for again in entries {
            findings
                .at(&RULE, migration, again.key_range.clone(), format!("`{}` stands twice", key.name()))
                .help("keep one; a value goes on in lines that are indented under it");
        }
    }
}

fn absent(source: &Source, key: Key, findings: &mut Findings<'_>) {
    let migration = &source.migration;
    let near_miss = migration.header.near_misses.iter().find(|(_, meant)| *meant == key);
    let place = near_miss.map_or(0..0, |(range, _)| range.clone());
    let help = match near_miss {
        Some(_) => format!("did you mean `{}`?", key.name()),
        None => format!("at the top of the file write {}", wanted(key)),
    };
    findings.at(&RULE, migration, place, format!("the header has no `{}`", key.name())).help(help);
}

fn wanted(key: Key) -> &'static str {
    match key {
        Key::Migration => "`-- Migration: <what it is for>`",
        Key::Dependencies => {
            "`-- Dependencies: none`, or the migrations that must have run before, as `-- Dependencies: 001_a, 002_b`"
        }
        Key::Rollback => "`-- Rollback: <how it is undone>`, or `-- Rollback: irreversible: <reason>`",
    }
}
