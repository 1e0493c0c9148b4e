//! A replica of an application that starts: it migrates, says on its standard output what it does, and ends.
//!
//! `starter <set> <connection string> early|late`: connects, early, before its standard input ends or, late, after that.

use std::error::Error;
use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use migrations_core::{Event, MigrationSet, Migrator};
use postgres::{Client, NoTls};
use serde_json::{Value, json};

macro_rules! sets {
    ($($name:ident in $folder:literal,)*) => {
        migrations_tests::sets! { $($name in $folder,)* }

        fn migrate_set(set: &str, database: &str, early: bool) -> Result<(), Box<dyn Error>> {
            match set {
                $(stringify!($name) => migrate::<$name::Migration>(database, early),)*
                unknown => Err(format!("there is no set `{unknown}`").into()),
            }
        }
    };
}

sets! {
    race_batched in "sets/race_batched",
    race_indexes in "sets/race_indexes",
    race_long in "sets/race_long",
    race_plain in "sets/race_plain",
    race_slow in "sets/race_slow",
    tower_final in "sets/tower_final",
    tower_older in "sets/tower_older",
}

/// Longer than any of the sets takes, and shorter than the limit of a race.
const WAIT_FOR_LOCK: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [set, database, when @ ("early" | "late")] => migrate_set(set, database, when == "early"),
        _ => Err("usage: starter <set> <connection string> early|late".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say("failed", &json!({ "kind": kind(&*error), "report": report(&*error) }));
            ExitCode::FAILURE
        }
    }
}

fn migrate<M: MigrationSet>(database: &str, early: bool) -> Result<(), Box<dyn Error>> {
    let mut client = early.then(|| Client::connect(database, NoTls)).transpose()?;
    say("ready", &json!({}));
    std::io::stdin().read_to_end(&mut Vec::new())?;
    let connect = || client.take().map_or_else(|| Client::connect(database, NoTls), Ok);
    let report = Migrator::<M>::new().wait_for_lock(WAIT_FOR_LOCK).on_event(announce).run_with(connect)?;
    let applied: Vec<String> = report.applied.iter().map(|applied| applied.migration.to_string()).collect();
    say("finished", &json!({ "applied": applied }));
    Ok(())
}

fn announce<M: MigrationSet>(event: Event<M>) {
    match event {
        Event::Started(migration) => say("started", &json!({ "migration": migration.to_string() })),
        Event::Applied(applied) => say("applied", &json!({ "migration": applied.migration.to_string() })),
        _ => {}
    }
}

/// A line: what happens, when, and more about it. Where nobody listens any more, nothing is said.
fn say(event: &str, more: &Value) {
    let at = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs_f64();
    let line = json!({ "event": event, "at": at, "more": more });
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn kind(error: &(dyn Error + 'static)) -> &'static str {
    match error.downcast_ref::<migrations_core::Error>() {
        Some(error) if error.is_connection() => "connection",
        Some(error) if error.is_missing() => "missing",
        Some(error) if error.is_lock_wait_timeout() => "lock wait",
        None if error.is::<postgres::Error>() => "connection",
        _ => "other",
    }
}

fn report(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref::<migrations_core::Error>() {
        Some(error) => error.report(false),
        None => error.to_string(),
    }
}
