//! What can go wrong, as one opaque error.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

use migrations_rules::{Excerpt, Level, Position, Problem, Text, render};
use postgres::error::{DbError, Severity, SqlState};

use crate::report::{Blocker, Holder};

/// The code with which the ledger's `claim` fails.
const TAKEN_OVER: &str = "MG001";

/// Why migrations did not run.
///
/// `Display` is one sentence; `Debug` and [`Error::report`] show the place in the file with an excerpt;
/// [`source`](std::error::Error::source) is the error of the `postgres` crate, where there is one.
pub struct Error {
    kind: Box<Kind>,
    applied: Vec<String>,
}

/// A place in a migration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The path of the file, relative to the crate that embeds it.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("{doing}: {}", sentence(.source))]
    Database { doing: &'static str, source: postgres::Error },
    #[error("migration {stem} failed at {}: {}", .place.location, sentence(&**.source))]
    Failed {
        stem: String,
        place: Place,
        verification: bool,
        /// Who held the locks that it waited for.
        blockers: Vec<Blocker>,
        attempts: u32,
        source: Box<dyn StdError + Send + Sync>,
    },
    #[error("no connection could be made in {}: {}", seconds(.waited), sentence(.source))]
    Connect { waited: Duration, source: postgres::Error },
    #[error(
        "the server takes no changes: it is a standby, or `default_transaction_read_only` is on; connect to the primary"
    )]
    ReadOnly,
    #[error(
        "the ledger is not to be trusted: {problem}. Whoever did this could have statements run with the rights of the role \
         that migrates; put it right, or move the ledger to another schema with `ledger_schema` (now `{schema}`)"
    )]
    LedgerUntrusted { schema: String, problem: String },
    #[error("statement {number} of {} {}", .place.location.path, step_changed(*.is_finished))]
    StepChanged { place: Place, number: usize, is_finished: bool },
    #[error(
        "statement {number} at {} was running when the connection was lost, and only you can tell whether it has taken \
         effect. If it has: {finished}; if it has not: {unfinished}; then run again", .place.location
    )]
    Unsettled { place: Place, number: usize, finished: String, unfinished: String },
    #[cfg(feature = "ctrl-c")]
    #[error("Ctrl-C cannot be handled: {0}")]
    Signal(String),
    #[error("stopped on request before {stem}; run again to go on from there")]
    StoppedBefore { stem: &'static str },
    #[error("{stem} was stopped on request after {rows} rows; run again to go on from there")]
    Stopped { stem: &'static str, rows: u64 },
    #[error("{name} cannot be rolled back: {reason}")]
    Irreversible { name: String, reason: String },
    #[error("other applied migrations need it: {}; roll these back as well, or ask for `with_dependents`", .0.join(", "))]
    NeededBy(Vec<String>),
    #[error("{stem} is half done and needs what is to be rolled back; run again to end it first")]
    HalfDone { stem: &'static str },
    #[error("{stem} is not applied, so there is nothing to roll back to")]
    NotApplied { stem: &'static str },
    #[error("{}", changed(.0))]
    Changed(Vec<Change>),
    #[error("{}", missing(.0))]
    Missing(Vec<String>),
    #[error("another process is migrating this database, and did not finish within {}{}", seconds(.waited), held_by(.holder))]
    LockWait { waited: Duration, holder: Option<Holder> },
    #[error("the connection is inside a transaction; commit or roll back before migrating")]
    InTransaction,
    #[error(
        "migrations were started from async code, where the blocking `postgres` client cannot work; \
         wrap the call in `tokio::task::spawn_blocking`"
    )]
    AsyncContext,
    #[error("the ledger cannot be brought up to date: {}", of_postgres(.0).map_or_else(|| .0.to_string(), |error| sentence(error)))]
    Ledger(#[source] refinery_core::Error),
    #[error(
        "the ledger says {0}, which this version does not understand; was it written by a newer version?"
    )]
    LedgerContent(String),
    #[error("{path} was changed while the crate was being built; build it again")]
    TornEmbedding { path: &'static str },
}

/// Where a migration failed.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) location: Location,
    pub(crate) excerpt: Excerpt,
}

