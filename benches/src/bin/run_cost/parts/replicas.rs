//! Many processes that start at the same moment and have nothing to do.

use crate::contestant::Contestant;
use crate::process::{Starter, Task, all_at_once};
use crate::rounds::{Rounds, Series, thousands};
use crate::server::Database;
use crate::set::{Body, Set};
use crate::table::{Cell, Results, Table};
use crate::tools::{Name, Tool};
use crate::{Bench, Result};

/// How many of them.
const PROCESSES: usize = 16;

pub(crate) fn run(bench: &Bench) -> Result<()> {
    let results = Results::begin("replicas")?;
    for count in bench.sizes(&[500]) {
        of_size(bench, count)?.finish(&results)?;
    }
    Ok(())
}

fn of_size(bench: &Bench, count: usize) -> Result<Table> {
    let set = bench.set(count, Body::Tiny)?;
    let whom: Vec<Option<&Name>> = std::iter::once(None).chain(bench.tools.iter().map(Some)).collect();
    let databases: Vec<Database<'_>> =
        whom.iter().map(|tool| up_to_date(bench, *tool, &set)).collect::<Result<_>>()?;
    let cases: Vec<(Task<'_>, &Database<'_>)> = whom
        .iter()
        .zip(&databases)
        .map(|(tool, database)| {
            (Task { tool: *tool, folder: bench.folder.path(), count, body: Body::Tiny }, database)
        })
        .collect();
    let rounds = bench.rounds(7);
    let one = at_once(rounds, 1, &cases)?;
    let all = at_once(rounds, PROCESSES, &cases)?;
    let all_head = format!("{PROCESSES} starts");
    let mut table = Table::new(
        format!("{PROCESSES} processes start at once, {} applied", thousands(count as f64)),
        &["one start", &all_head, "to one", "to limit"],
    );
    for (at, tool) in whom.iter().enumerate() {
        let name = tool.map_or_else(|| Contestant::Connect.to_string(), ToString::to_string);
        let ratios = [all[at].to(&one[at]), all[at].to(&all[0])].map(Cell::ratio);
        table.row(
            &name,
            [Cell::seconds(one[at].spread()), Cell::seconds(all[at].spread())]
                .into_iter()
                .chain(ratios)
                .collect(),
        );
    }
    table.note(
        "until the last has finished; they wait for a word, loaded. The limit connects and sends SELECT 1",
    );
    Ok(table)
}

fn up_to_date<'s>(bench: &'s Bench, tool: Option<&Name>, set: &Set) -> Result<Database<'s>> {
    let database = bench.server.database()?;
    if let Some(name) = tool {
        Tool::new(name, set)?.start(&database.config)?;
    }
    Ok(database)
}

fn at_once(rounds: Rounds, processes: usize, cases: &[(Task<'_>, &Database<'_>)]) -> Result<Vec<Series>> {
    let name = |(task, _): &(Task<'_>, _)| {
        format!("{processes} x {}", task.tool.map_or("limit".to_owned(), ToString::to_string))
    };
    rounds.measure(cases, name, |(task, database)| {
        let mut starters: Vec<Starter> =
            (0..processes).map(|_| Starter::ready(task, database)).collect::<Result<_>>()?;
        all_at_once(&mut starters)
    })
}
