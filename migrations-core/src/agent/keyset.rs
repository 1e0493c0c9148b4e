//! The common batched runner: a walk over a table along its key.

use crate::agent::Agent;
use crate::quote::{identifier, qualified};
use crate::runner::{Batch, Cursor, RunnerError};

/// A walk over a table in batches, along an integer key.
///
/// ```
/// use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError};
///
/// pub fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
///     Keyset::new("shop", "users", "id")
///         .rows(5_000)
///         .execute(agent, cursor, "UPDATE shop.users SET email = lower(email) WHERE id > $1 AND id <= $2")
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "nothing happens before `execute`"]
pub struct Keyset {
    table: String,
    key: String,
    rows: i64,
}

impl Keyset {
    /// A walk along `key`, a column of type `bigint`, `integer` or `smallint` that is unique and indexed.
    ///
    /// ```
    /// # use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError};
    /// # fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    /// let statement = "DELETE FROM shop.visits WHERE id > $1 AND id <= $2 AND day < '2024-01-01'";
    /// Keyset::new("shop", "visits", "id").execute(agent, cursor, statement)
    /// # }
    /// ```
    pub fn new(schema: &str, table: &str, key: &str) -> Keyset {
        Keyset { table: qualified(schema, table), key: identifier(key), rows: 1000 }
    }

    /// How many rows a batch has. Default: 1000.
    ///
    /// ```
    /// # use migrations_core::Keyset;
    /// assert_eq!(Keyset::new("shop", "users", "id").rows(1000), Keyset::new("shop", "users", "id"));
    /// ```
    pub fn rows(mut self, rows: u32) -> Keyset {
        self.rows = i64::from(rows.max(1));
        self
    }

    /// Executes `statement` for the next batch: the rows whose key is above `$1` and not above `$2`, both `bigint`.
    ///
    /// ```
    /// use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError};
    ///
    /// pub fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    ///     // Without both borders a batch would touch the rows of the others too.
    ///     let statement = "UPDATE shop.users SET nick = name WHERE id > $1 AND id <= $2 AND nick IS NULL";
    ///     Keyset::new("shop", "users", "id").execute(agent, cursor, statement)
    /// }
    /// ```
    ///
    /// # Errors
    /// The server refuses the statement.
    #[track_caller]
    pub fn execute(
        &self,
        agent: &mut Agent<'_>,
        cursor: &Cursor,
        statement: &str,
    ) -> Result<Batch, RunnerError> {
        let from: i64 = match cursor.position()? {
            Some(position) => position,
            None => self.start(agent)?,
        };
        let Keyset { table, key, rows } = self;
        let walk = format!(
            "SELECT pg_catalog.max(key), pg_catalog.count(*) FROM \
             (SELECT {key}::pg_catalog.int8 AS key FROM {table} WHERE {key} OPERATOR(pg_catalog.>) $1::pg_catalog.int8 ORDER BY {key} LIMIT {rows}) AS batch"
        );
        let row = agent.client().query_one(&walk, &[&from])?;
        let (to, count): (Option<i64>, i64) = (row.get(0), row.get(1));
        let Some(to) = to else { return Ok(Batch::done(0)) };
        let statement = agent
            .client()
            .prepare_typed(statement, &[postgres::types::Type::INT8, postgres::types::Type::INT8])?;
        agent.client().execute(&statement, &[&from, &to])?;
        let count = count.unsigned_abs();
        Ok(if count < rows.unsigned_abs() { Batch::done(count) } else { Batch::more(count, to) })
    }

    /// The key before the first; on the way, how many rows there are.
    #[track_caller]
    fn start(&self, agent: &mut Agent<'_>) -> Result<i64, RunnerError> {
        let Keyset { table, key, .. } = self;
        let query = format!("SELECT pg_catalog.count(*), pg_catalog.min({key})::bigint FROM {table}");
        let row = agent.client().query_one(&query, &[])?;
        agent.expect_rows(row.get::<_, i64>(0).unsigned_abs());
        Ok(row.get::<_, Option<i64>>(1).unwrap_or(0).saturating_sub(1))
    }
}
