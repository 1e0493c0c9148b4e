use migrations_text::Level;

use crate::folder::{Folder, Resolved};
use crate::header::Reference;
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "dependency-cycle",
    level: Level::Deny,
    fixed: true,
    summary: "dependencies do not run in a circle",
    problem: "Migrations that wait for each other can never run: the set has no order.",
    solution: "Remove one of the dependencies, or split the migration that both sides need.",
    bad: &[Example::Files(&[
        (
            "sql/schema/001_a.sql",
            b"-- Migration: a.\n-- Dependencies: 002_b\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        ),
        (
            "sql/schema/002_b.sql",
            b"-- Migration: b.\n-- Dependencies: 001_a\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        ),
    ])],
    ok: &[Example::Files(&[
        (
            "sql/schema/001_a.sql",
            b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        ),
        (
            "sql/schema/002_b.sql",
            b"-- Migration: b.\n-- Dependencies: 001_a\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        ),
    ])],
    check: Check::Folder(check),
};

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    let index = folder.index();
    for cycle in &folder.cycles {
        let migration = &folder.migrations[cycle[0]];
        let stems: Vec<String> =
            cycle.iter().chain(cycle.first()).map(|&at| folder.migrations[at].file_name.stem()).collect();
        let next = cycle.get(1).unwrap_or(&cycle[0]);
        let leads_on = |reference: &&Reference| matches!(index.resolve(reference), Resolved::Migration(at) if at == *next);
        let place =
            migration.references.iter().find(leads_on).map_or(0..0, |reference| reference.range.clone());
        findings
            .at(&RULE, migration, place, format!("dependencies run in a circle: {}", stems.join(" → ")))
            .help("remove one of these dependencies");
    }
}
