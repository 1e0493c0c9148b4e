//! Takes applied migrations back.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use postgres::Client;
use tracing::{info, info_span};

use super::{Engine, Event, blocking};
use crate::error::{Error, Kind};
use crate::ledger::{UndoRow, rows};
use crate::runner::Runner;
use crate::script::{Script, Source};

/// Which migrations to take back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Undo {
    /// All that are applied.
    All,
    /// So many, beginning with the one that was applied last.
    Last(usize),
    /// Those that were applied after this one.
    After(usize),
    /// This one.
    Only(usize),
}

/// A migration that was taken back.
#[derive(Debug, Clone)]
pub(crate) struct Undone {
    pub(crate) name: String,
    /// Its place in the set, if the set knows it.
    pub(crate) place: Option<usize>,
    pub(crate) duration: Duration,
}

impl Engine<'_> {
    /// Takes migrations back, the last applied first, each in a transaction of its own. With `dependents`, those that
    /// need them go along; else they are an error. Nothing is touched when one of them is irreversible.
    pub(crate) fn undo(
        &mut self,
        client: &mut Client,
        undo: Undo,
        dependents: bool,
    ) -> Result<Vec<Undone>, Error> {
        self.table.places()?;
        // The first round trip finds out whether this connection can be used.
        blocking(|| self.ledger.digest(client))?;
        let mut undone = Vec::new();
        let outcome = self.locked(
            client,
            |_, _| Ok(false),
            |engine, client, _| {
                let outcome = engine.undo_locked(client, undo, dependents, &mut undone);
                outcome.map_err(Error::once_overtaken)
            },
        );
        match outcome {
            Ok(_) => Ok(undone),
            Err(error) => Err(error.after_rollback_of(undone.into_iter().map(|one| one.name).collect())),
        }
    }

    /// What [`Engine::undo`] would take back. Changes nothing and takes no lock.
    pub(crate) fn undoable(
        &mut self,
        client: &mut Client,
        undo: Undo,
        dependents: bool,
    ) -> Result<Vec<Undone>, Error> {
        self.table.places()?;
        // An absent ledger is an empty history, and a history that may not be trusted is an error.
        let history = match blocking(|| self.ledger.history(client))?.is_empty() {
            true => Vec::new(),
            false => self.ledger.undo_rows(client)?,
        };
        let rows = self.permitted(client, &history, undo, dependents)?;
        let undone = |row: &&UndoRow| Undone {
            name: row.name.clone(),
            place: self.place_of(&row.name),
            duration: Duration::ZERO,
        };
        Ok(rows.iter().map(undone).collect())
    }

    fn undo_locked(
        &mut self,
        client: &mut Client,
        undo: Undo,
        dependents: bool,
        undone: &mut Vec<Undone>,
    ) -> Result<(), Error> {
        let history = self.ledger.undo_rows(client)?;
        for row in self.permitted(client, &history, undo, dependents)? {
            undone.push(self.undo_one(client, row)?);
        }
        Ok(())
    }

    /// The migrations that are to be taken back, in this order. Fails when one of them cannot be, or may not be now.
    fn permitted<'h>(
        &self,
        client: &mut Client,
        history: &'h [UndoRow],
        undo: Undo,
        dependents: bool,
    ) -> Result<Vec<&'h UndoRow>, Error> {
        let rows = self.to_undo(history, undo, dependents)?;
        if !rows.is_empty() {
            self.refuse_half_done(client, &rows)?;
        }
        Ok(rows)
    }

    /// The migrations that are to be taken back, in this order. Fails when one of them cannot be.
    pub(crate) fn to_undo<'h>(
        &self,
        history: &'h [UndoRow],
        undo: Undo,
        dependents: bool,
    ) -> Result<Vec<&'h UndoRow>, Error> {
        let mut chosen = self.chosen(history, undo)?;
        self.add_dependents(history, &mut chosen, dependents)?;
        let rows: Vec<&UndoRow> =
            history.iter().filter(|row| chosen.contains(row.name.as_str())).rev().collect();
        for row in &rows {
            self.reversible(row)?;
        }
        Ok(rows)
    }

    fn chosen<'h>(&self, history: &'h [UndoRow], undo: Undo) -> Result<HashSet<&'h str>, Error> {
        let applied = |place: usize| {
            let at = history.iter().position(|row| self.place_of(&row.name) == Some(place));
            at.ok_or_else(|| Error::from(Kind::NotApplied { stem: self.table.facts()[place].stem }))
        };
        let rows = match undo {
            Undo::All => history,
            Undo::Last(count) => &history[history.len().saturating_sub(count)..],
            Undo::After(place) => &history[applied(place)? + 1..],
            Undo::Only(place) => {
                let at = applied(place)?;
                &history[at..=at]
            }
        };
        Ok(rows.iter().map(|row| row.name.as_str()).collect())
    }

    /// Adds the applied migrations that need a chosen one, or fails because there are some.
    fn add_dependents<'h>(
        &self,
        history: &'h [UndoRow],
        chosen: &mut HashSet<&'h str>,
        dependents: bool,
    ) -> Result<(), Error> {
        loop {
            let left = history.iter().filter(|row| !chosen.contains(row.name.as_str()));
            let needing: Vec<&str> = left
                .filter(|row| self.dependencies(row).any(|name| chosen.contains(name)))
                .map(|row| row.name.as_str())
                .collect();
            if needing.is_empty() {
                return Ok(());
            }
            if !dependents {
                return Err(Kind::NeededBy(needing.into_iter().map(str::to_owned).collect()).into());
            }
            chosen.extend(needing);
        }
    }

    /// What has not come to its end, a batched runner or a `@no-transaction` file, is not in the history: nothing would
    /// take back what it has done.
    fn refuse_half_done(&self, client: &mut Client, chosen: &[&UndoRow]) -> Result<(), Error> {
        let (checkpoints, steps) = (self.ledger.object("checkpoints"), self.ledger.object("steps"));
        let half_done =
            rows(client, &format!("SELECT name FROM {checkpoints} UNION SELECT name FROM {steps}"))
                .map_err(|error| Error::database("the checkpoints cannot be read", error))?;
        let chosen: HashSet<usize> = chosen.iter().filter_map(|row| self.place_of(&row.name)).collect();
        let mut half_done =
            half_done.iter().filter_map(|row| self.place_of(row.get(0)?)).map(|at| &self.table.facts()[at]);
        match half_done.find(|facts| facts.dependencies.iter().any(|at| chosen.contains(at))) {
            Some(facts) => Err(Kind::HalfDone { stem: facts.stem }.into()),
            None => Ok(()),
        }
    }

    /// The names of the migrations that one needs: what the ledger says, and what its file says today.
    fn dependencies<'r>(&self, row: &'r UndoRow) -> impl Iterator<Item = &'r str> {
        let today = self.place_of(&row.name).map_or(&[][..], |place| self.table.facts()[place].dependencies);
        let names = today.iter().map(|at| self.table.facts()[*at].name);
        row.dependencies.iter().map(String::as_str).chain(names)
    }

    fn place_of(&self, name: &str) -> Option<usize> {
        // The index was made when the undoing began; it cannot fail any more.
        self.place(name).ok().flatten()
    }

    /// The runner that takes a migration back, when that is done by code which this build has.
    fn code(&self, row: &UndoRow) -> Option<(usize, &'static Runner)> {
        let place = self.place_of(&row.name).filter(|_| row.rollback_sql.is_none())?;
        self.table.facts()[place].runner.filter(|runner| runner.down.is_some()).map(|runner| (place, runner))
    }

    fn reversible(&self, row: &UndoRow) -> Result<(), Error> {
        if row.rollback_sql.is_some() || self.code(row).is_some() {
            return Ok(());
        }
        let reason = row.irreversible.clone().unwrap_or_else(|| {
            "its rollback is code, which this build does not have; use the build that has it".to_owned()
        });
        Err(Kind::Irreversible { name: row.name.clone(), reason }.into())
    }

    fn undo_one(&mut self, client: &mut Client, row: &UndoRow) -> Result<Undone, Error> {
        let place = self.place_of(&row.name);
        let _span = info_span!("rollback", name = row.name).entered();
        let start = Instant::now();
        let restore = self.ledger.restore_backups(&row.name);
        let record = restore + &self.ledger.record_rolled_back(&self.run, &row.name, self.table.build);
        let kept = row.rollback_sql.as_deref().unwrap_or_default();
        // The text that was applied counts. When it is that of today's file, errors can point there.
        let today =
            place.map(|place| &self.table.facts()[place]).filter(|facts| facts.rollback_sql() == Some(kept));
        let path = format!("rollback of {} in the ledger", row.name);
        let whole = 0..kept.trim_end().trim_end_matches(';').len();
        self.retried(client, place, None, |engine, client| match (engine.code(row), today) {
            (Some((place, runner)), _) => engine.undo_code(client, place, runner, &record),
            (None, Some(facts)) => {
                let statements = facts.rollback.unwrap_or_default();
                let frame = engine.frame();
                engine.send(
                    client,
                    facts.stem,
                    &Script::down(facts.source(), facts.stem, statements, frame, &record),
                )
            }
            (None, None) => {
                let (source, whole) = (Source { path: &path, text: kept }, [whole.clone()]);
                let script = Script::down(source, &row.name, &whole, engine.frame(), &record);
                engine.send(client, &row.name, &script)
            }
        })?;
        let undone = Undone { name: row.name.clone(), place, duration: start.elapsed() };
        info!(duration = ?undone.duration, "rolled back");
        (self.observer)(Event::RolledBack(undone.clone()));
        Ok(undone)
    }
}
