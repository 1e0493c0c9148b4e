//! What generated code names. Nothing here is part of the interface.

pub use std::vec::Vec;

pub use migrations_macros::embed_migrations;

pub use crate::agent::Agent;
pub use crate::error::Error;
pub use crate::interop::to_refinery;
pub use crate::migrator::Migrator;
pub use crate::plan::Plan;
pub use crate::report::{Report, RolledBack};
pub use crate::runner::{Batch, Cursor, Runner, RunnerError};
pub use crate::set::{
    Facts, MigrationSet, Packed, Read, Rows, Table, UnknownMigration, assert_current, parse,
};
pub use crate::status::Status;
pub use migrations_text::Step;
pub use postgres::{Client, Error as ConnectError};
pub use refinery_core::{Error as RefineryError, Migration as RefineryMigration};

/// The migrations at these places of the execution order.
pub fn places_to_migrations<M: MigrationSet>(places: &[usize]) -> Vec<M> {
    places.iter().map(|place| M::at(*place)).collect()
}
