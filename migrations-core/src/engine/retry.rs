//! Tries a migration again that has failed for a reason which will pass: nothing of it was kept.

use std::error::Error as StdError;
use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::Duration;

use postgres::Client;
use postgres::error::SqlState;

use super::{Engine, Event};
use crate::error::{Blame, Error, Failure, Kind};
use crate::ledger::Ledger;

impl Engine<'_> {
    /// Does `work`, and does it again after a lock timeout, a deadlock or a serialization failure. With `failed`, the first
    /// attempt was made elsewhere.
    pub(super) fn retried<T>(
        &mut self,
        client: &mut Client,
        place: Option<usize>,
        mut failed: Option<Error>,
        mut work: impl FnMut(&mut Self, &mut Client) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut pauses = Pauses::new(Duration::from_millis(100), Duration::from_secs(5));
        let mut attempt = 1;
        loop {
            match failed.take().map_or_else(|| work(self, client), Err) {
                Err(error) if error.is_transient() && attempt < self.attempts => {
                    let pause = pauses.next();
                    if let Some(place) = place {
                        let reason = error.server_message().unwrap_or_default().to_owned();
                        let blockers = error.blockers().to_vec();
                        (self.observer)(Event::Retrying { place, attempt, reason, blockers, pause });
                    }
                    thread::sleep(pause);
                    attempt += 1;
                }
                outcome => return outcome.map_err(|error| error.after_attempts(attempt)),
            }
        }
    }

    /// The error of a migration, with those who hold the locks that it has waited for. The transaction has ended.
    pub(super) fn failed(
        &self,
        client: &mut Client,
        (stem, statement): (&str, &str),
        blame: Blame,
        source: Box<dyn StdError + Send + Sync>,
    ) -> Error {
        let code = source.downcast_ref::<postgres::Error>().and_then(postgres::Error::code);
        let blockers = if code == Some(&SqlState::LOCK_NOT_AVAILABLE) {
            Ledger::blockers(client, statement, self.limits.lock.unwrap_or_default().as_millis())
        } else {
            Vec::new()
        };
        let stem = stem.to_owned();
        Kind::Failed(Failure { stem, blame, blockers, attempts: 1, kept: None, source }).into()
    }
}

/// Pauses that double up to the longest, each of them jittered.
pub(super) struct Pauses {
    next: Duration,
    longest: Duration,
}

impl Pauses {
    pub(super) fn new(first: Duration, longest: Duration) -> Pauses {
        Pauses { next: first, longest }
    }

    pub(super) fn next(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        jittered(pause)
    }
}

/// Between half and the whole of a pause, so that those who wait do not ask in step.
pub(super) fn jittered(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(pause);
    pause / 2 + pause.mul_f64((random % 1000) as f64 / 2000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_jittered_by_up_to_a_half() {
        let milliseconds = Duration::from_millis;
        for _ in 0..100 {
            let mut pauses = Pauses::new(milliseconds(100), milliseconds(500));
            for longest in [100, 200, 400, 500, 500] {
                let pause = pauses.next();
                assert!(milliseconds(longest / 2) <= pause && pause <= milliseconds(longest), "{pause:?}");
            }
        }
        let jittered: std::collections::BTreeSet<_> = (0..10).map(|_| jittered(milliseconds(1000))).collect();
        assert!(jittered.len() > 1, "{jittered:?}");
    }
}
