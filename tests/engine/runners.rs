//! Code of the application takes part in migrations.

use std::cell::Cell;
use std::time::{Duration, Instant};

use migrations_core::{Event, Migrator};
use migrations_tests::{client, database, value};
use postgres::NoTls;

use crate::sets::{runners, runners_failing};

type Set = runners::Migration;

#[test]
fn sql_and_rust_run_in_one_order() {
    assert_eq!(Set::ALL, [Set::CreateShop, Set::FillUsers, Set::IndexUsers, Set::Shout]);
    assert_eq!(Set::FillUsers.category(), runners::Category::Runners);
    let mut client = client();
    let report = Set::run_all(&mut client).unwrap();
    assert_eq!(report.applied.len(), 4);
    assert_eq!(report.applied[1].log, ["10000 users copied", "2 users inserted or overwritten"]);
    let steps = "SELECT string_agg(step, ' ' ORDER BY at) FROM shop.steps";
    assert_eq!(value(&mut client, steps), "body after", "before, body, after, verify");
    assert!(Set::run_all(&mut client).unwrap().is_up_to_date());
    let kinds = "SELECT string_agg(kind, ' ' ORDER BY ordinal) FROM migrations.history";
    assert_eq!(value(&mut client, kinds), "sql runner sql runner");
}

#[test]
fn values_are_parameters_whatever_is_in_them() {
    let mut client = client();
    Migrator::new().up_to(Set::FillUsers).run(&mut client).unwrap();
    let robert = "SELECT name FROM shop.users WHERE email = 'robert@example.org'";
    assert_eq!(value(&mut client, robert), "Robert'); DROP TABLE shop.users; --");
    assert_eq!(
        value(&mut client, "SELECT name FROM shop.users WHERE email = 'user1@example.org'"),
        "overwritten"
    );
}

#[test]
fn a_batched_runner_touches_every_row_once_and_tells_how_far_it_is() {
    let mut client = client();
    let mut told = Vec::new();
    let migrator = Migrator::<Set>::new().on_event(|event| {
        if let Event::Batch(progress) = event {
            assert!(progress.rate > 0.0 && progress.remaining().is_some());
            told.push((progress.rows, progress.total));
        }
    });
    migrator.run(&mut client).unwrap();
    assert_eq!(told.first(), Some(&(1000, Some(10_001))));
    assert_eq!(told.last(), Some(&(10_001, Some(10_001))), "the last batch is told, too");
    assert_eq!(told.len(), 11);
    assert_eq!(value(&mut client, "SELECT count(*) FROM shop.users WHERE name ~ '^[^a-z!]*!$'"), "10001");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.checkpoints"), "0");
}

#[test]
fn a_batched_runner_stops_between_two_batches_and_goes_on_from_there() {
    let mut client = client();
    let mut batches = 0;
    let stopped = {
        let (batches, asked) = (std::cell::RefCell::new(&mut batches), std::cell::Cell::new(0));
        Migrator::<Set>::new()
            .on_event(move |event| **batches.borrow_mut() += u32::from(matches!(event, Event::Batch(_))))
            // It is asked before each of the four migrations, and after each batch.
            .stop_when(move || asked.replace(asked.get() + 1) == 3 + 4)
            .run(&mut client)
            .unwrap_err()
    };
    assert!(stopped.is_stopped());
    assert_eq!(
        stopped.to_string(),
        "004_shout was stopped on request after 4000 rows; run again to go on from there"
    );
    assert_eq!(batches, 4);
    assert_eq!(value(&mut client, "SELECT rows || ' ' || batches FROM migrations.checkpoints"), "4000 4");
    assert_eq!(value(&mut client, "SELECT count(*) FROM shop.users WHERE name LIKE '%!'"), "4000");
    assert_eq!(Set::run_all(&mut client).unwrap().applied.len(), 1);
    assert_eq!(value(&mut client, "SELECT count(*) FROM shop.users WHERE name ~ '^[^a-z!]*!$'"), "10001");
}

#[test]
fn the_rate_is_that_of_this_run() {
    let mut client = client();
    let asked = Cell::new(0);
    let stopped = Migrator::<Set>::new().stop_when(|| asked.replace(asked.get() + 1) == 3 + 4);
    assert!(stopped.run(&mut client).unwrap_err().is_stopped());
    let (mut begun, mut batches, mut rates) = (None, Vec::new(), Vec::new());
    let pause = Duration::from_millis(100);
    let migrator = Migrator::<Set>::new().batch_pause(pause).on_event(|event| match event {
        Event::Started(_) => begun = Some(Instant::now()),
        Event::Batch(progress) => {
            let since = |start: Option<&Instant>| start.map_or(0.0, |start| start.elapsed().as_secs_f64());
            let rows = (progress.rows - 4000) as f64;
            rates.push((rows / since(begun.as_ref()), progress.rate, rows / since(batches.first())));
            batches.push(Instant::now());
        }
        _ => {}
    });
    assert_eq!(migrator.run(&mut client).unwrap().applied.len(), 1);
    assert!(batches.windows(2).all(|two| two[1] - two[0] >= pause), "it rests between two batches");
    let (least, rate, most) = rates.pop().unwrap();
    // Between our look at the clock and the engine's the machine may have been busy.
    assert!(least <= rate && rate <= most * 1.5, "{least} {rate} {most}");
}

