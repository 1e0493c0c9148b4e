//! The rule book of [`migrations-core`](https://docs.rs/migrations-core): reads a folder of SQL migrations,
//! parses it and checks it. It knows no database and no macro; the proc macro calls it at build time and the
//! command line at run time, so **the same function checks in both places**.
//!
//! ```
//! # fn main() -> std::io::Result<()> {
//! let root = std::env::temp_dir().join(format!("migrations-rules-{}", std::process::id()));
//! std::fs::create_dir_all(root.join("sql/schema"))?;
//! std::fs::write(root.join("sql/schema/001_create_users.sql"), "SELCT 1;\n")?;
//!
//! let set = migrations_rules::check(&root, "migrations");
//! let messages: Vec<String> = set.problems.iter().map(ToString::to_string).collect();
//! assert!(messages.iter().any(|message| message.contains("[syntax-error]")), "{messages:#?}");
//! # std::fs::remove_dir_all(root)
//! # }
//! ```
//!
//! Data flows one way: folder (`tree`) → texts (`header`, `directive`, `syntax`) →
//! [`Migration`]s → rules (`rules`) → execution order (`order`) → [`Set`].

mod archived;
mod cache;
mod check;
mod config;
mod cores;
mod digest;
mod directive;
mod folder;
mod found;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod header;
mod locks;
mod mention;
mod migration;
mod name;
mod order;
mod problem;
pub mod render;
mod rule;
mod rules;
mod sources;
mod step;
mod suggest;
mod syntax;
mod tree;

pub use archived::Archived;
pub use cache::Cache;
pub use check::{Set, check, check_with};
pub use config::{Config, FILE_NAME as CONFIG_FILE_NAME, KEYS as CONFIG_KEYS};
pub use digest::of as digest;
pub use directive::Backup;
#[doc(hidden)]
pub use locks::STEADY;
pub use locks::{Lock, LockMode, Locks, Relation, Work, locks};
pub use mention::Mention;
pub use migration::{Companion, Kind, Migration, Statement, Verification};
pub use migrations_text::{Excerpt, Level, NotUtf8, Position, Step, Text, checksum, statements};
pub use name::{BadName, FileName, Number, suggestion as suggested_name};
pub use problem::Problem;
pub use rule::{ALL as RULES, Example, Rule, find as rule};
#[doc(hidden)]
pub use rules::needs_no_transaction::must_run_alone;
pub use suggest::did_you_mean;
