//! What a run has done.

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use migrations_text::printable;

use crate::engine::{self, Progress, Undone};
use crate::set::MigrationSet;

/// What a run has applied.
///
/// ```
/// # migrations_core::embed_migrations!("examples/migrations");
/// # fn f(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
/// let report = Migration::run_all(client)?;
/// let slowest = report.applied.iter().max_by_key(|applied| applied.duration);
/// if let Some(applied) = slowest {
///     println!("{report}, {:?} of it for {}", applied.duration, applied.migration);
/// }
/// # Ok(())
/// # }
/// ```
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
///
/// ```
/// use migrations_core::Applied;
///
/// fn show<M: std::fmt::Debug>(applied: &Applied<M>) {
///     println!("{:?} in {:?}", applied.migration, applied.duration);
///     for line in &applied.log {
///         println!("    {line}");
///     }
/// }
/// ```
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
///
/// ```
/// use migrations_core::RolledBack;
///
/// /// Those that only the ledger knows: a newer build had applied them.
/// fn foreign<M>(undone: &[RolledBack<M>]) -> impl Iterator<Item = &str> {
///     undone.iter().filter(|undone| undone.migration.is_none()).map(|undone| undone.name.as_str())
/// }
/// ```
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
///
/// ```
/// use migrations_core::{BatchProgress, Event};
///
/// fn percent<M>(event: &Event<M>) -> Option<u64> {
///     match event {
///         Event::Batch(BatchProgress { rows, total: Some(total), .. }) => Some(100 * rows / total.max(&1)),
///         _ => None,
///     }
/// }
/// ```
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
    ///
    /// ```
    /// use migrations_core::BatchProgress;
    ///
    /// fn show<M>(progress: &BatchProgress<M>) {
    ///     match progress.remaining() {
    ///         Some(left) => println!("{} s left", left.as_secs()),
    ///         None => println!("{} rows so far", progress.rows),
    ///     }
    /// }
    /// ```
    pub fn remaining(&self) -> Option<Duration> {
        let left = self.total?.saturating_sub(self.rows) as f64;
        Duration::try_from_secs_f64(left / self.rate).ok()
    }
}

/// Another process that is migrating the database.
///
/// ```
/// use migrations_core::{Event, Holder};
///
/// fn who<M>(event: &Event<M>) -> Option<&Holder> {
///     match event {
///         Event::Waiting(_, holder) => holder.as_ref(),
///         _ => None,
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The process of the server that works for it.
    pub pid: i32,
    /// Its `application_name`, if it has given one.
    pub application: Option<String>,
    /// The role with which it is connected.
    pub role: String,
    /// Since when it is migrating, as the server writes it, in the session's time zone.
    pub since: String,
    /// The file name of the migration that the server is working on, if it is and this role may know.
    pub migration: Option<String>,
}

/// A session that holds locks on what a migration needs.
///
/// ```
/// use migrations_core::Blocker;
///
/// /// Those who hold locks and do nothing.
/// fn idle(blockers: &[Blocker]) -> impl Iterator<Item = &Blocker> {
///     blockers.iter().filter(|blocker| blocker.state.starts_with("idle in transaction"))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blocker {
    /// The process of the server that works for it.
    pub pid: i32,
    /// Its `application_name`, if it has given one.
    pub application: Option<String>,
    /// The role with which it is connected.
    pub role: String,
    /// When its transaction began, as the server writes it, in the session's time zone.
    pub since: String,
    /// `active`, `idle in transaction`, …
    pub state: String,
    /// The beginning of its last query, without its literals.
    pub query: String,
}

/// A migration that is tried again, for the reason why this attempt failed will pass.
///
/// ```
/// use migrations_core::{Event, Retry};
///
/// fn show<M>(event: &Event<M>) {
///     if let Event::Retrying(Retry { attempt, blockers, .. }) = event {
///         eprintln!("attempt {attempt} was held up by {} sessions", blockers.len());
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry<M> {
    /// The migration.
    pub migration: M,
    /// Which attempt failed, counted from 1.
    pub attempt: u32,
    /// What the server said.
    pub reason: String,
    /// Who held the locks that it waited for, if it waited for locks.
    pub blockers: Vec<Blocker>,
    /// How long it rests before the next attempt.
    pub pause: Duration,
}

