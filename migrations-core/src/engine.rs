//! The run: digest, lock, ledger, pending migrations, each in its own transaction.

use std::cmp::Ordering;
use std::panic::{self, AssertUnwindSafe};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;
use tracing::{debug, info, info_span};

use crate::error::{Change, Error, Kind, Place};
use crate::ledger::{self, Digest, Ledger, Poll, Row, rows};
use crate::quote::literal;
use crate::script::{Script, Timeouts};
use crate::set::{Facts, Index};

/// A set without its type, with the options of a run.
pub(crate) struct Engine<'a> {
    pub(crate) facts: &'static [Facts],
    pub(crate) index: &'static Index,
    pub(crate) digest: &'static str,
    pub(crate) build: &'static str,
    pub(crate) ledger: Ledger,
    pub(crate) timeouts: Timeouts,
    pub(crate) wait_for_lock: Duration,
    /// The place behind the last migration to apply.
    pub(crate) end: usize,
    pub(crate) allow_unknown: bool,
    pub(crate) observer: &'a mut dyn FnMut(Step),
}

/// What is happening, by place in the execution order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Waiting(Duration),
    Started(usize),
    Applied(usize, Duration),
}

/// What the history says about the set.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// The history row of each migration, where it has one.
    pub(crate) applied: Vec<Option<Row>>,
    /// Rows of migrations that the set does not know.
    pub(crate) unknown: Vec<Row>,
}

