//! The ledger: the schema in the database that knows which migrations have run.
//!
//! Its own tables are versioned and upgraded by refinery-core: see [`upgrade`].

mod upgrade;

pub(crate) use upgrade::VERSION;

use hmac_sha256::Hash;
use postgres::error::SqlState;
use postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use crate::error::{Error, Kind};
use crate::quote::{identifier, literal, nullable};
use crate::set::Facts;

/// The names of the ledger's objects, quoted, and the statements that use them.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    schema: String,
    name: String,
}

/// A row of the history, as far as a run needs it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) number: Option<String>,
    pub(crate) checksum: String,
    pub(crate) applied_at: String,
    pub(crate) applied_by: String,
    pub(crate) duration: f64,
}

/// What the history keeps about undoing a migration.
#[derive(Debug, Clone)]
pub(crate) struct UndoRow {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<String>,
    pub(crate) rollback_sql: Option<String>,
    pub(crate) irreversible: Option<String>,
}

/// What one look at the database tells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Digest {
    /// There is no ledger yet.
    Absent,
    /// The digest of the history.
    Of(String),
}

/// What a poll of the lock tells.
pub(crate) struct Poll {
    /// Whether the lock is ours now.
    pub(crate) locked: bool,
    pub(crate) schema_exists: bool,
    pub(crate) ledger_exists: bool,
    /// Whether the ledger's tables are of the newest version, or a later one.
    pub(crate) ledger_is_current: bool,
}

impl Ledger {
    pub(crate) fn new(schema: &str) -> Ledger {
        Ledger { schema: identifier(schema), name: schema.to_owned() }
    }

    /// A qualified name in the ledger's schema.
    pub(crate) fn object(&self, name: &str) -> String {
        format!("{}.{}", self.schema, identifier(name))
    }

