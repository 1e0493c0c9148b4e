//! What a start takes from the heap.

use crate::memory::Memory;
use crate::process::{Starter, Task};
use crate::rounds::{progress, thousands};
use crate::server::Database;
use crate::set::Body;
use crate::table::{Cell, Results, Table};
use crate::tools::Name;
use crate::{Bench, Result};

pub(crate) fn run(bench: &Bench) -> Result<()> {
    let results = Results::begin("memory")?;
    for count in bench.sizes(&[100, 1_000, 10_000]) {
        // So that the folder is there before the processes read it.
        bench.set(count, Body::Tiny)?;
        let number = thousands(count as f64);
        let heads = ["peak heap", "asked for", "allocations", "resident set"];
        let mut nothing =
            Table::new(format!("memory of a start with nothing to do, {number} applied"), &heads);
        let mut apply = Table::new(format!("memory of a start that applies {number}"), &heads);
        // dbmate is a program of its own, into which nobody looks.
        for name in bench.tools.iter().filter(|name| !matches!(name, Name::Dbmate(_))) {
            progress(&format!("{name} applies {count}"));
            let task = Task { tool: Some(name), folder: bench.folder.path(), count, body: Body::Tiny };
            let database = bench.server.database()?;
            // Waiting for the disk takes no memory.
            database.set("synchronous_commit", "off")?;
            apply.row(name, cells(start(&task, &database)?));
            nothing.row(name, cells(start(&task, &database)?));
        }
        progress("");
        nothing.note("beyond what the program holds of its migrations before it starts; connecting included");
        apply.note("of diesel the heap is without libpq's, which is in C; the resident set has it");
        nothing.finish(&results)?;
        apply.finish(&results)?;
    }
    Ok(())
}

fn start(task: &Task<'_>, database: &Database<'_>) -> Result<Memory> {
    let mut starter = Starter::ready(task, database)?;
    starter.go()?;
    starter.finished()
}

fn cells(memory: Memory) -> Vec<Cell> {
    vec![
        Cell::kilobytes(memory.peak as f64),
        Cell::kilobytes(memory.total as f64),
        Cell::count(memory.number as f64),
        Cell::kilobytes(memory.resident as f64),
    ]
}
