//! What a start costs that has nothing to do.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::time::Instant;

use migrations_core::Migrator;
use migrations_core::testing::faults::Proxy;
use postgres::Config;

use crate::contestant::Contestant;
use crate::rounds::{Rounds, Series, Spread, progress, thousands};
use crate::server::{Database, Server};
use crate::set::{Body, Place, Set};
use crate::table::{Cell, Results, Table};
use crate::tools::{Name, Tool};
use crate::{Bench, Result};

pub(crate) fn run(bench: &Bench) -> Result<()> {
    let results = Results::begin("nothing")?;
    for count in bench.sizes(&[10, 500, 5_000, 10_000]) {
        of_size(bench, count)?.finish(&results)?;
    }
    Ok(())
}

/// A contestant, and a database in which it has nothing to do.
struct Case<'s> {
    contestant: Contestant,
    database: Database<'s>,
}

fn of_size(bench: &Bench, count: usize) -> Result<Table> {
    let set = bench.set(count, Body::Tiny)?;
    let mut cases = vec![Case { contestant: Contestant::Connect, database: bench.server.database()? }];
    for name in &bench.tools {
        progress(&format!("{name} applies {count}"));
        cases.push(Case::up_to_date(bench, name, &set)?);
    }
    let times = bench.rounds(15).measure(&cases, |case| case.contestant.to_string(), Case::time)?;
    let mut table = Table::new(
        format!("nothing to do, {} applied", thousands(count as f64)),
        &["turns", "bytes in", "a start", "to limit", "in the server", "again"],
    );
    for (case, time) in cases.iter().zip(&times) {
        let (turns, bytes) = case.traffic()?;
        case.database.set("log_min_duration_statement", "0")?;
        let in_server = case.server_time(&bench.server, bench.rounds(10))?;
        let again = case.server_time_again(&bench.server, bench.rounds(10))?;
        let cells = vec![
            Cell::count(turns),
            Cell::count(bytes),
            Cell::seconds(time.spread()),
            Cell::ratio(time.to(&times[0])),
            Cell::seconds(in_server),
            again.map_or_else(Cell::none, Cell::seconds),
        ];
        table.row(&case.contestant, cells);
    }
    table.note("turns: round trips, connecting included; in the server: its statements, without connecting");
    table.note("again: the same on a connection that has seen a start, as a pooler gives it");
    table.note("the limit connects and sends SELECT 1");
    Ok(table)
}

impl<'s> Case<'s> {
    fn up_to_date(bench: &'s Bench, name: &Name, set: &Set) -> Result<Case<'s>> {
        let tool = Tool::new(name, set)?;
        let database = bench.server.database()?;
        // Filling it is not measured.
        database.set("synchronous_commit", "off")?;
        match &tool {
            Tool::Ours(table) => drop(Migrator::<Place>::over(table).baseline(&mut database.connect()?)?),
            _ => tool.start(&database.config)?,
        }
        database.set("synchronous_commit", "DEFAULT")?;
        // As after some time in use: autovacuum has been there.
        database.connect()?.batch_execute("VACUUM ANALYZE")?;
        let contestant = Contestant::Tool(name.clone(), tool);
        contestant.check(&database.config, set.bodies.len())?;
        Ok(Case { contestant, database })
    }

    fn time(&self) -> Result<f64> {
        self.time_on(&self.database.config)
    }

    fn time_on(&self, config: &Config) -> Result<f64> {
        let start = Instant::now();
        self.contestant.start(config)?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// Round trips, and bytes received.
    fn traffic(&self) -> Result<(f64, f64)> {
        let proxy = Proxy::start(&self.database.config)?;
        let (done, traffic) = proxy.count(|| self.contestant.start(&proxy.config(&self.database.config)));
        done?;
        Ok((traffic.turns as f64, traffic.received as f64))
    }

    /// How long the server works on the statements of a start.
    fn server_time(&self, server: &Server, rounds: Rounds) -> Result<Spread> {
        let what = format!("{}: the server's time", self.contestant);
        logged(server, rounds, &what, || self.contestant.start(&self.database.config))
    }

    /// The same of ours on a connection that has seen a start.
    fn server_time_again(&self, server: &Server, rounds: Rounds) -> Result<Option<Spread>> {
        let Contestant::Tool(_, Tool::Ours(table)) = self.contestant else { return Ok(None) };
        let mut client = self.database.connect()?;
        let mut start = || Ok(Migrator::<Place>::over(table).run(&mut client).map(drop)?);
        start()?;
        logged(server, rounds, "once more on the same connection", start).map(Some)
    }
}

/// How long the server works on the statements of each start, as it logs it itself.
fn logged(
    server: &Server,
    rounds: Rounds,
    what: &str,
    mut start: impl FnMut() -> Result<()>,
) -> Result<Spread> {
    let logged = |(): &()| {
        let before = server.log_length();
        start()?;
        let mut log = File::open(server.log_path())?;
        log.seek(SeekFrom::Start(before))?;
        let mut text = String::new();
        log.read_to_string(&mut text)?;
        Ok(durations(&text))
    };
    let spread = rounds.measure(&[()], |()| what.to_owned(), logged)?;
    Ok(spread.first().map(Series::spread).unwrap_or_default())
}

/// The seconds that the lines of a log say, together.
fn durations(log: &str) -> f64 {
    let said = log.split("LOG:  duration: ").skip(1);
    said.filter_map(|rest| rest.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e3
}
