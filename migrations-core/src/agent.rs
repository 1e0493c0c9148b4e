//! What a runner gets to work with.

mod copy;
mod insert;
mod keyset;

pub use copy::CopyIn;
pub use insert::Insert;
pub use keyset::Keyset;

use postgres::types::{FromSqlOwned, ToSql};
use postgres::{Client, Row};

use crate::quote;
use crate::runner::RunnerError;

/// A connection inside the transaction of a migration, for runners.
///
/// Whatever it does is kept together with the migration, or not at all: it cannot commit. Values are always parameters,
/// names are always quoted.
///
/// ```
/// use migrations_core::{Agent, RunnerError};
///
/// pub fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
///     let users: Vec<i64> = agent
///         .insert("shop", "users")
///         .columns(&["email", "name"])
///         .row(&[&"ada@example.org", &"Ada"])
///         .row(&[&"bob@example.org", &"Bob"])
///         .on_conflict_do_nothing(&["email"])
///         .returning(&["id"])?
///         .iter()
///         .map(|row| row.get(0))
///         .collect();
///     agent.log(format!("{} users are new", users.len()));
///     Ok(())
/// }
/// ```
pub struct Agent<'a> {
    client: &'a mut Client,
    notes: &'a mut dyn FnMut(Note),
}

/// What a runner tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Note {
    Line(String),
    Total(u64),
}

