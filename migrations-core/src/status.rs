//! What the ledger says about the set.

use std::time::Duration;

use crate::engine::Comparison;
use crate::ledger::Row;
use crate::set::{Facts, MigrationSet};

/// What the ledger says about the set.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Status<M> {
    /// Every migration of the set, in execution order.
    pub migrations: Vec<MigrationStatus<M>>,
    /// What the database has and the set does not know, in order of application.
    pub unknown: Vec<Record>,
}

/// What the ledger says about one migration.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MigrationStatus<M> {
    /// The migration.
    pub migration: M,
    /// Its entry in the history; `None` when it is pending.
    pub record: Option<Record>,
    /// Whether the file has changed since it was applied.
    pub changed: bool,
}

/// An entry of the history.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// The name under which the migration was applied.
    pub name: String,
    /// `sha256:` and 64 hexadecimal digits, over the text that was applied.
    pub checksum: String,
    /// When it was applied, as the server writes it, in the session's time zone.
    pub applied_at: String,
    /// The role that applied it.
    pub applied_by: String,
    /// How long it took.
    pub duration: Duration,
}

/// An entry of the journal, which keeps everything that ever happened.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// `applied`, `rolled back`, `adopted` or `replaced`.
    pub event: String,
    /// The name that the migration had then.
    pub name: String,
    /// When, as the server writes it, in the session's time zone.
    pub at: String,
    /// When, in microseconds since the beginning of 1970.
    pub unix_microseconds: i64,
    /// The role that did it.
    pub by: String,
    /// How long it took.
    pub duration: Duration,
    /// The package that did it, with its version.
    pub build: String,
}

impl<M: MigrationSet> Status<M> {
    pub(crate) fn new(set: &[Facts], comparison: Comparison) -> Status<M> {
        let rows = (0..).map(M::at).zip(set).zip(comparison.applied);
        Status {
            migrations: rows
                .map(|((migration, facts), row)| MigrationStatus {
                    migration,
                    changed: row.as_ref().is_some_and(|row| row.checksum != facts.checksum),
                    record: row.map(Record::from),
                })
                .collect(),
            unknown: comparison.unknown.into_iter().map(Record::from).collect(),
        }
    }

    /// The migrations that are not applied, in execution order.
    pub fn pending(&self) -> impl Iterator<Item = M> + '_ {
        self.migrations.iter().filter(|status| status.record.is_none()).map(|status| status.migration)
    }

    /// The migrations that are applied, in execution order.
    pub fn applied(&self) -> impl Iterator<Item = M> + '_ {
        self.migrations.iter().filter(|status| status.record.is_some()).map(|status| status.migration)
    }
}

impl From<Row> for Record {
    fn from(row: Row) -> Record {
        Record {
            name: row.name,
            checksum: row.checksum,
            applied_at: row.applied_at,
            applied_by: row.applied_by,
            duration: row.duration,
        }
    }
}
