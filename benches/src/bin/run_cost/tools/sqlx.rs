//! sqlx, on one connection and a runtime of one thread.

use postgres::Config;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, SqlStr};
use tokio::runtime::Runtime;

use super::parts;
use crate::Result;
use crate::set::{Set, name};

/// The migrator, as its macro makes it: with the checksums.
pub(crate) struct Embedded {
    migrator: Migrator,
    runtime: Runtime,
}

impl Embedded {
    pub(crate) fn new(set: &Set) -> Result<Embedded> {
        let migration = |(version, sql): (i64, &String)| {
            let sql = SqlStr::from_static(sql.clone().leak());
            Migration::new(version, name(version as usize).into(), MigrationType::Simple, sql, false)
        };
        let migrations = (1..).zip(&set.bodies).map(migration).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Embedded { migrator: Migrator::with_migrations(migrations), runtime })
    }

    pub(crate) fn start(&self, database: &Config) -> Result<()> {
        let (host, port, name) = parts(database)?;
        let options = PgConnectOptions::new_without_pgpass().username("postgres").port(port).database(name);
        let options = if host.starts_with('/') { options.socket(host) } else { options.host(&host) };
        let options = options.ssl_mode(PgSslMode::Disable).disable_statement_logging();
        self.runtime.block_on(async {
            let mut connection = options.connect().await?;
            self.migrator.run(&mut connection).await?;
            connection.close().await?;
            Ok(())
        })
    }
}
