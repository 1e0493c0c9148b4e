//! Migration: Write the names in capitals, in batches.
//! Dependencies: 003_index_users
//! Rollback: irreversible: which letters were small is not kept

use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError};

pub(crate) fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    Keyset::new("shop", "users", "id").rows(1000).execute(
        agent,
        cursor,
        "UPDATE shop.users SET name = upper(name) || '!' WHERE id > $1 AND id <= $2",
    )
}
