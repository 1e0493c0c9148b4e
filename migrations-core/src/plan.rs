//! What a run would do.

use std::fmt;

use crate::ledger::{Ledger, Run};
use crate::script::{Frame, Limits, Script, together};
use crate::set::{MigrationSet, Table};

/// What a run would do, in order.
///
/// ```
/// # migrations_core::embed_migrations!("examples/migrations");
/// # fn f(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
/// let plan = Migration::plan(client)?;
/// print!("{plan}");
/// // …/001_create_shop.sql: Create the schema of the shop.
/// // …/002_create_users.sql: Create the users of the shop. (after 001_create_shop)
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan<M> {
    /// The migrations that a run would apply.
    pub steps: Vec<PlanStep<M>>,
}

/// A migration that a run would apply.
///
/// ```
/// use migrations_core::PlanStep;
///
/// /// What whoever reviews the plan gets to read.
/// fn script<M>(steps: &[PlanStep<M>]) -> String {
///     let messages = steps.iter().flat_map(|step| &step.messages);
///     messages.map(|message| format!("{message};\n\n")).collect()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanStep<M> {
    /// The migration.
    pub migration: M,
    /// The migrations that must have run before it.
    pub dependencies: Vec<M>,
    /// The messages that would be sent to the server, to the letter except for the name of the run. Where there is no
    /// history yet, those of small migrations travel in one, one behind the other.
    pub messages: Vec<String>,
}

impl<M: MigrationSet> Plan<M> {
    pub(crate) fn new(
        table: &Table,
        mut pending: &[usize],
        one_by_one: bool,
        ledger: &Ledger,
        limits: Limits,
    ) -> Plan<M> {
        let run = Run::imagined();
        let mut steps = Vec::new();
        while !pending.is_empty() {
            let (places, rest) = pending.split_at(together(table.facts(), pending, one_by_one));
            for (left, place) in (0..places.len()).rev().zip(places) {
                let frame = Frame { ledger, run: &run, limits, is_followed: left > 0 };
                steps.push(PlanStep::new(table, *place, frame));
            }
            pending = rest;
        }
        Plan { steps }
    }

    /// Whether there is nothing to do.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # fn f(client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
    /// if Migration::plan(client)?.is_empty() {
    ///     println!("there is nothing to approve");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

impl<M: MigrationSet> PlanStep<M> {
    fn new(table: &Table, place: usize, frame: Frame<'_>) -> PlanStep<M> {
        let facts = &table.facts()[place];
        let record = frame.ledger.record_applied(frame.run, table.facts(), place, table.build);
        let messages = if facts.transactional {
            vec![Script::up(facts, frame, &record)]
        } else {
            let steps = (0..facts.body.len()).flat_map(|at| Script::step(facts, at, frame));
            steps.chain([Script::conclusion(facts, frame, &record)]).collect()
        };
        PlanStep {
            migration: M::at(place),
            dependencies: facts.dependencies.iter().map(|place| M::at(*place)).collect(),
            messages: messages.iter().map(|script| script.as_str().to_owned()).collect(),
        }
    }
}

/// A line a migration: its path, its purpose, and what it waits for.
impl<M: MigrationSet> fmt::Display for Plan<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            let facts = step.migration.facts();
            write!(f, "{}: {}", facts.path, facts.purpose)?;
            for (at, dependency) in step.dependencies.iter().enumerate() {
                write!(f, "{}{}", if at == 0 { " (after " } else { ", " }, dependency.facts().stem)?;
            }
            writeln!(f, "{}", if step.dependencies.is_empty() { "" } else { ")" })?;
        }
        Ok(())
    }
}
