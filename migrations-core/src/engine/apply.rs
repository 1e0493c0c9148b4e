//! Applies one migration.

use std::time::{Duration, Instant};

use postgres::{Client, SimpleQueryRow};
use tracing::{info, info_span};

use super::{Engine, Event};
use crate::error::Error;
use crate::ledger::rows;
use crate::script::Script;

impl Engine<'_> {
    /// Applies a migration; with `failed`, again, after it has failed once.
    pub(super) fn apply(
        &mut self,
        client: &mut Client,
        place: usize,
        failed: Option<Error>,
    ) -> Result<Duration, Error> {
        let facts = &self.table.facts()[place];
        let _span = info_span!("migration", name = facts.stem).entered();
        if failed.is_none() {
            (self.observer)(Event::Started(place));
        }
        let start = Instant::now();
        let record = self.ledger.record_applied(&self.run, self.table.facts(), place, self.table.build);
        self.retried(client, Some(place), failed, |engine, client| engine.attempt(client, place, &record))?;
        let duration = start.elapsed();
        info!(path = facts.path, ?duration, "applied");
        (self.observer)(Event::Applied(place, duration));
        Ok(duration)
    }

    fn attempt(&mut self, client: &mut Client, place: usize, record: &str) -> Result<(), Error> {
        let facts = &self.table.facts()[place];
        match (facts.runner, facts.runner.and_then(|runner| runner.batch)) {
            (Some(runner), Some(batch)) => self.apply_batched(client, place, runner, batch, record),
            (Some(runner), None) => self.apply_accompanied(client, place, runner, record),
            (None, _) if facts.transactional => {
                self.send(client, facts.stem, &Script::up(facts, self.frame(), record))
            }
            (None, _) => self.apply_in_steps(client, facts, record),
        }
    }

    /// Sends a message; what fails in it is traced to its place in the source.
    pub(super) fn send(&self, client: &mut Client, stem: &str, script: &Script<'_>) -> Result<(), Error> {
        if script.as_str().is_empty() {
            return Ok(());
        }
        client.batch_execute(script.as_str()).map_err(|source| {
            let running = self.running_statement(client);
            let blamed = script.blame(source.as_db_error(), running);
            self.failed(client, (stem, script.running_text(running)), blamed, Box::new(source))
        })
    }

    /// Ends the failed transaction; answers which statement it had reached.
    fn running_statement(&self, client: &mut Client) -> Option<usize> {
        progress(&rows(client, &self.ending()).ok()?)
    }

    /// The statements that end a failed transaction, and answer in the last of them which statement it had reached.
    pub(super) fn ending(&self) -> String {
        format!("ROLLBACK; SELECT last_value FROM {}", self.ledger.object("progress"))
    }
}

/// The number of the statement that a failed transaction had reached.
pub(super) fn progress(rows: &[SimpleQueryRow]) -> Option<usize> {
    rows.first()?.get(0)?.parse().ok()
}
