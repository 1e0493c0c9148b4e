//! Reasons that pass: lock timeouts, deadlocks, serialization failures.

use std::time::Duration;

use migrations_core::{Event, Migrator};
use migrations_tests::{client, database, value};
use postgres::NoTls;

use crate::sets::{flaky, slow};

const LOCK_TIMEOUT: Duration = Duration::from_millis(50);

#[test]
fn a_migration_is_tried_again_after_a_lock_timeout_and_names_who_held_it_up() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    client.batch_execute("CREATE TABLE runs (at timestamptz NOT NULL DEFAULT now())").unwrap();
    let mut named = database.clone();
    let mut other = named.application_name("a report").connect(NoTls).unwrap();
    other.batch_execute("CREATE TABLE elsewhere ()").unwrap();
    other.batch_execute("BEGIN; LOCK TABLE runs; SELECT 'a secret' AS of_nobody").unwrap();
    let mut retries = Vec::new();
    let migrator = Migrator::<slow::Migration>::new().lock_timeout(LOCK_TIMEOUT).on_event(|event| {
        if let Event::Retrying(retry) = event {
            other.batch_execute("ROLLBACK").unwrap();
            retries.push(retry);
        }
    });
    assert_eq!(migrator.run(&mut client).unwrap().applied.len(), 2);
    assert_eq!(retries.len(), 1);
    assert_eq!((retries[0].migration, retries[0].attempt), (slow::Migration::Slower, 1));
    let [blocker] = retries[0].blockers.as_slice() else { panic!("{retries:?}") };
    assert_eq!(blocker.application.as_deref(), Some("a report"));
    assert_eq!(blocker.state, "idle in transaction");
    assert_eq!(blocker.query, "BEGIN; LOCK TABLE runs; SELECT '…' AS of_nobody", "without its literals");
    assert_eq!(value(&mut client, "SELECT count(*) FROM runs"), "1");
}

#[test]
fn when_it_gives_up_it_names_who_blocks_and_nothing_was_changed() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    client.batch_execute("CREATE TABLE runs (at timestamptz NOT NULL DEFAULT now())").unwrap();
    let mut bystander = database.connect(NoTls).unwrap();
    bystander.batch_execute("CREATE TABLE elsewhere ()").unwrap();
    bystander.batch_execute("BEGIN; LOCK TABLE elsewhere").unwrap();
    let mut other = database.connect(NoTls).unwrap();
    other.batch_execute("BEGIN; LOCK TABLE runs").unwrap();
    let pid: i32 = other.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0);
    let error = Migrator::<slow::Migration>::new()
        .lock_timeout(LOCK_TIMEOUT)
        .attempts(2)
        .run(&mut client)
        .unwrap_err();
    assert_eq!(error.sqlstate(), Some("55P03"));
    assert_eq!(error.failed_migration(), Some("002_slower"));
    assert_eq!(error.blockers().iter().map(|blocker| blocker.pid).collect::<Vec<_>>(), [pid]);
    let report = error.report(false);
    assert!(report.contains(&format!("held up by backend {pid}")), "{report}");
    assert!(report.contains(&format!("`SELECT pg_terminate_backend({pid})` would end it")), "{report}");
    assert!(report.contains("this was attempt 2"), "{report}");
    let again = Migrator::<slow::Migration>::new().lock_timeout(LOCK_TIMEOUT).attempts(1).run(&mut client);
    let report = again.unwrap_err().report(false);
    assert!(report.contains("nothing was changed") && report.contains("help: run again when"), "{report}");
    other.batch_execute("ROLLBACK").unwrap();
    assert_eq!(value(&mut client, "SELECT count(*) FROM runs"), "0");
}

#[test]
fn of_a_lock_on_a_table_that_the_statement_does_not_name_the_holder_is_named_too() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    client
        .batch_execute("CREATE TABLE behind (at timestamptz); CREATE VIEW runs AS SELECT * FROM behind")
        .unwrap();
    let mut other = database.connect(NoTls).unwrap();
    other.batch_execute("BEGIN; LOCK TABLE behind").unwrap();
    let pid: i32 = other.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0);
    let migrator = Migrator::<slow::Migration>::new().lock_timeout(LOCK_TIMEOUT).attempts(1);
    let error = migrator.run(&mut client).unwrap_err();
    assert_eq!(error.sqlstate(), Some("55P03"));
    assert_eq!(error.blockers().iter().map(|blocker| blocker.pid).collect::<Vec<_>>(), [pid]);
}

#[test]
fn serialization_failures_are_tried_again_and_the_attempts_are_bounded() {
    let mut client = client();
    client.batch_execute("CREATE SEQUENCE attempts").unwrap();
    let run = || Migrator::<flaky::Migration>::new();
    let error = run().attempts(2).run(&mut client).unwrap_err();
    assert_eq!(error.sqlstate(), Some("40001"));
    assert_eq!(value(&mut client, "SELECT last_value FROM attempts"), "2");
    client.batch_execute("ALTER SEQUENCE attempts RESTART").unwrap();
    assert_eq!(run().run(&mut client).unwrap().applied.len(), 1);
    assert_eq!(value(&mut client, "SELECT last_value FROM attempts"), "3");
    assert_eq!(value(&mut client, "SELECT count(*) FROM runs"), "1");
}
