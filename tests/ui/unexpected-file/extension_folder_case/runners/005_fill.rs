//! Migration: Fill the shop.
//! Dependencies: none
//! Rollback: irreversible: the old values are not kept

pub fn up(_: &mut migrations_core::Agent<'_>) -> Result<(), migrations_core::RunnerError> {
    Ok(())
}
