//! What can be written on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};

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
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
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
pub(super) struct Common {
    /// The database: a URL or `host=… user=…`. Otherwise DATABASE_URL, `.env`, or the PG* variables say
    #[arg(long, global = true, value_name = "URL", hide_env_values = true, help_heading = "Common options")]
    pub(super) database_url: Option<String>,
    /// The folder of the migrations [default: migrations]
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::DirPath, help_heading = "Common options")]
    pub(super) folder: Option<PathBuf>,
    /// The schema of the ledger, if not the one of migrations.toml
    #[arg(long, global = true, value_name = "NAME", help_heading = "Common options")]
    pub(super) ledger_schema: Option<String>,
    /// When to use colours; NO_COLOR is respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Common options")]
    pub(super) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// How an answer is written.
#[derive(Debug, Clone, Args)]
pub(super) struct Answer {
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

impl Answer {
    /// Whether the answer is for programs.
    pub(super) fn is_json(&self) -> bool {
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
pub(super) enum Command {
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
    pub(super) fn is_json(&self) -> bool {
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

/// Applies what is pending, each migration exactly once and in a transaction of its own.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Any number of processes may run it at the same moment: one works, the others wait and find the work done.

Examples:
  run                        everything that is pending
  run --to 012_add_index     up to a migration, and everything before it
  run --dry-run              only say what would be applied
  run --scratch              on a throw-away PostgreSQL, to see it work")]
pub(super) struct Run {
    /// Stop when this migration and everything before it is applied
    #[arg(long, value_name = "MIGRATION")]
    pub(super) to: Option<String>,
    /// Change nothing; say what would be applied
    #[arg(long)]
    pub(super) dry_run: bool,
    /// On a throw-away PostgreSQL, which is gone at the end
    #[arg(long)]
    pub(super) scratch: bool,
    #[command(flatten)]
    pub(super) limits: Limits,
    /// Accept migrations in the database that this set does not know
    #[arg(long)]
    pub(super) allow_unknown: bool,
    /// How long a batched runner rests between two batches
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    pub(super) batch_pause: Duration,
    #[command(flatten)]
    pub(super) answer: Answer,
}

impl Run {
    fn parse_alone() -> Run {
        #[derive(Debug, Parser)]
        struct Alone {
            #[command(flatten)]
            run: Run,
        }
        Alone::parse_from(["run"]).run
    }
}

/// Limits of a run or a rollback.
#[derive(Debug, Clone, Args)]
pub(super) struct Limits {
    /// How long to wait while another process migrates this database
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration)]
    pub(super) wait_for_lock: Duration,
    /// How long a statement may wait for a lock on a table; 0s: without limit
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(super) lock_timeout: Duration,
    /// How long a statement may run [default: what the server says]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(super) statement_timeout: Option<Duration>,
    /// How often a migration is tried that fails for a lock, a deadlock or a serialization failure
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub(super) attempts: u32,
}

/// Shows what a run would do, in order, why in this order, and which locks it would take.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  plan                  what is pending, with the locks on tables that exist
  plan --sql            the exact messages that would be sent to the server
  plan --check          exit with 3 when something is pending")]
pub(super) struct Plan {
    /// Stop at this migration
    #[arg(long, value_name = "MIGRATION")]
    pub(super) to: Option<String>,
    /// Show the messages that would be sent, to the letter
    #[arg(long)]
    pub(super) sql: bool,
    /// Exit with 3 when something is pending
    #[arg(long)]
    pub(super) check: bool,
    /// Accept migrations in the database that this set does not know
    #[arg(long)]
    pub(super) allow_unknown: bool,
    #[command(flatten)]
    pub(super) answer: Answer,
}

/// Shows what is applied, when, by whom and how long it took; what is pending, changed, or unknown to this set.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  status                 every migration, a line each
  status --check         exit with 3 unless everything is applied and nothing has changed
  status --format json   for programs")]
pub(super) struct Status {
    /// Exit with 3 when a migration is pending, changed or unknown
    #[arg(long)]
    pub(super) check: bool,
    #[command(flatten)]
    pub(super) answer: Answer,
}

/// Compares the history with the set, and the database with what the set builds.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
What is applied is run on a throw-away server too, and the two catalogues are compared: what was changed by hand is
found.

Examples:
  verify                           history and catalogue
  verify --history                 the history only, without a throw-away server
  verify --ignore-schema audit     leave out a schema that others look after")]
pub(super) struct Verify {
    /// Compare the history only
    #[arg(long)]
    pub(super) history: bool,
    /// A schema to leave out of the comparison; may be given several times
    #[arg(long, value_name = "SCHEMA")]
    pub(super) ignore_schema: Vec<String>,
    #[command(flatten)]
    pub(super) answer: Answer,
}

/// Takes applied migrations back, the last applied first, each in a transaction of its own.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("which").required(true), after_help = "\
It shows which, and asks before it begins; where nobody can be asked, it wants `--yes`.

Examples:
  rollback --last 1
  rollback --to 012_add_index          what was applied after it
  rollback --one add_index --with-dependents
  rollback --all --dry-run             only say what would be taken back")]
pub(super) struct Rollback {
    /// What was applied after this migration
    #[arg(long, value_name = "MIGRATION", group = "which")]
    pub(super) to: Option<String>,
    /// So many, beginning with the one that was applied last
    #[arg(long, value_name = "COUNT", group = "which")]
    pub(super) last: Option<usize>,
    /// This one, wherever it stands in the order
    #[arg(long, value_name = "MIGRATION", group = "which")]
    pub(super) one: Option<String>,
    /// Everything
    #[arg(long, group = "which")]
    pub(super) all: bool,
    /// Take along the migrations that need one of those
    #[arg(long)]
    pub(super) with_dependents: bool,
    /// Change nothing; say what would be taken back
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) answer: Answer,
}

/// Enters pending migrations as applied without running them, for a database that has what they would make.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  baseline --to 040_create_orders      that and everything before it is there already
  baseline --dry-run                   only say which would be entered")]
pub(super) struct Baseline {
    /// Stop at this migration
    #[arg(long, value_name = "MIGRATION")]
    pub(super) to: Option<String>,
    /// Change nothing; say which would be entered
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) answer: Answer,
}

/// Enters what another tool has applied, as its own history in this database says.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  adopt refinery --dry-run
  adopt flyway --yes")]
pub(super) struct Adopt {
    /// Whose history it is
    pub(super) tool: OtherTool,
    /// Change nothing; say which would be entered
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) answer: Answer,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum OtherTool {
    Refinery,
    Sqlx,
    Diesel,
    Flyway,
}

/// Lists, restores and prunes what `-- @backup` has copied.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum Backups {
    /// Lists the backups that are there
    List {
        #[command(flatten)]
        answer: Answer,
    },
    /// Puts a backup back; rows that came later stay
    Restore {
        /// The number of the backup
        id: i64,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        answer: Answer,
    },
    /// Drops the backups that are older than an age, such as `90d`
    Prune {
        /// The age
        #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
        older_than: Duration,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        answer: Answer,
    },
}

