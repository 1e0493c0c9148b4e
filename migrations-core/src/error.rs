//! What can go wrong, as one opaque error.

mod kind;
#[cfg(test)]
mod tests;

use kind::ends_connection;
pub(crate) use kind::{
    Change, Kind, is_of_connection_string, is_of_connections, of_postgres, of_system, sentence,
};

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use migrations_rules::{Excerpt, Level, Position, Problem, Text, printable, render};
use postgres::error::{DbError, SqlState};

use crate::report::Blocker;

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
        matches!(*self.kind, Kind::Changed(_) | Kind::StepChanged { .. } | Kind::ChangedSince { .. })
    }

    /// The database has migrations that this set does not know.
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

    /// What is not to be done again when another run has taken the lease over: what it would begin with has changed.
    pub(crate) fn once_overtaken(self) -> Error {
        if self.is_taken_over() { Kind::Overtaken.into() } else { self }
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
        matches!(*self.kind, Kind::Connect { .. } | Kind::ConnectionString)
            || self.postgres().is_some_and(ends_connection)
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

/// One line; what the server and the ledger say is made fit for a terminal.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.kind.to_string()))
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.kind.source()
    }
}
