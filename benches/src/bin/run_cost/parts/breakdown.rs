//! Where the server's time goes when we apply a migration, statement by statement.
//!
//! The messages are those of `Migrator::plan`. They are sent with a look at the server's clock between any two statements;
//! what the look itself costs is taken off.

use std::collections::BTreeMap;
use std::time::Instant;

use migrations_core::Migrator;
use postgres::{Client, SimpleQueryMessage};

use crate::rounds::Spread;
use crate::server::Database;
use crate::set::{Body, Place, Set};
use crate::table::{Cell, Results, Table};
use crate::{Bench, Result, context};

const RUN: &str = "run-breakdown";
const CLOCK: &str = "SELECT pg_catalog.date_part('epoch', pg_catalog.clock_timestamp());\n";

/// The first migration, which comes with the ledger.
const FIRST: &str = "first";

/// Seconds of each execution, by what was executed.
type Times = BTreeMap<String, Vec<f64>>;

pub(crate) fn run(bench: &Bench) -> Result<()> {
    let results = Results::begin("breakdown")?;
    for count in bench.sizes(&[500]) {
        let set = bench.set(count, Body::Table)?;
        let mut times = Times::new();
        for _ in 0..bench.rounds(5).count {
            measure(&bench.server.database()?, &set, &mut times)?;
        }
        table(count, times).finish(&results)?;
    }
    Ok(())
}

fn table(count: usize, mut times: Times) -> Table {
    let mut table =
        Table::new(format!("server time of one of {count} migrations, by statement"), &["median", "share"]);
    let clock = Spread::of(times.remove("clock").unwrap_or_default()).median;
    let first = Spread::of(times.remove(FIRST).unwrap_or_default());
    let medians: Vec<(String, Spread)> =
        times.into_iter().map(|(what, values)| (what, without(values, clock))).collect();
    let total: f64 = medians.iter().map(|(_, spread)| spread.median).sum();
    for (what, spread) in medians {
        table.row(&what, vec![Cell::microseconds(spread), Cell::percent(spread.median / total)]);
    }
    table.row("together", vec![Cell::microseconds(Spread::of(vec![total])), Cell::none()]);
    table.note(format!(
        "a look at the clock costs {}, which is taken off",
        Spread::of(vec![clock]).scaled(1e6, "µs")
    ));
    table.note(format!(
        "the ledger is made, and the first one applied, in {} on the client's clock",
        first.in_milliseconds()
    ));
    table
}

fn without(values: Vec<f64>, clock: f64) -> Spread {
    Spread::of(values.into_iter().map(|value| (value - clock).max(0.0)).collect())
}

fn measure(database: &Database<'_>, set: &Set, times: &mut Times) -> Result<()> {
    let mut client = database.connect()?;
    let start = Instant::now();
    Migrator::over(set.table()?).up_to(Place::first()).run(&mut client)?;
    times.entry(FIRST.to_owned()).or_default().push(start.elapsed().as_secs_f64());
    let plan = Migrator::<Place>::over(set.table()?).plan(&mut client)?;
    client
        .batch_execute(&format!("SELECT migrations.acquire('{RUN}', 10000)"))
        .map_err(context("taking the lease, as the engine does"))?;
    for message in plan.steps.iter().flat_map(|step| &step.messages) {
        clocked(&mut client, &message.replace("run-…", RUN), times)?;
    }
    Ok(())
}

/// Sends a message, and adds how long each of its statements took.
fn clocked(client: &mut Client, message: &str, times: &mut Times) -> Result<()> {
    let statements: Vec<&str> =
        migrations_rules::statements(message).into_iter().map(|range| &message[range]).collect();
    let clocked: String = statements.iter().map(|statement| format!("{statement};\n{CLOCK}")).collect();
    let mut sets = vec![None];
    for answer in client.simple_query(&format!("{CLOCK}{CLOCK}{clocked}")).map_err(context(message))? {
        match answer {
            SimpleQueryMessage::Row(row) => *sets.last_mut().ok_or("no set")? = row.get(0).map(str::to_owned),
            SimpleQueryMessage::CommandComplete(_) => sets.push(None),
            _ => {}
        }
    }
    // The answers to the clock are the first, the second, and every other one from there on.
    let moments: Vec<f64> = std::iter::once(0)
        .chain((1..sets.len() - 1).step_by(2))
        .map(|at| sets[at].as_deref().unwrap_or_default().parse())
        .collect::<std::result::Result<_, _>>()?;
    let what = std::iter::once("clock".to_owned()).chain(statements.iter().map(|statement| name(statement)));
    for (what, moments) in what.zip(moments.windows(2)) {
        times.entry(what).or_default().push(moments[1] - moments[0]);
    }
    Ok(())
}

/// What a statement is for.
fn name(statement: &str) -> String {
    let function = statement.strip_prefix("SELECT \"migrations\".\"").and_then(|rest| rest.split('"').next());
    match function {
        Some(function) => format!("ledger: {function}"),
        None if statement.starts_with("SELECT pg_catalog.setval") => "progress".to_owned(),
        None if statement.starts_with("SET LOCAL ") => {
            statement.split(" = ").next().unwrap_or_default().to_owned()
        }
        None if ["BEGIN", "COMMIT"].contains(&statement) => statement.to_owned(),
        None => "body".to_owned(),
    }
}
