//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, Batch, Cursor, RunnerError};

pub fn up(_: &mut Agent<'_>) -> Result<(), RunnerError> {
    Ok(())
}

pub fn batch(_: &mut Agent<'_>, _: &Cursor) -> Result<Batch, RunnerError> {
    Ok(Batch::done(0))
}
