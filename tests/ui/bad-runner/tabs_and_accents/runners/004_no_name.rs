//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, RunnerError};

/* é
日本 */ pub fn up(_: &mut Agent<'_>) -> Result<(), RunnerError> {
	/* 日本 */ let = 1;
    Ok(())
}
