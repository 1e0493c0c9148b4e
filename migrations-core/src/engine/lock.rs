//! The lock that makes one of many starters work, and the others wait.

use std::hash::{BuildHasher, RandomState};
use std::panic::{self, AssertUnwindSafe};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;

use super::{Engine, Step};
use crate::error::{Error, Kind};
use crate::ledger::{Ledger, Poll};

impl Engine<'_> {
    /// Does `work` under the lock, and gives the lock back whatever happens. `None`: while waiting for the lock, `is_done`
    /// found that there is nothing left to do.
    pub(super) fn locked<T>(
        &mut self,
        client: &mut Client,
        is_done: impl Fn(&Self, &mut Client) -> Result<bool, Error>,
        work: impl FnOnce(&mut Self, &mut Client, &Poll) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let Some(poll) = self.wait_for_lock(client, is_done)? else { return Ok(None) };
        let mut lock = Lock { client, ledger: self.ledger.clone(), held: true };
        let outcome = work(self, lock.client, &poll);
        let unlocked = lock.release();
        let done = outcome?;
        unlocked.map_err(|error| Error::database("the lock cannot be given back", error))?;
        Ok(Some(done))
    }

    /// Waits for the lock by asking for it now and then: a waiter that slept inside the server would hold a snapshot,
    /// on which CREATE INDEX CONCURRENTLY of the holder waits in turn.
    fn wait_for_lock(
        &mut self,
        client: &mut Client,
        is_done: impl Fn(&Self, &mut Client) -> Result<bool, Error>,
    ) -> Result<Option<Poll>, Error> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(10);
        loop {
            let poll = self.ledger.poll(client)?;
            if poll.locked {
                return Ok(Some(poll));
            }
            let waited = start.elapsed();
            if waited >= self.wait_for_lock {
                let holder = self.ledger.lock_holder(client);
                return Err(Kind::LockWait { waited, holder }.into());
            }
            (self.observer)(Step::Waiting(waited));
            thread::sleep(jittered(pause).min(self.wait_for_lock.saturating_sub(waited)));
            pause = (pause * 2).min(Duration::from_millis(500));
            if is_done(self, client)? {
                return Ok(None);
            }
        }
    }
}

/// The lock, held until it is released or dropped.
struct Lock<'c> {
    client: &'c mut Client,
    ledger: Ledger,
    held: bool,
}

impl Lock<'_> {
    fn release(&mut self) -> Result<(), postgres::Error> {
        self.held = false;
        self.ledger.unlock(self.client, false)
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        if self.held {
            // Reached by a panic only. Whatever cannot be told to the server ends with the connection.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| self.ledger.unlock(self.client, true)));
        }
    }
}

/// Between half and the whole of a pause, so that waiters do not ask in step.
fn jittered(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(pause);
    pause / 2 + pause.mul_f64((random % 1000) as f64 / 2000.0)
}
