//! The command line.

#[doc(hidden)]
pub mod pictures;

use std::process::ExitCode;

/// What `cargo migrations` does: the whole tool, over the folder as it lies there.
#[doc(hidden)]
pub fn folder() -> ExitCode {
    ExitCode::SUCCESS
}
