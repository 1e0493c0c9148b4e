//! The options of a run.

use std::time::{Duration, Instant};

use migrations_core::Migrator;
use migrations_tests::{client, database, value};
use postgres::NoTls;

use crate::sets::{shop, slow};

#[test]
fn a_dry_run_says_what_would_be_applied_and_changes_nothing() {
    let mut client = client();
    let report = Migrator::<shop::Migration>::new().dry_run(true).run(&mut client).unwrap();
    assert!(report.dry_run);
    assert_eq!(
        report.applied.iter().map(|applied| applied.migration).collect::<Vec<_>>(),
        shop::Migration::ALL
    );
    assert!(report.to_string().starts_with("2 migrations would be applied"), "{report}");
    assert_eq!(value(&mut client, "SELECT to_regnamespace('migrations')"), "NULL");
}

#[test]
fn a_plan_holds_the_messages_to_the_letter_but_for_the_run() {
    let mut client = client();
    let plan = shop::Migration::plan(&mut client).unwrap();
    assert_eq!(
        plan.to_string(),
        "sets/shop/sql/schema/001_create_shop.sql: Create the schema of the shop.\n\
         sets/shop/sql/schema/002_create_users.sql: Create the users of the shop. (after 001_create_shop)\n"
    );
    // A ledger, made in passing; then the plan's own text is all that is needed.
    Migrator::new().up_to(shop::Migration::CreateShop).run(&mut client).unwrap();
    assert_eq!(value(&mut client, "SELECT migrations.acquire('run-…', 30000)"), "t");
    for step in &plan.steps[1..] {
        for message in &step.messages {
            client.batch_execute(message).unwrap();
        }
    }
    client.batch_execute("SELECT migrations.release('run-…')").unwrap();
    assert!(shop::Migration::plan(&mut client).unwrap().is_empty());
    assert!(shop::Migration::run_all(&mut client).unwrap().is_up_to_date());
}

#[test]
fn a_statement_that_waits_for_a_table_gives_up_in_time() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    client.batch_execute("CREATE TABLE runs (at timestamptz NOT NULL DEFAULT now())").unwrap();
    let mut other = database.connect(NoTls).unwrap();
    let mut transaction = other.transaction().unwrap();
    transaction.batch_execute("LOCK TABLE runs").unwrap();
    let migrator = Migrator::<slow::Migration>::new().lock_timeout(Duration::from_millis(100));
    let start = Instant::now();
    let error = migrator.run(&mut client).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(20), "five times the default would be 25 s");
    assert_eq!(error.sqlstate(), Some("55P03"));
    assert_eq!(error.location().unwrap().to_string(), "sets/slow/sql/schema/002_slower.sql:6:13");
    transaction.rollback().unwrap();
    assert_eq!(value(&mut client, "SHOW lock_timeout"), "0", "the session's own setting is back");
    assert_eq!(slow::Migration::run_all(&mut client).unwrap().applied.len(), 1);
}

#[test]
fn a_statement_may_not_run_longer_than_its_limit() {
    let mut client = client();
    let migrator = Migrator::<slow::Migration>::new().statement_timeout(Duration::from_millis(250));
    let error = migrator.run(&mut client).unwrap_err();
    assert_eq!((error.sqlstate(), error.failed_migration()), (Some("57014"), Some("001_slow")));
    assert_eq!(value(&mut client, "SHOW statement_timeout"), "0");
    // The limit is for a statement, not for the migration: 002 takes 0.2 s, 001 0.3 s.
    let migrator = Migrator::<slow::Migration>::new().statement_timeout(Duration::from_millis(600));
    assert_eq!(migrator.run(&mut client).unwrap().applied.len(), 2);
}

#[test]
fn the_schema_of_the_ledger_can_be_any_name() {
    let mut client = client();
    let migrator = || Migrator::<shop::Migration>::new().ledger_schema("Mig\"r'a%ti$$ons");
    assert_eq!(migrator().run(&mut client).unwrap().applied.len(), 2);
    assert!(migrator().run(&mut client).unwrap().is_up_to_date());
    assert_eq!(value(&mut client, "SELECT count(*) FROM \"Mig\"\"r'a%ti$$ons\".history"), "2");
}
