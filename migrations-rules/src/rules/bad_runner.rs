use migrations_text::Level;

use crate::folder::Folder;
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "bad-runner",
    level: Level::Deny,
    fixed: true,
    summary: "a runner is Rust with the functions that the engine calls",
    problem: "A function that is misspelt, or that has another signature, would never be called: what should be checked \
              before a migration would not be, and nobody would know.",
    solution: "A runner with the name of an SQL migration accompanies it: `before`, `after`, `verify`. Any other is a migration \
               of its own: `up` or `batch`, and `down` unless its header says `Rollback: irreversible: <reason>`. Helpers are \
               private. The signature is `pub fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError>`, and \
               `pub fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError>`.",
    bad: &[
        Example::Files(&[
            ("sql/schema/001_create_shop.sql", SQL),
            (
                "runners/002_create_shop.rs",
                b"pub fn before(_: &mut Agent<'_>) -> Result<(), RunnerError> {\n    Ok(())\n}\n",
            ),
        ]),
        Example::Files(&[
            ("sql/schema/001_vacuum.sql", NO_TRANSACTION),
            (
                "runners/001_vacuum.rs",
                b"pub fn before(_: &mut Agent<'_>) -> Result<(), RunnerError> {\n    Ok(())\n}\n",
            ),
        ]),
    ],
    ok: &[Example::Files(&[
        ("sql/schema/001_create_shop.sql", SQL),
        (
            "runners/001_create_shop.rs",
            b"pub fn before(_: &mut Agent<'_>) -> Result<(), RunnerError> {\n    Ok(())\n}\n",
        ),
        ("runners/002_fill_shop.rs", RUNNER),
    ])],
    check: Check::Folder(check),
};

const SQL: &[u8] =
    b"-- Migration: x.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n";
const NO_TRANSACTION: &[u8] =
    b"-- Migration: x.\n-- Dependencies: none\n-- Rollback: none needed.\n-- @no-transaction\n\
    VACUUM;\n-- @rollback\nSELECT 1;\n";
const RUNNER: &[u8] = b"//! Migration: fill the shop.\n//! Dependencies: 001_create_shop\n//! Rollback: nothing is left to undo.\n\n\
    pub fn up(_: &mut Agent<'_>) -> Result<(), RunnerError> {\n    Ok(())\n}\n\n\
    pub fn down(_: &mut Agent<'_>) -> Result<(), RunnerError> {\n    Ok(())\n}\n";

/// The functions themselves are looked at by the macro, which can read Rust.
fn check(folder: &Folder, findings: &mut Findings<'_>) {
    for migration in &folder.migrations {
        let Some(companion) = &migration.companion else { continue };
        let sql = findings.shown(&migration.path);
        if companion.file_name.number != migration.file_name.number {
            let message =
                format!("the runner accompanies `{}`, but has another number", migration.file_name.stem());
            findings
                .file(&RULE, &companion.path, message)
                .help(format!("rename it to `{}.rs`, like {sql}", migration.file_name.stem()));
        }
        if !migration.transactional {
            findings
                .file(
                    &RULE,
                    &companion.path,
                    "the runner accompanies a migration that runs without a transaction".into(),
                )
                .help(format!(
                    "what {sql} needs around it is a migration of its own: `up` and `down` under another name"
                ));
        }
    }
}
