//! The command line.

// What the commands are not wired to yet.
#![allow(dead_code)]

mod archive;
mod catalog;
mod changes;
mod error;
mod formats;
mod new;
mod renumber;
mod root;
mod schema;
mod trial;
mod uri;

use std::process::ExitCode;

/// What `cargo migrations` does: the whole tool, over the folder as it lies there.
#[doc(hidden)]
pub fn folder() -> ExitCode {
    ExitCode::SUCCESS
}