#[test]
fn a_batched_runner_survives_the_loss_of_its_connection() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    let pid = value(&mut client, "SELECT pg_backend_pid()");
    let mut other = database.connect(NoTls).unwrap();
    let migrator = Migrator::<Set>::new().on_event(|event| {
        if matches!(event, Event::Batch(progress) if progress.rows == 3000) {
            value(&mut other, &format!("SELECT pg_terminate_backend({pid}, 5000)"));
        }
    });
    migrator.run(&mut client).unwrap_err();
    let mut again = database.connect(NoTls).unwrap();
    Set::run_all(&mut again).unwrap();
    assert_eq!(value(&mut again, "SELECT count(*) FROM shop.users WHERE name ~ '^[^a-z!]*!$'"), "10001");
}

#[test]
fn a_runner_cannot_commit() {
    let mut client = client();
    let error = runners_failing::Migration::run_all(&mut client).unwrap_err();
    assert!(error.is_migration_failed());
    assert_eq!(error.location().unwrap().to_string(), "sets/runners_failing/runners/002_commit.rs:9:11");
    assert_eq!(
        error.to_string(),
        "migration 002_commit failed at sets/runners_failing/runners/002_commit.rs:9:11: \
         COMMIT in a runner; the transaction is the engine's"
    );
    assert!(
        error.report(false).contains("9 |     agent.batch(\"SELECT 1; COMMIT\")"),
        "{}",
        error.report(false)
    );
    assert_eq!(value(&mut client, "SELECT count(*) FROM shop.steps WHERE step = 'lost'"), "0");
}

#[test]
fn a_companion_that_fails_undoes_its_migration_and_points_to_its_line() {
    let mut client = client();
    client
        .batch_execute(
            "CREATE SCHEMA shop; CREATE TABLE shop.steps (step text); INSERT INTO shop.steps VALUES ('x')",
        )
        .unwrap();
    let error = runners_failing::Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.sqlstate(), Some("42P01"));
    assert_eq!(error.location().unwrap().to_string(), "sets/runners_failing/runners/001_create_shop.rs:6:15");
    assert_eq!(value(&mut client, "SELECT to_regclass('shop.users')"), "NULL");
    let error = Set::run_all(&mut client).unwrap_err();
    assert_eq!(error.failed_migration(), Some("001_create_shop"));
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "0");
}

#[test]
fn what_should_not_be_there_is_shown_in_part() {
    let mut client = client();
    Migrator::new().up_to(Set::CreateShop).run(&mut client).unwrap();
    let mut failure = |users: &str| {
        client
            .batch_execute(&format!("TRUNCATE shop.users; INSERT INTO shop.users (email) {users}"))
            .unwrap();
        let error = Migrator::new().up_to(Set::FillUsers).run(&mut client).unwrap_err();
        assert_eq!(error.location().unwrap().to_string(), "sets/runners/runners/002_fill_users.rs:8:11");
        error.to_string().rsplit_once(": users before the first: ").unwrap().1.to_owned()
    };
    assert_eq!(failure("SELECT 'ada'"), "ada");
    assert_eq!(failure("SELECT 'u ' || i FROM generate_series(1, 3) AS i"), "u 1, u 2, u 3");
    assert_eq!(failure("SELECT i FROM generate_series(1, 9) AS i"), "1, 2, 3 and 6 more");
    client.batch_execute("TRUNCATE shop.users").unwrap();
    Set::run_all(&mut client).unwrap();
}

#[test]
fn a_rollback_in_code_runs_and_an_irreversible_one_does_not() {
    let mut client = client();
    Migrator::new().up_to(Set::IndexUsers).run(&mut client).unwrap();
    let undone = Migrator::<Set>::new().rollback_last(&mut client, 2).unwrap();
    assert_eq!(undone.len(), 2);
    assert_eq!(value(&mut client, "SELECT count(*) FROM shop.users"), "0");
    Set::run_all(&mut client).unwrap();
    let error = Migrator::<Set>::new().rollback_all(&mut client).unwrap_err();
    assert_eq!(error.to_string(), "shout cannot be rolled back: which letters were small is not kept");
}

#[test]
fn a_build_without_the_code_says_so() {
    let mut client = client();
    Migrator::new().up_to(Set::FillUsers).run(&mut client).unwrap();
    let error = Migrator::<crate::sets::shop::Migration>::new().rollback_all(&mut client).unwrap_err();
    assert!(error.is_irreversible());
    assert!(error.to_string().contains("its rollback is code"), "{error}");
}
