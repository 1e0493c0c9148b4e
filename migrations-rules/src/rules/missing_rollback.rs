use migrations_text::Level;

use crate::header::Key;
use crate::migration::{Kind, Migration, Part, Source};
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "missing-rollback",
    level: Level::Deny,
    fixed: false,
    summary: "a migration can be undone, or says why not",
    problem: "A rollback that is written when it is needed is written at the worst moment, and was never run.",
    solution: "Write an `-- @rollback` section, or `Rollback: irreversible: <reason>` in the header.",
    bad: &[
        Example::Files(&[(
            "sql/schema/001_a.sql",
            b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: drop the schema.\n\nCREATE SCHEMA IF NOT EXISTS a;\n",
        )]),
        Example::Files(&[(
            "sql/schema/001_a.sql",
            b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: drop it.\n\nSELECT 1;\n\n-- @rollback\n-- later\n",
        )]),
    ],
    ok: &[Example::Files(&[(
        "sql/schema/001_a.sql",
        b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: drop the schema.\n\nCREATE SCHEMA IF NOT EXISTS a;\n\n\
          -- @rollback\nDROP SCHEMA IF EXISTS a;\n",
    )])],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    let migration = &source.migration;
    // Of a runner, the compiler says whether it has a `down`.
    if migration.kind == Kind::Runner
        || migration.irreversible().is_some()
        || migration.rollback.as_ref().is_some_and(|rollback| !rollback.is_empty())
        || source.parts.iter().any(|part| swallows_the_section(part, migration))
    {
        return;
    }
    let message = match migration.rollback {
        None => "there is no `-- @rollback` section",
        Some(_) => "the `-- @rollback` section is empty",
    };
    let place = migration.header.entry(Key::Rollback).map_or(0..0, |entry| entry.key_range.clone());
    findings
        .at(&RULE, migration, place, message.into())
        .help("add the statements that undo the body, or write `-- Rollback: irreversible: <reason>`");
}

/// Whether a quote that is never closed makes the section a part of a statement; that quote is the problem.
fn swallows_the_section(part: &Part, migration: &Migration) -> bool {
    let broken = part.tree.as_ref().is_some_and(|tree| tree.error.is_some());
    broken && migration.text[part.range.clone()].contains("-- @rollback")
}
