//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: empty it.

use migrations_core::{Agent, RunnerError};

pub fn up(_: &mut Agent<'_>) -> Result<(), RunnerError> {
    Ok(())
}

pub fn down(agent: &mut Agent<'_>) -> Result<(), std::fmt::Error> {
    agent.log("done");
    Ok(())
}
