use migrations_text::Level;

use crate::directive::DirectiveKind;
use crate::migration::{Section, Source};
use crate::rule::{Check, Example, Findings, Rule};

use super::needs_no_transaction::may_need_no_transaction;

pub(crate) static RULE: Rule = Rule {
    name: "needless-no-transaction",
    level: Level::Deny,
    fixed: false,
    summary: "`-- @no-transaction` stands only where a statement needs it",
    problem: "Outside a transaction a failure in the middle leaves the first half behind. That price is paid for \
              nothing when no statement asks for it.",
    solution: "Remove the directive, or move the statement that needs it into a file of its own.",
    bad: &[Example::Body("-- @no-transaction\nCREATE SCHEMA IF NOT EXISTS shop;")],
    ok: &[
        Example::Body("-- @no-transaction\nVACUUM shop.users;"),
        Example::Body("-- @no-transaction\nALTER TYPE shop.colour ADD VALUE IF NOT EXISTS 'green';"),
        Example::Body("-- @no-transaction\nCALL shop.archive_orders();"),
    ],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    let migration = &source.migration;
    let needed = source.trees(Section::Body).any(|(part, tree)| {
        tree.error.is_some() || may_need_no_transaction(tree, &migration.text[part.range.clone()])
    });
    let directive =
        migration.directives.iter().find(|directive| directive.kind == DirectiveKind::NoTransaction);
    if let (false, Some(directive)) = (needed, directive) {
        findings
            .at(
                &RULE,
                migration,
                directive.range.clone(),
                "no statement here needs to run outside a transaction".into(),
            )
            .help("remove the directive");
    }
}
