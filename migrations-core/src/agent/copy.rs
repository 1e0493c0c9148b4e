//! Many rows at once.

use postgres::Client;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{ToSql, Type};

use crate::quote::identifiers;
use crate::runner::RunnerError;

/// Rows on their way into a table, in PostgreSQL's binary COPY format. They are there after [`CopyIn::finish`].
///
/// ```
/// use migrations_core::{Agent, RunnerError};
///
/// pub fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
///     let mut copy = agent.copy_in("shop", "numbers", &["number", "word"])?;
///     for (number, word) in (1_i64..).zip(["one", "two", "three"]) {
///         copy.row(&[&number, &word])?;
///     }
///     let rows = copy.finish()?;
///     agent.log(format!("{rows} numbers"));
///     Ok(())
/// }
/// ```
#[must_use = "nothing is kept without `finish`"]
pub struct CopyIn<'i> {
    writer: BinaryCopyInWriter<'i>,
}

impl<'i> CopyIn<'i> {
    #[track_caller]
    pub(super) fn start(
        client: &'i mut Client,
        table: &str,
        columns: &[&str],
    ) -> Result<CopyIn<'i>, RunnerError> {
        let columns = identifiers(columns);
        let statement = client.prepare(&format!("SELECT {columns} FROM {table}"))?;
        let types: Vec<Type> = statement.columns().iter().map(|column| column.type_().clone()).collect();
        let writer = client.copy_in(&format!("COPY {table} ({columns}) FROM STDIN (FORMAT binary)"))?;
        Ok(CopyIn { writer: BinaryCopyInWriter::new(writer, &types) })
    }

    /// Adds a row: a value for each column.
    ///
    /// ```
    /// # use migrations_core::{CopyIn, RunnerError};
    /// # fn f(copy: &mut CopyIn<'_>) -> Result<(), RunnerError> {
    /// // COPY converts nothing: a `bigint` takes an `i64`, an `integer` an `i32`.
    /// copy.row(&[&1_i64, &Some("one"), &None::<String>])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A value does not fit its column, or the connection is lost.
    #[track_caller]
    pub fn row(&mut self, values: &[&(dyn ToSql + Sync)]) -> Result<(), RunnerError> {
        Ok(self.writer.write(values)?)
    }

    /// Ends the copy; answers the number of rows.
    ///
    /// ```
    /// # use migrations_core::{CopyIn, RunnerError, ensure};
    /// # fn f(copy: CopyIn<'_>) -> Result<(), RunnerError> {
    /// ensure(copy.finish()? == 3, "rows were lost")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The server refuses the rows.
    #[track_caller]
    pub fn finish(self) -> Result<u64, RunnerError> {
        Ok(self.writer.finish()?)
    }
}

impl std::fmt::Debug for CopyIn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CopyIn").finish_non_exhaustive()
    }
}
