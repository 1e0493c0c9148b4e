use migrations_text::Level;

use crate::directive::DirectiveKind;
use crate::folder::Folder;
use crate::rule::{self, Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "unused-allow",
    level: Level::Warn,
    fixed: false,
    summary: "an `-- @allow` allows something that is there",
    problem: "An `@allow` that outlived its reason switches a rule off for whatever is written into the file next.",
    solution: "Remove it.",
    bad: &[Example::Body("-- @allow not-idempotent: enum types have no IF NOT EXISTS\nSELECT 1;")],
    ok: &[Example::Body(
        "-- @allow not-idempotent: it must fail where the schema exists\nCREATE SCHEMA shop;",
    )],
    check: Check::Folder(check),
};

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    for migration in &folder.migrations {
        for directive in &migration.directives {
            let DirectiveKind::Allow { rule, .. } = &directive.kind else { continue };
            let Some(rule) = rule::find(rule).filter(|rule| !rule.fixed) else { continue };
            if !findings.allowed.contains(&(migration.path.clone(), rule.name)) {
                findings
                    .at(
                        &RULE,
                        migration,
                        directive.range.clone(),
                        format!("nothing here breaks `{}`", rule.name),
                    )
                    .help("remove the line");
            }
        }
    }
}
