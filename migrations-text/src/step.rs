//! How the statements of a `@no-transaction` file are run.

use crate::packed::{Packer, Unpacker};

/// How a statement of a `@no-transaction` file is run, and how to find out what it has done when the connection died
/// while it was running.
///
/// ```
/// use migrations_text::Step;
///
/// // CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_day ON shop.orders (day);
/// let step = Step::CreateIndex { index: "orders_day".to_owned(), table: "shop.orders".to_owned() };
/// assert_ne!(step, Step::Atomic);
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
    /// use migrations_text::Step;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        for step in [
            Step::Atomic,
            Step::Setting,
            Step::CreateIndex { index: "ix 1", table: "\"a b\".t" },
            Step::DropIndex { index: "ix" },
            Step::Reindex { relation: None },
            Step::Reindex { relation: Some("") },
            Step::Detach { table: "t", partition: "p" },
            Step::Repeatable,
            Step::Opaque,
        ] {
            let mut packer = Packer::default();
            step.clone().map(str::to_owned).pack(&mut packer);
            let packed = packer.into_string();
            assert_eq!(Step::unpacked(&mut Unpacker::new(&packed)), Some(step), "{packed}");
        }
        assert_eq!(Step::unpacked(&mut Unpacker::new("9 ")), None);
        assert_eq!(Step::unpacked(&mut Unpacker::new("2 2 ix")), None);
    }
}
