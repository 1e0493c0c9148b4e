//! Migration: Walk over a table without rows.
//! Dependencies: 001_create_things
//! Rollback: irreversible: it is done for the sake of a test

use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError};

pub(crate) fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    Keyset::new("store", "nothing", "id").rows(0).execute(agent, cursor, "SELECT $1, $2")
}
