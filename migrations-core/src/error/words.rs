//! What is said about each thing that can go wrong.

use std::error::Error as StdError;
use std::time::Duration;

use postgres::error::{DbError, SqlState};

use super::kind::{Change, Failure, Kind};
use super::{Place, of_postgres};
use crate::report::Holder;

/// What is wrong, and what to do about it.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// What is wrong, for one line that stands alone.
    pub(super) message: String,
    /// The same above an excerpt or the names of files, when these need not be repeated.
    pub(super) title: Option<String>,
    /// What else is to be known.
    pub(super) notes: Vec<String>,
    /// The same, for those who have more than one line.
    pub(super) details: Vec<String>,
    /// What to do.
    pub(super) help: Vec<String>,
    /// What to do, for the same.
    pub(super) more: Vec<String>,
}

impl Words {
    fn new(message: impl Into<String>) -> Words {
        Words { message: message.into(), ..Words::default() }
    }

    fn title(self, title: impl Into<String>) -> Words {
        Words { title: Some(title.into()), ..self }
    }

    fn note(mut self, note: impl Into<String>) -> Words {
        self.notes.push(note.into());
        self
    }

    fn help(mut self, help: impl Into<String>) -> Words {
        self.help.push(help.into());
        self
    }

    fn more(mut self, help: impl Into<String>) -> Words {
        self.more.push(help.into());
        self
    }

    /// One sentence.
    pub(super) fn line(&self) -> String {
        [&self.message]
            .into_iter()
            .chain(&self.notes)
            .chain(&self.help)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("; ")
    }

    pub(super) fn of(kind: &Kind) -> Words {
        match kind {
            Kind::Database { doing, source } => database(doing, source),
            Kind::Failed(failure) => failed(failure),
            Kind::Connect { waited, source } => connect(*waited, source),
            Kind::ConnectionString => connection_string(),
            Kind::ReadOnly => read_only(),
            Kind::LedgerUntrusted { schema, problem } => ledger_untrusted(schema, problem),
            Kind::Twice { name, other } => twice(name, other),
            Kind::StepChanged { place, number, is_finished } => step_changed(place, *number, *is_finished),
            Kind::Unsettled { place, number, finished, unfinished } => {
                unsettled(place, *number, finished, unfinished)
            }
            #[cfg(feature = "ctrl-c")]
            Kind::Signal(reason) => signal(reason),
            Kind::StoppedBefore { stem } => stopped(format!("stopped on request before {stem}")),
            Kind::Stopped { stem, rows } => {
                stopped(format!("{stem} was stopped on request after {rows} rows"))
            }
            Kind::Irreversible { name, reason } => irreversible(name, reason),
            Kind::NeededBy(names) => needed_by(names),
            Kind::HalfDone { stem } => half_done(stem),
            Kind::NotApplied { stem } => not_applied(stem),
            Kind::Changed(changes) => changed(changes),
            Kind::Missing(names) => missing(names),
            Kind::RenamedSince { stem, name } => renamed_since(stem, name),
            Kind::PartlyReplaced { stem, applied, missing } => partly_replaced(stem, applied, missing),
            Kind::NotInSet { tool, entries } => not_in_set(tool, entries),
            Kind::ChangedSince { tool, paths } => changed_since(tool, paths),
            Kind::FailedElsewhere { tool, entries } => failed_elsewhere(tool, entries),
            Kind::LockWait { waited, holder } => lock_wait(*waited, holder.as_ref()),
            Kind::Overtaken => overtaken(),
            Kind::InTransaction => in_transaction(),
            Kind::AsyncContext => async_context(),
            Kind::Ledger(error) => ledger(error),
            Kind::LedgerContent(what) => ledger_content(what),
            Kind::TornEmbedding { path } => torn_embedding(path),
        }
    }
}

fn database(doing: &str, source: &postgres::Error) -> Words {
    with_rights(about(doing, source), source)
        .more("see to what the server says, and run again; the ledger knows what is done")
}

