//! What it costs to apply many small migrations, on a local socket and through a slow network.

use std::time::{Duration, Instant};

use migrations_core::testing::faults::Proxy;
use postgres::Config;

use crate::contestant::Contestant;
use crate::delay::Delay;
use crate::rounds::{Rounds, thousands};
use crate::set::Body;
use crate::table::{Cell, Results, Table};
use crate::{Bench, Result};

pub(crate) fn local(bench: &Bench) -> Result<()> {
    let results = Results::begin("apply")?;
    for count in bench.sizes(&[500]) {
        let rounds = bench.rounds(5);
        measure(bench, count, None, rounds)?.finish(&results)?;
    }
    Ok(())
}

pub(crate) fn latency(bench: &Bench) -> Result<()> {
    let results = Results::begin("latency")?;
    for count in bench.sizes(&[500]) {
        for round_trip in [2, 20] {
            let rounds = Rounds { patience: 10.0, ..bench.rounds(3) };
            let table = measure(bench, count, Some(Duration::from_millis(round_trip)), rounds)?;
            table.finish(&results)?;
        }
    }
    Ok(())
}

fn measure(bench: &Bench, count: usize, round_trip: Option<Duration>, rounds: Rounds) -> Result<Table> {
    let set = bench.set(count, Body::Table)?;
    let mut contestants = vec![Contestant::message(&set), Contestant::recorded(&set)];
    contestants.extend(Contestant::tools(&bench.tools, &set)?);
    let times = rounds.measure(&contestants, ToString::to_string, |contestant| {
        let database = bench.server.database()?;
        contestant.prepare(&database.config)?;
        let time = match round_trip {
            None => time(contestant, &database.config)?,
            Some(round_trip) => {
                let network = Delay::start(&database.config, round_trip / 2)?;
                time(contestant, &network.config(&database.config))?
            }
        };
        contestant.check(&database.config, count)?;
        Ok(time)
    })?;
    let way = round_trip
        .map_or("a local socket".to_owned(), |time| format!("{} ms a round trip", time.as_millis()));
    let mut table = Table::new(
        format!("apply {} small migrations, {way}", thousands(count as f64)),
        &["time", "to message", "to limit", "turns"],
    );
    for (contestant, time) in contestants.iter().zip(&times) {
        let to = |limit: usize| Cell::ratio(time.to(&times[limit]));
        // They are the same in every network.
        let turns = match round_trip {
            None => Cell::count(turns(bench, contestant)?),
            Some(_) => Cell::none(),
        };
        table.row(contestant, vec![Cell::seconds(time.spread()), to(0), to(1), turns]);
    }
    table.note("turns: round trips, connecting included");
    table.note(
        "one message: all transactions at once; the limit: and an INSERT into a history in each of them",
    );
    Ok(table)
}

/// Round trips, counted in a run that is not timed.
fn turns(bench: &Bench, contestant: &Contestant) -> Result<f64> {
    let database = bench.server.database()?;
    contestant.prepare(&database.config)?;
    let proxy = Proxy::start(&database.config)?;
    let (done, traffic) = proxy.count(|| contestant.start(&proxy.config(&database.config)));
    done.map(|()| traffic.turns as f64)
}

fn time(contestant: &Contestant, config: &Config) -> Result<f64> {
    let start = Instant::now();
    contestant.start(config)?;
    Ok(start.elapsed().as_secs_f64())
}
