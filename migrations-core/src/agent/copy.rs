//! Many rows at once.

use postgres::Client;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{ToSql, Type};

use crate::quote::identifiers;
use crate::runner::RunnerError;

/// Rows on their way into a table, in PostgreSQL's binary COPY format. They are there after [`CopyIn::finish`].
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
    /// # Errors
    /// A value does not fit its column, or the connection is lost.
    #[track_caller]
    pub fn row(&mut self, values: &[&(dyn ToSql + Sync)]) -> Result<(), RunnerError> {
        Ok(self.writer.write(values)?)
    }

    /// Ends the copy; answers the number of rows.
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
