//! What a run has done.

use std::fmt;
use std::time::Duration;

use crate::set::MigrationSet;

/// What a run has applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report<M> {
    /// The migrations that this run has applied, in order; after a dry run, those that it would have.
    pub applied: Vec<Applied<M>>,
    /// How long the run took, waiting included.
    pub duration: Duration,
    /// Whether nothing was applied in truth.
    pub dry_run: bool,
}

/// A migration that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied<M> {
    /// The migration.
    pub migration: M,
    /// From sending it to the server's answer.
    pub duration: Duration,
    /// What its runner said.
    pub log: Vec<String>,
}

/// A migration that was rolled back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RolledBack<M> {
    /// Its name in the ledger.
    pub name: String,
    /// The migration, if this set knows it.
    pub migration: Option<M>,
    /// From sending the rollback to the server's answer.
    pub duration: Duration,
}

/// How far a batched runner has come.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BatchProgress<M> {
    /// The migration.
    pub migration: M,
    /// The rows that are done, over all runs.
    pub rows: u64,
    /// The rows that there are in all, if the runner has said so.
    pub total: Option<u64>,
    /// Rows a second, in this run.
    pub rate: f64,
}

impl<M> BatchProgress<M> {
    /// How long the rest will take at this rate, if the runner has said how many rows there are.
    pub fn remaining(&self) -> Option<Duration> {
        let left = self.total?.saturating_sub(self.rows) as f64;
        Duration::try_from_secs_f64(left / self.rate).ok()
    }
}

/// What is happening while a set runs.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event<M> {
    /// Another process is migrating; this one has waited so long.
    Waiting(Duration),
    /// A migration begins.
    Started(M),
    /// A runner says something.
    Log(M, String),
    /// A batch of a batched runner is committed.
    Batch(BatchProgress<M>),
    /// A migration is committed.
    Applied(Applied<M>),
    /// A rollback is committed.
    RolledBack(RolledBack<M>),
}

impl<M> Report<M> {
    /// Whether there was nothing to do.
    pub fn is_up_to_date(&self) -> bool {
        self.applied.is_empty()
    }
}

/// One line: `3 migrations applied in 41 ms`.
impl<M: MigrationSet> fmt::Display for Report<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.applied.len() {
            0 if M::ALL.len() == 1 => write!(f, "nothing to do: the only migration is applied"),
            0 => write!(f, "nothing to do: all {} migrations are applied", M::ALL.len()),
            count => {
                let noun = if count == 1 { "migration" } else { "migrations" };
                let verb = if self.dry_run { "would be applied" } else { "applied" };
                write!(f, "{count} {noun} {verb} in {}", Milliseconds(self.duration))
            }
        }
    }
}

/// One line: `4000 rows of 10000, 2000 rows/s, 3 s left`.
impl<M> fmt::Display for BatchProgress<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows", self.rows)?;
        if let Some(total) = self.total {
            write!(f, " of {total}")?;
        }
        write!(f, ", {:.0} rows/s", self.rate)?;
        match self.remaining() {
            Some(remaining) if !remaining.is_zero() => write!(f, ", {:.0} s left", remaining.as_secs_f64()),
            _ => Ok(()),
        }
    }
}

impl<M: MigrationSet> fmt::Display for Event<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Waiting(waited) => write!(f, "waiting for another process ({})", Milliseconds(*waited)),
            Event::Log(migration, line) => write!(f, "{}: {line}", migration.facts().stem),
            Event::Batch(progress) => write!(f, "{}: {progress}", progress.migration.facts().stem),
            Event::Started(migration) => write!(f, "{}", migration.facts().stem),
            Event::Applied(applied) => {
                write!(f, "{} applied in {}", applied.migration.facts().stem, Milliseconds(applied.duration))
            }
            Event::RolledBack(undone) => {
                write!(f, "{} rolled back in {}", undone.name, Milliseconds(undone.duration))
            }
        }
    }
}

/// A duration in milliseconds, with a decimal below 10.
struct Milliseconds(Duration);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.0.as_secs_f64() * 1000.0;
        let decimals = if milliseconds < 10.0 { 1 } else { 0 };
        write!(f, "{milliseconds:.decimals$} ms")
    }
}