impl<'a> Agent<'a> {
    pub(crate) fn new(client: &'a mut Client, notes: &'a mut dyn FnMut(Note)) -> Agent<'a> {
        Agent { client, notes }
    }

    /// The rows of a query.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// for row in agent.query("SELECT id, email FROM shop.users WHERE email LIKE $1", &[&"% %"])? {
    ///     let (id, email): (i64, String) = (row.get(0), row.get(1));
    ///     agent.execute("UPDATE shop.users SET email = $1 WHERE id = $2", &[&email.trim(), &id])?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The server refuses it, or it is transaction control.
    #[track_caller]
    pub fn query(
        &mut self,
        query: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, RunnerError> {
        refuse_transaction_control(query)?;
        // Without parameters there is nothing to prepare: one round trip instead of two.
        Ok(match parameters {
            [] => self.client.query_typed(query, &[])?,
            parameters => self.client.query(query, parameters)?,
        })
    }

    /// The only row of a query.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// let row = agent.query_one("SELECT min(id), max(id) FROM shop.users", &[])?;
    /// let range: (Option<i64>, Option<i64>) = (row.get(0), row.get(1));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Agent::query`], and when there is not exactly one row.
    #[track_caller]
    pub fn query_one(&mut self, query: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Row, RunnerError> {
        refuse_transaction_control(query)?;
        Ok(match parameters {
            [] => self.client.query_typed_one(query, &[])?,
            parameters => self.client.query_one(query, parameters)?,
        })
    }

    /// The only row of a query, if there is one.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// let admin = agent.query_opt("SELECT id FROM shop.users WHERE email = $1", &[&"admin@example.org"])?;
    /// if admin.is_none() {
    ///     agent.log("there is no admin yet");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Agent::query`], and when there are several rows.
    #[track_caller]
    pub fn query_opt(
        &mut self,
        query: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>, RunnerError> {
        refuse_transaction_control(query)?;
        Ok(match parameters {
            [] => self.client.query_typed_opt(query, &[])?,
            parameters => self.client.query_opt(query, parameters)?,
        })
    }

    /// The only value of the only row of a query. `NULL` needs an `Option`.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// let newest: Option<i64> = agent.value("SELECT max(id) FROM shop.users WHERE email LIKE $1", &[&"%.org"])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Agent::query_one`], and when the value is not a `T`.
    #[track_caller]
    pub fn value<T: FromSqlOwned>(
        &mut self,
        query: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<T, RunnerError> {
        Ok(self.query_one(query, parameters)?.try_get(0)?)
    }

    /// Executes a statement; answers the number of rows that it touched.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError, ensure};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// let removed = agent.execute("DELETE FROM shop.users WHERE email = $1", &[&"test@example.org"])?;
    /// ensure(removed <= 1, format!("{removed} users have the address of the test"))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Agent::query`].
    #[track_caller]
    pub fn execute(
        &mut self,
        statement: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, RunnerError> {
        refuse_transaction_control(statement)?;
        Ok(match parameters {
            [] => self.client.execute_typed(statement, &[])?,
            parameters => self.client.execute(statement, parameters)?,
        })
    }

    /// Executes several statements without parameters, in one round trip.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// agent.batch("SET LOCAL work_mem = '1GB'; ANALYZE shop.users")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Agent::query`].
    #[track_caller]
    pub fn batch(&mut self, statements: &str) -> Result<(), RunnerError> {
        refuse_transaction_control(statements)?;
        Ok(self.client.batch_execute(statements)?)
    }

    /// Builds an INSERT.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// agent.insert("shop", "users").columns(&["email"]).row(&[&"ada@example.org"]).execute()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn insert<'i>(&'i mut self, schema: &str, table: &str) -> Insert<'i> {
        Insert::new(self.client, quote::qualified(schema, table))
    }

    /// Copies many rows into a table, which is the fastest way to get them there.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// let mut copy = agent.copy_in("shop", "users", &["email"])?;
    /// for address in ["ada@example.org", "bob@example.org"] {
    ///     copy.row(&[&address])?;
    /// }
    /// copy.finish()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The table or one of the columns does not exist.
    #[track_caller]
    pub fn copy_in<'i>(
        &'i mut self,
        schema: &str,
        table: &str,
        columns: &[&str],
    ) -> Result<CopyIn<'i>, RunnerError> {
        CopyIn::start(self.client, &quote::qualified(schema, table), columns)
    }

    /// The number of rows of a table.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError, ensure};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// ensure(agent.count("shop", "old_users")? == agent.count("shop", "users")?, "users were lost")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The table does not exist.
    #[track_caller]
    pub fn count(&mut self, schema: &str, table: &str) -> Result<i64, RunnerError> {
        let query = format!("SELECT pg_catalog.count(*) FROM {}", quote::qualified(schema, table));
        self.value(&query, &[])
    }

    /// Whether there is a table (or a view, or a materialised view) of this name.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// if agent.table_exists("shop", "old_users")? {
    ///     agent.batch("INSERT INTO shop.users (email) SELECT email FROM shop.old_users")?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The connection is lost.
    #[track_caller]
    pub fn table_exists(&mut self, schema: &str, table: &str) -> Result<bool, RunnerError> {
        let query = "SELECT EXISTS (SELECT FROM information_schema.tables \
                     WHERE table_schema OPERATOR(pg_catalog.=) $1 AND table_name OPERATOR(pg_catalog.=) $2)";
        self.value(query, &[&schema, &table])
    }

    /// Whether a table has a column of this name.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// if !agent.column_exists("shop", "users", "nick")? {
    ///     return Ok(()); // It was never there in the newer databases.
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The connection is lost.
    #[track_caller]
    pub fn column_exists(&mut self, schema: &str, table: &str, column: &str) -> Result<bool, RunnerError> {
        let query = "SELECT EXISTS (SELECT FROM information_schema.columns \
                     WHERE table_schema OPERATOR(pg_catalog.=) $1 AND table_name OPERATOR(pg_catalog.=) $2 \
                     AND column_name OPERATOR(pg_catalog.=) $3)";
        self.value(query, &[&schema, &table, &column])
    }

    /// Fails unless there is a table of this name.
    ///
    /// ```
    /// use migrations_core::{Agent, RunnerError};
    ///
    /// pub fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    ///     agent.verify_table("shop", "users") // there is no table shop.users
    /// }
    /// ```
    ///
    /// # Errors
    /// There is none.
    #[track_caller]
    pub fn verify_table(&mut self, schema: &str, table: &str) -> Result<(), RunnerError> {
        match self.table_exists(schema, table)? {
            true => Ok(()),
            false => Err(RunnerError::new(format!("there is no table {schema}.{table}"))),
        }
    }

    /// Fails unless a table has a column of this name.
    ///
    /// ```
    /// use migrations_core::{Agent, RunnerError};
    ///
    /// pub fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    ///     agent.verify_column("shop", "users", "email") // the table shop.users has no column email
    /// }
    /// ```
    ///
    /// # Errors
    /// It has none.
    #[track_caller]
    pub fn verify_column(&mut self, schema: &str, table: &str, column: &str) -> Result<(), RunnerError> {
        match self.column_exists(schema, table, column)? {
            true => Ok(()),
            false => Err(RunnerError::new(format!("the table {schema}.{table} has no column {column}"))),
        }
    }

    /// Fails when a query finds rows: those that should not be there, called `what` in words. The error shows the first
    /// three of them, so the query should select what tells them apart, and no secret.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// agent.verify_none("users without an address", "SELECT id FROM shop.users WHERE email = $1", &[&""])
    /// // users without an address: 3, 17, 21 and 4 more
    /// # }
    /// ```
    ///
    /// # Errors
    /// There are rows, or as [`Agent::query`].
    #[track_caller]
    pub fn verify_none(
        &mut self,
        what: &str,
        query: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<(), RunnerError> {
        refuse_transaction_control(query)?;
        let rows = self.query(&format!("{FIRST_ROWS} ({query}\n) AS found) AS numbered"), parameters)?;
        let Some(row) = rows.first() else { return Ok(()) };
        let (count, first): (i64, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        let first = first.unwrap_or_default();
        match count {
            0 => Ok(()),
            1..=3 => Err(RunnerError::new(format!("{what}: {first}"))),
            _ => Err(RunnerError::new(format!("{what}: {first} and {} more", count - 3))),
        }
    }

    /// Says something to whoever watches; it is also in the report.
    ///
    /// ```
    /// # use migrations_core::{Agent, RunnerError};
    /// # fn f(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    /// let rows = agent.execute("UPDATE shop.users SET email = lower(email)", &[])?;
    /// agent.log(format!("{rows} addresses are in lower case")); // `Event::Log`, and `Applied::log`
    /// # Ok(())
    /// # }
    /// ```
    pub fn log(&mut self, line: impl Into<String>) {
        (self.notes)(Note::Line(line.into()));
    }

    /// Says how many rows a batched runner will touch in all, so that the time that is left can be told.
    ///
    /// ```
    /// # use migrations_core::{Agent, Cursor, RunnerError};
    /// # fn f(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<(), RunnerError> {
    /// if cursor.is_start() {
    ///     let rows: i64 = agent.value("SELECT count(*) FROM shop.users WHERE email IS NULL", &[])?;
    ///     agent.expect_rows(rows.unsigned_abs());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn expect_rows(&mut self, total: u64) {
        (self.notes)(Note::Total(total));
    }

    pub(crate) fn client(&mut self) -> &mut Client {
        self.client
    }
}

impl std::fmt::Debug for Agent<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent").finish_non_exhaustive()
    }
}

/// How many rows a query finds, and the values of the first three.
const FIRST_ROWS: &str = "SELECT pg_catalog.count(*), \
     pg_catalog.string_agg((SELECT pg_catalog.string_agg(value, ' ') FROM pg_catalog.json_each_text(row)), ', ' \
     ORDER BY number) FILTER (WHERE number OPERATOR(pg_catalog.<=) 3) \
     FROM (SELECT pg_catalog.row_to_json(found) AS row, pg_catalog.row_number() OVER () AS number FROM";

/// The transaction is the engine's.
#[track_caller]
fn refuse_transaction_control(statements: &str) -> Result<(), RunnerError> {
    match migrations_text::transaction_control(statements) {
        None => Ok(()),
        Some(word) => Err(RunnerError::new(format!("{word} in a runner; the transaction is the engine's"))),
    }
}
