//! Migration: Fill the users, as many rows at once.
//! Dependencies: 001_create_shop
//! Rollback: empty the table.

use migrations_core::{Agent, RunnerError};

pub(crate) fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let mut rows = agent.copy_in("shop", "users", &["name"])?;
    for name in ["Ada", "Bob", "Cid", "Dan", "Eve"] {
        rows.row(&[&name])?;
    }
    let copied = rows.finish()?;
    agent.log(format!("{copied} users copied"));
    Ok(())
}

pub(crate) fn down(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.batch("DELETE FROM shop.users")
}
