//! What becomes of migrations when connections, servers and processes fail.
//!
//! [`Faults`] makes a fault happen at every place where one can: behind each statement, at the border and inside of each
//! message, in each answer. After each fault the migration is run again without one. This must succeed, and what it leads
//! to must be what an undisturbed run leads to: catalogue, rows, history.
//!
//! ```no_run
//! migrations_core::embed_migrations!("examples/migrations");
//!
//! #[test]
//! fn every_migration_survives_every_fault() {
//!     let report = migrations_core::testing::faults::Faults::<Migration>::new().run().unwrap();
//!     println!("{report}");
//! }
//! ```
//!
//! On an empty database small migrations travel in one message. So the first scene is all of those together, called
//! `001_create_shop..012_add_index` in the text of a fault; in the others there is a history, and each is alone.
//!
//! Behind it is a [`Proxy`], which can also be used alone.

mod point;
mod points;
mod proxy;
mod report;
mod sample;
mod scene;
mod stage;
mod state;
mod strike;

use std::collections::HashSet;
use std::fmt;
use std::process::Command;
use std::time::Instant;

use postgres::{Client, Config};

pub use point::{At, Fault, How, Kind, Point, UnknownFault};
pub use proxy::{Proxy, Traffic};
pub use report::{Deviation, FaultError, FaultReport, Tally};

use crate::migrator::Migrator;
use crate::script::together;
use crate::set::MigrationSet;
use sample::{Selection, moments};
use scene::Scene;
use stage::{Stage, connect};
use strike::{Process, Striker};

/// Faults in the migrations of a set, on a throw-away server.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// use migrations_core::testing::faults::{Faults, Kind};
///
/// let report = Faults::<Migration>::new()
///     .rows(Migration::CreateUsers, |client| {
///         client.batch_execute("INSERT INTO shop.users (email) VALUES ('ada@example.org')")
///     })
///     .migrations(&[Migration::CreateUsers])
///     .only(&[Kind::Terminated, Kind::AnswerWithheld])
///     .sample(10, 42)
///     .limit(1000)
///     .on_fault(|fault| eprintln!("{fault}"))
///     .run()?;
/// println!("{report}");
///
/// // Once more, what was not as it should be.
/// let fault = "002_create_users/message 4/before answer/close".parse()?;
/// Faults::<Migration>::new().only_fault(fault).run()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Faults<'a, M> {
    rows: Vec<Rows<'a, M>>,
    migrations: Option<Vec<M>>,
    selection: Selection,
    limit: usize,
    process: Option<Process<'a, M>>,
    moments: (usize, u64),
    observer: Box<dyn FnMut(&Fault) + 'a>,
    alarm: Box<dyn FnMut(&Deviation) + 'a>,
}

/// Rows, and after which migration they are loaded.
type Rows<'a, M> = (M, Box<dyn FnMut(&mut Client) -> Result<(), postgres::Error> + 'a>);

