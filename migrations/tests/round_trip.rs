//! Every migration up, down and up again, with the legacy rows in the tables.

#![allow(clippy::panic, clippy::unwrap_used)]

use migrations::Migration;
use migrations_core::testing::{RoundTrip, not_idempotent};

#[test]
fn every_migration_can_be_undone_without_losing_a_row() {
    let report = RoundTrip::<Migration>::new()
        .rows(Migration::CreateAnalysisTables, |client| {
            client.batch_execute(include_str!("fixtures/legacy_rows.sql"))
        })
        .run()
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(report.irreversible, [""; 0]);
    assert_eq!(report.round_trips, Migration::ALL.len());
    println!(
        "{} round trips, {} tables compared, {:?}",
        report.round_trips, report.tables_compared, report.duration
    );
}

#[test]
fn every_body_can_run_twice() {
    assert_eq!(not_idempotent::<Migration>().unwrap(), []);
}
