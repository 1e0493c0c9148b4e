//! Copies of what migrations destroyed.

use std::time::Duration;

use postgres::Client;

use crate::error::Error;
use crate::ledger::{Ledger, rows};

/// A copy of a table, or of a column with the primary key, that was taken before a migration destroyed it.
///
/// ```
/// # migrations_core::embed_migrations!("examples/migrations");
/// use migrations_core::{Backup, Error, Migrator};
///
/// fn list(client: &mut postgres::Client) -> Result<(), Error> {
///     for Backup { id, source, rows, taken_at, .. } in Migrator::<Migration>::new().backups(client)? {
///         println!("{id}: {rows} rows of {source}, taken at {taken_at}");
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backup {
    /// Its number, for [`Migrator::restore_backup`](crate::Migrator::restore_backup).
    pub id: i64,
    /// The name of the migration.
    pub migration: String,
    /// What was copied: `schema.table`, or `schema.table.column`.
    pub source: String,
    /// Where the copy is: `schema.table`.
    pub copy: String,
    /// The number of rows.
    pub rows: u64,
    /// The size of the copy, in bytes.
    pub bytes: u64,
    /// When it was taken, as the server writes it, in the session's time zone.
    pub taken_at: String,
    /// When it was put back, if it was.
    pub restored_at: Option<String>,
}

impl Ledger {
    pub(crate) fn backups(&self, client: &mut Client) -> Result<Vec<Backup>, Error> {
        let query = format!("SELECT {COLUMNS} FROM {} ORDER BY id", self.object("backups"));
        match client.simple_query(&query) {
            Ok(messages) => Ok(messages.iter().filter_map(backup).collect()),
            // Where there is no ledger, there are no backups.
            Err(error) => self.unread(error).map(|()| Vec::new()),
        }
    }

    pub(crate) fn restore_backup(&self, client: &mut Client, id: i64) -> Result<u64, Error> {
        let restore = format!("SELECT {}({id})", self.object("restore_backup"));
        let rows = rows(client, &restore)
            .map_err(|error| Error::database("the backup cannot be put back", error))?;
        Ok(rows.first().and_then(|row| row.get(0)?.parse().ok()).unwrap_or(0))
    }

    /// Drops the copies and forgets them, in one transaction.
    pub(crate) fn prune_backups(&self, client: &mut Client, age: Duration) -> Result<Vec<Backup>, Error> {
        let pruning = |error| Error::database("the backups cannot be dropped", error);
        let backups = self.object("backups");
        let old = format!(
            "taken_at OPERATOR(pg_catalog.<) (pg_catalog.now() OPERATOR(pg_catalog.-) pg_catalog.make_interval(secs => {}))",
            age.as_secs_f64()
        );
        let mut transaction = client.transaction().map_err(pruning)?;
        let select = format!("SELECT {COLUMNS} FROM {backups} WHERE {old} ORDER BY id FOR UPDATE");
        let pruned = transaction.simple_query(&select).map_err(pruning)?;
        let pruned: Vec<Backup> = pruned.iter().filter_map(backup).collect();
        for Backup { id, copy, .. } in &pruned {
            transaction
                .batch_execute(&format!(
                    "DROP TABLE IF EXISTS {copy}; DELETE FROM {backups} WHERE id OPERATOR(pg_catalog.=) {id}"
                ))
                .map_err(pruning)?;
        }
        transaction.commit().map_err(pruning)?;
        Ok(pruned)
    }
}

const COLUMNS: &str = "id, migration, pg_catalog.concat_ws('.', source_schema, source_table, source_column), \
    pg_catalog.format('%I.%I', backup_schema, backup_table), rows, bytes, taken_at, restored_at";

fn backup(message: &postgres::SimpleQueryMessage) -> Option<Backup> {
    let postgres::SimpleQueryMessage::Row(row) = message else { return None };
    let text = |at| row.get(at).map(str::to_owned);
    Some(Backup {
        id: row.get(0)?.parse().ok()?,
        migration: text(1)?,
        source: text(2)?,
        copy: text(3)?,
        rows: row.get(4)?.parse().ok()?,
        bytes: row.get(5)?.parse().ok()?,
        taken_at: text(6)?,
        restored_at: text(7),
    })
}
