use migrations_text::Level;

use crate::folder::Folder;
use crate::migration::RUNNERS;
use crate::rule::{Check, Example, Findings, Rule};
use crate::suggest::did_you_mean;

pub(crate) static RULE: Rule = Rule {
    name: "unknown-category",
    level: Level::Deny,
    fixed: false,
    summary: "where `migrations.toml` lists the categories, there are no others",
    problem: "A mistyped folder name makes a category of its own, with numbers of its own and a place of its own in \
              the order.",
    solution: "Rename the folder, or add it to `categories`.",
    bad: &[Example::Files(&[
        ("migrations.toml", b"categories = [\"schema-creation\"]\n"),
        ("sql/schema-creaton/001_a.sql", HEADER),
    ])],
    ok: &[Example::Files(&[
        ("migrations.toml", b"categories = [\"schema-creation\"]\n"),
        ("sql/schema-creation/001_a.sql", HEADER),
    ])],
    check: Check::Folder(check),
};

const HEADER: &[u8] =
    b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n";

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    let Some(known) = &folder.config.categories else { return };
    for category in
        folder.categories.iter().filter(|category| !known.contains(category) && *category != RUNNERS)
    {
        let in_it = folder.migrations.iter().find(|migration| migration.category == *category);
        let path = in_it
            .and_then(|migration| migration.path.rsplit_once('/'))
            .map_or(category.as_str(), |path| path.0);
        let (message, help) = match category.as_str() {
            "" => (
                "migrations lie outside of every category".to_owned(),
                format!("move them into a folder that `categories` lists: {}", known.join(", ")),
            ),
            category => (
                format!("`{category}` is not a category of migrations.toml"),
                did_you_mean(category, known.iter().map(String::as_str)).unwrap_or_else(|| {
                    "add it to `categories` in migrations.toml, at its place in the order".into()
                }),
            ),
        };
        findings.file(&RULE, path, message).help(help);
    }
}