impl Place {
    /// The place of the bytes `start..end` of a file.
    pub(crate) fn new(path: &str, text: &str, span: std::ops::Range<usize>) -> Place {
        let text = Text::new(text.as_bytes().to_vec()).unwrap_or_default();
        let Position { line, column } = text.position(span.start);
        let location = Location { path: path.to_owned(), line, column };
        Place { location, excerpt: Excerpt::new(&text, span, "") }
    }

    /// A line and a column of a file.
    pub(crate) fn at(path: &str, text: &str, line: usize, column: usize) -> Place {
        let text = Text::new(text.as_bytes().to_vec()).unwrap_or_default();
        let range = text.line_range(line);
        let before: usize =
            text[range.clone()].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        let excerpt = Excerpt { line, ..Excerpt::new(&text, range.start + before..range.end, "") };
        Place { location: Location { path: path.to_owned(), line, column }, excerpt }
    }
}

/// A migration whose file is not the one that was applied.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) path: &'static str,
}

impl Error {
    pub(crate) fn database(doing: &'static str, source: postgres::Error) -> Error {
        Kind::Database { doing, source }.into()
    }

    pub(crate) fn after_attempts(mut self, made: u32) -> Error {
        if let Kind::Failed { attempts, .. } = &mut *self.kind {
            *attempts = made;
        }
        self
    }

    pub(crate) fn after(mut self, applied: Vec<String>) -> Error {
        self.applied = applied;
        self
    }

    /// The migrations that this call had applied (or rolled back), and committed, before it failed.
    pub fn applied(&self) -> &[String] {
        &self.applied
    }

    /// The file name of the migration that failed, without extension.
    pub fn failed_migration(&self) -> Option<&str> {
        match &*self.kind {
            Kind::Failed { stem, .. } => Some(stem),
            _ => None,
        }
    }

    /// The place of the statement, or of the token in it, that failed.
    pub fn location(&self) -> Option<&Location> {
        match &*self.kind {
            Kind::Failed { place, .. } => Some(&place.location),
            _ => None,
        }
    }

    /// The code of the server's error, such as `42P01`.
    pub fn sqlstate(&self) -> Option<&str> {
        self.server().map(|error| error.code().code())
    }

    /// The server's message.
    pub fn server_message(&self) -> Option<&str> {
        self.server().map(DbError::message)
    }

    /// The server's detail.
    pub fn detail(&self) -> Option<&str> {
        self.server().and_then(DbError::detail)
    }

    /// The server's hint.
    pub fn hint(&self) -> Option<&str> {
        self.server().and_then(DbError::hint)
    }

    /// A migration failed; nothing of it was kept.
    pub fn is_migration_failed(&self) -> bool {
        matches!(*self.kind, Kind::Failed { .. })
    }

    /// A statement behind `-- @verify` returned something other than true; nothing of the migration was kept.
    pub fn is_verification_failed(&self) -> bool {
        matches!(*self.kind, Kind::Failed { verification: true, .. })
            && self.sqlstate() == Some(SqlState::ASSERT_FAILURE.code())
    }

    /// An applied migration's file has changed since.
    pub fn is_changed(&self) -> bool {
        matches!(*self.kind, Kind::Changed(_) | Kind::StepChanged { .. })
    }

    /// The database has migrations that this set does not know.
    pub fn is_missing(&self) -> bool {
        matches!(*self.kind, Kind::Missing(_))
    }

    /// Another process held the lock for longer than `wait_for_lock`.
    pub fn is_lock_wait_timeout(&self) -> bool {
        matches!(*self.kind, Kind::LockWait { .. })
    }

    /// A migration that was to be rolled back cannot be; nothing was touched.
    pub fn is_irreversible(&self) -> bool {
        matches!(*self.kind, Kind::Irreversible { .. })
    }

    /// A migration that was to be rolled back is needed by others that are applied, or by a batched runner
    /// that is half done; nothing was touched.
    pub fn is_needed(&self) -> bool {
        matches!(*self.kind, Kind::NeededBy(_) | Kind::HalfDone { .. })
    }

