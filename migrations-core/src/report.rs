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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied<M> {
    /// The migration.
    pub migration: M,
    /// From sending it to the server's answer.
    pub duration: Duration,
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

/// What is happening while a set runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<M> {
    /// Another process is migrating; this one has waited so long.
    Waiting(Duration),
    /// A migration begins.
    Started(M),
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
            0 => write!(f, "nothing to do: all {} migrations are applied", M::ALL.len()),
            count => {
                let noun = if count == 1 { "migration" } else { "migrations" };
                let verb = if self.dry_run { "would be applied" } else { "applied" };
                write!(f, "{count} {noun} {verb} in {}", Milliseconds(self.duration))
            }
        }
    }
}

impl<M: MigrationSet> fmt::Display for Event<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Waiting(waited) => write!(f, "waiting for another process ({})", Milliseconds(*waited)),
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
