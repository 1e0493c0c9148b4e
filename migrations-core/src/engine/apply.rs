//! Applies one migration.

use std::time::{Duration, Instant};

use postgres::Client;
use tracing::{info, info_span};

use super::{Engine, Step};
use crate::error::{Error, Kind};
use crate::ledger::rows;
use crate::quote::literal;
use crate::script::Script;
use crate::set::Facts;

impl Engine<'_> {
    pub(super) fn apply(&mut self, client: &mut Client, place: usize) -> Result<Duration, Error> {
        let facts = &self.facts[place];
        let _span = info_span!("migration", name = facts.stem).entered();
        (self.observer)(Step::Started(place));
        let start = Instant::now();
        let record = self.ledger.record_applied(self.facts, place, self.build);
        match (facts.runner, facts.runner.and_then(|runner| runner.batch)) {
            (Some(runner), Some(batch)) => self.apply_batched(client, place, runner, batch, &record)?,
            (Some(runner), None) => self.apply_accompanied(client, place, runner, &record)?,
            (None, _) if facts.transactional => {
                self.send(client, facts.stem, &Script::up(facts, &self.ledger, self.limits, &record))?;
            }
            (None, _) => self.apply_in_steps(client, facts, &record)?,
        }
        let duration = start.elapsed();
        info!(path = facts.path, ?duration, "applied");
        (self.observer)(Step::Applied(place, duration));
        Ok(duration)
    }

    /// Runs the statements of a `@no-transaction` file one by one, and remembers each that is finished.
    fn apply_in_steps(&self, client: &mut Client, facts: &Facts, record: &str) -> Result<(), Error> {
        let steps = self.ledger.object("steps");
        let name = literal(facts.name);
        let reading = |error| Error::database("the finished steps cannot be read", error);
        let finished =
            rows(client, &format!("SELECT 1 FROM {steps} WHERE name = {name}")).map_err(reading)?.len();
        for (step, range) in facts.body.iter().enumerate().skip(finished) {
            self.send(client, facts.stem, &Script::alone(facts, range))?;
            let checksum = migrations_rules::checksum(&facts.text[range.clone()]);
            client
                .batch_execute(&format!(
                    "INSERT INTO {steps} (name, step, checksum) VALUES ({name}, {}, {})",
                    step + 1,
                    literal(&checksum)
                ))
                .map_err(|error| Error::database("the finished step cannot be recorded", error))?;
        }
        self.send(client, facts.stem, &Script::conclusion(facts, &self.ledger, self.limits, record))
    }

    /// Sends a message; what fails in it is traced to its place in the source.
    pub(super) fn send(&self, client: &mut Client, stem: &str, script: &Script<'_>) -> Result<(), Error> {
        if script.as_str().is_empty() {
            return Ok(());
        }
        client.batch_execute(script.as_str()).map_err(|source| {
            let running = self.running_statement(client);
            let (place, verification) = script.blame(source.as_db_error(), running);
            Kind::Failed { stem: stem.to_owned(), place, verification, source: Box::new(source) }.into()
        })
    }

    /// Ends the failed transaction; answers which statement it had reached.
    fn running_statement(&self, client: &mut Client) -> Option<usize> {
        let progress = format!("ROLLBACK; SELECT last_value FROM {}", self.ledger.object("progress"));
        rows(client, &progress).ok()?.first()?.get(0)?.parse().ok()
    }
}