    /// The migration to roll back to is not applied.
    pub fn is_not_applied(&self) -> bool {
        matches!(*self.kind, Kind::NotApplied { .. })
    }

    /// The run was stopped before a migration, or between two batches of one, as it was asked to.
    pub fn is_stopped(&self) -> bool {
        matches!(*self.kind, Kind::Stopped { .. } | Kind::StoppedBefore { .. })
    }

    /// The server takes no changes: it is a standby, or read-only by its settings.
    pub fn is_read_only(&self) -> bool {
        matches!(*self.kind, Kind::ReadOnly)
            || self.server().is_some_and(|error| *error.code() == SqlState::READ_ONLY_SQL_TRANSACTION)
    }

    /// Something in the ledger's place is not the ledger: a view, a table with triggers, a schema of another role.
    pub fn is_ledger_untrusted(&self) -> bool {
        matches!(*self.kind, Kind::LedgerUntrusted { .. })
    }

    /// A statement of a `@no-transaction` file was running when a connection was lost, and nobody but its author
    /// can tell what it has done.
    pub fn is_unsettled(&self) -> bool {
        matches!(*self.kind, Kind::Unsettled { .. })
    }

    /// The sessions that held the locks which a migration has waited for in vain.
    pub fn blockers(&self) -> &[Blocker] {
        match &*self.kind {
            Kind::Failed { blockers, .. } => blockers,
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

    /// Another run has the lease.
    pub(crate) fn is_taken_over(&self) -> bool {
        self.sqlstate() == Some(TAKEN_OVER)
    }

    /// The connection was inside a transaction.
    pub fn is_in_transaction(&self) -> bool {
        matches!(*self.kind, Kind::InTransaction)
    }

    /// The call came from async code.
    pub fn is_async_context(&self) -> bool {
        matches!(*self.kind, Kind::AsyncContext)
    }

    /// The connection is gone, because the server ended it or the network did, or none could be made.
    pub fn is_connection(&self) -> bool {
        matches!(*self.kind, Kind::Connect { .. }) || self.postgres().is_some_and(ends_connection)
    }

    /// The connection was lost for a reason that lies outside of what was being done, and may pass. A limit of the
    /// server would be exceeded again, and a full disk bring it down again.
    pub(crate) fn is_outage(&self) -> bool {
        let is_outside = |error: &postgres::Error| error.code().is_none_or(is_of_connections);
        self.is_connection() && self.postgres().is_none_or(is_outside)
    }

    /// The error as text of several lines: the place in the file with an excerpt, the server's detail and hint, and
    /// what to do next.
    ///
    /// ```text
    /// error: migration 002_users failed: relation "shop.people" does not exist [42P01]
    ///  --> migrations/sql/schema/002_users.sql:7:20
    ///   |
    /// 7 | INSERT INTO users SELECT * FROM shop.people;
    ///   |                                 ^^^^^^^^^^^
    ///   |
    ///   = help: nothing of it was kept; correct the file and run again
    /// ```
    pub fn report(&self, colour: bool) -> String {
        let Kind::Failed { stem, place, blockers, attempts, source, .. } = &*self.kind else {
            return format!("error: {self}");
        };
        let (said, code) = match self.server() {
            Some(error) => (error.message().to_owned(), error.code().code()),
            None => (sentence(&**source), if self.is_connection() { "connection" } else { "runner" }),
        };
        let mut help = Vec::new();
        help.extend(self.detail().map(|detail| format!("the server adds: {detail}")));
        help.extend(self.hint().map(|hint| format!("the server suggests: {hint}")));
        help.extend(blockers.iter().map(|blocker| {
            format!("held up by {blocker}\n`SELECT pg_terminate_backend({})` would end it", blocker.pid)
        }));
        help.extend((*attempts > 1).then(|| format!("this was attempt {attempts}; nothing was kept of any")));
        help.push(match self.applied.as_slice() {
            _ if self.is_outage() => {
                "whether it was committed, the ledger knows: run again on a new connection".to_owned()
            }
            _ if self.is_connection() => {
                "the server ended the connection for this reason; see to it, and run again on a new one: the ledger \
                 knows what was committed"
                    .to_owned()
            }
            [] if self.is_transient() => "nothing was changed; run again".to_owned(),
            [] => "nothing was changed; correct the file and run again".to_owned(),
            [_] => "1 migration before it stays applied; nothing of this one was kept".to_owned(),
            applied => {
                format!("{} migrations before it stay applied; nothing of this one was kept", applied.len())
            }
        });
        let problem = Problem {
            rule: Cow::Owned(code.to_owned()),
            level: Level::Deny,
            path: place.location.path.clone(),
            position: Position { line: place.location.line, column: place.location.column },
            message: format!("migration {stem} failed: {said}"),
            excerpt: Some(place.excerpt.clone()),
            help,
        };
        render::full(&problem, colour)
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
        Error { kind: Box::new(kind), applied: Vec::new() }
    }
}

/// The report, because that is what `fn main() -> Result<(), Error>` shows.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.report(false);
        f.write_str(report.strip_prefix("error: ").unwrap_or(&report))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.kind.source()
    }
}

