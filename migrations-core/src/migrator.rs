//! The run of a set, with its options.

mod adopt;
mod rollback;

use std::collections::HashMap;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use postgres::Client;

use crate::engine::{self, Engine};
use crate::error::Error;
use crate::ledger::{Ledger, Run};
use crate::plan::Plan;
use crate::report::{Applied, Event, Report};
use crate::script::Limits;
use crate::set::{MigrationSet, Table};
use crate::status::{Entry, Status};

/// Runs a set of migrations, with options.
///
/// `Migration::run_all(&mut client)` is the short form, with every option at its default.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// use std::time::Duration;
/// use migrations_core::Migrator;
///
/// let mut client = postgres::Client::connect("host=localhost user=app", postgres::NoTls)?;
/// let report = Migrator::<Migration>::new()
///     .lock_timeout(Duration::from_secs(2))
///     .on_event(|event| eprintln!("{event}"))
///     .run(&mut client)?;
/// println!("{report}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Migrator<'a, M> {
    table: &'static Table,
    ledger_schema: String,
    limits: Limits,
    wait_for_lock: Duration,
    attempts: u32,
    end: usize,
    without: Vec<usize>,
    dry_run: bool,
    allow_unknown: bool,
    one_by_one: bool,
    with_dependents: bool,
    batch_pause: Duration,
    stop: Box<dyn Fn() -> bool + 'a>,
    observer: Box<dyn FnMut(Event<M>) + 'a>,
    set: PhantomData<M>,
}

