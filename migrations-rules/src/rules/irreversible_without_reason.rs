use migrations_text::Level;

use crate::header::Key;
use crate::migration::Source;
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "irreversible-without-reason",
    level: Level::Deny,
    fixed: false,
    summary: "`Rollback: irreversible` says why, and stands without an `@rollback` section",
    problem: "Whoever has to undo a deployment at night needs to know why a migration cannot be undone, and what to \
              do instead.",
    solution: "Write `Rollback: irreversible: <reason>`, or a rollback.",
    bad: &[Example::Files(&[(
        "sql/schema/001_a.sql",
        b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: irreversible\n\nSELECT 1;\n",
    )])],
    ok: &[Example::Files(&[(
        "sql/schema/001_a.sql",
        b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: irreversible: the hashes cannot be turned back\n\nSELECT 1;\n",
    )])],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    let migration = &source.migration;
    let Some(reason) = migration.irreversible() else { return };
    let place = migration.header.entry(Key::Rollback).map_or(0..0, |entry| entry.key_range.clone());
    if reason.is_empty() {
        findings
            .at(&RULE, migration, place, "the migration is irreversible, but the reason is missing".into())
            .help(format!("write `{} Rollback: irreversible: <reason>`", migration.comment()));
    } else if migration.rollback.is_some() {
        findings
            .at(
                &RULE,
                migration,
                place,
                "the migration is called irreversible, but has an `@rollback` section".into(),
            )
            .help("say in words how it is undone, or remove the section");
    }
}
