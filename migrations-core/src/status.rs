//! What the ledger says about the set.

use std::time::Duration;

use crate::engine::Comparison;
use crate::ledger::Row;
use crate::set::{Facts, MigrationSet};

/// What the ledger says about the set.
///
/// ```
/// # #[cfg(not(feature = "scratch"))]
/// # fn main() {}
/// # #[cfg(feature = "scratch")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # migrations_core::embed_migrations!("examples/migrations");
/// # use migrations_core::Migrator;
/// # let server = migrations_core::scratch::Scratch::start()?;
/// # let mut client = server.connect()?;
/// Migrator::new().up_to(Migration::CreateShop).run(&mut client)?;
///
/// let status = Migration::status(&mut client)?;
/// assert!(status.applied().eq([Migration::CreateShop]));
/// assert!(status.pending().eq([Migration::CreateUsers]));
/// assert_eq!(status.migrations[0].record.as_ref().unwrap().name, "create_shop");
///
/// let journal = Migrator::<Migration>::new().journal(&mut client)?;
/// assert_eq!((journal[0].event.as_str(), journal[0].name.as_str()), ("applied", "create_shop"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Status<M> {
    /// Every migration of the set, in execution order.
    pub migrations: Vec<MigrationStatus<M>>,
    /// What the database has and the set does not know, in order of application.
    pub unknown: Vec<Record>,
}

/// What the ledger says about one migration.
///
/// ```
/// use migrations_core::MigrationStatus;
///
/// fn sign<M>(status: &MigrationStatus<M>) -> char {
///     match (&status.record, status.changed) {
///         (None, _) => ' ',
///         (Some(_), false) => '✓',
///         (Some(_), true) => '!',
///     }
/// }
/// ```
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
///
/// ```
/// use migrations_core::{Record, Status};
///
/// fn slowest<M>(status: &Status<M>) -> Option<&Record> {
///     let records = status.migrations.iter().filter_map(|status| status.record.as_ref());
///     records.max_by_key(|record| record.duration)
/// }
/// ```
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
///
/// ```
/// use migrations_core::Entry;
///
/// fn rollbacks(journal: &[Entry]) -> impl Iterator<Item = &Entry> {
///     journal.iter().filter(|entry| entry.event == "rolled back")
/// }
/// ```
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
                    record: row.map(|row| Record::from(*row)),
                })
                .collect(),
            unknown: comparison.unknown.into_iter().map(Record::from).collect(),
        }
    }

    /// The migrations that are not applied, in execution order.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # fn f(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
    /// let status = Migration::status(client)?;
    /// if let Some(next) = status.pending().next() {
    ///     println!("{} is next: {}", next.name(), next.purpose());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pending(&self) -> impl Iterator<Item = M> + '_ {
        self.migrations.iter().filter(|status| status.record.is_none()).map(|status| status.migration)
    }

    /// The migrations that are applied, in execution order.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # fn f(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
    /// let status = Migration::status(client)?;
    /// let has_users = status.applied().any(|migration| migration == Migration::CreateUsers);
    /// # Ok(())
    /// # }
    /// ```
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
