//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, RunnerError};

pub fn up(_: &mut Agent<'_>) -> Result<(), RunnerError> {
    Ok(())
}

pub fn down(_: &mut Agent<'_>) -> Result<(), RunnerError> {
    Ok(())
}
