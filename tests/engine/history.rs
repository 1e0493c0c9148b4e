//! The ledger tells the truth.

use migrations_core::{Migrator, Status};
use migrations_tests::{client, value};

use crate::sets::{changed, moved_after, moved_before, renamed_after, renamed_before, shop};

#[test]
fn a_row_says_everything_about_a_migration() {
    let mut client = client();
    shop::Migration::run_all(&mut client).unwrap();
    let row = value(
        &mut client,
        "SELECT concat_ws('|', name, category, number, kind, checksum, rollback_sql, applied_by, build, ordinal, \
         duration BETWEEN '0' AND '10 s', applied_at BETWEEN now() - interval '1 minute' AND now(), \
         engine LIKE 'migrations-core %') FROM migrations.history WHERE number = 2",
    );
    let checksum = shop::Migration::CreateUsers.checksum();
    assert_eq!(
        row,
        format!(
            "create_users|schema|2|sql|{checksum}|DROP TABLE IF EXISTS shop.users;|postgres|\
             migrations-tests {}|2|t|t|t",
            env!("CARGO_PKG_VERSION")
        )
    );
}

#[test]
fn status_tells_applied_from_pending() {
    let mut client = client();
    let status = shop::Migration::status(&mut client).unwrap();
    assert_eq!(status.pending().collect::<Vec<_>>(), shop::Migration::ALL);
    assert_eq!(value(&mut client, "SELECT to_regnamespace('migrations')"), "NULL", "status changes nothing");

    Migrator::new().up_to(shop::Migration::CreateShop).run(&mut client).unwrap();
    let status: Status<shop::Migration> = shop::Migration::status(&mut client).unwrap();
    assert_eq!(status.applied().collect::<Vec<_>>(), [shop::Migration::CreateShop]);
    assert_eq!(status.pending().collect::<Vec<_>>(), [shop::Migration::CreateUsers]);
    let record = status.migrations[0].record.as_ref().unwrap();
    assert_eq!((record.name.as_str(), record.applied_by.as_str()), ("create_shop", "postgres"));
    assert_eq!(record.checksum, shop::Migration::CreateShop.checksum());
}

#[test]
fn a_migration_that_was_renamed_renumbered_and_moved_does_not_run_again() {
    let mut client = client();
    assert_eq!(moved_before::Migration::run_all(&mut client).unwrap().applied.len(), 2);
    assert!(moved_after::Migration::run_all(&mut client).unwrap().is_up_to_date());
    assert_eq!(
        value(
            &mut client,
            "SELECT string_agg(concat_ws(' ', category, number, name), ', ' ORDER BY ordinal) \
             FROM \"odd \"\"schema\"\"\".history"
        ),
        "data 7 create_things, data 8 new_name"
    );
}

#[test]
fn the_ledger_follows_a_file_that_was_only_renumbered_or_only_moved_or_only_renamed() {
    let places = "SELECT string_agg(concat_ws(' ', category, number, name), ', ' ORDER BY ordinal) \
                  FROM migrations.history";
    for other in ["number = 9", "category = 'elsewhere'", "number = NULL"] {
        let mut client = client();
        Migrator::new().up_to(shop::Migration::CreateShop).run(&mut client).unwrap();
        client.batch_execute(&format!("UPDATE migrations.history SET {other}")).unwrap();
        assert_eq!(shop::Migration::run_all(&mut client).unwrap().applied.len(), 1);
        assert_eq!(value(&mut client, places), "schema 1 create_shop, schema 2 create_users");
    }
    let mut client = client();
    renamed_before::Migration::run_all(&mut client).unwrap();
    renamed_after::Migration::run_all(&mut client).unwrap();
    assert_eq!(
        value(&mut client, places),
        "schema 1 create_orders, schema 2 forget_lines, schema 3 find_orders"
    );
}

#[test]
fn an_applied_file_that_changed_is_an_error_that_says_what_to_do() {
    let mut client = client();
    moved_before::Migration::run_all(&mut client).unwrap();
    let error = changed::Migration::run_all(&mut client).unwrap_err();
    assert!(error.is_changed());
    assert_eq!(
        error.to_string(),
        "sets/changed/sql/schema/001_create_things.sql was changed after it had been applied; \
         restore the file, and write the change as a new migration"
    );
    let status = changed::Migration::status(&mut client).unwrap();
    assert_eq!(status.migrations.iter().map(|status| status.changed).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_migration_that_this_build_does_not_know_is_an_error_unless_it_is_accepted() {
    let mut client = client();
    shop::Migration::run_all(&mut client).unwrap();
    client
        .batch_execute(
            "INSERT INTO migrations.history (name, category, kind, checksum, duration, engine, build) \
             VALUES ('from_the_future', 'schema', 'sql', 'sha256:00', '0', '', '')",
        )
        .unwrap();
    let error = shop::Migration::run_all(&mut client).unwrap_err();
    assert!(error.is_missing());
    assert!(error.to_string().contains("from_the_future"), "{error}");
    let report = Migrator::<shop::Migration>::new().allow_unknown(true).run(&mut client).unwrap();
    assert!(report.is_up_to_date());
    assert_eq!(shop::Migration::status(&mut client).unwrap().unknown[0].name, "from_the_future");
}

#[test]
fn what_a_newer_build_has_renamed_is_not_applied_again_by_an_older_one() {
    let mut client = client();
    renamed_before::Migration::run_all(&mut client).unwrap();
    assert!(renamed_after::Migration::run_all(&mut client).unwrap().is_up_to_date());
    let older = Migrator::<renamed_before::Migration>::new().allow_unknown(true);
    let error = older.run(&mut client).unwrap_err();
    assert!(error.is_missing() && error.applied().is_empty(), "{error}");
    assert!(error.to_string().starts_with("002_drop_lines is applied already, as forget_lines,"), "{error}");
    let history = "SELECT string_agg(name, ' ' ORDER BY ordinal) FROM migrations.history";
    assert_eq!(value(&mut client, history), "create_orders forget_lines find_orders");
}

#[test]
fn two_sets_live_in_one_database_with_a_ledger_each() {
    let mut client = client();
    shop::Migration::run_all(&mut client).unwrap();
    moved_before::Migration::run_all(&mut client).unwrap();
    assert!(shop::Migration::run_all(&mut client).unwrap().is_up_to_date());
    assert!(moved_before::Migration::run_all(&mut client).unwrap().is_up_to_date());
}

#[test]
fn a_ledger_of_a_newer_version_is_not_touched() {
    let mut client = client();
    Migrator::new().up_to(shop::Migration::CreateShop).run(&mut client).unwrap();
    client.batch_execute("UPDATE migrations.ledger_version SET version = 99 WHERE version = 2").unwrap();
    let error = shop::Migration::run_all(&mut client).unwrap_err();
    assert!(error.to_string().contains("version 99"), "{error}");
}
