//! How the statements of a `@no-transaction` file are run.

use migrations_text::Step;
use migrations_text::token::table_name;

use crate::syntax::{Kind, Node, Tree};

/// How a statement of a `@no-transaction` file is run.
pub(crate) fn of(text: &str, tree: &Tree, refused_in_transaction: bool) -> Step {
    let written = |node: &Node| text[node.range.clone()].to_owned();
    let find = |kind: Kind| tree.find(kind).map(written);
    let below = |kinds: &[Kind]| {
        let mut parents = tree.children().filter(|(node, _)| kinds.contains(&node.kind));
        parents.next().and_then(|(_, mut below)| below.next().map(written))
    };
    let step = match tree.kind() {
        Some(Kind::SET | Kind::RESET | Kind::SET_ROLE | Kind::SET_SESSION_AUTH) => Some(Step::Setting),
        Some(Kind::CREATE_INDEX) if refused_in_transaction => find(Kind::INDEX)
            .zip(find(Kind::TABLE_NAME_REF))
            .map(|(index, table)| Step::CreateIndex { index: table_name(&index), table }),
        Some(Kind::DROP_INDEX) if refused_in_transaction => {
            find(Kind::INDEX_REF).map(|index| Step::DropIndex { index })
        }
        Some(Kind::REINDEX) => {
            Some(Step::Reindex { relation: below(&[Kind::REINDEX_TARGET_TABLE, Kind::REINDEX_TARGET_INDEX]) })
        }
        Some(Kind::ALTER_TABLE) if refused_in_transaction => find(Kind::TABLE_NAME_REF)
            .zip(below(&[Kind::DETACH_PARTITION]))
            .map(|(table, partition)| Step::Detach { table, partition }),
        Some(Kind::VACUUM | Kind::CLUSTER | Kind::ALTER_SYSTEM) => Some(Step::Repeatable),
        // They may commit, or do what no transaction takes back.
        Some(Kind::CALL | Kind::DO | Kind::REPACK) => None,
        Some(Kind::CREATE_SUBSCRIPTION | Kind::ALTER_SUBSCRIPTION | Kind::DROP_SUBSCRIPTION) => None,
        _ => (!refused_in_transaction).then_some(Step::Atomic),
    };
    step.unwrap_or(Step::Opaque)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::needs_no_transaction::refused_in_transaction;
    use crate::syntax;

    #[test]
    fn what_an_interrupted_statement_leaves_is_known() {
        let create =
            |index: &str, table: &str| Step::CreateIndex { index: index.to_owned(), table: table.to_owned() };
        let drop = |index: &str| Step::DropIndex { index: index.to_owned() };
        let reindex = |relation: Option<&str>| Step::Reindex { relation: relation.map(str::to_owned) };
        let detach = |table: &str, partition: &str| Step::Detach {
            table: table.to_owned(),
            partition: partition.to_owned(),
        };
        for (sql, step) in [
            (
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS Ix_a ON ONLY shop.users (name)",
                create("ix_a", "shop.users"),
            ),
            ("CREATE INDEX CONCURRENTLY \"Ix\" ON \"Users\" (name)", create("Ix", "\"Users\"")),
            ("CREATE INDEX CONCURRENTLY ON users (name)", Step::Opaque),
            ("CREATE INDEX IF NOT EXISTS ix ON users (name)", Step::Atomic),
            ("DROP INDEX CONCURRENTLY IF EXISTS shop.ix", drop("shop.ix")),
            ("DROP INDEX IF EXISTS shop.ix", Step::Atomic),
            ("REINDEX (VERBOSE) TABLE CONCURRENTLY shop.users", reindex(Some("shop.users"))),
            ("REINDEX INDEX CONCURRENTLY shop.ix", reindex(Some("shop.ix"))),
            ("REINDEX SCHEMA CONCURRENTLY shop", reindex(None)),
            (
                "ALTER TABLE IF EXISTS shop.o DETACH PARTITION shop.o_2019 CONCURRENTLY",
                detach("shop.o", "shop.o_2019"),
            ),
            ("ALTER TABLE shop.o ADD COLUMN IF NOT EXISTS n int", Step::Atomic),
            ("ALTER TYPE colour ADD VALUE IF NOT EXISTS 'green'", Step::Atomic),
            ("VACUUM FULL shop.users", Step::Repeatable),
            ("SET lock_timeout = '2s'", Step::Setting),
            ("SET ROLE owner", Step::Setting),
            ("CALL shop.archive()", Step::Opaque),
            ("DO $$ BEGIN COMMIT; END $$", Step::Opaque),
            ("CREATE DATABASE a", Step::Opaque),
            ("CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p", Step::Opaque),
            ("CLUSTER shop.users USING ix", Step::Repeatable),
        ] {
            let tree = syntax::parse(sql, 0..sql.len());
            let found = of(sql, &tree, refused_in_transaction(&tree, sql).is_some());
            assert_eq!(found, step, "{sql}");
        }
    }
}
