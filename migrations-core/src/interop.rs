//! Other tools: our set for refinery's runner, and the histories that others have kept.
//!
//! The one place where a type of refinery-core is part of the interface.

use std::fmt;

use postgres::{Client, SimpleQueryRow};
use refinery_core::Migration as RefineryMigration;

use crate::engine::blocking;
use crate::error::{Error, Kind};
use crate::ledger::rows;
use crate::set::{Facts, MigrationSet};

/// A migration as refinery knows it, for people on a driver that refinery has and we do not.
///
/// Its version is the place in the execution order, counted from 1. What it loses: verification and
/// everything else that the engine does around the body.
///
/// # Errors
/// The name does not fit refinery's pattern.
pub fn to_refinery<M: MigrationSet>(migration: M) -> Result<RefineryMigration, refinery_core::Error> {
    let facts = migration.facts();
    RefineryMigration::unapplied(&format!("V{}__{}", migration.position() + 1, facts.name), facts.sql())
}

/// A tool whose history [`Migrator::adopt`](crate::Migrator::adopt) takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tool {
    /// refinery: `refinery_schema_history`.
    Refinery,
    /// sqlx: `_sqlx_migrations`.
    Sqlx,
    /// diesel: `__diesel_schema_migrations`.
    Diesel,
    /// Flyway: `flyway_schema_history`.
    Flyway,
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Tool::Refinery => "refinery",
            Tool::Sqlx => "sqlx",
            Tool::Diesel => "diesel",
            Tool::Flyway => "Flyway",
        }
    }

    /// A query for what it has applied, in order: version, name, whether it succeeded, and what happened.
    fn query(self) -> &'static str {
        match self {
            Tool::Refinery => {
                "SELECT version, name, true, 'SQL' FROM refinery_schema_history ORDER BY version"
            }
            Tool::Sqlx => {
                "SELECT version, description, success, 'SQL' FROM _sqlx_migrations ORDER BY version"
            }
            Tool::Diesel => {
                "SELECT version, NULL, true, 'SQL' FROM __diesel_schema_migrations ORDER BY version"
            }
            Tool::Flyway => {
                "SELECT version, description, success, type FROM flyway_schema_history ORDER BY installed_rank"
            }
        }
    }

    /// The places of the migrations that it has applied. All of its history has to be known.
    pub(crate) fn applied(self, client: &mut Client, set: &[Facts]) -> Result<Vec<usize>, Error> {
        let rows = blocking(|| {
            rows(client, self.query())
                .map_err(|error| Error::database("the history of the other tool cannot be read", error))
        })?;
        let entries = effective(rows.iter().filter_map(Entry::read).collect());
        let (failed, succeeded): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.has_failed);
        let names = |entries: Vec<Entry>| entries.iter().map(Entry::to_string).collect();
        if !failed.is_empty() {
            return Err(Kind::FailedElsewhere { tool: self.name(), entries: names(failed) }.into());
        }
        let (known, unknown): (Vec<_>, Vec<_>) =
            succeeded.into_iter().partition(|entry| entry.place(set).is_some());
        if !unknown.is_empty() {
            return Err(Kind::NotInSet { tool: self.name(), entries: names(unknown) }.into());
        }
        Ok(known.iter().filter_map(|entry| entry.place(set)).collect())
    }
}

/// A row of another tool's history.
struct Entry {
    version: Option<String>,
    name: Option<String>,
    has_failed: bool,
    event: String,
}

impl Entry {
    fn read(row: &SimpleQueryRow) -> Option<Entry> {
        Some(Entry {
            version: row.get(0).map(str::to_owned),
            name: row.get(1).map(normalised),
            has_failed: row.get(2)? != "t",
            event: row.get(3)?.to_owned(),
        })
    }

    /// Where the name is known it decides: a number may have been given to another file since.
    fn place(&self, set: &[Facts]) -> Option<usize> {
        if let Some(name) = &self.name {
            return set.iter().position(|facts| facts.name == name);
        }
        let digits: String = self.version.as_ref()?.chars().filter(char::is_ascii_digit).collect();
        let number: u64 = digits.parse().ok()?;
        let mut places = (0..set.len()).filter(|place| set[*place].number == Some(number));
        places.next().filter(|_| places.next().is_none())
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.version.as_deref(), self.name.as_deref()];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// A description as the name of a file: `Create users` is `create_users`.
fn normalised(description: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    description.chars().map(letter).collect()
}

/// What has not been undone or taken out later. Flyway's marks for schemas and baselines are no migrations.
fn effective(entries: Vec<Entry>) -> Vec<Entry> {
    let mut effective: Vec<Entry> = Vec::new();
    for entry in entries {
        match entry.event.as_str() {
            "SCHEMA" | "BASELINE" => {}
            event if event.starts_with("UNDO") || event == "DELETE" => {
                effective.retain(|earlier| earlier.version != entry.version);
            }
            _ => effective.push(entry),
        }
    }
    effective
}
