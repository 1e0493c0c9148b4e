//! What can go wrong, as one opaque error.

pub(crate) mod codes;
#[cfg(feature = "cli")]
mod json;
mod kind;
mod place;
mod report;
#[cfg(test)]
mod tests;
mod trace;
mod words;

#[cfg(feature = "fuzzing")]
pub(crate) use kind::NAMES;
use kind::ends_connection;
pub(crate) use kind::{
    Change, Failure, Kind, is_of_connection_string, is_of_connections, of_postgres, of_system,
};
pub use place::Location;
pub(crate) use place::{Blame, Place};
pub(crate) use trace::Trace;
use words::Words;
pub(crate) use words::sentence;

use std::error::Error as StdError;
use std::fmt;

use migrations_text::printable;
use postgres::error::{DbError, SqlState};

use crate::report::Blocker;

/// The code with which the ledger's `claim` fails.
const TAKEN_OVER: &str = "MG001";

/// Why migrations did not run.
///
/// `Display` is one sentence; `Debug` and [`Error::report`] show the place in the file with an excerpt;
/// [`source`](std::error::Error::source) is the error of the `postgres` crate, where there is one.
///
/// ```
/// # #[cfg(not(feature = "scratch"))]
/// # fn main() {}
/// # #[cfg(feature = "scratch")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # migrations_core::embed_migrations!("examples/migrations");
/// # let server = migrations_core::scratch::Scratch::start()?;
/// # let mut client = server.connect()?;
/// // Another table has an index with the name that the one of 002_create_users is to have.
/// client.batch_execute(
///     "CREATE SCHEMA shop; CREATE TABLE shop.people (email text CONSTRAINT users_email_key UNIQUE)",
/// )?;
/// let error = Migration::run_all(&mut client).unwrap_err();
/// assert!(error.is_migration_failed());
/// assert_eq!(error.failed_migration(), Some("002_create_users"));
/// assert_eq!(error.location().unwrap().line, 7);
/// assert_eq!(error.sqlstate(), Some("42P07"));
/// assert_eq!(error.server_message(), Some("relation \"users_email_key\" already exists"));
/// assert_eq!(error.applied(), ["001_create_shop"], "which is committed");
/// # Ok(())
/// # }
/// ```
pub struct Error {
    kind: Box<Kind>,
    applied: Vec<String>,
    is_rollback: bool,
}

impl Error {
    pub(crate) fn database(doing: &'static str, source: postgres::Error) -> Error {
        Kind::Database { doing, source }.into()
    }

    pub(crate) fn after_attempts(mut self, made: u32) -> Error {
        if let Kind::Failed(failure) = &mut *self.kind {
            failure.attempts = made;
        }
        self
    }

    /// Something of the migration that failed was kept, because it does not run in one transaction.
    pub(crate) fn keeping(mut self, what: String) -> Error {
        if let Kind::Failed(failure) = &mut *self.kind {
            failure.kept = Some(what);
        }
        self
    }

    pub(crate) fn after(mut self, applied: Vec<String>) -> Error {
        self.applied = applied;
        self
    }

    pub(crate) fn after_rollback_of(mut self, undone: Vec<String>) -> Error {
        self.is_rollback = true;
        self.after(undone)
    }

    /// The migrations that this call had applied (or rolled back), and committed, before it failed.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// println!("{} migrations were applied before: {}", error.applied().len(), error.applied().join(", "));
    /// # }
    /// ```
    pub fn applied(&self) -> &[String] {
        &self.applied
    }

    /// The file name of the migration that failed, without extension.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// match error.failed_migration() {
    ///     Some(migration) => eprintln!("see to {migration}"),
    ///     None => eprintln!("no migration is to blame: {error}"),
    /// }
    /// # }
    /// ```
    pub fn failed_migration(&self) -> Option<&str> {
        match &*self.kind {
            Kind::Failed(failure) => Some(&failure.stem),
            _ => None,
        }
    }

    /// The place of the statement, or of the token in it, that failed; `None` when it is not known, such as after a lost
    /// connection.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// if let Some(place) = error.location() {
    ///     eprintln!("{place}"); // migrations/sql/schema/002_create_users.sql:7:1
    /// }
    /// # }
    /// ```
    pub fn location(&self) -> Option<&Location> {
        match &*self.kind {
            Kind::Failed(failure) => failure.blame.place.location(),
            _ => None,
        }
    }

    /// The code of the server's error, such as `42P01`.
    ///
    /// ```
    /// use migrations_core::{Error, postgres::error::SqlState};
    ///
    /// fn lacks_rights(error: &Error) -> bool {
    ///     error.sqlstate() == Some(SqlState::INSUFFICIENT_PRIVILEGE.code())
    /// }
    /// ```
    pub fn sqlstate(&self) -> Option<&str> {
        self.server().map(|error| error.code().code())
    }

