//! **PostgreSQL migrations that `cargo build` has already checked.**
//!
//! A folder of SQL is checked while the crate is built, becomes a typed enum, and runs on PostgreSQL: each
//! migration exactly once, atomically, through the synchronous [`postgres`] crate.
//!
//! ```
//! migrations_core::embed_migrations!("examples/migrations");
//!
//! fn start(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
//!     let report = Migration::run_all(client)?;
//!     println!("{report}");
//!     Ok(())
//! }
//!
//! assert_eq!(Migration::ALL.len(), 2);
//! assert_eq!(Migration::CreateShop.category(), Category::Schema);
//! assert_eq!(Migration::CreateUsers.dependencies(), [Migration::CreateShop]);
//! assert_eq!("create_users".parse(), Ok(Migration::CreateUsers));
//! ```
//!
//! # From async code
//!
//! The `postgres` crate blocks. In an async program, run the migrations on a thread that may block:
//!
//! ```
//! # migrations_core::embed_migrations!("examples/migrations");
//! # async fn start() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! tokio::task::spawn_blocking(|| {
//!     let mut client = postgres::Client::connect("host=localhost user=app", postgres::NoTls)?;
//!     Migration::run_all(&mut client)?;
//!     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
//! })
//! .await?
//! # }
//! ```
//!
//! A call from async code itself ends in an error that says this ([`Error::is_async_context`]).

mod agent;
mod backup;
#[cfg(feature = "cli")]
pub mod cli;
mod engine;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod interop;
mod ledger;
mod migrator;
mod plan;
mod quote;
mod report;
pub mod runner;
mod script;
mod set;
#[cfg(feature = "ctrl-c")]
mod signal;
mod status;

#[cfg(feature = "scratch")]
pub mod scratch;
#[cfg(feature = "testing")]
pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use agent::{Agent, CopyIn, Insert, Keyset};
pub use backup::Backup;
pub use error::{Error, Location};
pub use migrator::Migrator;
pub use plan::{Plan, PlanStep};
pub use postgres;
pub use report::{Applied, BatchProgress, Blocker, Event, Holder, Report, Retry, RolledBack};
pub use runner::{Batch, Cursor, RunnerError, ensure};
pub use set::{MigrationSet, UnknownMigration};
pub use status::{Entry, MigrationStatus, Record, Status};

/// Checks a folder of migrations while the crate is built, and makes it an enum.
///
/// ```ignore
/// migrations_core::embed_migrations!();                  // the folder `migrations` beside Cargo.toml
/// migrations_core::embed_migrations!("db/migrations");   // another folder, relative to Cargo.toml
/// migrations_core::embed_migrations!(pub(crate) enum Schema in "db/schema");
/// ```
///
/// It declares `pub enum Migration`, with one variant a migration in execution order, and `pub enum Category`. With
/// a name of your own, such as `Schema`, the other is called `SchemaCategory`.
///
/// ```
/// migrations_core::embed_migrations!(enum Shop in "examples/migrations");
///
/// assert_eq!(Shop::ALL, [Shop::CreateShop, Shop::CreateUsers]);
/// assert_eq!(Shop::CreateShop.category(), ShopCategory::Schema);
/// ```
///
/// Every problem of the folder is a compile error that points into the file; warnings are compiler warnings. A file
/// that is added later is noticed when the package has this build script, with which files that have not changed are not
/// parsed again either:
///
/// ```ignore
/// fn main() { println!("cargo::rerun-if-changed=migrations"); }
/// ```
#[macro_export]
macro_rules! embed_migrations {
    ($($argument:tt)*) => {
        $crate::__private::embed_migrations! { $crate; $($argument)* }
    };
}
