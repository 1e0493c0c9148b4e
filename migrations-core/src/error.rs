//! What can go wrong, as one opaque error.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use migrations_rules::{Excerpt, Level, Position, Problem, Text, render};
use postgres::error::{DbError, SqlState};

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
    Failed { stem: String, place: Place, verification: bool, source: Box<dyn StdError + Send + Sync> },
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
    LockWait { waited: Duration, holder: Option<String> },
    #[error("the connection is inside a transaction; commit or roll back before migrating")]
    InTransaction,
    #[error(
        "migrations were started from async code, where the blocking `postgres` client cannot work; \
         wrap the call in `tokio::task::spawn_blocking`"
    )]
    AsyncContext,
    #[error("the ledger cannot be brought up to date")]
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
        matches!(*self.kind, Kind::Changed(_))
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

    /// The connection was inside a transaction.
    pub fn is_in_transaction(&self) -> bool {
        matches!(*self.kind, Kind::InTransaction)
    }

    /// The call came from async code.
    pub fn is_async_context(&self) -> bool {
        matches!(*self.kind, Kind::AsyncContext)
    }

    /// The connection is gone: the server closed it, or the network did.
    pub fn is_connection(&self) -> bool {
        self.postgres().is_some_and(|error| {
            error.is_closed()
                || error.code().is_some_and(|code| code.code().starts_with("57P"))
                || error.code().is_none()
        })
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
        let Kind::Failed { stem, place, source, .. } = &*self.kind else {
            return format!("error: {self}");
        };
        let (said, code) = match self.server() {
            Some(error) => (error.message().to_owned(), error.code().code()),
            None => (sentence(&**source), if self.is_connection() { "connection" } else { "runner" }),
        };
        let mut help = Vec::new();
        help.extend(self.detail().map(|detail| format!("the server adds: {detail}")));
        help.extend(self.hint().map(|hint| format!("the server suggests: {hint}")));
        help.push(match self.applied.as_slice() {
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
        match &*self.kind {
            Kind::Database { source, .. } => Some(source),
            Kind::Failed { source, .. } => source.downcast_ref(),
            _ => None,
        }
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

/// The server's message, or what the client or a runner says when the server said nothing.
pub(crate) fn sentence(error: &(dyn StdError + 'static)) -> String {
    let server = error.downcast_ref::<postgres::Error>().and_then(postgres::Error::as_db_error);
    match (server, error.source()) {
        (Some(error), _) => format!("{} ({})", error.message(), error.code().code()),
        (None, Some(cause)) => format!("{error}: {cause}"),
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

fn held_by(holder: &Option<String>) -> String {
    holder.as_ref().map_or_else(String::new, |holder| format!(" (the lock is held by {holder})"))
}

fn seconds(duration: &Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
