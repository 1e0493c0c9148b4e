use migrations_text::Level;

use crate::folder::{Folder, Resolved};
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "dependency-on-archived",
    level: Level::Deny,
    fixed: false,
    summary: "no migration depends on one that lies in the archive",
    problem: "What lies in `archive/` is never run, so what it would have made is not there.",
    solution: "Depend on the migration that superseded it.",
    bad: &[Example::Files(&[
        ("archive/schema/001_old.sql", b"SELECT 1;\n"),
        (
            "sql/schema/002_b.sql",
            b"-- Migration: b.\n-- Dependencies: 001_old\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        ),
    ])],
    ok: &[Example::Files(&[
        ("archive/schema/001_old.sql", b"SELECT 1;\n"),
        (
            "sql/schema/002_b.sql",
            b"-- Migration: b.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        ),
    ])],
    check: Check::Folder(check),
};

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    let index = folder.index();
    for migration in &folder.migrations {
        for reference in &migration.references {
            if let Resolved::Archived(at) = index.resolve(reference) {
                let written = &migration.text[reference.range.clone()];
                let archived = &folder.archived[at];
                let path = findings.shown(&archived.path);
                let help = match &archived.superseded_by {
                    Some(successor) => {
                        format!("it is {path}; depend on `{}`, which superseded it", successor.stem())
                    }
                    None => format!("it is {path}; depend on what superseded it"),
                };
                findings
                    .at(&RULE, migration, reference.range.clone(), format!("`{written}` lies in the archive"))
                    .label("never run")
                    .help(help);
            }
        }
    }
}