/// Runs the set up, down and up again on a throw-away server, and compares the catalogue at each step.
#[derive(Debug, Clone, Args)]
pub(super) struct RoundTrip {
    /// Compare the order of columns too
    #[arg(long)]
    pub(super) column_order: bool,
    #[command(flatten)]
    pub(super) answer: Answer,
}

/// Checks the folder against every rule, without a database and without a build.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  check                                  for people
  check --format github                  annotations in a workflow of GitHub
  check --format sarif > rules.sarif     for code scanning")]
pub(super) struct Check {
    /// How to write the problems
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: CheckFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
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
pub(super) struct New {
    /// The category; where there are none, the name
    pub(super) category: String,
    /// The name, in snake case
    pub(super) name: Option<String>,
    /// What it is for, in one sentence
    #[arg(long)]
    pub(super) purpose: Option<String>,
    /// The migrations it needs, with commas between them, or `none` [default: the newest]
    #[arg(long, value_name = "MIGRATIONS")]
    pub(super) after: Option<String>,
    /// For statements that refuse a transaction, such as CREATE INDEX CONCURRENTLY
    #[arg(long, conflicts_with = "runner")]
    pub(super) no_transaction: bool,
    /// A migration in Rust
    #[arg(long)]
    pub(super) runner: bool,
    /// SQL, and code in Rust that runs with it
    #[arg(long, conflicts_with = "runner")]
    pub(super) companion: bool,
}

/// Gives the next free numbers to migrations whose numbers are taken twice, as it happens when branches are merged.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Their names stay, so a database that has applied them knows them still.")]
pub(super) struct Renumber {
    /// Change nothing; say what would be renamed
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Moves a migration to the archive, where its number stays taken and it is never run.
#[derive(Debug, Clone, Args)]
pub(super) struct Archive {
    /// The migration
    pub(super) migration: String,
    /// The migration that does its work now
    #[arg(long, value_name = "MIGRATION")]
    pub(super) superseded_by: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
}

/// Writes the folder's README: every migration with its purpose, so that people find a change without opening files.
#[derive(Debug, Clone, Args)]
pub(super) struct Catalog {
    /// Write nothing; fail when the README is not up to date
    #[arg(long)]
    pub(super) check: bool,
    /// Write over a README that was written by hand
    #[arg(long)]
    pub(super) force: bool,
    /// What to write; JSON goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    pub(super) format: CatalogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CatalogFormat {
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
pub(super) struct Graph {
    /// What to draw
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub(super) format: GraphFormat,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    /// Show what is applied and what is pending in the database
    #[arg(long)]
    pub(super) status: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphFormat {
    Html,
    Svg,
    Mermaid,
    Dot,
}

/// Draws what the ledger knows: when each migration ran, and how long.
#[derive(Debug, Clone, Args)]
pub(super) struct Timeline {
    /// What to draw
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub(super) format: TimelineFormat,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TimelineFormat {
    Html,
    Svg,
}

/// Explains a rule, or a code of PostgreSQL's errors.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  explain                    all rules, a line each
  explain not-idempotent
  explain 42P07")]
pub(super) struct Explain {
    /// The rule or the code
    pub(super) topic: Option<String>,
}

/// Writes completions for a shell to standard output.
#[derive(Debug, Clone, Args)]
pub(super) struct Completions {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}
