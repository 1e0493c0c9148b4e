//! A ledger whose rows somebody has written, lost or spoilt.

use migrations_core::Migrator;
use migrations_tests::{client, value};
use postgres::Client;

use crate::sets::shop::Migration;
use crate::shown;

const INSERT: &str = "INSERT INTO migrations.history (name, category, kind, checksum, duration, engine, build) \
                      SELECT x.name, 'schema', 'sql', x.checksum, '0', '', ''";

fn migrated() -> Client {
    let mut client = client();
    Migration::run_all(&mut client).unwrap();
    client
}

fn half_migrated() -> Client {
    let mut client = client();
    Migrator::new().up_to(Migration::CreateShop).run(&mut client).unwrap();
    client
}

/// What a terminal or a log gets to see has a bounded length, and nothing in it that would steer a terminal.
#[track_caller]
fn assert_readable(text: &str) {
    assert!(text.len() < 4_000, "{} bytes", text.len());
    let control = text.chars().find(|char| char.is_control() && *char != '\n');
    assert!(control.is_none(), "{control:?} in {text}");
}

/// Names that the history could have: an SQL expression each.
const NAMES: [&str; 8] = [
    "''",
    "' '",
    "'it''s \"quoted\"; DROP TABLE migrations.history; --'",
    "E'two\\nlines'",
    "E'\\x1b[2J\\x1b[31mred\\x07'",
    "E'back\\\\slash $$ $1 %s {}'",
    "U&'\\202E\\FEFF\\+01F600'",
    "repeat('x', 100000)",
];

#[test]
fn names_of_every_kind_are_unknown_migrations_and_can_be_accepted() {
    let mut client = migrated();
    for name in NAMES {
        client
            .batch_execute(&format!("{INSERT} FROM (SELECT {name} AS name, 'x' AS checksum) AS x"))
            .unwrap();
    }
    assert!(Migration::run_all(&mut client).unwrap_err().is_missing());
    assert_eq!(Migration::status(&mut client).unwrap().unknown.len(), NAMES.len());
    let accepting = Migrator::<Migration>::new().allow_unknown(true);
    assert!(accepting.run(&mut client).unwrap().is_up_to_date());
}

#[test]
fn names_of_every_kind_can_be_rolled_back() {
    let mut client = migrated();
    for name in NAMES {
        client
            .batch_execute(&format!("{INSERT} FROM (SELECT {name} AS name, 'x' AS checksum) AS x"))
            .unwrap();
    }
    assert!(Migrator::<Migration>::new().rollback_all(&mut client).unwrap_err().is_irreversible());
    client
        .batch_execute("UPDATE migrations.history SET rollback_sql = 'SELECT 1' WHERE checksum = 'x'")
        .unwrap();
    let undone = Migrator::<Migration>::new().rollback_all(&mut client).unwrap();
    assert_eq!(undone.len(), NAMES.len() + 2);
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "0");
}

#[test]
fn an_error_about_an_odd_name_can_be_read() {
    for name in NAMES {
        let mut client = migrated();
        client
            .batch_execute(&format!("{INSERT} FROM (SELECT {name} AS name, 'x' AS checksum) AS x"))
            .unwrap();
        assert_readable(&shown(&Migration::run_all(&mut client).unwrap_err()));
        assert_readable(&shown(&Migrator::<Migration>::new().rollback_all(&mut client).unwrap_err()));
    }
}

#[test]
fn a_row_that_reads_like_two_is_not_taken_for_them() {
    let mut client = migrated();
    client
        .batch_execute(
            "UPDATE migrations.history AS later SET name = earlier.name || ' ' || earlier.checksum || E'\\n' || later.name \
             FROM migrations.history AS earlier WHERE earlier.name = 'create_shop' AND later.name = 'create_users'; \
             DELETE FROM migrations.history WHERE name = 'create_shop'",
        )
        .unwrap();
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "1");
    assert!(Migration::run_all(&mut client).unwrap_err().is_missing());
}

#[test]
fn a_migration_whose_row_is_gone_runs_again() {
    let mut client = migrated();
    for name in ["create_shop", "create_users"] {
        client.batch_execute(&format!("DELETE FROM migrations.history WHERE name = '{name}'")).unwrap();
        assert_eq!(Migration::run_all(&mut client).unwrap().applied.len(), 1);
        assert!(Migration::run_all(&mut client).unwrap().is_up_to_date());
    }
}

#[test]
fn a_checksum_that_is_none_is_a_change() {
    for checksum in ["''", "'sha256:'", "'nonsense'", "repeat('x', 1000000)", "E'\\n'", "upper(checksum)"] {
        let mut client = migrated();
        let spoil = "UPDATE migrations.history SET checksum";
        client.batch_execute(&format!("{spoil} = {checksum} WHERE name = 'create_users'")).unwrap();
        let error = Migration::run_all(&mut client).unwrap_err();
        assert!(error.is_changed(), "{checksum}: {error}");
        assert_readable(&shown(&error));
        assert!(Migration::status(&mut client).unwrap().migrations[1].changed);
    }
}

