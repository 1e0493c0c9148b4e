//! Migration: Fill the users.
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, RunnerError};

pub fn up(_: &mut Agent<'_>) -> Result<(), RunnerError> {
    Ok(())
}
