//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: empty it.

use migrations_core::{Agent, RunnerError};

pub fn up(agent: &Agent<'_>) -> Result<(), RunnerError> {
    let _ = agent;
    Ok(())
}

pub fn down(_: &mut Agent<'_>) -> Result<(), RunnerError> {
    Ok(())
}
