//! The ledger's own tables, versioned by refinery-core.
//!
//! A migration tool's bookkeeping needs migrations too. Ours are few, linear and small: exactly what refinery is good at.
//! It keeps their history, and says which versions a ledger lacks and whether those that it has are ours. They run
//! grouped, under our lock, in two round trips instead of eleven.

use std::hash::{Hash, Hasher};

use hmac_sha256::Hash as Sha256;
use postgres::Client;
use refinery_core::error::WrapMigrationError;
use refinery_core::traits::sync::{Query, Transaction};
use refinery_core::{Migrate, Migration};
use siphasher::sip::SipHasher13;
use time::OffsetDateTime;

use super::{Ledger, rows};
use crate::error::{Error, Kind, of_postgres};
use crate::quote::literal;

/// The version of the ledger's tables that this engine works with.
pub(super) const VERSION: i32 = VERSIONS.len() as i32;

/// The versions: name and statements, for a ledger in the schema `migrations`. What was released is never edited:
/// refinery compares it with its checksum.
const VERSIONS: [(&str, &str); 3] = [
    ("create_ledger", include_str!("v1_create_ledger.sql")),
    ("rollbacks_runners_backups", include_str!("v2_rollbacks_runners_backups.sql")),
    ("lease_adoption", include_str!("v3_lease_adoption.sql")),
];

impl Ledger {
    /// Brings the ledger's tables to the version that this engine needs.
    pub(crate) fn upgrade(&self, client: &mut Client) -> Result<(), Error> {
        // Between refinery's query and our message another starter may have done it.
        self.upgrade_once(client).or_else(|_| self.upgrade_once(client)).map_err(|error| {
            let refused = of_postgres(&error).and_then(|error| self.refused(error));
            refused.unwrap_or_else(|| Kind::Ledger(error).into())
        })
    }

    fn upgrade_once(&self, client: &mut Client) -> Result<(), refinery_core::Error> {
        // The bodies of functions stand between marks that the name of the schema does not hold.
        let marks = (0..).map(|number| format!("$ledger{number}$"));
        let quote = marks.into_iter().find(|mark| !self.schema.contains(mark)).unwrap_or_default();
        let table = self.object("ledger_version");
        let versions = self.versions(&quote);
        let migrations: Vec<Migration> = versions.iter().map(|version| version.migration.clone()).collect();
        let mut driver = Driver { client, prelude: self.prelude(&quote), lock: self.upgrade_lock() };
        let missing = driver.get_unapplied_migrations(&migrations, true, true, &table)?;
        if missing.is_empty() {
            return Ok(());
        }
        let missing = versions.into_iter().filter(|version| missing.contains(&version.migration));
        let statements: Vec<String> = missing.flat_map(|version| version.into_statements(&table)).collect();
        driver
            .execute(statements.iter().map(String::as_str))
            .map(drop)
            .migration_err("error applying migrations", None)
    }

    /// The versions, for this ledger.
    fn versions(&self, quote: &str) -> Vec<Version> {
        let of_this = |statements: &str| {
            let statements = statements
                .replace("$$", quote)
                .replace("migrations.", &format!("{}.", self.schema))
                .replace("'migrations_backups'", &literal(&format!("{}_backups", self.name)));
            statements.trim_end().trim_end_matches(';').to_owned()
        };
        let version = |(number, (name, statements))| Version::new(number, name, of_this(statements));
        (1..).zip(VERSIONS).map(version).collect()
    }

    /// What comes before refinery's first query: a look at what is there, and the schema.
    fn prelude(&self, quote: &str) -> String {
        // CREATE SCHEMA IF NOT EXISTS asks for the right to create schemas even when there is nothing to create.
        format!(
            "{guard};\n{lock}DO {quote}BEGIN IF pg_catalog.to_regnamespace({schema}) IS NULL THEN \
             CREATE SCHEMA {schema_name}; END IF; END{quote};\n",
            guard = self.guard(),
            lock = self.upgrade_lock(),
            schema = literal(&self.schema),
            schema_name = self.schema,
        )
    }

