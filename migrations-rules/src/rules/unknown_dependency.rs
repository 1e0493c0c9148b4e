use migrations_text::Level;

use crate::folder::{Folder, Resolved};
use crate::header::Reference;
use crate::rule::{Check, Example, Findings, Rule};
use crate::suggest::did_you_mean;

pub(crate) static RULE: Rule = Rule {
    name: "unknown-dependency",
    level: Level::Deny,
    fixed: true,
    summary: "every dependency is a migration of the set",
    problem: "A dependency that names nothing orders nothing: the migration runs before what it needs.",
    solution: "Name the migration as `010_create_users`, `schema/010_create_users` or `create_users`; write `none` \
               when there is none.",
    bad: &[
        Example::Files(&[(
            "sql/schema/001_a.sql",
            b"-- Migration: a.\n-- Dependencies: 999_nothing\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        )]),
        Example::Files(&[(
            "sql/schema/001_a.sql",
            b"-- Migration: a.\n-- Dependencies: the users table\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        )]),
    ],
    ok: &[Example::Files(&[(
        "sql/schema/001_a.sql",
        b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
    )])],
    check: Check::Folder(check),
};

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    let index = folder.index();
    for migration in &folder.migrations {
        for reference in &migration.references {
            if matches!(index.resolve(reference), Resolved::Nothing) {
                let written = &migration.text[reference.range.clone()];
                findings
                    .at(&RULE, migration, reference.range.clone(), format!("unknown dependency `{written}`"))
                    .help(help(folder, reference, written));
            }
        }
    }
}

fn help(folder: &Folder, reference: &Reference, written: &str) -> String {
    let Some(file_name) = &reference.file_name else {
        return "write the name of a migration, such as `010_create_users`; several are separated by commas"
            .into();
    };
    if let Some(same) = folder.migrations.iter().find(|migration| migration.file_name.name == file_name.name)
    {
        let category = if same.category.is_empty() { String::new() } else { format!("{}/", same.category) };
        return format!("did you mean `{category}{}`?", same.file_name.stem());
    }
    let stems: Vec<String> = folder.migrations.iter().map(|migration| migration.file_name.stem()).collect();
    let stem = written.rsplit('/').next().unwrap_or(written);
    did_you_mean(stem, stems.iter().map(String::as_str))
        .unwrap_or_else(|| "no migration has this name; write `none` when there is no dependency".into())
}
