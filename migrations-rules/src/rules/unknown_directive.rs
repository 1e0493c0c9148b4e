use migrations_text::Level;

use crate::directive::{DirectiveKind, WORDS};
use crate::migration::Source;
use crate::name::FileName;
use crate::rule::{self, Check, Example, Findings, Rule};
use crate::suggest::{closest, did_you_mean};

pub(crate) static RULE: Rule = Rule {
    name: "unknown-directive",
    level: Level::Deny,
    fixed: false,
    summary: "every `-- @word` is a directive, rightly written and written once",
    problem: "A mistyped directive is a comment: `-- @no-transacton` would run in a transaction, `-- @verfy` would \
              verify nothing.",
    solution: "Write one of `@verify`, `@rollback`, `@no-transaction`, `@backup schema.table`, `@renamed-from old_name`, \
               `@replaces old_one old_two`, `@allow rule: reason`.",
    bad: &[
        Example::Body("-- @no-transacton\nSELECT 1;"),
        Example::Body("-- @allow not-idempotent\nSELECT 1;"),
        Example::Body("-- @allow not-idempotant: enum types have no IF NOT EXISTS\nSELECT 1;"),
    ],
    ok: &[Example::Body("-- @renamed-from 012_old_name\nSELECT 1;")],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    let migration = &source.migration;
    let mut sections = Vec::new();
    for directive in &migration.directives {
        let (message, help) = match &directive.kind {
            DirectiveKind::Unknown(word) => (
                format!("unknown directive `@{word}`"),
                match closest(word, WORDS) {
                    Some(meant) => format!("did you mean `@{meant}`?"),
                    None => {
                        format!("the directives are {}", WORDS.map(|word| format!("`@{word}`")).join(", "))
                    }
                },
            ),
            DirectiveKind::Malformed(wanted) => {
                ("the directive is not written like this".to_owned(), (*wanted).to_owned())
            }
            DirectiveKind::Allow { rule, .. } => match rule::find(rule) {
                None => (
                    format!("unknown rule `{rule}`"),
                    did_you_mean(rule, rule::names())
                        .unwrap_or_else(|| "the rules are listed in docs/rules".into()),
                ),
                Some(rule) if rule.fixed => (
                    format!("rule `{}` cannot be allowed", rule.name),
                    "without it there is no set that could be run; mend the migration instead".to_owned(),
                ),
                Some(_) => continue,
            },
            DirectiveKind::RenamedFrom(old) if FileName::parse(old).is_err() => (
                format!("`{old}` is not the name of a migration"),
                "write `-- @renamed-from 012_old_name`".to_owned(),
            ),
            DirectiveKind::Backup(_) if !migration.transactional => (
                "a backup needs the transaction of its migration, and this one has none".to_owned(),
                "take the backup, and destroy what it holds, in a migration of its own".to_owned(),
            ),
            DirectiveKind::RenamedFrom(_) | DirectiveKind::Replaces(_) | DirectiveKind::Backup(_) => continue,
            kind @ (DirectiveKind::Verify | DirectiveKind::Rollback | DirectiveKind::NoTransaction) => {
                if !sections.contains(&kind) {
                    sections.push(kind);
                    continue;
                }
                ("the directive stands twice".to_owned(), "keep one".to_owned())
            }
        };
        findings.at(&RULE, migration, directive.range.clone(), message).help(help);
    }
}