impl<'a, M: MigrationSet> Faults<'a, M> {
    /// Every fault, with empty tables, and no process that could be killed.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::{FaultError, Faults};
    /// let report = Faults::<Migration>::new().run()?;
    /// assert_eq!(report.migrations, Migration::ALL.len());
    /// # Ok::<(), FaultError>(())
    /// ```
    pub fn new() -> Faults<'a, M> {
        Faults {
            rows: Vec::new(),
            migrations: None,
            selection: Selection::default(),
            limit: usize::MAX,
            process: None,
            moments: (0, 0),
            observer: Box::new(|_| {}),
            alarm: Box::new(|_| {}),
        }
    }

    /// Loads rows when `after` is applied; may be called for several migrations.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::{FaultError, Faults};
    /// // A `batch` has something to do only where there are rows.
    /// Faults::<Migration>::new()
    ///     .rows(Migration::CreateUsers, |client| {
    ///         client.batch_execute("INSERT INTO shop.users (email) VALUES ('ada@example.org')")
    ///     })
    ///     .run()?;
    /// # Ok::<(), FaultError>(())
    /// ```
    #[must_use]
    pub fn rows(
        mut self,
        after: M,
        load: impl FnMut(&mut Client) -> Result<(), postgres::Error> + 'a,
    ) -> Self {
        self.rows.push((after, Box::new(load)));
        self
    }

    /// Only faults in these migrations. The others are applied without.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::{FaultError, Faults};
    /// Faults::new().migrations(&[Migration::CreateUsers]).run()?;
    /// # Ok::<(), FaultError>(())
    /// ```
    #[must_use]
    pub fn migrations(mut self, migrations: &[M]) -> Self {
        self.migrations = Some(migrations.to_vec());
        self
    }

    /// Only faults of these kinds.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::{FaultError, Faults, Kind};
    /// // A commit of which the client does not hear.
    /// Faults::<Migration>::new().only(&[Kind::ClosedAfter, Kind::AnswerWithheld]).run()?;
    /// # Ok::<(), FaultError>(())
    /// ```
    #[must_use]
    pub fn only(mut self, kinds: &[Kind]) -> Self {
        self.selection.kinds = Some(kinds.to_vec());
        self
    }

    /// Only this fault, to see again what it does.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::Faults;
    /// let fault = "002_create_users/message 4/before answer/close".parse()?;
    /// Faults::<Migration>::new().only_fault(fault).run()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn only_fault(mut self, fault: Fault) -> Self {
        self.selection.only = Some(fault);
        self
    }

    /// About one fault in so many, always the same for a seed.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::{FaultError, Faults};
    /// let seed = std::env::var("FAULTS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(42);
    /// Faults::<Migration>::new().sample(100, seed).run()?;
    /// # Ok::<(), FaultError>(())
    /// ```
    #[must_use]
    pub fn sample(mut self, every: u64, seed: u64) -> Self {
        self.selection.sample = Some((every, seed));
        self
    }

    /// Ends after so many faults.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::{FaultError, Faults};
    /// assert!(Faults::<Migration>::new().limit(50).run()?.faults() <= 50);
    /// # Ok::<(), FaultError>(())
    /// ```
    #[must_use]
    pub fn limit(mut self, faults: usize) -> Self {
        self.limit = faults;
        self
    }

    /// How to start a process that runs the set up to the given migration, on the database of the given connection
    /// string. It is killed at the borders of messages.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// use std::process::Command;
    /// use migrations_core::testing::faults::Faults;
    ///
    /// let migrate = |database: &str, last: Migration| {
    ///     let mut command = Command::new("target/debug/migrate");
    ///     command.args(["--up-to", last.name()]).env("DATABASE_URL", database);
    ///     command
    /// };
    /// println!("{}", Faults::<Migration>::new().process(migrate).moments(20, 42).run()?);
    /// # Ok::<(), migrations_core::testing::faults::FaultError>(())
    /// ```
    #[must_use]
    pub fn process(mut self, command: impl Fn(&str, M) -> Command + 'a) -> Self {
        self.process = Some(Box::new(command));
        self
    }

    /// Kills the process at so many random moments of each migration besides.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::{FaultError, Faults};
    /// # fn f(migrate: impl Fn(&str, Migration) -> std::process::Command) -> Result<(), FaultError> {
    /// Faults::new().process(migrate).moments(20, 42).run()?; // 20 a migration; 42 is the seed
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn moments(mut self, of_each: usize, seed: u64) -> Self {
        self.moments = (of_each, seed);
        self
    }

    /// Calls `observer` with each fault before it happens.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::{FaultError, Faults};
    /// let mut count = 0;
    /// Faults::<Migration>::new().on_fault(|_| count += 1).run()?;
    /// println!("{count} faults");
    /// # Ok::<(), FaultError>(())
    /// ```
    #[must_use]
    pub fn on_fault(mut self, observer: impl FnMut(&Fault) + 'a) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Calls `alarm` with each deviation when it is found. All of them are in the report, too.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::{FaultError, Faults};
    /// Faults::<Migration>::new().on_deviation(|deviation| eprint!("{deviation}")).run()?;
    /// # Ok::<(), FaultError>(())
    /// ```
    #[must_use]
    pub fn on_deviation(mut self, alarm: impl FnMut(&Deviation) + 'a) -> Self {
        self.alarm = Box::new(alarm);
        self
    }

    /// Makes the faults happen, one after another.
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::Faults;
    /// match Faults::<Migration>::new().run() {
    ///     Ok(report) => println!("{report}"),
    ///     Err(error) => eprintln!("{error}"), // the same table, and each deviation
    /// }
    /// ```
    ///
    /// # Errors
    /// After some faults something was not as it should be ([`FaultError::Different`]); or there is no throw-away server,
    /// or a migration fails without a fault.
    pub fn run(mut self) -> Result<FaultReport, FaultError> {
        let start = Instant::now();
        let stage = Stage::new()?;
        let proxy = Proxy::start(&stage.config()).map_err(FaultError::Proxy)?;
        let mut striker = Striker { stage, proxy, process: self.process.take() };
        let mut report = FaultReport::default();
        let mut before = striker.stage.empty()?;
        self.play_together(&mut striker, &before, &mut report)?;
        let end = M::all().rposition(|migration| self.is_hit(migration)).map_or(0, |last| last + 1);
        for migration in M::all().take(end) {
            let after = if self.is_hit(migration) {
                let what = (migration.facts().stem.to_owned(), migration);
                let scene = Scene::new(&mut striker.stage, &striker.proxy, before, what)?;
                self.play(&mut striker, &scene, &mut report)?;
                striker.stage.discard(scene.before)?;
                scene.after
            } else {
                Migrator::new().up_to(migration).run(&mut connect(&before)?)?;
                before
            };
            before = self.load_after(migration, &mut striker.stage, after)?;
        }
        if let Some(only) = self.selection.only.take().filter(|_| report.faults() == 0) {
            report.note(only, "there is no such migration\n".to_owned());
        }
        report.duration = start.elapsed();
        if report.deviations.is_empty() { Ok(report) } else { Err(FaultError::Different(Box::new(report))) }
    }

    /// Makes faults happen in the first message of a run on an empty database, if several migrations travel in it.
    fn play_together(
        &mut self,
        striker: &mut Striker<'_, M>,
        empty: &Config,
        report: &mut FaultReport,
    ) -> Result<(), FaultError> {
        let places: Vec<usize> = M::all().map(M::position).collect();
        let count = if places.is_empty() { 0 } else { together(M::table().facts(), &places, false) };
        let Some(last) = count.checked_sub(1).filter(|last| *last > 0).map(M::at) else { return Ok(()) };
        let name = format!("{}..{}", M::at(0).facts().stem, last.facts().stem);
        let is_hit = match (&self.selection.only, &self.migrations) {
            (Some(only), _) => only.migration == name,
            (None, migrations) => migrations.is_none(),
        };
        if is_hit {
            let scene = Scene::new(&mut striker.stage, &striker.proxy, empty.clone(), (name, last))?;
            self.play(striker, &scene, report)?;
            striker.stage.discard(scene.after)?;
        }
        Ok(())
    }

    /// Whether there are to be faults in a migration.
    fn is_hit(&self, migration: M) -> bool {
        match (&self.selection.only, &self.migrations) {
            (Some(only), _) => only.migration == migration.facts().stem,
            (None, Some(migrations)) => migrations.contains(&migration),
            (None, None) => true,
        }
    }

    /// Makes the faults of one scene happen.
    fn play(
        &mut self,
        striker: &mut Striker<'_, M>,
        scene: &Scene<M>,
        report: &mut FaultReport,
    ) -> Result<(), FaultError> {
        let (mut messages, mut places) = (HashSet::new(), HashSet::new());
        for fault in self.faults(scene, striker.process.is_some()) {
            if report.faults() >= self.limit {
                break;
            }
            (self.observer)(&fault);
            let point = fault.point;
            messages.insert(point.message);
            places.insert((point.message, point.at));
            let known = report.deviations.len();
            report.note(fault, striker.strike(scene, point)?);
            report.deviations[known..].iter().for_each(&mut self.alarm);
        }
        report.migrations += usize::from(!messages.is_empty());
        report.messages += messages.len();
        report.places += places.len();
        report.not_compared.extend(scene.not_compared());
        Ok(())
    }

    /// The faults of one scene that were asked for.
    fn faults(&self, scene: &Scene<M>, kill: bool) -> Vec<Fault> {
        let migration = scene.name.clone();
        let mut points = points::all(&scene.conversation, kill);
        if kill {
            let moments = moments(&migration, self.moments, scene.duration).into_iter();
            let at = moments.map(At::AfterMicroseconds);
            points.extend(at.map(|at| Point { message: 1, at, how: How::Kill }));
        }
        if let Some(only) = &self.selection.only {
            points = vec![only.point];
        }
        let faults = points.into_iter().map(|point| Fault { migration: migration.clone(), point });
        faults.filter(|fault| self.selection.has(fault)).collect()
    }

    /// The database before the next migration: the one after this, with the rows that are to be there from then on.
    fn load_after(
        &mut self,
        migration: M,
        stage: &mut Stage,
        database: Config,
    ) -> Result<Config, FaultError> {
        for (_, load) in self.rows.iter_mut().filter(|(after, _)| *after == migration) {
            load(&mut connect(&database)?)?;
        }
        stage.wait_until_left(&database)?;
        Ok(database)
    }
}

impl<M: MigrationSet> Default for Faults<'_, M> {
    fn default() -> Self {
        Faults::new()
    }
}

impl<M> fmt::Debug for Faults<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").field("selection", &self.selection).finish_non_exhaustive()
    }
}