#[test]
fn null_where_none_can_be_is_named() {
    for column in ["checksum", "applied_by", "duration"] {
        let mut client = half_migrated();
        client
            .batch_execute(&format!(
                "ALTER TABLE migrations.history ALTER COLUMN {column} DROP NOT NULL; \
                 UPDATE migrations.history SET {column} = NULL"
            ))
            .unwrap();
        let said = shown(&Migration::run_all(&mut client).unwrap_err());
        assert!(said.contains("history"), "{column}: {said}");
    }
}

#[test]
fn a_foreign_row_without_a_checksum_does_not_hide() {
    let mut client = migrated();
    client
        .batch_execute(&format!(
            "ALTER TABLE migrations.history ALTER COLUMN checksum DROP NOT NULL; \
             {INSERT} FROM (SELECT 'hidden' AS name, NULL AS checksum) AS x"
        ))
        .unwrap();
    Migration::run_all(&mut client).unwrap_err();
}

#[test]
fn one_migration_twice_in_the_history_is_an_error() {
    let mut client = migrated();
    client
        .batch_execute(&format!(
            "ALTER TABLE migrations.history DROP CONSTRAINT history_pkey; \
             {INSERT} FROM migrations.history AS x WHERE name = 'create_users'"
        ))
        .unwrap();
    let said = shown(&Migration::run_all(&mut client).unwrap_err());
    assert!(said.contains("create_users"), "{said}");
}

#[test]
fn durations_and_numbers_of_any_size_are_read() {
    for (column, odd) in [
        ("duration", "'-178000000 years'"),
        ("duration", "'178000000 years'"),
        ("number", "99999999999999999999"),
        ("number", "-1"),
        ("number", "'NaN'"),
        ("applied_at", "'infinity'"),
        ("applied_at", "'-infinity'"),
        ("category", "''"),
        ("ordinal", "DEFAULT"),
    ] {
        let mut client = half_migrated();
        client.batch_execute(&format!("UPDATE migrations.history SET {column} = {odd}")).unwrap();
        assert_eq!(Migration::status(&mut client).unwrap().applied().count(), 1, "{column} = {odd}");
        assert_eq!(Migration::run_all(&mut client).unwrap().applied.len(), 1, "{column} = {odd}");
    }
}

#[test]
fn rows_of_the_journal_are_never_read() {
    let mut client = half_migrated();
    client
        .batch_execute(
            "INSERT INTO migrations.journal (event, name, checksum, by, duration, engine, build) \
             SELECT event, name, 'other', by, duration, engine, build FROM migrations.journal, generate_series(1, 3); \
             INSERT INTO migrations.journal (event, name, checksum, by, duration, engine, build) \
             VALUES ('rolled back', 'create_shop', '', '', '0', '', ''), ('applied', 'create_users', '', '', '0', '', '')",
        )
        .unwrap();
    assert_eq!(Migration::run_all(&mut client).unwrap().applied.len(), 1);
    assert_eq!(Migrator::<Migration>::new().rollback_all(&mut client).unwrap().len(), 2);
}

#[test]
fn finished_steps_of_nobody_do_no_harm() {
    let mut client = half_migrated();
    client
        .batch_execute(
            "INSERT INTO migrations.steps (name, step, checksum) VALUES ('nobody', 1, ''), ('create_users', 7, 'x'); \
             INSERT INTO migrations.checkpoints (name, cursor, rows, batches) VALUES ('nobody', '?', -1, -1)",
        )
        .unwrap();
    assert_eq!(Migration::run_all(&mut client).unwrap().applied.len(), 1);
}

/// Versions that were tampered with are right in the end, or an error that names the ledger; nothing runs twice.
#[test]
fn versions_of_the_ledger_that_were_tampered_with() {
    for (tampering, refused) in [
        (
            "INSERT INTO migrations.ledger_version SELECT 99, 'later', applied_on, checksum FROM migrations.ledger_version LIMIT 1",
            true,
        ),
        (
            "INSERT INTO migrations.ledger_version SELECT 2147483647, 'last', applied_on, checksum FROM migrations.ledger_version LIMIT 1",
            true,
        ),
        ("DELETE FROM migrations.ledger_version", false),
        ("DELETE FROM migrations.ledger_version WHERE version = 1", false),
        (
            "UPDATE migrations.ledger_version SET checksum = 'garbage', applied_on = 'yesterday', name = NULL",
            false,
        ),
        ("UPDATE migrations.ledger_version SET version = -version", false),
    ] {
        let mut client = half_migrated();
        client.batch_execute(tampering).unwrap();
        match Migration::run_all(&mut client) {
            Ok(report) => assert!(!refused && report.applied.len() == 1, "{tampering}: {report}"),
            Err(error) => {
                let said = shown(&error);
                assert!(!error.is_migration_failed(), "{tampering}: {said}");
                assert!(said.contains("ledger") && said.contains("version"), "{tampering}: {said}");
            }
        }
        assert_eq!(
            value(&mut client, "SELECT count(*) FROM migrations.journal WHERE name = 'create_shop'"),
            "1"
        );
    }
}
