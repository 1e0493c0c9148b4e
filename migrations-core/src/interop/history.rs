//! What other tools have applied, as their tables say.

use std::fmt;

use postgres::{Client, SimpleQueryRow};

use super::proof;
use crate::engine::blocking;
use crate::error::{Error, Kind};
use crate::ledger::rows;
use crate::set::Facts;

/// A tool whose history [`Migrator::adopt`](crate::Migrator::adopt) takes over.
///
/// ```
/// # migrations_core::embed_migrations!("examples/migrations");
/// use migrations_core::{Error, Migrator, interop::Tool};
///
/// fn take_over(client: &mut postgres::Client) -> Result<(), Error> {
///     let adopted = Migrator::<Migration>::new().adopt(client, Tool::Flyway)?;
///     println!("{} migrations were applied by Flyway", adopted.len());
///     Ok(())
/// }
/// ```
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

    /// A query for what it has applied, in order: version, name, whether it succeeded, what happened, and the checksum if it
    /// is refinery's.
    fn query(self) -> &'static str {
        match self {
            Tool::Refinery => {
                "SELECT version, name, true, 'SQL', checksum FROM refinery_schema_history ORDER BY version"
            }
            Tool::Sqlx => {
                "SELECT version, description, success, 'SQL', NULL FROM _sqlx_migrations ORDER BY version"
            }
            Tool::Diesel => {
                "SELECT version, NULL, true, 'SQL', NULL FROM __diesel_schema_migrations ORDER BY version"
            }
            Tool::Flyway => {
                "SELECT version, description, success, type, NULL FROM flyway_schema_history ORDER BY installed_rank"
            }
        }
    }

    /// The places of the migrations that it has applied. All of its history has to be known.
    pub(crate) fn applied(self, client: &mut Client, set: &[Facts]) -> Result<Vec<usize>, Error> {
        let tool = self.name();
        let rows = blocking(|| {
            rows(client, self.query())
                .map_err(|error| Error::database("the history of the other tool cannot be read", error))
        })?;
        let entries = effective(rows.iter().filter_map(Entry::read).collect());
        let (mut places, mut unknown, mut failed, mut changed) = (vec![], vec![], vec![], vec![]);
        for entry in entries {
            let found = entry.places(set);
            let is_changed = |place: &&usize| !entry.is_proven(set[**place].text);
            if entry.has_failed {
                failed.push(entry.to_string());
            } else if found.is_empty() && !entry.is_baseline() {
                unknown.push(entry.to_string());
            }
            changed.extend(found.iter().filter(is_changed).map(|place| set[*place].path.to_owned()));
            places.extend(found);
        }
        if !failed.is_empty() {
            return Err(Kind::FailedElsewhere { tool, entries: failed }.into());
        }
        if !unknown.is_empty() {
            return Err(Kind::NotInSet { tool, entries: unknown }.into());
        }
        if !changed.is_empty() {
            return Err(Kind::ChangedSince { tool, paths: changed }.into());
        }
        Ok(places)
    }
}

/// A row of another tool's history.
struct Entry {
    version: Option<String>,
    name: Option<String>,
    has_failed: bool,
    event: String,
    checksum: Option<String>,
}

impl Entry {
    fn read(row: &SimpleQueryRow) -> Option<Entry> {
        let text = |column: usize| row.get(column).map(str::to_owned);
        Some(Entry {
            version: text(0),
            name: text(1),
            has_failed: row.get(2)? != "t",
            event: text(3)?,
            checksum: text(4),
        })
    }

    /// It stands for all migrations up to its version.
    fn is_baseline(&self) -> bool {
        self.event.contains("BASELINE")
    }

    /// The migrations that it speaks of. Where the name is known it decides: a number may have been given to another file
    /// since.
    fn places(&self, set: &[Facts]) -> Vec<usize> {
        let version = self.version.as_ref().and_then(|version| version.parse::<u64>().ok());
        let is_it = |facts: &Facts| match (&self.name, version) {
            (_, version) if self.is_baseline() => facts.number <= version && facts.number.is_some(),
            (Some(name), _) => facts.name == normalised(name),
            (None, version) => facts.number == version && version.is_some(),
        };
        let places: Vec<usize> = (0..set.len()).filter(|place| is_it(&set[*place])).collect();
        // A number alone may be that of several categories.
        if places.len() > 1 && !self.is_baseline() { Vec::new() } else { places }
    }

    /// Whether the text holds what was run, as far as a checksum has been kept that tells.
    fn is_proven(&self, text: &str) -> bool {
        let (Some(version), Some(name), Some(checksum)) = (&self.version, &self.name, &self.checksum) else {
            return true;
        };
        match (version.parse(), checksum.parse()) {
            (Ok(version), Ok(checksum)) => proof::holds(text, name, version, checksum),
            _ => false,
        }
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

/// What has not been undone or taken out later. Flyway's mark for a schema that it has made is no migration.
fn effective(entries: Vec<Entry>) -> Vec<Entry> {
    let mut effective: Vec<Entry> = Vec::new();
    for entry in entries {
        match entry.event.as_str() {
            "SCHEMA" => {}
            event if event.starts_with("UNDO") || event == "DELETE" => {
                effective.retain(|earlier| earlier.version != entry.version);
            }
            _ => effective.push(entry),
        }
    }
    effective
}
