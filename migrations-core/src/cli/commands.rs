//! One file a command.

mod adopt;
mod backups;
mod check;
mod explain;
mod files;
mod pictures;
mod plan;
mod rollback;
mod round_trip;
mod run;
mod shell;
mod status;
mod verify;

use std::io::{IsTerminal, Write};

use super::arguments::Command;
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::member::Member;
use super::output::{self, say};
use crate::set::MigrationSet;

/// Does what the command says.
pub(super) fn run(context: &Context, command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Run(options) => run::run(context, options),
        Command::Plan(options) => plan::run(context, options),
        Command::Status(options) => status::run(context, options),
        Command::Verify(options) => verify::run(context, options),
        Command::Rollback(options) => rollback::run(context, options),
        Command::Baseline(options) => adopt::baseline(context, options),
        Command::Adopt(options) => adopt::adopt(context, options),
        Command::Backups(options) => backups::run(context, options),
        Command::Timeline(options) => pictures::timeline(context, options),
        Command::Graph(options) => pictures::graph(context, options),
        Command::RoundTrip(options) => round_trip::run(context, options),
        Command::Check(options) => check::run(context, options),
        Command::New(options) => files::begin(context, options),
        Command::Renumber(options) => files::renumber(context, options),
        Command::Archive(options) => files::archive(context, options),
        Command::Catalog(options) => files::catalog(context, options),
        Command::Schema => {
            output::write(format_args!("{}", super::folder::schema::text()));
            Ok(Outcome::Done)
        }
        Command::Explain(options) => explain::run(context, options),
        Command::Completions(options) => Ok(shell::completions(context, options)),
        Command::Man => shell::man(),
    }
}

/// Asks before something is destroyed. Where nobody can be asked, `--yes` has to be there.
fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage("nobody can be asked here", "write --yes if it is meant"));
    }
    output::write_error(format_args!("{question} [y/N] "));
    let mut answer = String::new();
    let read = std::io::stderr().flush().and_then(|()| std::io::stdin().read_line(&mut answer));
    match read {
        Ok(_) if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") => Ok(()),
        _ => Err(Failure::Plain("nothing was changed".to_owned(), Vec::new())),
    }
}

/// Writes an answer for programs.
fn write_json(value: &serde_json::Value) {
    say!("{value:#}");
}

/// What a folder alone cannot run, because it is written in Rust.
fn refuse_rust(context: &Context, mut members: impl Iterator<Item = Member>) -> Result<(), Failure> {
    let in_rust = |member: &Member| member.facts().runner.is_some();
    match (context.is_application(), members.find(in_rust)) {
        (false, Some(member)) => Err(Failure::Plain(
            format!("{} has code in Rust, which only the application can run", member.facts().path),
            vec![
                "run the application; one line, `migrations_core::cli::main::<Migration>()`, gives it these commands"
                    .to_owned(),
                format!("nothing was changed; `--to` stops before {}", member.facts().stem),
            ],
        )),
        _ => Ok(()),
    }
}
