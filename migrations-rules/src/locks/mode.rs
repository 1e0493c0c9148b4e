//! The lock modes of tables.

use std::fmt;

/// A mode in which a relation is locked, as PostgreSQL's documentation lists them: the weakest first.
///
/// ```
/// use migrations_rules::LockMode;
///
/// assert!(LockMode::AccessExclusive > LockMode::Share, "the stronger is the greater");
/// assert_eq!(LockMode::RowExclusive.to_string(), "ROW EXCLUSIVE");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockMode {
    /// What a query takes.
    AccessShare,
    /// What `SELECT … FOR UPDATE` takes.
    RowShare,
    /// What `INSERT`, `UPDATE`, `DELETE` and `MERGE` take.
    RowExclusive,
    /// What `VACUUM`, `VALIDATE CONSTRAINT` and `CREATE INDEX CONCURRENTLY` take.
    ShareUpdateExclusive,
    /// What `CREATE INDEX` takes.
    Share,
    /// What `CREATE TRIGGER` and a new foreign key take.
    ShareRowExclusive,
    /// What `REFRESH MATERIALIZED VIEW CONCURRENTLY` takes.
    Exclusive,
    /// What `DROP`, `TRUNCATE` and most of `ALTER TABLE` take.
    AccessExclusive,
}

impl LockMode {
    /// All modes, the weakest first.
    ///
    /// ```
    /// use migrations_rules::LockMode;
    ///
    /// let lets_read = |mode: &LockMode| !mode.conflicts_with(LockMode::AccessShare);
    /// assert_eq!(LockMode::ALL.iter().filter(|mode| lets_read(mode)).count(), 7, "all but the last");
    /// ```
    pub const ALL: [LockMode; 8] = [
        LockMode::AccessShare,
        LockMode::RowShare,
        LockMode::RowExclusive,
        LockMode::ShareUpdateExclusive,
        LockMode::Share,
        LockMode::ShareRowExclusive,
        LockMode::Exclusive,
        LockMode::AccessExclusive,
    ];

    /// What others cannot do while the lock is held.
    ///
    /// ```
    /// assert_eq!(migrations_rules::LockMode::AccessExclusive.blocks(), "reads and writes");
    /// ```
    pub fn blocks(self) -> &'static str {
        match self {
            LockMode::AccessShare | LockMode::RowShare => "most schema changes",
            LockMode::RowExclusive => "schema changes and new indexes",
            LockMode::ShareUpdateExclusive => "schema changes, new indexes and VACUUM",
            LockMode::Share | LockMode::ShareRowExclusive => "writes and schema changes",
            LockMode::Exclusive => "everything but reads",
            LockMode::AccessExclusive => "reads and writes",
        }
    }

    /// Whether nobody else can hold `other` meanwhile.
    ///
    /// ```
    /// use migrations_rules::LockMode;
    ///
    /// // An index is built: others may read, and build a second one, but not write.
    /// assert!(!LockMode::Share.conflicts_with(LockMode::AccessShare));
    /// assert!(!LockMode::Share.conflicts_with(LockMode::Share));
    /// assert!(LockMode::Share.conflicts_with(LockMode::RowExclusive));
    /// ```
    pub fn conflicts_with(self, other: LockMode) -> bool {
        let (weaker, stronger) = (self.min(other), self.max(other));
        match weaker {
            LockMode::AccessShare => stronger == LockMode::AccessExclusive,
            LockMode::RowShare => stronger >= LockMode::Exclusive,
            LockMode::RowExclusive => stronger >= LockMode::Share,
            LockMode::Share => stronger != LockMode::Share,
            _ => true,
        }
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LockMode::AccessShare => "ACCESS SHARE",
            LockMode::RowShare => "ROW SHARE",
            LockMode::RowExclusive => "ROW EXCLUSIVE",
            LockMode::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            LockMode::Share => "SHARE",
            LockMode::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            LockMode::Exclusive => "EXCLUSIVE",
            LockMode::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}
