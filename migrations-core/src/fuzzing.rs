//! Inner parts for the fuzz targets in `fuzz/` and the tests of this project: what is made of the rows of a ledger, and what
//! is known of errors.

use crate::engine::{Engine, Undo};
use crate::error::{Error, Kind, NAMES, codes};
use crate::ledger::{Cells, KeptStep, Row, UndoRow};
use crate::migrator::Migrator;
use crate::report::{Blocker, Holder};
use crate::set::MigrationSet;
use crate::status::Status;

/// The values of a row, as text.
pub type Values<'r> = Vec<Option<&'r str>>;

/// What the status says, and what a run would then apply.
pub type Outcome<M> = (Status<M>, Result<Vec<M>, Error>);

/// What a history means for a set.
///
/// # Errors
/// The rows are not those of a history.
pub fn history<M: MigrationSet>(rows: &[Values<'_>]) -> Result<Outcome<M>, Error> {
    Migrator::<M>::new().with_engine(None, |engine| {
        let read = |row| Row::read(&Cells::Written(row)).map_err(|what| engine.ledger.odd(what));
        let rows = rows.iter().map(|row| read(row)).collect::<Result<Vec<_>, _>>()?;
        let comparison = engine.compare(rows)?;
        let pending = engine.pending(&comparison).map(|all| all.into_iter().map(M::at).collect());
        Ok((Status::new(engine.table.facts(), comparison), pending))
    })
}

/// The names of the last `count` migrations, as a rollback takes them back.
///
/// # Errors
/// The rows are not those of a history, or one of the migrations cannot be rolled back.
pub fn rollback<M: MigrationSet>(
    rows: &[Values<'_>],
    count: usize,
    dependents: bool,
) -> Result<Vec<String>, Error> {
    Migrator::<M>::new().with_engine(None, |engine| {
        engine.table.places()?;
        let read = |row| UndoRow::read(&Cells::Written(row)).map_err(|what| engine.ledger.odd(what));
        let rows = rows.iter().map(|row| read(row)).collect::<Result<Vec<_>, _>>()?;
        let undone = engine.to_undo(&rows, Undo::Last(count), dependents)?;
        Ok(undone.into_iter().map(|row| row.name.clone()).collect())
    })
}

/// Whether a migration that runs statement by statement goes on behind those that have begun.
///
/// # Errors
/// The rows are not those of such statements, or these have changed since.
pub fn steps<M: MigrationSet>(migration: M, rows: &[Values<'_>]) -> Result<(), Error> {
    Migrator::<M>::new().with_engine(None, |engine| {
        let read = |row| KeptStep::read(&Cells::Written(row)).map_err(|what| engine.ledger.odd(what));
        let kept = rows.iter().map(|row| read(row)).collect::<Result<Vec<_>, _>>()?;
        Engine::refuse_changed(migration.facts(), &kept)
    })
}

/// Who has the lease, if the row says so.
pub fn holder(row: &Values<'_>) -> Option<Holder> {
    Holder::read(&Cells::Written(row))
}

/// Who holds a lock, if the row says so.
pub fn blocker(row: &Values<'_>) -> Option<Blocker> {
    Blocker::read(&Cells::Written(row))
}

/// The codes that are explained, each with its name, what it means, and what to do.
pub fn codes() -> Vec<[&'static str; 4]> {
    codes::all().map(|code| [code.code, code.name, code.meaning, code.advice]).collect()
}

/// The names of the kinds of errors.
pub fn kinds() -> &'static [&'static str] {
    NAMES
}

/// An error as the command line gives it to programs.
#[cfg(feature = "cli")]
pub fn json(error: &Error) -> String {
    format!("{:#}", error.to_json())
}

/// The error of a file that was changed between two moments of one build.
pub fn torn_embedding() -> Error {
    Kind::TornEmbedding { path: "migrations/sql/schema/001_create_shop.sql" }.into()
}

/// The error of a program that handles Ctrl-C itself.
#[cfg(feature = "ctrl-c")]
pub fn signal() -> Error {
    Kind::Signal("Ctrl-C signal handler already registered".to_owned()).into()
}
