//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: the old values are not kept

use migrations_core::{Agent, RunnerError};

/* é */	fn up() {}
