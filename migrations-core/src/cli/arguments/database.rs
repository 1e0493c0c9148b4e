//! The commands of the database.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::Answer;

/// Applies what is pending, each migration exactly once and in a transaction of its own.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Any number of processes may run it at the same moment: one works, the others wait and find the work done.

Examples:
  run                        everything that is pending
  run --to 012_add_index     up to a migration, and everything before it
  run --dry-run              only say what would be applied
  run --scratch              on a throw-away PostgreSQL, to see it work")]
pub(in crate::cli) struct Run {
    /// Stop when this migration and everything before it is applied
    #[arg(long, value_name = "MIGRATION")]
    pub(in crate::cli) to: Option<String>,
    /// Change nothing; say what would be applied
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// On a throw-away PostgreSQL, which is gone at the end
    #[arg(long)]
    pub(in crate::cli) scratch: bool,
    #[command(flatten)]
    pub(in crate::cli) limits: Limits,
    /// Accept migrations in the database that this set does not know
    #[arg(long)]
    pub(in crate::cli) allow_unknown: bool,
    /// How long a batched runner rests between two batches
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    pub(in crate::cli) batch_pause: Duration,
    #[command(flatten)]
    pub(in crate::cli) answer: Answer,
}

impl Run {
    pub(super) fn parse_alone() -> Run {
        #[derive(Debug, Parser)]
        struct Alone {
            #[command(flatten)]
            run: Run,
        }
        Alone::parse_from(["run"]).run
    }
}

/// Before something is entered or taken back.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Caution {
    /// Change nothing; say what would be done
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(in crate::cli) yes: bool,
}

/// Limits of a run or a rollback.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Limits {
    /// How long to wait while another process migrates this database
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration)]
    pub(in crate::cli) wait_for_lock: Duration,
    /// How long a statement may wait for a lock on a table; 0s: without limit
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(in crate::cli) lock_timeout: Duration,
    /// How long a statement may run [default: what the server says]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(in crate::cli) statement_timeout: Option<Duration>,
    /// How often a migration is tried that fails for a lock, a deadlock or a serialization failure
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub(in crate::cli) attempts: u32,
}

/// Shows what a run would do, in order, why in this order, and which locks it would take.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  plan                  what is pending, with the locks on tables that exist
  plan --sql            the exact messages that would be sent to the server
  plan --check          exit with 3 when something is pending")]
pub(in crate::cli) struct Plan {
    /// Stop at this migration
    #[arg(long, value_name = "MIGRATION")]
    pub(in crate::cli) to: Option<String>,
    /// Show the messages that would be sent, to the letter
    #[arg(long)]
    pub(in crate::cli) sql: bool,
    /// Exit with 3 when something is pending
    #[arg(long)]
    pub(in crate::cli) check: bool,
    /// Accept migrations in the database that this set does not know
    #[arg(long)]
    pub(in crate::cli) allow_unknown: bool,
    #[command(flatten)]
    pub(in crate::cli) answer: Answer,
}

/// Shows what is applied, when, by whom and how long it took; what is pending, changed, or unknown to this set.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  status                 every migration, a line each
  status --check         exit with 3 unless everything is applied and nothing has changed
  status --format json   for programs")]
pub(in crate::cli) struct Status {
    /// Exit with 3 when a migration is pending, changed or unknown
    #[arg(long)]
    pub(in crate::cli) check: bool,
    #[command(flatten)]
    pub(in crate::cli) answer: Answer,
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
pub(in crate::cli) struct Verify {
    /// Compare the history only
    #[arg(long)]
    pub(in crate::cli) history: bool,
    /// A schema to leave out of the comparison; may be given several times
    #[arg(long, value_name = "SCHEMA")]
    pub(in crate::cli) ignore_schema: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) answer: Answer,
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
pub(in crate::cli) struct Rollback {
    /// What was applied after this migration
    #[arg(long, value_name = "MIGRATION", group = "which")]
    pub(in crate::cli) to: Option<String>,
    /// So many, beginning with the one that was applied last
    #[arg(long, value_name = "COUNT", group = "which")]
    pub(in crate::cli) last: Option<usize>,
    /// This one, wherever it stands in the order
    #[arg(long, value_name = "MIGRATION", group = "which")]
    pub(in crate::cli) one: Option<String>,
    /// Everything
    #[arg(long, group = "which")]
    pub(in crate::cli) all: bool,
    /// Take along the migrations that need one of those
    #[arg(long)]
    pub(in crate::cli) with_dependents: bool,
    #[command(flatten)]
    pub(in crate::cli) caution: Caution,
    #[command(flatten)]
    pub(in crate::cli) limits: Limits,
    #[command(flatten)]
    pub(in crate::cli) answer: Answer,
}

/// Enters pending migrations as applied without running them, for a database that has what they would make.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  baseline --to 040_create_orders      that and everything before it is there already
  baseline --dry-run                   only say which would be entered")]
pub(in crate::cli) struct Baseline {
    /// Stop at this migration
    #[arg(long, value_name = "MIGRATION")]
    pub(in crate::cli) to: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) caution: Caution,
    #[command(flatten)]
    pub(in crate::cli) answer: Answer,
}

/// Enters what another tool has applied, as its own history in this database says.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  adopt refinery --dry-run
  adopt flyway --yes")]
pub(in crate::cli) struct Adopt {
    /// Whose history it is
    pub(in crate::cli) tool: OtherTool,
    #[command(flatten)]
    pub(in crate::cli) caution: Caution,
    #[command(flatten)]
    pub(in crate::cli) answer: Answer,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum OtherTool {
    Refinery,
    Sqlx,
    Diesel,
    Flyway,
}

/// Lists, restores and prunes what `-- @backup` has copied.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = "\
Examples:
  backups list
  backups restore 3                    the backup of that number
  backups prune --older-than 90d       what is older is gone then")]
pub(in crate::cli) enum Backups {
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
#[command(after_help = "\
Examples:
  round-trip
  round-trip --format json             for CI")]
pub(in crate::cli) struct RoundTrip {
    /// Compare the order of columns too
    #[arg(long)]
    pub(in crate::cli) column_order: bool,
    #[command(flatten)]
    pub(in crate::cli) answer: Answer,
}

/// Draws what the ledger knows: when each migration ran, and how long.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  timeline --output timeline.html      a page by itself
  timeline --format svg > timeline.svg")]
pub(in crate::cli) struct Timeline {
    /// What to draw
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub(in crate::cli) format: TimelineFormat,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TimelineFormat {
    Html,
    Svg,
}
