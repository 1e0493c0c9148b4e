//! How the statements of a `@no-transaction` file are run.

use crate::packed::{Packer, Unpacker};
use crate::syntax::{Kind, Node, Tree, table_name};

/// How a statement of a `@no-transaction` file is run, and how to find out what it has done when the connection died
/// while it was running.
///
/// ```
/// use migrations_rules::Step;
///
/// // CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_day ON shop.orders (day);
/// let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// let step = Step::CreateIndex { index: "orders_day".to_owned(), table: "shop.orders".to_owned() };
/// assert_eq!(set.migrations[1].steps, [step]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<S = String> {
    /// In a transaction of its own, together with the record that it has run.
    Atomic,
    /// A setting of the session, for the statements behind it: made anew in each run.
    Setting,
    /// `CREATE INDEX CONCURRENTLY`: interrupted, it leaves an invalid index.
    CreateIndex {
        /// The name of the index.
        index: S,
        /// The table, as it is written.
        table: S,
    },
    /// `DROP INDEX CONCURRENTLY`: interrupted, it may leave the index, which is then invalid.
    DropIndex {
        /// The index, as it is written.
        index: S,
    },
    /// `REINDEX CONCURRENTLY`: interrupted, it leaves invalid indexes beside the old ones.
    Reindex {
        /// The table or index, as it is written; `None` for a schema or a whole database.
        relation: Option<S>,
    },
    /// `DETACH PARTITION … CONCURRENTLY`: interrupted, it is pending and has to be finalised.
    Detach {
        /// The table, as it is written.
        table: S,
        /// The partition, as it is written.
        partition: S,
    },
    /// It can simply be run again: `VACUUM`, `ALTER SYSTEM`.
    Repeatable,
    /// Nobody but its author can tell what it has done: `CALL`, `DO`.
    Opaque,
}

impl<S> Step<S> {
    /// The same, with each name put through `to`.
    ///
    /// ```
    /// use migrations_rules::Step;
    ///
    /// let quoted = Step::DropIndex { index: "ix" }.map(|name| format!("{name:?}"));
    /// assert_eq!(quoted, Step::DropIndex { index: "\"ix\"".to_owned() });
    /// ```
    pub fn map<T>(self, mut to: impl FnMut(S) -> T) -> Step<T> {
        match self {
            Step::Atomic => Step::Atomic,
            Step::Setting => Step::Setting,
            Step::CreateIndex { index, table } => Step::CreateIndex { index: to(index), table: to(table) },
            Step::DropIndex { index } => Step::DropIndex { index: to(index) },
            Step::Reindex { relation } => Step::Reindex { relation: relation.map(to) },
            Step::Detach { table, partition } => Step::Detach { table: to(table), partition: to(partition) },
            Step::Repeatable => Step::Repeatable,
            Step::Opaque => Step::Opaque,
        }
    }
}

impl Step {
    /// Writes the step, which [`Step::unpacked`] reads.
    #[doc(hidden)]
    pub fn pack(&self, packer: &mut Packer) {
        match self {
            Step::Atomic => packer.number(0),
            Step::Setting => packer.number(1),
            Step::CreateIndex { index, table } => packer.tagged(2, [index, table]),
            Step::DropIndex { index } => packer.tagged(3, [index]),
            Step::Reindex { relation: None } => packer.number(4),
            Step::Reindex { relation: Some(relation) } => packer.tagged(5, [relation]),
            Step::Detach { table, partition } => packer.tagged(6, [table, partition]),
            Step::Repeatable => packer.number(7),
            Step::Opaque => packer.number(8),
        }
    }
}

impl<'t> Step<&'t str> {
    /// A step that was packed.
    #[doc(hidden)]
    pub fn unpacked(unpacker: &mut Unpacker<'t>) -> Option<Step<&'t str>> {
        Some(match unpacker.number()? {
            0 => Step::Atomic,
            1 => Step::Setting,
            2 => Step::CreateIndex { index: unpacker.text()?, table: unpacker.text()? },
            3 => Step::DropIndex { index: unpacker.text()? },
            4 => Step::Reindex { relation: None },
            5 => Step::Reindex { relation: Some(unpacker.text()?) },
            6 => Step::Detach { table: unpacker.text()?, partition: unpacker.text()? },
            7 => Step::Repeatable,
            8 => Step::Opaque,
            _ => return None,
        })
    }
}

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
            let mut packer = Packer::default();
            found.pack(&mut packer);
            let packed = packer.into_string();
            let unpacked = Step::unpacked(&mut Unpacker::new(&packed));
            assert_eq!(unpacked.map(|step| step.map(str::to_owned)), Some(found), "{packed}");
        }
    }
}