/// What is happening while a set runs.
///
/// ```
/// # migrations_core::embed_migrations!("examples/migrations");
/// use migrations_core::{Error, Event, Migrator};
///
/// fn run(client: &mut postgres::Client) -> Result<(), Error> {
///     let show = |event: Event<Migration>| match event {
///         Event::Started(migration) => println!("{}: {}", migration.name(), migration.purpose()),
///         Event::Waiting(waited, _) if waited.as_secs() < 5 => {}
///         other => println!("{other}"),
///     };
///     Migrator::new().on_event(show).run(client)?;
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event<M> {
    /// Another process is migrating; this one has waited so long.
    Waiting(Duration, Option<Holder>),
    /// The connection was lost, or could not be made, for this reason; another one will be made.
    Reconnecting(String),
    /// An attempt of a migration failed and left nothing behind; it is tried again.
    Retrying(Retry<M>),
    /// A migration begins. Of those that travel in one message, only the first is told of before it is answered.
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

impl<M: MigrationSet> From<engine::Event> for Event<M> {
    fn from(event: engine::Event) -> Event<M> {
        use engine::Event as Plain;
        match event {
            Plain::Waiting(waited, holder) => Event::Waiting(waited, holder),
            Plain::Reconnecting(reason) => Event::Reconnecting(reason),
            Plain::Retrying { place, attempt, reason, blockers, pause } => {
                Event::Retrying(Retry { migration: M::at(place), attempt, reason, blockers, pause })
            }
            Plain::Started(place) => Event::Started(M::at(place)),
            Plain::RolledBack(undone) => Event::RolledBack(undone.into()),
            Plain::Log(place, line) => Event::Log(M::at(place), line),
            Plain::Batch(place, Progress { rows, total, rate }) => {
                Event::Batch(BatchProgress { migration: M::at(place), rows, total, rate })
            }
            Plain::Applied(place, duration) => {
                Event::Applied(Applied { migration: M::at(place), duration, log: Vec::new() })
            }
        }
    }
}

impl<M: MigrationSet> From<Undone> for RolledBack<M> {
    fn from(undone: Undone) -> RolledBack<M> {
        let migration = undone.place.map(M::at);
        RolledBack { name: undone.name, migration, duration: undone.duration }
    }
}

impl<M> Report<M> {
    /// Whether there was nothing to do.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # fn f(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
    /// Migration::run_all(client)?;
    /// assert!(Migration::run_all(client)?.is_up_to_date());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_up_to_date(&self) -> bool {
        self.applied.is_empty()
    }
}

/// One line: `3 migrations applied in 41 ms`.
impl<M: MigrationSet> fmt::Display for Report<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.applied.len() {
            0 if M::all().len() == 1 => write!(f, "nothing to do: the only migration is applied"),
            0 => write!(f, "nothing to do: all {} migrations are applied", M::all().len()),
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
            Event::Waiting(waited, holder) => {
                write!(f, "waiting for another process ({})", Milliseconds(*waited))?;
                holder.as_ref().map_or(Ok(()), |holder| write!(f, ": {holder}"))
            }
            Event::Reconnecting(reason) => write!(f, "connecting again: {}", printable(reason)),
            Event::Retrying(retry) => write!(f, "{}: {retry}", retry.migration.facts().stem),
            Event::Log(migration, line) => write!(f, "{}: {}", migration.facts().stem, printable(line)),
            Event::Batch(progress) => write!(f, "{}: {progress}", progress.migration.facts().stem),
            Event::Started(migration) => write!(f, "{}", migration.facts().stem),
            Event::Applied(applied) => {
                write!(f, "{} applied in {}", applied.migration.facts().stem, Milliseconds(applied.duration))
            }
            Event::RolledBack(undone) => {
                write!(f, "{} rolled back in {}", printable(&undone.name), Milliseconds(undone.duration))
            }
        }
    }
}

/// A part of a sentence: ``backend 4711, `shop` of ada, since 2026-01-31 12:00:00+00, in 012_add_index``.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Holder { pid, application, role, since, migration } = self;
        let application = printable(application.as_deref().unwrap_or("unnamed"));
        write!(f, "backend {pid}, `{application}` of {}, since {}", printable(role), printable(since))?;
        migration.as_ref().map_or(Ok(()), |migration| write!(f, ", in {}", printable(migration)))
    }
}

/// A part of a sentence: ``backend 4711, `psql` of ada, in a transaction since 2026-01-31 12:00:00+00, idle in transaction:
/// SELECT * FROM shop.users``.
impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Blocker { pid, application, role, since, state, query } = self;
        let application = printable(application.as_deref().unwrap_or("unnamed"));
        let [role, since, state, query] = [role, since, state, query].map(|text| printable(text));
        write!(
            f,
            "backend {pid}, `{application}` of {role}, in a transaction since {since}, {state}: {query}"
        )
    }
}

/// One line: `attempt 1 failed: canceling statement due to lock timeout; again in 120 ms`.
impl<M> fmt::Display for Retry<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "attempt {} failed: {}", self.attempt, printable(&self.reason))?;
        for blocker in &self.blockers {
            write!(f, "; held up by {blocker}")?;
        }
        write!(f, "; again in {}", Milliseconds(self.pause))
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
