//! `cargo migrations`: everything that needs only the folder, also while the build is broken.

use std::process::ExitCode;

fn main() -> ExitCode {
    migrations_core::cli::folder()
}
