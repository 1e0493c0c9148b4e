//! What generated code names. Nothing here is part of the interface.

use std::path::Path;

pub use std::vec::Vec;

pub use migrations_macros::embed_migrations;

pub use crate::agent::Agent;
pub use crate::error::Error;
pub use crate::interop::to_refinery;
pub use crate::migrator::Migrator;
pub use crate::plan::Plan;
pub use crate::report::{Report, RolledBack};
pub use crate::runner::{Batch, Cursor, Runner, RunnerError};
pub use crate::set::{Facts, MigrationSet, Packed, Read, Rows, Table, UnknownMigration, parse};
pub use crate::status::Status;
pub use migrations_rules::Step;
pub use postgres::{Client, Error as ConnectError};
pub use refinery_core::{Error as RefineryError, Migration as RefineryMigration};

/// The migrations at these places of the execution order.
pub fn places_to_migrations<M: MigrationSet>(places: &[usize]) -> Vec<M> {
    places.iter().map(|place| M::at(*place)).collect()
}

/// The test that the macro generates: fails when the set that is compiled in is not the folder's any more.
///
/// # Panics
/// When the folder has changed, or has errors now.
#[allow(clippy::panic)] // A failing test panics.
pub fn assert_current(manifest_dir: &str, root: &str, digest: &str) {
    let set = migrations_rules::check(&Path::new(manifest_dir).join(root), root);
    let errors: Vec<String> =
        set.problems.iter().filter(|problem| problem.is_error()).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "`{root}` has errors:\n{}", errors.join("\n"));
    if migrations_rules::digest(&set.migrations) != digest {
        panic!(
            "the migrations that are compiled in are not those of `{root}`.\n\
             A new file is noticed only if the package has a build script. Write this into build.rs:\n\n    \
             fn main() {{ println!(\"cargo::rerun-if-changed={root}\"); }}\n"
        );
    }
}
