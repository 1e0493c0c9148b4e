//! diesel, on libpq.

use diesel::{Connection, PgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};
use postgres::Config;

use super::parts;
use crate::Result;
use crate::set::{Set, name};

/// What its macro makes.
pub(crate) struct Embedded(EmbeddedMigrations);

impl Embedded {
    pub(crate) fn new(set: &Set) -> Embedded {
        use diesel_migrations::{EmbeddedMigration, EmbeddedName, TomlMetadataWrapper};
        let migration = |(at, sql): (usize, &String)| {
            // The version is what stands before the first `_`, without hyphens; versions are compared as texts.
            let folder = format!("{:05}_{}", at + 1, name(at + 1)).leak();
            EmbeddedMigration::new(
                sql.clone().leak(),
                None,
                EmbeddedName::new(folder),
                TomlMetadataWrapper::new(true),
            )
        };
        let migrations: Vec<_> = set.bodies.iter().enumerate().map(migration).collect();
        Embedded(EmbeddedMigrations::new(migrations.leak()))
    }

    pub(crate) fn start(&self, database: &Config) -> Result<()> {
        let (host, port, name) = parts(database)?;
        let url =
            format!("host={host} port={port} user=postgres dbname={name} sslmode=disable gssencmode=disable");
        let mut connection = PgConnection::establish(&url)?;
        // Not `&self.0`: it implements the trait, its reference does not.
        let applied = connection.run_pending_migrations(Borrowed(&self.0));
        applied.map(drop).map_err(|error| error.to_string().into())
    }
}

struct Borrowed<'e>(&'e EmbeddedMigrations);

impl<DB: diesel::backend::Backend> diesel::migration::MigrationSource<DB> for Borrowed<'_> {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn diesel::migration::Migration<DB>>>> {
        self.0.migrations()
    }
}
