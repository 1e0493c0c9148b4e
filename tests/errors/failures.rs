//! Migrations that fail.

use std::thread;
use std::time::Duration;

use migrations_core::{Error, Migrator};
use migrations_tests::{client, database, value};
use postgres::NoTls;

use super::Case;
use super::sets::{batched, errors, halfway, runners_failing, slow, tower};

pub(super) const CASES: &[Case] = &[
    ("runner", runner),
    ("companion", companion),
    ("lock_timeout", lock_timeout),
    ("statement_timeout", statement_timeout),
    ("steps_kept", steps_kept),
    ("batches_kept", batches_kept),
    ("rollback", rollback),
    ("ended_at_a_known_place", || ended("Lock")),
    ("ended_somewhere", || ended("Timeout")),
];

/// Each migration of the set `errors` fails in a way of its own.
pub(super) fn of_files() -> impl Iterator<Item = (String, Error)> {
    let all = errors::Migration::ALL;
    (0..all.len()).map(|at| {
        let mut client = client();
        client.batch_execute("SET client_min_messages = warning").unwrap();
        if let Some(before) = at.checked_sub(1) {
            Migrator::new().up_to(all[before]).baseline(&mut client).unwrap();
        }
        let error = Migrator::new().up_to(all[at]).run(&mut client).unwrap_err();
        (all[at].name().to_owned(), error)
    })
}

fn runner() -> Error {
    runners_failing::Migration::run_all(&mut client()).unwrap_err()
}

fn companion() -> Error {
    let mut client = client();
    let there =
        "CREATE SCHEMA shop; CREATE TABLE shop.steps (step text); INSERT INTO shop.steps VALUES ('x')";
    client.batch_execute(there).unwrap();
    runners_failing::Migration::run_all(&mut client).unwrap_err()
}

fn lock_timeout() -> Error {
    let database = database();
    let (mut client, mut other) = (database.connect(NoTls).unwrap(), database.connect(NoTls).unwrap());
    client.batch_execute("CREATE TABLE runs (at timestamptz)").unwrap();
    let holding = "SET application_name = 'psql'; BEGIN; LOCK TABLE runs; SELECT 's3cret' FROM runs";
    other.batch_execute(holding).unwrap();
    let migrator = Migrator::<slow::Migration>::new().lock_timeout(Duration::from_millis(200)).attempts(2);
    migrator.run(&mut client).unwrap_err()
}

fn statement_timeout() -> Error {
    let limit = Duration::from_millis(50);
    Migrator::<slow::Migration>::new().statement_timeout(limit).run(&mut client()).unwrap_err()
}

fn steps_kept() -> Error {
    halfway::Migration::run_all(&mut client()).unwrap_err()
}

fn batches_kept() -> Error {
    let mut client = client();
    Migrator::new().up_to(batched::Migration::CreateNumbers).run(&mut client).unwrap();
    let odd = "ALTER TABLE shop.numbers ADD CONSTRAINT small CHECK (id < 7000 OR n = 0)";
    client.batch_execute(odd).unwrap();
    batched::Migration::run_all(&mut client).unwrap_err()
}

fn rollback() -> Error {
    let mut client = client();
    tower::Migration::run_all(&mut client).unwrap();
    client.batch_execute("CREATE VIEW looks_at_garden AS SELECT * FROM garden").unwrap();
    tower::Migration::rollback_all(&mut client).unwrap_err()
}

/// A session that ends while it waits for a table, or sleeps. Now and then the client drops what the server said, because
/// the connection ends in the same moment.
fn ended(wait: &str) -> Error {
    (0..20).map(|_| ended_at(wait)).find(|error| error.sqlstate().is_some()).unwrap()
}

fn ended_at(wait: &str) -> Error {
    let database = database();
    let (mut client, mut other) = (database.connect(NoTls).unwrap(), database.connect(NoTls).unwrap());
    client.batch_execute("CREATE TABLE runs (at timestamptz)").unwrap();
    Migrator::new().up_to(slow::Migration::Slow).baseline(&mut client).unwrap();
    if wait == "Lock" {
        other.batch_execute("BEGIN; LOCK TABLE runs").unwrap();
    }
    let working = thread::spawn(move || slow::Migration::run_all(&mut client).unwrap_err());
    let end = format!(
        "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event_type = '{wait}' \
         AND datname = current_database()"
    );
    let mut tries = 0..1000;
    while value(&mut other, &end) != "t" {
        tries.next().unwrap();
        thread::sleep(Duration::from_millis(5));
    }
    working.join().unwrap()
}
