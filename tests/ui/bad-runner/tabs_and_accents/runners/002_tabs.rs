//! Migration: Größen füllen, 日本語.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, RunnerError};

	/* größer, 日本 */	pub fn upp(_: &mut Agent<'_>) -> Result<(), RunnerError> {
		Ok(())
	}

fn é() { let _ = "日本"; } pub fn up() {}
