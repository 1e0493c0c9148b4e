//! The ledger: the schema in the database that knows which migrations have run.
//!
//! Its own tables are versioned and upgraded by refinery-core: see [`upgrade`].

mod blockers;
mod guard;
mod lease;
mod record;
mod rows;
mod upgrade;

use std::time::Duration;

pub(crate) use lease::{Lease, Run};
pub(crate) use rows::{Cells, KeptStep, Row, UndoRow};
pub(crate) use upgrade::refinery_checksum;

use postgres::error::SqlState;
use postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use crate::error::{Error, Kind};
use crate::quote::{identifier, literal};
use crate::status::Entry;

/// The names of the ledger's objects, quoted, and the statements that use them.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    schema: String,
    name: String,
}

/// What one look at the database tells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Digest {
    /// There is no ledger yet.
    Absent,
    /// The digest of the history.
    Of(String),
}

impl Ledger {
    pub(crate) fn new(schema: &str) -> Ledger {
        Ledger { schema: identifier(schema), name: schema.to_owned() }
    }

    /// A qualified name in the ledger's schema.
    pub(crate) fn object(&self, name: &str) -> String {
        format!("{}.{}", self.schema, identifier(name))
    }

    /// Asks, in one round trip, for the digest of the whole history: 40 hexadecimal digits, whatever its length.
    pub(crate) fn digest(&self, client: &mut Client) -> Result<Digest, Error> {
        // In a transaction that the caller has opened, now() is older than the statement: then there is no row.
        let query = format!(
            "{};\nSELECT pg_catalog.count(*), pg_catalog.bit_xor(digest_high), pg_catalog.bit_xor(digest_low) FROM ONLY {} \
             HAVING pg_catalog.now() OPERATOR(pg_catalog.=) pg_catalog.statement_timestamp()",
            self.quick_guard(&["history"]),
            self.object("history")
        );
        let sets = match row_sets(client, &query) {
            Ok(sets) => sets,
            Err(error) => return self.unread(error).map(|()| Digest::Absent),
        };
        let Some(row) = sets.last().and_then(|rows| rows.first()) else {
            return Err(Kind::InTransaction.into());
        };
        // What is put together of no rows is NULL.
        let number = |column| row.get(column).map_or(Ok(0), str::parse::<i64>);
        match (number(0), number(1), number(2)) {
            (Ok(count), Ok(high), Ok(low)) => Ok(Digest::Of(format!("{count:08x}{high:016x}{low:016x}"))),
            _ => Err(self.odd("a digest that is no number")),
        }
    }

    /// The history, in the order in which it was made; empty when there is no ledger.
    pub(crate) fn history(&self, client: &mut Client) -> Result<Vec<Row>, Error> {
        let query = format!(
            "{};\n{};\n{} ORDER BY ordinal",
            self.quick_guard(&["history", "ledger_version"]),
            self.version_query(),
            self.history_query()
        );
        let sets = match row_sets(client, &query) {
            Ok(sets) => sets,
            Err(error) => return self.unread(error).map(|()| Vec::new()),
        };
        let [_, version, history] = sets.as_slice() else { return Err(self.odd("no version")) };
        self.check_version(version)?;
        history.iter().map(|row| self.row(row)).collect()
    }

    fn version_query(&self) -> String {
        format!("SELECT pg_catalog.max(version) FROM ONLY {}", self.object("ledger_version"))
    }

    /// Without its last clauses. The column `replaces` is taken from the default in front where an older ledger has none.
    fn history_query(&self) -> String {
        format!(
            "SELECT name, category, number, checksum, applied_at, applied_by, seconds, replaced \
             FROM (SELECT CAST('{{}}' AS pg_catalog.text[]) AS replaces) AS unless_there CROSS JOIN LATERAL \
             (SELECT name, category, number, checksum, applied_at, applied_by, ordinal, \
             pg_catalog.date_part('epoch', duration) AS seconds, pg_catalog.array_to_string(replaces, ' ') AS replaced FROM ONLY {}) AS h",
            self.object("history")
        )
    }

    fn check_version(&self, rows: &[SimpleQueryRow]) -> Result<(), Error> {
        let version: Option<i32> = rows.first().and_then(|row| row.get(0)?.parse().ok());
        match version {
            None => Err(self.odd("a version that is no number")),
            Some(version) if version > upgrade::VERSION => {
                Err(Kind::LedgerContent(format!("its tables have version {version}")).into())
            }
            Some(_) => Ok(()),
        }
    }

    /// Why the ledger could not be read; `Ok`: there is none, or an old one.
    pub(crate) fn unread(&self, error: postgres::Error) -> Result<(), Error> {
        match error.code() {
            Some(
                &SqlState::UNDEFINED_TABLE | &SqlState::INVALID_SCHEMA_NAME | &SqlState::UNDEFINED_FUNCTION,
            ) => Ok(()),
            _ => Err(self
                .refused(&error)
                .unwrap_or_else(|| Error::database("the history cannot be read", error))),
        }
    }

