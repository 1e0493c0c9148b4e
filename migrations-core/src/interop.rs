//! Other tools: our set for refinery's runner, and the histories that others have kept.
//!
//! The one place where a type of refinery-core is part of the interface.
//!
//! ```
//! migrations_core::embed_migrations!("examples/migrations");
//!
//! let migrations = Migration::ALL.iter().map(|migration| migration.to_refinery());
//! let runner = refinery_core::Runner::new(&migrations.collect::<Result<Vec<_>, _>>()?);
//! assert_eq!(runner.get_migrations().len(), 2);
//! # Ok::<(), refinery_core::Error>(())
//! ```

mod history;
mod proof;

pub use history::Tool;
use refinery_core::Migration as RefineryMigration;

use crate::set::MigrationSet;

/// A migration as refinery knows it, for people on a driver that refinery has and we do not.
///
/// Its version is the place in the execution order, counted from 1. What it loses: verification and
/// everything else that the engine does around the body.
///
/// ```
/// # migrations_core::embed_migrations!("examples/migrations");
/// use migrations_core::interop::to_refinery;
///
/// let users = to_refinery(Migration::CreateUsers)?;
/// assert_eq!((users.version(), users.name()), (2, "create_users"));
/// # Ok::<(), refinery_core::Error>(())
/// ```
///
/// # Errors
/// The name does not fit refinery's pattern.
pub fn to_refinery<M: MigrationSet>(migration: M) -> Result<RefineryMigration, refinery_core::Error> {
    let facts = migration.facts();
    #[expect(clippy::disallowed_methods)] // It comes only into services that call this.
    RefineryMigration::unapplied(&format!("V{}__{}", migration.position() + 1, facts.name), facts.sql())
}
