//! Files that run statement by statement.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use migrations_core::{Error, Migrator};
use migrations_tests::{client, database, value};
use postgres::{Client, Config, NoTls};

use crate::sets::{concurrent, halfway, interrupted, opaque, renamed_after, renamed_before};

type Set = interrupted::Migration;

#[test]
fn any_number_of_statements_may_refuse_a_transaction() {
    let mut client = client();
    assert_eq!(concurrent::Migration::run_all(&mut client).unwrap().applied.len(), 2);
    assert_eq!(value(&mut client, "SELECT count(*) FROM pg_index WHERE indrelid = 'things'::regclass"), "2");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.steps"), "0");
}

#[test]
fn a_run_goes_on_behind_the_last_finished_statement() {
    let mut client = client();
    let error = halfway::Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.location().unwrap().to_string(), "sets/halfway/sql/schema/001_in_steps.sql:8:1");
    assert_eq!(value(&mut client, "SELECT count(*) FROM steps_done"), "1", "what is finished stays");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "0");

    client.batch_execute("CREATE TABLE steps_missing ()").unwrap();
    assert_eq!(halfway::Migration::run_all(&mut client).unwrap().applied.len(), 1);
    assert_eq!(value(&mut client, "SELECT count(*) FROM steps_done"), "2", "and is not done again");
    let report = halfway::Migration::run_all(&mut client).unwrap();
    assert_eq!(report.to_string(), "nothing to do: the only migration is applied");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.steps"), "0");
}

/// Lets the migration run until the server waits in a statement that begins like this, and ends its connection there.
fn interrupted_at(database: &Config, statement: &str) {
    let (mut client, pid, _onlooker, migrating) = waiting_in(database, statement);
    client.batch_execute(&format!("SELECT pg_terminate_backend({pid})")).unwrap();
    let error = migrating.join().unwrap();
    assert!(error.is_connection(), "{error}");
    assert!(error.report(false).contains("run again on a new connection"), "{}", error.report(false));
}

/// Lets the migration run until the server waits in a statement that begins like this: for the onlooker, who is answered
/// together with another connection, the process that waits, and the thread that migrates.
fn waiting_in(database: &Config, statement: &str) -> (Client, String, Client, JoinHandle<Error>) {
    let mut client = database.connect(NoTls).unwrap();
    Migrator::new().up_to(Set::CreateThings).run(&mut client).unwrap();
    let mut onlooker = onlooker(database);
    let mut named = database.clone();
    named.application_name("to be interrupted");
    let migrating = thread::spawn(move || Set::run_all(&mut named.connect(NoTls).unwrap()).unwrap_err());
    let mut tries = 0..1000;
    let pid = loop {
        tries.next().unwrap();
        let waits_for_onlooker = format!(
            "SELECT CASE WHEN query ~ '^/[*] migrations-core 002.*[*]/ {statement}' THEN pid::text ELSE 'elsewhere' END \
             FROM pg_stat_activity WHERE {} = ANY (pg_blocking_pids(pid))",
            value(&mut onlooker, "SELECT pg_backend_pid()")
        );
        match value(&mut client, &waits_for_onlooker).as_str() {
            "NULL" => thread::sleep(Duration::from_millis(10)),
            // The next one looks on before this one lets that statement through: there is no gap for ours.
            "elsewhere" => onlooker = self::onlooker(database),
            pid => break pid.to_owned(),
        }
    };
    (client, pid, onlooker, migrating)
}

/// In a transaction that has seen the tables: CONCURRENTLY waits for those that might still see the old state.
fn onlooker(database: &Config) -> Client {
    let mut onlooker = database.connect(NoTls).unwrap();
    onlooker.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM things, orders").unwrap();
    onlooker
}

