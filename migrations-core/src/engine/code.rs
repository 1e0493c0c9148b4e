//! Applies migrations in which code of the application takes part.

use std::panic::Location;
use std::thread;
use std::time::Instant;

use postgres::Client;

use super::{Engine, Event};
use crate::agent::{Agent, Note};
use crate::error::{Blame, Error, Kind, Place};
use crate::ledger::rows;
use crate::quote::literal;
use crate::runner::{Batch, BatchStep, Cursor, Runner, RunnerError, Step};
use crate::script::Script;
use crate::set::Facts;

/// How far a batched runner has come.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// The rows that are done, over all runs.
    pub(crate) rows: u64,
    /// The rows that there are in all, if the runner has said so in this run.
    pub(crate) total: Option<u64>,
    /// Rows a second, in this run.
    pub(crate) rate: f64,
}

impl Engine<'_> {
    /// One transaction: `before`, body, `after`, verification, history row.
    pub(super) fn apply_accompanied(
        &mut self,
        client: &mut Client,
        place: usize,
        runner: &'static Runner,
        record: &str,
    ) -> Result<(), Error> {
        let facts = &self.table.facts()[place];
        self.begin(client, facts.stem)?;
        self.call(client, place, runner, runner.before)?;
        self.send(client, facts.stem, &Script::body(facts, self.frame()))?;
        self.call(client, place, runner, runner.up)?;
        self.call(client, place, runner, runner.after)?;
        self.send(client, facts.stem, &Script::verified(facts, &self.ledger))?;
        self.call(client, place, runner, runner.verify)?;
        self.finish(client, record)
    }

    /// Transactions one after another, each with a checkpoint; the last one with verification and history row.
    pub(super) fn apply_batched(
        &mut self,
        client: &mut Client,
        place: usize,
        runner: &'static Runner,
        batch: BatchStep,
        record: &str,
    ) -> Result<(), Error> {
        let facts = &self.table.facts()[place];
        let (mut position, mut done) = self.checkpoint(client, facts)?;
        let (start, before) = (Instant::now(), done);
        let mut total = None;
        loop {
            self.begin(client, facts.stem)?;
            let cursor = Cursor::new(position.take());
            let kept = done;
            let Batch { rows, next } = self
                .call_noting(client, place, runner, |agent| batch(agent, &cursor), &mut total)
                .map_err(|error| keeping_rows(error, kept))?;
            done += rows;
            if let Some(next) = &next {
                self.finish(client, &self.ledger.keep_checkpoint(facts.name, next, rows))?;
            } else {
                self.call(client, place, runner, runner.verify).map_err(|error| keeping_rows(error, kept))?;
                self.finish(client, record)?;
            }
            let rate = (done - before) as f64 / start.elapsed().as_secs_f64().max(f64::EPSILON);
            (self.observer)(Event::Batch(place, Progress { rows: done, total, rate }));
            if next.is_none() {
                return Ok(());
            }
            position = next;
            if (self.stop)() {
                return Err(Kind::Stopped { stem: facts.stem, rows: done }.into());
            }
            thread::sleep(self.batch_pause);
        }
    }

    /// One transaction: `down`, and the end of the history row.
    pub(super) fn undo_code(
        &mut self,
        client: &mut Client,
        place: usize,
        runner: &'static Runner,
        record: &str,
    ) -> Result<(), Error> {
        self.begin(client, self.table.facts()[place].stem)?;
        self.call(client, place, runner, runner.down)?;
        self.finish(client, record)
    }

    fn begin(&self, client: &mut Client, stem: &str) -> Result<(), Error> {
        // Code may rest inside the transaction. If the client is cut off meanwhile, the server is to notice, and let go:
        // by keepalives when it waits for the client, by the user timeout when its last answer was not acknowledged.
        let noticing = "SET LOCAL tcp_keepalives_idle = 20;\nSET LOCAL tcp_keepalives_interval = 5;\n\
                        SET LOCAL tcp_keepalives_count = 3;\nSET LOCAL tcp_user_timeout = 35000";
        self.attempted(
            client,
            &format!("{}{noticing}", self.frame().opening(stem)),
            "the transaction cannot be started",
        )
    }

    fn finish(&self, client: &mut Client, record: &str) -> Result<(), Error> {
        self.attempted(client, &format!("{record}\nCOMMIT"), "the transaction cannot be committed")
    }

    /// Sends a message; if it fails, no transaction is left open.
    fn attempted(&self, client: &mut Client, message: &str, failure: &'static str) -> Result<(), Error> {
        client.batch_execute(message).map_err(|error| {
            let _ = client.batch_execute("ROLLBACK");
            Error::database(failure, error)
        })
    }

    fn call(
        &mut self,
        client: &mut Client,
        place: usize,
        runner: &'static Runner,
        code: Option<Step>,
    ) -> Result<(), Error> {
        match code {
            Some(code) => self.call_noting(client, place, runner, code, &mut None),
            None => Ok(()),
        }
    }

    /// Calls code of the application; when it fails, the transaction is rolled back.
    fn call_noting<T>(
        &mut self,
        client: &mut Client,
        place: usize,
        runner: &'static Runner,
        code: impl FnOnce(&mut Agent<'_>) -> Result<T, RunnerError>,
        total: &mut Option<u64>,
    ) -> Result<T, Error> {
        let observer = &mut self.observer;
        let mut notes = |note| match note {
            Note::Line(line) => observer(Event::Log(place, line)),
            Note::Total(rows) => *total = Some(rows),
        };
        let outcome = code(&mut Agent::new(client, &mut notes));
        outcome.map_err(|error| {
            let _ = client.batch_execute("ROLLBACK");
            let (source, location) = error.into_parts();
            let blame = Blame::runner(place_in(runner, location), &*source);
            self.failed(client, (self.table.facts()[place].stem, ""), blame, source)
        })
    }

    fn checkpoint(&self, client: &mut Client, facts: &Facts) -> Result<(Option<String>, u64), Error> {
        let query = format!(
            "SELECT cursor, rows FROM {} WHERE name OPERATOR(pg_catalog.=) {}",
            self.ledger.object("checkpoints"),
            literal(facts.name)
        );
        let rows =
            rows(client, &query).map_err(|error| Error::database("the checkpoint cannot be read", error))?;
        let column = |at| rows.first().and_then(|row| row.get(at));
        Ok((column(0).map(str::to_owned), column(1).and_then(|rows| rows.parse().ok()).unwrap_or(0)))
    }
}

/// An error after batches that are committed.
fn keeping_rows(error: Error, rows: u64) -> Error {
    match rows {
        0 => error,
        _ => error.keeping(format!("its first {rows} rows are kept; the next run goes on behind them")),
    }
}

/// A line of a runner. The compiler knows its file by the path that it was given; people know it by the path in the crate.
fn place_in(runner: &Runner, location: &Location<'_>) -> Place {
    let (line, column) = (location.line() as usize, location.column() as usize);
    if location.file().ends_with(runner.path) {
        Place::at(runner.path, Some(runner.text), line, column)
    } else {
        Place::at(location.file(), None, line, column)
    }
}