    /// The statement that lets one starter after another do this, each for some milliseconds. Advisory locks are local to
    /// a database, so the schema is enough to tell two ledgers apart.
    fn upgrade_lock(&self) -> String {
        let hash = Sha256::hash(format!("migrations-core {}", self.name).as_bytes());
        let key =
            i64::from_be_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]]);
        format!(
            "SET LOCAL search_path = pg_catalog, pg_temp;\nSET LOCAL lock_timeout = '30s';\nSELECT pg_catalog.pg_advisory_xact_lock({key});\n"
        )
    }
}

/// A version of the ledger's tables.
struct Version {
    /// As refinery compares it.
    migration: Migration,
    statements: String,
}

impl Version {
    /// The name is no file's, which refinery would take apart with a regular expression.
    fn new(number: i32, name: &str, statements: String) -> Version {
        let checksum = refinery_checksum(name, number, &statements);
        #[allow(clippy::useless_conversion)] // Somebody may have built refinery with versions of eight bytes.
        let number = number.into();
        let migration = Migration::applied(number, name.to_owned(), OffsetDateTime::UNIX_EPOCH, checksum);
        Version { migration, statements }
    }

    /// What it does, and the row that refinery would add.
    fn into_statements(self, table: &str) -> [String; 2] {
        let row = format!(
            "INSERT INTO {table} (version, name, applied_on, checksum) VALUES ({}, {}, \
             to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '{}')",
            self.migration.version(),
            literal(self.migration.name()),
            self.migration.checksum(),
        );
        [self.statements, row]
    }
}

/// The checksum of refinery: a version has four bytes or, where it was built with `int8-versions`, eight.
pub(crate) fn refinery_checksum(name: &str, version: impl Hash, sql: &str) -> u64 {
    let mut hasher = SipHasher13::new();
    (name, version, sql).hash(&mut hasher);
    hasher.finish()
}

/// A connection as refinery sees it: everything that it wants done at once goes in one message.
struct Driver<'c> {
    client: &'c mut Client,
    prelude: String,
    lock: String,
}

impl Transaction for Driver<'_> {
    type Error = postgres::Error;

    fn execute<'a, T: Iterator<Item = &'a str>>(&mut self, queries: T) -> Result<usize, postgres::Error> {
        let queries: Vec<&str> = queries.collect();
        // Without a BEGIN of its own, a message of several statements is one transaction.
        self.client.batch_execute(&format!("{}{}", self.lock, queries.join(";\n")))?;
        Ok(queries.len())
    }
}

impl Query<Vec<Migration>> for Driver<'_> {
    fn query(&mut self, query: &str) -> Result<Vec<Migration>, postgres::Error> {
        let prelude = std::mem::take(&mut self.prelude);
        let applied = rows(self.client, &format!("{prelude}{query}"))?;
        // What cannot be read is left out; refinery then meets its primary key instead of a row that it misread.
        Ok(applied
            .iter()
            .filter_map(|row| {
                let (version, checksum) = (row.get(0)?.parse().ok()?, row.get(3)?.parse().ok()?);
                // When it was is nothing that refinery compares.
                Some(Migration::applied(
                    version,
                    row.get(1)?.to_owned(),
                    OffsetDateTime::UNIX_EPOCH,
                    checksum,
                ))
            })
            .collect())
    }
}

impl Migrate for Driver<'_> {
    /// The table is made in the message that reads it.
    fn assert_migrations_table(&mut self, table: &str) -> Result<usize, refinery_core::Error> {
        self.prelude.push_str(&Self::assert_migrations_table_query(table));
        Ok(0)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_what_refinery_would_make_of_its_file() {
        for version in Ledger::new("odd \"name\"").versions("$$") {
            let name = format!("V{}__{}", version.migration.version(), version.migration.name());
            let refinery = Migration::unapplied(&name, &version.statements).unwrap();
            assert!(version.migration == refinery, "{name}");
        }
    }
}
