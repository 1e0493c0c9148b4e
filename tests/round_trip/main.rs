//! Up, down and up again, as a user's own test would run it.

#![allow(clippy::unwrap_used)]

use migrations_core::testing::{RoundTrip, RoundTripError, not_idempotent, round_trip};

mod shop {
    migrations_core::embed_migrations!("sets/shop");
}
mod backups {
    migrations_core::embed_migrations!("sets/backups");
}
mod moved {
    migrations_core::embed_migrations!("sets/moved_before");
}
mod runners {
    migrations_core::embed_migrations!("sets/runners");
}
mod stepwise {
    migrations_core::embed_migrations!("sets/stepwise");
}
mod wrong_rollback {
    migrations_core::embed_migrations!("sets/wrong_rollback");
}

#[test]
fn a_set_that_can_be_undone_passes() {
    let report = round_trip::<shop::Migration>().unwrap();
    assert_eq!((report.round_trips, report.irreversible.len()), (2, 0));
}

#[test]
fn what_a_wrong_rollback_leaves_behind_is_named() {
    let error = round_trip::<wrong_rollback::Migration>().unwrap_err();
    // From PostgreSQL 18 on, the NOT NULL constraint is an object of its own and is named besides.
    let report = error.to_string();
    assert!(
        report.starts_with("after up and down of 002_change_names, the database is not what it was:\n"),
        "{report}"
    );
    assert!(report.contains("\n    column shop.users.name\n        not null: yes → no\n"), "{report}");
    let RoundTripError::Different(deviations) = error else { panic!("{error}") };
    assert_eq!(deviations[0].migration, Some("002_change_names"));
}

#[test]
fn rows_that_a_rollback_loses_are_counted() {
    let error = RoundTrip::<wrong_rollback::Migration>::new()
        .rows(wrong_rollback::Migration::CreateShop, |client| {
            client.batch_execute("INSERT INTO shop.users VALUES (1, 'Ada'), (2, 'Bob')")
        })
        .run()
        .unwrap_err();
    assert!(error.to_string().contains("rows of shop.users: 2 → 0"), "{error}");
    let mut loads = 0;
    let accepted = RoundTrip::<wrong_rollback::Migration>::new()
        .rows(wrong_rollback::Migration::CreateShop, |client| {
            loads += 1;
            client.batch_execute("INSERT INTO shop.users VALUES (1, 'Ada'), (2, 'Bob')")
        })
        .without_rows_of("shop.users")
        .run()
        .unwrap_err();
    assert!(!accepted.to_string().contains("rows of"), "{accepted}");
    assert_eq!(loads, 1, "they are loaded once, behind their migration");
}

#[test]
fn a_column_that_stands_elsewhere_is_named_when_asked_for() {
    let error = RoundTrip::<backups::Migration>::new().with_column_order().run().unwrap_err().to_string();
    assert!(error.contains("\n    column shop.users.age\n        follows: email → tags\n"), "{error}");
}

#[test]
fn what_only_the_backups_keep_comes_back() {
    let report = RoundTrip::<backups::Migration>::new()
        .rows(backups::Migration::CreateShop, |_| Ok(()))
        .run()
        .unwrap();
    assert!(report.tables_compared >= 9, "{report:?}");
}

#[test]
fn an_irreversible_migration_is_the_floor_of_the_way_down() {
    let report = round_trip::<runners::Migration>().unwrap();
    assert_eq!((report.round_trips, report.irreversible.as_slice()), (3, &["004_shout"][..]));
}

#[test]
fn a_body_that_cannot_run_twice_is_named() {
    let found = not_idempotent::<wrong_rollback::Migration>().unwrap();
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "sets/wrong_rollback/sql/schema/002_change_names.sql cannot run twice: type \"colour\" already exists"
        ]
    );
}

#[test]
fn a_body_that_says_that_it_cannot_run_twice_is_not_named() {
    assert_eq!(not_idempotent::<moved::Migration>().unwrap(), []);
}

#[test]
fn statements_that_refuse_a_transaction_run_twice_without_one() {
    assert_eq!(not_idempotent::<stepwise::Migration>().unwrap(), []);
}
