//! INSERT statements with parameters, built from data.

use std::fmt::Write;

use postgres::types::ToSql;
use postgres::{Client, Row};

use crate::quote::{identifier, identifiers};
use crate::runner::RunnerError;

/// An INSERT that is being built. Many rows go in one statement.
///
/// ```
/// use migrations_core::{Agent, RunnerError};
///
/// pub fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
///     let addresses = ["ada@example.org", "bob@example.org"];
///     let insert = agent.insert("shop", "users").columns(&["email"]);
///     addresses.iter().fold(insert, |insert, address| insert.row(&[address])).execute()?;
///     Ok(())
/// }
/// ```
#[must_use = "nothing is inserted before `execute` or `returning`"]
pub struct Insert<'i> {
    client: &'i mut Client,
    table: String,
    columns: Vec<String>,
    values: Vec<&'i (dyn ToSql + Sync)>,
    conflict: String,
}

/// The protocol counts the parameters of a statement in 16 bits.
const MOST_PARAMETERS: usize = u16::MAX as usize;

impl<'i> Insert<'i> {
    pub(super) fn new(client: &'i mut Client, table: String) -> Insert<'i> {
        Insert { client, table, columns: Vec::new(), values: Vec::new(), conflict: String::new() }
    }

    /// The columns that get values, in the order of the values.
    ///
    /// ```
    /// # use migrations_core::{Insert, RunnerError};
    /// # fn f(insert: Insert<'_>) -> Result<(), RunnerError> {
    /// insert.columns(&["email", "name"]).row(&[&"ada@example.org", &"Ada"]).execute()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn columns(mut self, columns: &[&str]) -> Self {
        self.columns = columns.iter().map(|column| (*column).to_owned()).collect();
        self
    }

    /// Adds a row: a value for each column.
    ///
    /// ```
    /// # use migrations_core::{Insert, RunnerError};
    /// # fn f(insert: Insert<'_>) -> Result<(), RunnerError> {
    /// insert
    ///     .columns(&["email", "name"])
    ///     .row(&[&"ada@example.org", &"Ada"])
    ///     .row(&[&"bob@example.org", &None::<String>])
    ///     .execute()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn row(mut self, values: &[&'i (dyn ToSql + Sync)]) -> Self {
        self.values.extend(values);
        self
    }

    /// Leaves rows alone that are there already, by the unique columns `key`. With no columns: by any unique constraint or
    /// index, such as one on `lower(email)`.
    ///
    /// ```
    /// # use migrations_core::{Insert, RunnerError};
    /// # fn f(insert: Insert<'_>) -> Result<(), RunnerError> {
    /// let ada = insert.columns(&["email"]).row(&[&"ada@example.org"]);
    /// let rows = ada.on_conflict_do_nothing(&["email"]).execute()?; // 0 when she is there already
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_conflict_do_nothing(mut self, key: &[&str]) -> Self {
        self.conflict = match key {
            [] => " ON CONFLICT DO NOTHING".to_owned(),
            key => format!(" ON CONFLICT ({}) DO NOTHING", identifiers(key)),
        };
        self
    }

    /// Overwrites `columns` of rows that are there already, by the unique columns `key`.
    ///
    /// ```
    /// # use migrations_core::{Insert, RunnerError};
    /// # fn f(insert: Insert<'_>) -> Result<(), RunnerError> {
    /// insert
    ///     .columns(&["email", "name"])
    ///     .row(&[&"ada@example.org", &"Ada Lovelace"])
    ///     .on_conflict_update(&["email"], &["name"])
    ///     .execute()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_conflict_update(mut self, key: &[&str], columns: &[&str]) -> Self {
        let overwrite: Vec<String> =
            columns.iter().map(|column| format!("{0} = EXCLUDED.{0}", identifier(column))).collect();
        self.conflict = format!(" ON CONFLICT ({}) DO UPDATE SET {}", identifiers(key), overwrite.join(", "));
        self
    }

    /// Inserts; answers the number of rows.
    ///
    /// ```
    /// # use migrations_core::{Insert, RunnerError, ensure};
    /// # fn f(insert: Insert<'_>) -> Result<(), RunnerError> {
    /// let rows = insert.columns(&["email"]).row(&[&"ada@example.org"]).execute()?;
    /// ensure(rows == 1, "she is there already")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The values do not fit the columns, or the server refuses them.
    #[track_caller]
    pub fn execute(mut self) -> Result<u64, RunnerError> {
        let mut inserted = 0;
        for values in self.portions()? {
            inserted += self.client.execute(&self.statement(values.len(), ""), &values)?;
        }
        Ok(inserted)
    }

    /// Inserts; answers these columns of the rows that were inserted or overwritten.
    ///
    /// ```
    /// # use migrations_core::{Insert, RunnerError};
    /// # fn f(insert: Insert<'_>) -> Result<(), RunnerError> {
    /// let rows = insert.columns(&["email"]).row(&[&"ada@example.org"]).returning(&["id"])?;
    /// let ids: Vec<i64> = rows.iter().map(|row| row.get("id")).collect();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Insert::execute`].
    #[track_caller]
    pub fn returning(mut self, columns: &[&str]) -> Result<Vec<Row>, RunnerError> {
        let returning = format!(" RETURNING {}", identifiers(columns));
        let mut rows = Vec::new();
        for values in self.portions()? {
            rows.extend(self.client.query(&self.statement(values.len(), &returning), &values)?);
        }
        Ok(rows)
    }

    /// The values, in as many statements as the protocol asks for.
    #[track_caller]
    fn portions(&mut self) -> Result<Vec<Vec<&'i (dyn ToSql + Sync)>>, RunnerError> {
        let width = self.columns.len();
        if width == 0 || width > MOST_PARAMETERS || !self.values.len().is_multiple_of(width) {
            return Err(RunnerError::new(format!(
                "{} values do not fill rows of {width} columns",
                self.values.len()
            )));
        }
        let portion = MOST_PARAMETERS / width * width;
        Ok(std::mem::take(&mut self.values).chunks(portion).map(<[_]>::to_vec).collect())
    }

    fn statement(&self, values: usize, returning: &str) -> String {
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let mut statement = format!("INSERT INTO {} ({}) VALUES ", self.table, identifiers(&columns));
        for number in 1..=values {
            let column = (number - 1) % columns.len();
            let (open, close) =
                (if column == 0 { "(" } else { "" }, if column + 1 == columns.len() { ")" } else { "" });
            let comma = if number == values { "" } else { ", " };
            let _ = write!(statement, "{open}${number}{close}{comma}");
        }
        statement + &self.conflict + returning
    }
}

impl std::fmt::Debug for Insert<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Insert")
            .field("table", &self.table)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}
