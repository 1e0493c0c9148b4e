use migrations_text::Level;

use crate::migration::{Kind, Section, Source};
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "empty-migration",
    level: Level::Deny,
    fixed: false,
    summary: "a migration does something",
    problem: "A file without a statement is recorded as applied; whoever fills it in later finds that it never runs.",
    solution: "Write the statements, or delete the file.",
    bad: &[Example::Body("-- to be done"), Example::Body("BEGIN;\nCOMMIT;")],
    ok: &[Example::Body("CREATE SCHEMA IF NOT EXISTS shop;")],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    if source.migration.kind == Kind::Sql
        && !source.parts.iter().any(|part| part.section == Section::Body && !part.outer)
    {
        findings
            .whole(&RULE, &source.migration, "there is no statement in the body".into())
            .help("write the statements, or delete the file");
    }
}
