use migrations_text::Level;
use migrations_text::token::words;

use crate::migration::{Section, Source};
use crate::rule::{Check, Example, Findings, Rule};
use crate::syntax::{self, Kind, Tree};

pub(crate) static RULE: Rule = Rule {
    name: "needs-no-transaction",
    level: Level::Deny,
    fixed: false,
    summary: "what PostgreSQL refuses inside a transaction stands in a file with `-- @no-transaction`",
    problem: "CREATE INDEX CONCURRENTLY, VACUUM and their like fail inside a transaction block, and every migration \
              runs in one.",
    solution: "Write `-- @no-transaction` under the header. Such a file is not atomic: keep it to the one statement \
               that needs it.",
    bad: &[
        Example::Body("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_users_name ON shop.users (name);"),
        Example::Body("VACUUM shop.users;"),
        Example::Body("ALTER TABLE shop.orders DETACH PARTITION shop.orders_2019 CONCURRENTLY;"),
    ],
    ok: &[
        Example::Body(
            "-- @no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS ix_users_name ON shop.users (name);",
        ),
        Example::Body("CREATE INDEX IF NOT EXISTS ix_users_name ON shop.users (name);"),
        Example::Body(
            "CREATE INDEX -- concurrently is not needed yet\nIF NOT EXISTS ix ON shop.users (name);",
        ),
        Example::Body("REFRESH MATERIALIZED VIEW CONCURRENTLY shop.totals;"),
    ],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    for section in [Section::Body, Section::Verify, Section::Rollback] {
        if section == Section::Body && !source.migration.transactional {
            continue;
        }
        for (part, tree) in source.trees(section) {
            let sql = &source.migration.text[part.range.clone()];
            if let Some(what) = refused_in_transaction(tree, sql) {
                findings
                    .at(
                        &RULE,
                        &source.migration,
                        part.range.clone(),
                        format!("{what} cannot run inside a transaction"),
                    )
                    .help(match section {
                        Section::Body => {
                            "write `-- @no-transaction` under the header: the file then runs statement by statement"
                        }
                        _ if what.contains("CONCURRENTLY") => {
                            "this section always runs in a transaction; write it without CONCURRENTLY"
                        }
                        _ => "this section always runs in a transaction; leave the statement out",
                    });
            }
        }
    }
}

/// What the server calls the statement when it refuses it inside a transaction block; `None` when it accepts it.
pub(crate) fn refused_in_transaction(tree: &Tree, sql: &str) -> Option<&'static str> {
    let concurrently = || words(sql).take(4).any(|word| word.eq_ignore_ascii_case("concurrently"));
    match tree.kind()? {
        Kind::CREATE_INDEX if concurrently() => Some("CREATE INDEX CONCURRENTLY"),
        Kind::DROP_INDEX if concurrently() => Some("DROP INDEX CONCURRENTLY"),
        Kind::REINDEX if concurrently() || tree.find(Kind::REINDEX_OPTION_CONCURRENTLY).is_some() => {
            Some("REINDEX CONCURRENTLY")
        }
        Kind::REINDEX if tree.find(Kind::REINDEX_TARGET_SCHEMA).is_some() => Some("REINDEX SCHEMA"),
        Kind::REINDEX if tree.find(Kind::REINDEX_TARGET_DATABASE).is_some() => Some("REINDEX DATABASE"),
        Kind::REINDEX if tree.find(Kind::REINDEX_TARGET_SYSTEM).is_some() => Some("REINDEX SYSTEM"),
        Kind::ALTER_TABLE if tree.find(Kind::DETACH_CONCURRENTLY).is_some() => {
            Some("DETACH PARTITION CONCURRENTLY")
        }
        Kind::VACUUM => Some("VACUUM"),
        Kind::CLUSTER if tree.nodes.len() == 1 => Some("CLUSTER without a table"),
        Kind::ALTER_SYSTEM => Some("ALTER SYSTEM"),
        Kind::CREATE_DATABASE => Some("CREATE DATABASE"),
        Kind::DROP_DATABASE => Some("DROP DATABASE"),
        Kind::ALTER_DATABASE if tree.has(Kind::SET_TABLESPACE) => Some("ALTER DATABASE SET TABLESPACE"),
        Kind::CREATE_TABLESPACE => Some("CREATE TABLESPACE"),
        Kind::DROP_TABLESPACE => Some("DROP TABLESPACE"),
        Kind::DISCARD if tree.find(Kind::DISCARD_ALL).is_some() => Some("DISCARD ALL"),
        _ => None,
    }
}

/// Whether the server refuses the statement inside a transaction block.
pub fn must_run_alone(statement: &str) -> bool {
    let tree = syntax::parse(statement, 0..statement.len());
    refused_in_transaction(&tree, statement).is_some()
}

/// Whether the server may refuse the statement inside a transaction block, depending on what it meets.
pub(super) fn may_need_no_transaction(tree: &Tree, sql: &str) -> bool {
    refused_in_transaction(tree, sql).is_some()
        || matches!(
            tree.kind(),
            // A procedure or a DO block may commit; a new enum value cannot be used before it is committed;
            // REINDEX and CLUSTER of a partitioned table; a subscription that makes its slot.
            Some(
                Kind::CALL
                    | Kind::DO
                    | Kind::ALTER_TYPE
                    | Kind::REINDEX
                    | Kind::CLUSTER
                    | Kind::CREATE_SUBSCRIPTION
                    | Kind::ALTER_SUBSCRIPTION
                    | Kind::DROP_SUBSCRIPTION
                    | Kind::REPACK
            )
        )
}