    /// The key of the advisory lock. Advisory locks are local to a database, so the schema is enough to tell
    /// two sets in one database apart.
    fn lock_key(&self) -> i64 {
        let hash = Hash::hash(format!("migrations-core {}", self.name).as_bytes());
        i64::from_be_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]])
    }

    /// Asks, in one round trip, for the digest of the whole history: 64 hexadecimal digits, whatever its length.
    pub(crate) fn digest(&self, client: &mut Client) -> Result<Digest, Error> {
        // In a transaction that the caller has opened, now() is older than the statement.
        let query = format!(
            "SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(coalesce(pg_catalog.string_agg(\
             name || ' ' || checksum, E'\\n' ORDER BY name COLLATE \"C\"), ''), 'UTF8')), 'hex'), \
             pg_catalog.now() = pg_catalog.statement_timestamp() FROM {}",
            self.object("history")
        );
        match rows(client, &query) {
            Ok(rows) => {
                let row = rows.first().ok_or_else(|| self.odd("nothing about its history"))?;
                if row.get(1) == Some("f") {
                    return Err(Kind::InTransaction.into());
                }
                Ok(Digest::Of(row.get(0).unwrap_or_default().to_owned()))
            }
            Err(error) => match error.code() {
                Some(&SqlState::UNDEFINED_TABLE | &SqlState::INVALID_SCHEMA_NAME) => Ok(Digest::Absent),
                Some(&SqlState::IN_FAILED_SQL_TRANSACTION) => Err(Kind::InTransaction.into()),
                _ => Err(Error::database("the history cannot be read", error)),
            },
        }
    }

    /// Tries to take the lock, without waiting, and looks what ledger there is; one round trip.
    pub(crate) fn poll(&self, client: &mut Client) -> Result<Poll, Error> {
        let query = format!(
            "SELECT pg_catalog.pg_try_advisory_lock({key}), pg_catalog.to_regnamespace({schema}) IS NOT NULL, \
             pg_catalog.to_regclass({versions}) IS NOT NULL, pg_catalog.to_regclass({newest}) IS NOT NULL",
            key = self.lock_key(),
            schema = literal(&self.schema),
            versions = literal(&self.object("ledger_version")),
            newest = literal(&self.object(upgrade::NEWEST_TABLE)),
        );
        let rows = rows(client, &query).map_err(|error| match error.code() {
            Some(&SqlState::IN_FAILED_SQL_TRANSACTION) => Kind::InTransaction.into(),
            _ => Error::database("the lock cannot be asked for", error),
        })?;
        let is = |column| rows.first().and_then(|row| row.get(column)) == Some("t");
        Ok(Poll { locked: is(0), schema_exists: is(1), ledger_exists: is(2), ledger_is_current: is(3) })
    }

    /// Who holds the lock, in words.
    pub(crate) fn lock_holder(&self, client: &mut Client) -> Option<String> {
        let key = self.lock_key().cast_unsigned();
        let query = format!(
            "SELECT a.pid, coalesce(nullif(a.application_name, ''), 'unnamed'), a.usename, \
             pg_catalog.date_trunc('second', a.backend_start) \
             FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid) \
             WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {} AND l.objid = {} AND l.objsubid = 1 \
             AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())",
            key >> 32,
            key & 0xffff_ffff
        );
        let rows = rows(client, &query).ok()?;
        let row = rows.first()?;
        let column = |at| row.get(at).unwrap_or_default();
        Some(format!(
            "backend {}, `{}` of {}, connected since {}",
            column(0),
            column(1),
            column(2),
            column(3)
        ))
    }

    /// Ends whatever transaction was left open and gives the lock back.
    pub(crate) fn unlock(&self, client: &mut Client, in_transaction: bool) -> Result<(), postgres::Error> {
        let rollback = if in_transaction { "ROLLBACK; " } else { "" };
        client
            .simple_query(&format!("{rollback}SELECT pg_catalog.pg_advisory_unlock({})", self.lock_key()))
            .map(drop)
    }

    /// The history, in the order in which it was made, and the version of the ledger's tables.
    pub(crate) fn history(&self, client: &mut Client) -> Result<(i32, Vec<Row>), Error> {
        let query = format!(
            "SELECT coalesce(pg_catalog.max(version), 0) FROM {}; \
             SELECT name, category, number, checksum, applied_at, applied_by, \
             pg_catalog.date_part('epoch', duration) FROM {} ORDER BY ordinal",
            self.object("ledger_version"),
            self.object("history")
        );
        let rows =
            rows(client, &query).map_err(|error| Error::database("the history cannot be read", error))?;
        let (version, history) = rows.split_first().ok_or_else(|| self.odd("no version"))?;
        let version = version.get(0).and_then(|version| version.parse().ok());
        let version = version.ok_or_else(|| self.odd("a version that is no number"))?;
        Ok((version, history.iter().map(|row| self.row(row)).collect::<Result<_, _>>()?))
    }

    fn row(&self, row: &SimpleQueryRow) -> Result<Row, Error> {
        let text = |column: usize| row.get(column).map(str::to_owned);
        let required = |column| text(column).ok_or_else(|| self.odd("NULL in its history"));
        Ok(Row {
            name: required(0)?,
            category: required(1)?,
            number: text(2),
            checksum: required(3)?,
            applied_at: required(4)?,
            applied_by: required(5)?,
            duration: required(6)?.parse().map_err(|_| self.odd("a duration that is no number"))?,
        })
    }

    /// The statement that enters a migration into the history, and into the journal.
    pub(crate) fn record_applied(&self, set: &[Facts], place: usize, build: &str) -> String {
        let facts = &set[place];
        let dependencies: Vec<String> = facts.dependencies.iter().map(|at| literal(set[*at].name)).collect();
        format!(
            "WITH entry AS (INSERT INTO {history} (name, category, number, kind, checksum, rollback_sql, irreversible, \
             dependencies, duration, engine, build) VALUES ({name}, {category}, {number}, {kind}, {checksum}, {rollback}, \
             {irreversible}, ARRAY[{dependencies}]::pg_catalog.text[], pg_catalog.clock_timestamp() - pg_catalog.now(), \
             {engine}, {build}) \
             RETURNING name, checksum, applied_at, applied_by, duration, engine, build) \
             INSERT INTO {journal} (event, name, checksum, at, by, duration, engine, build) \
             SELECT 'applied', name, checksum, applied_at, applied_by, duration, engine, build FROM entry;",
            history = self.object("history"),
            journal = self.object("journal"),
            name = literal(facts.name),
            category = literal(facts.category),
            number = facts.number.map_or_else(|| "NULL".to_owned(), |number| number.to_string()),
            kind = literal(facts.kind()),
            checksum = literal(facts.checksum),
            rollback = nullable(facts.rollback_sql()),
            irreversible = nullable(facts.irreversible),
            dependencies = dependencies.join(", "),
            engine = literal(ENGINE),
            build = literal(build),
        )
    }

    /// The statements that copy what a migration is going to destroy.
    pub(crate) fn take_backups(&self, facts: &Facts, most_bytes: u64) -> String {
        let take = |(schema, table, column): &(&str, &str, Option<&str>)| {
            format!(
                "SELECT {}({}, {}, {}, {}, {});\n",
                self.object("take_backup"),
                literal(facts.name),
                literal(schema),
                literal(table),
                nullable(*column),
                i64::try_from(most_bytes).unwrap_or(i64::MAX),
            )
        };
        facts.backups.iter().map(take).collect()
    }

    /// The statement that puts back what was copied when a migration was applied, the first copy first.
    pub(crate) fn restore_backups(&self, name: &str) -> String {
        format!(
            "SELECT {}(id) FROM (SELECT id FROM {} WHERE migration = {} AND restored_at IS NULL ORDER BY id) AS taken;\n",
            self.object("restore_backup"),
            self.object("backups"),
            literal(name),
        )
    }

    /// The statement that takes a migration out of the history, and enters that into the journal.
    pub(crate) fn record_rolled_back(&self, name: &str, build: &str) -> String {
        format!(
            "WITH entry AS (DELETE FROM {history} WHERE name = {name} RETURNING name, checksum) \
             INSERT INTO {journal} (event, name, checksum, duration, engine, build) \
             SELECT 'rolled back', name, checksum, pg_catalog.clock_timestamp() - pg_catalog.now(), {engine}, {build} \
             FROM entry;",
            history = self.object("history"),
            journal = self.object("journal"),
            name = literal(name),
            engine = literal(ENGINE),
            build = literal(build),
        )
    }

    /// What is kept about undoing each applied migration, in order of application.
    pub(crate) fn undo_rows(&self, client: &mut Client) -> Result<Vec<UndoRow>, Error> {
        let query = format!(
            "SELECT name, pg_catalog.array_to_string(dependencies, ' '), rollback_sql, irreversible FROM {} ORDER BY ordinal",
            self.object("history")
        );
        let rows =
            rows(client, &query).map_err(|error| Error::database("the history cannot be read", error))?;
        rows.iter()
            .map(|row| {
                let name = row.get(0).ok_or_else(|| self.odd("NULL in its history"))?;
                Ok(UndoRow {
                    name: name.to_owned(),
                    dependencies: row
                        .get(1)
                        .unwrap_or_default()
                        .split_whitespace()
                        .map(str::to_owned)
                        .collect(),
                    rollback_sql: row.get(2).map(str::to_owned),
                    irreversible: row.get(3).map(str::to_owned),
                })
            })
            .collect()
    }

    /// The statement that follows a migration which was renamed, renumbered or moved.
    pub(crate) fn rename(&self, old_name: &str, facts: &Facts) -> String {
        format!(
            "UPDATE {} SET name = {}, category = {}, number = {} WHERE name = {};",
            self.object("history"),
            literal(facts.name),
            literal(facts.category),
            facts.number.map_or_else(|| "NULL".to_owned(), |number| number.to_string()),
            literal(old_name),
        )
    }

    fn odd(&self, what: &str) -> Error {
        Kind::LedgerContent(format!("{what} ({})", self.object("history"))).into()
    }
}

const ENGINE: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// Runs a query in one round trip; every value comes as text.
pub(crate) fn rows(client: &mut Client, query: &str) -> Result<Vec<SimpleQueryRow>, postgres::Error> {
    let messages = client.simple_query(query)?;
    Ok(messages
        .into_iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        })
        .collect())
}
