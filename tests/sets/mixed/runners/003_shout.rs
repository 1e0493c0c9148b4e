//! Migration: Write the names louder, in batches.
//! Dependencies: 002_fill_users
//! Rollback: irreversible: how loud they were is not kept

use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError, ensure};

pub(crate) fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    Keyset::new("shop", "users", "id").rows(3).execute(
        agent,
        cursor,
        "UPDATE shop.users SET name = name || '!' WHERE id > $1 AND id <= $2",
    )
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let wrong: i64 = agent.value("SELECT count(*) FROM shop.users WHERE name NOT LIKE '___!'", &[])?;
    ensure(wrong == 0, format!("{wrong} names are too loud, or not loud enough"))
}