    /// An error that says more than what was being done.
    fn refused(&self, error: &postgres::Error) -> Option<Error> {
        if let Some(problem) = Ledger::found_by_guard(error) {
            return Some(Kind::LedgerUntrusted { schema: self.name.clone(), problem }.into());
        }
        match error.code() {
            Some(&SqlState::IN_FAILED_SQL_TRANSACTION) => Some(Kind::InTransaction.into()),
            Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => Some(Kind::ReadOnly.into()),
            _ => None,
        }
    }

    fn row(&self, row: &SimpleQueryRow) -> Result<Row, Error> {
        Row::read(&Cells::Sent(row)).map_err(|what| self.odd(what))
    }

    /// What is kept about undoing each applied migration, in order of application.
    pub(crate) fn undo_rows(&self, client: &mut Client) -> Result<Vec<UndoRow>, Error> {
        let query = format!(
            "SELECT name, pg_catalog.array_to_string(dependencies, ' '), rollback_sql, irreversible FROM {} ORDER BY ordinal",
            self.object("history")
        );
        let rows =
            rows(client, &query).map_err(|error| Error::database("the history cannot be read", error))?;
        rows.iter().map(|row| UndoRow::read(&Cells::Sent(row)).map_err(|what| self.odd(what))).collect()
    }

    /// Everything that ever happened, in order; nothing, when there is no ledger.
    pub(crate) fn journal(&self, client: &mut Client) -> Result<Vec<Entry>, Error> {
        let query = format!(
            "{};\nSELECT event, name, at, pg_catalog.floor(pg_catalog.date_part('epoch', at) OPERATOR(pg_catalog.*) 1000000), by, \
             pg_catalog.date_part('epoch', duration), build FROM ONLY {} ORDER BY ordinal",
            self.quick_guard(&["journal"]),
            self.object("journal")
        );
        let sets = match row_sets(client, &query) {
            Ok(sets) => sets,
            Err(error) => return self.unread(error).map(|()| Vec::new()),
        };
        let entries = sets.last().map_or(&[][..], Vec::as_slice);
        entries.iter().map(|row| Entry::read(&Cells::Sent(row)).map_err(|what| self.odd(what))).collect()
    }

    /// The statements of a `@no-transaction` migration that have begun, in order.
    pub(crate) fn steps(&self, client: &mut Client, name: &str) -> Result<Vec<KeptStep>, Error> {
        let query = format!(
            "SELECT step, checksum, finished_at IS NOT NULL FROM {} WHERE name OPERATOR(pg_catalog.=) {} ORDER BY step",
            self.object("steps"),
            literal(name)
        );
        let rows = rows(client, &query)
            .map_err(|error| Error::database("the finished steps cannot be read", error))?;
        rows.iter().map(|row| KeptStep::read(&Cells::Sent(row)).map_err(|what| self.odd(what))).collect()
    }

    /// What a run has applied, in order, and how long each took.
    pub(crate) fn applied_by(
        &self,
        client: &mut Client,
        run: &Run,
    ) -> Result<Vec<(String, Duration)>, Error> {
        let rows = rows(client, &self.applied_query(run, usize::MAX))
            .map_err(|error| Error::database("the journal cannot be read", error))?;
        Ok(applied(&rows))
    }

    /// The query for what a run has applied, the last so many, in order.
    pub(crate) fn applied_query(&self, run: &Run, most: usize) -> String {
        format!(
            "SELECT name, seconds FROM (SELECT name, pg_catalog.date_part('epoch', duration) AS seconds, ordinal FROM {} \
             WHERE run OPERATOR(pg_catalog.=) {} AND event OPERATOR(pg_catalog.=) 'applied' \
             ORDER BY ordinal DESC LIMIT {}) AS latest ORDER BY ordinal",
            self.object("journal"),
            run.literal(),
            i64::try_from(most).unwrap_or(i64::MAX)
        )
    }

    pub(crate) fn without_functions(&self) -> Error {
        self.odd("its newest version, but its functions are not all there")
    }

    pub(crate) fn odd(&self, what: &str) -> Error {
        Kind::LedgerContent(format!("{what} ({})", self.object("history"))).into()
    }
}

/// What [`Ledger::applied_query`] answers: names, and how long each took.
pub(crate) fn applied(rows: &[SimpleQueryRow]) -> Vec<(String, Duration)> {
    rows.iter().filter_map(|row| rows::applied(&Cells::Sent(row))).collect()
}

/// Runs a query in one round trip; every value comes as text.
pub(crate) fn rows(client: &mut Client, query: &str) -> Result<Vec<SimpleQueryRow>, postgres::Error> {
    Ok(row_sets(client, query)?.into_iter().flatten().collect())
}

/// Runs statements in one round trip, and answers the rows of each.
pub(crate) fn row_sets(
    client: &mut Client,
    statements: &str,
) -> Result<Vec<Vec<SimpleQueryRow>>, postgres::Error> {
    let mut sets = vec![Vec::new()];
    for message in client.simple_query(statements)? {
        match message {
            SimpleQueryMessage::Row(row) => sets.last_mut().map(|rows| rows.push(row)).unwrap_or_default(),
            SimpleQueryMessage::CommandComplete(_) => sets.push(Vec::new()),
            _ => {}
        }
    }
    sets.pop();
    Ok(sets)
}
