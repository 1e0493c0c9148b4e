//! Migration: Walk over keys below zero.
//! Dependencies: 001_create_things
//! Rollback: irreversible: it is done for the sake of a test

use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError};

pub(crate) fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    if cursor.is_start() {
        agent.batch("INSERT INTO store.debts (id) SELECT -i FROM generate_series(1, 6) AS i")?;
    }
    let see = "UPDATE store.debts SET seen = seen + 1 WHERE id > $1 AND id <= $2";
    Keyset::new("store", "debts", "id").rows(3).execute(agent, cursor, see)
}