    /// The server's message.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// let said = error.server_message().unwrap_or("the server has said nothing");
    /// # }
    /// ```
    pub fn server_message(&self) -> Option<&str> {
        self.server().map(DbError::message)
    }

    /// The server's detail.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// if let Some(detail) = error.detail() {
    ///     eprintln!("{detail}"); // Key (email)=(ada@example.org) is duplicated.
    /// }
    /// # }
    /// ```
    pub fn detail(&self) -> Option<&str> {
        self.server().and_then(DbError::detail)
    }

    /// The server's hint.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// if let Some(hint) = error.hint() {
    ///     eprintln!("{hint}"); // Perhaps you meant to reference the column "users.email".
    /// }
    /// # }
    /// ```
    pub fn hint(&self) -> Option<&str> {
        self.server().and_then(DbError::hint)
    }

    /// A migration failed; nothing of it was kept.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// if error.is_migration_failed() {
    ///     eprintln!("{}", error.report(true)); // the statement, and what is wrong with it
    /// }
    /// # }
    /// ```
    pub fn is_migration_failed(&self) -> bool {
        matches!(*self.kind, Kind::Failed(_))
    }

    /// A statement behind `-- @verify` returned something other than true; nothing of the migration was kept.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// if error.is_verification_failed() {
    ///     eprintln!("the rows of this database are not what the migration expects: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_verification_failed(&self) -> bool {
        matches!(&*self.kind, Kind::Failed(failure) if failure.blame.verification)
            && self.sqlstate() == Some(SqlState::ASSERT_FAILURE.code())
    }

    /// An applied migration's file has changed since.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// if error.is_changed() {
    ///     eprintln!("{error}; git log has what was applied");
    /// }
    /// # }
    /// ```
    pub fn is_changed(&self) -> bool {
        matches!(*self.kind, Kind::Changed(_) | Kind::StepChanged { .. } | Kind::ChangedSince { .. })
    }

    /// The database has migrations that this set does not know.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator, Report};
    /// fn start(client: &mut postgres::Client) -> Result<Report<Migration>, Error> {
    ///     match Migration::run_all(client) {
    ///         // An older build is deployed again, on purpose.
    ///         Err(error) if error.is_missing() => Migrator::new().allow_unknown(true).run(client),
    ///         outcome => outcome,
    ///     }
    /// }
    /// ```
    pub fn is_missing(&self) -> bool {
        matches!(
            *self.kind,
            Kind::Missing(_)
                | Kind::NotInSet { .. }
                | Kind::RenamedSince { .. }
                | Kind::PartlyReplaced { .. }
        )
    }

    /// Another process held the lock for longer than `wait_for_lock`.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) -> std::process::ExitCode {
    /// // `EX_TEMPFAIL`: the scheduler is to try again later.
    /// std::process::ExitCode::from(if error.is_lock_wait_timeout() { 75 } else { 1 })
    /// # }
    /// ```
    pub fn is_lock_wait_timeout(&self) -> bool {
        matches!(*self.kind, Kind::LockWait { .. })
    }

    /// A migration that was to be rolled back cannot be; nothing was touched.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # fn f(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
    /// match Migration::rollback_last(client, 1) {
    ///     Err(error) if error.is_irreversible() => println!("there is no way back: {error}"),
    ///     outcome => println!("{} migrations are rolled back", outcome?.len()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_irreversible(&self) -> bool {
        matches!(*self.kind, Kind::Irreversible { .. })
    }

    /// A migration that was to be rolled back is needed by others that are applied, or by a batched runner
    /// that is half done; nothing was touched.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client) -> Result<(), Error> {
    /// if let Err(error) = Migrator::new().rollback_one(client, Migration::CreateShop) {
    ///     if error.is_needed() {
    ///         println!("{error}"); // other applied migrations need it: create_users; …
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_needed(&self) -> bool {
        matches!(*self.kind, Kind::NeededBy(_) | Kind::HalfDone { .. })
    }

    /// The migration to roll back to is not applied.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # fn f(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
    /// match Migration::rollback_to(client, Migration::CreateUsers) {
    ///     Err(error) if error.is_not_applied() => println!("this database has never come so far"),
    ///     outcome => println!("{} migrations are rolled back", outcome?.len()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_not_applied(&self) -> bool {
        matches!(*self.kind, Kind::NotApplied { .. })
    }

    /// The run was stopped before a migration, or between two batches of one, as it was asked to.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::{Error, Migrator};
    /// # fn f(client: &mut postgres::Client, evening: impl Fn() -> bool) -> Result<(), Error> {
    /// match Migrator::<Migration>::new().stop_when(evening).run(client) {
    ///     Err(error) if error.is_stopped() => println!("to be continued tomorrow"),
    ///     outcome => println!("{}", outcome?),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_stopped(&self) -> bool {
        matches!(*self.kind, Kind::Stopped { .. } | Kind::StoppedBefore { .. })
    }

    /// The server takes no changes: it is a standby, or read-only by its settings.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # fn f(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
    /// match Migration::run_all(client) {
    ///     Err(error) if error.is_read_only() => eprintln!("a standby gets it all from the primary"),
    ///     outcome => println!("{}", outcome?),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_read_only(&self) -> bool {
        matches!(*self.kind, Kind::ReadOnly)
            || self.server().is_some_and(|error| *error.code() == SqlState::READ_ONLY_SQL_TRANSACTION)
    }

    /// Something in the ledger's place is not the ledger: a view, a table with triggers, a schema of another role.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// if error.is_ledger_untrusted() {
    ///     eprintln!("somebody should look at this: {}", error.report(false));
    /// }
    /// # }
    /// ```
    pub fn is_ledger_untrusted(&self) -> bool {
        matches!(*self.kind, Kind::LedgerUntrusted { .. })
    }

    /// A statement of a `@no-transaction` file was running when a connection was lost, and nobody but its author
    /// can tell what it has done.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// if error.is_unsettled() {
    ///     // It names the statement, and what to enter when it has run and when it has not.
    ///     eprintln!("{}", error.report(true));
    /// }
    /// # }
    /// ```
    pub fn is_unsettled(&self) -> bool {
        matches!(*self.kind, Kind::Unsettled { .. })
    }

    /// The sessions that held the locks which a migration has waited for in vain.
    ///
    /// ```
    /// # fn f(error: migrations_core::Error) {
    /// for blocker in error.blockers() {
    ///     eprintln!("SELECT pg_terminate_backend({}); -- {}", blocker.pid, blocker.query);
    /// }
    /// # }
    /// ```
    pub fn blockers(&self) -> &[Blocker] {
        match &*self.kind {
            Kind::Failed(failure) => &failure.blockers,
            _ => &[],
        }
    }

    /// A lock timeout, a deadlock or a serialization failure.
    pub(crate) fn is_transient(&self) -> bool {
        let passing = [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::T_R_SERIALIZATION_FAILURE,
        ];
        self.server().is_some_and(|error| passing.contains(error.code()))
    }

    /// What is not to be done again when another run has taken the lease over: what it would begin with has changed.
    pub(crate) fn once_overtaken(self) -> Error {
        if self.is_taken_over() { Kind::Overtaken.into() } else { self }
    }

    /// Another run has the lease.
    pub(crate) fn is_taken_over(&self) -> bool {
        self.sqlstate() == Some(TAKEN_OVER)
    }

    /// The connection was inside a transaction.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # fn f(client: &mut postgres::Client) -> Result<(), postgres::Error> {
    /// client.batch_execute("BEGIN")?;
    /// assert!(Migration::run_all(client).unwrap_err().is_in_transaction());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_in_transaction(&self) -> bool {
        matches!(*self.kind, Kind::InTransaction)
    }

    /// The call came from async code.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// async fn start(client: &mut postgres::Client) {
    ///     let error = Migration::run_all(client).unwrap_err();
    ///     assert!(error.is_async_context()); // use `tokio::task::spawn_blocking`
    /// }
    /// ```
    pub fn is_async_context(&self) -> bool {
        matches!(*self.kind, Kind::AsyncContext)
    }

    /// The connection is gone, because the server ended it or the network did, or none could be made.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use std::time::Duration;
    /// # use migrations_core::Migrator;
    /// # use postgres::{Client, NoTls};
    /// let migrator = Migrator::<Migration>::new().wait_for_lock(Duration::ZERO);
    /// let outcome = migrator.run_with(|| Client::connect("host=/no/such/folder user=app", NoTls));
    /// assert!(outcome.unwrap_err().is_connection());
    /// ```
    pub fn is_connection(&self) -> bool {
        matches!(*self.kind, Kind::Connect { .. } | Kind::ConnectionString)
            || self.postgres().is_some_and(ends_connection)
    }

    /// The connection was lost for a reason that lies outside of what was being done, and may pass. A limit of the
    /// server would be exceeded again, and a full disk bring it down again.
    pub(crate) fn is_outage(&self) -> bool {
        let is_outside = |error: &postgres::Error| error.code().is_none_or(is_of_connections);
        self.is_connection() && self.postgres().is_none_or(is_outside)
    }

    fn postgres(&self) -> Option<&postgres::Error> {
        self.kind.source().and_then(of_postgres)
    }

    fn server(&self) -> Option<&DbError> {
        self.postgres().and_then(postgres::Error::as_db_error)
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Error {
        Error { kind: Box::new(kind), applied: Vec::new(), is_rollback: false }
    }
}

/// The report, because that is what `fn main() -> Result<(), Error>` shows.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.report(false);
        f.write_str(report.strip_prefix("error: ").unwrap_or(&report))
    }
}

/// One line; what the server and the ledger say is made fit for a terminal.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&Words::of(&self.kind).line()))
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.kind.source()
    }
}