impl Engine<'_> {
    /// Applies what is pending; answers what was applied, and how long each took.
    pub(crate) fn run(&mut self, client: &mut Client) -> Result<Vec<(usize, Duration)>, Error> {
        self.index.places(self.facts)?;
        if self.is_up_to_date(client)? {
            debug!("nothing to do");
            return Ok(Vec::new());
        }
        let Some(mut lock) = self.lock(client)? else { return Ok(Vec::new()) };
        let outcome = self.run_locked(&mut lock);
        let unlocked = lock.release();
        let applied = outcome?;
        unlocked.map_err(|error| Error::database("the lock cannot be given back", error))?;
        Ok(applied)
    }

    /// What the history says, without a lock and without changing anything.
    pub(crate) fn comparison(&self, client: &mut Client) -> Result<Comparison, Error> {
        let history = match blocking(|| self.ledger.digest(client))? {
            Digest::Absent => Vec::new(),
            Digest::Of(_) => self.ledger.history(client)?.1,
        };
        self.compare(history)
    }

    /// The migrations that a run would apply. Fails when a run would.
    pub(crate) fn pending(&self, comparison: &Comparison) -> Result<Vec<usize>, Error> {
        let changes: Vec<Change> = comparison
            .applied
            .iter()
            .zip(self.facts)
            .filter(|(row, facts)| row.as_ref().is_some_and(|row| row.checksum != facts.checksum))
            .map(|(_, facts)| Change { path: facts.path })
            .collect();
        if !changes.is_empty() {
            return Err(Kind::Changed(changes).into());
        }
        if !self.allow_unknown && !comparison.unknown.is_empty() {
            return Err(Kind::Missing(comparison.unknown.iter().map(|row| row.name.clone()).collect()).into());
        }
        Ok((0..self.end).filter(|place| comparison.applied[*place].is_none()).collect())
    }

    fn is_up_to_date(&self, client: &mut Client) -> Result<bool, Error> {
        let digest = blocking(|| self.ledger.digest(client))?;
        Ok(digest == Digest::Of(self.digest.to_owned()))
    }

    /// Waits for the lock by asking for it now and then: a waiter that slept inside the server would hold a snapshot,
    /// on which CREATE INDEX CONCURRENTLY of the holder waits in turn. `None`: somebody else has finished the work.
    fn lock<'c>(&mut self, client: &'c mut Client) -> Result<Option<Lock<'c>>, Error> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(10);
        loop {
            let poll = self.ledger.poll(client)?;
            if poll.locked {
                let ledger = self.ledger.clone();
                return Ok(Some(Lock { client: Some(client), ledger, poll }));
            }
            let waited = start.elapsed();
            if waited >= self.wait_for_lock {
                let holder = self.ledger.lock_holder(client);
                return Err(Kind::LockWait { waited, holder }.into());
            }
            (self.observer)(Step::Waiting(waited));
            thread::sleep(jittered(pause).min(self.wait_for_lock.saturating_sub(waited)));
            pause = (pause * 2).min(Duration::from_millis(500));
            if self.is_up_to_date(client)? {
                return Ok(None);
            }
        }
    }

    fn run_locked(&mut self, lock: &mut Lock<'_>) -> Result<Vec<(usize, Duration)>, Error> {
        let (schema_exists, ledger_exists) = (lock.poll.schema_exists, lock.poll.ledger_exists);
        let client = lock.client()?;
        // A ledger that was made this moment, under the lock, is empty.
        let (version, history) = if ledger_exists { self.ledger.history(client)? } else { (0, Vec::new()) };
        match version.cmp(&ledger::VERSION) {
            Ordering::Less => self.ledger.upgrade(client, schema_exists)?,
            Ordering::Equal => {}
            Ordering::Greater => {
                return Err(Kind::LedgerContent(format!("its tables have version {version}")).into());
            }
        }
        let comparison = self.compare(history)?;
        let pending = self.pending(&comparison)?;
        self.follow_moves(client, &comparison)?;
        let mut applied = Vec::with_capacity(pending.len());
        for place in pending {
            match self.apply(client, place) {
                Ok(duration) => applied.push((place, duration)),
                Err(error) => {
                    let stems = applied.iter().map(|(place, _)| self.facts[*place].stem.to_owned()).collect();
                    return Err(error.after(stems));
                }
            }
        }
        Ok(applied)
    }

    fn compare(&self, history: Vec<Row>) -> Result<Comparison, Error> {
        let places = self.index.places(self.facts)?;
        let mut comparison = Comparison { applied: vec![None; self.facts.len()], unknown: Vec::new() };
        for row in history {
            let renamed =
                || self.facts.iter().position(|facts| facts.renamed_from.contains(&row.name.as_str()));
            match places.get(row.name.as_str()).copied().or_else(renamed) {
                Some(place) => comparison.applied[place] = Some(row),
                None => comparison.unknown.push(row),
            }
        }
        Ok(comparison)
    }

    /// Enters into the history where applied migrations are found now.
    fn follow_moves(&self, client: &mut Client, comparison: &Comparison) -> Result<(), Error> {
        let mut updates = String::new();
        for (row, facts) in comparison.applied.iter().zip(self.facts) {
            let Some(row) = row else { continue };
            let number = facts.number.map(|number| number.to_string());
            if row.name != facts.name || row.category != facts.category || row.number != number {
                updates.push_str(&self.ledger.rename(&row.name, facts));
            }
        }
        if updates.is_empty() {
            return Ok(());
        }
        client
            .batch_execute(&updates)
            .map_err(|error| Error::database("the history cannot be updated", error))
    }

    fn apply(&mut self, client: &mut Client, place: usize) -> Result<Duration, Error> {
        let facts = &self.facts[place];
        let _span = info_span!("migration", name = facts.stem).entered();
        (self.observer)(Step::Started(place));
        let start = Instant::now();
        if facts.transactional {
            let script = Script::transaction(facts, &self.ledger, self.timeouts, self.build);
            self.send(client, facts, &script)?;
        } else {
            self.apply_in_steps(client, facts)?;
        }
        let duration = start.elapsed();
        info!(path = facts.path, ?duration, "applied");
        (self.observer)(Step::Applied(place, duration));
        Ok(duration)
    }

    /// Runs the statements of a `@no-transaction` file one by one, and remembers each that is finished.
    fn apply_in_steps(&self, client: &mut Client, facts: &'static Facts) -> Result<(), Error> {
        let steps = self.ledger.object("steps");
        let name = literal(facts.name);
        let reading = |error| Error::database("the finished steps cannot be read", error);
        let finished =
            rows(client, &format!("SELECT 1 FROM {steps} WHERE name = {name}")).map_err(reading)?.len();
        for (step, range) in facts.body.iter().enumerate().skip(finished) {
            self.send(client, facts, &Script::alone(facts, range))?;
            let checksum = migrations_rules::checksum(&facts.text[range.clone()]);
            client
                .batch_execute(&format!(
                    "INSERT INTO {steps} (name, step, checksum) VALUES ({name}, {}, {})",
                    step + 1,
                    literal(&checksum)
                ))
                .map_err(|error| Error::database("the finished step cannot be recorded", error))?;
        }
        self.send(client, facts, &Script::conclusion(facts, &self.ledger, self.timeouts, self.build))
    }

    fn send(&self, client: &mut Client, facts: &Facts, script: &Script) -> Result<(), Error> {
        client.batch_execute(script.as_str()).map_err(|source| {
            let running = self.running_statement(client);
            let (span, verification) = script.blame(source.as_db_error(), facts, running);
            let place = Place::new(facts.path, facts.text, span);
            Kind::Failed { stem: facts.stem, place, verification, source }.into()
        })
    }

    /// Ends the failed transaction; answers which statement it had reached.
    fn running_statement(&self, client: &mut Client) -> Option<usize> {
        let progress = format!("ROLLBACK; SELECT last_value FROM {}", self.ledger.object("progress"));
        rows(client, &progress).ok()?.first()?.get(0)?.parse().ok()
    }
}

/// The lock, held until it is released or dropped.
struct Lock<'c> {
    client: Option<&'c mut Client>,
    ledger: Ledger,
    poll: Poll,
}

impl Lock<'_> {
    fn client(&mut self) -> Result<&mut Client, Error> {
        self.client.as_deref_mut().ok_or_else(|| Kind::InTransaction.into())
    }

    fn release(mut self) -> Result<(), postgres::Error> {
        self.client.take().map_or(Ok(()), |client| self.ledger.unlock(client, false))
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // Reached by a panic only. Whatever cannot be told to the server ends with the connection.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| self.ledger.unlock(client, true)));
        }
    }
}

/// Makes the first round trip. The `postgres` client panics inside an async runtime, before it sends anything.
fn blocking<T>(round_trip: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
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

/// Between half and the whole of a pause, so that waiters do not ask in step.
fn jittered(pause: Duration) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one(pause);
    pause / 2 + pause.mul_f64((random % 1000) as f64 / 2000.0)
}
