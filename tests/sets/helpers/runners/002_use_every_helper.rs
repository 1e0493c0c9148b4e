//! Migration: Use every helper of the agent that writes SQL of its own.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: it is done for the sake of a test

use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError, ensure};

pub(crate) fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    Keyset::new("shop", "users", "id").rows(2).execute(
        agent,
        cursor,
        "UPDATE shop.users SET email = pg_catalog.upper(email) \
         WHERE id OPERATOR(pg_catalog.>) $1 AND id OPERATOR(pg_catalog.<=) $2",
    )
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_table("shop", "users")?;
    agent.verify_column("shop", "users", "email")?;
    agent.verify_none("users without a number", "SELECT id FROM shop.users WHERE id IS NULL", &[])?;
    agent.insert("shop", "users").columns(&["id", "email"]).row(&[&4_i64, &"dan@example.org"]).execute()?;
    let mut copy = agent.copy_in("shop", "users", &["id", "email"])?;
    copy.row(&[&5_i64, &"fay@example.org"])?;
    copy.finish()?;
    let users = agent.count("shop", "users")?;
    ensure(users == 5, format!("{users} users"))
}
