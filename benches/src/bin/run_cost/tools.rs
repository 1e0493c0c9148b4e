//! The tools that are compared, each called as a program calls it that has its migrations compiled in.

pub(crate) mod dbmate;
mod diesel;
mod refinery;
mod sqlx;

use std::fmt;
use std::path::PathBuf;

use migrations_core::Migrator;
use postgres::{Config, NoTls};

use crate::Result;
use crate::set::{Place, Set};

/// A tool with a set of migrations, ready for a start.
pub(crate) enum Tool {
    Ours(&'static migrations_core::__private::Table),
    Refinery(refinery::Embedded),
    Sqlx(sqlx::Embedded),
    Diesel(diesel::Embedded),
    Dbmate(dbmate::Program),
}

/// The name of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    Ours,
    Refinery,
    Sqlx,
    Diesel,
    /// With its program.
    Dbmate(PathBuf),
}

impl Tool {
    pub(crate) fn new(name: &Name, set: &Set) -> Result<Tool> {
        Ok(match name {
            Name::Ours => Tool::Ours(set.table()?),
            Name::Refinery => Tool::Refinery(refinery::Embedded::new(set)),
            Name::Sqlx => Tool::Sqlx(sqlx::Embedded::new(set)?),
            Name::Diesel => Tool::Diesel(diesel::Embedded::new(set)),
            Name::Dbmate(program) => Tool::Dbmate(dbmate::Program::new(program, set)),
        })
    }

    /// What a program does with it when it starts: it connects, and applies what is pending.
    pub(crate) fn start(&self, database: &Config) -> Result<()> {
        match self {
            Tool::Ours(table) => {
                let mut client = database.connect(NoTls)?;
                Migrator::<Place>::over(table).run(&mut client)?;
                Ok(())
            }
            Tool::Refinery(embedded) => embedded.start(database),
            Tool::Sqlx(embedded) => embedded.start(database),
            Tool::Diesel(embedded) => embedded.start(database),
            Tool::Dbmate(program) => program.start(database),
        }
    }

    /// How many migrations it says are applied.
    pub(crate) fn applied(&self, database: &Config) -> Result<i64> {
        let history = match self {
            Tool::Ours(_) => "migrations.history",
            Tool::Refinery(_) => "refinery_schema_history",
            Tool::Sqlx(_) => "_sqlx_migrations",
            Tool::Diesel(_) => "__diesel_schema_migrations",
            Tool::Dbmate(_) => "schema_migrations",
        };
        let query = format!("SELECT count(*) FROM {history}");
        Ok(database.connect(NoTls)?.query_one(&query, &[])?.get(0))
    }
}

impl Name {
    /// All of them, but for dbmate when it cannot be had.
    pub(crate) fn all(dbmate: Option<PathBuf>) -> Vec<Name> {
        let dbmate = dbmate.map(Name::Dbmate);
        [Name::Ours, Name::Refinery, Name::Sqlx, Name::Diesel].into_iter().chain(dbmate).collect()
    }

    /// How it is written in an argument for another process.
    pub(crate) fn argument(&self) -> String {
        match self {
            Name::Dbmate(program) => program.display().to_string(),
            name => name.to_string(),
        }
    }

    pub(crate) fn of_argument(argument: &str) -> Option<Name> {
        let known = Name::all(None).into_iter().find(|name| name.to_string() == argument);
        known.or_else(|| argument.contains('/').then(|| Name::Dbmate(argument.into())))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Name::Ours => "migrations-core",
            Name::Refinery => "refinery",
            Name::Sqlx => "sqlx",
            Name::Diesel => "diesel",
            Name::Dbmate(_) => "dbmate",
        })
    }
}

/// The folder of a server's socket, or its host; its port; and the name of a database.
fn parts(config: &Config) -> Result<(String, u16, &str)> {
    use postgres::config::Host;
    let host = match config.get_hosts().first() {
        Some(Host::Unix(folder)) => folder.display().to_string(),
        Some(Host::Tcp(name)) => name.clone(),
        None => return Err("the configuration has no host".into()),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    Ok((host, port, config.get_dbname().unwrap_or("postgres")))
}
