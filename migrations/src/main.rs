//! Takes a database from nothing to the last migration of the platform, and tells what it does.
//!
//! Where no database is named, it starts a throw-away PostgreSQL.

use std::process::ExitCode;

fn main() -> ExitCode {
    migrations_core::cli::demonstration::<migrations::Migration>()
}
