//! The command line: the whole tool in one line of an application, and the program `cargo migrations`.
//!
//! ```no_run
//! migrations_core::embed_migrations!("examples/migrations");
//!
//! fn main() -> std::process::ExitCode {
//!     migrations_core::cli::main::<Migration>()
//! }
//! ```
//!
//! `app` applies what is pending; `app status`, `app plan`, `app rollback --last 1` and the others do what `app --help`
//! says. The program `cargo migrations` has the same commands over the folder as it lies there, also while the build is
//! broken; only code in Rust it cannot run.

mod arguments;
mod commands;
#[doc(hidden)]
pub mod connect;
mod context;
mod database;
mod failure;
mod folder;
mod member;
mod output;
#[doc(hidden)]
pub mod pictures;
mod screen;
mod style;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::set::MigrationSet;
use arguments::{Arguments, Color};
use context::{Context, Form};
use output::{complain, say};
use style::{RED, YELLOW, paint};

/// The command line of an application over the set that it embeds.
///
/// It reads the arguments of the process, and answers the code with which it is to end: 0 done, 1 failed, 2 wrong usage, 3
/// not up to date.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// fn main() -> std::process::ExitCode {
///     migrations_core::cli::main::<Migration>()
/// }
/// ```
pub fn main<M: MigrationSet>() -> ExitCode {
    start(Form::Application(M::table()), env::args_os(), false)
}

/// The same with other arguments than those of the process, of which the first is the name of the program: for a command of
/// an application that has others.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// let mut arguments = std::env::args_os().collect::<Vec<_>>();
/// if arguments.get(1).is_some_and(|command| command == "migrate") {
///     arguments.remove(1);
///     migrations_core::cli::main_from::<Migration>(arguments);
/// }
/// ```
pub fn main_from<M: MigrationSet>(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    start(Form::Application(M::table()), arguments.into_iter(), false)
}

/// The same for an application that shows itself: where no database is named, a run starts a throw-away PostgreSQL.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// fn main() -> std::process::ExitCode {
///     migrations_core::cli::demonstration::<Migration>()
/// }
/// ```
pub fn demonstration<M: MigrationSet>() -> ExitCode {
    start(Form::Application(M::table()), env::args_os(), true)
}

/// What `cargo migrations` does.
#[doc(hidden)]
pub fn folder() -> ExitCode {
    // cargo calls it with its own name in front.
    let arguments = env::args_os().enumerate();
    let arguments = arguments.filter(|(at, word)| *at != 1 || word != "migrations").map(|(_, word)| word);
    start(Form::Folder, arguments, false)
}

fn start(form: Form, arguments: impl Iterator<Item = OsString>, scratch_by_default: bool) -> ExitCode {
    let name = if matches!(form, Form::Folder) { "cargo migrations" } else { program_name() };
    let command = Arguments::command().bin_name(name).name(name);
    let parsed =
        command.try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe is no reason to complain.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    choose_colours(arguments.common.color);
    let command = arguments.command.unwrap_or_else(arguments::Command::default);
    let context = Context::new(form, arguments.common, scratch_by_default);
    match commands::run(&context, &command) {
        Ok(outcome) => match output::lost() {
            None => ExitCode::from(outcome.code()),
            Some(error) => {
                complain!("{} standard output cannot be written: {error}", paint(RED, "error:"));
                ExitCode::FAILURE
            }
        },
        Err(failure) => {
            if command.is_json() {
                say!("{:#}", serde_json::json!({ "error": failure.to_json() }));
            }
            complain!("{}", failure.report());
            ExitCode::from(failure.code())
        }
    }
}

/// What the program was called.
fn program_name() -> &'static str {
    let path = env::args_os().next().unwrap_or_default();
    let name = std::path::Path::new(&path).file_stem().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "migrations".to_owned()).leak()
}

fn choose_colours(color: Color) {
    let choice = match color {
        Color::Auto => return,
        Color::Always => anstream::ColorChoice::AlwaysAnsi,
        Color::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

fn warn(warning: &str) {
    complain!("{} {}", paint(YELLOW, "warning:"), migrations_text::printable(warning));
}
