//! Every migration up, down and up again.

use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

use super::catalogue::{Catalogue, Difference};
use super::rows::{self, Digests};
use crate::error::Error;
use crate::migrator::Migrator;
use crate::scratch::{Scratch, ScratchError};
use crate::set::MigrationSet;

/// Runs the set on a throw-away server: each migration up, down and up again, then all of it down and up again.
/// After each way down the catalogue must be what it was before.
///
/// ```no_run
/// migrations_core::embed_migrations!("examples/migrations");
///
/// #[test]
/// fn every_migration_can_be_undone() {
///     migrations_core::testing::round_trip::<Migration>().unwrap();
/// }
/// ```
///
/// # Errors
/// A migration or a rollback fails, or a rollback leaves something behind; the error lists every object that differs.
pub fn round_trip<M: MigrationSet>() -> Result<RoundTripReport, RoundTripError> {
    RoundTrip::<M>::new().run()
}

/// A round trip with rows of your own in the tables.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// use migrations_core::testing::RoundTrip;
///
/// let report = RoundTrip::new()
///     .rows(Migration::CreateUsers, |client| {
///         client.batch_execute("INSERT INTO shop.users (email) VALUES ('ada@example.org')")
///     })
///     .run()?;
/// assert_eq!(report.round_trips, 2);
/// # Ok::<(), migrations_core::testing::RoundTripError>(())
/// ```
pub struct RoundTrip<'a, M> {
    rows: Option<Rows<'a, M>>,
    lost: Vec<String>,
    column_order: bool,
    set: PhantomData<M>,
}

/// Rows, and after which migration they are loaded.
type Rows<'a, M> = (M, Box<dyn FnMut(&mut Client) -> Result<(), postgres::Error> + 'a>);

/// A round trip that ended where it began.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// let report = migrations_core::testing::round_trip::<Migration>()?;
/// assert_eq!(report.irreversible, [""; 0], "whoever adds one has to say so here");
/// # Ok::<(), migrations_core::testing::RoundTripError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoundTripReport {
    /// The migrations that went up, down and up again.
    pub round_trips: usize,
    /// The file names of those that say they are irreversible.
    pub irreversible: Vec<&'static str>,
    /// The tables whose rows were compared, over all migrations.
    pub tables_compared: usize,
    /// How long it took.
    pub duration: Duration,
}

/// Why a round trip did not end where it began.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// use migrations_core::testing::{RoundTripError, round_trip};
///
/// if let Err(RoundTripError::Different(deviations)) = round_trip::<Migration>() {
///     eprintln!("{} rollbacks do not bring back what was", deviations.len());
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RoundTripError {
    /// There is no throw-away server.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// A migration or a rollback failed.
    #[error("{}", .0.report(false))]
    Migration(#[source] Box<Error>),
    /// The rows could not be loaded, or a snapshot could not be taken.
    #[error("the round trip was interrupted")]
    Postgres(#[from] postgres::Error),
    /// Rollbacks left something behind, or took too much.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Different(Vec<Deviation>),
}

/// What a rollback did not bring back as it was.
///
/// ```
/// use migrations_core::testing::Deviation;
///
/// fn to_blame(deviations: &[Deviation]) -> Vec<&str> {
///     deviations.iter().filter_map(|deviation| deviation.migration).collect()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deviation {
    /// The file name of the migration; `None`: the whole set.
    pub migration: Option<&'static str>,
    /// The objects that differ; their rows too, as `rows of schema.table: 10 → 9`.
    pub report: String,
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.migration {
            Some(stem) => writeln!(f, "after up and down of {stem}, the database is not what it was:")?,
            None => writeln!(f, "after all the way down and up, the database is not what it was:")?,
        }
        self.report.lines().try_for_each(|line| writeln!(f, "    {line}"))
    }
}

impl From<Error> for RoundTripError {
    fn from(error: Error) -> RoundTripError {
        RoundTripError::Migration(Box::new(error))
    }
}

