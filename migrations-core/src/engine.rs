//! The run: digest, lock, ledger, pending migrations, each in its own transaction.

mod adopt;
mod apply;
mod code;
mod compare;
mod connect;
mod lock;
mod retry;
mod steps;
mod together;
mod undo;

use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use postgres::Client;
use tracing::debug;

use crate::error::{Error, Kind};
use crate::ledger::{Digest, Ledger, Row, Run};
use crate::report::{Blocker, Holder};
use crate::script::{Frame, Limits, together};
use crate::set::Table;

pub(crate) use code::Progress;
pub(crate) use compare::Comparison;
pub(crate) use undo::{Undo, Undone};

/// A set without its type, with the options of a run.
pub(crate) struct Engine<'a> {
    pub(crate) table: &'static Table,
    pub(crate) ledger: Ledger,
    pub(crate) run: Run,
    pub(crate) limits: Limits,
    pub(crate) wait_for_lock: Duration,
    /// How often a migration is tried that fails for a reason which will pass.
    pub(crate) attempts: u32,
    /// The place behind the last migration to apply.
    pub(crate) end: usize,
    /// Places of migrations that are not to be applied.
    pub(crate) without: &'a [usize],
    pub(crate) allow_unknown: bool,
    /// Whether each migration travels in a message of its own wherever it is applied.
    pub(crate) one_by_one: bool,
    /// Asked between two batches.
    pub(crate) stop: &'a dyn Fn() -> bool,
    pub(crate) batch_pause: Duration,
    pub(crate) observer: &'a mut dyn FnMut(Event),
}

/// What is happening, by place in the execution order.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    Waiting(Duration, Option<Holder>),
    Reconnecting(String),
    Retrying { place: usize, attempt: u32, reason: String, blockers: Vec<Blocker>, pause: Duration },
    Started(usize),
    Applied(usize, Duration),
    RolledBack(Undone),
    Log(usize, String),
    Batch(usize, Progress),
}

impl Engine<'_> {
    /// Applies what is pending; answers what was applied, and how long each took.
    pub(crate) fn run(&mut self, client: &mut Client) -> Result<Vec<(usize, Duration)>, Error> {
        let mut applied = Vec::new();
        let outcome = self.run_on(client, &mut applied, false);
        self.after(outcome, &applied).map(|()| applied)
    }

    /// The same; what was applied before an error is added all the same. On a second connection it is first found out
    /// what became of the work of the one before.
    fn run_on(
        &mut self,
        client: &mut Client,
        applied: &mut Vec<(usize, Duration)>,
        is_second: bool,
    ) -> Result<(), Error> {
        let digest = blocking(|| self.ledger.digest(client))?;
        if matches!(&digest, Digest::Of(digest) if digest == self.table.digest) {
            debug!("nothing to do");
            return Ok(());
        }
        self.table.places()?;
        if digest == Digest::Absent {
            self.ledger.upgrade(client)?;
        }
        self.locked(client, Engine::is_up_to_date, |engine, client, history| {
            if is_second {
                engine.ask_journal(client, applied)?;
            }
            engine.run_pending(client, history, applied)
        })?;
        Ok(())
    }

    /// Adds to an error what had been applied before it.
    fn after(&self, outcome: Result<(), Error>, applied: &[(usize, Duration)]) -> Result<(), Error> {
        let stems = || applied.iter().map(|(place, _)| self.table.facts()[*place].stem.to_owned()).collect();
        outcome.map_err(|error| error.after(stems()))
    }

    /// What the history says, without a lock and without changing anything.
    pub(crate) fn comparison(&self, client: &mut Client) -> Result<Comparison, Error> {
        self.table.places()?;
        self.compare(blocking(|| self.ledger.history(client))?)
    }

    /// What a run would apply.
    pub(crate) fn dry_run(&self, client: &mut Client) -> Result<Vec<(usize, Duration)>, Error> {
        let pending = self.pending(&self.comparison(client)?)?;
        Ok(pending.into_iter().map(|place| (place, Duration::ZERO)).collect())
    }

    /// The place in the set of a migration that the ledger knows by this name, which may be an earlier one.
    fn place(&self, name: &str) -> Result<Option<usize>, Error> {
        let renamed = || self.table.facts().iter().position(|facts| facts.renamed_from.contains(&name));
        Ok(self.table.places()?.get(name).copied().or_else(renamed))
    }

    fn is_up_to_date(&self, client: &mut Client) -> Result<bool, Error> {
        Ok(self.ledger.digest(client)? == Digest::Of(self.table.digest.to_owned()))
    }

    fn run_pending(
        &mut self,
        client: &mut Client,
        history: Vec<Row>,
        applied: &mut Vec<(usize, Duration)>,
    ) -> Result<(), Error> {
        let comparison = self.compare(history)?;
        let pending = self.pending(&comparison)?;
        self.follow_files(client, &comparison)?;
        let one_by_one = self.runs_one_by_one(&comparison);
        let mut pending = &pending[..];
        while let Some(&place) = pending.first() {
            if (self.stop)() {
                return Err(Kind::StoppedBefore { stem: self.table.facts()[place].stem }.into());
            }
            let known = applied.len();
            match together(self.table.facts(), pending, one_by_one) {
                1 => applied.push((place, self.apply(client, place, None)?)),
                count => self.apply_together(client, &pending[..count], applied)?,
            }
            pending = &pending[applied.len() - known..];
        }
        Ok(())
    }

    /// Whether each migration travels in a message of its own. So it is where there is a history, and rows: there a
    /// migration may take its time, and whoever watches the run or stops it is to get a word in between two of them.
    pub(crate) fn runs_one_by_one(&self, comparison: &Comparison) -> bool {
        self.one_by_one || !comparison.is_empty()
    }

    fn frame(&self) -> Frame<'_> {
        Frame { ledger: &self.ledger, run: &self.run, limits: self.limits, is_followed: false }
    }
}

/// Makes the first round trip. The `postgres` client panics inside an async runtime, before it sends anything.
pub(crate) fn blocking<T>(round_trip: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    panic::catch_unwind(AssertUnwindSafe(round_trip)).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        match message {
            Some(message) if message.contains("runtime") => Err(Kind::AsyncContext.into()),
            _ => panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_panic_about_a_runtime_is_an_error() {
        let outcome = blocking::<()>(|| panic!("Cannot start a runtime from within a runtime"));
        assert!(outcome.unwrap_err().is_async_context());
        let panicked = panic::catch_unwind(|| blocking::<()>(|| panic!("on purpose")));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"on purpose"));
    }
}