/// The error of the `postgres` crate among an error and its sources.
pub(crate) fn of_postgres<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e postgres::Error> {
    error.downcast_ref().or_else(|| error.source().and_then(of_postgres))
}

/// Whether a connection is gone after this error. The client's own errors, such as one about a value's type, leave it as
/// it was.
fn ends_connection(error: &postgres::Error) -> bool {
    match error.as_db_error() {
        Some(error) => match error.parsed_severity() {
            Some(severity) => matches!(severity, Severity::Fatal | Severity::Panic),
            // A pooler that leaves it out.
            None => is_of_connections(error.code()),
        },
        None => error.is_closed() || of_system(error).is_some(),
    }
}

/// Whether a code is about connections themselves: the server shuts down or has crashed, or a pooler has lost it.
pub(crate) fn is_of_connections(code: &SqlState) -> bool {
    code.code().starts_with("57P") || code.code().starts_with("08")
}

/// The error of the operating system behind one of the client's.
pub(crate) fn of_system(error: &postgres::Error) -> Option<&io::Error> {
    error.source().and_then(|source| source.downcast_ref())
}

/// The server's message, or what the client or a runner says when the server said nothing.
pub(crate) fn sentence(error: &(dyn StdError + 'static)) -> String {
    let postgres = error.downcast_ref::<postgres::Error>();
    let server = postgres.and_then(postgres::Error::as_db_error);
    match (server, error.source()) {
        (Some(error), _) => format!("{} ({})", error.message(), error.code().code()),
        (None, Some(cause)) => format!("{error}: {cause}"),
        // The client drops what the server said last when the connection ends in the same moment.
        (None, None) if postgres.is_some_and(postgres::Error::is_closed) => format!(
            "{error}; whether by a restart, by an administrator, or by a limit such as `idle_session_timeout`, \
             `idle_in_transaction_session_timeout` or `transaction_timeout`, the server's log says"
        ),
        (None, None) => error.to_string(),
    }
}

fn changed(changes: &[Change]) -> String {
    let [first, rest @ ..] = changes else { return String::new() };
    let (verb, file) = if rest.is_empty() { ("was", "file") } else { ("were", "files") };
    let paths = rest.iter().fold(first.path.to_owned(), |paths, change| format!("{paths}, {}", change.path));
    format!(
        "{paths} {verb} changed after it had been applied; restore the {file}, and write the change as a new migration"
    )
}

fn missing(names: &[String]) -> String {
    format!(
        "the database has migrations that this build does not know: {}; deploy the build that has them, \
         or accept them with `allow_unknown`",
        names.join(", ")
    )
}

fn step_changed(is_finished: bool) -> &'static str {
    if is_finished {
        "has run already, and was changed since; restore it, and write the change as a new migration"
    } else {
        "was running when the connection was lost, and was changed since; restore it for one run"
    }
}

fn held_by(holder: &Option<Holder>) -> String {
    holder.as_ref().map_or_else(String::new, |holder| format!(" (the lock is held by {holder})"))
}

fn seconds(duration: &Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
