//! The lease that makes one of many starters work, and the others wait.

use std::panic::{self, AssertUnwindSafe};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;

use super::retry::Pauses;
use super::{Engine, Event};
use crate::error::{Error, Kind};
use crate::ledger::{Lease, Ledger, Row, Run};

impl Engine<'_> {
    /// Does `work` while this run has the lease, and gives it back whatever happens. `None`: while it waited, `is_done`
    /// found that there is nothing left to do.
    pub(super) fn locked<T>(
        &mut self,
        client: &mut Client,
        is_done: impl Fn(&Self, &mut Client) -> Result<bool, Error>,
        mut work: impl FnMut(&mut Self, &mut Client, Vec<Row>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        loop {
            let Some(history) = self.wait_for_lease(client, &is_done)? else { return Ok(None) };
            let mut held = Held { client, ledger: self.ledger.clone(), run: self.run.clone(), is_held: true };
            match work(self, held.client, history) {
                // It rested for longer than the lease lasts. What it has applied stands; the rest is looked at anew.
                Err(error) if error.is_taken_over() => held.is_held = false,
                outcome => {
                    let released = held.release(outcome.is_err());
                    let done = outcome?;
                    released.map_err(|error| Error::database("the lease cannot be given back", error))?;
                    return Ok(Some(done));
                }
            }
        }
    }

    /// Waits for the lease by asking for it now and then: a waiter that slept inside the server would hold a snapshot,
    /// on which CREATE INDEX CONCURRENTLY of the holder waits in turn.
    fn wait_for_lease(
        &mut self,
        client: &mut Client,
        is_done: impl Fn(&Self, &mut Client) -> Result<bool, Error>,
    ) -> Result<Option<Vec<Row>>, Error> {
        let start = Instant::now();
        let mut pauses = Pauses::new(Duration::from_millis(10), Duration::from_millis(500));
        let mut is_current = false;
        loop {
            let holder = match self.ledger.acquire(client, &self.run)? {
                Lease::Held(history) => return Ok(Some(history)),
                Lease::Elsewhere(holder) => holder,
                Lease::Absent if is_current => return Err(self.ledger.without_functions()),
                Lease::Absent => {
                    self.ledger.upgrade(client)?;
                    is_current = true;
                    continue;
                }
            };
            let waited = start.elapsed();
            if waited >= self.wait_for_lock {
                return Err(Kind::LockWait { waited, holder }.into());
            }
            (self.observer)(Event::Waiting(waited, holder));
            thread::sleep(pauses.next().min(self.wait_for_lock.saturating_sub(waited)));
            if is_done(self, client)? {
                return Ok(None);
            }
        }
    }
}

/// The lease, held until it is released or dropped.
struct Held<'c> {
    client: &'c mut Client,
    ledger: Ledger,
    run: Run,
    is_held: bool,
}

impl Held<'_> {
    fn release(&mut self, failed: bool) -> Result<(), postgres::Error> {
        self.is_held = false;
        self.ledger.release(self.client, &self.run, failed)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if self.is_held {
            // Reached by a panic only. Whatever cannot be told to the server ends with the connection.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| self.release(true)));
        }
    }
}
