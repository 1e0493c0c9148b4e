//! One migration, or those that travel together: the database before it, the conversation of an undisturbed run, and what that leads to.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use once_cell::unsync::OnceCell;
use postgres::{Client, Config};

use super::FaultError;
use super::proxy::{Proxy, Sent};
use super::stage::{Stage, connect};
use super::state::State;
use crate::migrator::Migrator;
use crate::set::MigrationSet;
use crate::testing::rows::{self, Table};

/// A migration, or several, and what an undisturbed run of them is like.
pub(super) struct Scene<M> {
    /// What it is called in the text of a fault.
    pub(super) name: String,
    /// The last one.
    pub(super) migration: M,
    pub(super) before: Config,
    /// Where an undisturbed run was made.
    pub(super) after: Config,
    pub(super) conversation: Vec<Sent>,
    pub(super) duration: Duration,
    expected: OnceCell<State>,
    unsteady: OnceCell<Unsteady>,
}

/// The columns of each table that are different after every run, because of the time, of chance or of sequences. `None`:
/// only the number of its rows is the same.
type Unsteady = BTreeMap<String, Option<Vec<String>>>;

impl<M: MigrationSet> Scene<M> {
    /// Makes an undisturbed run, and listens to it.
    pub(super) fn new(
        stage: &mut Stage,
        proxy: &Proxy,
        before: Config,
        (name, migration): (String, M),
    ) -> Result<Scene<M>, FaultError> {
        let after = stage.copy(&before)?;
        let mut client = proxy.connect(&after)?;
        let start = Instant::now();
        let (outcome, conversation) = proxy.watch(|| Migrator::new().up_to(migration).run(&mut client));
        outcome?;
        Ok(Scene {
            name,
            migration,
            before,
            after,
            conversation,
            duration: start.elapsed(),
            expected: OnceCell::new(),
            unsteady: OnceCell::new(),
        })
    }

    /// What is not as it is after an undisturbed run, in words.
    pub(super) fn difference(&self, stage: &mut Stage, found: &mut Client) -> Result<String, FaultError> {
        let expected = self.expected.get_or_try_init(|| self.undisturbed())?;
        let state = State::read::<M>(found, Some(expected))?;
        let mut report = expected.difference(&state);
        if expected.rows != state.rows {
            let unsteady = self.unsteady.get_or_try_init(|| self.find_unsteady(stage, expected))?;
            report.push_str(&self.row_difference(expected, found, &state, unsteady)?);
        }
        Ok(report)
    }

    /// The columns that are not compared, as far as a comparison had to do without them.
    pub(super) fn not_compared(&self) -> impl Iterator<Item = String> {
        self.unsteady.get().into_iter().flatten().flat_map(|(table, columns)| match columns {
            None => vec![table.clone()],
            Some(columns) => columns.iter().map(|column| format!("{table}.{column}")).collect(),
        })
    }

    fn undisturbed(&self) -> Result<State, FaultError> {
        Ok(State::read::<M>(&mut connect(&self.after)?, None)?)
    }

    /// How rows differ apart from unsteady columns.
    fn row_difference(
        &self,
        expected: &State,
        found: &mut Client,
        state: &State,
        unsteady: &Unsteady,
    ) -> Result<String, FaultError> {
        let steady = |state: &State| -> Vec<Table> {
            state.tables.iter().map(|table| steady(table, unsteady)).collect()
        };
        let mut before = rows::digests(&mut connect(&self.after)?, &steady(expected))?;
        let mut after = rows::digests(found, &steady(state))?;
        for table in unsteady.iter().filter(|(_, columns)| columns.is_none()).map(|(table, _)| table) {
            for digests in [&mut before, &mut after] {
                digests.entry(table.clone()).and_modify(|(_, digest)| digest.clear());
            }
        }
        Ok(rows::difference(&before, &after))
    }

    /// Makes another undisturbed run, in which every sequence is ahead of where it was, as after a rollback.
    fn find_unsteady(&self, stage: &mut Stage, expected: &State) -> Result<Unsteady, FaultError> {
        let database = stage.copy(&self.before)?;
        let mut again = connect(&database)?;
        again.batch_execute(ADVANCE_SEQUENCES)?;
        Migrator::new().up_to(self.migration).run(&mut again)?;
        let state = State::read::<M>(&mut again, Some(expected))?;
        let mut first = connect(&self.after)?;
        let mut unsteady = Unsteady::new();
        for table in &state.tables {
            if state.rows.get(&table.label) != expected.rows.get(&table.label) {
                let other = expected.tables.iter().find(|other| other.label == table.label).unwrap_or(table);
                unsteady.insert(table.label.clone(), unsteady_columns(&mut first, other, &mut again, table)?);
            }
        }
        drop((first, again));
        stage.discard(database)?;
        Ok(unsteady)
    }
}

/// The columns without which a table has the same rows in two databases, if that is all.
fn unsteady_columns(
    first: &mut Client,
    table: &Table,
    again: &mut Client,
    same: &Table,
) -> Result<Option<Vec<String>>, FaultError> {
    let (one, other) = (rows::columns(first, table)?, rows::columns(again, same)?);
    let columns: Vec<String> = one
        .iter()
        .filter(|(name, digest)| other.get(*name) != Some(*digest))
        .map(|(name, _)| name.clone())
        .collect();
    let without = |table: &Table| [Table { without: columns.clone(), ..table.clone() }];
    let equal = rows::digests(first, &without(table))? == rows::digests(again, &without(same))?;
    Ok(equal.then_some(columns))
}

fn steady(table: &Table, unsteady: &Unsteady) -> Table {
    let without = unsteady.get(&table.label).cloned().flatten().unwrap_or_default();
    Table { without, ..table.clone() }
}

const ADVANCE_SEQUENCES: &str = "SELECT pg_catalog.nextval(oid::pg_catalog.regclass) FROM pg_catalog.pg_class \
                                 WHERE relkind = 'S'";
