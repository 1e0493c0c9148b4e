//! What can be written on the command line.

mod database;
mod folder;

use std::path::PathBuf;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

pub(in crate::cli) use database::*;
pub(in crate::cli) use folder::*;

/// Checks, applies and shows PostgreSQL migrations.
#[derive(Debug, Parser)]
#[command(
    version,
    styles = STYLES,
    help_template = TEMPLATE,
    after_help = AFTER,
    disable_help_subcommand = true,
    max_term_width = 110
)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) common: Common,
    #[command(subcommand)]
    pub(in crate::cli) command: Option<Command>,
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const TEMPLATE: &str = "\
{about-with-newline}
{usage-heading} {usage}

The database:
  run         Applies what is pending; what happens without a command
  plan        Shows what a run would do, why in this order, and which locks it would take
  status      Shows what is applied, pending, changed and unknown
  verify      Compares the history with the set, and the database with what the set builds
  rollback    Takes applied migrations back
  baseline    Enters migrations as applied without running them
  adopt       Takes over the history of refinery, sqlx, diesel or Flyway
  backups     Lists, restores and prunes what `-- @backup` has copied
  timeline    Draws when each migration ran, and how long
  round-trip  Runs the set up, down and up again on a throw-away server, and compares

The folder:
  check       Checks the folder against every rule
  new         Writes a new migration from the template
  renumber    Gives new numbers to migrations whose numbers are taken twice
  archive     Moves a migration to the archive
  catalog     Writes the folder's README
  graph       Draws which migration needs which

Help:
  explain     Explains a rule or an error code
  schema      Writes the JSON schema of migrations.toml, for editors
  completions Writes completions for a shell
  man         Writes the manual page

Options:
{options}{after-help}";

const AFTER: &str = "
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not up to date (`status --check`, `plan --check`).
`<command> --help` says more of a command, with examples.";

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Common {
    /// The database: a URL or `host=… user=…`. Otherwise DATABASE_URL, `.env`, or the PG* variables say
    #[arg(long, global = true, value_name = "URL", hide_env_values = true, help_heading = "Common options")]
    pub(in crate::cli) database_url: Option<String>,
    /// The folder of the migrations [default: migrations]
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::DirPath, help_heading = "Common options")]
    pub(in crate::cli) folder: Option<PathBuf>,
    /// The schema of the ledger, if not the one of migrations.toml
    #[arg(long, global = true, value_name = "NAME", help_heading = "Common options")]
    pub(in crate::cli) ledger_schema: Option<String>,
    /// When to use colours; NO_COLOR is respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Common options")]
    pub(in crate::cli) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Color {
    Auto,
    Always,
    Never,
}

/// How an answer is written.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Answer {
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

impl Answer {
    /// Whether the answer is for programs.
    pub(in crate::cli) fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

/// Which command, and how.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    Run(Run),
    Plan(Plan),
    Status(Status),
    Verify(Verify),
    Rollback(Rollback),
    Baseline(Baseline),
    Adopt(Adopt),
    #[command(subcommand)]
    Backups(Backups),
    Timeline(Timeline),
    RoundTrip(RoundTrip),
    Check(Check),
    New(New),
    Renumber(Renumber),
    Archive(Archive),
    Catalog(Catalog),
    Graph(Graph),
    Explain(Explain),
    Completions(Completions),
    /// Writes the JSON schema of migrations.toml, for editors
    Schema,
    /// Writes the manual page
    Man,
}

impl Command {
    /// Whether the answer is for programs.
    pub(in crate::cli) fn is_json(&self) -> bool {
        let answer = match self {
            Command::Run(options) => &options.answer,
            Command::Plan(options) => &options.answer,
            Command::Status(options) => &options.answer,
            Command::Verify(options) => &options.answer,
            Command::Rollback(options) => &options.answer,
            Command::Baseline(options) => &options.answer,
            Command::Adopt(options) => &options.answer,
            Command::RoundTrip(options) => &options.answer,
            Command::Backups(
                Backups::List { answer } | Backups::Restore { answer, .. } | Backups::Prune { answer, .. },
            ) => answer,
            _ => return false,
        };
        answer.is_json()
    }
}

impl Default for Command {
    /// A run with every option at its default.
    fn default() -> Command {
        Command::Run(Run::parse_alone())
    }
}

/// Explains a rule, or a code of PostgreSQL's errors.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  explain                    all rules, a line each
  explain not-idempotent
  explain 42P07")]
pub(in crate::cli) struct Explain {
    /// The rule or the code
    pub(in crate::cli) topic: Option<String>,
}

/// Writes completions for a shell to standard output.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  completions bash > ~/.local/share/bash-completion/completions/cargo-migrations
  completions fish > ~/.config/fish/completions/cargo-migrations.fish")]
pub(in crate::cli) struct Completions {
    /// The shell
    pub(in crate::cli) shell: clap_complete::Shell,
}
