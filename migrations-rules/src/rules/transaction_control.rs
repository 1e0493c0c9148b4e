use crate::migration::{Section, Source};
use crate::problem::Level;
use crate::rule::{Check, Example, Findings, Rule};
use crate::statement::{self, Piece};
use crate::syntax::{self, Kind, Tree};

pub(crate) static RULE: Rule = Rule {
    name: "transaction-control",
    level: Level::Deny,
    fixed: true,
    summary: "the only transaction control in a file is one `BEGIN; … COMMIT;` around the whole body",
    problem: "Body, verification and history row commit together. A COMMIT in between would end that transaction: \
              the first half would stay when the second fails, and the history would not know.",
    solution: "Remove it. The engine runs every migration in a transaction of its own.",
    bad: &[
        Example::Body("BEGIN;\nSELECT 1;\nCOMMIT;\nBEGIN;\nSELECT 2;\nCOMMIT;"),
        Example::Body("SELECT 1;\nCOMMIT;"),
        Example::Body("SAVEPOINT a;\nSELECT 1;\nROLLBACK TO SAVEPOINT a;"),
    ],
    ok: &[
        Example::Body("BEGIN;\nSELECT 1;\nCOMMIT;"),
        Example::Body("SELECT 1;"),
        Example::Body("DO $$ BEGIN PERFORM 1; END $$;"),
    ],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    let migration = &source.migration;
    for part in &source.parts {
        let Some(kind) = part.tree.as_ref().and_then(Tree::kind) else { continue };
        if !is_transaction_control(kind) || part.outer && migration.transactional {
            continue;
        }
        let written =
            migration.text[part.range.clone()].split_whitespace().next().unwrap_or_default().to_uppercase();
        let help = match part.section {
            Section::Body if part.outer => "the file says `@no-transaction`; remove the BEGIN and the COMMIT",
            Section::Body => "remove it: the engine runs the body in a transaction of its own",
            _ => "remove it: this section runs in a transaction of the engine",
        };
        findings.at(&RULE, migration, part.range.clone(), format!("{written} inside a migration")).help(help);
    }
}

fn is_transaction_control(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::BEGIN
            | Kind::COMMIT_TRANSACTION
            | Kind::ROLLBACK_TRANSACTION
            | Kind::SAVEPOINT_CREATE
            | Kind::RELEASE_SAVEPOINT
            | Kind::ROLLBACK_TO_SAVEPOINT
            | Kind::PREPARE_TRANSACTION
            | Kind::COMMIT_PREPARED
            | Kind::ROLLBACK_PREPARED
    )
}

/// The first transaction control among these statements, as a word: `COMMIT`.
///
/// ```
/// use migrations_rules::transaction_control;
///
/// assert_eq!(transaction_control("SELECT 1; commit;").as_deref(), Some("COMMIT"));
/// assert_eq!(transaction_control("SELECT 'commit';"), None);
/// ```
pub fn first_in(statements: &str) -> Option<String> {
    statement::scan(statements, |_| false).into_iter().find_map(|piece| {
        let Piece::Statement(range) = piece else { return None };
        let first = statements[range.clone()].split(|c: char| !c.is_ascii_alphabetic()).next()?;
        let kind = syntax::parse(statements, range.clone()).kind();
        kind.filter(|kind| is_transaction_control(*kind)).map(|_| first.to_uppercase())
    })
}
