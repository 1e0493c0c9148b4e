//! The commands of the folder.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

/// Checks the folder against every rule, without a database and without a build.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  check                                  for people
  check --format github                  annotations in a workflow of GitHub
  check --format sarif > rules.sarif     for code scanning")]
pub(in crate::cli) struct Check {
    /// How to write the problems
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(in crate::cli) format: CheckFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CheckFormat {
    Human,
    Json,
    Github,
    Sarif,
}

/// Writes a new migration from the template: the next free number of its category, needing the newest migration.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  new schema create_orders
  new schema index_orders --no-transaction
  new data fill_totals --after create_orders --purpose \"Fill the totals of old orders.\"
  new recount_stock --runner")]
pub(in crate::cli) struct New {
    /// The category; where there are none, the name
    pub(in crate::cli) category: String,
    /// The name, in snake case
    pub(in crate::cli) name: Option<String>,
    /// What it is for, in one sentence
    #[arg(long)]
    pub(in crate::cli) purpose: Option<String>,
    /// The migrations it needs, with commas between them, or `none` [default: the newest]
    #[arg(long, value_name = "MIGRATIONS")]
    pub(in crate::cli) after: Option<String>,
    /// For statements that refuse a transaction, such as CREATE INDEX CONCURRENTLY
    #[arg(long, conflicts_with = "runner")]
    pub(in crate::cli) no_transaction: bool,
    /// A migration in Rust
    #[arg(long)]
    pub(in crate::cli) runner: bool,
    /// SQL, and code in Rust that runs with it
    #[arg(long, conflicts_with = "runner")]
    pub(in crate::cli) companion: bool,
}

/// Gives the next free numbers to migrations whose numbers are taken twice, as it happens when branches are merged.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Their names stay, so a database that has applied them knows them still.

Examples:
  renumber --dry-run                   only say what would be renamed
  renumber")]
pub(in crate::cli) struct Renumber {
    /// Change nothing; say what would be renamed
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

/// Moves a migration to the archive, where its number stays taken and it is never run.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  archive 012_old_way
  archive 012_old_way --superseded-by 040_new_way")]
pub(in crate::cli) struct Archive {
    /// The migration
    pub(in crate::cli) migration: String,
    /// The migration that does its work now
    #[arg(long, value_name = "MIGRATION")]
    pub(in crate::cli) superseded_by: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    pub(in crate::cli) yes: bool,
}

/// Writes the folder's README: every migration with its purpose, so that people find a change without opening files.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  catalog                              writes README.md into the folder
  catalog --check                      in CI: fails when it is stale
  catalog --format json                for programs")]
pub(in crate::cli) struct Catalog {
    /// Write nothing; fail when the README is not up to date
    #[arg(long)]
    pub(in crate::cli) check: bool,
    /// Write over a README that was written by hand
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// What to write; JSON goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    pub(in crate::cli) format: CatalogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CatalogFormat {
    Markdown,
    Json,
}

/// Draws which migration needs which.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  graph --output graph.html             a page with search and details
  graph --format mermaid                for Markdown
  graph --status --output graph.html    with the state of the database")]
pub(in crate::cli) struct Graph {
    /// What to draw
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub(in crate::cli) format: GraphFormat,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Show what is applied and what is pending in the database
    #[arg(long)]
    pub(in crate::cli) status: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GraphFormat {
    Html,
    Svg,
    Mermaid,
    Dot,
}
