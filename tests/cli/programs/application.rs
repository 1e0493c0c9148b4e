//! An application over a set with runners.

migrations_core::embed_migrations!("sets/runners");

fn main() -> std::process::ExitCode {
    migrations_core::cli::main::<Migration>()
}