impl<'a, M: MigrationSet> RoundTrip<'a, M> {
    /// A round trip with empty tables, which does not look at the order of columns.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::{RoundTrip, RoundTripError};
    /// RoundTrip::<Migration>::new().run()?; // as `round_trip::<Migration>()`
    /// # Ok::<(), RoundTripError>(())
    /// ```
    pub fn new() -> RoundTrip<'a, M> {
        RoundTrip { rows: None, lost: Vec::new(), column_order: false, set: PhantomData }
    }

    /// Loads rows when `after` is applied. From then on each rollback must also bring back the rows of every table that
    /// was there before its migration: their number and their contents.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::{RoundTrip, RoundTripError};
    /// let rows = "INSERT INTO shop.users (email) SELECT 'user ' || n FROM generate_series(1, 99) AS n";
    /// RoundTrip::new().rows(Migration::CreateUsers, |client| client.batch_execute(rows)).run()?;
    /// # Ok::<(), RoundTripError>(())
    /// ```
    #[must_use]
    pub fn rows(
        mut self,
        after: M,
        load: impl FnMut(&mut Client) -> Result<(), postgres::Error> + 'a,
    ) -> Self {
        self.rows = Some((after, Box::new(load)));
        self
    }

    /// Does not compare the rows of this table (`schema.table`): its rollback does not promise them.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::{RoundTrip, RoundTripError};
    /// # type Loaded = Result<(), postgres::Error>;
    /// # fn f(load: impl FnMut(&mut postgres::Client) -> Loaded) -> Result<(), RoundTripError> {
    /// RoundTrip::new().rows(Migration::CreateUsers, load).without_rows_of("shop.sessions").run()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn without_rows_of(mut self, table: impl Into<String>) -> Self {
        self.lost.push(table.into());
        self
    }

    /// Compares the physical order of columns too. A column that a rollback adds again always stands last.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::{RoundTrip, RoundTripError};
    /// // For applications that insert without naming the columns.
    /// RoundTrip::<Migration>::new().with_column_order().run()?;
    /// # Ok::<(), RoundTripError>(())
    /// ```
    #[must_use]
    pub fn with_column_order(mut self) -> Self {
        self.column_order = true;
        self
    }

    /// Runs it on a throw-away server.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::{RoundTrip, RoundTripError};
    /// let report = RoundTrip::<Migration>::new().run()?;
    /// println!("{} migrations went up, down and up again in {:?}", report.round_trips, report.duration);
    /// # Ok::<(), RoundTripError>(())
    /// ```
    ///
    /// # Errors
    /// See [`round_trip`].
    pub fn run(mut self) -> Result<RoundTripReport, RoundTripError> {
        let start = Instant::now();
        let server = Scratch::start()?;
        let mut client = server.database()?.connect(NoTls)?;
        let mut trip = Trip { deviations: Vec::new(), tables_compared: 0 };
        let mut irreversible = Vec::new();
        // Where the way down stops in the end: where rows were loaded, and as far down as it goes.
        let mut stops = vec![(None, self.snapshot(&mut client)?)];
        for migration in M::all() {
            let facts = migration.facts();
            if facts.irreversible.is_none() {
                let before = self.snapshot(&mut client)?;
                Migrator::new().up_to(migration).run(&mut client)?;
                Migrator::<M>::new().rollback_last(&mut client, 1)?;
                trip.compare(Some(facts.stem), &before, &self.snapshot(&mut client)?);
            }
            Migrator::new().up_to(migration).run(&mut client)?;
            let loaded = self.load_after(migration, &mut client)?;
            if facts.irreversible.is_some() {
                irreversible.push(facts.stem);
                stops.clear();
            }
            if loaded || facts.irreversible.is_some() {
                stops.push((Some(migration), self.snapshot(&mut client)?));
            }
        }
        let top = self.snapshot(&mut client)?;
        let mut rows_are_there = true;
        for (stop, snapshot) in stops.iter().rev() {
            match stop {
                Some(stop) => Migrator::new().rollback_to(&mut client, *stop)?,
                None => Migrator::<M>::new().rollback_all(&mut client)?,
            };
            let reached = self.snapshot(&mut client)?;
            trip.compare(None, &snapshot.with_rows_if(rows_are_there), &reached.with_rows_if(rows_are_there));
            rows_are_there = false;
        }
        Migrator::<M>::new().run(&mut client)?;
        trip.compare(None, &top.with_rows_if(false), &self.snapshot(&mut client)?.with_rows_if(false));
        if !trip.deviations.is_empty() {
            return Err(RoundTripError::Different(trip.deviations));
        }
        Ok(RoundTripReport {
            round_trips: M::all().len() - irreversible.len(),
            irreversible,
            tables_compared: trip.tables_compared,
            duration: start.elapsed(),
        })
    }

    /// Loads the rows, if this is when; answers whether it was.
    fn load_after(&mut self, migration: M, client: &mut Client) -> Result<bool, RoundTripError> {
        match &mut self.rows {
            Some((after, load)) if *after == migration => {
                load(client)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn snapshot(&self, client: &mut Client) -> Result<Snapshot, RoundTripError> {
        let ledger = [M::table().ledger_schema.to_owned(), format!("{}_backups", M::table().ledger_schema)];
        let ignored: Vec<&str> = ledger.iter().map(String::as_str).collect();
        let catalogue = match self.column_order {
            true => Catalogue::read_with_column_order(client, &ignored)?,
            false => Catalogue::read(client, &ignored)?,
        };
        let mut rows = Digests::new();
        if self.rows.is_some() {
            let mut tables = rows::tables(client, &ignored)?;
            tables.retain(|table| !self.lost.contains(&table.label));
            rows = rows::digests(client, &tables)?;
        }
        Ok(Snapshot { catalogue, rows })
    }
}

impl<M: MigrationSet> Default for RoundTrip<'_, M> {
    fn default() -> Self {
        RoundTrip::new()
    }
}

impl<M> fmt::Debug for RoundTrip<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoundTrip").field("column_order", &self.column_order).finish_non_exhaustive()
    }
}

/// A database at one moment.
struct Snapshot {
    catalogue: Catalogue,
    rows: Digests,
}

impl Snapshot {
    fn with_rows_if(&self, wanted: bool) -> Snapshot {
        let rows = if wanted { self.rows.clone() } else { Digests::new() };
        Snapshot { catalogue: self.catalogue.clone(), rows }
    }
}

/// What was found on the way.
struct Trip {
    deviations: Vec<Deviation>,
    tables_compared: usize,
}

impl Trip {
    fn compare(&mut self, migration: Option<&'static str>, before: &Snapshot, after: &Snapshot) {
        let difference: Difference = before.catalogue.difference(&after.catalogue);
        let mut report = difference.to_string();
        self.tables_compared += before.rows.len();
        report.push_str(&rows::difference(&before.rows, &after.rows));
        if !report.is_empty() {
            self.deviations.push(Deviation { migration, report });
        }
    }
}