impl<'a, M: MigrationSet> Migrator<'a, M> {
    /// A run with every option at its default.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let report = Migrator::<Migration>::new().run(client)?; // as `Migration::run_all`
    /// # Ok(())
    /// # }
    /// ```
    pub fn new() -> Migrator<'a, M> {
        Migrator::over(M::table())
    }

    /// A run of another table than the one of `M`, whose members then stand for its places.
    #[doc(hidden)]
    pub fn over(table: &'static Table) -> Migrator<'a, M> {
        Migrator {
            table,
            ledger_schema: table.ledger_schema.to_owned(),
            limits: Limits { lock: Some(Duration::from_secs(5)), statement: None, backup_bytes: 1 << 30 },
            wait_for_lock: Duration::from_secs(60),
            attempts: 5,
            end: table.len(),
            without: Vec::new(),
            dry_run: false,
            allow_unknown: false,
            one_by_one: false,
            with_dependents: false,
            batch_pause: Duration::ZERO,
            stop: Box::new(|| false),
            observer: Box::new(|_| {}),
            set: PhantomData,
        }
    }

    /// How long a statement may wait for a lock on a table before this attempt of its migration fails (and nothing of it
    /// is kept). Default: 5 s. While it waits, everybody who comes later waits behind it. Zero: without limit.
    ///
    /// It does not hold for what cannot run in a transaction, such as `CREATE INDEX CONCURRENTLY`, which waits
    /// without keeping others waiting; `SET lock_timeout` in the file does.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use std::time::Duration;
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // On a busy database: nobody waits behind it for long, and it tries often.
    /// Migrator::<Migration>::new().lock_timeout(Duration::from_millis(500)).attempts(30).run(client)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.limits.lock = Some(limit);
        self
    }

    /// How often a migration is tried that fails for a lock timeout, a deadlock or a serialization failure, with a growing
    /// pause before each further attempt (0.1 to 5 s). Default: 5. Code in Rust is called again for each attempt.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // In a test, where nothing passes by itself.
    /// Migrator::<Migration>::new().attempts(1).run(client)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// How long a statement may run. Default: what the server or the role says. Zero: without limit.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use std::time::Duration;
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // The role has a limit that is meant for its web requests.
    /// Migrator::<Migration>::new().statement_timeout(Duration::ZERO).run(client)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.limits.statement = Some(limit);
        self
    }

    /// The largest table, in bytes, that `-- @backup` copies; a larger one is an error that names pg_dump. Default: 1 GiB.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// Migrator::<Migration>::new().backup_limit(20 << 30).run(client)?; // 20 GiB
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn backup_limit(mut self, bytes: u64) -> Self {
        self.limits.backup_bytes = bytes;
        self
    }

    /// How long to wait while another process migrates this database and, in [`Migrator::run_with`], for a connection.
    /// Default: 60 s.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use std::time::Duration;
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // Many instances start at once, and one of them builds an index for a quarter of an hour.
    /// Migrator::<Migration>::new().wait_for_lock(Duration::from_secs(20 * 60)).run(client)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn wait_for_lock(mut self, limit: Duration) -> Self {
        self.wait_for_lock = limit;
        self
    }

    /// The schema of the ledger. Default: `ledger_schema` of `migrations.toml`, which is `migrations` unless set.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // Two applications in one database, each with a ledger of its own.
    /// Migrator::<Migration>::new().ledger_schema("shop_migrations").run(client)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn ledger_schema(mut self, schema: impl Into<String>) -> Self {
        self.ledger_schema = schema.into();
        self
    }

    /// Stop when `last` and everything before it in execution order is applied.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let report = Migrator::new().up_to(Migration::CreateShop).run(client)?;
    /// assert!(report.applied.len() < Migration::ALL.len());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn up_to(mut self, last: M) -> Self {
        self.end = last.position() + 1;
        self
    }

    /// A connection as [`Migrator::run_with`] makes it: a server that is starting is waited for.
    #[cfg(feature = "cli")]
    pub(crate) fn connected(
        mut self,
        mut connect: impl FnMut() -> Result<Client, postgres::Error>,
    ) -> Result<Client, Error> {
        self.with_engine(None, |engine| engine.connected(&mut connect))
    }

    /// Do not apply these, which nothing else needs.
    #[cfg(feature = "cli")]
    pub(crate) fn without(mut self, members: &[M]) -> Self {
        self.without = members.iter().map(|member| member.position()).collect();
        self
    }

    /// Change nothing: the report says what would be applied, or what would be rolled back or adopted.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let report = Migrator::<Migration>::new().dry_run(true).run(client)?;
    /// println!("{report}"); // 2 migrations would be applied in 3.1 ms
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Accept a database that has migrations which this build does not know, as it is when an older build is deployed
    /// again after a newer one. Default: that is an error. It stays one when the newer build has renamed a migration that
    /// this one would apply again by its old name.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // The new build is rolled back, its migrations are not.
    /// Migrator::<Migration>::new().allow_unknown(true).run(client)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn allow_unknown(mut self, allow: bool) -> Self {
        self.allow_unknown = allow;
        self
    }

    /// Send each migration in a message of its own. Default: on a database without a history, up to 128 small ones travel
    /// together, each in its transaction still; [`Event`]s then come when all of them are done.
    #[must_use]
    pub fn one_by_one(mut self, one_by_one: bool) -> Self {
        self.one_by_one = one_by_one;
        self
    }

    /// When rolling back: take along the applied migrations that need one of those to be rolled back. Default: that they
    /// exist is an error.
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
    /// Migration::run_all(&mut client)?;
    /// let error = Migrator::new().rollback_one(&mut client, Migration::CreateShop).unwrap_err();
    /// assert!(error.is_needed(), "002_create_users depends on it");
    ///
    /// let undone = Migrator::new().with_dependents(true).rollback_one(&mut client, Migration::CreateShop)?;
    /// let names: Vec<&str> = undone.iter().map(|undone| undone.name.as_str()).collect();
    /// assert_eq!(names, ["create_users", "create_shop"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_dependents(mut self, take_along: bool) -> Self {
        self.with_dependents = take_along;
        self
    }

    /// How long a batched runner rests between two batches, for the sake of everybody else. Default: not at all.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use std::time::Duration;
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// // The replicas keep up, and so does autovacuum.
    /// Migrator::<Migration>::new().batch_pause(Duration::from_millis(200)).run(client)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn batch_pause(mut self, pause: Duration) -> Self {
        self.batch_pause = pause;
        self
    }

    /// Asked before each message to the server, which is most often a migration, and between two batches of a batched runner, whether to stop there. The run then ends with
    /// [`Error::is_stopped`], and the next one goes on where it was.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use std::time::{Duration, Instant};
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let end = Instant::now() + Duration::from_secs(2 * 60 * 60);
    /// let outcome = Migrator::<Migration>::new().stop_when(|| Instant::now() > end).run(client);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn stop_when(mut self, stop: impl Fn() -> bool + 'a) -> Self {
        self.stop = Box::new(stop);
        self
    }

    /// Stops after Ctrl-C (and SIGTERM) as [`Migrator::stop_when`] does; a second one ends the process at once.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// match Migrator::<Migration>::new().stop_on_ctrl_c()?.run(client) {
    ///     Err(error) if error.is_stopped() => eprintln!("{error}"),
    ///     outcome => println!("{}", outcome?),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The program has a handler for these signals already.
    #[cfg(feature = "ctrl-c")]
    pub fn stop_on_ctrl_c(self) -> Result<Self, Error> {
        let asked = crate::signal::asked_to_stop()?;
        Ok(self.stop_when(|| asked.load(std::sync::atomic::Ordering::SeqCst)))
    }

    /// Calls `observer` with what is happening, while it happens.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use std::time::Duration;
    /// # use migrations_core::{Event, Migrator};
    /// # use postgres::{Client, NoTls};
    /// let mut reasons = Vec::new();
    /// let outcome = Migrator::<Migration>::new()
    ///     .wait_for_lock(Duration::from_millis(20))
    ///     .on_event(|event| {
    ///         if let Event::Reconnecting(reason) = event {
    ///             reasons.push(reason);
    ///         }
    ///     })
    ///     .run_with(|| Client::connect("host=/no/such/folder user=app", NoTls));
    /// assert!(outcome.is_err() && !reasons.is_empty());
    /// ```
    #[must_use]
    pub fn on_event(mut self, observer: impl FnMut(Event<M>) + 'a) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Applies what is pending, each migration exactly once and in a transaction of its own.
    ///
    /// When there is nothing to do this is one round trip. Any number of processes may call it at the same moment: one
    /// works, the others wait and then find the work done.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let report = Migrator::<Migration>::new().run(client)?;
    /// if !report.is_up_to_date() {
    ///     println!("{report}"); // 2 migrations applied in 41 ms
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - a migration fails ([`Error::is_migration_failed`]); those before it stay applied,
    /// - an applied file was changed ([`Error::is_changed`]),
    /// - the database has migrations that are not in the set ([`Error::is_missing`]),
    /// - another process migrates for too long ([`Error::is_lock_wait_timeout`]),
    /// - the server is a standby or read-only ([`Error::is_read_only`]), or the ledger is not what it should be
    ///   ([`Error::is_ledger_untrusted`]),
    /// - only its author can tell what an interrupted statement has done ([`Error::is_unsettled`]),
    /// - the connection is inside a transaction ([`Error::is_in_transaction`]) or lost ([`Error::is_connection`]),
    /// - the call comes from async code ([`Error::is_async_context`]).
    pub fn run(self, client: &mut Client) -> Result<Report<M>, Error> {
        self.report(|engine, dry_run| if dry_run { engine.dry_run(client) } else { engine.run(client) })
    }

    /// Applies what is pending on a connection that it makes itself, and on another one when that is lost: when the
    /// server restarts, the network is cut, a standby takes over. If a connection dies between `COMMIT` and its answer,
    /// the ledger decides. A server that is starting, or has no connection to give, is asked again within
    /// [`Migrator::wait_for_lock`].
    ///
    /// A network that falls silent is noticed only if the connection has a limit:
    /// [`Config::tcp_user_timeout`](postgres::Config::tcp_user_timeout) and
    /// [`Config::keepalives_idle`](postgres::Config::keepalives_idle).
    ///
    /// ```no_run
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// use migrations_core::Migrator;
    /// use postgres::{Client, NoTls};
    ///
    /// let report = Migrator::<Migration>::new().run_with(|| Client::connect("host=localhost user=app", NoTls))?;
    /// # Ok::<(), migrations_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Migrator::run`]; [`Error::is_connection`] when no connection could be made in time, or when one was lost three
    /// times at the same migration.
    pub fn run_with(
        self,
        mut connect: impl FnMut() -> Result<Client, postgres::Error>,
    ) -> Result<Report<M>, Error> {
        self.report(|engine, dry_run| match dry_run {
            true => engine.connected(&mut connect).and_then(|mut client| engine.dry_run(&mut client)),
            false => engine.run_with(&mut connect),
        })
    }

    fn report(
        mut self,
        work: impl FnOnce(&mut Engine<'_>, bool) -> Result<Vec<(usize, Duration)>, Error>,
    ) -> Result<Report<M>, Error> {
        let start = Instant::now();
        let dry_run = self.dry_run;
        let mut logs: HashMap<usize, Vec<String>> = HashMap::new();
        let applied = self.with_engine(Some(&mut logs), |engine| work(engine, dry_run))?;
        let applied = applied.into_iter().map(|(place, duration)| Applied {
            migration: M::at(place),
            duration,
            log: logs.remove(&place).unwrap_or_default(),
        });
        Ok(Report { applied: applied.collect(), duration: start.elapsed(), dry_run })
    }

    /// What a run would do, in order, and why in this order. Changes nothing and takes no lock.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// for step in Migrator::<Migration>::new().plan(client)?.steps {
    ///     println!("{}:\n{}", step.migration.path(), step.messages.join("\n"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Migrator::run`], except that nothing is applied.
    pub fn plan(mut self, client: &mut Client) -> Result<Plan<M>, Error> {
        self.with_engine(None, |engine| {
            let comparison = engine.comparison(client)?;
            let pending = engine.pending(&comparison)?;
            let one_by_one = engine.runs_one_by_one(&comparison);
            Ok(Plan::new(engine.table, &pending, one_by_one, &engine.ledger, engine.limits))
        })
    }

    /// What is applied, pending, changed, or not known to this set. Changes nothing and takes no lock.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// let status = Migrator::<Migration>::new().status(client)?;
    /// let is_ready = status.pending().next().is_none();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The history cannot be read.
    pub fn status(mut self, client: &mut Client) -> Result<Status<M>, Error> {
        self.with_engine(None, |engine| Ok(Status::new(engine.table.facts(), engine.comparison(client)?)))
    }

    /// Everything that the journal says has ever happened to this database, in order.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// for entry in Migrator::<Migration>::new().journal(client)? {
    ///     println!("{} {} {} by {}", entry.at, entry.name, entry.event, entry.by);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn journal(self, client: &mut Client) -> Result<Vec<Entry>, Error> {
        let ledger = Ledger::new(&self.ledger_schema);
        engine::blocking(|| ledger.journal(client))
    }

    pub(crate) fn with_engine<T>(
        &mut self,
        mut logs: Option<&mut HashMap<usize, Vec<String>>>,
        work: impl FnOnce(&mut Engine<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let observer = &mut self.observer;
        let mut observe = |event: engine::Event| {
            match (&event, &mut logs) {
                (engine::Event::Log(place, line), Some(logs)) => {
                    logs.entry(*place).or_default().push(line.clone());
                }
                // What it said before is said again.
                (engine::Event::Retrying { place, .. }, Some(logs)) => drop(logs.remove(place)),
                _ => {}
            }
            observer(Event::from(event));
        };
        let mut engine = Engine {
            table: self.table,
            ledger: Ledger::new(&self.ledger_schema),
            run: Run::new(self.batch_pause),
            limits: self.limits,
            wait_for_lock: self.wait_for_lock,
            attempts: self.attempts,
            end: self.end,
            without: &self.without,
            allow_unknown: self.allow_unknown,
            one_by_one: self.one_by_one,
            stop: &*self.stop,
            batch_pause: self.batch_pause,
            observer: &mut observe,
        };
        work(&mut engine)
    }
}

impl<M: MigrationSet> Default for Migrator<'_, M> {
    fn default() -> Self {
        Migrator::new()
    }
}

impl<M> std::fmt::Debug for Migrator<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Migrator")
            .field("ledger_schema", &self.ledger_schema)
            .field("limits", &self.limits)
            .field("wait_for_lock", &self.wait_for_lock)
            .finish_non_exhaustive()
    }
}