/// What was being done, and what the server says to it.
fn about(doing: &str, error: &(dyn StdError + 'static)) -> Words {
    Words::new(format!("{doing}: {}", sentence(error))).title(format!("{doing}: {}", said(error)))
}

fn failed(failure: &Failure) -> Words {
    let Failure { stem, blame, source, .. } = failure;
    Words::new(format!("migration {stem} failed at {}: {}", blame.place, sentence(&**source)))
        .title(format!("migration {stem} failed: {}", said(&**source)))
}

fn connect(waited: Duration, source: &postgres::Error) -> Words {
    about(&format!("no connection could be made in {}", seconds(waited)), source).more(
        "see that the server runs, and that host, port, user and database are meant; nothing was changed",
    )
}

fn connection_string() -> Words {
    Words::new("the connection string is invalid").help(
        "the `postgres` crate's `Config::from_str` says where, but it may repeat a part of the password, such as what \
         follows a space in one without quotes",
    )
}

fn read_only() -> Words {
    Words::new(
        "the server is read-only for this session: it is a standby, or `default_transaction_read_only` is on",
    )
    .help("connect to the primary")
}

fn ledger_untrusted(schema: &str, problem: &str) -> Words {
    Words::new(format!("the ledger is not to be trusted: {problem}"))
        .note("whoever that is could have statements run with the rights of the role that migrates")
        .help("migrate as the owner or a member of it")
        .help("or put it right (`ALTER … OWNER TO`, `DROP TRIGGER`)")
        .help(format!("or move the ledger to another schema than `{schema}` with `ledger_schema`"))
}

fn twice(name: &str, other: &str) -> Words {
    Words::new(format!("the history has a migration twice, as {other} and as {name}"))
        .help("remove the row of `history` that does not belong there")
}

fn step_changed(place: &Place, number: usize, is_finished: bool) -> Words {
    let (what, help) = if is_finished {
        ("has run already, and was changed since", "restore it, and write the change as a new migration")
    } else {
        (
            "was running when the connection was lost, and was changed since",
            "restore it for one run: only then can be found out what it has done",
        )
    };
    Words::new(format!("statement {number} of {} {what}", place.path()))
        .title(format!("statement {number} of this file {what}"))
        .help(help)
}

fn unsettled(place: &Place, number: usize, finished: &str, unfinished: &str) -> Words {
    let what = "was running when the connection was lost, and only you can tell whether it has taken effect";
    Words::new(format!("statement {number} at {place} {what}"))
        .title(format!("statement {number} {what}"))
        .help(format!("if it has: {finished}"))
        .help(format!("if it has not: {unfinished}"))
        .help("then run again")
}

#[cfg(feature = "ctrl-c")]
fn signal(reason: &str) -> Words {
    Words::new(format!("Ctrl-C cannot be handled: {reason}"))
        .more("handle it in the program itself, and stop the run with `stop_when`")
}

fn stopped(what: String) -> Words {
    Words::new(what).help("run again to go on from there")
}

fn irreversible(name: &str, reason: &str) -> Words {
    Words::new(format!("{} cannot be rolled back: {reason}", listed(&[name])))
        .more("nothing was touched: roll back to a migration behind it, or go on with a new one")
}

fn needed_by(names: &[String]) -> Words {
    Words::new(format!("other applied migrations need it: {}", listed(names)))
        .help("roll these back as well, or ask for `with_dependents`")
}

fn half_done(stem: &str) -> Words {
    Words::new(format!("{stem} is half done and needs what is to be rolled back"))
        .help("run again to end it first")
}

fn not_applied(stem: &str) -> Words {
    Words::new(format!("{stem} is not applied, so there is nothing to roll back to"))
        .more("look at the status, and name a migration that is applied")
}

fn changed(changes: &[Change]) -> Words {
    let paths = changes.iter().map(|change| change.path).collect::<Vec<_>>().join(", ");
    let help = "and write the change as a new migration";
    match changes.len() {
        1 => Words::new(format!("{paths} was changed after it had been applied"))
            .title("a file was changed after it had been applied")
            .help(format!("restore the file, {help}")),
        count => Words::new(format!("{paths} were changed after they had been applied"))
            .title(format!("{count} files were changed after they had been applied"))
            .help(format!("restore the files, {help}")),
    }
}

fn missing(names: &[String]) -> Words {
    Words::new(format!("the database has migrations that this build does not know: {}", listed(names)))
        .help("deploy the build that has them, or accept them with `allow_unknown`")
}

fn renamed_since(stem: &str, name: &str) -> Words {
    Words::new(format!(
        "{stem} is applied already, as {name}, which this build does not know: a newer one has renamed or replaced it"
    ))
    .help("deploy that one")
}

fn partly_replaced(stem: &str, applied: &[&str], missing: &[&str]) -> Words {
    Words::new(format!(
        "{stem} stands for migrations of which only some are applied: {}, and not {}",
        applied.join(", "),
        missing.join(", ")
    ))
    .help("deploy the build that has them, and then this one")
}

const NOTHING_ADOPTED: &str = "nothing was adopted";

fn not_in_set(tool: &str, entries: &[String]) -> Words {
    Words::new(format!("{tool} has applied what this set does not have: {}", listed(entries)))
        .note(NOTHING_ADOPTED)
        .more("add the files that it has run, under the names that it knows")
}

fn changed_since(tool: &str, paths: &[String]) -> Words {
    let help = "restore it, or enter it with `baseline` if the difference is meant";
    Words::new(format!("what {tool} has run does not stand in {} as it was", listed(paths)))
        .title(format!("what {tool} has run does not stand in the files as it was"))
        .note(NOTHING_ADOPTED)
        .help(help)
}

fn failed_elsewhere(tool: &str, entries: &[String]) -> Words {
    Words::new(format!("{tool} has marked {} as failed", listed(entries)))
        .help(format!("put that right first, {NOTHING_ADOPTED}"))
}

fn lock_wait(waited: Duration, holder: Option<&Holder>) -> Words {
    let what = "another process is migrating this database, and did not finish within";
    let what = format!("{what} {}", seconds(waited));
    let held = holder.map(|holder| format!("the lock is held by {holder}"));
    let words = Words::new(held.as_ref().map_or_else(|| what.clone(), |held| format!("{what} ({held})")))
        .title(what)
        .more("run again when it is done, or wait longer with `wait_for_lock`");
    Words { details: held.into_iter().collect(), ..words }
}

fn overtaken() -> Words {
    Words::new("this process rested for so long that another one has taken over")
        .help("look at the status before rolling back again")
}

fn in_transaction() -> Words {
    Words::new("the connection is inside a transaction").help("commit or roll back before migrating")
}

fn async_context() -> Words {
    Words::new("migrations were started from async code, where the blocking `postgres` client cannot work")
        .help("wrap the call in `tokio::task::spawn_blocking`")
}

fn ledger(error: &refinery_core::Error) -> Words {
    let cause = error.source().unwrap_or(error);
    with_rights(about("the ledger cannot be brought up to date", cause), cause)
        .more("see to what the server says, and run again")
}

fn ledger_content(what: &str) -> Words {
    Words::new(format!("the ledger says {what}, which this version does not understand"))
        .help("was it written by a newer version?")
}

fn torn_embedding(path: &str) -> Words {
    Words::new(format!("{path} was changed while the crate was being built"))
        .title("a file was changed while the crate was being built")
        .help("build it again")
}

/// What to grant, when the ledger may not be used.
fn with_rights(words: Words, error: &(dyn StdError + 'static)) -> Words {
    if error.downcast_ref().and_then(postgres::Error::code) != Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
        return words;
    }
    words
        .help("to migrate, a role needs CREATE on the database once, or a schema for the ledger that belongs to it")
        .help("to look, USAGE on that schema and SELECT on its tables")
}

/// The server's message with its code, or what the client or a runner says when the server said nothing.
pub(crate) fn sentence(error: &(dyn StdError + 'static)) -> String {
    match server(error) {
        Some(server) => format!("{} ({})", server.message(), server.code().code()),
        None if is_closed(error) => format!("{error}; {SILENCE}"),
        None => said(error),
    }
}

/// Why a connection was closed without a word: the client drops what the server said last when it ends in the same moment.
pub(super) const SILENCE: &str = "whether by a restart, by an administrator, or by a limit such as `idle_session_timeout`, \
    `idle_in_transaction_session_timeout` or `transaction_timeout`, the server's log says";

fn is_closed(error: &(dyn StdError + 'static)) -> bool {
    error.source().is_none() && of_postgres(error).is_some_and(postgres::Error::is_closed)
}

/// The sentence without the code.
fn said(error: &(dyn StdError + 'static)) -> String {
    match (server(error), error.source()) {
        (Some(server), _) => server.message().to_owned(),
        (None, Some(cause)) => format!("{error}: {cause}"),
        (None, None) => error.to_string(),
    }
}

fn server<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e DbError> {
    error.downcast_ref().and_then(postgres::Error::as_db_error)
}

/// How many names a sentence has at most.
const MOST_NAMES: usize = 20;

/// Names that the database gives, which may be anything and any number.
fn listed(names: &[impl AsRef<str>]) -> String {
    let shortened = |name: &str| match name.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    };
    let shown =
        names.iter().take(MOST_NAMES).map(|name| shortened(name.as_ref())).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
