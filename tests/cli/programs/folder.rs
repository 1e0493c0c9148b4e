//! `cargo migrations`, as the tests start it.

fn main() -> std::process::ExitCode {
    migrations_core::cli::folder()
}
