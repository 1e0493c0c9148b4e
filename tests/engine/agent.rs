//! What runners are given to work with.

use migrations_core::{Event, Migrator};
use migrations_tests::{client, value};

use crate::sets::agent::Migration;

#[test]
fn each_helper_does_what_it_answers() {
    let mut client = client();
    let report = Migrator::new().up_to(Migration::AskAndTell).run(&mut client).unwrap();
    assert_eq!(
        report.applied[1].log,
        [
            "3 inserted, 2 updated",
            "2 copied, 5 in all",
            "5 rows, one is copied",
            "Some(\"thing 1\") is there, another is not: true",
            "query returned an unexpected number of rows",
            "40000 inserted in two statements, 0 of those that are known",
            "3 values do not fill rows of 2 columns",
            "0 values do not fill rows of 0 columns",
            "0 values do not fill rows of 65536 columns",
            "there is no table store.nobody",
            "the table store.things has no column nobody",
            "things: 1",
            "COMMIT in a runner; the transaction is the engine's",
        ]
    );
    let names = "SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM store.things";
    assert_eq!(value(&mut client, names), "a, copied, many, thing 1");
    assert_eq!(value(&mut client, "SELECT sum(weight) FROM store.things"), "280000");
}

#[test]
fn the_report_has_what_the_last_attempt_said() {
    let mut client = client();
    let (mut lines, mut retries) = (Vec::new(), Vec::new());
    let migrator = Migrator::<Migration>::new().on_event(|event| match event {
        Event::Log(Migration::TryAgain, line) => lines.push(line),
        Event::Retrying(retry) => retries.push((retry.migration, retry.attempt, retry.reason)),
        _ => {}
    });
    let report = migrator.run(&mut client).unwrap();
    let reason = || "not yet".to_owned();
    assert_eq!(retries, [(Migration::TryAgain, 1, reason()), (Migration::TryAgain, 2, reason())]);
    assert_eq!(lines, ["trying", "trying", "trying"]);
    assert_eq!(report.applied.last().unwrap().log, ["trying"]);
}

#[test]
fn a_walk_along_a_key_ends_behind_its_last_row() {
    let mut client = client();
    let mut told = Vec::new();
    let migrator = Migrator::<Migration>::new().on_event(|event| {
        if let Event::Batch(progress) = event {
            told.push((progress.migration, progress.rows, progress.total));
        }
    });
    migrator.up_to(Migration::CountNothing).run(&mut client).unwrap();
    let (debts, nothing) = (Migration::CountDebts, Migration::CountNothing);
    assert_eq!(told, [(debts, 3, Some(6)), (debts, 6, Some(6)), (debts, 6, Some(6)), (nothing, 0, Some(0))]);
    assert_eq!(value(&mut client, "SELECT string_agg(DISTINCT seen::text, ' ') FROM store.debts"), "1");
}
