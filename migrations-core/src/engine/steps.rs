//! Runs the statements of a `@no-transaction` file one by one. Each is in the ledger before it begins, so that it is
//! known what was running when a connection died, and what it has done can be found out.

use migrations_text::Step;
use postgres::Client;

use super::Engine;
use crate::error::{Error, Kind, Place};
use crate::ledger::{KeptStep, rows};
use crate::quote::{identifier, literal};
use crate::script::Script;
use crate::set::Facts;

impl Engine<'_> {
    pub(super) fn apply_in_steps(
        &self,
        client: &mut Client,
        facts: &Facts,
        record: &str,
    ) -> Result<(), Error> {
        let kept = self.ledger.steps(client, facts.name)?;
        Self::refuse_changed(facts, &kept)?;
        for at in 0..facts.body.len() {
            match kept.iter().find(|kept| kept.number == at + 1) {
                Some(kept) if kept.is_finished => {}
                Some(_) if self.is_done(client, facts, at)? => {
                    self.tell(client, &self.ledger.finish_step(facts.name, at + 1))?;
                }
                kept => {
                    if kept.is_none() && matches!(facts.steps[at], Step::CreateIndex { .. }) {
                        // With IF NOT EXISTS, an invalid one that others have left would count as built.
                        self.clean_up(client, facts, at)?;
                    }
                    self.run_step(client, facts, at).map_err(|error| keeping_steps(error, at))?;
                }
            }
        }
        self.send(client, facts.stem, &Script::conclusion(facts, self.frame(), record))
            .map_err(|error| keeping_steps(error, facts.body.len()))?;
        if facts.steps.contains(&Step::Setting) {
            self.tell(client, "RESET ALL")?;
        }
        Ok(())
    }

    /// What has run cannot be changed any more, even though the rest has not.
    pub(crate) fn refuse_changed(facts: &Facts, kept: &[KeptStep]) -> Result<(), Error> {
        let is_changed = |kept: &&KeptStep| {
            let at = kept.number.checked_sub(1).filter(|at| *at < facts.body.len());
            at.is_none_or(|at| facts.step_checksum(at) != kept.checksum)
        };
        match kept.iter().find(is_changed) {
            None => Ok(()),
            Some(kept) => {
                let end = facts.text.trim_end().len();
                let range = facts.body.get(kept.number.saturating_sub(1)).cloned().unwrap_or(end..end);
                let place = Place::new(facts.path, facts.text, range);
                Err(Kind::StepChanged { place, number: kept.number, is_finished: kept.is_finished }.into())
            }
        }
    }

    fn run_step(&self, client: &mut Client, facts: &Facts, at: usize) -> Result<(), Error> {
        for script in Script::step(facts, at, self.frame()) {
            if let Err(error) = self.send(client, facts.stem, &script) {
                // The server has said that it failed: whatever it has left is taken away now.
                if !error.is_connection() && !error.is_taken_over() {
                    self.clean_up(client, facts, at)?;
                    self.tell(client, &self.ledger.forget_step(facts.name, at + 1))?;
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Finds out whether a statement is done that was running when the connection died; if it is not, nothing of it is
    /// left. It is not running any more: else the lease would not be ours.
    fn is_done(&self, client: &mut Client, facts: &Facts, at: usize) -> Result<bool, Error> {
        let done = match &facts.steps[at] {
            Step::CreateIndex { index, table } => {
                let valid = format!(
                    "SELECT EXISTS (SELECT {INDEXES} WHERE i.indisvalid AND {})",
                    named(index, table)
                );
                self.is(client, &valid)?
            }
            Step::DropIndex { index } => {
                self.is(client, &format!("SELECT pg_catalog.to_regclass({}) IS NULL", literal(index)))?
            }
            Step::Detach { table, partition } => {
                !self.is(client, &format!("SELECT EXISTS (SELECT FROM {})", attached(table, partition)))?
            }
            Step::Opaque => {
                let place = Place::new(facts.path, facts.text, facts.body[at].clone());
                let steps = self.ledger.object("steps");
                let condition = format!("WHERE name = {} AND step = {}", literal(facts.name), at + 1);
                let finished = format!("UPDATE {steps} SET finished_at = pg_catalog.now() {condition}");
                let unfinished = format!("DELETE FROM {steps} {condition}");
                return Err(Kind::Unsettled { place, number: at + 1, finished, unfinished }.into());
            }
            Step::Atomic | Step::Setting | Step::Reindex { .. } | Step::Repeatable => false,
        };
        Ok(done || self.clean_up(client, facts, at)?)
    }

    /// Takes away what an interrupted statement has left; answers whether it is thereby done.
    fn clean_up(&self, client: &mut Client, facts: &Facts, at: usize) -> Result<bool, Error> {
        match &facts.steps[at] {
            Step::CreateIndex { index, table } => self.drop_invalid(client, &named(index, table))?,
            Step::Reindex { relation } => {
                let of = relation.map_or_else(
                    || "true".to_owned(),
                    |relation| {
                        let relation = format!("pg_catalog.to_regclass({})", literal(relation));
                        format!(
                            "(i.indrelid OPERATOR(pg_catalog.=) {relation} OR i.indrelid OPERATOR(pg_catalog.=) (SELECT x.indrelid \
                             FROM pg_catalog.pg_index AS x WHERE x.indexrelid OPERATOR(pg_catalog.=) {relation}))"
                        )
                    },
                );
                self.drop_invalid(
                    client,
                    &format!("c.relname OPERATOR(pg_catalog.~) '_cc(new|old)[0-9]*$' AND {of}"),
                )?;
            }
            Step::Detach { table, partition } => {
                let pending = format!(
                    "SELECT EXISTS (SELECT FROM {} AND h.inhdetachpending)",
                    attached(table, partition)
                );
                if self.is(client, &pending)? {
                    self.tell(client, &format!("ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE"))?;
                    return Ok(true);
                }
            }
            _ => {}
        }
        Ok(false)
    }

    /// Drops the invalid indexes for which the condition holds, if nobody is just building them.
    fn drop_invalid(&self, client: &mut Client, condition: &str) -> Result<(), Error> {
        let query = format!(
            "SELECT n.nspname, c.relname {INDEXES} JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace WHERE NOT i.indisvalid AND {condition} \
             AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks AS l WHERE l.relation OPERATOR(pg_catalog.=) i.indrelid \
             AND l.mode OPERATOR(pg_catalog.=) 'ShareUpdateExclusiveLock')"
        );
        for row in rows(client, &query).map_err(cleaning)? {
            if let (Some(schema), Some(index)) = (row.get(0), row.get(1)) {
                tracing::info!(schema, index, "dropping an invalid index");
                let index = format!("{}.{}", identifier(schema), identifier(index));
                self.tell(client, &format!("DROP INDEX CONCURRENTLY IF EXISTS {index}"))?;
            }
        }
        Ok(())
    }

    fn is(&self, client: &mut Client, query: &str) -> Result<bool, Error> {
        Ok(rows(client, query).map_err(cleaning)?.first().is_some_and(|row| row.get(0) == Some("t")))
    }

    fn tell(&self, client: &mut Client, statement: &str) -> Result<(), Error> {
        client.batch_execute(statement).map_err(cleaning)
    }
}

/// An error behind statements that have run outside of a transaction.
fn keeping_steps(error: Error, done: usize) -> Error {
    match done {
        0 => error,
        1 => error.keeping("its first statement is kept; the next run goes on behind it".to_owned()),
        _ => error.keeping(format!("its first {done} statements are kept; the next run goes on behind them")),
    }
}

fn cleaning(error: postgres::Error) -> Error {
    Error::database("what an interrupted statement has left cannot be settled", error)
}

/// The indexes and their names, as a FROM clause.
const INDEXES: &str = "FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid";

/// Whether one of them has this name and belongs to this table, as a condition.
fn named(index: &str, table: &str) -> String {
    format!(
        "c.relname OPERATOR(pg_catalog.=) {} AND i.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass({})",
        literal(index),
        literal(table)
    )
}

/// The partition as a part of its table, as a FROM clause.
fn attached(table: &str, partition: &str) -> String {
    format!(
        "pg_catalog.pg_inherits AS h WHERE h.inhparent OPERATOR(pg_catalog.=) pg_catalog.to_regclass({}) \
         AND h.inhrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass({})",
        literal(table),
        literal(partition)
    )
}
