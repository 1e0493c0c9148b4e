//! Taking migrations back, and what was copied before they destroyed it.

use std::time::Duration;

use postgres::Client;

use super::Migrator;
use crate::backup::Backup;
use crate::engine::{Undo, blocking};
use crate::error::Error;
use crate::ledger::Ledger;
use crate::report::RolledBack;
use crate::set::MigrationSet;

impl<M: MigrationSet> Migrator<'_, M> {
    /// Rolls back everything that was applied after `target`, the last applied first, each migration in a transaction of
    /// its own. Where the build no longer knows a migration, the ledger has kept its rollback. With [`Migrator::dry_run`] it
    /// only answers which, or why not.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // 001_create_shop stays.
    /// for undone in Migrator::new().rollback_to(client, Migration::CreateShop)? {
    ///     println!("{} took {:?}", undone.name, undone.duration);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - a rollback fails ([`Error::is_migration_failed`]); those before it stay rolled back,
    /// - one of them is irreversible ([`Error::is_irreversible`]); nothing is touched,
    /// - another migration that is applied, or half done in batches, needs one of them ([`Error::is_needed`]); nothing is
    ///   touched,
    /// - `target` is not applied ([`Error::is_not_applied`]),
    /// - whatever [`Migrator::run`] says of the lock and the connection.
    pub fn rollback_to(self, client: &mut Client, target: M) -> Result<Vec<RolledBack<M>>, Error> {
        self.undo(client, Undo::After(target.position()))
    }

    /// Rolls back the `count` migrations that were applied last.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let would_be = Migrator::<Migration>::new().dry_run(true).rollback_last(client, 1)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Migrator::rollback_to`].
    pub fn rollback_last(self, client: &mut Client, count: usize) -> Result<Vec<RolledBack<M>>, Error> {
        self.undo(client, Undo::Last(count))
    }

    /// Rolls back everything that is applied.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// Migrator::<Migration>::new().rollback_all(client)?;
    /// assert_eq!(Migration::status(client)?.applied().count(), 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Migrator::rollback_to`].
    pub fn rollback_all(self, client: &mut Client) -> Result<Vec<RolledBack<M>>, Error> {
        self.undo(client, Undo::All)
    }

    /// Rolls back one migration, wherever it stands in the order.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // Whatever came later stays, unless it depends on this one.
    /// Migrator::new().rollback_one(client, Migration::CreateUsers)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Migrator::rollback_to`].
    pub fn rollback_one(self, client: &mut Client, migration: M) -> Result<Vec<RolledBack<M>>, Error> {
        self.undo(client, Undo::Only(migration.position()))
    }

    /// The backups that `-- @backup` has taken and that are still there, the oldest first.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let backups = Migrator::<Migration>::new().backups(client)?;
    /// println!("{} bytes", backups.iter().map(|backup| backup.bytes).sum::<u64>());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn backups(self, client: &mut Client) -> Result<Vec<Backup>, Error> {
        blocking(|| Ledger::new(&self.ledger_schema).backups(client))
    }

    /// Puts a backup back: makes the table again if it is gone, and its rows as they were; rows that came later stay.
    /// Answers the number of rows. A rollback does this by itself.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let backups = Migrator::<Migration>::new().backups(client)?;
    /// if let Some(carts) = backups.iter().find(|backup| backup.source == "shop.carts") {
    ///     let rows = Migrator::<Migration>::new().restore_backup(client, carts.id)?;
    ///     println!("{rows} rows are back");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// There is no such backup, or its rows do not fit the table as it is now.
    pub fn restore_backup(self, client: &mut Client, id: i64) -> Result<u64, Error> {
        blocking(|| Ledger::new(&self.ledger_schema).restore_backup(client, id))
    }

    /// Drops the backups that are older than `age`, and answers them. What they held is then gone.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use std::time::Duration;
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let quarter = Duration::from_secs(90 * 24 * 60 * 60);
    /// let dropped = Migrator::<Migration>::new().prune_backups(client, quarter)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn prune_backups(self, client: &mut Client, age: Duration) -> Result<Vec<Backup>, Error> {
        blocking(|| Ledger::new(&self.ledger_schema).prune_backups(client, age))
    }

    fn undo(mut self, client: &mut Client, undo: Undo) -> Result<Vec<RolledBack<M>>, Error> {
        let (dependents, dry_run) = (self.with_dependents, self.dry_run);
        let undone = self.with_engine(None, |engine| match dry_run {
            true => engine.undoable(client, undo, dependents),
            false => engine.undo(client, undo, dependents),
        })?;
        Ok(undone.into_iter().map(RolledBack::from).collect())
    }
}
