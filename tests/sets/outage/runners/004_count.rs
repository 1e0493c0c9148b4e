//! Migration: Count every row once, in slow batches.
//! Dependencies: 003_index_things
//! Rollback: irreversible: it is done for the sake of a test

use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError};

pub(crate) fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    let count = "UPDATE things SET n = n + 1 WHERE id > $1 AND id <= $2";
    let batch = Keyset::new("public", "things", "id").rows(30).execute(agent, cursor, count)?;
    agent.batch("SELECT pg_sleep(0.05)")?;
    Ok(batch)
}
