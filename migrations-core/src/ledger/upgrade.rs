//! The ledger's own tables, made and upgraded by refinery-core.
//!
//! A migration tool's bookkeeping needs migrations too. Ours are few, linear and small, they run grouped in one
//! transaction and under our lock: exactly what refinery is good at. It runs on a driver of our own, which needs
//! two round trips instead of eleven.

use hmac_sha256::Hash;
use postgres::Client;
use refinery_core::traits::sync::{Query, Transaction};
use refinery_core::{Migrate, Migration, Runner};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Ledger, rows};
use crate::error::{Error, Kind, of_postgres};
use crate::quote::literal;

/// The version of the ledger's tables that this engine works with.
pub(super) const VERSION: i32 = VERSIONS.len() as i32;

/// The versions: name and statements, for a ledger in the schema `migrations`. What was released is never edited:
/// refinery compares it with its checksum.
const VERSIONS: [(&str, &str); 3] = [
    ("V1__create_ledger", include_str!("v1_create_ledger.sql")),
    ("V2__rollbacks_runners_backups", include_str!("v2_rollbacks_runners_backups.sql")),
    ("V3__lease_adoption", include_str!("v3_lease_adoption.sql")),
];

impl Ledger {
    /// Brings the ledger's tables to the version that this engine needs.
    pub(crate) fn upgrade(&self, client: &mut Client) -> Result<(), Error> {
        // Between refinery's two messages another starter may have done it.
        self.upgrade_once(client).or_else(|_| self.upgrade_once(client))
    }

    fn upgrade_once(&self, client: &mut Client) -> Result<(), Error> {
        // The bodies of functions stand between marks that the name of the schema does not hold.
        let marks = (0..).map(|number| format!("$ledger{number}$"));
        let quote = marks.into_iter().find(|mark| !self.schema.contains(mark)).unwrap_or_default();
        let versions = VERSIONS.iter().map(|(name, statements)| {
            let statements = statements
                .replace("$$", &quote)
                .replace("migrations.", &format!("{}.", self.schema))
                .replace("'migrations_backups'", &literal(&format!("{}_backups", self.name)));
            Migration::unapplied(name, statements.trim_end().trim_end_matches(';'))
        });
        let migrations = versions.collect::<Result<Vec<_>, _>>().map_err(Kind::Ledger)?;
        let mut runner = Runner::new(&migrations).set_grouped(true);
        runner.set_migration_table_name(self.object("ledger_version"));
        let driver = &mut Driver { client, prelude: self.prelude(&quote), lock: self.upgrade_lock() };
        match runner.run(driver) {
            Ok(_) => Ok(()),
            Err(error) => {
                let refused = of_postgres(&error).and_then(|error| self.refused(error));
                Err(refused.unwrap_or_else(|| Kind::Ledger(error).into()))
            }
        }
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
        let hash = Hash::hash(format!("migrations-core {}", self.name).as_bytes());
        let key =
            i64::from_be_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]]);
        format!(
            "SET LOCAL search_path = pg_catalog, pg_temp;\nSET LOCAL lock_timeout = '30s';\nSELECT pg_catalog.pg_advisory_xact_lock({key});\n"
        )
    }
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
                Some(Migration::applied(
                    row.get(0)?.parse().ok()?,
                    row.get(1)?.to_owned(),
                    OffsetDateTime::parse(row.get(2)?, &Rfc3339).ok()?,
                    row.get(3)?.parse().ok()?,
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
