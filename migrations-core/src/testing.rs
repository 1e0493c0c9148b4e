//! What tests of migrations need (feature `testing`).
//!
//! A [`Catalogue`] is what a database consists of, without its rows. Two of them show what a migration did, whether its
//! rollback took all of it back, and whether two ways lead to the same schema:
//!
//! ```no_run
//! use migrations_core::{scratch::Scratch, testing::Catalogue};
//!
//! migrations_core::embed_migrations!("examples/migrations");
//!
//! let server = Scratch::start()?;
//! let mut client = server.connect()?;
//! let before = Catalogue::read(&mut client, &["migrations"])?;
//! Migration::run_all(&mut client)?;
//! let after = Catalogue::read(&mut client, &["migrations"])?;
//! println!("{}", before.difference(&after));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod catalogue;
pub mod faults;
mod idempotence;
mod round_trip;
mod rows;

pub use catalogue::{Catalogue, Difference};
pub use idempotence::{NotIdempotent, not_idempotent};
pub use round_trip::{Deviation, RoundTrip, RoundTripError, RoundTripReport, round_trip};
