//! Databases that exist already.

use postgres::Client;

use super::Migrator;
use crate::error::Error;
use crate::interop::Tool;
use crate::set::MigrationSet;

impl<M: MigrationSet> Migrator<'_, M> {
    /// Enters every pending migration, or with [`Migrator::up_to`] those up to it, as applied without running it: for a
    /// database that has what they would make. Answers which; with [`Migrator::dry_run`] it only answers. The journal says
    /// `adopted`. A rollback treats them as if they had been run.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // The shop was made by hand; its users were not.
    /// let entered = Migrator::new().up_to(Migration::CreateShop).baseline(client)?;
    /// assert_eq!(entered, [Migration::CreateShop]);
    /// Migration::run_all(client)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The history cannot be read or written, has changed or unknown migrations ([`Error::is_changed`],
    /// [`Error::is_missing`]), or whatever [`Migrator::run`] says of the lock.
    pub fn baseline(self, client: &mut Client) -> Result<Vec<M>, Error> {
        self.enter(client, &|_| true)
    }

    /// The same for those that another tool has applied, as its history in this database says. Each of its entries has to
    /// be a migration of this set, by name or, where it keeps none, by number; else nothing is entered. Of refinery's,
    /// each file has to hold the lines that refinery ran, as its checksum proves.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator, interop::Tool};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let would_be = Migrator::<Migration>::new().dry_run(true).adopt(client, Tool::Refinery)?;
    /// println!("refinery has applied {would_be:?}");
    /// Migrator::<Migration>::new().adopt(client, Tool::Refinery)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Migrator::baseline`], or the other tool's history cannot be read, has entries that this set does not have ([`Error::is_missing`]), or
    /// such that failed, or ran another text ([`Error::is_changed`]).
    pub fn adopt(self, client: &mut Client, tool: Tool) -> Result<Vec<M>, Error> {
        let applied = tool.applied(client, self.table.facts())?;
        self.enter(client, &|place| applied.contains(&place))
    }

    fn enter(mut self, client: &mut Client, is_there: &dyn Fn(usize) -> bool) -> Result<Vec<M>, Error> {
        let dry_run = self.dry_run;
        let places = self.with_engine(None, |engine| match dry_run {
            true => engine.adoptable(client, is_there),
            false => engine.adopt(client, is_there),
        })?;
        Ok(places.into_iter().map(M::at).collect())
    }
}
