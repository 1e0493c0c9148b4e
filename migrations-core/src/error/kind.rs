//! Each thing that can go wrong, in words.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use postgres::error::{Severity, SqlState};

use super::Place;
use crate::report::{Blocker, Holder};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("{doing}: {}{}", sentence(.source), rights(.source))]
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
    // Without its source: the client's error repeats a part of the text, which may be one of the password.
    #[error(
        "the connection string is invalid; the `postgres` crate's `Config::from_str` says where, but it may repeat a part of the \
         password, such as what follows a space in one without quotes"
    )]
    ConnectionString,
    #[error(
        "the server is read-only for this session: it is a standby, or `default_transaction_read_only` is on; connect to the primary"
    )]
    ReadOnly,
    #[error(
        "the ledger is not to be trusted: {problem}. Whoever that is could have statements run with the rights of the role that \
         migrates. Migrate as the owner or a member of it, or put it right (`ALTER … OWNER TO`, `DROP TRIGGER`), or move the \
         ledger to another schema than `{schema}` with `ledger_schema`"
    )]
    LedgerUntrusted { schema: String, problem: String },
    #[error(
        "the history has a migration twice, as {other} and as {name}; remove the row of `history` that does not belong there"
    )]
    Twice { name: String, other: String },
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
    #[error("{} cannot be rolled back: {reason}", shortened(std::slice::from_ref(.name)))]
    Irreversible { name: String, reason: String },
    #[error("other applied migrations need it: {}; roll these back as well, or ask for `with_dependents`", shortened(.0))]
    NeededBy(Vec<String>),
    #[error("{stem} is half done and needs what is to be rolled back; run again to end it first")]
    HalfDone { stem: &'static str },
    #[error("{stem} is not applied, so there is nothing to roll back to")]
    NotApplied { stem: &'static str },
    #[error("{}", changed(.0))]
    Changed(Vec<Change>),
    #[error("{}", missing(.0))]
    Missing(Vec<String>),
    #[error(
        "{stem} is applied already, as {name}, which this build does not know: a newer one has renamed or replaced it; deploy \
         that one"
    )]
    RenamedSince { stem: &'static str, name: String },
    #[error(
        "{stem} stands for migrations of which only some are applied: {}, and not {}; deploy the build that has them, and then \
         this one", .applied.join(", "), .missing.join(", ")
    )]
    PartlyReplaced { stem: &'static str, applied: Vec<&'static str>, missing: Vec<&'static str> },
    #[error("{tool} has applied what this set does not have: {}; nothing was adopted", shortened(.entries))]
    NotInSet { tool: &'static str, entries: Vec<String> },
    #[error(
        "what {tool} has run does not stand in {} as it was; restore it, or enter it with `baseline` if the difference is meant; \
         nothing was adopted", shortened(.paths)
    )]
    ChangedSince { tool: &'static str, paths: Vec<String> },
    #[error("{tool} has marked {} as failed; put that right first, nothing was adopted", shortened(.entries))]
    FailedElsewhere { tool: &'static str, entries: Vec<String> },
    #[error("another process is migrating this database, and did not finish within {}{}", seconds(.waited), held_by(.holder))]
    LockWait { waited: Duration, holder: Option<Holder> },
    #[error(
        "this process rested for so long that another one has taken over; look at the status before rolling back again"
    )]
    Overtaken,
    #[error("the connection is inside a transaction; commit or roll back before migrating")]
    InTransaction,
    #[error(
        "migrations were started from async code, where the blocking `postgres` client cannot work; \
         wrap the call in `tokio::task::spawn_blocking`"
    )]
    AsyncContext,
    #[error("the ledger cannot be brought up to date: {}{}", sentence(cause(.0)), rights(cause(.0)))]
    Ledger(#[source] refinery_core::Error),
    #[error(
        "the ledger says {0}, which this version does not understand; was it written by a newer version?"
    )]
    LedgerContent(String),
    #[error("{path} was changed while the crate was being built; build it again")]
    TornEmbedding { path: &'static str },
}

/// A migration whose file is not the one that was applied.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) path: &'static str,
}

/// The error of the `postgres` crate among an error and its sources.
pub(crate) fn of_postgres<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e postgres::Error> {
    error.downcast_ref().or_else(|| error.source().and_then(of_postgres))
}

/// Whether a connection is gone after this error. The client's own errors, such as one about a value's type, leave it as
/// it was.
pub(super) fn ends_connection(error: &postgres::Error) -> bool {
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

/// Whether the client could not read how to connect. Nothing but its words tells.
pub(crate) fn is_of_connection_string(error: &postgres::Error) -> bool {
    error.to_string().starts_with("invalid connection string")
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

/// What refinery was told by the database, or else refinery's own error.
fn cause(error: &refinery_core::Error) -> &(dyn StdError + 'static) {
    error.source().unwrap_or(error)
}

/// What to grant, when the ledger may not be used.
fn rights(error: &(dyn StdError + 'static)) -> &'static str {
    match error.downcast_ref().and_then(postgres::Error::code) {
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            "; to migrate, a role needs CREATE on the database once, or a schema for the ledger that belongs to it; \
             to look, USAGE on that schema and SELECT on its tables"
        }
        _ => "",
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
        shortened(names)
    )
}

fn step_changed(is_finished: bool) -> &'static str {
    if is_finished {
        "has run already, and was changed since; restore it, and write the change as a new migration"
    } else {
        "was running when the connection was lost, and was changed since; restore it for one run"
    }
}

/// How many names a sentence has at most.
const MOST_NAMES: usize = 20;

/// Names that the database gives, which may be anything and any number.
fn shortened(names: &[String]) -> String {
    let shortened = |name: &String| match name.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.clone(),
    };
    let shown = names.iter().take(MOST_NAMES).map(shortened).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn held_by(holder: &Option<Holder>) -> String {
    holder.as_ref().map_or_else(String::new, |holder| format!(" (the lock is held by {holder})"))
}

fn seconds(duration: &Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
