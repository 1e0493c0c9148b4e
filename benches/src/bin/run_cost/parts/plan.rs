//! What it costs to compare a long history with the set, and to say what a run would do.

use std::fs;
use std::time::Instant;

use migrations_core::Migrator;
use postgres::Client;

use crate::rounds::{Spread, thousands};
use crate::set::{Body, Place, Set};
use crate::table::{Cell, Results, Table};
use crate::{Bench, Result};

/// Something that is asked of a database.
struct Question {
    name: &'static str,
    /// Whether everything is applied, or everything is pending.
    applied: bool,
    ask: fn(&Set, &mut Client) -> Result<usize>,
}

/// The columns that `Migrator::plan` looks at, read and thrown away: what the server and the wire take of it.
const ROWS: &str = "SELECT name, category, number, checksum, applied_at, applied_by, \
                    date_part('epoch', duration), array_to_string(replaces, ' ') FROM migrations.history ORDER BY ordinal";

const QUESTIONS: [Question; 4] = [
    Question { name: "the rows alone", applied: true, ask: |_, client| Ok(client.simple_query(ROWS)?.len()) },
    Question {
        name: "status, all applied",
        applied: true,
        ask: |set, client| Ok(Migrator::<Place>::over(set.table()?).status(client)?.migrations.len()),
    },
    Question { name: "plan, all applied", applied: true, ask: |set, client| plan(set, client) },
    Question { name: "plan, all pending", applied: false, ask: |set, client| plan(set, client) },
];

fn plan(set: &Set, client: &mut Client) -> Result<usize> {
    Ok(Migrator::<Place>::over(set.table()?).plan(client)?.steps.len())
}

pub(crate) fn run(bench: &Bench) -> Result<()> {
    let results = Results::begin("plan")?;
    let sizes = bench.sizes(&[1_000, 10_000]);
    let measured: Vec<Vec<[Spread; 2]>> =
        sizes.iter().map(|count| of_size(bench, *count)).collect::<Result<_>>()?;
    for (at, (count, spreads)) in sizes.iter().zip(&measured).enumerate() {
        let mut table = Table::new(
            format!("a plan of {} migrations", thousands(*count as f64)),
            &["client's CPU", "beyond the rows", "wall time"],
        );
        for (question, [cpu, wall]) in QUESTIONS.iter().zip(spreads) {
            let beyond = if question.applied { cpu.median - spreads[0][0].median } else { cpu.median };
            let beyond = Cell::seconds(Spread::of(vec![beyond]));
            table.row(question.name, vec![Cell::seconds(*cpu), beyond, Cell::seconds(*wall)]);
        }
        if let Some(smaller) = at.checked_sub(1) {
            table.note(growth(count / sizes[smaller], &measured[smaller], spreads));
        }
        table.finish(&results)?;
    }
    Ok(())
}

fn growth(factor: usize, before: &[[Spread; 2]], now: &[[Spread; 2]]) -> String {
    let times = before.iter().zip(now).map(|(before, now)| now[0].median / before[0].median);
    let times: Vec<String> =
        QUESTIONS.iter().zip(times).map(|(it, by)| format!("{} {by:.1}", it.name)).collect();
    format!("{factor} times as many; the CPU grew by: {}", times.join("; "))
}

/// The client's CPU time and the wall time of each question.
fn of_size(bench: &Bench, count: usize) -> Result<Vec<[Spread; 2]>> {
    let set = bench.set(count, Body::Table)?;
    let (applied, pending) = (bench.server.database()?, bench.server.database()?);
    Migrator::<Place>::over(set.table()?).baseline(&mut applied.connect()?)?;
    applied.connect()?.batch_execute("VACUUM ANALYZE")?;
    let mut connections = [applied.connect()?, pending.connect()?];
    let mut walls = vec![Vec::new(); QUESTIONS.len()];
    let rounds = bench.rounds(11);
    let places: Vec<usize> = (0..QUESTIONS.len()).collect();
    let cpu = rounds.measure(
        &places,
        |at| QUESTIONS[*at].name.to_owned(),
        |at| {
            let question = &QUESTIONS[*at];
            let client = &mut connections[usize::from(!question.applied)];
            let (before, start) = (cpu_seconds()?, Instant::now());
            (question.ask)(&set, client)?;
            walls[*at].push(start.elapsed().as_secs_f64());
            Ok(cpu_seconds()? - before)
        },
    )?;
    Ok(cpu.iter().zip(walls).map(|(cpu, walls)| [cpu.spread(), Spread::of(walls)]).collect())
}

/// How long this thread has been running on a processor; the `postgres` client works on the thread that calls it.
fn cpu_seconds() -> Result<f64> {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = statistics.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}
