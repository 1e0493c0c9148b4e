//! Migration: Fill the users.
//! Dependencies: schema/001_create_shop,
//!     001_create_shopp
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, RunnerError};

pub fn up(_: &mut Agent<'_>) -> Result<(), RunnerError> {
    Ok(())
}
