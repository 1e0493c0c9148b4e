use migrations_text::Level;

use crate::migration::{Section, Source};
use crate::rule::{Check, Example, Findings, Rule};
use crate::syntax::{Kind, Tree};

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

#[cfg(test)]
mod tests {
    use migrations_text::transaction_control;

    use super::*;
    use crate::syntax;

    #[test]
    fn the_grammar_here_and_the_words_that_the_engine_goes_by_agree() {
        for sql in [
            "BEGIN",
            "begin isolation level serializable",
            "START TRANSACTION READ ONLY",
            "COMMIT AND CHAIN",
            "END TRANSACTION",
            "ROLLBACK",
            "ABORT",
            "SAVEPOINT a",
            "RELEASE a",
            "RELEASE SAVEPOINT a",
            "ROLLBACK TO SAVEPOINT a",
            "PREPARE TRANSACTION 'a'",
            "COMMIT PREPARED 'a'",
            "ROLLBACK PREPARED 'a'",
            "PREPARE a AS SELECT 1",
            "SET TRANSACTION READ ONLY",
            "SET CONSTRAINTS ALL DEFERRED",
            "LOCK TABLE a",
            "DO $$ BEGIN COMMIT; END $$",
            "CALL a()",
            "SELECT begin FROM a",
        ] {
            let kind = syntax::parse(sql, 0..sql.len()).kind().unwrap();
            assert_eq!(is_transaction_control(kind), transaction_control(sql).is_some(), "{sql}");
        }
    }
}
