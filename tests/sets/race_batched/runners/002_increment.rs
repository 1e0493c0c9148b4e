//! Migration: Count every row once, in batches.
//! Dependencies: 001_create_numbers
//! Rollback: irreversible: it is done for the sake of a test

use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError, ensure};

pub(crate) fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    Keyset::new("shop", "numbers", "id").rows(1_000).execute(
        agent,
        cursor,
        "UPDATE shop.numbers SET n = n + 1 WHERE id > $1 AND id <= $2",
    )
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let others: i64 = agent.query_one("SELECT count(*) FROM shop.numbers WHERE n <> 1", &[])?.get(0);
    ensure(others == 0, format!("{others} rows were counted twice, or never"))
}
