//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, RunnerError};

pub fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let rows = agent.count("shop", "users")?
    agent.log(format!("{rows} rows"));
    Ok(())
}