fn assert_done(client: &mut Client) {
    let indexes = "SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ', ') FROM pg_index \
                   WHERE indrelid = 'things'::regclass";
    assert_eq!(value(client, indexes), "ix_things_name true");
    assert_eq!(value(client, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'orders'::regclass"), "0");
    assert_eq!(value(client, "SELECT string_agg(name, ',') FROM things"), "set by the migration");
    assert_eq!(value(client, "SELECT count(*) FROM migrations.steps"), "0");
    assert_eq!(value(client, "SHOW application_name"), "", "its settings end with it");
}

#[test]
fn an_index_that_was_being_built_is_dropped_and_built_again() {
    let database = database();
    interrupted_at(&database, "CREATE INDEX CONCURRENTLY");
    let mut client = database.connect(NoTls).unwrap();
    let invalid = "SELECT NOT indisvalid FROM pg_index WHERE indexrelid = 'ix_things_name'::regclass";
    assert_eq!(value(&mut client, invalid), "t");
    let before = value(&mut client, "SELECT 'ix_things_name'::regclass::oid");
    assert_eq!(Set::run_all(&mut client).unwrap().applied.len(), 1);
    assert_done(&mut client);
    assert_ne!(value(&mut client, "SELECT 'ix_things_name'::regclass::oid"), before);
}

#[test]
fn an_invalid_index_that_somebody_else_has_left_is_built_again() {
    let mut client = client();
    Migrator::new().up_to(concurrent::Migration::CreateThings).run(&mut client).unwrap();
    let twice = "CREATE UNIQUE INDEX CONCURRENTLY ix_things_id ON things ((id / 2))";
    assert!(client.batch_execute(twice).is_err());
    let valid = "SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ', ' ORDER BY indexrelid::regclass::text) FROM pg_index \
                 WHERE indrelid = 'things'::regclass";
    assert_eq!(value(&mut client, valid), "ix_things_id false");
    assert_eq!(concurrent::Migration::run_all(&mut client).unwrap().applied.len(), 1);
    assert_eq!(value(&mut client, valid), "ix_things_id true, ix_things_name true");
}

#[test]
fn of_an_index_whose_building_was_cancelled_nothing_is_left() {
    let database = database();
    let (mut client, pid, onlooker, migrating) = waiting_in(&database, "CREATE INDEX CONCURRENTLY");
    client.batch_execute(&format!("SELECT pg_cancel_backend({pid})")).unwrap();
    let building =
        format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {pid} AND query ~ ' CREATE INDEX'");
    let mut tries = 0..1000;
    while value(&mut client, &building) == "1" {
        tries.next().unwrap();
        thread::sleep(Duration::from_millis(10));
    }
    // What is taken away is taken away concurrently, too.
    drop(onlooker);
    let error = migrating.join().unwrap();
    assert!(error.is_migration_failed() && error.sqlstate() == Some("57014"), "{error}");
    assert_eq!(value(&mut client, "SELECT to_regclass('ix_things_name')"), "NULL");
    assert_eq!(value(&mut client, "SELECT string_agg(step::text, ' ') FROM migrations.steps"), "2");
    assert_eq!(Set::run_all(&mut client).unwrap().applied.len(), 1);
    assert_done(&mut client);
}

#[test]
fn what_a_reindex_has_left_is_dropped() {
    let database = database();
    interrupted_at(&database, "REINDEX INDEX CONCURRENTLY");
    let mut client = database.connect(NoTls).unwrap();
    let left = "SELECT count(*) FROM pg_class WHERE relname LIKE 'ix_things_id_cc%'";
    assert_eq!(value(&mut client, left), "1");
    assert_eq!(Set::run_all(&mut client).unwrap().applied.len(), 1);
    assert_eq!(value(&mut client, left), "0");
    assert_done(&mut client);
}

#[test]
fn a_partition_that_was_being_detached_is_detached() {
    let database = database();
    interrupted_at(&database, "ALTER TABLE orders DETACH PARTITION");
    let mut client = database.connect(NoTls).unwrap();
    assert_eq!(
        value(&mut client, "SELECT inhdetachpending FROM pg_inherits WHERE inhparent = 'orders'::regclass"),
        "t"
    );
    assert_eq!(Set::run_all(&mut client).unwrap().applied.len(), 1);
    assert_done(&mut client);
}

#[test]
fn an_index_whose_dropping_was_interrupted_is_dropped() {
    let database = database();
    interrupted_at(&database, "DROP INDEX CONCURRENTLY");
    let mut client = database.connect(NoTls).unwrap();
    assert_eq!(Set::run_all(&mut client).unwrap().applied.len(), 1);
    assert_done(&mut client);
}

/// Enters that a statement of the second migration has begun.
fn enter_step(client: &mut Client, step: usize, checksum: &str, finished: &str) {
    client
        .batch_execute(&format!(
            "INSERT INTO migrations.steps (name, step, checksum, finished_at) \
             VALUES ('work_on_things', {step}, '{checksum}', {finished})"
        ))
        .unwrap();
}

#[test]
fn a_statement_that_was_finished_and_not_recorded_is_not_run_again() {
    let mut client = client();
    Migrator::new().up_to(Set::CreateThings).run(&mut client).unwrap();
    client.batch_execute("CREATE INDEX ix_things_name ON things (name)").unwrap();
    let before = value(&mut client, "SELECT 'ix_things_name'::regclass::oid");
    let statement = "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_things_name ON things (name)";
    enter_step(&mut client, 3, &migrations_rules::checksum(statement), "NULL");
    assert_eq!(Set::run_all(&mut client).unwrap().applied.len(), 1);
    assert_done(&mut client);
    assert_eq!(value(&mut client, "SELECT 'ix_things_name'::regclass::oid"), before);
}

#[test]
fn what_can_run_in_a_transaction_does_so_together_with_its_record() {
    let plan = Set::plan(&mut client()).unwrap();
    let message = |statement: &str| {
        let with_it: Vec<_> = plan.steps[1].messages.iter().filter(|one| one.contains(statement)).collect();
        assert_eq!(with_it.len(), 1);
        with_it[0].clone()
    };
    let alone = |message: &str| !message.contains("BEGIN;") && !message.contains("'work_on_things'");
    let with_record = message("ALTER TYPE colour");
    assert!(with_record.contains("BEGIN;") && with_record.ends_with("COMMIT"), "{with_record}");
    assert_eq!(with_record.matches("'work_on_things'").count(), 2, "it begins, and is finished");
    for statement in ["SET application_name", "CREATE INDEX CONCURRENTLY", "VACUUM"] {
        assert!(alone(&message(statement)), "{}", message(statement));
    }
}

#[test]
fn what_is_found_to_be_finished_is_recorded_as_such() {
    let mut client = client();
    Migrator::new().up_to(Set::CreateThings).run(&mut client).unwrap();
    client.batch_execute("CREATE INDEX ix_things_name ON things (name); DROP INDEX ix_things_id").unwrap();
    let statement = "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_things_name ON things (name)";
    enter_step(&mut client, 3, &migrations_rules::checksum(statement), "NULL");
    let error = Set::run_all(&mut client).unwrap_err();
    assert_eq!(
        error.location().unwrap().to_string(),
        "sets/interrupted/sql/schema/002_work_on_things.sql:9:1"
    );
    let finished = "SELECT string_agg(step::text, ' ' ORDER BY step) FROM migrations.steps WHERE finished_at IS NOT NULL";
    assert_eq!(value(&mut client, finished), "2 3");
}

#[test]
fn what_a_half_done_file_needs_is_not_rolled_back() {
    let mut client = client();
    Migrator::new().up_to(Set::CreateThings).run(&mut client).unwrap();
    enter_step(&mut client, 2, "sha256:of a statement", "now()");
    let error = Migrator::<Set>::new().rollback_all(&mut client).unwrap_err();
    assert!(error.is_needed() && error.to_string().starts_with("002_work_on_things is half done"), "{error}");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "1");
}

#[test]
fn a_file_that_is_renamed_when_it_is_half_done_goes_on_where_it_was() {
    let mut client = client();
    renamed_before::Migration::run_all(&mut client).unwrap();
    client
        .batch_execute(
            "DELETE FROM migrations.history WHERE name = 'index_orders'; INSERT INTO migrations.steps \
             (name, step, checksum, finished_at) VALUES ('index_orders', 1, '', now())",
        )
        .unwrap();
    let statement = "CREATE INDEX CONCURRENTLY ix_orders ON orders (id)";
    let checksum = migrations_rules::checksum(statement);
    client.execute("UPDATE migrations.steps SET checksum = $1", &[&checksum]).unwrap();
    assert_eq!(renamed_after::Migration::run_all(&mut client).unwrap().applied.len(), 1);
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.steps"), "0");
}

#[test]
fn a_statement_that_has_run_cannot_be_changed() {
    for (step, finished, said) in
        [(3, "now()", "has run already"), (3, "NULL", "was running"), (9, "now()", "has run")]
    {
        let mut client = client();
        Migrator::new().up_to(Set::CreateThings).run(&mut client).unwrap();
        enter_step(&mut client, step, "sha256:of another text", finished);
        let error = Set::run_all(&mut client).unwrap_err();
        assert!(error.is_changed() && error.to_string().contains(said), "{error}");
        assert!(error.to_string().contains("002_work_on_things.sql"), "{error}");
    }
}

#[test]
fn what_only_its_author_can_tell_is_asked_for_with_two_commands() {
    for (has_taken_effect, calls) in [(true, "1"), (false, "2")] {
        let database = database();
        let mut client = database.connect(NoTls).unwrap();
        let config = database.clone();
        let calling = thread::spawn(move || {
            opaque::Migration::run_all(&mut config.connect(NoTls).unwrap()).unwrap_err()
        });
        let mut tries = 0..1000;
        let end = "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'PgSleep' \
                   AND datname = current_database()";
        while value(&mut client, end) != "t" {
            tries.next().unwrap();
            thread::sleep(Duration::from_millis(10));
        }
        calling.join().unwrap();
        let error = opaque::Migration::run_all(&mut client).unwrap_err();
        assert!(error.is_unsettled(), "{error}");
        let said = error.to_string();
        assert!(
            said.starts_with("statement 1 at sets/opaque/sql/schema/002_call_procedure.sql:6:1 was"),
            "{said}"
        );
        let command =
            said.split(if has_taken_effect { "; if it has: " } else { "if it has not: " }).nth(1).unwrap();
        client.batch_execute(command.split(';').next().unwrap()).unwrap();
        assert_eq!(opaque::Migration::run_all(&mut client).unwrap().applied.len(), 1);
        assert_eq!(value(&mut client, "SELECT count(*) FROM calls"), calls);
    }
}
